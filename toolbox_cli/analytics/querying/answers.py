"""Runs a query, and gives its rows in bounds."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import duckdb
import pyarrow as pa

from toolbox_cli.analytics.extracting.ahead import ahead
from toolbox_cli.analytics.querying.locked import Limits, View, locked
from toolbox_cli.analytics.querying.reading import first_line, only_reading
from toolbox_cli.analytics.querying.sources import GONE
from toolbox_cli.core.errors import InputError, RefusedError, UsageError

BATCH_ROWS: Final = 2048
MOST_BYTES: Final = 256 << 20
"""Of an answer, as it stands in memory: more is a file's, not a terminal's."""


@dataclass
class Answer:
    """What a query found.

    Attributes:
        schema: names and types of its columns.
        batches: its rows; to be read once.
        cut: whether there were more rows than asked for; known when all are read.
        rows: how many there were, likewise.
    """

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    cut: bool = False
    rows: int = 0
    _kept: list[pa.RecordBatch] = field(default_factory=list, repr=False)


@contextmanager
def answered(sql: str, views: list[View], *, most: int, limits: Limits) -> Iterator[Answer]:
    """Run a query over datasets.

    Args:
        sql: one statement that reads.
        views: the datasets.
        most: rows at most.
        limits: time and memory.

    Raises:
        UsageError: it is no SQL, or names what there is not.
        InputError: a file of the datasets is gone.
        RefusedError: it does something else than read the datasets, or takes more than it may.
    """
    with ExitStack() as stack:
        with _explained(views, limits):
            connection = stack.enter_context(locked(views, limits, sql))
            found = stack.enter_context(ahead(_found(connection, sql), stop=connection.interrupt))
            answer = Answer(next(found), iter(()))
        answer.batches = _bounded(found, answer, most, views, limits)
        yield answer


def _found(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[Any]:
    """Give the schema of an answer, and then its batches; in a thread, since DuckDB itself often misses interrupts."""
    reader = connection.sql(only_reading(connection, sql)).to_arrow_reader(BATCH_ROWS)
    yield reader.schema
    yield from reader


def _bounded(
    found: Iterator[pa.RecordBatch], answer: Answer, most: int, views: list[View], limits: Limits
) -> Iterator[pa.RecordBatch]:
    size = 0
    while True:
        with _explained(views, limits):
            batch = next(found, None)
        if batch is None:
            return
        size += batch.nbytes
        if size > MOST_BYTES:
            raise RefusedError(
                f"The answer is larger than {MOST_BYTES >> 20} MiB.", remedy="Ask for fewer columns or rows."
            )
        room = most - answer.rows
        answer.cut = batch.num_rows > room
        answer.rows += min(batch.num_rows, room)
        if room:
            yield batch.slice(0, room)
        if answer.cut:
            return


@contextmanager
def _explained(views: list[View], limits: Limits) -> Iterator[None]:
    try:
        yield
    except duckdb.InterruptException as error:
        if "execution time" not in str(error):
            raise KeyboardInterrupt from None
        raise RefusedError(
            f"The query took longer than {limits.seconds:g} s.", remedy="Give it more time with --timeout."
        ) from None
    except RuntimeError as error:
        if "nterrupt" not in str(error):
            raise
        raise KeyboardInterrupt from None  # DuckDB has another name for it
    except duckdb.OutOfMemoryException:
        raise RefusedError(
            f"The query needs more than {limits.memory_mb} MB of memory and {limits.disk_mb} MB of disk.",
            remedy="Ask for less at once.",
        ) from None
    except duckdb.PermissionException:
        raise RefusedError(
            "The query reaches for files, extensions or addresses; it may read the datasets alone.",
            remedy=_datasets(views),
        ) from None
    except duckdb.IOException as error:
        raise InputError(f"A file of the datasets can't be read: {first_line(error)}", remedy=GONE) from None
    except duckdb.Error as error:
        raise UsageError(f"The query can't be answered: {first_line(error)}", remedy=_datasets(views)) from None


def _datasets(views: list[View]) -> str:
    return f"There are: {', '.join(view.table for view in views)}."
