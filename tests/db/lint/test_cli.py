"""`toolbox db lint` from end to end, on real databases."""

import json
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from tests.db.lint.conftest import Added
from tests.db.lint.writing import upgrade_of, write
from tests.support.commands import CommandLine, Outcome
from tests.support.servers import Database, Server
from tests.support.whole import target_of
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.db.lint.squawk import program
from toolbox_cli.db.revisions.lineage.history import read_history
from toolbox_cli.db.revisions.upgrade import upgrade

LINES: Final = read_history().lines
OURS: Final = [one for platform in PLATFORMS for one in LINES[platform] if one.document is None]

DISTRICT: Final = """
UPDATE pg_class SET reltuples = CASE
    WHEN relname IN ('usage_analytics', 'educational_analytics', 'module_analytics_events') THEN 4e7
    WHEN relname IN ('user_progress', 'quiz_attempts', 'module_progress') THEN 2e6
    WHEN relname IN ('users', 'students', 'quests') THEN 6e4
    ELSE 500 END
WHERE relkind = 'r' AND relnamespace::regnamespace::text IN ('toolboxai', 'pas_in_peace', 'frames')"""


def report(outcome: Outcome, exit_code: int = Exit.DONE) -> dict[str, Any]:
    assert (outcome.exit_code, outcome.stderr) == (exit_code, "")
    found: dict[str, Any] = json.loads(outcome.stdout)
    return found


def lint(cli: CommandLine, database: Database, *argv: str, exit_code: int = Exit.DONE, **where: Any) -> dict[str, Any]:
    return report(cli("db", "lint", *argv, "--format", "json", database=database, **where), exit_code)


def codes(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(item["severity"], item["code"], item["object"]) for item in found["items"]]


@pytest.mark.every_version
def test_our_revisions_hold_nobody_up_on_an_empty_database(cli: CommandLine, empty_database: Database) -> None:
    found = lint(cli, empty_database, "--fail-on", "warning")
    assert (found["kind"], found["ok"]) == ("toolbox.db.lint/1", True)
    notes = len(found["items"])
    assert {(item["severity"], item["revision"]) for item in found["items"]} == {("note", "toolbox_queue")}
    assert found["summary"] == {
        "revisions": sum(map(len, LINES.values())), "errors": 0, "warnings": 0, "notes": notes, "accepted": notes,
    }  # fmt: skip
    assert empty_database.execute("SELECT to_regnamespace('toolbox')") == [(None,)], "the database was changed"


def test_nothing_is_pending(cli: CommandLine, shared_database: Database) -> None:
    done = cli("db", "lint", database=shared_database)
    assert (done.exit_code, done.stdout) == (0, "No revision is pending.\n")


@pytest.fixture(scope="session")
def district(server: Server) -> Any:
    """A database as the documents build it, with the rows of a school district, as far as the server believes."""
    with server.temporary() as made:
        upgrade(target_of(made), "documents")
        made.execute(DISTRICT)
        yield made


def test_our_revisions_on_a_district(cli: CommandLine, district: Database) -> None:
    found = lint(cli, district, exit_code=Exit.FINDINGS)
    assert found["summary"]["revisions"] == len(OURS)
    grave = {(item["revision"], item["code"], item["object"]) for item in found["items"] if item["severity"] == "error"}
    assert ("frames_types", "table-rewrite", "frames.module_analytics_events") in grave
    assert ("toolboxai_indexes", "index-build", "toolboxai.usage_analytics") in grave
    assert ("toolboxai_partitions", "unique-constraint", "toolboxai.educational_analytics") in grave
    large = {"usage_analytics", "educational_analytics", "module_analytics_events"}
    assert {name.partition(".")[2] for *_, name in grave} == large, "only the largest tables take minutes"
    slow = {item["object"].partition(".")[2] for item in found["items"] if item["takes"]}
    assert slow - large >= {"user_progress", "quiz_attempts", "module_progress"}
    ours = [item for item in found["items"] if item["by"] == "toolbox" and item["code"] != "locks-together"]
    assert {"users", "students", "quests"} & {item["object"].partition(".")[2] for item in ours} == set()
    assert found["summary"]["errors"] + found["summary"]["warnings"] < 60


def test_each_finding_says_all_that_there_is_to_say(cli: CommandLine, district: Database) -> None:
    [item] = [
        item for item in lint(cli, district, "frames_types", exit_code=Exit.FINDINGS)["items"]
        if (item["severity"], item["code"]) == ("error", "table-rewrite")
    ]  # fmt: skip
    path = next(one.path for one in OURS if one.id == "frames_types")
    rows = path.read_text().split("\n")
    assert """yield f'ALTER COLUMN "{name}" TYPE '""" in rows[item["line"] - 1]
    assert item == {
        "code": "table-rewrite",
        "severity": "error",
        "object": "frames.module_analytics_events",
        "field": "timestamp",
        "expected": "a change of the catalog alone",
        "found": "writes anew 40,000,000 rows, which takes minutes; nobody reads or writes it meanwhile",
        "file": "migrations/versions/frames/frames_types.py",
        "line": item["line"],
        "column": None,
        "remedy": "Add a column of the new form, fill it in batches, and change over; or choose a quiet hour.",
        "platform": "frames",
        "revision": "frames_types",
        "rows": 40_000_000,
        "takes": "minutes",
        "by": "toolbox",
        "accepted": False,
        "statement": item["statement"],
        "place": f"migrations/versions/frames/frames_types.py:{item['line']}",
    }
    assert item["statement"].startswith("ALTER TABLE module_analytics_events ALTER COLUMN")
    assert len(item["statement"]) == 101


def test_one_platform_alone(cli: CommandLine, district: Database) -> None:
    found = lint(cli, district, "--platform", "pas_in_peace", "--fail-on", "error")
    assert {item["platform"] for item in found["items"]} <= {"pas_in_peace"}
    assert found["summary"]["revisions"] == sum(one.platform == "pas_in_peace" for one in OURS)


def test_warnings_fail_on_demand(cli: CommandLine, district: Database) -> None:
    assert cli("db", "lint", "frames_checks", database=district).exit_code == 0
    assert cli("db", "lint", "frames_checks", "--fail-on", "warning", database=district).exit_code == Exit.FINDINGS


def test_real_rows(cli: CommandLine, empty_database: Database) -> None:
    upgrade(target_of(empty_database), "frames_phase_3")
    empty_database.execute("INSERT INTO frames.teams (name) SELECT 'team' FROM generate_series(1, 250000)")
    found = lint(cli, empty_database, "frames_types", "frames_indexes")
    assert [(item["code"], item["object"], item["rows"], item["takes"]) for item in found["items"]] == [
        ("table-rewrite", "frames.teams", 250_000, "seconds")
    ]
    empty_database.execute("TRUNCATE frames.teams CASCADE")
    assert lint(cli, empty_database, "frames_types", "frames_indexes")["items"] == []


def test_a_revision_need_not_be_pending(cli: CommandLine, database: Database) -> None:
    assert lint(cli, database, "frames_types")["items"] == []
    database.execute("UPDATE pg_class SET reltuples = 1e6 WHERE oid = 'frames.students'::regclass")
    found = lint(cli, database, "frames_types", "001")
    assert codes(found) == [("warning", "table-rewrite", "frames.students")]
    assert found["summary"]["revisions"] == 2


def test_a_table_that_a_pending_revision_renames_keeps_its_rows(
    cli: CommandLine, added: Added, database: Database
) -> None:
    added('\ndef upgrade():\n    op.execute("ALTER TABLE students RENAME TO pupils")\n', "frames_renamed")
    added('\ndef upgrade():\n    op.execute("CREATE INDEX ON pupils (name)")\n')
    database.execute("UPDATE pg_class SET reltuples = 1e9 WHERE oid = 'frames.students'::regclass")
    found = lint(cli, database, exit_code=Exit.FINDINGS)
    assert codes(found) == [
        ("error", "index-build", "frames.students"),
        ("warning", "renaming-table", "frames.students"),
    ]


BAD: Final = '''
INDEX = """
-- toolbox: allow index-build because it is small enough
CREATE INDEX students_name_idx ON students (name);
GRANT SELECT ON students TO PUBLIC"""


def upgrade() -> None:
    op.execute(INDEX)
    for table in ("faculty", "teams"):
        op.execute(f"""
            -- toolbox: allow table-rewrite because nothing is rewritten
            ALTER TABLE {table}
                RENAME COLUMN name
                TO called""")
'''


def test_a_revision_is_looked_at_line_by_line(cli: CommandLine, added: Added, database: Database) -> None:
    rows = added(BAD)
    database.execute("UPDATE pg_class SET reltuples = 1e9 WHERE oid = 'frames.students'::regclass")
    found = lint(cli, database, exit_code=Exit.FINDINGS)
    told = [(item["severity"], item["code"], item["object"], rows[item["line"] - 1].strip()) for item in found["items"]]
    assert told == [
        ("error", "grant-to-public", "frames", 'GRANT SELECT ON students TO PUBLIC"""'),
        ("warning", "renaming-column", "frames.faculty", "RENAME COLUMN name"),
        ("warning", "renaming-column", "frames.teams", "RENAME COLUMN name"),
        ("note", "index-build", "frames.students", "CREATE INDEX students_name_idx ON students (name);"),
        ("note", "allow-unused", "frames", "-- toolbox: allow table-rewrite because nothing is rewritten"),
        ("note", "allow-unused", "frames", "-- toolbox: allow table-rewrite because nothing is rewritten"),
    ]
    assert [item["remedy"] for item in found["items"] if item["accepted"]] == ["Accepted: it is small enough"]
    assert found["summary"] == {"revisions": 1, "errors": 1, "warnings": 2, "notes": 3, "accepted": 1}


def test_people_read_what_to_do(cli: CommandLine, added: Added, database: Database) -> None:
    granted = [n for n, row in enumerate(added(BAD), 1) if row.startswith("GRANT")]
    done = cli("db", "lint", database=database)
    assert done.exit_code == Exit.FINDINGS
    assert "→ grant-to-public: Grant it to the role that needs it: toolbox db grant --role.\n" in done.stdout
    assert done.stdout.endswith("\n1 error, 2 warnings, 2 notes in 1 revision.\n")
    assert f"frames_tried.py:{granted[0]} " in done.stdout


def test_sarif_in_a_file(cli: CommandLine, added: Added, database: Database, tmp_path: Path) -> None:
    added(BAD)
    file = tmp_path / "lint.sarif"
    done = cli("db", "lint", "--format", "sarif", "--output", str(file), database=database)
    assert (done.exit_code, done.stdout) == (Exit.FINDINGS, "")
    assert done.stderr == f"{file}: 1 error, 2 warnings, 2 notes in 1 revision.\n"
    [run] = json.loads(file.read_text())["runs"]
    first = run["results"][0]
    assert (first["ruleId"], first["level"]) == ("grant-to-public", "error")
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "migrations/versions/frames/frames_tried.py"}
    assert place["region"]["startLine"] > 10
    assert (first["properties"]["revision"], first["properties"]["by"]) == ("frames_tried", "toolbox")
    prints = [result["partialFingerprints"]["toolbox/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)


def test_an_unknown_revision(cli: CommandLine, database: Database) -> None:
    done = cli("db", "lint", "frames_types", "nonsense", database=database)
    assert (done.exit_code, done.stdout) == (Exit.USAGE, "")
    assert "There is no revision 'nonsense'." in done.stderr


def test_a_revision_of_another_platform(cli: CommandLine, database: Database) -> None:
    done = cli("db", "lint", "frames_types", "--platform", "toolboxai", database=database)
    assert done.exit_code == Exit.USAGE
    assert "frames does not live in this database" in done.stderr


def test_a_database_that_a_newer_toolbox_migrated(cli: CommandLine, database: Database) -> None:
    database.execute("UPDATE toolbox.alembic_version SET version_num = 'frames_next' WHERE version_num ~ '^frames'")
    assert cli("db", "lint", "frames_types", database=database).exit_code == Exit.REFUSED


def test_without_a_database(cli: CommandLine, tmp_path: Path) -> None:
    dead = {"TOOLBOX_DATABASE_URL": f"postgresql://x@/nowhere?host={tmp_path}"}
    assert cli("db", "lint", environ=dead).exit_code == Exit.UNREACHABLE
    assert cli("db", "lint", "frames_types", environ=dead).exit_code == Exit.UNREACHABLE
    nameless = cli("db", "lint", "--offline", environ=dead)
    assert nameless.exit_code == Exit.USAGE
    assert "Name them, or leave out --offline." in nameless.stderr
    found = report(cli("db", "lint", "frames_indexes", "--offline", "--format", "json", environ=dead))
    assert {(item["severity"], item["code"], item["rows"], item["takes"]) for item in found["items"]} == {
        ("warning", "index-build", None, None)
    }
    assert "frames.faculty" in {item["object"] for item in found["items"]}


def test_without_squawk(
    cli: CommandLine, added: Added, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(BAD)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(program.sysconfig, "get_path", lambda name: str(tmp_path))
    nowhere = {"PATH": str(tmp_path)}
    done = cli("db", "lint", database=database, environ=nowhere)
    assert (done.exit_code, done.stdout) == (Exit.USAGE, "")
    assert "python -m pip install 'toolbox-cli[lint]'" in done.stderr
    found = lint(cli, database, "--no-squawk", environ=nowhere, exit_code=Exit.FINDINGS)
    assert {item["by"] for item in found["items"]} == {"toolbox"}
    assert ("error", "grant-to-public", "frames") in codes(found)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("\ndef upgrade(:\n", "invalid syntax"),
        ("\ndef upgrade():\n    op.execute(op.inline_literal(object()))\n", "literal"),
    ],
)
def test_a_revision_that_can_not_be_written(
    cli: CommandLine, added: Added, database: Database, body: str, says: str
) -> None:
    added(body)
    done = cli("db", "lint", database=database)
    assert done.exit_code == Exit.USAGE
    assert "The revisions can't be written as SQL" in done.stderr
    assert says in done.stderr


def test_the_records_of_several_databases_are_told_of_once(
    cli: CommandLine, checkout: Path, empty_database: Database, server: Server
) -> None:
    body = upgrade_of("GRANT USAGE ON SCHEMA s TO PUBLIC")
    write(checkout / "migrations/versions/toolbox", body, down=LINES[RECORDS][-1].id)
    with server.temporary() as other:
        found = lint(
            cli, empty_database, "tried", environ={"TOOLBOX_PLATFORMS_FRAMES_URL": other.url}, exit_code=Exit.FINDINGS
        )
    assert codes(found) == [("error", "grant-to-public", "toolbox")]
    assert found["summary"]["revisions"] == 2


def test_platforms_of_several_databases_and_other_schemas(
    cli: CommandLine, empty_database: Database, server: Server
) -> None:
    with server.temporary() as other:
        environ = {"TOOLBOX_PLATFORMS_FRAMES_URL": other.url, "TOOLBOX_PLATFORMS_FRAMES_SCHEMA": "lms"}
        found = lint(cli, empty_database, environ=environ)
        assert found["summary"]["revisions"] == sum(map(len, LINES.values())) + len(LINES["toolbox"])
        assert cli("db", "upgrade", "frames_phase_3", database=empty_database, environ=environ).exit_code == 0
        other.execute("UPDATE pg_class SET reltuples = 1e9 WHERE oid = 'lms.students'::regclass")
        found = lint(cli, empty_database, environ=environ, exit_code=Exit.FINDINGS)
        assert {item["object"] for item in found["items"] if item["severity"] == "error"} == {"lms.students"}
