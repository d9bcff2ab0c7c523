"""Reads datasets as they stand at one moment: one read-only snapshot of a database, in batches."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import psycopg
from sqlalchemy import Select

from toolbox_cli.analytics.extracting.ahead import ahead
from toolbox_cli.analytics.extracting.compiling import sql_of
from toolbox_cli.analytics.extracting.decoding import plain
from toolbox_cli.analytics.extracting.driver import Connection, connected, told
from toolbox_cli.core.database.connect import connect, conninfo_of
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target, target_at

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_BYTES: Final = 1024 * 1024
"""About how much of the server's answer the driver takes at once; it holds up to twice as much for it, and longer."""
BATCH_ROWS: Final = 32_768
"""Rows that are worked on at once."""

_PURPOSE: Final = "toolbox analytics"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the server may take.

    Attributes:
        statement_s: for one dataset, its writing included; 0 for as long as it takes.
        idle_s: between two statements of the snapshot; then the server ends it.
        lock_s: for somebody's lock on a table, such as that of a migration.
    """

    statement_s: int = 4 * 3600
    idle_s: int = 600
    lock_s: int = 30


class Snapshot:
    """A database at one moment; made by `snapshot`."""

    def __init__(self, connection: Connection, names: Names) -> None:
        self._connection = connection
        self.names = names

    def batches(self, statement: Select[Any], repeating: frozenset[str] = frozenset()) -> "Iterator[pa.RecordBatch]":
        """Give the rows of a statement over the models, in the server's order, as plain Arrow.

        UUIDs and exact numerics are text. The next batch is read while one is worked on. Read them to the end before
        the snapshot is asked again; one that is left before its end ends the snapshot.

        Args:
            statement: its columns are named.
            repeating: columns of text or keys that are given as dictionaries.
        """
        query = sql_of(statement, self.names)
        with (
            told(),
            self._connection.reading(query, batch_bytes=BATCH_BYTES) as reader,
            ahead(reader, stop=self._connection.cancel) as batches,
        ):
            for batch in _together(batches):
                yield plain(batch, repeating)

    def rows(self, statement: Select[Any] | str) -> list[dict[str, Any]]:
        """Give a few rows at once, as values of Python; text is SQL as it is."""
        return self._connection.read(statement if isinstance(statement, str) else sql_of(statement, self.names))

    def explained(self, statement: Select[Any]) -> str:
        """Give the plan of a statement as JSON."""
        [row] = self._connection.read(f"EXPLAIN (FORMAT JSON) {sql_of(statement, self.names)}", copying=False)
        [plan] = row.values()
        return str(plan)


@contextmanager
def snapshot(target: Target, patience: Patience | None = None) -> Iterator[Snapshot]:
    """Open a snapshot: whatever is read from it is of one moment, and nothing can be written.

    Args:
        target: which database; its names are used.
        patience: how long the server may take.

    Raises:
        MissingExtraError: the extra `analytics` is not installed.
        UnreachableError: the database can't be reached.
        RefusedError: it lacks tables, or the role may not read them; where it shows.
    """
    with connect(target, direct=True, purpose=_PURPOSE):  # says what is wrong, better than the driver does
        address = psycopg.conninfo.make_conninfo(conninfo_of(target, direct=True), application_name=_PURPOSE)
    with connected(address) as connection:
        for command in _opening(patience or Patience()):
            connection.execute(command)
        yield Snapshot(connection, target.names)


def at_replica(target: Target, url: str) -> Target:
    """Give a copy of a database, such as a standby, in its place.

    Raises:
        ConfigurationError: the address is none of PostgreSQL.
    """
    return replace(target_at(url, "--replica-url"), names=target.names)


def _together(batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
    """Put small batches together to such as are worth the work on each."""
    import pyarrow as pa

    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        waiting.append(batch)
        rows += batch.num_rows
        if rows >= BATCH_ROWS:
            yield pa.concat_batches(waiting)
            waiting, rows = [], 0
    if waiting:
        yield pa.concat_batches(waiting)


def _opening(patience: Patience) -> Iterator[str]:
    yield "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    settings: dict[str, int | str] = {
        "statement_timeout": patience.statement_s * 1000,
        "idle_in_transaction_session_timeout": patience.idle_s * 1000,
        "lock_timeout": patience.lock_s * 1000,
        "timezone": "UTC",
        "synchronize_seqscans": "off",  # the same rows in the same order make the same bytes
        "max_parallel_workers_per_gather": 0,
        "jit": "off",
        "row_security": "off",  # a policy that hid rows would make an export that is not whole
    }
    for name, value in settings.items():
        yield f"SET LOCAL {name} = '{value}'"
