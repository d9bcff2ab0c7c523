"""The classroom while it is being made: its tables, its chance, and its clock."""

import datetime
import random
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from faker import Faker

from toolbox_cli.core.settings import RobloxSettings
from toolbox_cli.seed.keys import seeded_uuid

Row = dict[str, Any]

_STAMPS: Final[Mapping[str, tuple[str, ...]]] = {
    "quiz_questions": ("created_at",),
    "quiz_options": ("created_at",),
    "roblox_quiz_results": ("created_at",),
    "roblox_achievements": ("created_at",),
    "quiz_attempts": (),
}
"""Which times of writing a table keeps, where it is not creation and last change."""


@dataclass(frozen=True, slots=True)
class Student:
    """A student as the generator sees them.

    Attributes:
        ability: on the scale of the quizzes' difficulty; 0 answers an average question right every second time.
    """

    row: Row
    ability: float
    roblox_id: str
    roblox_name: str


@dataclass
class Classroom:
    """Tables in the order to load them, each with its rows."""

    seed: int
    as_of: datetime.date
    roblox: RobloxSettings
    held: Mapping[str, uuid.UUID]
    tables: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311  sample data
        self.faker = Faker("en_US")
        self.faker.seed_instance(self.seed)
        self.attempts: dict[tuple[object, object], int] = defaultdict(int)
        self.finished: dict[object, int] = defaultdict(int)

    def key(self, table: str) -> Any:
        """Give the key of the next row of a table."""
        return seeded_uuid(self.seed, table, len(self.tables[table]))

    def add(self, table: str, written_at: datetime.datetime, /, **values: Any) -> Row:
        """Add a row with its key, and with the time at which it would have been written."""
        stamps = dict.fromkeys(_STAMPS.get(table, ("created_at", "updated_at")), written_at)
        row = {"id": self.key(table), **stamps, **values}
        self.tables[table].append(row)
        return row

    def at(self, days_before: int, hour: int) -> datetime.datetime:
        """Give a moment before the class's today."""
        day = self.as_of - datetime.timedelta(days=days_before)
        return datetime.datetime.combine(day, datetime.time(hour, 0), tzinfo=datetime.UTC)
