import datetime

from sqlalchemy import CheckConstraint, text
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Function, Json, Trigger, column, now, programs
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import one_of
from toolbox_cli.models.toolbox.base import Base, RecordKey

EMPTY = text("'{}'")


class AuditLog(Base):
    """One command that changed data, written in the transaction of the change."""

    __tablename__ = "audit_log"
    __table_args__ = (
        one_of("environment", "development", "staging", "production"),
        CheckConstraint("jsonb_typeof(counts) = 'object'", name="counts"),
        CheckConstraint("jsonb_typeof(details) = 'object'", name="details"),
        {"comment": "Every command that changed data: who, when, what, how much. Append-only."},
    )

    id: Mapped[RecordKey]
    recorded_at: Mapped[datetime.datetime] = column(
        "When the change's transaction began.", Privacy.QUASI_IDENTIFIER, server_default=now()
    )
    database_user: Mapped[str] = column(
        "Database role that made the change.", Privacy.IDENTIFIER, server_default=text("SESSION_USER")
    )
    os_user: Mapped[str | None] = column(
        "Account of the operating system that ran the command; empty where it has no name.", Privacy.IDENTIFIER
    )
    actor: Mapped[str | None] = column(
        "Person or job on whose behalf the command ran, where the caller said so.", Privacy.IDENTIFIER
    )
    command: Mapped[str] = column("Command with its options, without secrets.", Privacy.NONE)
    environment: Mapped[str] = column("development, staging or production, as configured.", Privacy.NONE)
    database: Mapped[str] = column(
        "Database that the change was made in.", Privacy.NONE, server_default=text("current_database()")
    )
    platform: Mapped[str | None] = column(
        "Platform that was changed; empty for what concerns the whole database.", Privacy.NONE
    )
    counts: Mapped[Json] = column("Rows changed, an object of name to number.", Privacy.NONE, server_default=EMPTY)
    details: Mapped[Json] = column(
        "What else tells of the change, an object; neither secrets nor personal data.",
        Privacy.NONE,
        server_default=EMPTY,
    )
    tool_version: Mapped[str] = column("Version of toolbox that made the change.", Privacy.NONE)


programs(Base.metadata).functions.append(
    Function(
        "refuse_audit_change",
        """
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'insufficient_privilege',
        MESSAGE = TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' is refused',
        HINT = 'Write a new row that corrects the old one.';
END
$$""",
        "Refuses to change or delete what is recorded.",
    )
)
programs(Base.metadata).triggers.append(
    Trigger(
        "append_only",
        "audit_log",
        """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
ALTER TABLE audit_log ENABLE ALWAYS TRIGGER append_only;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_log FROM PUBLIC, CURRENT_USER""",
    )
)
