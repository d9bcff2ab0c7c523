"""Rows go to the files of their months, in little memory, and the same rows make the same files."""

import datetime
import io
import random
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from toolbox_cli.analytics.datasets.registry import DATASETS
from toolbox_cli.analytics.exporting.choices import Form
from toolbox_cli.analytics.exporting.parts import Bounds, Parts, Place, dealt
from toolbox_cli.analytics.exporting.planning import NO_MONTH
from toolbox_cli.analytics.exporting.writing.writer import open_writer

SCHEMA = pa.schema([("number", pa.int64()), ("when", pa.timestamp("us", "UTC"))])
START = datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)


class Kept(io.BytesIO):
    """A stream whose bytes outlast it."""

    content = b""

    def close(self) -> None:
        if not self.closed:
            self.content = self.getvalue()
        super().close()


class Files(dict[str, Kept]):
    def create(self, path: str) -> Any:
        assert path not in self
        return self.setdefault(path, Kept())

    def rows(self, path: str) -> pa.Table:
        return parquet.read_table(io.BytesIO(self[path].content))


def parts_to(files: Files, **bounds: int) -> Parts:
    numbers: dict[Place, int] = {}

    def path_of(place: Place) -> str:
        numbers[place] = numbers.get(place, -1) + 1
        return f"{place.month}-{'settled' if place.settled else 'late'}-{numbers[place]}"

    return Parts(
        path_of,
        lambda stream: open_writer(Form.PARQUET, stream, SCHEMA, DATASETS["module-events"]),
        files.create,
        Bounds(**bounds) if bounds else None,
    )


def batch(numbers: range, days: Any) -> pa.RecordBatch:
    moments = [None if day is None else START + datetime.timedelta(days=day) for day in map(days, numbers)]
    return pa.record_batch([pa.array(numbers, pa.int64()), pa.array(moments, SCHEMA.field("when").type)], schema=SCHEMA)


def write(parts: Parts, *batches: pa.RecordBatch) -> list[Any]:
    for one in batches:
        for place, rows in dealt(one, one.column("when"), None):
            parts.write(place, rows)
    return parts.finish()


def test_each_row_is_in_the_file_of_its_month_in_the_order_it_came() -> None:
    files = Files()
    done = write(parts_to(files), *(batch(range(n, n + 500), lambda k: k * 37 % 1800) for n in range(0, 5000, 500)))
    assert sum(part.rows for part in done) == 5000
    for part in done:
        rows = files.rows(part.path).to_pylist()
        assert {f"{row['when']:%Y-%m}" for row in rows} == {part.month}
        assert [row["number"] for row in rows] == sorted(row["number"] for row in rows)
    assert len({part.month for part in done}) == 60


def test_rows_without_a_time_and_rows_before_1970_have_folders() -> None:
    done = write(parts_to(Files()), batch(range(9), lambda k: [None, -30000, 5][k % 3]))
    assert {part.month: part.rows for part in done} == {NO_MONTH: 3, "1938-11": 3, "2021-01": 3}


def test_unsettled_rows_are_in_files_of_their_own() -> None:
    rows = batch(range(10), lambda k: k * 10)
    late = pa.array([k % 2 == 1 for k in range(10)])
    dealt_out = {place: len(held) for place, held in dealt(rows, rows.column("when"), late)}
    assert dealt_out[Place("2021-01", False)] == 2
    assert dealt_out[Place("2021-01", True)] == 2
    assert {place: len(held) for place, held in dealt(rows, None, None)} == {Place("", True): 10}


def test_little_is_held_and_few_files_are_open_in_whatever_order_rows_come() -> None:
    files = Files()
    parts = parts_to(files, held_bytes=20_000, open_files=4, group_rows=100_000)
    most_held = most_open = 0
    for n in range(0, 20_000, 1000):
        one = batch(range(n, n + 1000), lambda k: k * 7919 % 1800)
        for place, rows in dealt(one, one.column("when"), None):
            parts.write(place, rows)
            most_held = max(most_held, parts._held_bytes)
            most_open = max(most_open, len(parts._open))
    done = parts.finish()
    assert (most_open, most_held <= 20_000) == (4, True)
    assert sum(part.rows for part in done) == 20_000
    assert sorted(files) == sorted(part.path for part in done)


def test_a_file_that_has_grown_large_is_followed_by_another() -> None:
    chance = random.Random(7)  # noqa: S311  data
    batches = [batch(range(n, n + 5000), lambda _: 3) for n in range(0, 100_000, 5000)]
    scattered = [
        one.set_column(0, "number", pa.array([chance.getrandbits(62) for _ in range(5000)], pa.int64()))
        for one in batches
    ]
    done = write(parts_to(Files(), part_bytes=100_000, group_rows=5000), *scattered)
    assert len(done) > 2
    assert {part.month for part in done} == {"2021-01"}
    assert all(part.rows % 5000 == 0 for part in done)
    assert all(part.size_bytes < 500_000 for part in done)  # what waits to be written is not counted


def test_the_same_rows_make_the_same_bytes() -> None:
    hashes = [
        [(part.path, part.sha256) for part in write(parts_to(Files()), batch(range(3000), lambda k: k * 31 % 400))]
        for _ in range(2)
    ]
    assert hashes[0] == hashes[1]


def test_what_a_file_is_said_to_be_is_what_it_is() -> None:
    import hashlib

    files = Files()
    [part] = write(parts_to(files), batch(range(50), lambda _: 1))
    content = files[part.path].content
    assert (part.size_bytes, part.sha256) == (len(content), hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows_or_none(rows: int) -> None:
    assert sum(part.rows for part in write(parts_to(Files()), batch(range(rows), lambda _: 1))) == rows
