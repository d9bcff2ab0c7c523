"""The toolkit's own records, in every database that it administers."""

from toolbox_cli.models.toolbox import audit_log, migration_log, queue, reference_row, seed_run

__all__ = ["audit_log", "migration_log", "queue", "reference_row", "seed_run"]
