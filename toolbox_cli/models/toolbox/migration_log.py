import datetime

from sqlalchemy import Double, text
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import column, now
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import SHA256, not_negative, one_of, shaped
from toolbox_cli.models.toolbox.base import Base, RecordKey


class MigrationLog(Base):
    """One step of one migration, written in the step's own transaction."""

    __tablename__ = "migration_log"
    __table_args__ = (
        one_of("direction", "upgrade", "downgrade", "stamp"),
        shaped("sql_sha256", SHA256),
        *not_negative("duration_ms"),
        {"comment": "Every revision applied to, taken back from or stamped on this database."},
    )

    id: Mapped[RecordKey]
    platform: Mapped[str] = column("Platform, which is the label of the revision's branch.", Privacy.NONE)
    revision: Mapped[str] = column("Revision that was applied, taken back or stamped.", Privacy.NONE)
    direction: Mapped[str] = column("upgrade, downgrade or stamp.", Privacy.NONE)
    sql_sha256: Mapped[str | None] = column(
        "SHA-256 of the SQL that the step emitted, 64 hexadecimal digits; empty for a stamp.", Privacy.NONE
    )
    duration_ms: Mapped[float | None] = column(
        "How long the step took, in milliseconds; empty for a stamp.",
        Privacy.NONE,
        Double,
    )
    database_user: Mapped[str] = column(
        "Database role that ran the step.", Privacy.IDENTIFIER, server_default=text("SESSION_USER")
    )
    tool_version: Mapped[str] = column("Version of toolbox that ran the step.", Privacy.NONE)
    applied_at: Mapped[datetime.datetime] = column(
        "When the step's transaction began.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
