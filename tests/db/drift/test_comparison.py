"""Objects of every kind, also those that no platform has today: what differs is found, and nothing beside it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import psycopg
import pytest

from tests.core.database.catalog_drifts import DRIFTS, SCHEMA, Drift
from tests.support.servers import Server
from toolbox_cli.core.database.catalog import compare, read_catalog
from toolbox_cli.core.database.links import read_links
from toolbox_cli.db.drift.comparison import find_drift
from toolbox_cli.db.drift.drift import Side, finding_of
from toolbox_cli.db.drift.fixed_point import Bench
from toolbox_cli.db.drift.renames import Renames

pytestmark = pytest.mark.every_version

Connection = psycopg.Connection[Any]

OPERATORS_OWN = ("owner", "privileges", "position")
"""Fields that are no drift."""


@pytest.fixture(scope="module")
def held(server: Server) -> Iterator[Connection]:
    with server.temporary() as made, made.connect(autocommit=False) as connection:
        connection.execute("CREATE SCHEMA school; SET LOCAL search_path TO school")
        connection.execute(SCHEMA.encode())
        connection.commit()
        yield connection
        connection.rollback()


@pytest.fixture(scope="module")
def clean(held: Connection) -> Side:
    return Side(read_catalog(held, "school"), read_links(held, "school"))


@pytest.fixture
def connection(held: Connection, clean: Side) -> Iterator[Connection]:
    held.execute("SET LOCAL search_path TO school")
    yield held
    held.rollback()


def found(connection: Connection, clean: Side, *, managed: bool = True) -> list[str]:
    """Write down what parts the schema from the clean one, as "severity code object field"."""
    live = read_catalog(connection, "school")

    def bench(renames: Renames) -> AbstractContextManager[Bench]:
        return nullcontext(Bench(connection, "school", live, renames))

    _, drifts = find_drift(clean, live, lambda: read_links(connection, "school"), bench, managed=managed)
    told = [finding_of(drift, "school") for drift in drifts]
    return [
        " ".join(filter(None, (one.severity, one.code, one.object.removeprefix("school."), one.field))) for one in told
    ]


def test_nothing_where_nothing_changed(connection: Connection, clean: Side) -> None:
    assert found(connection, clean) == []


@pytest.mark.parametrize("drift", DRIFTS, ids=lambda drift: drift.statement[:60])
def test_each_single_drift_is_one_object(server: Server, connection: Connection, clean: Side, drift: Drift) -> None:
    if server.version < drift.since:
        with pytest.raises(psycopg.Error):
            connection.execute(drift.statement.encode())
        return
    connection.execute(drift.statement.encode())
    told = found(connection, clean)
    counted = [line for line in drift.found if not line.endswith(OPERATORS_OWN)]
    assert bool(told) == bool(counted)
    if told:
        objects = {line.split()[2] for line in told}
        assert len(objects) == 1
        named = {part for line in drift.found for part in line.replace(".", " ").split()}
        assert set(objects.pop().replace(".", " ").split()) & named


def test_a_restored_expression_is_the_same(connection: Connection, clean: Side) -> None:
    """Each shape is entered as the server once wrote it, which is not how it was first entered."""
    connection.execute("""
        CREATE TABLE shapes (
            kind varchar(20) DEFAULT 'a' CHECK (kind IN ('a', 'b')) CHECK (kind NOT IN ('c', 'd')), mood mood, n integer
        );
        CREATE INDEX shapes_idx ON shapes (n) WHERE kind IN ('a', 'b');
        CREATE TRIGGER touch BEFORE UPDATE ON shapes
            FOR EACH ROW WHEN (NEW.kind IN ('a', 'b')) EXECUTE FUNCTION touch();
        CREATE POLICY few ON shapes USING (kind IN ('a', 'b')) WITH CHECK (kind NOT IN ('c', 'd'));
        CREATE VIEW shown AS SELECT n FROM shapes WHERE kind IN ('a', 'b')""")
    first = Side(read_catalog(connection, "school"), read_links(connection, "school"))
    entered_again = """
        DO $$ DECLARE
            checks text; one text; two text; three text;
        BEGIN
            SELECT string_agg(
                format('DROP CONSTRAINT %I, ADD CONSTRAINT %1$I %s', conname, pg_get_constraintdef(oid)), ',')
            INTO checks FROM pg_constraint WHERE conrelid = 'shapes'::regclass AND contype = 'c';
            EXECUTE 'ALTER TABLE shapes ' || checks;
            SELECT pg_get_indexdef('shapes_idx'::regclass), pg_get_triggerdef(oid), pg_get_viewdef('shown'::regclass)
            INTO one, two, three FROM pg_trigger WHERE tgrelid = 'shapes'::regclass;
            EXECUTE 'DROP INDEX shapes_idx';
            EXECUTE one;
            EXECUTE 'DROP TRIGGER touch ON shapes';
            EXECUTE two;
            EXECUTE 'CREATE OR REPLACE VIEW shown AS ' || three;
            SELECT format('ALTER POLICY few ON shapes USING (%s) WITH CHECK (%s)',
                          pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
            INTO one FROM pg_policy WHERE polname = 'few';
            EXECUTE one;
        END $$"""
    connection.execute(entered_again)
    again = read_catalog(connection, "school")
    fields = {"definition", "using", "check"}
    assert {one.kind for one in compare(first.catalog, again) if one.field in fields} == {
        "constraint", "index", "trigger", "policy", "view",
    }  # fmt: skip
    assert found(connection, first) == []


def test_columns_that_stand_in_another_order_make_no_other_statistics(connection: Connection, clean: Side) -> None:
    """The server lists a statistics object's columns in the order of their table."""
    connection.execute("""
        DROP VIEW glad_lesson; DROP POLICY own ON lesson; DROP STATISTICS lesson_statistics;
        ALTER TABLE lesson DROP title; ALTER TABLE lesson ADD title varchar(100) COLLATE "C" DEFAULT 'untitled';
        CREATE STATISTICS lesson_statistics (dependencies) ON mood, title FROM lesson""")
    assert not any("statistics" in line for line in found(connection, clean))
    connection.execute("ALTER STATISTICS lesson_statistics SET STATISTICS 9")
    assert "warning statistics-changed lesson.lesson_statistics target" in found(connection, clean)


def test_two_databases_are_each_others_business(connection: Connection, clean: Side) -> None:
    connection.execute("CREATE TABLE pupil (id integer); CREATE TYPE tone AS ENUM ('low'); DROP VIEW glad_lesson")
    assert found(connection, clean) == [
        "note enum-unmanaged tone",
        "error view-missing glad_lesson",
        "note table-unmanaged pupil",
    ]
    assert found(connection, clean, managed=False) == [
        "error enum-extra tone", "error view-missing glad_lesson", "error table-extra pupil",
    ]  # fmt: skip


def test_what_the_server_cannot_enter_stays_as_it_reads(connection: Connection, clean: Side) -> None:
    """A text that names what is no longer there is neither equal nor an error of ours."""
    connection.execute("""
        ALTER TABLE lesson DROP CONSTRAINT lesson_grade_check;
        CREATE FUNCTION fair(grade numeric) RETURNS boolean IMMUTABLE LANGUAGE sql RETURN grade > 0;
        ALTER TABLE lesson ADD CONSTRAINT lesson_grade_check CHECK (fair(grade)) NOT VALID;
        ALTER TABLE lesson DROP CONSTRAINT lesson_order_check;
        ALTER TABLE lesson ADD CONSTRAINT lesson_order_check CHECK (ends_at > starts_at)""")
    before = Side(read_catalog(connection, "school"), read_links(connection, "school"))
    connection.execute("""
        ALTER TABLE lesson DROP CONSTRAINT lesson_grade_check, ADD CONSTRAINT lesson_grade_check CHECK (grade > 0);
        DROP FUNCTION fair;
        ALTER TABLE lesson DROP CONSTRAINT lesson_order_check;
        ALTER TABLE lesson ADD CONSTRAINT lesson_order_check CHECK (((ends_at) > starts_at))""")
    assert found(connection, before) == [
        "error function-missing fair(grade numeric)",
        "error constraint-changed lesson.lesson_grade_check definition",
        "error constraint-changed lesson.lesson_grade_check validated",
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ratio double precision DEFAULT 0.8", "DEFAULT '0.8'", True),
        ("ratio double precision DEFAULT 0.8", "DEFAULT 0.80", True),
        ("ratio double precision DEFAULT 0.8", "DEFAULT '0.9'", False),
        ("ratio double precision DEFAULT -0.5", "DEFAULT '-0.5'", True),
        ("known boolean DEFAULT false", "DEFAULT 'no'", True),
        ("word varchar(20) DEFAULT 'a'", "DEFAULT 'a'::text", True),
        ("word varchar(20) DEFAULT 'a'", "DEFAULT 'a '", False),
        ("word text DEFAULT '1.0'", "DEFAULT 1.00::text", False),
        ("word text DEFAULT '7'", "DEFAULT lpad('7', 1)", False),
        ("felt mood DEFAULT 'glad'", "DEFAULT 'tired'", False),
        ("at timestamptz DEFAULT now()", "DEFAULT CURRENT_TIMESTAMP", False),
    ],
)
def test_a_default_is_its_value(connection: Connection, one: str, other: str, same: bool) -> None:
    connection.execute(f"CREATE TABLE held ({one})".encode())
    before = Side(read_catalog(connection, "school"), read_links(connection, "school"))
    name = one.partition(" ")[0]
    connection.execute(f"ALTER TABLE held ALTER {name} SET {other}".encode())
    assert found(connection, before) == ([] if same else [f"error column-changed held.{name} default"])


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("ALTER TABLE lesson RENAME starts_at TO begins_at", ["error column-renamed lesson.begins_at"]),
        ("ALTER TABLE lesson RENAME title TO \"Title\"", ["error column-renamed lesson.Title"]),
        ("ALTER TABLE teacher RENAME TO tutor", ["error table-renamed tutor"]),
        ("ALTER TABLE lesson RENAME TO \"Lesson\"", ["error table-renamed Lesson"]),
        ("ALTER TABLE teacher RENAME id TO number", ["error column-renamed teacher.number"]),
        ("ALTER TYPE mood RENAME TO feeling", ["error enum-renamed feeling"]),
        ("ALTER TYPE mood RENAME TO \"The Mood\"", ["error enum-renamed The Mood"]),
        ("ALTER TYPE mood RENAME VALUE 'tired' TO 'sleepy'", ["error enum-changed mood labels"]),
        ("ALTER FUNCTION touch() RENAME TO touched", ["error function-renamed touched()"]),
        ("ALTER SEQUENCE lesson_id_seq RENAME TO numbers", ["warning sequence-renamed numbers"]),
        ("ALTER POLICY own ON lesson RENAME TO mine", ["warning policy-renamed lesson.mine"]),
        ("ALTER RULE silent ON note RENAME TO quiet", ["warning rule-renamed note.quiet"]),
        ("ALTER STATISTICS lesson_statistics RENAME TO pairs", ["warning statistics-renamed lesson.pairs"]),
        ("ALTER TABLE teacher RENAME name TO email_; ALTER TABLE teacher ALTER email_ TYPE varchar(60)",
         ["error column-extra teacher.email_", "error column-missing teacher.name"]),
    ],
    ids=lambda value: value[:50] if isinstance(value, str) else "",
)  # fmt: skip
def test_another_name_is_told_once(connection: Connection, clean: Side, statement: str, told: list[str]) -> None:
    """Whatever mentions the name follows it: foreign keys, CHECKs, indexes, triggers, views."""
    connection.execute(statement.encode())
    views = [line for line in found(connection, clean) if "glad_lesson" not in line and "lesson_statistics" not in line]
    assert views == told
