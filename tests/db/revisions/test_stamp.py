import json

import pytest

from tests.support.commands import CommandLine
from tests.support.psql import psql
from tests.support.servers import Database
from tests.support.whole import at, catalogs, drift, fill, log, target_of
from toolbox_cli.core.database.locks import MIGRATIONS, NAMESPACE
from toolbox_cli.db.revisions.upgrade import upgrade

STAMPED = ["002", "phase_4_3_integration", "frames_phase_3"]


@pytest.mark.every_version
def test_a_database_made_by_other_means_is_adopted_and_upgraded(
    cli: CommandLine, empty_database: Database, database: Database
) -> None:
    text = cli("db", "upgrade", "--sql", "--to", "documents", database=empty_database).stdout
    assert psql(empty_database, text).returncode == 0
    empty_database.execute("DROP SCHEMA toolbox CASCADE")
    fill(empty_database)

    for revision in STAMPED:
        outcome = cli("db", "stamp", revision, "--yes", "--format", "json", database=empty_database)
        assert outcome.exit_code == 0, outcome.stderr
    assert at(empty_database) == {"toolbox_disclosures", *STAMPED}
    assert json.loads(outcome.stdout) == {
        "kind": "toolbox.db.stamp/1",
        "ok": True,
        "summary": {"current": sorted(["toolbox_disclosures", *STAMPED])},
        "items": [],
    }

    assert cli("db", "upgrade", database=empty_database).exit_code == 0
    assert drift(catalogs(database), catalogs(empty_database)) == []
    assert [
        (platform, revision) for platform, revision, direction, _ in log(empty_database) if direction == "stamp"
    ] == [
        ("toolboxai", "002"),
        ("pas_in_peace", "phase_4_3_integration"),
        ("frames", "frames_phase_3"),
    ]


@pytest.mark.parametrize(
    ("target", "revisions"),
    [
        ("frames@base", {"002", "phase_4_3_integration"}),
        ("frames@-1", {"002", "phase_4_3_integration", "frames_phase_2"}),
        ("frames@+1", {"002", "phase_4_3_integration", "frames_types"}),
        ("toolboxai@head", {"toolboxai_works", "phase_4_3_integration", "frames_phase_3"}),
        ("heads", {"toolboxai_works", "pas_in_peace_reviews", "frames_content"}),
        ("001", {"001", "phase_4_3_integration", "frames_phase_3"}),
    ],
)
def test_a_stamp_runs_nothing_and_leaves_other_platforms(
    cli: CommandLine, empty_database: Database, target: str, revisions: set[str]
) -> None:
    upgrade(target_of(empty_database), "documents")
    before = catalogs(empty_database)
    assert cli("db", "stamp", target, "--yes", database=empty_database).exit_code == 0
    assert at(empty_database) == revisions | {"toolbox_disclosures"}
    assert drift(before, catalogs(empty_database)) == []


def test_people_are_told_what_was_recorded(cli: CommandLine, empty_database: Database) -> None:
    outcome = cli("db", "stamp", "frames_phase_1", "--yes", database=empty_database)
    assert outcome.stdout == "Recorded as reached: frames_phase_1, toolbox_disclosures.\n"
    assert empty_database.execute("SELECT to_regnamespace('frames')") == [(None,)]


def test_without_a_terminal_it_wants_yes(cli: CommandLine, empty_database: Database) -> None:
    outcome = cli("db", "stamp", "frames_phase_1", database=empty_database)
    assert (outcome.exit_code, outcome.stdout) == (4, "")
    assert outcome.stderr.startswith("Error: Record frames_phase_1 in postgresql://")
    assert "Repeat it with --yes." in outcome.stderr
    assert empty_database.execute("SELECT to_regnamespace('toolbox')") == [(None,)]


@pytest.mark.parametrize("target", ["-1", "nowhere", "frames@+99", "moodle@head", "toolbox@head"])
def test_what_can_not_be_stamped_is_wrong_use(cli: CommandLine, database: Database, target: str) -> None:
    before = at(database)
    outcome = cli("db", "stamp", "--yes", "--", target, database=database)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert at(database) == before


def test_a_stamp_waits_for_a_migration(cli: CommandLine, database: Database) -> None:
    from toolbox_cli.core.errors import LockedError
    from toolbox_cli.db.revisions.running.patience import Patience
    from toolbox_cli.db.revisions.stamp import stamp

    with database.connect() as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", (NAMESPACE, MIGRATIONS))
        with pytest.raises(LockedError):
            stamp(target_of(database), "frames@base", patience=Patience(wait_s=0))
    assert "frames_content" in at(database)
