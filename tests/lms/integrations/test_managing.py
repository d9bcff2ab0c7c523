"""Integrations are listed as they stand, paused, resumed and taken out of use; all of it recorded."""

import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.lms.integrations.conftest import SECRET, Lms, add_canvas
from toolbox_cli.core.commands import load
from toolbox_cli.core.database.locks import advisory_lock
from toolbox_cli.core.exits import Exit
from toolbox_cli.lms.cli import lms as group
from toolbox_cli.lms.sync.running import lock_key

PASSBACK = """
WITH course AS (
    INSERT INTO lms_courses (lms_integration_id, external_course_id, title) VALUES ('{key}', 'c', 'C') RETURNING id
), work AS (
    INSERT INTO lms_assignments (lms_course_id, external_assignment_id, title) SELECT id, 'a', 'A' FROM course
    RETURNING id)
INSERT INTO lms_grade_passbacks (lms_assignment_id, external_user_id, status)
SELECT work.id, 'u', status FROM work, unnest('{{pending,failed,success,dead}}'::text[]) AS status"""


@pytest.fixture
def oak(lms: Lms, secret_file: Path) -> Lms:
    add_canvas(lms, "oak", secret_file)
    return lms


def change(lms: Lms, assignments: str) -> None:
    with lms.connect() as connection:
        connection.execute(f"UPDATE lms_integrations SET {assignments} WHERE name = 'oak'".encode())


def one(lms: Lms) -> dict[str, Any]:
    [item] = lms.json("list")["items"]
    return dict(item)


@pytest.mark.parametrize(
    ("assignments", "state", "said"),
    [
        ("", "due", "never"),
        ("last_sync_at = now(), last_sync_status = 'success', last_success_at = now()", "waiting", "0 min ago"),
        ("last_sync_at = now() - interval '25h', last_success_at = now() - interval '25h'", "due", "25 h ago"),
        ("last_sync_at = now() - interval '25h', sync_frequency_hours = 48", "waiting", "never"),
        ("last_sync_at = now(), sync_frequency_hours = 0", "due", "never"),
        ("last_sync_at = now(), last_sync_status = 'partial'", "waiting", "never"),
        ("last_sync_at = now(), last_sync_status = 'held', last_success_at = now() - interval '9d'", "held", "9 d ago"),
        ("last_sync_at = now(), last_sync_status = 'failed'", "failing", "never"),
        ("paused_until = now() + interval '1h', last_sync_status = 'held'", "paused", "never"),
        ("paused_until = now() - interval '1h'", "due", "never"),
        ("is_active = false", "paused", "never"),
    ],
)
def test_a_list_says_how_each_stands(oak: Lms, assignments: str, state: str, said: str) -> None:
    if assignments:
        change(oak, assignments)
    found = one(oak)
    assert (found["state"], found["age"]) == (state, said)
    assert oak.json("list")["summary"][state] == 1
    assert state in oak.done("list").stdout


def test_the_age_is_of_the_latest_success(oak: Lms) -> None:
    change(oak, "last_success_at = now() - interval '3h', last_sync_at = now()")
    assert 3 * 3600 <= one(oak)["last_success_age_s"] < 3 * 3600 + 60


def test_an_empty_list_says_so(lms: Lms) -> None:
    assert "There is no integration" in lms.done("list").stdout
    assert lms.json("list")["items"] == []


def test_show_tells_what_can_not_be_known_without_any_key(oak: Lms) -> None:
    change(oak, """filters = '{"include": {"school": ["Oak"]}}', sync_error_message = 'It was asleep'""")
    done = oak.done("show", "oak", environ={"TOOLBOX_SECRET_KEYS": ""})
    for part in (
        "What can't be known:",
        "no list of changes",
        "Filters choose courses",
        "include school Oak",
        "asleep",
    ):
        assert part in done.stdout
    assert SECRET not in done.stdout


@pytest.mark.parametrize(
    ("assignments", "why"),
    [
        ("platform_name = 'lti'", "takes oauth2"),
        ("auth_type = 'oauth2'", "takes token"),
        ("base_url = 'http://elsewhere.example'", "is not https"),
        ("""filters = '{"include": ["Oak"]}'""", "filters can't be read"),
        ("""settings = '{"zone": "Mars/Olympus"}'""", "time zone"),
    ],
)
def test_what_can_not_be_used_as_it_is_stored_is_told(oak: Lms, assignments: str, why: str) -> None:
    """Others write to this table too; a secret goes nowhere that would have been refused."""
    change(oak, assignments)
    done = oak.done("show", "oak")
    assert why in done.stdout
    tried = oak("test", "oak")
    assert tried.exit_code == Exit.USAGE
    assert why in tried.stderr


def test_what_was_called_api_key_before_is_a_token(oak: Lms) -> None:
    change(oak, "auth_type = 'api_key'")
    [item] = oak.json("show", "oak")["items"]
    assert (item["auth"], item["unusable"]) == ("token", None)


@pytest.mark.parametrize("command", ["show", "test", "settings", "pause", "resume", "remove"])
def test_an_unknown_name_is_wrong_use(lms: Lms, command: str) -> None:
    done = lms(command, "nobody")
    assert done.exit_code == Exit.USAGE
    assert "toolbox lms list" in done.stderr


class TestPause:
    def test_until_a_day_in_its_own_zone(self, oak: Lms) -> None:
        change(oak, """settings = '{"zone": "America/New_York"}'""")
        oak.done("pause", "oak", "--until", "2199-07-01")
        expected = datetime.datetime(2199, 7, 1, 4, tzinfo=datetime.UTC)
        assert oak.row("oak")["paused_until"] == expected
        assert one(oak)["until"] == expected.isoformat()
        assert oak.audits()[-1]["command"].startswith("toolbox lms pause oak --until 2199-07-01T00:00:00-04:00")

    def test_for_a_while(self, oak: Lms) -> None:
        before = datetime.datetime.now(datetime.UTC)
        oak.done("pause", "oak", "--until", "14d")
        until = oak.row("oak")["paused_until"]
        assert datetime.timedelta() <= until - before - datetime.timedelta(days=14) < datetime.timedelta(minutes=5)

    def test_until_a_moment(self, oak: Lms) -> None:
        oak.done("pause", "oak", "--until", "2199-07-01T07:00+02:00")
        assert oak.row("oak")["paused_until"] == datetime.datetime(2199, 7, 1, 5, tzinfo=datetime.UTC)

    @pytest.mark.parametrize(
        "said", ["2001-01-01", "0d", "tomorrow", "14", "", "2199-07-01T07:00", "9999999999d", "-3d"]
    )
    def test_what_is_no_time_to_come_is_refused(self, oak: Lms, said: str) -> None:
        assert oak("pause", "oak", f"--until={said}").exit_code == Exit.USAGE
        assert one(oak)["state"] == "due"

    def test_until_it_is_resumed(self, oak: Lms) -> None:
        assert "oak is paused until it is resumed" in oak.done("pause", "oak").stdout
        assert oak.row("oak")["is_active"] is False
        assert "oak is not paused" in oak.done("resume", "oak").stdout
        row = oak.row("oak")
        assert (row["is_active"], row["paused_until"]) == (True, None)
        assert [audit["command"] for audit in oak.audits()][1:] == ["toolbox lms pause oak", "toolbox lms resume oak"]

    def test_a_day_takes_the_place_of_no_end(self, oak: Lms) -> None:
        oak.done("pause", "oak")
        oak.done("pause", "oak", "--until", "2199-07-01")
        assert oak.row("oak")["is_active"] is True
        assert one(oak)["state"] == "paused"

    def test_what_is_so_already_is_not_recorded(self, oak: Lms) -> None:
        report = oak.json("resume", "oak")
        assert report["summary"] == {"changed": False, "dry_run": False}
        assert "was already not paused" in oak.done("resume", "oak").stdout
        assert len(oak.audits()) == 1

    @pytest.mark.parametrize("command", [("pause", "oak"), ("pause", "oak", "--until", "9d"), ("resume", "oak")])
    def test_a_dry_run_changes_nothing(self, oak: Lms, command: tuple[str, ...]) -> None:
        before = oak.everything()
        oak.done(*command, "--dry-run")
        assert oak.everything() == before


class TestRemove:
    def test_secrets_go_and_what_was_read_stays(self, oak: Lms, secret_file: Path) -> None:
        key = oak.row("oak")["id"]
        with oak.connect() as connection:
            connection.execute(
                "INSERT INTO lms_courses (lms_integration_id, external_course_id, title) VALUES (%s, 'c', 'C')", [key]
            )
        done = oak.done("remove", "oak", "--yes")
        assert "What it read stays: 1 courses" in done.stdout
        [row] = oak.ask("SELECT * FROM lms_integrations")
        assert row["id"] == key
        assert row["removed_at"] is not None
        assert row["is_active"] is False
        assert not [name for name in row if name.endswith("_encrypted") and row[name]]
        [audit] = oak.audits()[1:]
        assert audit["details"] == {"integration": "oak", "id": str(key), "secrets_destroyed": 1}
        assert oak.json("list")["items"] == []
        assert oak.json("list", "--removed")["items"][0]["state"] == "removed"
        assert add_canvas(oak, "oak", secret_file).exit_code == 0, "its name is free"
        assert oak.row("oak")["id"] != key
        assert oak.done("remove", "oak", "--yes").exit_code == 0, "a second time too"

    def test_grades_that_wait_are_not_lost_by_the_way(self, oak: Lms) -> None:
        with oak.connect() as connection:
            connection.execute(PASSBACK.format(key=oak.row("oak")["id"]).encode())
        before = oak.everything()
        refused = oak("remove", "oak", "--yes")
        assert refused.exit_code == Exit.REFUSED
        assert "2 grades of oak wait" in refused.stderr
        assert oak.everything() == before
        assert oak("remove", "oak", "--dry-run").exit_code == Exit.REFUSED
        assert "Grades given up: 2" in oak.done("remove", "oak", "--yes", "--abandon-grades").stdout
        held = oak.ask("SELECT status, count(*) FROM lms_grade_passbacks GROUP BY 1 ORDER BY 1")
        assert held == [{"status": "dead", "count": 3}, {"status": "success", "count": 1}]

    def test_nobody_said_yes(self, oak: Lms) -> None:
        before = oak.everything()
        assert oak("remove", "oak").exit_code == Exit.REFUSED
        assert oak.everything() == before

    def test_a_dry_run_says_what_stays_and_changes_nothing(self, oak: Lms) -> None:
        before = oak.everything()
        assert "oak would be removed" in oak.done("remove", "oak", "--dry-run").stdout
        assert oak.everything() == before

    def test_not_while_a_sync_goes_on(self, oak: Lms) -> None:
        with oak.connect() as connection, advisory_lock(connection, lock_key(oak.row("oak")["id"]), wait_s=0):
            assert oak("remove", "oak", "--yes").exit_code == Exit.LOCKED
        assert one(oak)["state"] == "due"

    def test_a_name_of_full_length_is_freed_too(self, lms: Lms, secret_file: Path) -> None:
        add_canvas(lms, "a" * 100, secret_file)
        lms.done("remove", "a" * 100, "--yes")
        [row] = lms.ask("SELECT name FROM lms_integrations")
        assert len(row["name"]) == 100


def test_the_table_says_what_the_commands_say(lms: Lms) -> None:
    """Its lines are the commands' first ones."""
    ours = {name: entry for name, entry in group.table.items() if ".lms.integrations." in entry.target}
    assert list(ours) == ["add", "list", "show", "test", "settings", "pause", "resume", "remove", "rekey"]
    for name, entry in ours.items():
        assert load(name, entry).help.splitlines()[0] == entry.help
        assert "Examples" in lms.done(name, "--help").stdout
