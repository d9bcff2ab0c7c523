"""What syncs did, as the journal has it."""

from collections.abc import Iterator
from typing import Any, Final, LiteralString

from psycopg.rows import dict_row

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.settings import Environment
from toolbox_cli.lms.database import PLATFORM, Connection, Integration, Row, rows

AT_ONCE: Final = 2_000

_RUNS: Final[LiteralString] = """
SELECT r.id AS run, i.name AS integration, r.mode, r.status, r.started_at, r.ended_at,
       extract(epoch FROM r.ended_at - r.started_at)::float8 AS took_s, r.asked_by, r.counts, r.scopes, r.diff_hash,
       r.approves_run_id AS approves, r.undoes_run_id AS undoes,
       (SELECT max(u.id) FROM lms_sync_runs AS u WHERE u.undoes_run_id = r.id) AS undone_by,
       (SELECT max(a.id) FROM lms_sync_runs AS a
        WHERE a.approves_run_id = r.id AND a.status IN ('success', 'partial', 'undone')) AS applied_by,
       r.error_code, r.error_message, r.versions, r.purged_at,
       (SELECT coalesce(jsonb_object_agg(s.severity, s.count), '{}') FROM (
           SELECT severity, count(*) FROM lms_sync_issues WHERE run_id = r.id GROUP BY severity) AS s) AS issues
FROM lms_sync_runs AS r JOIN lms_integrations AS i ON i.id = r.lms_integration_id
WHERE (r.id = %(run)s OR %(run)s::bigint IS NULL)
  AND (r.lms_integration_id = %(integration)s OR %(integration)s::uuid IS NULL)
ORDER BY r.id DESC LIMIT %(last)s"""
"""Runs, the latest first."""

_CHANGES: Final[LiteralString] = """
SELECT c.number, c.table_name, c.action, c.external_id, c.row_id, c.applied, c.before,
       coalesce(c.after, CASE WHEN c.action = 'insert' THEN coalesce(
           (SELECT n.before FROM lms_sync_changes AS n
            WHERE n.row_id = c.row_id AND n.table_name = c.table_name AND n.applied
              AND (n.run_id, n.number) > (c.run_id, c.number) ORDER BY n.run_id, n.number LIMIT 1),
           CASE c.table_name
               WHEN 'lms_courses' THEN (SELECT to_jsonb(t) FROM lms_courses AS t WHERE t.id = c.row_id)
               WHEN 'lms_assignments' THEN (SELECT to_jsonb(t) FROM lms_assignments AS t WHERE t.id = c.row_id)
               WHEN 'lms_identities' THEN (SELECT to_jsonb(t) FROM lms_identities AS t WHERE t.id = c.row_id)
               WHEN 'lms_enrollments' THEN (SELECT to_jsonb(t) FROM lms_enrollments AS t WHERE t.id = c.row_id)
           END) END) AS after,
       k.external_course_id AS course, p.external_user_id AS person
FROM lms_sync_changes AS c
LEFT JOIN lms_enrollments AS e ON c.table_name = 'lms_enrollments' AND e.id = c.row_id
LEFT JOIN lms_courses AS k ON k.id = coalesce(
    e.lms_course_id, (coalesce(c.after, c.before) ->> 'lms_course_id')::uuid)
LEFT JOIN lms_identities AS p ON p.id = coalesce(
    e.lms_identity_id, (coalesce(c.after, c.before) ->> 'lms_identity_id')::uuid)
WHERE c.run_id = %(run)s ORDER BY c.number LIMIT %(limit)s"""
"""Rows that a run changed; what was inserted as it was made: the next change has it, or the row itself."""

_ISSUES: Final[LiteralString] = """
SELECT number, code, severity, kind, external_id, field, message, remedy, place
FROM lms_sync_issues WHERE run_id = %(run)s AND (severity <> 'note' OR %(notes)s) ORDER BY number LIMIT %(limit)s"""

_SIZES: Final[LiteralString] = """
SELECT (SELECT count(*) FROM lms_sync_changes WHERE run_id = %(run)s) AS changes,
       (SELECT count(*) FROM lms_sync_issues WHERE run_id = %(run)s) AS issues"""


def recent(connection: Connection, integration: Integration | None, last: int) -> list[Row]:
    """Give the latest runs, the newest first.

    Args:
        connection: whose search_path begins with the platform's schema.
        integration: only of this one.
        last: how many.
    """
    return rows(connection, _RUNS, {"run": None, "integration": integration and integration.id, "last": last})


def run_of(connection: Connection, run: int) -> Row:
    """Give one run.

    Raises:
        UsageError: there is none.
    """
    found = rows(connection, _RUNS, {"run": run, "integration": None, "last": 1})
    if not found:
        raise UsageError(f"There is no run {run}.", remedy="See which there are with: toolbox lms runs")
    return found[0]


def sizes(connection: Connection, run: int) -> Row:
    """Count the changes and issues of a run."""
    [counts] = rows(connection, _SIZES, {"run": run})
    return counts


def changes(connection: Connection, run: int, limit: int | None = None) -> Iterator[Row]:
    """Read the rows that a run changed or was to change, in its order, a part at a time."""
    return _stream(connection, _CHANGES, {"run": run, "limit": limit})


def issues(connection: Connection, run: int, limit: int | None = None, *, notes: bool = True) -> Iterator[Row]:
    """Read what was wrong with records, in the run's order, a part at a time.

    Args:
        connection: in a transaction.
        run: its key.
        limit: how many at most.
        notes: also those that keep nothing out.
    """
    return _stream(connection, _ISSUES, {"run": run, "limit": limit, "notes": notes})


def record_look(connection: Connection, run: Row, what: str, seen: int, environment: Environment) -> None:
    """Write down who looked at names of which run; never commits."""
    details = {"integration": run["integration"], "run": run["run"], "looked_at": what, "seen": seen}
    command = f"toolbox lms run {run['run']} --personal"
    record_change(connection, Change(command, environment, PLATFORM, details=details))


def _stream(connection: Connection, query: LiteralString, values: dict[str, Any]) -> Iterator[Row]:
    with connection.cursor("toolbox_lms_run", row_factory=dict_row) as cursor:
        cursor.itersize = AT_ONCE
        yield from cursor.execute(query, values)
