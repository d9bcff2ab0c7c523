"""A connection of the ADBC driver, spoken to directly: its DB-API layer loads whatever data frames are installed."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg

from toolbox_cli.core.errors import MissingExtraError, RefusedError

if TYPE_CHECKING:
    import pyarrow as pa
    from adbc_driver_manager import AdbcConnection

_NOT_THERE = frozenset({"42P01", "3F000", "42703", "42883"})
_SERVERS_WORDS = re.compile(r"(?:ERROR|FATAL): (.+?)(?: (?:LINE \d+|HINT|DETAIL|CONTEXT|Query was):|$)")
_HINT = "adbc.postgresql.batch_size_hint_bytes"
_COPY = "adbc.postgresql.use_copy"


class Connection:
    """One connection, in autocommit."""

    def __init__(self, connection: "AdbcConnection", also: "Callable[[], AdbcConnection]") -> None:
        self._connection = connection
        self._also = also

    @contextmanager
    def another(self) -> "Iterator[Connection]":
        """Open one more connection to the same server, with what this one has learned of its types."""
        with told(), self._also() as connection:
            yield Connection(connection, self._also)

    def execute(self, command: str) -> None:
        """Run what gives no rows."""
        with told(), self._statement(command) as statement:
            statement.execute_update()

    @contextmanager
    def reading(self, query: str, *, batch_bytes: int) -> "Iterator[pa.RecordBatchReader]":
        """Ask, and give the answer batch by batch; a batch is about so large."""
        with told(), self._statement(query, **{_HINT: str(batch_bytes)}) as statement:
            yield _reader(statement)

    def read(self, query: str, *, copying: bool = True) -> list[dict[str, Any]]:
        """Ask for a few rows; what can't be copied, such as a plan, is asked for in the usual way."""
        with told(), self._statement(query, **{_COPY: "true" if copying else "false"}) as statement:
            found: list[dict[str, Any]] = _reader(statement).read_all().to_pylist()
        return found

    def cancel(self) -> None:
        """End the statement that runs, from another thread."""
        self._connection.cancel()

    @contextmanager
    def _statement(self, text: str, **options: str) -> Iterator[Any]:
        from adbc_driver_manager import AdbcStatement

        with AdbcStatement(self._connection) as statement:
            statement.set_options(**options)
            statement.set_sql_query(text)
            yield statement


@contextmanager
def connected(address: str) -> Iterator[Connection]:
    """Open a connection.

    Raises:
        MissingExtraError: the extra `analytics` is not installed.
    """
    try:
        import adbc_driver_postgresql
        import pyarrow as pa  # the driver does without, and then gives nothing that we can use
        from adbc_driver_manager import AdbcConnection
    except ModuleNotFoundError as error:
        raise MissingExtraError(str(error.name), "analytics") from None
    pa.set_memory_pool(pa.system_memory_pool())  # its own ones keep a quarter more of what a batch leaves behind
    with told(), adbc_driver_postgresql.connect(address) as database, AdbcConnection(database) as connection:
        yield Connection(connection, partial(AdbcConnection, database))


@contextmanager
def told() -> Iterator[None]:
    """Tell the driver's errors as those of psycopg, which the edge knows how to explain."""
    from adbc_driver_manager import Error

    try:
        yield
    except Error as error:
        message = _said(str(error))
        if error.sqlstate in _NOT_THERE:
            raise RefusedError(
                f"The database lacks what this needs: {message}.",
                remedy="Bring it to its newest revision first: toolbox db upgrade",
            ) from error
        raise _known(error.sqlstate)(message) from error


def _said(message: str) -> str:
    """Give what the server said, without what the driver puts around it: the whole query, for one."""
    text = " ".join(message.split())
    found = _SERVERS_WORDS.search(text)
    return found[1] if found else text


def _reader(statement: Any) -> "pa.RecordBatchReader":
    from adbc_driver_manager._reader import AdbcRecordBatchReader

    handle, _ = statement.execute_query()
    return AdbcRecordBatchReader._import_from_c(handle.address)


def _known(sqlstate: str | None) -> type[psycopg.Error]:
    try:
        return psycopg.errors.lookup(sqlstate or "")
    except KeyError:
        return psycopg.OperationalError
