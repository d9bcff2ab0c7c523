"""One round over all partitioned tables of a database, as cron runs it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import psycopg

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.partitions.ahead import Ahead, make_ahead
from toolbox_cli.core.database.partitions.queries import PartitionedTable, partitioned_tables
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import LockedError, RefusedError, ToolboxError
from toolbox_cli.core.settings import Environment

COMMAND: Final = "db partitions"


@dataclass(frozen=True, slots=True)
class Order:
    """What a round is to do.

    Attributes:
        months: how many months after the current one get a partition.
        today: in UTC.
        lock_timeout_s: how long one statement waits for a table.
        environment: for the audit log.
        dry_run: change nothing in the end.
    """

    months: int
    today: datetime.date
    lock_timeout_s: float
    environment: Environment
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one table: `ahead`, or the error that stopped it."""

    platform: str
    table: PartitionedTable
    ahead: Ahead | None = None
    error: ToolboxError | None = None


def run_round(target: Target, order: Order) -> list[Outcome]:
    """Make the partitions of every partitioned table; a table that stays locked does not hold up the others.

    Returns:
        One outcome a table, by platform and name.

    Raises:
        UnreachableError: no connection.

    Effects: `make_ahead` and a row of `toolbox.audit_log`; commits each table.
    """
    with connect(target, purpose=f"toolbox {COMMAND}") as connection:
        return [
            _try(connection, platform, table, order)
            for platform in target.names.platforms
            for table in partitioned_tables(connection, target.names.schema(platform))
        ]


def failure(outcomes: Sequence[Outcome]) -> ToolboxError | None:
    """Give the worst error of a round; that no table is partitioned is one."""
    if not outcomes:
        return RefusedError("There is no partitioned table.", remedy="Make them with: toolbox db upgrade")
    errors = [outcome.error for outcome in outcomes if outcome.error]
    return max(errors, key=lambda error: error.exit_code, default=None)


def _try(connection: psycopg.Connection, platform: str, table: PartitionedTable, order: Order) -> Outcome:
    try:
        with connection.transaction(force_rollback=order.dry_run):
            done = make_ahead(connection, table, order.months, order.today, lock_timeout_s=order.lock_timeout_s)
            if done.made:
                record_change(connection, _change(platform, done, order))
    except (LockedError, RefusedError) as error:
        return Outcome(platform, table, error=error)
    return Outcome(platform, table, done)


def _change(platform: str, done: Ahead, order: Order) -> Change:
    return Change(
        f"{COMMAND} --ahead {order.months}",
        order.environment,
        platform,
        counts={"partitions": len(done.made), "rows_moved": sum(made.rows_moved for made in done.made)},
        details={"table": str(done.table), "partitions": [made.name for made in done.made]},
    )
