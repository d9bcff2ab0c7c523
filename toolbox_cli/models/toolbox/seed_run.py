import datetime

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, column
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import ends_after
from toolbox_cli.models.toolbox.base import Base, RecordKey


class SeedRun(Base):
    """One seeding: what it wrote, so that a later run knows the rows that seeding made."""

    __tablename__ = "seed_runs"
    __table_args__ = (
        CheckConstraint("jsonb_typeof(tables) = 'object'", name="tables"),
        ends_after("finished_at", "started_at", name="finished_at"),
        {"comment": "Every seeding of sample data, with the rows that it wrote."},
    )

    id: Mapped[RecordKey]
    profile: Mapped[str] = column("Profile that was seeded.", Privacy.NONE)
    seed: Mapped[int] = column("Number that the random choices started from.", Privacy.NONE, BigInteger)
    as_of: Mapped[datetime.datetime] = column("Moment that the sample data takes as the present.", Privacy.NONE)
    tables: Mapped[Json] = column(
        "Object of schema.table to its row count and, for integer keys, their first and last.", Privacy.NONE
    )
    started_at: Mapped[datetime.datetime] = column("When the seeding began.", Privacy.NONE)
    finished_at: Mapped[datetime.datetime | None] = column("When the seeding ended, not before it began.", Privacy.NONE)
    tool_version: Mapped[str] = column("Version of toolbox that seeded.", Privacy.NONE)
