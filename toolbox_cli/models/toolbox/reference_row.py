import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, column, now
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.toolbox.base import Base


class ReferenceRow(Base):
    """What reference data wrote into one row, so that a later loading sees what somebody has changed since."""

    __tablename__ = "reference_rows"
    __table_args__ = (
        CheckConstraint("jsonb_typeof(written) = 'object'", name="written"),
        {"comment": "Every row that reference data made or took over, as it was last written."},
    )

    platform: Mapped[str] = column("Platform that the row belongs to.", Privacy.NONE, primary_key=True)
    table_name: Mapped[str] = column("Its table, without the schema.", Privacy.NONE, primary_key=True)
    stable_key: Mapped[str] = column("What the row is called in the files.", Privacy.NONE, primary_key=True)
    written: Mapped[Json] = column("Column to value, an object.", Privacy.NONE)
    written_at: Mapped[datetime.datetime] = column(
        "When the loading's transaction began.", Privacy.NONE, server_default=now()
    )
    tool_version: Mapped[str] = column("Version of toolbox that wrote it.", Privacy.NONE)
