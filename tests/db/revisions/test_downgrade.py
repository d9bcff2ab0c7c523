import json
import os
import pty
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.support.commands import CommandLine, Outcome, ToolboxProcess
from tests.support.servers import Database
from tests.support.whole import at, catalogs, drift, fill, log, target_of
from toolbox_cli.core.errors import FindingsError, LockedError, RefusedError, ToolboxError
from toolbox_cli.db.revisions.downgrade import Loss, downgrade, look_down
from toolbox_cli.db.revisions.running.patience import Patience, Watch
from toolbox_cli.db.revisions.upgrade import upgrade

every_version = pytest.mark.every_version

PRODUCTION = {"TOOLBOX_ENV": "production"}
PHASE_2_AND_3 = {
    "frames.module_analytics_events.pattern_detected": 0,
    "frames.module_analytics_events.struggle_signal": 0,
    "frames.module_assignments.assignment_rule": 0,
    "frames.module_assignments.auto_assigned": 1,
    "frames.module_feedback.clarity_rating": 0,
    "frames.module_feedback.engagement_rating": 0,
    "frames.module_feedback.tags": 1,
    "frames.module_progress.difficulty_adjustments": 0,
    "frames.module_progress.mastery_score": 1,
    "frames.modules.adaptive_config": 1,
    "frames.module_assignment_rules": 0,
    "frames.module_revisions": 0,
    "frames.module_sections.section_key": 1,
    "frames.modules.content_hash": 0,
    "frames.modules.source_hash": 0,
}
"""With what our revisions after them added."""


@pytest.fixture
def installed(empty_database: Database) -> Database:
    """What the documents' installations have, with rows."""
    upgrade(target_of(empty_database), "documents")
    fill(empty_database)
    return empty_database


@pytest.fixture
def inhabited(installed: Database) -> Database:
    """The whole schema, with rows."""
    upgrade(target_of(installed))
    return installed


def report(outcome: Outcome) -> Any:
    assert outcome.exit_code == 0, outcome.stderr
    return json.loads(outcome.stdout)


def lost(found: Any) -> dict[str, int]:
    return {item["object"]: item["rows"] for item in found["items"]}


@every_version
def test_columns_that_go_are_listed_with_their_values(cli: CommandLine, inhabited: Database) -> None:
    found = report(cli("db", "downgrade", "frames_phase_2", "--yes", "--format", "json", database=inhabited))

    assert lost(found) == PHASE_2_AND_3
    assert {item["object"] for item in found["items"] if item["what"] != "values"} == {
        "frames.module_assignment_rules", "frames.module_revisions",
    }  # fmt: skip
    assert found["summary"]["revisions"] == [
        "frames_content",
        "frames_comments",
        "frames_partitions",
        "frames_triggers",
        "frames_indexes",
        "frames_checks",
        "frames_types",
        "frames_phase_3",
    ]
    assert "frames_phase_2" in at(inhabited)
    assert [(revision, direction) for platform, revision, direction, _ in log(inhabited) if platform == "frames"][
        -1
    ] == (
        "frames_phase_3",
        "downgrade",
    )


@every_version
def test_tables_that_go_are_listed_with_their_rows(cli: CommandLine, inhabited: Database) -> None:
    """A table stands for its columns, a partitioned one for its partitions, and every row counts once."""
    inhabited.execute("""
        CREATE TABLE frames.of_2030 PARTITION OF frames.module_analytics_events
            FOR VALUES FROM ('2030-01-01 00:00+00') TO ('2031-01-01 00:00+00');
        INSERT INTO frames.module_analytics_events (module_id, student_id, event_type, "timestamp")
            VALUES (1, 's', 'pause', '2030-06-01')""")
    expected = {
        f"frames.{table}": inhabited.execute(f"SELECT count(*) FROM frames.{table}")[0][0]
        for (table,) in inhabited.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'frames'::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition"
        )
    }
    assert expected["frames.module_analytics_events"] == 3

    found = report(cli("db", "downgrade", "frames@base", "--yes", "--format", "json", database=inhabited))

    assert lost(found) == expected
    assert {item["what"] for item in found["items"]} == {"rows"}
    assert not any(revision.startswith("frames") for revision in at(inhabited))


def test_all_can_be_taken_back_and_applied_again(cli: CommandLine, inhabited: Database, database: Database) -> None:
    for target in ("frames@base", "pas_in_peace@base", "toolboxai@base", "toolbox@base"):
        assert cli("db", "downgrade", target, "--yes", database=inhabited).exit_code == 0
    assert at(inhabited) == set()
    assert cli("db", "upgrade", database=inhabited).exit_code == 0
    assert drift(catalogs(database), catalogs(inhabited)) == []


def test_the_records_go_last(cli: CommandLine, database: Database) -> None:
    outcome = cli("db", "downgrade", "toolbox@base", "--yes", database=database)
    assert (outcome.exit_code, outcome.stdout) == (4, "")
    assert "toolboxai, pas_in_peace, frames still stand on them" in outcome.stderr


def test_the_question_says_what_is_lost_and_without_a_terminal_the_answer_is_no(
    cli: CommandLine, inhabited: Database
) -> None:
    before = catalogs(inhabited)
    outcome = cli("db", "downgrade", "frames_phase_2", database=inhabited)
    assert (outcome.exit_code, outcome.stdout) == (4, "")
    assert outcome.stderr.splitlines()[1:] == [
        "  frames.module_assignments.auto_assigned: 1 values",
        "  frames.module_feedback.tags: 1 values",
        "  frames.module_progress.mastery_score: 1 values",
        "  frames.module_sections.section_key: 1 values",
        "  frames.modules.adaptive_config: 1 values",
        "Error: Go on? There is no terminal to ask on.",
        "  → Repeat it with --yes.",
    ]
    assert outcome.stderr.startswith("Taking back 8 revisions in postgresql://")
    assert drift(before, catalogs(inhabited)) == []


@contextmanager
def terminal() -> Iterator[tuple[int, int]]:
    """Give both ends of a terminal: the person's, and the program's."""
    ours, theirs = pty.openpty()
    try:
        yield ours, theirs
    finally:
        os.close(ours)
        os.close(theirs)


def heard(ours: int, until: str) -> str:
    text = ""
    while until not in text:
        text += os.read(ours, 4096).decode()
    return text


@pytest.mark.parametrize(("answer", "exit_code"), [("y\n", 0), ("YES\n", 0), ("n\n", 4), ("\n", 4)])
def test_a_person_is_asked(toolbox_process: ToolboxProcess, database: Database, answer: str, exit_code: int) -> None:
    argv = ("db", "downgrade", "frames@-1")
    with terminal() as (ours, theirs):
        run = toolbox_process.start(*argv, database=database, stdin=theirs, stderr=theirs)
        asked = heard(ours, "[y/N] ")
        assert "no rows: what goes is empty" in asked
        os.write(ours, answer.encode())
        stdout, _ = run.communicate(timeout=60)
    assert run.returncode == exit_code
    assert ("frames_comments" in at(database)) == (exit_code == 0)
    assert stdout[-29:] == ("1 revisions were taken back.\n" if exit_code == 0 else "")


def test_production_wants_to_hear_that_data_is_lost(cli: CommandLine, inhabited: Database) -> None:
    argv = ("db", "downgrade", "frames_phase_2", "--yes")
    refused = cli(*argv, database=inhabited, environ=PRODUCTION)
    assert (refused.exit_code, refused.stdout) == (4, "")
    assert "frames.modules.adaptive_config: 1 values" in refused.stderr
    assert "A downgrade in production destroys data." in refused.stderr
    assert "frames_content" in at(inhabited)

    assert cli(*argv, "--data-loss", database=inhabited, environ=PRODUCTION).exit_code == 0
    assert "frames_phase_2" in at(inhabited)


@every_version
def test_a_dry_run_says_the_same_and_changes_nothing(cli: CommandLine, inhabited: Database) -> None:
    before, logged = catalogs(inhabited), log(inhabited)
    argv = ("db", "downgrade", "frames_phase_2", "--format", "json")

    tried = report(cli(*argv, "--dry-run", database=inhabited, environ=PRODUCTION))

    assert (tried["summary"].pop("dry_run"), tried["summary"].pop("current")) == (True, sorted(at(inhabited)))
    assert (drift(before, catalogs(inhabited)), log(inhabited)) == ([], logged)
    done = report(cli(*argv, "--yes", database=inhabited))
    assert tried["items"] == done["items"]
    assert tried["summary"]["revisions"] == done["summary"]["revisions"]


@every_version
def test_the_documents_state_comes_back_with_its_rows(cli: CommandLine, installed: Database) -> None:
    before = catalogs(installed)
    rows = installed.execute("SELECT to_jsonb(t)::text FROM frames.modules AS t")
    upgrade(target_of(installed))
    for target in ("frames_phase_3", "phase_4_3_integration", "002"):
        assert cli("db", "downgrade", target, "--yes", database=installed).exit_code == 0
    found = catalogs(installed)
    assert [each for each in drift(before, found) if "position" not in str(each.field)] == []
    assert installed.execute("SELECT to_jsonb(t)::text FROM frames.modules AS t") == rows


@pytest.mark.parametrize("target", ["heads", "frames@head", "frames@+0", "frames_content"])
def test_a_downgrade_never_goes_up(cli: CommandLine, database: Database, target: str) -> None:
    outcome = cli("db", "downgrade", target, database=database)
    assert (outcome.exit_code, outcome.stdout, outcome.stderr) == (0, "Nothing to do.\n", "")


@pytest.mark.parametrize("target", ["-1", "frames@-99", "nowhere", "moodle@base"])
def test_wrong_use_is_told(cli: CommandLine, database: Database, target: str) -> None:
    outcome = cli("db", "downgrade", "--yes", "--", target, database=database)
    assert (outcome.exit_code, outcome.stdout) == (2, "")


def test_a_migration_between_look_and_act_is_not_overrun(database: Database) -> None:
    way = look_down(target_of(database), "frames@-1")
    downgrade(look_down(target_of(database), "frames@-2"))
    with pytest.raises(RefusedError, match="migrated by another run meanwhile"):
        downgrade(way)
    assert "frames_partitions" in at(database)


def test_rows_in_the_way_of_a_downgrade_are_listed_before_anything_is_asked(
    cli: CommandLine, inhabited: Database
) -> None:
    inhabited.execute("""INSERT INTO frames.module_analytics_events (id, module_id, student_id, event_type)
                         VALUES (1, 1, 's', 'pause')""")
    outcome = cli("db", "downgrade", "frames_phase_3", database=inhabited)
    assert (outcome.exit_code, outcome.stdout) == (3, "")
    assert "module_analytics_events_id_unique: 2 rows, such as 1, 1" in outcome.stderr
    with pytest.raises(FindingsError):
        look_down(target_of(inhabited), "frames_phase_3")


def test_what_others_built_on_a_column_is_named(cli: CommandLine, inhabited: Database) -> None:
    inhabited.execute("CREATE VIEW public.scores AS SELECT mastery_score FROM frames.module_progress")
    outcome = cli("db", "downgrade", "frames@base", "--yes", database=inhabited)
    assert outcome.exit_code == 4
    assert "public.scores" in outcome.stderr
    assert "frames_content" in at(inhabited)


def test_a_held_table_is_tried_again_for_the_look_and_for_the_act(inhabited: Database) -> None:
    target, patience = target_of(inhabited), Patience(lock_timeout_s=0.05)
    with inhabited.connect(autocommit=False) as other:
        retries: list[float] = []

        def let_go(delay_s: float) -> None:
            retries.append(delay_s)
            other.rollback()

        watch = Watch(on_retry=let_go)
        other.execute("SELECT FROM frames.modules")
        way = look_down(target, "frames_triggers", patience, watch)
        assert len(retries) == 1
        other.execute("SELECT FROM frames.modules")
        downgrade(way, patience, watch)
        assert len(retries) == 2
        other.execute("SELECT FROM frames.modules")
        with pytest.raises(LockedError, match="tried once"):
            look_down(target, "frames_checks", Patience(lock_timeout_s=0.05, wait_s=0))
    assert "frames_triggers" in at(inhabited)


def test_looking_back_it_sees_what_was_swallowed(database: Database) -> None:
    """The steps go through, but the database says something else afterwards."""
    way = look_down(target_of(database), "frames@-1")
    database.execute("""
        CREATE FUNCTION put_back() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN NEW.version_num := ''frames_content''; RETURN NEW; END';
        CREATE TRIGGER put_back BEFORE UPDATE ON toolbox.alembic_version
            FOR EACH ROW EXECUTE FUNCTION put_back()""")
    with pytest.raises(ToolboxError, match="After the downgrade the database still has frames_content"):
        downgrade(way)


def test_nothing_to_take_back_needs_no_lock(database: Database) -> None:
    way = look_down(target_of(database), "frames@head")
    assert (way.revisions, way.losses) == ((), ())
    assert downgrade(way).applied == ()


def test_a_loss_is_named_by_the_schema_that_the_platform_lives_in(cli: CommandLine, empty_database: Database) -> None:
    environ = {"TOOLBOX_PLATFORMS_FRAMES_SCHEMA": "lms"}
    assert cli("db", "upgrade", "frames_phase_1", database=empty_database, environ=environ).exit_code == 0
    argv = ("db", "downgrade", "frames@base", "--dry-run", "--format", "json")
    found = report(cli(*argv, database=empty_database, environ=environ))
    assert {name.partition(".")[0] for name in lost(found)} == {"lms"}
    assert Loss("frames", "lms.modules", 0, column=False).object in lost(found)
