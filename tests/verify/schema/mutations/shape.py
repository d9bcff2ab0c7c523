"""Single drifts of a migrated database, each with all that verification must say of it."""

from typing import Final, NamedTuple


class Mutation(NamedTuple):
    """One change.

    Attributes:
        statement: makes it; search_path is the platform's schema.
        found: "severity code object field" of each finding; the object without its schema.
        since: the oldest major version that knows the statement.
    """

    platform: str
    statement: str
    found: tuple[str, ...]
    since: int = 15


def one(platform: str, statement: str, *found: str, since: int = 15) -> Mutation:
    return Mutation(platform, statement, found, since)


def changed(platform: str, kind: str, place: str, field: str, statement: str, since: int = 15) -> Mutation:
    """One field of one object, which is an error."""
    return one(platform, statement, f"error {kind}-changed {place} {field}", since=since)


def check(name: str, expression: str, more: str = "") -> str:
    """Put another CHECK in the place of one of module_progress."""
    return f"ALTER TABLE module_progress DROP CONSTRAINT {name}, ADD CONSTRAINT {name} CHECK ({expression}) {more}"


PERCENT: Final = "module_progress_progress_percent_check"
UNIQUE: Final = "module_feedback_module_id_student_id_key"
TOUCH: Final = "CREATE OR REPLACE TRIGGER touch_updated_at BEFORE UPDATE ON modules FOR EACH ROW"
EVENTS: Final = "module_analytics_events"
MONTHS: Final = "".join(
    f"CREATE TABLE {EVENTS}_2026_0{month} PARTITION OF {EVENTS} "
    f"FOR VALUES FROM ('2026-0{month}-01 00:00+00') TO ('2026-0{month + 1}-01 00:00+00');"
    for month in (1, 2, 3)
)
