"""`toolbox analytics report`, from its options to its output."""

import json
from pathlib import Path

import pytest

from tests.contracts.district import KEY
from tests.support.commands import CommandLine
from tests.support.seeding import seed_database
from tests.support.servers import Database


def test_a_live_database_is_told_of_on_both_engines_alike(cli: CommandLine, database: Database) -> None:
    seed_database(database, "frames", students=60)
    told = []
    for engine in ("duckdb", "postgres"):
        done = cli(
            "analytics", "report", "learning", "--of", "2026-09", "--engine", engine, "--format", "json",
            database=database,
        )  # fmt: skip
        assert done.exit_code == 0, done.stderr
        told.append(json.loads(done.stdout))
    here, there = told
    assert here["kind"] == "toolbox.analytics.report/1"
    assert here["ok"]
    assert {**here["summary"], "made_at": 0, "source": ""} == {**there["summary"], "made_at": 0, "source": ""}
    assert json.dumps(here["items"], sort_keys=True) == json.dumps(there["items"], sort_keys=True)
    assert here["summary"]["figures"]["active_students"] > 10
    titles = {row["module"] for item in here["items"] if item["section"] == "completion" for row in item["rows"]}
    assert not any(title.startswith("Module ") for title in titles), "the modules' own titles"


def test_an_export_tells_what_the_live_tables_tell(cli: CommandLine, database: Database) -> None:
    seed_database(database, "frames", students=60)
    names = ("module-events", "module-progress", "module-feedback", "modules", "quiz-attempts", "learner-progress")
    report = ("analytics", "report", "learning", "--of", "2026-09", "--format", "json")
    environ = {"TOOLBOX_SECRET_KEYS": KEY}
    export = ("analytics", "export", *names, "educational-metrics", "--to", "exports")
    done = cli(*export, database=database, environ=environ)
    assert done.exit_code == 0, done.stderr
    there = json.loads(cli(*report, "--from", "exports").stdout)
    here = json.loads(cli(*report, database=database).stdout)
    assert there["items"] == here["items"]
    assert there["summary"]["figures"] == here["summary"]["figures"]
    assert there["summary"]["notes"] == []
    part = cli(*export, "--since", "2026-09-10", "--as", "parquet", database=database, environ=environ)
    assert part.exit_code == 0, part.stderr
    [note] = json.loads(cli(*report, "--from", "exports").stdout)["summary"]["notes"]
    assert note.startswith("Exported for a part of the month alone: module-events, ")
    cli(*export[:3], "--to", "exports", "--as", "csv", database=database, environ=environ)
    refused = cli(*report, "--from", "exports")
    assert refused.exit_code == 2
    assert "holds module-events as csv, and a report needs its rows in Parquet" in refused.stderr


def test_a_file_is_written_whole_and_stdout_stays_empty(cli: CommandLine, exported: Path) -> None:
    done = cli(
        "analytics",
        "report",
        "kpi",
        "--of",
        "2026-10",
        "--from",
        str(exported),
        "--format",
        "html",
        "--output",
        "k.html",
    )
    assert (done.exit_code, done.stdout) == (0, "")
    assert "k.html: Targets, October 2026" in done.stderr
    assert (cli.folder / "k.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("argv", "found"),
    [
        (["lerning"], "There is no report 'lerning'. → Did you mean learning?"),
        (["learning", "--of", "2199-01"], "January 2199 has not begun."),
        (["learning", "--of", "soon"], "'soon' names no period."),
        (["learning", "--engine", "oracle"], "There is no engine 'oracle'."),
        (["learning", "--engine", "postgres", "--from", "x"], "PostgreSQL reads no exported files."),
        (["learning", "--from", "nowhere"], "There is no folder"),
        (["learning", "--from", "s3://bucket/x"], "is no folder of this machine"),
        (["kpi", "--rates", "r.yaml"], "The report kpi has no prices."),
    ],
)
def test_wrong_use_is_told_before_anything_is_opened(cli: CommandLine, argv: list[str], found: str) -> None:
    done = cli("analytics", "report", *argv)
    assert done.exit_code == 2
    assert found in " ".join(done.stderr.split())


def test_terms_are_a_setting(cli: CommandLine, exported: Path) -> None:
    environ = {"TOOLBOX_ANALYTICS_TERM_STARTS": "10-05,02-01"}
    done = cli(
        "analytics", "report", "learning", "--of", "2026-T1", "--from", str(exported), "--format", "json",
        environ=environ,
    )  # fmt: skip
    assert json.loads(done.stdout)["summary"]["period"]["begins"] == "2026-10-05"
    wrong = cli("analytics", "report", "learning", environ={"TOOLBOX_ANALYTICS_TERM_STARTS": "10-05,13-01"})
    assert wrong.exit_code == 2
    assert "no list of days" in wrong.stderr


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_a_database_that_lacks_tables_is_told(cli: CommandLine, database: Database, engine: str) -> None:
    database.execute("DROP TABLE frames.module_analytics_events CASCADE")
    outcome = cli("analytics", "report", "learning", "--engine", engine, database=database)
    assert outcome.exit_code == 4
    assert 'lacks what this needs: relation "frames.module_analytics_events" does not exist.\n' in outcome.stderr
    assert "toolbox db upgrade" in outcome.stderr
