from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.servers import Database, Server
from toolbox_cli.core.errors import RefusedError, UnreachableError
from toolbox_cli.verify.constraints.server.wire import Command, exchange, refuse_errors, run

Connection = psycopg.Connection[Any]

SELECT = Command("SELECT $1::text", ("a",))
WRONG = Command("SELECT 1 / 0")


@pytest.fixture(scope="module")
def somewhere(server: Server) -> Iterator[Database]:
    with server.temporary() as made:
        yield made


@pytest.fixture(scope="module")
def connection(somewhere: Database) -> Iterator[Connection]:
    with somewhere.connect() as made:
        yield made


@given(
    values=st.lists(
        st.one_of(st.none(), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))), max_size=20
    )
)
def test_values_come_back_as_they_went(connection: Connection, values: list[str | None]) -> None:
    replies = exchange(connection, [[Command("SELECT $1::text", (value,))] for value in values] or [[SELECT]])
    assert [reply.rows for (reply,) in replies] == [((value,),) for value in values] or not values


def test_an_error_ends_its_own_stretch_alone(connection: Connection) -> None:
    first, second, third = exchange(connection, [[SELECT, WRONG, SELECT], [WRONG], [SELECT, SELECT]])
    assert [(reply.error is None, reply.reached) for reply in first] == [(True, True), (False, True), (True, False)]
    assert second[0].error is not None
    assert second[0].error.sqlstate == "22012"
    assert [reply.rows for reply in third] == [(("a",),), (("a",),)]


def test_an_error_names_what_the_server_names(connection: Connection) -> None:
    connection.execute("CREATE TEMP TABLE pupil (age integer NOT NULL CONSTRAINT grown CHECK (age > 5))")
    adding = "INSERT INTO pupil VALUES ($1)"
    (young,), (empty,) = exchange(connection, [[Command(adding, ("5",))], [Command(adding, (None,))]])
    assert young.error is not None
    assert (young.error.sqlstate, young.error.table, young.error.constraint) == ("23514", "pupil", "grown")
    assert empty.error is not None
    assert (empty.error.sqlstate, empty.error.column) == ("23502", "age")


def test_more_than_the_buffers_hold_goes_through(connection: Connection) -> None:
    long = "x" * 100_000
    replies = exchange(connection, [[Command("SELECT $1::text", (long,))] for _ in range(200)])
    assert {reply.rows for (reply,) in replies} == {((long,),)}


def test_the_connection_is_of_use_afterwards(connection: Connection) -> None:
    run(connection, WRONG)
    assert connection.execute("SELECT 1").fetchone() == (1,)
    with connection.pipeline():
        assert connection.execute("SELECT 2").fetchone() == (2,)


def test_a_connection_that_is_lost_is_said_so(somewhere: Database) -> None:
    with somewhere.connect() as made, pytest.raises(UnreachableError, match="was lost"):
        run(made, Command("SELECT pg_terminate_backend(pg_backend_pid())"), SELECT)


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (("BEGIN READ ONLY", "CREATE TABLE t ()"), "takes no writes"),
        (("SELECT 1 / 0",), r"division by zero \(22012\)"),
    ],
)
def test_errors_are_explained(connection: Connection, statements: tuple[str, ...], words: str) -> None:
    replies = run(connection, *map(Command, statements))
    run(connection, Command("ROLLBACK"))
    with pytest.raises(RefusedError, match=words):
        refuse_errors(replies)
