"""What a sync leaves behind of itself: the run, and what the integration says of its latest one.

A run is written down as running before anything is read, so that one that was killed shows. Whoever holds the
integration's lock next knows that nobody runs, and writes down that it was cut short: only then is a run that says it
is running not one.
"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, Final

import psycopg
from psycopg.types.json import Jsonb

from toolbox_cli import __version__
from toolbox_cli.core.errors import ToolboxError
from toolbox_cli.lms.database import Integration as Named
from toolbox_cli.lms.sync.rules import Integration

_CUT_SHORT: Final = """
UPDATE lms_sync_runs SET status = 'failed', ended_at = greatest(clock_timestamp(), started_at),
    error_code = 'lms-interrupted', error_message = 'It was cut short, and changed nothing.'
WHERE lms_integration_id = %s AND status = 'running'"""
"""Runs that were killed."""

_BEGIN: Final = """
INSERT INTO lms_sync_runs (lms_integration_id, mode, started_at, asked_by, approves_run_id, undoes_run_id, versions)
VALUES (%(integration)s, %(mode)s, clock_timestamp(), %(asked_by)s, %(approves)s, %(undoes)s, %(versions)s)
RETURNING id, started_at"""
"""A run begins."""

_END: Final = """
UPDATE lms_sync_runs SET status = %(status)s, ended_at = greatest(clock_timestamp(), started_at), counts = %(counts)s,
    scopes = %(scopes)s, diff_hash = %(diff_hash)s, error_code = %(error_code)s, error_message = %(error_message)s
WHERE id = %(run)s"""
"""A run ends."""

_TELL: Final = """
UPDATE lms_integrations AS i SET
    last_sync_at = clock_timestamp(), last_sync_status = %(status)s::text, sync_error_message = %(error_message)s,
    last_success_at = CASE WHEN %(status)s::text = 'success' THEN clock_timestamp() ELSE i.last_success_at END,
    cursor_at = coalesce(%(cursor)s::timestamptz, i.cursor_at),
    last_full_sync_at = CASE WHEN %(was_full)s::boolean THEN clock_timestamp() ELSE i.last_full_sync_at END
WHERE i.id = %(integration)s"""
"""What the integration says of its latest sync."""

_OVERTAKE: Final = """
UPDATE lms_sync_runs SET status = 'discarded'
WHERE lms_integration_id = %(integration)s AND status = 'held' AND id < %(run)s"""
"""What was held before is held no longer: what is now compared and decided is newer."""

_ISSUES: Final = """
INSERT INTO lms_sync_issues (run_id, number, code, severity, kind, external_id, field, message, remedy, place)
SELECT %(run)s, row_number() OVER (ORDER BY number), code, severity, kind, external_id, field, message, remedy, place
FROM stage_issues"""
"""What was wrong with records."""

_TELL_ISSUE: Final = """
INSERT INTO stage_issues (code, severity, kind, external_id, message, remedy, place)
VALUES (%(code)s, %(severity)s, %(kind)s, %(external_id)s, %(message)s, %(remedy)s, %(place)s)"""
"""What is wrong with the run as a whole."""

_SEVERITIES: Final = "SELECT severity, count(*) FROM stage_issues GROUP BY severity ORDER BY severity"


def cut_short(connection: psycopg.Connection[Any], integration: Any) -> int:
    """Write down of runs that say they run that they don't; only for who holds the lock."""
    return connection.execute(_CUT_SHORT, [integration]).rowcount


def begin(
    connection: psycopg.Connection[Any], integration: Any, mode: str, said: Mapping[str, Any]
) -> tuple[int, datetime.datetime]:
    """Write down that a run begins.

    Args:
        connection: where.
        integration: its key.
        mode: full, delta or undo.
        said: `asked_by`, `approves`, `undoes`.

    Returns:
        The run's key, and when it began by the database's clock.
    """
    values = {"asked_by": None, "approves": None, "undoes": None, **said}
    values |= {"integration": integration, "mode": mode, "versions": Jsonb({"toolbox": __version__})}
    row = connection.execute(_BEGIN, values).fetchone()
    if row is None:  # pragma: no cover
        raise ToolboxError("The run was not written down.")
    return row[0], row[1]


def end(connection: psycopg.Connection[Any], run: int, status: str, said: Mapping[str, Any]) -> None:
    """Write down how a run ended.

    Args:
        connection: where.
        run: its key.
        status: what it is now.
        said: `counts`, `scopes`, `diff_hash`, `error_code`, `error_message`.
    """
    values = {"diff_hash": None, "error_code": None, "error_message": None, **said, "run": run, "status": status}
    values |= {name: Jsonb(said.get(name, {})) for name in ("counts", "scopes")}
    connection.execute(_END, values)


def tell_integration(
    connection: psycopg.Connection[Any], integration: Integration | Named, status: str, message: str | None,
    cursor: datetime.datetime | None = None, *, was_full: bool = False,
) -> None:  # fmt: skip
    """Write down at the integration how its latest sync went."""
    values = {
        "integration": integration.id, "status": status, "error_message": message, "cursor": cursor,
        "was_full": was_full,
    }  # fmt: skip
    connection.execute(_TELL, values)


def overtake(connection: psycopg.Connection[Any], integration: Any, run: int) -> None:
    """Discard what earlier runs hold."""
    connection.execute(_OVERTAKE, {"integration": integration, "run": run})


def tell_issues(connection: psycopg.Connection[Any], issues: Iterable[Mapping[str, Any]]) -> None:
    """Add what is wrong with the run as a whole to the issues: `code`, `severity`, `message` and whatever else."""
    blank = dict.fromkeys(("kind", "external_id", "remedy", "place"))
    for issue in issues:
        connection.execute(_TELL_ISSUE, {**blank, **issue})


def keep_issues(connection: psycopg.Connection[Any], run: int) -> dict[str, int]:
    """Write issues down; give how many there are of each severity."""
    connection.execute(_ISSUES, {"run": run})
    return count_issues(connection)


def count_issues(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Give how many issues there are of each severity."""
    return dict(connection.execute(_SEVERITIES).fetchall())
