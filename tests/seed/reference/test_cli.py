"""`toolbox seed reference`."""

import json
from typing import Any

import pytest

from tests.support.commands import CommandLine, Outcome
from tests.support.servers import Database
from toolbox_cli.core.exits import Exit

COMMAND = ("seed", "reference")


def report(done: Outcome) -> Any:
    assert done.exit_code == Exit.DONE, done.stderr
    return json.loads(done.stdout)


def table(found: Any, name: str) -> Any:
    return next(item for item in found["items"] if item["table"] == name)


def test_the_difference_is_shown_and_nothing_changed(cli: CommandLine, database: Database) -> None:
    found = report(cli(*COMMAND, "--dry-run", "--format", "json", database=database))
    assert found["kind"] == "toolbox.seed.reference/1"
    assert found["summary"]["new"] > 500
    assert found["summary"]["dry_run"] is True
    modules = table(found, "frames.modules")
    assert (modules["new"], modules["unchanged"]) == (len(modules["rows"]), 0)
    assert {"key": "lab-safety-101", "fate": "new", "fields": []} in modules["rows"]
    query = "SELECT (SELECT count(*) FROM frames.modules), (SELECT count(*) FROM toolbox.audit_log)"
    assert database.execute(query) == [(0, 0)]


def test_a_loading_is_audited_once(cli: CommandLine, database: Database) -> None:
    found = report(cli(*COMMAND, "--platform", "frames", "--format", "json", database=database))
    ((command, counts, details),) = database.execute("SELECT command, counts, details FROM toolbox.audit_log")
    assert command == "toolbox seed reference"
    assert counts == {item["table"]: item["new"] for item in found["items"]}
    assert details == {"kept": 0}
    assert report(cli(*COMMAND, "--platform", "frames", "--format", "json", database=database))["summary"]["new"] == 0
    assert database.execute("SELECT count(*) FROM toolbox.audit_log") == [(1,)]


def test_people_read_what_differs_field_by_field(cli: CommandLine, database: Database) -> None:
    cli(*COMMAND, "--platform", "frames", database=database)
    database.execute("UPDATE frames.modules SET title = 'Ours' WHERE module_id = 'lab-safety-101'")
    done = cli(*COMMAND, "--platform", "frames", database=database)
    assert done.exit_code == Exit.DONE
    assert done.stdout.splitlines()[-4:] == [
        "kept frames.modules lab-safety-101",
        '    title: here "Ours", in the reference data "Laboratory Safety 101"',
        "0 rows were written.",
        "Rows kept as somebody here has changed them: 1.",
    ]


def test_production_gets_it_without_examples(cli: CommandLine, database: Database) -> None:
    production = {"TOOLBOX_ENV": "production"}
    found = report(cli(*COMMAND, "--format", "json", database=database, environ=production))
    tables = {item["table"] for item in found["items"]}
    assert "frames.universities" not in tables
    assert {"toolboxai.quizzes", "pas_in_peace.quests", "frames.modules"} < tables
    assert database.execute("SELECT environment FROM toolbox.audit_log") == [("production",)]


def test_a_database_that_is_not_upgraded_is_refused(cli: CommandLine, empty_database: Database) -> None:
    done = cli(*COMMAND, database=empty_database)
    assert done.exit_code == Exit.REFUSED
    assert "toolbox db upgrade" in done.stderr


@pytest.mark.parametrize("platform", ["moodle", "toolbox"])
def test_a_platform_has_to_be_one(cli: CommandLine, database: Database, platform: str) -> None:
    assert cli(*COMMAND, "--platform", platform, database=database).exit_code == Exit.USAGE


def test_what_is_loaded_keeps_every_rule_about_rows(cli: CommandLine, database: Database) -> None:
    cli(*COMMAND, database=database)
    found = report(cli("verify", "data", "--strict", "--format", "json", database=database))
    assert found["items"] == []
