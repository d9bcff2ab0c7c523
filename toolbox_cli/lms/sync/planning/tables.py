"""The tables that a sync writes, and where its plan for each stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

from toolbox_cli.models.toolboxai.lms.identities import LOCKABLE


@dataclass(frozen=True, slots=True)
class Shape:
    """A table, with the columns that a sync writes.

    Attributes:
        kind: what its rows are called in counts.
        given: written once, when a row is made.
        written: written whenever it changes.
        run: the run's key is written there.
        kept: what the journal keeps; all columns when empty.
        blind: columns without meaning for whether two plans are the same.
        unseen: condition of planned changes that only prepare the next sync: they are journaled and not counted.
    """

    table: str
    kind: str
    given: tuple[str, ...]
    written: tuple[str, ...]
    run: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    blind: tuple[str, ...] = ("removed_at", "last_synced_at")
    unseen: str = "false"

    @property
    def plan(self) -> str:
        """Name of the temporary table with its plan: its columns, and `action`, `key` and `loss`."""
        return f"plan_{self.table}"


USERS: Final = Shape(
    "users", "account", ("id", "password_hash"), (*LOCKABLE, "version"),
    kept=("id", *LOCKABLE, "version", "created_at", "updated_at"), blind=("version",),
)  # fmt: skip
COURSES: Final = Shape(
    "lms_courses", "course", ("id", "lms_integration_id", "external_course_id"),
    ("title", "description", "subject", "grade_level", "start_date", "end_date", "last_synced_at", "sync_hash",
     "raw_data", "status", "removed_at", "term", "school"), blind=("removed_at", "last_synced_at", "raw_data"),
)  # fmt: skip
IDENTITIES: Final = Shape(
    "lms_identities", "user", ("id", "lms_integration_id", "external_user_id"),
    ("user_id", "username", "email", "given_name", "family_name", "sis_id", "role", "grade_level", "grade_label",
     "is_enabled", "status", "removed_at", "merged_into_id", "opted_out", "locked_fields", "account_made", "sync_hash"),
    run=("last_run_id",), blind=("removed_at", "user_id", "merged_into_id"),
)  # fmt: skip
ENROLLMENTS: Final = Shape(
    "lms_enrollments", "enrollment", ("id", "lms_course_id", "lms_identity_id", "role", "source"),
    ("sync_hash", "removed_at", "begins_on", "ends_on", "is_primary", "status", "external_enrollment_id"),
    run=("last_run_id",), unseen="action = 'update' AND sync_hash IS NULL",
)  # fmt: skip
ASSIGNMENTS: Final = Shape(
    "lms_assignments", "assignment", ("id", "lms_course_id", "external_assignment_id"),
    ("title", "description", "assignment_type", "points_possible", "due_date", "unlock_date", "lock_date",
     "last_synced_at", "raw_data", "status", "removed_at", "sync_hash"),
    blind=("removed_at", "last_synced_at", "raw_data"),
)  # fmt: skip

SHAPES: Final[Sequence[Shape]] = (USERS, COURSES, IDENTITIES, ENROLLMENTS, ASSIGNMENTS)
"""In the order in which rows are made: what others refer to first."""


_PLAN: Final = """
CREATE TEMPORARY TABLE {plan} ON COMMIT DROP AS
SELECT t.*, NULL::text AS action, NULL::text AS key, false AS loss FROM {table} AS t WITH NO DATA"""


def make_plans(connection: psycopg.Connection[Any]) -> None:
    """Make the empty plans, which end with the transaction."""
    for shape in SHAPES:
        plan, table = sql.Identifier(shape.plan), sql.Identifier(shape.table)
        connection.execute(sql.SQL(_PLAN).format(plan=plan, table=table))
