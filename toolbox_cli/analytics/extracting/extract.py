"""Reads datasets as they stand at one moment: one read-only snapshot of a database, in batches."""

import json
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
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

BATCH_BYTES: Final = 7 * 1024 * 1024
"""About how much of the server's answer the driver takes at once; it holds up to twice as much for it, and longer."""
BATCH_ROWS: Final = 16_384
"""Rows that are worked on at once, at least."""

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

    def __init__(self, connection: Connection, names: Names, patience: Patience) -> None:
        self._connection = connection
        self._patience = patience
        self.names = names

    def batches(self, *statements: Select[Any], repeating: frozenset[str] = frozenset()) -> "Iterator[pa.RecordBatch]":
        """Give the rows of statements over the models, each in the server's order, as plain Arrow.

        Several statements are read at once, each by a connection of its own, and give a batch each in turn. UUIDs and
        exact numerics are text. The next batches are read while one is worked on. Read them to the end before the
        snapshot is asked again; one that is left before its end ends the snapshot.

        Args:
            statements: their columns are named, the same in each.
            repeating: columns of text or keys that are given as dictionaries.
        """
        with told(), ExitStack() as stack:
            readers = [stack.enter_context(connection) for connection in self._readers(len(statements))]
            sources = [
                stack.enter_context(_batches(connection, sql_of(statement, self.names)))
                for connection, statement in zip(readers, statements, strict=True)
            ]
            for batch in _in_turn(sources):
                yield plain(batch, repeating)

    def _readers(self, count: int) -> Iterator[AbstractContextManager[Connection]]:
        yield nullcontext(self._connection)
        if count > 1:
            [exported] = self.rows("SELECT pg_export_snapshot() AS name")
            yield from (self._another(exported["name"]) for _ in range(count - 1))

    @contextmanager
    def _another(self, exported: str) -> Iterator[Connection]:
        with self._connection.another() as connection:
            _begin(connection, self._patience, exported)
            yield connection

    def rows(self, statement: Select[Any] | str) -> list[dict[str, Any]]:
        """Give a few rows at once, as values of Python; text is SQL as it is."""
        return self._connection.read(statement if isinstance(statement, str) else sql_of(statement, self.names))

    def rows_planned(self, statement: Select[Any]) -> int:
        """Give the number of rows that the planner believes a statement to have."""
        [plan] = json.loads(self.explained(statement))
        return int(plan["Plan"]["Plan Rows"])

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
    patience = patience or Patience()
    with connected(address) as connection:
        _begin(connection, patience)
        yield Snapshot(connection, target.names, patience)


def at_replica(target: Target, url: str) -> Target:
    """Give a copy of a database, such as a standby, in its place.

    Raises:
        ConfigurationError: the address is none of PostgreSQL.
    """
    return replace(target_at(url, "--replica-url"), names=target.names)


@contextmanager
def _batches(connection: Connection, query: str) -> "Iterator[Iterator[pa.RecordBatch]]":
    with (
        connection.reading(query, batch_bytes=BATCH_BYTES) as reader,
        ahead(reader, stop=connection.cancel) as batches,
    ):
        yield _together(batches)


def _in_turn(sources: "Sequence[Iterator[pa.RecordBatch]]") -> "Iterator[pa.RecordBatch]":
    """Take one batch of each in turn: not as they come, since the same rows are to make the same bytes."""
    waiting = deque(sources)
    while waiting:
        source = waiting.popleft()
        if (batch := next(source, None)) is not None:
            waiting.append(source)
            yield batch


def _together(batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
    """Put small batches together to such as are worth the work on each."""
    import pyarrow as pa

    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        waiting.append(batch)
        rows += batch.num_rows
        if rows >= BATCH_ROWS:
            yield waiting[0] if len(waiting) == 1 else pa.concat_batches(waiting)
            waiting, rows = [], 0
    if waiting:
        yield pa.concat_batches(waiting)


def _begin(connection: Connection, patience: Patience, exported: str = "") -> None:
    """Begin a transaction that only reads, in the snapshot that another one has exported, if named."""
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    if exported:
        connection.execute(f"SET TRANSACTION SNAPSHOT '{exported}'")
    for command in _settings(patience):
        connection.execute(command)


def _settings(patience: Patience) -> Iterator[str]:
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
