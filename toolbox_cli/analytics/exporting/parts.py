"""Deals rows out to the files of their months, in little memory however many months are open and in whatever order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from toolbox_cli.analytics.arrays import numbers, plain_numbers, taken, where_null
from toolbox_cli.analytics.exporting.manifest import Part
from toolbox_cli.analytics.exporting.planning import NO_MONTH
from toolbox_cli.analytics.exporting.writing.writer import Writer


class Place(NamedTuple):
    """Where a row goes: its month, and whether the next export may keep the file."""

    month: str
    settled: bool


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a dealing-out keeps to.

    Attributes:
        part_bytes: about how large a file grows before another is begun.
        group_rows: rows that are written at once, where rows of one month come together.
        held_bytes: rows of all months that wait to be written.
        open_files: files that are open at once.
    """

    part_bytes: int = 256 * 1024 * 1024
    group_rows: int = 16_384
    held_bytes: int = 16 * 1024 * 1024
    open_files: int = 64


@dataclass
class _Held:
    batches: list[pa.RecordBatch] = field(default_factory=list)
    rows: int = 0
    size_bytes: int = 0


class Parts:
    """The files of one dataset that are being written."""

    def __init__(
        self,
        path_of: Callable[[Place], str],
        open_file: Callable[[BinaryIO], Writer],
        create: Callable[[str], BinaryIO],
        bounds: Bounds | None = None,
    ) -> None:
        """Begin with no file.

        Args:
            path_of: names the next file of a place, another one each time.
            open_file: makes a writer of a stream.
            create: makes a stream of a path.
            bounds: what memory and sizes are held to.
        """
        self._path_of = path_of
        self._open_file = open_file
        self._create = create
        self._bounds = bounds or Bounds()
        self._held: dict[Place, _Held] = {}
        self._held_bytes = 0
        self._open: dict[Place, tuple[str, Writer]] = {}  # the least lately used first
        self._parts: list[Part] = []

    def write(self, place: Place, batch: pa.RecordBatch) -> None:
        """Take rows of one place; many at once mean that rows come in order, and that other places have had theirs."""
        if batch.num_rows >= self._bounds.group_rows:
            for other in sorted(self._held.keys() - {place}):
                self._flush(other)
        held = self._held.setdefault(place, _Held())
        held.batches.append(batch)
        held.rows += batch.num_rows
        held.size_bytes += batch.nbytes
        self._held_bytes += batch.nbytes
        if held.rows >= self._bounds.group_rows:
            self._flush(place)
        while self._held_bytes > self._bounds.held_bytes:
            self._flush(max(self._held, key=lambda other: (self._held[other].size_bytes, other)))

    def finish(self) -> list[Part]:
        """Write what waits, and end all files; gives them by path."""
        for place in sorted(self._held):
            self._flush(place)
        for place in sorted(self._open):
            self._end(place)
        return sorted(self._parts, key=lambda part: part.path)

    def _flush(self, place: Place) -> None:
        held = self._held.pop(place)
        self._held_bytes -= held.size_bytes
        writer = self._writer(place)
        writer.write(held.batches[0] if len(held.batches) == 1 else pa.concat_batches(held.batches))
        if writer.size_bytes >= self._bounds.part_bytes:
            self._end(place)

    def _writer(self, place: Place) -> Writer:
        if place in self._open:
            self._open[place] = self._open.pop(place)
        else:
            if len(self._open) >= self._bounds.open_files:
                self._end(next(iter(self._open)))
            path = self._path_of(place)
            self._open[place] = path, self._open_file(self._create(path))
        return self._open[place][1]

    def _end(self, place: Place) -> None:
        path, writer = self._open.pop(place)
        done = writer.close()
        self._parts.append(Part(path, place.month, place.settled, done.rows, done.size_bytes, done.sha256))


def dealt(
    batch: pa.RecordBatch, moments: pa.Array | None, unsettled: pa.Array | None
) -> Iterator[tuple[Place, pa.RecordBatch]]:
    """Give a batch's rows by their places, in rising order of places, each place's rows in the batch's order.

    Args:
        batch: what is written.
        moments: of each row, in UTC; None where months decide nothing.
        unsettled: of each row; None where all are settled.
    """
    keys = _keys(batch.num_rows, moments, unsettled)
    if keys.size == 1:
        yield _place(keys[0], dated=moments is not None), batch
        return
    for key in np.unique(keys):
        rows = numbers(np.flatnonzero(keys == key))
        yield _place(key, dated=moments is not None), taken(batch, rows)


_NEVER: Final = np.iinfo(np.int64).max // 4
"""The month of rows without a time: the last of all."""


def _keys(count: int, moments: pa.Array | None, unsettled: pa.Array | None) -> np.ndarray:
    """Give each row's place as a number: twice its month since 1970, and one more where it is unsettled.

    Where all rows have one place, it is given once.
    """
    keys = np.zeros(min(count, 1), dtype=np.int64) if moments is None else _months(moments) * 2
    if unsettled is not None:
        keys = keys + plain_numbers(unsettled)
    return keys[:1] if keys.size > 1 and keys.min() == keys.max() else keys


def _months(moments: pa.Array) -> np.ndarray:
    """Give each row's month since 1970, and the last of all where it has none; once where all have the same."""
    when = moments.cast(pa.timestamp("us", "UTC")).cast(pa.int64())
    if when.null_count == len(when):
        return np.full(len(when), _NEVER)
    ends = pc.min_max(when)
    first, last = (np.int64(ends[name].as_py()).view("datetime64[us]").astype("datetime64[M]") for name in ends)
    if first == last and not when.null_count:
        return np.array([first.astype(np.int64)])
    later = np.arange(first + 1, last + 1).astype("datetime64[us]").astype(np.int64)
    counted: np.ndarray = first.astype(np.int64) + np.searchsorted(later, plain_numbers(when), side="right")
    if when.null_count:
        counted[where_null(when)] = _NEVER
    return counted


def _place(key: np.int64, *, dated: bool) -> Place:
    month, unsettled = divmod(int(key), 2)
    if not dated:
        return Place("", not unsettled)
    return Place(NO_MONTH if month == _NEVER else str(np.datetime64(month, "M")), not unsettled)
