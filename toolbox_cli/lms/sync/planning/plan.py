"""Plan everything that a sync is to change."""

import datetime
from collections.abc import Mapping
from typing import Any, Final

import psycopg

from toolbox_cli.lms.sync.planning.accounts import plan_accounts
from toolbox_cli.lms.sync.planning.assignments import plan_assignments
from toolbox_cli.lms.sync.planning.courses import plan_courses
from toolbox_cli.lms.sync.planning.enrollments import plan_enrollments
from toolbox_cli.lms.sync.planning.faults import prepare, tell
from toolbox_cli.lms.sync.planning.people import plan_people
from toolbox_cli.lms.sync.planning.tables import make_plans
from toolbox_cli.lms.sync.planning.texts import make_functions
from toolbox_cli.lms.sync.reading.stage import ScopeRead
from toolbox_cli.lms.sync.rules import Integration

HELD: Final = {
    "course": "SELECT count(*) FROM lms_courses WHERE lms_integration_id = %(integration)s AND status = 'active'",
    "user": "SELECT count(*) FROM lms_identities WHERE lms_integration_id = %(integration)s AND status = 'present'",
    "enrollment": "SELECT count(*) FROM lms_enrollments AS e JOIN lms_courses AS c ON c.id = e.lms_course_id"
    " WHERE c.lms_integration_id = %(integration)s AND e.source = 'sync' AND e.status <> 'removed'",
    "assignment": "SELECT count(*) FROM lms_assignments AS a JOIN lms_courses AS c ON c.id = a.lms_course_id"
    " WHERE c.lms_integration_id = %(integration)s AND a.status = 'active'",
}
"""How many of a kind stand."""

_FRESH: Final = {
    "course": "SELECT DISTINCT digest FROM apart_course WHERE part IS NOT NULL",
    "user": "SELECT DISTINCT digest FROM apart_user WHERE part IS NOT NULL",
    "enrollment": "SELECT DISTINCT digest FROM apart_enrollment WHERE line IS NOT NULL",
    "assignment": "SELECT DISTINCT digest FROM apart_assignment WHERE part IS NOT NULL",
}
_NUMBERS: Final = """
SELECT ({held}) - (SELECT count(*) FROM apart_{kind} WHERE row_id IS NOT NULL), (SELECT count(*) FROM ({fresh}) AS f)"""
"""How many rows came as they are held, and how many different records did not."""


def make_plan(
    connection: psycopg.Connection[Any], integration: Integration, run: int, today: datetime.date,
    read: Mapping[str, ScopeRead], *, by_dates: bool,
) -> dict[str, int]:  # fmt: skip
    """Compare what was read with what is held, and plan what is to change.

    Args:
        connection: in the transaction; the stage is filled.
        integration: whose.
        run: the run's key.
        today: decides whether an enrollment ended on its day.
        read: what was read whole.
        by_dates: the system does not say how enrollments stand: their dates do, whether they were read or not.

    Returns:
        Kind to the number of records that are as we hold them.

    Effects: makes and fills the plans and what they are made from, all of which end with the transaction.
    """
    values: dict[str, Any] = {
        "integration": integration.id, "run": run, "today": today, "accounts": sorted(integration.accounts),
        "by_dates": by_dates,
    }  # fmt: skip
    for kind, of_kind in read.items():
        values[f"{kind}_whole"] = of_kind.whole or kind == "user" and _everywhere(of_kind, read)
        values[f"{kind}_broken"] = "" in of_kind.broken
    make_functions(connection)
    prepare(connection)
    make_plans(connection)
    plan_courses(connection, values)
    plan_people(connection, values)
    known = {"enrollment": plan_enrollments(connection, values)}
    plan_assignments(connection, values)
    if integration.rosters:
        plan_accounts(connection, values)
    return {kind: known.get(kind) or _unchanged(connection, kind, read[kind], values) for kind in read}


def _everywhere(users: ScopeRead, read: Mapping[str, ScopeRead]) -> bool:
    """Tell whether people that are listed by course were read in each one."""
    return read["course"].whole and not users.broken and len(users.complete) >= read["course"].records > 0


def _unchanged(
    connection: psycopg.Connection[Any], kind: str, read: ScopeRead, values: Mapping[str, Any]
) -> int:  # fmt: skip
    query = _NUMBERS.format(held=HELD[kind], kind=kind, fresh=_FRESH[kind])
    row = connection.execute(query.encode(), values).fetchone()
    same, fresh = row or (0, 0)
    repeated = read.records - same - fresh
    if repeated > 0:
        tell(connection, kind, f"SELECT 'lms-repeated', NULL, '{repeated:,}'")
    return int(same)
