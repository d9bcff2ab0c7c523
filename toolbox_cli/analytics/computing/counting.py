"""How many students are at risk, so that nobody is told of."""

import datetime
from collections.abc import Sequence
from typing import Final

from toolbox_cli.analytics.computing.risk import risks
from toolbox_cli.analytics.computing.signal import PERSONS
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
    told = hidden(counts)
    ends = (*BANDS[1:], 1.0)
    items = [{"from": low, "to": high, "students": n} for low, high, n in zip(BANDS, ends, told, strict=True)]
    total = sum(counts) if sum(counts) >= PERSONS else None
    note = "There are too few students to tell of." if total is None else f"{total:,} students have a score."
    if total is not None and None in told:
        note += f" Bands of fewer than {PERSONS} are hidden, and others that would give them away."
    columns = [Column("from", justify="right"), Column("to", justify="right"), Column("students", justify="right")]
    return Report(
        "toolbox.analytics.at-risk/1", items, {"at": moment, "students": total}, columns=columns, note=note
    )  # fmt: skip


def hidden(counts: Sequence[int], least: int = PERSONS) -> list[int | None]:
    """Hide counts under `least`, and the smallest others until what is hidden can't be worked out from the sum.

    Example:
        >>> hidden([40, 30, 3, 20]), hidden([40, 30, 20]), hidden([40, 9, 3]), hidden([4, 3])
        ([40, 30, None, None], [40, 30, 20], [40, None, None], [None, None])
    """
    order = sorted(range(len(counts)), key=counts.__getitem__)
    hide = sum(count < least for count in counts)
    while 0 < hide < len(counts) and (hide == 1 or sum(counts[place] for place in order[:hide]) < least):
        hide += 1
    return [None if place in order[:hide] else count for place, count in enumerate(counts)]
