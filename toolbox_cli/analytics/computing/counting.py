"""How many students are at risk, so that nobody is told of."""

import datetime
from collections.abc import Sequence
from typing import Final

from toolbox_cli.analytics.computing.risk import risks
from toolbox_cli.analytics.computing.signal import PERSONS
from toolbox_cli.analytics.reporting.reports.persons import guarded
from toolbox_cli.analytics.reporting.suppression.shapes import Zeros
from toolbox_cli.analytics.reporting.told import HIDDEN
from toolbox_cli.core.database.transaction import transaction
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime

BANDS: Final = (0.0, 0.25, 0.5, 0.75)
"""Least score of each band; the next one's is no longer in it."""


def at_risk(runtime: Runtime, at: datetime.datetime | None) -> Report:
    """Count students of frames by score; small bands, and as many others as it takes, are hidden."""
    moment = at.replace(tzinfo=datetime.UTC) if at else runtime.now()
    counts = [0] * len(BANDS)
    with transaction(runtime, "frames", "toolbox analytics at-risk", dry_run=True) as connection:
        for one in risks(connection, moment):
            counts[sum(one.score >= least for least in BANDS) - 1] += 1
    total, *told = told_of(counts)
    ends = (*BANDS[1:], 1.0)
    items = [{"from": low, "to": high, "students": n} for low, high, n in zip(BANDS, ends, told, strict=True)]
    note = "There are too few students to tell of." if total is None else f"{total:,} students have a score."
    if total is not None and None in told:
        note += f" Bands of fewer than {PERSONS} are hidden, and others that would give them away."
    columns = [Column("from", justify="right"), Column("to", justify="right"), Column("students", justify="right")]
    return Report(
        "toolbox.analytics.at-risk/1", items, {"at": moment, "students": total}, columns=columns, note=note
    )  # fmt: skip


def told_of(counts: Sequence[int]) -> list[int | None]:
    """Give the sum of all bands and then each, None where it would tell of few; nobody in a band tells of all others.

    Example:
        >>> told_of([40, 30, 3, 20]), told_of([40, 30, 20]), told_of([4, 3])
        ([93, 40, 30, None, None], [90, 40, 30, 20], [None, None, None])
    """
    bands = (None, *range(len(counts)))
    cells = [{"band": band, "students": n} for band, n in zip(bands, (sum(counts), *counts), strict=True)]
    told = guarded(cells, by=["band"], count="students", zeros=Zeros.HIDDEN)
    return [None if one["students"] is HIDDEN else cell["students"] for one, cell in zip(told, cells, strict=True)]
