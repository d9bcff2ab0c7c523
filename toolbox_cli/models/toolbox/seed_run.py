import datetime

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint, text
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
        CheckConstraint("jsonb_typeof(options) = 'object'", name="options"),
        CheckConstraint("run_key ~ '^[0-9a-f]{8}$'", name="run_key"),
        UniqueConstraint("domain", "run_key"),
        ends_after("finished_at", "started_at", name="finished_at"),
        {"comment": "Every seeding of sample data, with the rows that it wrote."},
    )

    id: Mapped[RecordKey]
    domain: Mapped[str] = column("Part of a platform that was seeded, such as quests.", Privacy.NONE)
    run_key: Mapped[str] = column(
        "What its keys have behind 5eed: eight hexadecimal digits.", Privacy.NONE, info={"example": "0a1b2c3d"}
    )
    profile: Mapped[str] = column("Profile that was seeded.", Privacy.NONE)
    seed: Mapped[int] = column("Number that the random choices started from.", Privacy.NONE, BigInteger)
    as_of: Mapped[datetime.datetime] = column("Moment that the sample data takes as the present.", Privacy.NONE)
    options: Mapped[Json] = column(
        "The profile as it was read and what else decided the rows, an object.",
        Privacy.NONE,
        server_default=text("'{}'"),
    )
    tables: Mapped[Json] = column(
        "Object of schema.table to its row count and, for integer keys, their first and last.", Privacy.NONE
    )
    started_at: Mapped[datetime.datetime] = column("When the seeding began.", Privacy.NONE)
    finished_at: Mapped[datetime.datetime | None] = column("When the seeding ended, not before it began.", Privacy.NONE)
    tool_version: Mapped[str] = column("Version of toolbox that seeded.", Privacy.NONE)
