"""Partitions for the months that rows are of: what comes first would wait in the default one."""

import datetime
from collections.abc import Collection
from typing import Any, Final

import psycopg

from toolbox_cli.core.database.partitions.ahead import make_span
from toolbox_cli.core.database.partitions.queries import partitioned_tables

_DAY: Final = datetime.timedelta(days=1)


def make_months(
    connection: psycopg.Connection[Any],
    schema: str,
    tables: Collection[str],
    first: datetime.date,
    last: datetime.date,
) -> None:
    """Make the monthly partitions that rows of some tables go to.

    Args:
        connection: in the transaction of the seeding.
        schema: where the tables are.
        tables: all that are loaded; those that are not partitioned are passed over.
        first: the first day of the rows, somewhere on earth.
        last: the last one.

    Raises:
        LockedError: somebody else makes partitions, or holds a table.
        RefusedError: a partition holds a part of a month.

    Effects: DDL; never commits.
    """
    for table in partitioned_tables(connection, schema):
        if table.name in tables:
            make_span(connection, table, first - _DAY, last + _DAY)
