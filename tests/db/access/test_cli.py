import json
from pathlib import Path

from tests.support.commands import CommandLine
from tests.support.roles import role
from tests.support.servers import Database


def test_printing_needs_no_database(cli: CommandLine, tmp_path: Path) -> None:
    nowhere = {"TOOLBOX_DATABASE_URL": f"postgresql://x@/nowhere?host={tmp_path}"}
    done = cli("db", "grant", "--role", "app", "--to", "school_app", "--create", environ=nowhere)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("BEGIN;\nDO $$")
    assert done.stdout.endswith("COMMIT;\n")
    assert 'GRANT SELECT, INSERT, UPDATE, DELETE ON "frames"."students" TO "school_app";' in done.stdout


def test_each_database_has_its_own_script(cli: CommandLine, tmp_path: Path) -> None:
    two = {
        "TOOLBOX_DATABASE_URL": f"postgresql://x:hush@/one?host={tmp_path}",
        "TOOLBOX_PLATFORMS_FRAMES_URL": f"postgresql://x:hush@/two?host={tmp_path}",
    }
    done = cli("db", "grant", "--role", "readonly", "--to", "r", environ=two)
    assert done.exit_code == 0
    first, second = done.stdout.split("COMMIT;\n")[:2]
    assert first.startswith("-- postgresql://x@/one\nBEGIN;")
    assert second.startswith("\n-- postgresql://x@/two\nBEGIN;")
    assert '"frames"."students"' not in first
    assert '"toolboxai"."users"' not in second
    assert "hush" not in done.stdout


def test_applying_reports_every_right(cli: CommandLine, database: Database) -> None:
    with role(database) as name:
        done = cli("db", "grant", "--role", "readonly", "--to", name, "--apply", "--format", "json", database=database)
    assert done.exit_code == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["kind"] == "toolbox.db.grant/1"
    assert (report["summary"]["role"], report["summary"]["use"]) == (name, "readonly")
    users = next(item for item in report["items"] if item["table"] == "toolboxai.users")
    assert users["privileges"] == ["SELECT"]
    assert "password_hash" not in users["columns"]
    assert "email" in users["columns"]


def test_a_missing_role_is_refused(cli: CommandLine, database: Database) -> None:
    done = cli("db", "grant", "--role", "app", "--to", "nobody_at_all", "--apply", database=database)
    assert (done.exit_code, "There is no role nobody_at_all" in done.stderr) == (4, True)


def test_wrong_use(cli: CommandLine) -> None:
    assert cli("db", "grant", "--role", "admin", "--to", "x").exit_code == 2
    assert cli("db", "grant", "--role", "app").exit_code == 2
    assert cli("db", "grant", "--role", "sync", "--to", "x", "--platform", "frames").exit_code == 2
