import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from psycopg.conninfo import make_conninfo

from tests.support.commands import CommandLine, Outcome, ToolboxProcess, process_environment
from tests.support.restoring import restored
from tests.support.roles import role
from tests.support.servers import Database, Server
from toolbox_cli.core.exits import Exit

DRIFTED = "ALTER TABLE frames.module_feedback DROP CONSTRAINT module_feedback_rating_check"
COMMENTED = "COMMENT ON TABLE frames.modules IS 'Else.'"
OTHERS = "CREATE TABLE frames.notes (id integer)"

SCHEMA = ("verify", "schema", "--platform", "frames")

BASELINE = """
- object: frames.module_feedback.module_feedback_rating_check
  code: constraint-missing
  owner: data team
  reason: Old rows have a rating of 0.
  expires: {expires}
"""

IMPORTS = """
import sys
from toolbox_cli.app import run
assert run(["verify", "schema"]) == 0
heavy = {"sqlalchemy", "alembic", "toolbox_cli.models.frames", "toolbox_cli.core.database.build"} & sys.modules.keys()
assert not heavy, heavy
"""


def report(done: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def drifted(database: Database) -> Database:
    database.execute(DRIFTED)
    return database


@pytest.mark.every_version
def test_a_clean_database(cli: CommandLine, shared_database: Database) -> None:
    done = cli("verify", "schema", "--strict", "--format", "json", database=shared_database)
    assert done.exit_code == Exit.DONE
    found = report(done)
    assert (found["kind"], found["ok"], found["items"]) == ("toolbox.verify/1", True, [])
    assert found["summary"]["passed"] == found["summary"]["cases"] > 1500
    [parts] = found["summary"]["databases"].values()
    roblox = parts["schema"]["toolboxai"]["counts"]["Roblox"]
    assert {name: numbers["documents"] for name, numbers in roblox.items()} == {
        "tables": 6, "indexes": 36, "constraints": 71, "enums": 2,
    }  # fmt: skip
    assert parts["schema"]["frames"]["built_on"] == "the same server"


def test_the_table_counts_as_the_documents_do(cli: CommandLine, shared_database: Database) -> None:
    done = cli("verify", "schema", database=shared_database)
    assert "toolboxai: Roblox: 6 tables, 36 + 4 indexes, 71 + " in done.stdout
    assert " 2 + 2 enums; learning: 33 + 10 tables" in done.stdout
    assert done.stdout.endswith("0 errors, 0 warnings, 0 notes in 2,363 cases.\n")
    assert done.stderr == ""


def test_a_drift_is_an_error_at_a_line_of_the_models(cli: CommandLine, drifted: Database) -> None:
    done = cli(*SCHEMA, "--format", "json", database=drifted)
    assert done.exit_code == Exit.FINDINGS
    [item] = report(done)["items"]
    assert item == {
        "code": "constraint-missing",
        "severity": "error",
        "object": "frames.module_feedback.module_feedback_rating_check",
        "field": None,
        "expected": "CHECK (((rating >= 1) AND (rating <= 5)))",
        "found": "nothing",
        "file": "toolbox_cli/models/frames/feedback.py",
        "line": item["line"],
        "remedy": "If a revision is pending: toolbox db upgrade. Otherwise create it again.",
        "column": None,
    }
    source = Path(item["file"]).read_text(encoding="utf-8").splitlines()
    assert "rating" in source[item["line"] - 1]


def test_warnings_and_what_is_not_ours_fail_where_that_is_asked_for(cli: CommandLine, database: Database) -> None:
    database.execute(COMMENTED)
    assert cli(*SCHEMA, database=database).exit_code == Exit.DONE
    assert cli(*SCHEMA, "--fail-on", "warning", database=database).exit_code == Exit.FINDINGS
    assert cli(*SCHEMA, "--strict", database=database).exit_code == Exit.FINDINGS
    database.execute("COMMENT ON TABLE frames.modules IS 'Training modules.'")
    database.execute(OTHERS)
    assert cli(*SCHEMA, "--fail-on", "warning", database=database).exit_code == Exit.DONE
    done = cli(*SCHEMA, "--strict", "--format", "json", database=database)
    assert done.exit_code == Exit.FINDINGS
    assert [(item["code"], item["severity"]) for item in report(done)["items"]] == [("table-unmanaged", "error")]


def test_patterns_leave_findings_out(cli: CommandLine, drifted: Database) -> None:
    drifted.execute(OTHERS)
    ignored = ("--ignore", "frames.module_feedback.*", "--ignore", "*.not[ei]s")
    done = cli(*SCHEMA, "--strict", *ignored, "--format", "json", database=drifted)
    assert done.exit_code == Exit.DONE
    assert (report(done)["items"], report(done)["summary"]["ignored"]) == ([], 2)
    assert cli(*SCHEMA, "--ignore", "module_feedback", database=drifted).exit_code == Exit.FINDINGS


def test_a_baseline_accepts_until_its_day(cli: CommandLine, drifted: Database, tmp_path: Path) -> None:
    file = tmp_path / "accepted.yaml"
    file.write_text(BASELINE.format(expires="2999-01-01"))
    done = cli(*SCHEMA, "--baseline", str(file), "--format", "json", database=drifted)
    assert done.exit_code == Exit.DONE
    [item] = report(done)["items"]
    assert (item["severity"], report(done)["summary"]["accepted"]) == ("note", 1)
    assert item["remedy"] == "Accepted by data team until 2999-01-01: Old rows have a rating of 0."
    file.write_text(BASELINE.format(expires="2020-01-01"))
    done = cli(*SCHEMA, "--baseline", str(file), "--format", "json", database=drifted)
    assert done.exit_code == Exit.FINDINGS
    assert {item["code"] for item in report(done)["items"]} == {"constraint-missing", "baseline-expired"}


def test_an_unusable_baseline_is_told_whole(cli: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "accepted.yaml"
    file.write_text("- object: a\n  code: 5\n  until: never\n- nonsense\n")
    done = cli("verify", "--baseline", str(file))
    assert done.exit_code == Exit.USAGE
    assert f"{file}:2:9: code: 5 (expected a text)" in done.stderr
    assert f"{file}:4:3: entry: something else" in done.stderr


def test_another_database_says_how_it_should_be(cli: CommandLine, drifted: Database, server: Server) -> None:
    drifted.execute(OTHERS)
    with server.temporary(server.template) as other:
        other.execute("CREATE TABLE frames.module_analytics_events_2026_01 PARTITION OF frames.module_analytics_events "
                      "FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-02-01 00:00+00')")  # fmt: skip
        done = cli("verify", "--against", other.url, "--format", "json", database=drifted)
        assert done.exit_code == Exit.FINDINGS
        found = {(item["code"], item["object"]) for item in report(done)["items"]}
        assert found == {
            ("constraint-missing", "frames.module_feedback.module_feedback_rating_check"),
            ("table-extra", "frames.notes"),
        }
        other.execute(DRIFTED)
        other.execute(OTHERS)
        assert cli("verify", "--against", other.url, database=drifted).exit_code == Exit.DONE
        refused = cli("verify", "data", "--against", other.url, database=drifted)
        assert (refused.exit_code, refused.stdout) == (Exit.USAGE, "")


def test_what_is_remembered_imports_no_models(
    shared_database: Database, toolbox_process: ToolboxProcess, home: Path, tmp_path: Path
) -> None:
    assert toolbox_process("verify", "schema", database=shared_database).exit_code == Exit.DONE
    remembered = sorted((home / ".cache" / "toolbox" / "expected").iterdir())
    assert [file.name.partition("-")[0] for file in remembered] == ["frames", "pas_in_peace", "toolbox", "toolboxai"]
    environ = {**process_environment(home), "TOOLBOX_DATABASE_URL": shared_database.url}
    done = subprocess.run([sys.executable, "-c", IMPORTS], env=environ, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_no_cache_leaves_none(cli: CommandLine, shared_database: Database, home: Path) -> None:
    assert cli(*SCHEMA, "--no-cache", database=shared_database).exit_code == Exit.DONE
    assert not (home / ".cache").exists()


def test_a_file_is_written_whole_or_not_at_all(cli: CommandLine, drifted: Database, tmp_path: Path) -> None:
    file = tmp_path / "report.xml"
    file.write_text("the one before")
    done = cli(*SCHEMA, "--format", "junit", "--output", str(file), database=drifted)
    assert (done.exit_code, done.stdout) == (Exit.FINDINGS, "")
    assert done.stderr == f"{file}: 1 error, 0 warnings, 0 notes in 516 cases.\n"
    root = ElementTree.parse(file).getroot()  # noqa: S314  our own
    assert root.attrib["failures"] == "1"
    assert [one.name for one in tmp_path.iterdir()] == [file.name]
    done = cli(*SCHEMA, "--output", str(tmp_path / "nowhere" / "report"), database=drifted)
    assert done.exit_code == Exit.USAGE
    assert "can't be written: No such file or directory" in done.stderr


def test_a_role_without_rights_is_refused_and_told(cli: CommandLine, shared_database: Database) -> None:
    with role(shared_database) as name:
        address = make_conninfo(shared_database.conninfo, options=f"-crole={name}")
        done = cli(*SCHEMA, environ={"TOOLBOX_DATABASE_URL": address})
        assert done.exit_code == Exit.REFUSED
        assert f"The role {name} may not look into schema frames." in done.stdout
        assert f'GRANT USAGE ON SCHEMA "frames" TO "{name}"' in done.stdout


def test_a_database_that_is_not_there_does_not_hide_the_others(cli: CommandLine, drifted: Database) -> None:
    environ = {"TOOLBOX_PLATFORMS_TOOLBOXAI_URL": "postgresql://nobody@/nothing?host=/nonexistent"}
    done = cli("verify", "schema", "--format", "json", database=drifted, environ=environ)
    assert done.exit_code == Exit.UNREACHABLE
    assert [item["code"] for item in report(done)["items"]] == ["unreachable", "constraint-missing"]
    assert report(done)["ok"] is False


def test_all_parts_run_on_a_clean_database(cli: CommandLine, shared_database: Database) -> None:
    done = cli("verify", "--platform", "frames", "--format", "junit", "--fail-on", "warning", database=shared_database)
    assert done.exit_code == Exit.DONE
    suites = {suite.attrib["name"] for suite in ElementTree.fromstring(done.stdout)}  # noqa: S314  our own
    assert {f"{part}.frames" for part in ("schema", "constraints", "indexes", "data")} <= suites


@pytest.mark.every_version
def test_everything_of_a_restored_database_is_as_it_was(cli: CommandLine, database: Database, server: Server) -> None:
    with server.temporary() as copy:
        restored(database, copy)
        done = cli("verify", "--fail-on", "warning", "--format", "json", database=copy)
    assert done.exit_code == Exit.DONE
    # By the documents; the queue's one key without an index; the last by the clone.
    demanded = {"index-prefix", "index-duplicate", "foreign-key-unindexed", "other-version"}
    assert {item["code"] for item in report(done)["items"]} <= demanded
    assert {item["severity"] for item in report(done)["items"]} == {"note"}


def test_a_finding_of_any_part_has_its_line(cli: CommandLine, database: Database) -> None:
    database.execute("ALTER TABLE frames.modules DROP CONSTRAINT modules_revision_check")
    database.execute("INSERT INTO frames.modules (module_id, title, revision) VALUES ('m', 'M', -1)")
    options = ("--platform", "frames", "--format", "json", "--live")
    items = report(cli("verify", "constraints", *options, database=database))["items"]
    assert [(one["code"], one["file"]) for one in items if one["severity"] == "error"] == [
        ("constraint-accepts", "toolbox_cli/models/frames/module.py")
    ]


def test_a_role_is_for_the_live_database(cli: CommandLine, shared_database: Database) -> None:
    done = cli("verify", "constraints", "--as-role", "nobody", database=shared_database)
    assert done.exit_code == Exit.USAGE
    assert "Add --live to --as-role." in done.stderr
