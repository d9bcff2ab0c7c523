"""What each use of a database needs, read from the models: no more than that is granted."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    Interval,
    Numeric,
    Table,
    Time,
    Uuid,
)

from toolbox_cli.core.database.names import Names
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.settings import RECORDS
from toolbox_cli.db.access.use import Use
from toolbox_cli.models import metadata_of
from toolbox_cli.models.base import programs
from toolbox_cli.models.privacy import Privacy


@dataclass(frozen=True, slots=True)
class Right:
    """What a role may do with one table.

    Attributes:
        columns: the only ones; None for the table as a whole.
    """

    platform: str
    table: str
    privileges: tuple[str, ...]
    columns: tuple[str, ...] | None = None

    def as_sql(self, names: Names, role: str) -> str:
        """Give the GRANT statement; `role` is quoted."""
        columns = f" ({', '.join(map(_quoted, self.columns))})" if self.columns else ""
        what = ", ".join(f"{privilege}{columns}" for privilege in self.privileges)
        return f"GRANT {what} ON {names.table(self.platform, self.table)} TO {role}"


ALL_ROWS: Final = ("SELECT", "INSERT", "UPDATE", "DELETE")
NEW_ROWS: Final = ("SELECT", "INSERT")
OLD_ROWS: Final = ("SELECT",)

WRITTEN_BY_TRIGGERS: Final = frozenset({"psychologist_review_history"})
"""Tables whose triggers write them with their owner's rights: nobody else makes up what is in them."""

ROSTER: Final = (
    "username", "email", "first_name", "last_name", "display_name", "role", "grade_level", "school_name",
    "district_name", "is_active", "age_band", "updated_at", "updated_by", "version",
)  # fmt: skip
"""Columns of `users` that a roster may change."""

SYNC_USERS: Final[Mapping[str, tuple[str, ...]]] = {
    "SELECT": ("id", "created_at", "created_by", *ROSTER),
    "INSERT": ("id", "password_hash", "is_verified", "created_at", "created_by", *ROSTER),
    "UPDATE": ROSTER,
}
SYNC_WRITES: Final = (
    "lms_integrations", "lms_courses", "lms_assignments", "lms_identities", "lms_enrollments", "lms_sync_runs",
    "lms_grade_passbacks",
)  # fmt: skip
SYNC_APPENDS: Final = ("lms_sync_issues", "lms_sync_changes")
"""What a sync leaves for later, and does not change."""
SYNC_READS: Final = ("quiz_attempts", "user_progress")
"""Where grades come from."""

AGENTS_WRITE: Final = (
    "agent_tasks", "agent_task_needs", "agent_task_attempts", "agent_states", "agent_metrics", "educational_content",
    "content_objectives", "lessons", "quizzes", "quiz_questions", "quiz_options", "roblox_terrain", "roblox_scripts",
    "roblox_content", "roblox_templates",
)  # fmt: skip
AGENTS_APPEND: Final = ("agent_made_content", "agent_made_scripts", "system_health_checks")
AGENTS_READ: Final = ("ai_agents", "agent_reviews", "learning_objectives")
AGENTS_USERS: Final = ("id", "username", "email", "role", "is_active")
"""Who asks, and who judged."""
QUEUE: Final = (
    "procrastinate_workers", "procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers",
)  # fmt: skip

INGEST_APPENDS: Final = {"frames": "module_analytics_events", "toolboxai": "usage_analytics"}
INGEST_LOOKS_UP: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "frames": {"modules": ("id", "module_id"), "students": ("id",)},
    "toolboxai": {
        "users": ("id",), "user_sessions": ("id",), "educational_content": ("id",), "ai_agents": ("id",),
    },
}  # fmt: skip
"""What events refer to: only whether it is there."""

COMPUTE_READS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "frames": {
        "module_analytics_events": (
            "id", "module_id", "student_id", "event_type", "event_data", "section_number", "timestamp",
        ),
        "module_progress": (
            "id", "module_id", "student_id", "status", "progress_percent", "last_accessed_at", "total_time_seconds",
            "error_count", "retry_count", "hint_count",
        ),
        "modules": ("id", "estimated_minutes"), "module_sections": ("module_id",),
    },
    "toolboxai": {
        "educational_analytics": (
            "id", "user_id", "content_id", "quiz_id", "metric_type", "metric_value", "metric_unit", "subject",
            "grade_level", "recorded_at",
        ),
        "user_progress": ("id", "user_id", "content_id", "attempts_count", "best_score", "last_interaction"),
        "quizzes": ("id", "content_id", "passing_score"),
        "educational_content": (
            "id", "created_by", "subject", "grade_level", "difficulty_level", "created_at", "is_template",
        ),
        "users": ("id", "is_active", "age_band"),
        "roblox_player_progress": (
            "id", "student_id", "data_collection_consent", "parental_consent_given", "joined_at",
        ),
    },
}  # fmt: skip
"""What signals are made of, and who allows it."""
COMPUTE_WRITES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "frames": {
        "module_analytics_events": ("struggle_signal", "pattern_detected"), "module_progress": ("mastery_score",),
    },
    "toolboxai": {
        "educational_analytics": ("peer_average", "historical_average", "benchmark_value"),
        "user_progress": ("mastery_level", "next_recommended_content"),
    },
}  # fmt: skip
"""The signals."""

_MEASURES: Final = (Numeric, Float, Integer, Boolean, Date, DateTime, Time, Interval, Enum, Uuid)


def rights_of(use: Use, platforms: Sequence[str]) -> tuple[Right, ...]:
    """List what a use needs.

    Args:
        use: what the role is for.
        platforms: in the database, without the toolkit's own records.

    Raises:
        UsageError: none of the platforms has anything for this use.
    """
    found = tuple(right for platform in platforms for right in _OF[use](platform))
    if not found:
        raise UsageError(f"{', '.join(platforms)} has nothing that {use} needs.", remedy="Choose another --platform.")
    return (*found, *_RECORDS[use]())


def readable(columns: Iterable[Column[Any]], allowed: Callable[[Column[Any]], bool]) -> tuple[str, ...]:
    """Name the columns that may be read, in the table's order."""
    return tuple(column.name for column in columns if allowed(column))


def is_open(column: Column[Any]) -> bool:
    """Say whether a column holds no secret."""
    return column.info["privacy"] is not Privacy.SECRET


def is_measure(column: Column[Any]) -> bool:
    """Say whether analytics may read a column.

    Keys are read to join and to make pseudonyms of. What is sensitive is read where it is a number, a truth value, a
    time or one of a closed list: free text and documents may say anything of anyone. Names and secrets never are.
    """
    privacy = column.info["privacy"]
    if privacy is Privacy.IDENTIFIER:
        return column.primary_key or bool(column.foreign_keys)
    if privacy is Privacy.SENSITIVE:
        return isinstance(column.type, _MEASURES) or _closed(column)
    return privacy in {Privacy.NONE, Privacy.QUASI_IDENTIFIER}


def _app(platform: str) -> Iterator[Right]:
    appended = {trigger.table for trigger in programs(metadata_of(platform)).triggers if trigger.name == "append_only"}
    for table in _tables(platform):
        written = OLD_ROWS if table.name in WRITTEN_BY_TRIGGERS else NEW_ROWS if table.name in appended else ALL_ROWS
        yield Right(platform, table.name, written)


def _readonly(platform: str) -> Iterator[Right]:
    for table in _tables(platform):
        yield Right(platform, table.name, ("SELECT",), readable(table.c, is_open))


def _analytics(platform: str) -> Iterator[Right]:
    for table in _tables(platform):
        if columns := readable(table.c, is_measure):
            yield Right(platform, table.name, ("SELECT",), columns)


def _sync(platform: str) -> Iterator[Right]:
    if platform != "toolboxai":
        return
    tables = metadata_of(platform).tables
    for name in SYNC_WRITES:
        yield Right(platform, name, ("SELECT", "INSERT", "UPDATE"))
    for name in SYNC_APPENDS:
        yield Right(platform, name, NEW_ROWS)
    for name in SYNC_READS:
        yield Right(platform, name, ("SELECT",), readable(tables[f"{platform}.{name}"].c, is_measure))
    for privilege, columns in SYNC_USERS.items():
        yield Right(platform, "users", (privilege,), columns)


def _agents(platform: str) -> Iterator[Right]:
    if platform != "toolboxai":
        return
    for names, privileges in (
        (AGENTS_WRITE, ("SELECT", "INSERT", "UPDATE")), (AGENTS_APPEND, NEW_ROWS), (AGENTS_READ, OLD_ROWS),
    ):  # fmt: skip
        for name in names:
            yield Right(platform, name, privileges)
    yield Right(platform, "users", ("SELECT",), AGENTS_USERS)


def _ingest(platform: str) -> Iterator[Right]:
    if platform in INGEST_APPENDS:
        yield Right(platform, INGEST_APPENDS[platform], ("INSERT",))
    for table, columns in INGEST_LOOKS_UP.get(platform, {}).items():
        yield Right(platform, table, ("SELECT",), columns)


def _compute(platform: str) -> Iterator[Right]:
    written = COMPUTE_WRITES.get(platform, {})
    for table, columns in COMPUTE_READS.get(platform, {}).items():
        yield Right(platform, table, ("SELECT",), (*columns, *written.get(table, ())))
    for table, columns in written.items():
        yield Right(platform, table, ("UPDATE",), columns)


def _queue() -> tuple[Right, ...]:
    return (*(Right(RECORDS, name, ALL_ROWS) for name in QUEUE), *_append_audit())


def _append_audit() -> tuple[Right, ...]:
    return (Right(RECORDS, "audit_log", ("INSERT",)),)


def _disclose() -> tuple[Right, ...]:
    """The keys of pseudonyms are encrypted: without the installation's own keys they open nothing."""
    return (
        Right(RECORDS, "pseudonym_keys", NEW_ROWS), Right(RECORDS, "disclosures", ("INSERT",)), *_append_audit(),
    )  # fmt: skip


def _set_aside() -> tuple[Right, ...]:
    return (
        Right(RECORDS, "ingested_events", NEW_ROWS), Right(RECORDS, "quarantined_events", (*NEW_ROWS, "UPDATE")),
        *_append_audit(),
    )  # fmt: skip


def _read_records() -> tuple[Right, ...]:
    return (*_readonly(RECORDS), Right(RECORDS, "alembic_version", ("SELECT",)))


_OF: Final[Mapping[Use, Callable[[str], Iterator[Right]]]] = {
    Use.APP: _app, Use.READONLY: _readonly, Use.SYNC: _sync, Use.ANALYTICS: _analytics, Use.AGENTS: _agents,
    Use.INGEST: _ingest, Use.COMPUTE: _compute,
}  # fmt: skip
_RECORDS: Final[Mapping[Use, Callable[[], tuple[Right, ...]]]] = {
    Use.APP: tuple, Use.READONLY: _read_records, Use.SYNC: _append_audit, Use.ANALYTICS: _disclose,
    Use.AGENTS: _queue, Use.INGEST: _set_aside, Use.COMPUTE: _append_audit,
}  # fmt: skip
"""The audit log only ever grows: whoever leaves records in it may neither read nor change them."""


def _tables(platform: str) -> list[Table]:
    return sorted(metadata_of(platform).tables.values(), key=lambda table: table.name)


def _closed(column: Column[Any]) -> bool:
    """Say whether a rule of the table lists the column's values."""
    listed = re.compile(rf"{re.escape(column.name)} IN \(")
    rules = (rule for rule in column.table.constraints if isinstance(rule, CheckConstraint))
    return any(listed.match(str(rule.sqltext)) for rule in rules)


def _quoted(name: str) -> str:
    return '"' + name + '"'
