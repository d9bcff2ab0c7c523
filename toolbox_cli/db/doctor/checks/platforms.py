"""Checks of our own schemas: revisions, and the partitions of coming months."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from psycopg import sql

from toolbox_cli.core.database.partitions.queries import PartitionedTable, held_months, next_month, partitioned_tables
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.settings import RECORDS
from toolbox_cli.db.doctor.check import Subject
from toolbox_cli.db.revisions.lineage.history import read_history
from toolbox_cli.db.revisions.queries import current_revisions

UPGRADE: Final = "See what is coming with toolbox db plan, then: toolbox db upgrade"
TODAY: Final = "SELECT (now() AT TIME ZONE 'UTC')::date"


def revisions(subject: Subject) -> Iterator[Finding]:
    """Tell of revisions that the database lacks, or that we do not know."""
    history, current = read_history(), current_revisions(subject.connection)
    known = {revision.id for line in history.lines.values() for revision in line}
    for found in sorted(set(current) - known):
        remedy = "A newer toolbox has migrated it: install that version."
        yield Finding("revisions", Severity.ERROR, found, "revision", "known", "not one of ours", remedy=remedy)
    for platform in (RECORDS, *subject.target.names.platforms):
        line = history.lines[platform]
        position = history.position(platform, current)
        if position < len(line) and not set(current) - known:
            at = line[position - 1].id if position else "none"
            yield Finding("revisions", Severity.WARNING, platform, "revision", line[-1].id, at, remedy=UPGRADE)


def partitions(subject: Subject) -> Iterator[Finding]:
    """Tell of tables whose coming month has no partition, and of rows that wait for theirs."""
    schemas = subject.target.names.schemas.values()
    for table in chain.from_iterable(partitioned_tables(subject.connection, schema) for schema in schemas):
        yield from _of_table(subject, table)


def _of_table(subject: Subject, table: PartitionedTable) -> Iterator[Finding]:
    coming = next_month(subject.one(TODAY).replace(day=1))
    if not held_months(subject.connection, table, [coming]):
        yield _partition(table, f"a partition for {coming:%Y-%m}", "none")
    waiting = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table.default_schema, table.default))
    row = subject.connection.execute(waiting).fetchone()
    if row and row[0]:
        yield _partition(table, "no rows in the default partition", "some")


def _partition(table: PartitionedTable, expected: str, found: str) -> Finding:
    remedy = "Run it daily from cron: toolbox db partitions --ahead 3"
    return Finding("partitions", Severity.WARNING, str(table), "partitions", expected, found, remedy=remedy)
