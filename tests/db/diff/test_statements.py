"""What statements say of themselves, and what none of them does."""

from collections.abc import Iterator

import pytest

from tests.db.diff.mending import Ground, Grounds, careless
from tests.db.diff.psql_session import psql_of
from tests.support.roles import role
from tests.support.servers import Database, Server
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.settings import RECORDS
from toolbox_cli.db.diff.kinds.columns.retyping import judge
from toolbox_cli.db.diff.statement import Phase, Statement
from toolbox_cli.db.drift.drift import Change, Side
from toolbox_cli.db.expected.expected import Workshop, expected_catalog
from toolbox_cli.db.revisions.upgrade import upgrade


@pytest.fixture
def ground(college: Grounds) -> Iterator[Ground]:
    """The college, thrown away afterwards."""
    with college.of("") as found:
        yield found
    college.close()


@pytest.fixture
def frames(platforms: Grounds) -> Iterator[Ground]:
    """A migrated platform, thrown away afterwards."""
    with platforms.of("frames") as found:
        yield found
    platforms.close()


def sql_of(statements: list[Statement], *, withheld: bool = False) -> list[str]:
    return [one.sql for one in statements if one.withheld is withheld]


def test_nothing_for_what_is_equal(college: Grounds) -> None:
    with college.of("") as ground:
        assert ground.statements() == []


def test_others_things_are_left_alone(frames: Ground) -> None:
    frames.change("""
        CREATE TABLE notes (id serial PRIMARY KEY, module_id integer REFERENCES modules, body text);
        CREATE INDEX ON notes (body);
        CREATE TYPE mood AS ENUM ('calm');
        CREATE DOMAIN grade AS integer;
        CREATE SEQUENCE numbers;
        CREATE FUNCTION helper() RETURNS integer LANGUAGE sql AS 'SELECT 1';
        CREATE VIEW titles AS SELECT title FROM modules;
        CREATE TABLE parts (at date) PARTITION BY RANGE (at);
        CREATE TABLE parts_1 PARTITION OF parts DEFAULT""")
    assert {drift.change for drift in frames.compared().drifts} == {Change.UNMANAGED}
    assert frames.statements() == []
    frames.change("ALTER TABLE modules RENAME category TO kind; DROP INDEX idx_progress_status")
    assert not any("notes" in sql or "parts" in sql or "titles" in sql for sql in sql_of(frames.statements()))


def test_a_view_of_others_is_not_dropped(ground: Ground) -> None:
    """A type that can't be changed under it waits for somebody's decision."""
    ground.change("""
        DROP VIEW shown CASCADE; DROP POLICY mine ON "Order"; DROP POLICY theirs ON draft;
        ALTER TABLE "Order" ALTER "from" TYPE varchar(20);
        CREATE VIEW theirs AS SELECT "from" FROM "Order"; CREATE VIEW upon AS SELECT * FROM theirs""")
    statements = ground.statements()
    [waiting] = [one for one in statements if one.withheld]
    assert waiting.hazard is not None
    assert "Views of others stand on it, which are not ours to drop: theirs, upon." in waiting.hazard
    assert not any("DROP VIEW" in one.sql for one in statements)
    ground.run(statements)
    assert {(drift.key.name, drift.field) for drift in ground.drifts()} == {("from", "type")}


def test_a_value_that_nobody_knows_has_to_be_filled_first(ground: Ground) -> None:
    ground.change("ALTER TABLE draft DROP order_id CASCADE")
    statements = ground.statements()
    ground.run(statements)
    ground.change('UPDATE draft SET order_id = (SELECT min(id) FROM "Order") WHERE body IS NOT NULL')
    ground.change("DELETE FROM draft AS d USING draft AS e WHERE d.ctid > e.ctid")
    ground.run(ground.statements(), withheld=True)
    assert ground.drifts() == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("ALTER DOMAIN email RENAME TO old; CREATE DOMAIN email AS varchar(50) NOT NULL CONSTRAINT shape "
         "CHECK (VALUE LIKE '%@%'); ALTER TABLE \"Order\" ALTER mail TYPE email", "does not change this of a type"),
        ("DROP TABLE event; CREATE TABLE event (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, "
         "order_id bigint, kind text DEFAULT 'x')", "one kind of table into another"),
        ("DROP TABLE event; CREATE TABLE event (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, "
         "order_id bigint, kind text DEFAULT 'x') PARTITION BY HASH (id)", "one kind of table into another"),
        ("DROP INDEX by_score; DROP FUNCTION doubled; CREATE FUNCTION doubled(n integer) RETURNS bigint LANGUAGE sql "
         "IMMUTABLE RETURN n; CREATE INDEX by_score ON \"Order\" (score, doubled(points))", "These stand on it"),
        ("CREATE TABLE event_2026 PARTITION OF event FOR VALUES FROM ('2026-01-01 00:00+00') TO "
         "('2026-01-09 00:00+00')", "the name does not say which"),
    ],
)  # fmt: skip
def test_what_no_script_can_do_is_said(ground: Ground, change: str, reason: str) -> None:
    ground.change("DELETE FROM event")
    ground.change(change)
    statements = ground.statements()
    assert any(reason in (one.hazard or "") for one in statements if one.withheld)
    ground.run(statements)
    assert ground.drifts() != []


def test_what_the_catalog_does_not_hold_whole_is_left_to_others(ground: Ground) -> None:
    ground.change("""
        CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer);
        CREATE FUNCTION c_like() RETURNS integer LANGUAGE internal AS 'pg_backend_pid'""")
    given = Ground(ground.psql, ground.connection, ground.workshop, ground.platform, ground.schema,
                   Side(ground.compared().seen, ground.given.links))  # fmt: skip
    ground.change("DROP AGGREGATE total(integer); DROP FUNCTION c_like()")
    told = {one.object.rpartition(".")[2]: one for one in given.statements()}
    nothing, internal = told["total(integer)"], told["c_like()"]
    assert (nothing.sql, nothing.withheld, nothing.transaction) == ("", True, None)
    assert nothing.hazard == "An aggregate, or a function in C: create it by the script that it comes from."
    assert 'LANGUAGE "internal"' in internal.sql


def test_rows_that_wait_for_a_lost_month_move_into_it(frames: Ground) -> None:
    frames.change("""
        INSERT INTO module_analytics_events (module_id, student_id, event_type, "timestamp")
            VALUES (1, 's', 'pause', '2026-02-03 00:00+00');
        CREATE TABLE module_analytics_events_2026_01 PARTITION OF module_analytics_events
            FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-02-01 00:00+00');
        CREATE TABLE module_analytics_events_2026_03 PARTITION OF module_analytics_events
            FOR VALUES FROM ('2026-03-01 00:00+00') TO ('2026-04-01 00:00+00')""")
    before = frames.rows()
    frames.run(frames.statements())
    assert frames.drifts() == []
    assert frames.connection.execute("SELECT count(*) FROM frames.module_analytics_events_2026_02").fetchone() == (1,)
    assert sorted(map(str, frames.rows()["module_analytics_events"])) == sorted(
        map(str, before["module_analytics_events"])
    )


def test_a_detached_month_comes_back_with_its_rows_and_those_that_came_meanwhile(frames: Ground) -> None:
    month = "module_analytics_events_2026_02"
    frames.change(f"""
        CREATE TABLE {month} PARTITION OF module_analytics_events
            FOR VALUES FROM ('2026-02-01 00:00+00') TO ('2026-03-01 00:00+00');
        INSERT INTO module_analytics_events (module_id, student_id, event_type, "timestamp")
            VALUES (1, 's', 'pause', '2026-02-03 00:00+00');
        ALTER TABLE module_analytics_events DETACH PARTITION {month};
        INSERT INTO module_analytics_events (module_id, student_id, event_type, "timestamp")
            VALUES (1, 's', 'meanwhile', '2026-02-04 00:00+00')""")
    statements = frames.statements()
    assert list(careless(statements)) == []
    frames.run(statements)
    assert frames.drifts() == []
    assert frames.connection.execute(f"SELECT event_type FROM frames.{month} ORDER BY 1").fetchall() == [
        ("meanwhile",), ("pause",),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        "DROP SEQUENCE modules_id_seq CASCADE",
        "ALTER TABLE modules ALTER id DROP DEFAULT; DROP SEQUENCE modules_id_seq; "
        "ALTER TABLE modules ALTER id ADD GENERATED ALWAYS AS IDENTITY",
    ],
)
def test_numbers_go_on_behind_those_that_are_there(frames: Ground, change: str) -> None:
    frames.change(change)
    frames.run(frames.statements())
    assert frames.drifts() == []
    frames.change("INSERT INTO modules (module_id, title) VALUES ('next', 'Next')")
    assert frames.connection.execute("SELECT id FROM frames.modules ORDER BY 1").fetchall() == [(1,), (2,)]


def test_renames_come_first_and_the_rest_uses_the_names_that_they_give(ground: Ground) -> None:
    ground.change("""
        ALTER TABLE draft RENAME TO sketch; ALTER TABLE "Order" RENAME code TO "Code"; DROP INDEX by_points;
        ALTER INDEX "Order_ix" RENAME TO ix; COMMENT ON TABLE sketch IS 'x';
        ALTER TABLE sketch ALTER seen DROP DEFAULT""")
    statements = ground.statements()
    assert [one.phase for one in statements] == sorted(one.phase for one in statements)
    first = [one for one in statements if one.phase is Phase.RENAME]
    assert {one.transaction for one in first} == {1}
    assert sorted(one.sql for one in first) == [
        'ALTER INDEX "ix" RENAME TO "Order_ix"',
        'ALTER TABLE "Order" RENAME COLUMN "Code" TO "code"',
        'ALTER TABLE "sketch" RENAME TO "draft"',
    ]
    assert not any("sketch" in one.sql or "Code" in one.sql for one in statements if one.phase is not Phase.RENAME)
    ground.run(statements)
    assert ground.drifts() == []


def test_types_of_one_table_are_changed_at_once(ground: Ground) -> None:
    """So its rows are written once."""
    ground.change("ALTER TABLE draft ADD at timestamp, ADD until timestamp")
    wanted = Ground(ground.psql, ground.connection, ground.workshop, ground.platform, ground.schema,
                    Side(ground.compared().seen, ground.given.links))  # fmt: skip
    ground.change("ALTER TABLE draft ALTER at TYPE timestamp(0), ALTER until TYPE timestamp(3), DROP body CASCADE")
    [one] = [each for each in wanted.statements() if each.phase is Phase.COLUMNS]
    assert one.sql.count("ALTER COLUMN") == 2
    assert one.sql.count("ADD COLUMN") == 1
    assert {finding.object.rpartition(".")[2] for finding in one.findings} == {"at", "until", "body"}


def test_every_statement_tells_what_it_mends_and_where(frames: Ground) -> None:
    frames.change("ALTER TABLE modules ALTER title DROP NOT NULL; ALTER TABLE module_feedback DROP rating")
    statements = frames.statements()
    assert {(one.object, one.code, one.table) for one in statements} == {
        ("frames.modules.title", "column-changed", "modules"),
        ("frames.module_feedback.rating", "column-missing", "module_feedback"),
        ("frames.module_feedback.module_feedback_rating_check", "column-missing", "module_feedback"),
        ("frames.module_feedback.idx_feedback_rating", "column-missing", "module_feedback"),
    }


@pytest.mark.parametrize("schema", ["public", "onboarding"])
def test_the_schema_may_have_any_name(empty_database: Database, workshop: Workshop, schema: str) -> None:
    names = Names({RECORDS: RECORDS, "frames": schema})
    upgrade(Target(empty_database.url, names, "the test suite"))
    with empty_database.connect() as connection, psql_of(empty_database) as psql:
        one = expected_catalog(connection, "frames", workshop)
        ground = Ground(psql, connection, workshop, "frames", schema, Side(one.catalog, one.links))
        ground.change("DROP TABLE module_feedback; ALTER TABLE teams RENAME name TO title")
        ground.change("DROP FUNCTION touch_updated_at CASCADE; ALTER TABLE modules ALTER title DROP NOT NULL")
        ground.run(ground.statements())
        assert ground.drifts() == []
        assert connection.execute("SELECT proconfig FROM pg_proc WHERE proname = 'touch_updated_at'").fetchone() == (
            [f"search_path={schema}"],
        )


def test_a_role_that_may_only_look_can_ask(database: Database, server: Server, workshop: Workshop) -> None:
    database.execute("ALTER TABLE frames.modules ALTER title DROP NOT NULL")
    with role(database) as name, psql_of(database) as psql:
        for schema in ("frames", "toolbox"):
            database.execute(f"GRANT USAGE ON SCHEMA {schema} TO {name}")
            database.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {name}")
        with database.with_options(f"-crole={name}").connect() as connection:
            one = expected_catalog(connection, "frames", workshop)
            ground = Ground(psql, connection, workshop, "frames", "frames", Side(one.catalog, one.links))
            ground.run(ground.statements())
            assert ground.drifts() == []


@pytest.mark.parametrize(
    ("old", "new", "fits"),
    [
        ("character varying(5)", "character varying(9)", True),
        ("character varying(9)", "character varying(5)", False),
        ("character varying(9)", "text", True),
        ("text", "character varying", True),
        ("text", "character varying(9)", False),
        ("character(4)", "character(2)", False),
        ("character(4)", "text", True),
        ("numeric(5,2)", "numeric(7,2)", True),
        ("numeric(5,2)", "numeric(7,3)", True),
        ("numeric(5,2)", "numeric(5,3)", False),
        ("numeric(5,2)", "numeric", True),
        ("numeric", "numeric(5,2)", False),
        ("integer", "bigint", True),
        ("bigint", "integer", False),
        ("integer", "numeric", True),
        ("integer", "numeric(3,0)", False),
        ("integer", "real", False),
        ("real", "double precision", True),
        ("double precision", "real", False),
        ("timestamp without time zone", "timestamp with time zone", True),
        ("timestamp with time zone", "timestamp without time zone", False),
        ("timestamp(0) with time zone", "timestamp with time zone", True),
        ("timestamp with time zone", "timestamp(0) with time zone", False),
        ("interval(0)", "interval", True),
        ("json", "jsonb", False),
        ("jsonb", "json", True),
        ("uuid", "text", True),
        ("text", "uuid", False),
        ("mood", "feeling", False),
        ("text", "text", True),
    ],
)
def test_what_becomes_of_values_in_another_type(old: str, new: str, fits: bool) -> None:
    verdict = judge(old, new)
    assert verdict.fits is fits
    assert fits or verdict.hazard
