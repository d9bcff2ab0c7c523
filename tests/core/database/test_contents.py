import pytest

from tests.support.servers import Database
from toolbox_cli.core.database.contents import (
    Holding,
    dependents,
    holdings,
    is_empty,
    loose_objects,
    removal,
    table_rows,
    user_schemas,
)

pytestmark = pytest.mark.every_version

THINGS = [
    "CREATE SCHEMA school",
    "CREATE TABLE public.t (id integer)",
    "CREATE TABLE public.t (id serial PRIMARY KEY, at date) PARTITION BY RANGE (id)",
    "CREATE VIEW public.v AS SELECT 1 AS one",
    "CREATE MATERIALIZED VIEW public.v AS SELECT 1 AS one",
    "CREATE SEQUENCE public.s",
    "CREATE FUNCTION public.f() RETURNS integer RETURN 1",
    "CREATE PROCEDURE public.p() LANGUAGE sql AS 'SELECT 1'",
    "CREATE AGGREGATE public.total (integer) (SFUNC = int4pl, STYPE = integer)",
    "CREATE TYPE public.mood AS ENUM ('calm')",
    "CREATE TYPE public.pair AS (a integer, b integer)",
    "CREATE DOMAIN public.grade AS integer",
]


@pytest.mark.parametrize("statement", THINGS)
def test_whatever_a_user_makes_is_something_and_can_be_removed(empty_database: Database, statement: str) -> None:
    with empty_database.connect() as connection:
        assert is_empty(connection)
        connection.execute(statement)
        assert not is_empty(connection)
        for removing in list(removal(connection, user_schemas(connection))):
            connection.execute(removing)
        assert is_empty(connection)
        assert user_schemas(connection) == ("public",)


def test_what_belongs_together_goes_together(empty_database: Database) -> None:
    empty_database.execute("""
        CREATE TYPE public.mood AS ENUM ('calm');
        CREATE TABLE public.parent (id serial, mood public.mood) PARTITION BY RANGE (id);
        CREATE TABLE public.child PARTITION OF public.parent DEFAULT;
        CREATE FUNCTION public.f(public.parent) RETURNS integer LANGUAGE sql AS 'SELECT 1';
        CREATE VIEW public."A view" AS SELECT public.f(p) FROM public.parent AS p""")
    with empty_database.connect() as connection:
        for removing in list(removal(connection, ["public"])):
            connection.execute(removing)
        assert loose_objects(connection) == ()


def test_a_database_without_public_is_empty_too(empty_database: Database) -> None:
    empty_database.execute("DROP SCHEMA public")
    with empty_database.connect() as connection:
        assert is_empty(connection)


def test_rows_of_a_table_are_those_of_its_partitions(empty_database: Database) -> None:
    empty_database.execute("""
        CREATE SCHEMA school;
        CREATE TABLE school.events (at integer) PARTITION BY RANGE (at);
        CREATE TABLE school.early PARTITION OF school.events FOR VALUES FROM (0) TO (10);
        CREATE TABLE school.late PARTITION OF school.events DEFAULT;
        INSERT INTO school.events SELECT generate_series(1, 30);
        CREATE TABLE school."A table" (id integer);
        CREATE TABLE school.emptied (id integer); INSERT INTO school.emptied VALUES (1); DELETE FROM school.emptied""")
    with empty_database.connect() as connection:
        counted = {("school", "A table"): 0, ("school", "emptied"): 0, ("school", "events"): 30}
        assert table_rows(connection, ["school"]) == counted
        connection.execute("ANALYZE")
        assert table_rows(connection, ["school"]) == counted
        assert holdings(connection, ["school", "not there"]) == (Holding("school", 3, 30),)


def test_the_server_s_estimate_is_good_enough(empty_database: Database) -> None:
    empty_database.execute("CREATE TABLE public.t (id integer)")
    empty_database.execute("INSERT INTO public.t SELECT generate_series(1, 100)")
    empty_database.execute("ANALYZE public.t")
    empty_database.execute("DELETE FROM public.t WHERE id > 50")
    with empty_database.connect() as connection:
        assert table_rows(connection, ["public"]) == {("public", "t"): 100}


def test_what_others_built_on_a_schema(empty_database: Database) -> None:
    empty_database.execute("""
        CREATE SCHEMA school; CREATE SCHEMA mine;
        CREATE TABLE school.users (id integer PRIMARY KEY);
        CREATE VIEW school.own AS SELECT * FROM school.users;
        CREATE TABLE school.notes (user_id integer REFERENCES school.users);
        CREATE VIEW mine.names AS SELECT * FROM school.users;
        CREATE TABLE mine.extra (user_id integer REFERENCES school.users)""")
    with empty_database.connect() as connection:
        assert dependents(connection, ["school"]) == ("foreign key of mine.extra", "view mine.names")
        assert dependents(connection, ["school", "mine"]) == ()
