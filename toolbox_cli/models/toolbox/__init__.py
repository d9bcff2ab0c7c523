"""The toolkit's own records, in every database that it administers."""

from toolbox_cli.models.toolbox import (
    audit_log,
    disclosure,
    ingested_event,
    migration_log,
    pseudonym_key,
    quarantined_event,
    queue,
    reference_row,
    seed_run,
)

__all__ = [
    "audit_log",
    "disclosure",
    "ingested_event",
    "migration_log",
    "pseudonym_key",
    "quarantined_event",
    "queue",
    "reference_row",
    "seed_run",
]
