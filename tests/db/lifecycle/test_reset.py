import json

import pytest

from tests.support.commands import CommandLine
from tests.support.school import contents, fill, target
from tests.support.servers import Database
from tests.support.template import NAMES
from toolbox_cli.core.database.catalog import compare, read_catalog
from toolbox_cli.core.database.contents import Holding
from toolbox_cli.core.database.locks import MIGRATIONS, advisory_lock
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import LockedError, RefusedError
from toolbox_cli.db.lifecycle.reset import look, rebuild


@pytest.fixture
def full(database: Database) -> Database:
    fill(database)
    database.execute("CREATE SCHEMA mine; CREATE TABLE mine.notes (id integer); INSERT INTO mine.notes VALUES (1)")
    return database


@pytest.mark.every_version
def test_everything_of_ours_is_built_anew_and_nothing_else(full: Database) -> None:
    with full.connect() as connection:
        before = {schema: read_catalog(connection, schema) for schema in NAMES.schemas.values()}

    plan = look(target(full))
    assert [one.schema for one in plan.lost] == ["frames", "pas_in_peace", "toolbox", "toolboxai"]
    assert Holding("frames", 12, 401) in plan.lost
    done = rebuild(plan)

    assert len(done.current) == 4
    with full.connect() as connection:
        assert [compare(catalog, read_catalog(connection, schema)) for schema, catalog in before.items()] == [[]] * 4
    assert full.execute("SELECT count(*) FROM frames.students") == [(0,)]
    assert full.execute("SELECT count(*) FROM mine.notes") == [(1,)]
    ((command, platform, counts),) = full.execute("SELECT command, platform, counts FROM toolbox.audit_log")
    assert (command, platform) == ("db reset", None)
    assert counts == {"schemas": 4, "rows_lost": sum(one.rows for one in plan.lost)}


def test_one_platform_leaves_the_others_and_the_records(full: Database) -> None:
    before = contents(full)
    plan = look(target(full).only("frames"), "frames")
    assert [one.schema for one in plan.lost] == ["frames"]
    done = rebuild(plan)

    assert len(done.current) == 4
    after = contents(full)
    assert full.execute("SELECT count(*) FROM frames.students") == [(0,)]
    untouched = {name for name in before if name.startswith(("toolboxai.", "pas_in_peace.", "mine."))}
    assert {name: after[name] for name in untouched} == {name: before[name] for name in untouched}
    assert full.execute("SELECT platform FROM toolbox.audit_log") == [("frames",)]
    assert full.execute("SELECT count(*) FROM toolbox.migration_log WHERE platform = 'pas_in_peace'") != [(0,)]


def test_an_empty_database_is_built(empty_database: Database) -> None:
    plan = look(target(empty_database), "frames")
    assert plan.lost == ()
    rebuild(look(target(empty_database)))
    assert empty_database.execute("SELECT count(*) FROM toolbox.alembic_version") == [(4,)]


def test_what_others_built_on_our_tables_is_not_taken_along(full: Database) -> None:
    full.execute("CREATE VIEW mine.names AS SELECT name FROM frames.students")
    full.execute("CREATE TABLE mine.extra (student_id varchar REFERENCES frames.students)")
    with pytest.raises(RefusedError, match=r"foreign key of mine\.extra, view mine\.names"):
        look(target(full))


def test_a_platform_in_schema_public_leaves_the_schema(full: Database) -> None:
    full.execute("DROP SCHEMA public; ALTER SCHEMA frames RENAME TO public")
    names = type(NAMES)({**NAMES.schemas, "frames": "public"})
    rebuild(look(Target(full.url, names, "the test suite").only("frames"), "frames"))
    assert full.execute("SELECT count(*) FROM public.students") == [(0,)]
    assert full.execute("SELECT to_regnamespace('frames')") == [(None,)]


def test_a_migration_is_not_disturbed(full: Database) -> None:
    plan = look(target(full))
    with full.connect() as other, advisory_lock(other, MIGRATIONS, wait_s=0), pytest.raises(LockedError):
        rebuild(plan)
    assert full.execute("SELECT count(*) FROM frames.students") == [(200,)]


def test_the_command_says_what_is_lost_and_asks(cli: CommandLine, full: Database) -> None:
    unanswered = cli("db", "reset", database=full)
    assert unanswered.exit_code == 4
    assert "schema frames: 12 tables, about 401 rows" in unanswered.stderr
    assert full.execute("SELECT count(*) FROM frames.students") == [(200,)]

    done = cli("db", "reset", "--yes", "--format", "json", database=full)
    assert done.exit_code == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["kind"] == "toolbox.db.reset/1"
    assert {"database": target(full).label, "schema": "frames", "tables": 12, "rows": 401} in report["items"]
    assert len(report["summary"]["current"]) == 4


def test_an_empty_database_needs_no_answer(cli: CommandLine, empty_database: Database) -> None:
    assert cli("db", "reset", database=empty_database).exit_code == 0


def test_one_platform_of_an_empty_database_says_nothing_of_the_other(
    cli: CommandLine, full: Database, empty_database: Database
) -> None:
    two = {"TOOLBOX_PLATFORMS_FRAMES_URL": empty_database.url}
    done = cli("db", "reset", "--yes", database=full, environ=two)
    assert done.exit_code == 0, done.stderr
    assert "  nothing\n" in done.stderr


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_where_data_matters_it_is_refused(cli: CommandLine, full: Database, environment: str) -> None:
    done = cli("db", "reset", "--yes", database=full, environ={"TOOLBOX_ENV": environment})
    assert (done.exit_code, f"this is {environment}" in done.stderr) == (4, True)
    assert full.execute("SELECT count(*) FROM frames.students") == [(200,)]
