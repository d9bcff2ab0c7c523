"""`toolbox db upgrade --sql`: the same upgrade through somebody else's hands."""

import pytest

from tests.support.commands import CommandLine
from tests.support.psql import psql
from tests.support.servers import Database
from tests.support.whole import at, catalogs, drift, fill, log, target_of
from toolbox_cli.db.revisions.upgrade import upgrade

every_version = pytest.mark.every_version


def written(cli: CommandLine, database: Database, *argv: str) -> str:
    outcome = cli("db", "upgrade", "--sql", *argv, database=database)
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    return outcome.stdout


@every_version
def test_psql_brings_an_empty_database_to_the_same_catalog_and_log(
    cli: CommandLine, empty_database: Database, database: Database
) -> None:
    text = written(cli, empty_database)
    assert empty_database.execute("SELECT to_regnamespace('toolbox')") == [(None,)], "the database was changed"

    done = psql(empty_database, text)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert drift(catalogs(database), catalogs(empty_database)) == []
    assert log(empty_database) == log(database)
    assert written(cli, empty_database) == ""


@every_version
def test_psql_goes_on_from_half_way_on_tables_with_rows(
    cli: CommandLine, empty_database: Database, database: Database
) -> None:
    target = target_of(empty_database)
    upgrade(target, "documents")
    fill(empty_database)
    upgrade(target, "toolboxai_checks")
    upgrade(target, "frames_types")

    done = psql(empty_database, written(cli, empty_database))

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert drift(catalogs(database), catalogs(empty_database)) == []
    assert sorted(log(empty_database)) == sorted(log(database))
    assert cli("db", "upgrade", database=empty_database).stdout == "Nothing to do.\n"


def test_the_text_stops_where_the_target_is(cli: CommandLine, empty_database: Database) -> None:
    text = written(cli, empty_database, "frames_phase_2")
    assert psql(empty_database, text).returncode == 0
    assert at(empty_database) == {"toolbox_disclosures", "frames_phase_2"}

    text = written(cli, empty_database, "--to", "documents", "--platform", "frames")
    assert "CREATE SCHEMA" not in text
    assert psql(empty_database, text).stderr == ""
    assert at(empty_database) == {"toolbox_disclosures", "frames_phase_3"}


def test_rows_in_the_way_stop_psql_too_and_the_revisions_before_stay(
    cli: CommandLine, empty_database: Database
) -> None:
    upgrade(target_of(empty_database), "documents")
    fill(empty_database)
    empty_database.execute("UPDATE frames.modules SET status = 'live'")

    done = psql(empty_database, written(cli, empty_database, "--platform", "frames"))

    assert done.returncode == 3
    assert "ERROR:  rows are in the way of this revision" in done.stderr
    assert "modules_status_check" in done.stderr
    assert {"frames_types"} == at(empty_database) - {"toolbox_disclosures", "002", "phase_4_3_integration"}


@every_version
def test_a_platform_in_another_schema_is_written_for_that_schema(cli: CommandLine, empty_database: Database) -> None:
    environ = {"TOOLBOX_PLATFORMS_FRAMES_SCHEMA": "lms"}
    outcome = cli("db", "upgrade", "--sql", "frames@head", database=empty_database, environ=environ)
    done = psql(empty_database, outcome.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert empty_database.execute("SELECT to_regclass('lms.modules')::text, to_regnamespace('frames')") == [
        ("lms.modules", None)
    ]
