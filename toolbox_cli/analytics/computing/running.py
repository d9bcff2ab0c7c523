"""Bring one column to what its formula gives."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from toolbox_cli.analytics.computing.signal import ALWAYS, NEVER, PERSONS, Signal
from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.database.locks import SIGNALS, lock_transaction
from toolbox_cli.core.database.transaction import Connection
from toolbox_cli.core.moments import written
from toolbox_cli.core.settings import Environment

_MONTHS: Final = """
SELECT month::text, (month + interval '1 month')::text FROM (
    SELECT DISTINCT date_trunc('month', {time}) AS month FROM {table}
    WHERE {time} > '-infinity' AND {time} >= date_trunc('month', %(since)s::timestamptz)
        AND {time} < CASE WHEN %(settled)s THEN date_trunc('month', %(now)s::timestamptz) ELSE 'infinity' END
) AS months ORDER BY month"""

_SETTINGS: Final = "SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true)"
"""A month's rows are sorted, and one statement a month is not worth being compiled."""


@dataclass(frozen=True, slots=True)
class Span:
    """What of a signal is computed.

    Attributes:
        since: rows of months before this moment's are left alone; None means all rows are looked at.
        now: what the running month is told by.
    """

    since: datetime.datetime | None
    now: datetime.datetime


@dataclass(frozen=True, slots=True)
class Computed:
    """What became of a signal.

    Attributes:
        parts: months that were looked at; 1 where rows are not by month.
        changed: rows that did not have their value yet.
    """

    signal: Signal
    parts: int
    changed: int


def compute(
    connection: Connection,
    signal: Signal,
    span: Span,
    environment: Environment,
    watch: Callable[[str], None] = lambda _: None,
) -> Computed:
    """Compute a signal; rows that have their value already are not written.

    Args:
        connection: in a transaction, READ COMMITTED, with the platform's schema as search path and UTC as time zone.
        signal: which.
        span: what of it.
        environment: for the audit log.
        watch: told which month is looked at.

    Raises:
        LockedError: another run computes signals of this database.

    Effects: writes the signal's column and, if any row changed, `toolbox.audit_log`; never commits.
    """
    lock_transaction(connection, SIGNALS, wait_s=0)
    connection.execute(_SETTINGS)
    values = {"begin": span.since or NEVER, "end": ALWAYS, "now": span.now, "persons": PERSONS}
    if span.since and signal.by_month:
        values["begin"] = span.since.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    _execute_all(connection, signal.before, values)
    parts = changed = 0
    for begin, end in _spans(connection, signal, span):
        watch(f"{signal.name} {begin[:7]}" if signal.by_month else signal.name)
        values |= {"begin": begin, "end": end}
        changed += connection.execute(signal.update.encode(), values, prepare=False).rowcount
        _execute_all(connection, signal.after, values)
        parts += 1
    if changed:
        _record(connection, signal, span, environment, changed)
    return Computed(signal, parts, changed)


def _spans(connection: Connection, signal: Signal, span: Span) -> Iterator[tuple[str, str]]:
    if not signal.by_month:
        yield str(span.since or NEVER), ALWAYS
        return
    query = _MONTHS.format(time=signal.time, table=signal.table)
    told = {"since": span.since or NEVER, "settled": signal.settled, "now": span.now}
    yield from connection.execute(query.encode(), told).fetchall()


def _execute_all(connection: Connection, statements: tuple[str, ...], values: dict[str, Any]) -> None:
    for statement in statements:
        connection.execute(statement.encode(), values if "%(" in statement else None, prepare=False)


def _record(connection: Connection, signal: Signal, span: Span, environment: Environment, changed: int) -> None:
    since = f" --since {written(span.since)}" if span.since else ""
    command = f"toolbox analytics compute {signal.name}{since}"
    record_change(connection, Change(command, environment, signal.platform, {signal.table: changed}))
