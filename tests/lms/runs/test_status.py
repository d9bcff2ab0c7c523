"""How integrations stand."""

from typing import Any

import pytest

from tests.lms.made import Made, Roster, school
from tests.lms.runs.conftest import Runs
from toolbox_cli.core.database.locks import advisory_lock
from toolbox_cli.lms.sources.records import Kind
from toolbox_cli.lms.sync.running import lock_key


def one(runs: Runs) -> dict[str, Any]:
    [item] = runs.report("status", "district")["items"]
    found: dict[str, Any] = item
    return found


def age(runs: Runs, interval: str) -> None:
    runs.rows(
        "UPDATE lms_sync_runs SET started_at = started_at - %(by)s::interval, ended_at = ended_at - %(by)s::interval",
        {"by": interval},
    )
    runs.rows(
        "UPDATE lms_integrations SET created_at = created_at - %(by)s::interval,"
        " last_success_at = last_success_at - %(by)s::interval, last_sync_at = last_sync_at - %(by)s::interval",
        {"by": interval},
    )


def test_age_latency_and_next_turn_are_those_of_the_latest_sync(runs: Runs) -> None:
    assert (one(runs)["state"], one(runs)["success_age_s"], one(runs)["success_ago"]) == ("due", None, "never")
    runs.sync(school())
    age(runs, "5 hours")
    runs.rows("UPDATE lms_sync_runs SET started_at = ended_at - interval '90 seconds'")
    found = one(runs)
    assert (found["state"], found["took"], found["latency_s"]) == ("waiting", "1 m", 90.0) or found[
        "took"
    ] == "1 m 30 s"
    assert found["success_age_s"] == pytest.approx(5 * 3600, abs=60)
    assert found["due_in"].startswith("in 18 h")


def test_overdue_is_what_brought_nothing_in_for_one_and_a_half_periods(runs: Runs) -> None:
    runs.sync(school())
    age(runs, "35 hours")
    assert (one(runs)["state"], one(runs)["overdue"]) == ("due", False)
    assert runs("status", "--check").exit_code == 0
    age(runs, "2 hours")
    assert (one(runs)["state"], one(runs)["overdue"]) == ("overdue", True)
    assert runs("status").exit_code == 0
    checked = runs("status", "--check", before=("--quiet",))
    assert checked.exit_code == 3
    assert "district: overdue" in checked.stdout


def test_failed_runs_do_not_make_old_data_young(runs: Runs) -> None:
    runs.sync(school())
    age(runs, "40 hours")
    runs.sync(Made(school(), fails=(Kind.USER, 0)))
    found = one(runs)
    assert (found["state"], found["overdue"], found["last_status"]) == ("failing", True, "failed")


def test_what_failed_is_due_again_after_an_hour_and_then_ever_later(runs: Runs) -> None:
    runs.sync(school())
    age(runs, "30 hours")
    failing = Made(school(), fails=(Kind.USER, 0))
    due = []
    for _ in range(6):
        runs.sync(failing)
        due.append(one(runs)["due_in"])
        assert runs.report("list")["items"][0]["until"] == one(runs)["due_at"]
    assert [said.split()[1:3] for said in due] == [
        ["53", "m"], ["1", "h"], ["3", "h"], ["7", "h"], ["15", "h"], ["23", "h"],
    ]  # fmt: skip
    age(runs, "25 hours")
    assert one(runs)["due_in"] == "now"
    runs.sync(school())
    assert one(runs)["due_in"].startswith("in 23 h")
    assert runs.report("list")["items"][0]["until"] == one(runs)["due_at"]


def test_a_sync_that_failed_waits_no_longer_than_its_period(runs: Runs) -> None:
    runs.rows("UPDATE lms_integrations SET sync_frequency_hours = 0")
    runs.sync(Made(school(), fails=(Kind.USER, 0)))
    assert one(runs)["due_in"] == "now"


def test_what_came_with_faults_is_data_too(runs: Runs) -> None:
    runs.sync(school())
    age(runs, "40 hours")
    roster = school()
    broken = roster.enrollments[-1]._replace(id="e-more", user_id="nobody")
    assert runs.sync(roster.plus(broken)).status == "partial"
    assert one(runs)["overdue"] is False
    assert one(runs)["success_ago"] == "1 d 16 h"
    assert one(runs)["applied_ago"].endswith(" s")
    assert "latest data" in runs("status").stdout


def test_a_pause_makes_nobody_late_until_it_has_ended_for_long(runs: Runs) -> None:
    runs.sync(school())
    age(runs, "60 days")
    runs.rows("UPDATE lms_integrations SET paused_until = now() + interval '1 day'")
    assert (one(runs)["state"], one(runs)["overdue"], one(runs)["due_in"]) == ("paused", False, "not planned")
    runs.rows("UPDATE lms_integrations SET paused_until = now() - interval '1 day'")
    assert (one(runs)["state"], one(runs)["overdue"]) == ("due", False)
    runs.rows("UPDATE lms_integrations SET paused_until = now() - interval '2 days'")
    assert one(runs)["overdue"] is True


def test_a_held_run_is_named_with_what_to_do(runs: Runs) -> None:
    runs.sync(school(60))
    held = runs.sync(school(20))
    assert held.status == "held"
    found = one(runs)
    assert (found["state"], found["held_run"]) == ("held", held.id)
    checked = runs("status", "--check")
    assert checked.exit_code == 3
    assert f"toolbox lms sync district --approve {held.id}" in checked.stdout


def test_running_is_only_what_holds_its_lock(runs: Runs) -> None:
    [row] = runs.rows("INSERT INTO lms_sync_runs (lms_integration_id, mode) SELECT id, 'full' FROM lms_integrations"
                      " RETURNING id, lms_integration_id AS of")  # fmt: skip
    assert one(runs)["running_run"] is None
    with runs.database.connect() as other, advisory_lock(other, lock_key(row["of"]), wait_s=0):
        assert (one(runs)["running_run"], one(runs)["state"]) == (row["id"], "running")


def test_dead_letters_are_counted(runs: Runs) -> None:
    runs.sync(school())
    runs.rows(
        "WITH a AS (INSERT INTO lms_assignments (lms_course_id, external_assignment_id, title)"
        " SELECT id, 'a1', 'Essay' FROM lms_courses ORDER BY external_course_id LIMIT 1 RETURNING id)"
        " INSERT INTO lms_grade_passbacks (lms_assignment_id, external_user_id, status)"
        " SELECT a.id, 's1', s FROM a CROSS JOIN (VALUES ('dead'), ('dead'), ('pending')) AS v (s)"
    )
    assert one(runs)["dead_letters"] == 2


def test_nobody_is_connected_and_nobody_is_called_so(runs: Runs) -> None:
    wrong = runs("status", "nobody")
    assert wrong.exit_code == 2
    assert "There is no integration nobody" in wrong.stderr
    runs.rows("UPDATE lms_integrations SET removed_at = now(), is_active = false")
    assert "toolbox lms add" in runs("status", "--check").stdout


def test_runs_are_listed_from_the_latest(runs: Runs) -> None:
    runs.add("other")
    assert "no run yet" in runs("runs").stdout
    runs.sync(school())
    runs.sync(Roster(), "other")
    runs.sync(school())
    listed = runs.report("runs")
    assert [item["integration"] for item in listed["items"]] == ["district", "other", "district"]
    assert listed["items"][2]["rows"] > 0
    assert [item["integration"] for item in runs.report("runs", "district", "--last", "1")["items"]] == ["district"]
    assert runs("runs", "nobody").exit_code == 2
