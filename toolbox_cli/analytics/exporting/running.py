"""Exports one dataset from a snapshot into a generation that is being built."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, func

from toolbox_cli.analytics.arrays import taken
from toolbox_cli.analytics.datasets.dataset import Grows
from toolbox_cli.analytics.exporting.cells import cells
from toolbox_cli.analytics.exporting.choices import SUFFIXES, Form, Partition
from toolbox_cli.analytics.exporting.increments import (
    Horizon,
    Months,
    continues,
    decide,
    layout_of,
    reason_to_rewrite,
    since,
    wanted,
)
from toolbox_cli.analytics.exporting.manifest import Manifest, Part, Terms
from toolbox_cli.analytics.exporting.parts import Bounds, Parts, Place, dealt
from toolbox_cli.analytics.exporting.planning import ALL, UNSETTLED, Reading
from toolbox_cli.analytics.exporting.stores.store import Build, number_of, part_path
from toolbox_cli.analytics.exporting.writing.writer import open_writer
from toolbox_cli.analytics.extracting.extract import Snapshot
from toolbox_cli.analytics.extracting.halves import halves
from toolbox_cli.analytics.masking.leaving import mask_in
from toolbox_cli.analytics.masking.masks import Pseudonym, RowKey
from toolbox_cli.core.errors import ToolboxError


@dataclass(frozen=True)
class Job:
    """One dataset's export, as it was asked for.

    Attributes:
        terms: what the next export must agree with to go on from this one.
        schema: of the files.
        mask: turns raw batches into what leaves.
        incremental: keep what has not changed since the last export.
        earlier: tables of cells that were given before, where cells are exported and not rows.
    """

    reading: Reading
    terms: Terms
    form: Form
    partition: Partition
    schema: pa.Schema
    mask: Callable[[pa.RecordBatch], pa.RecordBatch]
    incremental: bool = False
    earlier: tuple[pa.Table, ...] | None = None
    bounds: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """How an export is gone about.

    Attributes:
        last: the export that it goes on from; None where it writes everything.
        months: what becomes of each month; None where it writes everything.
        because: why it can't go on from the last one, where it was to.
        layout: of the tables that it reads.
        watermark: where the next export can go on.
    """

    last: Manifest | None
    months: Months | None
    because: str | None
    layout: str
    watermark: int | None


@dataclass(frozen=True, slots=True)
class Done:
    """What one export wrote.

    Attributes:
        kept: files of the last export.
        fresh: files that were written.
    """

    way: Way
    kept: tuple[Part, ...]
    fresh: tuple[Part, ...]

    @property
    def files(self) -> tuple[Part, ...]:
        """All files, by path."""
        return tuple(sorted((*self.kept, *self.fresh), key=lambda part: part.path))


def find_way(snapshot: Snapshot, job: Job, last: Manifest | None, now: Horizon) -> Way:
    """Decide what is read, and what stays; counts rows where something may stay."""
    reading = job.reading
    if job.earlier is not None:
        return Way(None, None, None, "", None)
    layout = layout_of(snapshot, reading)
    watermark = now.watermark if continues(reading) else None
    if not job.incremental:
        return Way(None, None, None, layout, watermark)
    if last is not None and last.terms.fingerprint != job.terms.fingerprint:
        return Way(None, None, "the last export was on other terms", layout, watermark)
    because = reason_to_rewrite(reading, last, now, layout)
    if because or last is None:
        return Way(None, None, because, layout, watermark)
    return Way(last, decide(snapshot, reading, last, now, job.partition), None, layout, watermark)


def rows_expected(snapshot: Snapshot, job: Job, way: Way, *, counting: bool = False) -> int:
    """Say how many rows a way will write, without reading them.

    Args:
        snapshot: to be read from.
        job: what is exported.
        way: what is read, and what stays.
        counting: count rows where the way has not, rather than believe the planner.
    """
    if way.months is not None:
        return sum(way.months.read.values())
    if not counting:
        return snapshot.rows_planned(job.reading.statement())
    counting_rows = job.reading.rows.with_only_columns(func.count().label("rows"), maintain_column_froms=True)
    [told] = snapshot.rows(counting_rows.order_by(None))
    return int(told["rows"])


def run(snapshot: Snapshot, job: Job, way: Way, now: Horizon, build: Build, advance: Callable[[int], None]) -> Done:
    """Write what a way says.

    Args:
        snapshot: to be read from.
        job: what is exported.
        way: what is read, and what stays.
        now: where the snapshot stands.
        build: where files go.
        advance: told of rows as they are written.
    """
    kept = tuple(replace(part, path=build.keep(part.path)) for part in _staying(way))
    parts = Parts(
        _paths(kept, build.generation, SUFFIXES[job.form]),
        lambda stream: open_writer(job.form, stream, job.schema, job.reading.dataset),
        build.create,
        job.bounds,
    )
    for place, batch in _placed(snapshot, job, way, now):
        parts.write(place, batch)
        advance(batch.num_rows)
    fresh = tuple(parts.finish())
    if way.months is not None:
        _check(fresh, way.months.read)
    return Done(way, kept, fresh)


def _placed(snapshot: Snapshot, job: Job, way: Way, now: Horizon) -> Iterator[tuple[Place, pa.RecordBatch]]:
    reading = job.reading
    if job.earlier is not None:
        yield from ((Place(ALL, settled=True), batch) for batch in cells(snapshot, reading, list(job.earlier)))
        return
    if way.months is not None and not way.months.read:
        return
    unsettled = _unsettled(reading, way, now)
    conditions = wanted(reading, way.months, way.last, now) if way.months and way.last else ()
    statements = halves(snapshot, reading.statement(*conditions, unsettled=unsettled))
    for raw in snapshot.batches(*statements, repeating=reading.repeating):
        moments = raw.column(reading.clock) if job.partition is Partition.MONTH else None
        flags = raw.column(UNSETTLED) if unsettled is not None else None
        yield from ((place, _in_no_order(reading, batch)) for place, batch in dealt(job.mask(raw), moments, flags))


def _in_no_order(reading: Reading, batch: pa.RecordBatch) -> pa.RecordBatch:
    """Sort rows by keys of the recipient's own: rosters come in by the alphabet, and who has one could count."""
    first = reading.dataset.column(reading.dataset.key[0])
    if reading.dataset.grows is not Grows.IN_PLACE or not isinstance(mask_in(first, reading.mode), Pseudonym | RowKey):
        return batch
    return taken(batch, pc.sort_indices(batch.column(first.name)))


def _unsettled(reading: Reading, way: Way, now: Horizon) -> ColumnElement[bool] | None:
    """Ask for unsettled rows where there may be any, and where it matters."""
    possible = now.ceiling > now.watermark if way.months is None else way.months.unsettled
    return since(reading, now.watermark, now) if possible and way.watermark is not None else None


def _staying(way: Way) -> tuple[Part, ...]:
    if way.months is None or way.last is None:
        return ()
    return tuple(part for part in way.last.files if part.settled and part.month in way.months.kept)


def _paths(kept: tuple[Part, ...], generation: int, suffix: str) -> Callable[[Place], str]:
    """Name files, numbered within their month after those that stay."""
    numbers: dict[str, int] = defaultdict(int)
    for part in kept:
        numbers[part.month] = max(numbers[part.month], number_of(part.path) + 1)

    def path_of(place: Place) -> str:
        number = numbers[place.month]
        numbers[place.month] = number + 1
        return part_path(place.month, number, generation, suffix)

    return path_of


def _check(parts: tuple[Part, ...], counted: Mapping[str, int]) -> None:
    """Hold what was written to what was counted before, in the same snapshot."""
    written = Counter[str]()
    for part in parts:
        written[part.month] += part.rows
    if dict(written) != dict(counted):
        raise ToolboxError("Other rows were written than were counted in the same snapshot; nothing was exported.")
