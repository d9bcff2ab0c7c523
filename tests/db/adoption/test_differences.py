"""What keeps a database from being adopted is named, each difference once, and nothing is recorded."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.db.adoption.conftest import configure
from tests.db.adoption.installations import SEEN, contract_sql, document, installed
from tests.support.commands import CommandLine
from tests.support.psql import psql
from tests.support.servers import Database
from tests.support.whole import HEADS, at
from toolbox_cli.core.settings import RECORDS

REPLACED: Final = (
    "ALTER TABLE modules ALTER id DROP DEFAULT; DROP SEQUENCE modules_id_seq; ALTER TABLE modules ALTER id"
)


def looked_at(cli: CommandLine, database: Database, *argv: str) -> tuple[int, dict[str, Any]]:
    done = cli("db", "adopt", "--platform", "frames", "--format", "json", *argv, database=database)
    assert done.stderr == ""
    return done.exit_code, json.loads(done.stdout)


def told(found: dict[str, Any], severity: str) -> list[str]:
    items = (item for item in found["items"] if item["severity"] == severity)
    return [
        " ".join(filter(None, (item["code"], item["object"].removeprefix("public."), item["field"]))) for item in items
    ]


Told = list[tuple[str, str | None]]
"""Statements, and what is told of each."""

SINGLE: Final[list[Told]] = [
    [
        ("ALTER TABLE modules DROP description", "column-missing modules.description"),
        ("ALTER TABLE teams ALTER name SET NOT NULL", "column-changed teams.name not null"),
        ("DROP TABLE module_feedback", "table-missing module_feedback"),
        ("DROP INDEX idx_events_type", "index-missing module_analytics_events.idx_events_type"),
        ("ALTER TABLE faculty RENAME department TO unit", "column-renamed faculty.unit"),
        ("CREATE TRIGGER mine BEFORE UPDATE ON students FOR EACH ROW EXECUTE FUNCTION set_updated_at()",
         "trigger-extra students.mine"),
        ("ALTER TABLE module_sections DROP CONSTRAINT module_sections_module_id_section_number_key",
         "constraint-missing module_sections.module_sections_module_id_section_number_key"),
        ("ALTER TABLE module_progress DISABLE TRIGGER ALL", "table-changed module_progress foreign key triggers"),
    ],
    [
        ("ALTER TABLE modules ALTER category TYPE text", "column-changed modules.category type"),
        ("ALTER TABLE modules ALTER estimated_minutes TYPE bigint", "column-changed modules.estimated_minutes type"),
        ("ALTER TABLE modules ALTER target_audience SET DEFAULT 'all'",
         "column-changed modules.target_audience default"),
        ("ALTER TABLE modules ALTER revision DROP DEFAULT", "column-changed modules.revision default"),
        ("ALTER TABLE modules ADD owner text", "column-extra modules.owner"),
        ("CREATE INDEX mine ON modules (title)", "index-extra modules.mine"),
        ("CREATE INDEX part ON faculty (university_id) WHERE email IS NULL", "index-extra faculty.part"),
        ("ALTER TABLE teams DROP CONSTRAINT teams_university_id_fkey",
         "constraint-missing teams.teams_university_id_fkey"),
        ("ALTER TABLE module_feedback DROP CONSTRAINT module_feedback_rating_check, ADD CHECK (rating <= 5)",
         "constraint-changed module_feedback.module_feedback_rating_check definition"),
    ],
    [
        ("ALTER TABLE module_feedback RENAME TO feedback", "table-renamed feedback"),
        ("ALTER TABLE module_progress SET UNLOGGED", "table-changed module_progress persistence"),
        ("ALTER TABLE students ENABLE ROW LEVEL SECURITY", "table-changed students row security"),
        ("ALTER TABLE modules ADD CONSTRAINT mine CHECK (revision > 0) NOT VALID", "constraint-extra modules.mine"),
        ("ALTER TABLE teams ALTER id DROP DEFAULT", "column-changed teams.id default"),
    ],
]  # fmt: skip


@pytest.mark.parametrize("changes", SINGLE, ids=["missing", "changed", "renamed"])
def test_each_is_named_and_mended_by_its_plan(cli: CommandLine, frames: Database, changes: Told) -> None:
    for statement, _ in changes:
        frames.execute(statement)
    exit_code, found = looked_at(cli, frames)
    [standing] = found["summary"]["platforms"]
    assert (exit_code, found["ok"], standing["status"]) == (3, False, "different")
    assert (standing["revision"], sorted(told(found, "error"))) == (
        "frames_phase_3",
        sorted(name for _, name in changes),
    )
    assert frames.execute("SELECT to_regnamespace('toolbox')") == [(None,)]

    with frames.connect() as connection:
        connection.execute("SET search_path TO public, pg_temp")
        for sql in [one["sql"] for one in standing["plan"] if one["sql"]]:
            connection.execute(sql.encode())
    assert looked_at(cli, frames)[0] == 0
    assert at(frames) == {HEADS[RECORDS], "frames_phase_3"}


MATTERLESS: Final[Told] = [
    ("ALTER TABLE teams RENAME CONSTRAINT teams_university_id_fkey TO fk_teams", "constraint-renamed teams.fk_teams"),
    ("ALTER INDEX idx_events_type RENAME TO mine", "index-renamed module_analytics_events.mine"),
    ("ALTER SEQUENCE module_analytics_events_id_seq RENAME TO my_seq", "sequence-renamed my_seq"),
    ("ALTER TABLE module_analytics_events RENAME CONSTRAINT module_analytics_events_pkey TO my_key",
     "constraint-renamed module_analytics_events.my_key"),
    ("ALTER TABLE modules ADD CONSTRAINT positive CHECK (revision >= 1)", "constraint-ahead modules.positive"),
    ("ALTER TABLE students ADD CONSTRAINT mail CHECK (email ~ '^[^@\\s]+@[^@\\s]+$')",
     "constraint-ahead students.mail"),
    ("CREATE INDEX by_university ON faculty (university_id)", "index-ahead faculty.by_university"),
    ("ALTER TABLE modules ALTER id DROP DEFAULT; DROP SEQUENCE modules_id_seq;"
     " ALTER TABLE modules ALTER id ADD GENERATED BY DEFAULT AS IDENTITY (START 2)",
     "column-numbered modules.id identity"),
    ("COMMENT ON TABLE modules IS 'Ours.'; COMMENT ON COLUMN modules.id IS 'Key.'", "comments-own public"),
    ("CREATE TABLE invoices (module_id integer REFERENCES modules)", None),
    ("GRANT SELECT ON modules TO PUBLIC", None),
]  # fmt: skip


def test_what_does_not_matter_is_a_note_and_the_upgrade_copes(cli: CommandLine, frames: Database) -> None:
    for statement, _ in MATTERLESS:
        frames.execute(statement)
    exit_code, found = looked_at(cli, frames)
    assert (exit_code, told(found, "error")) == (0, [])
    assert sorted(told(found, "note")) == sorted(name for _, name in MATTERLESS if name)
    done = cli("db", "upgrade", "--platform", "frames", database=frames)
    assert done.exit_code == 0, done.stderr
    assert cli("verify", "schema", "--platform", "frames", database=frames).exit_code == 0
    added = "INSERT INTO modules (module_id, title) VALUES ('next', 'Next') RETURNING id"
    assert frames.execute(added) == [(2,)]


TAKEN: Final = [
    ("CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
     "touch_updated_at()", 'ALTER ROUTINE "public"."touch_updated_at"() RENAME TO "other_touch_updated_at"'),
    ("CREATE TABLE module_analytics_events_default (n integer)", "module_analytics_events_default",
     'ALTER TABLE "public"."module_analytics_events_default" RENAME TO "other_module_analytics_events_default"'),
    ("CREATE INDEX faculty_university_id_idx ON billing_accounts (name)", "billing_accounts.faculty_university_id_idx",
     'ALTER INDEX "public"."faculty_university_id_idx" RENAME TO "other_faculty_university_id_idx"'),
    ("CREATE SEQUENCE teams_university_id_idx", "teams_university_id_idx",
     'ALTER SEQUENCE "public"."teams_university_id_idx" RENAME TO "other_teams_university_id_idx"'),
    ("CREATE VIEW students_team_id_idx AS SELECT 1 AS n", "students_team_id_idx",
     'ALTER VIEW "public"."students_team_id_idx" RENAME TO "other_students_team_id_idx"'),
]  # fmt: skip


def test_a_name_that_a_later_revision_needs_must_be_free(cli: CommandLine, frames: Database) -> None:
    for statement, _, _ in TAKEN:
        frames.execute(statement)
    exit_code, found = looked_at(cli, frames)
    assert (exit_code, sorted(told(found, "error"))) == (3, sorted(f"name-taken {path}" for _, path, _ in TAKEN))
    freeing = [one["sql"] for one in found["summary"]["platforms"][0]["plan"]]
    assert sorted(freeing) == sorted(freed for _, _, freed in TAKEN)
    assert [item["remedy"] for item in found["items"]] == [f"{freed};" for freed in freeing]

    for freed in freeing:
        frames.execute(freed)
    assert looked_at(cli, frames)[0] == 0
    done = cli("db", "upgrade", "--platform", "frames", database=frames)
    assert done.exit_code == 0, done.stderr


def test_what_is_partly_newer_is_brought_forward_not_back(cli: CommandLine, empty_database: Database) -> None:
    """A plan that keeps the values of a column that is there is nearer than one that drops it."""
    installed(
        empty_database, document("document_004"), "ALTER TABLE modules ADD module_type varchar(50) DEFAULT 'text'"
    )
    configure(cli, "frames")
    exit_code, found = looked_at(cli, empty_database)
    [standing] = found["summary"]["platforms"]
    assert (exit_code, standing["revision"], standing["differences"]) == (3, "frames_phase_2", 8)
    assert {item["code"] for item in found["items"]} == {"column-missing"}


def test_types_and_tables_that_a_revision_leaves_alone_may_be_there(cli: CommandLine, empty_database: Database) -> None:
    """Document 000 takes lessons and achievements to be there; ours are made where they are not."""
    installed(empty_database, document("document_001"), SEEN["toolboxai"], """
        CREATE TYPE achievementtype AS ENUM ('MILESTONE', 'STREAK', 'COMPLETION', 'MASTERY', 'SPECIAL');
        CREATE TABLE lessons (
            id uuid PRIMARY KEY DEFAULT gen_random_uuid(), content_id uuid REFERENCES educational_content,
            teacher_id uuid REFERENCES users, title varchar(200) NOT NULL, description text,
            created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now());
        INSERT INTO lessons (title) VALUES ('Monday')""")  # fmt: skip
    configure(cli, "toolboxai")
    argv = ("--platform", "toolboxai")
    done = cli("db", "adopt", *argv, database=empty_database)
    assert done.exit_code == 0, done.stdout
    assert cli("db", "upgrade", *argv, database=empty_database).exit_code == 0
    assert empty_database.execute("SELECT title, status FROM lessons") == [("Monday", "draft")]
    assert cli("verify", "schema", *argv, database=empty_database).exit_code == 0


def test_another_table_of_that_name_is_not(cli: CommandLine, empty_database: Database) -> None:
    installed(empty_database, document("document_001"), "CREATE TABLE lessons (id uuid PRIMARY KEY, topic text)")
    configure(cli, "toolboxai")
    done = cli("db", "adopt", "--platform", "toolboxai", "--format", "json", database=empty_database)
    assert done.exit_code == 3
    assert [(item["code"], item["object"]) for item in json.loads(done.stdout)["items"]] == [
        ("name-taken", "public.lessons")
    ]


def test_people_get_the_plan_as_a_script(cli: CommandLine, frames: Database) -> None:
    frames.execute("ALTER TABLE modules DROP description; CREATE SEQUENCE teams_university_id_idx")
    done = cli("db", "adopt", "--platform", "frames", database=frames)
    first, *_ = done.stdout.splitlines()
    assert first == "frames (schema public) is nearest to frames_phase_3, with 2 differences left: not adopted."
    script = done.stdout[done.stdout.index("-- What would make") :]
    assert psql(frames, script).returncode == 0
    assert cli("db", "adopt", "--platform", "frames", database=frames).exit_code == 0


def entry(path: str, code: str, expires: str = "2999-12-31") -> str:
    return f"- {{object: {path}, code: {code}, owner: ada, reason: Asked for., expires: {expires}}}\n"


def test_accepted_differences_are_recorded_with_who_and_why(cli: CommandLine, frames: Database, tmp_path: Path) -> None:
    frames.execute("CREATE INDEX mine ON modules (title); ALTER TABLE teams ADD colour text")
    file = tmp_path / "known.yaml"
    file.write_text(entry("public.modules.mine", "index-extra"))
    exit_code, found = looked_at(cli, frames, "--accept-differences", str(file))
    assert (exit_code, told(found, "error"), told(found, "note")) == (
        3, ["column-extra teams.colour"], ["index-extra modules.mine"],
    )  # fmt: skip

    file.write_text(entry("public.modules.mine", "index-extra") + entry("public.teams.colour", "column-extra"))
    exit_code, found = looked_at(cli, frames, "--accept-differences", str(file))
    assert (exit_code, told(found, "error")) == (0, [])
    assert found["summary"]["platforms"][0]["accepted"] == 2
    [(details, counts)] = frames.execute("SELECT details, counts FROM toolbox.audit_log")
    assert counts["accepted"] == 2
    assert details["accepted"] == [
        {"object": "public.modules.mine", "code": "index-extra", "field": None, "expected": "nothing",
         "found": "USING btree (title)", "owner": "ada", "reason": "Asked for.", "expires": "2999-12-31"},
        {"object": "public.teams.colour", "code": "column-extra", "field": None, "expected": "nothing",
         "found": "text", "owner": "ada", "reason": "Asked for.", "expires": "2999-12-31"},
    ]  # fmt: skip
    assert cli("db", "upgrade", "--platform", "frames", database=frames).exit_code == 0


def test_an_entry_holds_until_its_day_and_must_match(cli: CommandLine, frames: Database, tmp_path: Path) -> None:
    frames.execute("CREATE INDEX mine ON modules (title)")
    file = tmp_path / "known.yaml"
    file.write_text(
        entry("public.modules.mine", "index-extra", "2020-01-01") + entry("public.modules.yours", "index-extra")
    )
    exit_code, found = looked_at(cli, frames, "--accept-differences", str(file))
    assert (exit_code, told(found, "error"), told(found, "note")) == (
        3, ["index-extra modules.mine", "acceptance-expired modules.mine index-extra"],
        ["acceptance-unused modules.yours index-extra"],
    )  # fmt: skip
    assert [item["line"] for item in found["items"]] == [None, 1, 2]


def test_a_taken_name_cannot_be_accepted(cli: CommandLine, frames: Database, tmp_path: Path) -> None:
    frames.execute("CREATE INDEX faculty_university_id_idx ON faculty (name)")
    file = tmp_path / "known.yaml"
    path = "public.faculty.faculty_university_id_idx"
    file.write_text(entry(path, "index-extra") + entry(path, "name-taken"))
    exit_code, found = looked_at(cli, frames, "--accept-differences", str(file))
    assert (exit_code, told(found, "error")) == (3, ["name-taken faculty.faculty_university_id_idx"])


def test_an_unusable_file_changes_nothing(cli: CommandLine, frames: Database, tmp_path: Path) -> None:
    file = tmp_path / "known.yaml"
    file.write_text("- {object: public.modules}\n")
    done = cli("db", "adopt", "--accept-differences", str(file), database=frames)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "is not a usable acceptance" in done.stderr
    assert frames.execute("SELECT to_regnamespace('toolbox')") == [(None,)]


def test_of_two_unique_rules_that_say_the_same_the_upgrade_leaves_ours(
    cli: CommandLine, empty_database: Database
) -> None:
    twice = "ALTER TABLE user_tracks ADD UNIQUE (user_id, track_type); CREATE UNIQUE INDEX mine ON quests (quest_id)"
    installed(empty_database, contract_sql(), twice)
    configure(cli, "pas_in_peace")
    done = cli("db", "adopt", "--platform", "pas_in_peace", "--format", "json", database=empty_database)
    assert done.exit_code == 0, done.stdout
    turned = {item["object"] for item in json.loads(done.stdout)["items"] if item["code"].endswith("-turned")}
    assert turned == {"public.quests.mine", "public.user_tracks.user_tracks_user_id_track_type_key"}
    assert cli("db", "upgrade", "--platform", "pas_in_peace", database=empty_database).exit_code == 0
    done = cli("verify", "schema", "--platform", "pas_in_peace", "--strict", database=empty_database)
    assert done.exit_code == 0, done.stdout


def test_a_unique_index_of_some_rows_is_another_rule(cli: CommandLine, frames: Database) -> None:
    frames.execute("ALTER TABLE modules DROP CONSTRAINT modules_module_id_key")
    frames.execute("CREATE UNIQUE INDEX mine ON modules (module_id) WHERE status = 'draft'")
    exit_code, found = looked_at(cli, frames)
    assert (exit_code, told(found, "error")) == (
        3, ["constraint-missing modules.modules_module_id_key", "index-extra modules.mine"],
    )  # fmt: skip
