"""From signals that are asked for to a report of what changed."""

import datetime
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from toolbox_cli.analytics.computing.registry import signals_named
from toolbox_cli.analytics.computing.running import Computed, Span, compute
from toolbox_cli.analytics.computing.signal import Signal
from toolbox_cli.core.database.transaction import transaction
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.progress import status
from toolbox_cli.core.runtime import Runtime

PURPOSE: Final = "toolbox analytics compute"


def compute_signals(
    runtime: Runtime, names: Sequence[str], since: datetime.datetime | None, *, dry_run: bool
) -> Report:
    """Compute signals, each in a transaction of its own; what was committed before a failure stays.

    Args:
        runtime: says where the databases are.
        names: of the signals; all where there are none.
        since: an aware moment; None looks at everything.
        dry_run: take everything back in the end.

    A dry run is one transaction a platform, so that signals see those that they read.

    Effects: writes the signals' columns and `toolbox.audit_log`, and commits unless `dry_run`.
    """
    span = Span(since, runtime.now())
    done: list[Computed] = []
    with status(runtime, "Computing signals") as tell:
        for platform, signals in _transactions(signals_named(names), dry_run=dry_run):
            with transaction(runtime, platform, PURPOSE, dry_run=dry_run) as connection:
                done += [compute(connection, one, span, runtime.settings.env, tell) for one in signals]
    return _report(done, span, dry_run=dry_run)


def _transactions(signals: Sequence[Signal], *, dry_run: bool) -> Iterator[tuple[str, list[Signal]]]:
    for platform, some in groupby(signals, key=lambda signal: signal.platform):
        together = [*some]
        yield from [(platform, together)] if dry_run else [(platform, [one]) for one in together]


def _report(done: Sequence[Computed], span: Span, *, dry_run: bool) -> Report:
    items = [
        {
            "signal": one.signal.name,
            "column": one.signal.column,
            "months": one.parts if one.signal.by_month else None,
            "changed": one.changed,
        }
        for one in done
    ]
    changed = sum(one.changed for one in done)
    columns = [
        Column("signal"),
        Column("column"),
        Column("months", justify="right"),
        Column("changed", justify="right"),
    ]
    note = f"{changed:,} values {'would change' if dry_run else 'changed'}."
    return Report(
        "toolbox.analytics.compute/1", items, {"dry_run": dry_run, "since": span.since, "changed": changed},
        columns=columns, note=note,
    )  # fmt: skip
