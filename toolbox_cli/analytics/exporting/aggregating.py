"""Makes a dataset a table of cells, month by month and by what it is grouped by, with small cells hidden.

Rows pass as a stream: they are masked as in any other export, and DuckDB adds them up, first by cell and person, then
by cell and every total. So masks are in one place, nothing that tells who somebody is reaches a disk, and memory
depends on the number of cells and persons, not of rows.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.exporting.planning import NO_MONTH, Reading
from toolbox_cli.analytics.extracting.extract import Snapshot
from toolbox_cli.analytics.masking.applying import masker
from toolbox_cli.analytics.masking.modes import Mode
from toolbox_cli.analytics.masking.pseudonyms import Pseudonyms
from toolbox_cli.analytics.reporting.suppression.shapes import DEFAULT_THRESHOLD, Audit, Beside, Published, Suppressed
from toolbox_cli.analytics.reporting.suppression.suppress import suppress
from toolbox_cli.core.errors import RefusedError

ALL: Final = "(all)"
"""Stands for every value of a column."""
NONE: Final = "(none)"
"""Stands for rows in which a column has no value."""
MOST_CELLS: Final = 20_000
"""More than that nobody reads, and hiding takes minutes."""

_MEMORY: Final = "192MB"


def aggregate_schema(dataset: Dataset) -> pa.Schema:
    """Give the types of a dataset's table of cells."""
    fields = [(name, pa.string()) for name in _by(dataset)]
    fields += [("rows", pa.int64())]
    if dataset.person is not None:
        fields += [("persons", pa.int64())]
    for measure in dataset.measures:
        fields += [(measure.name, pa.float64())]
        if dataset.person is not None:
            fields += [(f"{measure.name}_persons", pa.int64())]
    told = {"dataset": dataset.name, "version": str(dataset.version), "privacy": "aggregate"}
    return pa.schema([*fields, ("suppressed", pa.bool_())], metadata=told)


def trimmed(dataset: Dataset) -> Dataset:
    """Leave out columns that a table of cells says nothing of."""
    named = {dataset.time, *dataset.by, dataset.person, *(measure.column for measure in dataset.measures)}
    columns = tuple(column for column in dataset if column.name in named)
    return replace(dataset, columns=columns, key=(dataset.time,))


def batches_of(snapshot: Snapshot, reading: Reading) -> Iterator[pa.RecordBatch]:
    """Give the rows of a dataset, masked under a key that nobody keeps, each with its month."""
    reading = Reading(trimmed(reading.dataset), Mode.PSEUDONYMOUS, reading.span)
    mask = masker(reading.dataset, reading.mode, Pseudonyms(secrets.token_bytes(32)))
    for raw in snapshot.batches(reading.statement(), repeating=reading.repeating):
        moments = raw.column(reading.clock).cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))
        yield mask(raw).append_column("month", pc.strftime(moments, "%Y-%m").fill_null(NO_MONTH))


def aggregate(
    dataset: Dataset,
    batches: Iterable[pa.RecordBatch],
    folder: Path,
    *,
    threshold: int = DEFAULT_THRESHOLD,
    earlier: Sequence[pa.Table] = (),
) -> Suppressed:
    """Count rows and persons, and average measures, by month and by what the dataset is grouped by.

    Rows that are no person's are counted as they are. Rows of unknown persons count as one person's.

    Args:
        dataset: what the rows are of.
        batches: as `batches_of` gives them.
        folder: private; DuckDB puts aside there what does not fit into memory.
        threshold: the least number of persons that a cell is told for.
        earlier: tables of the same dataset that the recipient has, as they were given.

    Returns:
        The table by `aggregate_schema`, totals first; numbers are null where `suppressed` says so, and a mean also
        where it is made from few persons or all of them have the same.

    Raises:
        RefusedError: there are too many cells.
    """
    cells = _counted(dataset, batches, folder)
    if cells.num_rows > MOST_CELLS:
        raise RefusedError(
            f"{dataset.name} comes to {cells.num_rows} cells and totals; at most {MOST_CELLS} are told at once.",
            remedy="Ask for fewer months with --since and --until.",
        )
    if dataset.person is None:
        answer = Suppressed(_marked(cells), (), Audit(cells=cells.num_rows, small=0, complements=0, proven=0))
    else:
        answer = suppress(
            cells, by=_by(dataset), count="persons", threshold=threshold, additive=False,
            measures=["rows", *(_beside(measure.name) for measure in dataset.measures)],
            published=[_published(dataset, table) for table in earlier],
        )  # fmt: skip
    return replace(answer, table=_told(dataset, answer.table))


def _by(dataset: Dataset) -> tuple[str, ...]:
    return ("month", *dataset.by)


def _beside(measure: str) -> Beside:
    return Beside(measure, persons=f"{measure}_persons", withheld=f"{measure}_same")


def _marked(cells: pa.Table) -> pa.Table:
    return cells.append_column("suppressed", pa.array([False] * cells.num_rows))


def _published(dataset: Dataset, table: pa.Table) -> Published:
    for name in _by(dataset):
        column = table.column(name)
        is_total = pc.equal(column, ALL)
        table = table.set_column(table.schema.get_field_index(name), name, pc.if_else(is_total, None, column))
    return Published(table, _by(dataset), "persons")


def _told(dataset: Dataset, table: pa.Table) -> pa.Table:
    for name in _by(dataset):
        column = table.column(name).fill_null(ALL)
        table = table.set_column(table.schema.get_field_index(name), name, column)
    schema = aggregate_schema(dataset)
    return table.select(schema.names).cast(schema)


def _counted(dataset: Dataset, batches: Iterable[pa.RecordBatch], folder: Path) -> pa.Table:
    stream = iter(batches)
    first = next(stream, None)
    if first is None:
        return aggregate_schema(dataset).empty_table().drop_columns(["suppressed"])
    reader = pa.RecordBatchReader.from_batches(first.schema, _again(first, stream))
    with duckdb.connect() as connection:
        # one thread adds up in the rows' order, so the same rows give the same means
        for name, value in (("memory_limit", _MEMORY), ("threads", "1"), ("temp_directory", str(folder))):
            connection.execute(f"SET {name} = '{value.replace(chr(39), chr(39) * 2)}'")
        connection.register("batches", reader)
        connection.execute(f"CREATE TEMP TABLE persons AS {_by_person(dataset)}")
        return connection.sql(_by_cell(dataset)).to_arrow_table()


def _again(first: pa.RecordBatch, rest: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield first
    yield from rest


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _by_person(dataset: Dataset) -> str:
    """Add up what one person did in one cell."""
    by = [f"coalesce(CAST({_quoted(name)} AS VARCHAR), '{NONE}') AS {_quoted(name)}" for name in _by(dataset)]
    who = f"coalesce({_quoted(dataset.person)}, '')" if dataset.person else "''"
    sums = [
        f"sum(CAST({_quoted(measure.column)} AS DOUBLE)) AS sum_{at}, count({_quoted(measure.column)}) AS count_{at}, "
        f"min(CAST({_quoted(measure.column)} AS DOUBLE)) AS least_{at}, "
        f"max(CAST({_quoted(measure.column)} AS DOUBLE)) AS most_{at}"
        for at, measure in enumerate(dataset.measures)
    ]
    columns = ", ".join([*by, f"{who} AS who", "count(*) AS many", *sums])
    return f"SELECT {columns} FROM batches GROUP BY ALL"  # noqa: S608 - names of columns of ours, quoted


def _by_cell(dataset: Dataset) -> str:
    """Add persons up to cells and to every total of them."""
    by = ", ".join(map(_quoted, _by(dataset)))
    numbers = ['CAST(sum(many) AS BIGINT) AS "rows"']
    if dataset.person is not None:
        numbers += ["count(DISTINCT who) AS persons"]
    for at, measure in enumerate(dataset.measures):
        numbers.append(f"sum(sum_{at}) / sum(count_{at}) AS {_quoted(measure.name)}")
        if dataset.person is not None:
            some = f"FILTER (count_{at} > 0)"
            numbers.append(f"count(DISTINCT who) {some} AS {_quoted(measure.name + '_persons')}")
            same = f"coalesce(min(least_{at}) = max(most_{at}), false)"
            numbers.append(f"{same} AS {_quoted(measure.name + '_same')}")
    order = ", ".join(f"{_quoted(name)} NULLS FIRST" for name in _by(dataset))
    return f"SELECT {by}, {', '.join(numbers)} FROM persons GROUP BY CUBE ({by}) ORDER BY {order}"  # noqa: S608
