"""Many statements in one round trip, each stretch of them failing for itself."""

import select
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus

from toolbox_cli.core.errors import RefusedError, UnreachableError

Row = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """One statement; its values are text, and the server finds out of which type."""

    text: str
    values: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """What the server said against a statement; names are empty where it gave none."""

    sqlstate: str
    message: str
    table: str = ""
    constraint: str = ""
    column: str = ""
    context: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of one statement.

    Attributes:
        error: why it was refused.
        reached: False where an earlier statement of its stretch was refused.
        status: the server's word for what was done, "UPDATE 1" for instance.
    """

    rows: tuple[Row, ...] = ()
    error: Refused | None = None
    reached: bool = True
    status: str = ""


def exchange(connection: psycopg.Connection[Any], stretches: Sequence[Sequence[Command]]) -> list[list[Reply]]:
    """Run stretches of statements; after an error, what is left of the stretch is passed over.

    Args:
        connection: idle or in a transaction, in no pipeline of psycopg's own.
        stretches: none of them empty.

    Returns:
        One list of replies a stretch, one reply a statement.

    Raises:
        UnreachableError: the connection was lost.
    """
    raw = connection.pgconn
    raw.nonblocking = 1
    raw.enter_pipeline_mode()
    try:
        for stretch in stretches:
            for command in stretch:
                raw.send_query_params(command.text.encode(), [_encoded(value) for value in command.values])
            raw.pipeline_sync()
        return list(_collected(connection, len(stretches)))
    except psycopg.OperationalError as error:
        raise UnreachableError("The connection to the database was lost.", remedy="Try again.") from error
    finally:
        if raw.status == ConnStatus.OK:
            raw.exit_pipeline_mode()
            raw.nonblocking = 0


def run(connection: psycopg.Connection[Any], *commands: Command) -> list[Reply]:
    """Run one stretch."""
    return exchange(connection, [commands])[0]


def refuse_errors(replies: Sequence[Reply]) -> None:
    """Raise the first error among replies.

    Raises:
        RefusedError: there is one.
    """
    error = next((reply.error for reply in replies if reply.error is not None), None)
    if error is not None:
        raise _explained(error)


def _explained(error: Refused) -> RefusedError:
    if error.sqlstate == "25006" or "recovery" in error.message:
        return RefusedError(
            f"Rows can't be tried in a database that takes no writes: {error.message}.",
            remedy="Prove the rules on a clone, without --live, or use the primary's address.",
        )
    return RefusedError(f"The server refused what the proof begins with: {error.message} ({error.sqlstate}).")


def _collected(connection: psycopg.Connection[Any], stretches: int) -> Iterator[list[Reply]]:
    replies: list[Reply] = []
    for result in _results(connection):
        if result.status == ExecStatus.PIPELINE_SYNC:
            yield replies
            replies, stretches = [], stretches - 1
            if not stretches:
                return
        else:
            replies.append(_reply(result, connection.info.encoding))


def _results(connection: psycopg.Connection[Any]) -> Iterator[psycopg.pq.abc.PGresult]:
    """Give results as they come, and send what is still to send meanwhile; without end."""
    raw = connection.pgconn
    while True:
        while raw.is_busy():
            unsent = raw.flush()
            readable, _, _ = select.select([raw.socket], [raw.socket] if unsent else [], [])
            if readable:
                raw.consume_input()
        result = raw.get_result()
        if result is not None:
            yield result
        if raw.status != ConnStatus.OK:
            raise psycopg.OperationalError(raw.error_message.decode(errors="replace"))


def _reply(result: psycopg.pq.abc.PGresult, encoding: str) -> Reply:
    if result.status == ExecStatus.PIPELINE_ABORTED:
        return Reply(reached=False)
    if result.status in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
        return Reply(tuple(_rows(result, encoding)), status=(result.command_status or b"").decode())

    def said(field: DiagnosticField) -> str:
        return (result.error_field(field) or b"").decode(encoding, "replace")

    return Reply(
        error=Refused(
            said(DiagnosticField.SQLSTATE),
            said(DiagnosticField.MESSAGE_PRIMARY),
            said(DiagnosticField.TABLE_NAME),
            said(DiagnosticField.CONSTRAINT_NAME),
            said(DiagnosticField.COLUMN_NAME),
            said(DiagnosticField.CONTEXT),
        )
    )


def _rows(result: psycopg.pq.abc.PGresult, encoding: str) -> Iterator[Row]:
    for row in range(result.ntuples):
        values = (result.get_value(row, column) for column in range(result.nfields))
        yield tuple(None if value is None else value.decode(encoding) for value in values)


def _encoded(value: str | None) -> bytes | None:
    return None if value is None else value.encode()
