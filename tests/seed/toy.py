"""A domain small enough to know every row of: keys of each type, a circle, and a partitioned table."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Final

from toolbox_cli.seed.making.domain import Context, Domain
from toolbox_cli.seed.making.text import Row
from toolbox_cli.seed.profiles.shape import Profile

TOY: Final = Domain("toy", "frames", "tests.seed.toy", takes_reference=False)

TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "universities": ("id", "name", "created_at"),
    "teams": ("id", "name", "university_id", "created_at"),
    "students": ("id", "name", "university_id", "team_id", "created_at"),
    "modules": ("id", "module_id", "title", "tags", "created_at", "updated_at"),
    "module_analytics_events": ("id", "module_id", "student_id", "event_type", "event_data", "timestamp"),
}
AFTERWARDS: Final[Sequence[str]] = ("UPDATE teams SET subsystem = 'thermal' WHERE id BETWEEN %(first)s AND %(last)s",)


def blocks(profile: Profile) -> int:
    return profile.class_count


def expected(profile: Profile) -> Mapping[str, int]:
    one = blocks(profile)
    return {
        "universities": one,
        "teams": one,
        "students": profile.students,
        "modules": one,
        "module_analytics_events": 1,
    }


def make(context: Context, block: int) -> Mapping[str, list[Row]]:
    """Make a university with a team of students; each opens the university's module."""
    chance, first = context.chance("toy", block), context.run.integers.start
    size = context.profile.class_size(block)
    begun = datetime.datetime.combine(context.as_of, datetime.time(), datetime.UTC) - datetime.timedelta(days=30)
    university, team = context.run.text(block), first + block
    students = [context.run.text(1_000_000 + block * 1000 + number) for number in range(size)]
    return {
        "universities": [(university, f"Example\t{block}\\", begun)],
        "teams": [(team, "Té 'a' \"m\"\n", university, begun)],
        "students": [(key, f"Student {chance.below(10**9)}", university, team, begun) for key in students],
        "modules": [(first + block, f"toy-{context.run.key}-{block}", "Toy", ["a\\b", 'c"d', "é"], begun, begun)],
        "module_analytics_events": [
            (
                first + block * 1000 + number,
                first + block,
                key,
                "opened",
                {"place": chance.below(100), "note": "tab\tline\n"},
                begun + datetime.timedelta(seconds=chance.below(86_400)),
            )
            for number, key in enumerate(students)
        ],
    }
