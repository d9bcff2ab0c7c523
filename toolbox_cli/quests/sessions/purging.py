"""Old conversations, which nobody needs any more."""

from datetime import datetime, timedelta
from typing import Any, Final

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.durations import seconds
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.quests.database import PLATFORM, Connection, rows, transaction
from toolbox_cli.quests.sessions.options import Stage

_PURGE: Final = """
WITH gone AS (
    DELETE FROM quest_builder_sessions
    WHERE coalesce(updated_at, created_at) < %(before)s
        AND (%(stage)s::text IS NULL OR coalesce(current_stage, 'greeting') = %(stage)s)
    RETURNING coalesce(current_stage, 'greeting') AS stage)
SELECT stage, count(*) AS sessions FROM gone GROUP BY stage"""


def purge(runtime: Runtime, older_than: str, stage: Stage | None, *, yes: bool, dry_run: bool) -> Report:
    """Delete sessions that have not changed for long, after saying how many.

    Raises:
        UsageError: the age is none.
        RefusedError: nobody said yes.

    Effects: writes `quest_builder_sessions` and `toolbox.audit_log`, and commits unless `dry_run`.
    """
    age_s = seconds(older_than)
    if age_s <= 0:
        raise UsageError("An age is more than nothing.", remedy="Write it as 90d or 12h.")
    values = {"before": _before(runtime.now(), age_s), "stage": stage}
    with transaction(runtime, dry_run=True) as connection:
        planned = rows(connection, _PURGE, values)
    total = sum(row["sessions"] for row in planned)
    if not dry_run and total:
        runtime.confirm(f"Delete {total:,} conversations for good?", yes=yes)
        with transaction(runtime) as connection:
            planned = _delete(connection, runtime, values, older_than)
    counts = {row["stage"]: row["sessions"] for row in planned}
    items = [{"stage": str(one), "sessions": counts[one]} for one in Stage if one in counts]
    summary = {"dry_run": dry_run, "sessions": sum(counts.values()), "before": values["before"]}
    note = f"{sum(counts.values()):,} conversations {'would be' if dry_run else 'are'} gone."
    columns = [Column("stage"), Column("sessions", justify="right")]
    return Report("toolbox.quests.sessions.purge/1", items, summary, columns=columns, note=note)


def _delete(connection: Connection, runtime: Runtime, values: dict[str, Any], older_than: str) -> list[dict[str, Any]]:
    gone = rows(connection, _PURGE, values)
    counts = {"quest_builder_sessions": sum(row["sessions"] for row in gone)}
    details = {"before": str(values["before"]), "stages": {row["stage"]: row["sessions"] for row in gone}}
    command = f"toolbox quests sessions purge --older-than {older_than}"
    record_change(connection, Change(command, runtime.settings.env, PLATFORM, counts, details))
    return gone


def _before(now: datetime, age_s: float) -> datetime:
    try:
        return now - timedelta(seconds=age_s)
    except OverflowError:
        raise UsageError("Nothing is that old.", remedy="Write an age such as 90d.") from None
