"""From a row before and after to what differs, and which of it anybody may see."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

KINDS: Final[Mapping[str, str]] = {
    "users": "account",
    "lms_courses": "course",
    "lms_identities": "user",
    "lms_enrollments": "enrollment",
    "lms_assignments": "assignment",
}
"""What the rows of a table are called."""

OPEN: Final[Mapping[str, frozenset[str]]] = {
    "users": frozenset({"role", "grade_level", "school_name", "district_name", "is_active", "age_band"}),
    "lms_courses": frozenset({
        "external_course_id", "subject", "grade_level", "enrollment_count", "start_date", "end_date", "status",
        "removed_at", "term", "school", "description", "auto_sync_enabled", "linked_content_ids",
    }),
    "lms_identities": frozenset({
        "external_user_id", "user_id", "merged_into_id", "role", "grade_level", "grade_label", "is_enabled", "status",
        "removed_at", "opted_out", "locked_fields", "account_made",
    }),
    "lms_enrollments": frozenset({
        "lms_course_id", "lms_identity_id", "role", "status", "begins_on", "ends_on", "is_primary", "source",
        "removed_at", "external_enrollment_id",
    }),
    "lms_assignments": frozenset({
        "lms_course_id", "external_assignment_id", "title", "description", "assignment_type", "points_possible",
        "due_date", "unlock_date", "lock_date", "status", "removed_at", "toolboxai_content_id", "toolboxai_quiz_id",
        "grade_passback_enabled",
    }),
}  # fmt: skip
"""Columns that tell no name: keys, and how something stands. All others are shown on demand alone."""

_NEVER: Final = frozenset({"raw_data", "password_hash"})
"""Said to differ, and never shown."""
_BOOKKEEPING: Final = frozenset({
    "id", "lms_integration_id", "created_at", "updated_at", "last_synced_at", "sync_hash", "version", "first_run_id",
    "last_run_id",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One column that differs.

    Attributes:
        hidden: that it differs may be said; before and after are then None and mean nothing.
    """

    name: str
    before: Any
    after: Any
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """One row that a run changed, or was to change.

    Attributes:
        key: the record's key at the other side.
        course: of an enrollment or assignment, by its key there.
        person: of an enrollment, by the key there.
    """

    number: int
    kind: str
    action: str
    key: str | None
    course: str | None
    person: str | None
    applied: bool
    fields: tuple[Field, ...]

    @property
    def about(self) -> str:
        """What it is about, by keys there."""
        of = [part for part in (self.person, self.course) if part is not None]
        return " in ".join(of) if len(of) == 2 else self.key or "".join(of)


def record_of(change: Mapping[str, Any], *, personal: bool) -> Record:
    """Give what differs in a row of the journal.

    Args:
        change: as `looking.changes` reads it.
        personal: with names and addresses.
    """
    table = change["table_name"]
    return Record(
        change["number"], KINDS.get(table, table), change["action"], change["external_id"], change["course"],
        change["person"], change["applied"],
        tuple(_fields(table, change["before"], change["after"], personal=personal)),
    )  # fmt: skip


def items_of(record: Record) -> Iterator[dict[str, Any]]:
    """Give an item for each field that differs, and one for a row without any."""
    said = {
        "number": record.number, "kind": record.kind, "action": record.action, "external_id": record.key,
        "course": record.course, "person": record.person, "record": record.about, "applied": record.applied,
    }  # fmt: skip
    for field in record.fields or (Field("", None, None),):
        yield {
            **said, "field": field.name or None, "before": field.before, "after": field.after, "hidden": field.hidden,
        }  # fmt: skip


def text_of(value: Any) -> str:
    """Write a value as text; None is for who calls."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _fields(
    table: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, *, personal: bool
) -> Iterator[Field]:
    old, new = before or {}, after or {}
    for name in dict.fromkeys((*old, *new)):
        was, now = old.get(name), new.get(name)
        if name in _BOOKKEEPING or was == now:
            continue
        if name in _NEVER or not (personal or name in OPEN.get(table, ())):
            yield Field(name, None, None, hidden=True)
        else:
            yield Field(name, was, now)
