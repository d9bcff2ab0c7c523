import json
from pathlib import Path

from tests.support.commands import CommandLine
from tests.support.servers import Database


def test_findings_and_what_to_do(cli: CommandLine, database: Database) -> None:
    done = cli("db", "doctor", "--format", "json", database=database)
    assert done.exit_code == 0
    report = json.loads(done.stdout)
    assert (report["kind"], report["ok"]) == ("toolbox.db.doctor/1", True)
    assert report["summary"]["errors"] == 0
    assert report["summary"]["warnings"] == len(report["items"])
    (held,) = report["summary"]["databases"]
    assert (held["reached"], list(held["not_checked"])) == (True, ["free-space"])
    assert all(item["remedy"] for item in report["items"])


def test_an_error_ends_with_3(cli: CommandLine, database: Database) -> None:
    database.execute("ALTER TABLE toolbox.audit_log DISABLE TRIGGER append_only")
    done = cli("db", "doctor", database=database)
    assert done.exit_code == 3
    assert "toolbox.audit_log.append_only" in done.stdout
    assert "ENABLE TRIGGER append_only" in done.stdout
    assert "1 errors" in done.stdout
    assert "free-space was not checked" in done.stdout


def test_a_database_that_is_down_ends_with_5_and_the_others_are_looked_at(
    cli: CommandLine, database: Database, tmp_path: Path
) -> None:
    database.execute("ALTER TABLE toolbox.audit_log DISABLE TRIGGER append_only")
    dead = {"TOOLBOX_PLATFORMS_FRAMES_URL": f"postgresql://x@/nowhere?host={tmp_path}"}
    done = cli("db", "doctor", "--format", "json", database=database, environ=dead)
    assert done.exit_code == 5
    codes = {item["code"] for item in json.loads(done.stdout)["items"]}
    assert {"unreachable", "trigger"} <= codes
    assert cli("db", "doctor", "--platform", "toolboxai", database=database, environ=dead).exit_code == 3


def test_speed_is_measured_where_it_can_be(cli: CommandLine, database: Database) -> None:
    done = cli("db", "doctor", "--performance", database=database)
    assert done.exit_code == 0
    assert "pg_stat_statements" in done.stdout
    assert "fast calls ratio unknown" in done.stdout
    assert "cache hit ratio" in done.stdout


def test_a_configuration_that_others_can_read(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "toolbox.yaml"
    file.write_text("platforms:\n  frames:\n    url: postgresql://ada:hush@/x?host=/nowhere\n")
    file.chmod(0o640)
    done = cli("db", "doctor", "--platform", "toolboxai", "--format", "json", database=database)
    (item,) = [item for item in json.loads(done.stdout)["items"] if item["code"] == "readable-secret"]
    assert (item["object"], item["found"]) == (str(file), "0640, and it holds a password")
    assert item["remedy"] == f"chmod 600 {file}"
    assert "hush" not in done.stdout + done.stderr
