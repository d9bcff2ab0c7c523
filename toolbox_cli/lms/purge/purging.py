"""Empty old runs of people, and forget who left long ago."""

import datetime
from collections import Counter
from typing import Any, Final

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.settings import Environment
from toolbox_cli.lms.database import PLATFORM, Connection, Integration
from toolbox_cli.lms.purge.erasing import empty, erase
from toolbox_cli.lms.purge.records import Purged
from toolbox_cli.lms.runs.manual.journal import lock

_RUNS: Final = """
UPDATE lms_sync_runs SET purged_at = now(), error_message = NULL
WHERE lms_integration_id = %(integration)s AND ended_at < %(before)s AND purged_at IS NULL
  AND status NOT IN ('running', 'held')
RETURNING id"""
"""Runs that are over and done with; a held one waits for a person, who must see what it is to do."""

_ISSUES: Final = """
UPDATE lms_sync_issues SET external_id = NULL, place = NULL, message = 'What it was about is forgotten.'
WHERE run_id = ANY (%(runs)s)"""

_LEFT: Final = """
SELECT id FROM lms_identities
WHERE lms_integration_id = %(integration)s AND status = 'removed' AND removed_at < %(before)s"""


def purge_before(
    connection: Connection, integration: Integration, before: datetime.datetime, environment: Environment
) -> Purged:
    """Forget what is older.

    Args:
        connection: in a transaction; whose search_path begins with the platform's schema.
        integration: whose runs and people.
        before: the moment.
        environment: for the audit log.

    Raises:
        LockedError: a sync of the integration goes on.

    Effects: writes the runs, their journal and issues, identities and `toolbox.audit_log`; never commits.
    """
    lock(connection, integration)
    values: dict[str, Any] = {"integration": integration.id, "before": before}
    values["runs"] = [run for (run,) in connection.execute(_RUNS, values)]
    left = [one for (one,) in connection.execute(_LEFT, values)]
    found = Counter(
        {
            "runs": len(values["runs"]),
            "changes": empty(connection, "r.id = ANY (%(runs)s)", values),
            "issues": connection.execute(_ISSUES, values).rowcount,
        }
    )
    found.update(erase(connection, integration, left))
    counts = {name: number for name, number in found.items() if number}
    if counts:
        details = {"integration": integration.name, "before": before.isoformat()}
        command = f"toolbox lms purge {integration.name} --before {before.isoformat()}"
        record_change(connection, Change(command, environment, PLATFORM, counts, details))
    return Purged(integration.name, counts)
