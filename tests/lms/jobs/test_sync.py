"""`toolbox lms sync`: what is chosen, what it ends with, what it says."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.lms.jobs.conftest import DISTRICT, Jobs, keep
from toolbox_cli.core.database.locks import advisory_lock
from toolbox_cli.lms.jobs import each
from toolbox_cli.lms.sources.opening import Stored
from toolbox_cli.lms.sources.source import Source
from toolbox_cli.lms.sync.running import lock_key


def test_a_first_sync_brings_everything_and_is_written_down_everywhere(jobs: Jobs) -> None:
    jobs.add()
    report = jobs.report("sync")
    assert report["kind"] == "toolbox.lms.sync/1"
    assert report["ok"] is True
    [item] = report["items"]
    assert (item["integration"], item["status"], item["mode"], item["exit_code"]) == ("district", "success", "full", 0)
    assert item["records"]["user"] == 58
    assert item["changes"]["enrollment"] == {"insert": 94}
    [row] = jobs.rows("SELECT last_sync_status, last_success_at IS NOT NULL AS there FROM lms_integrations")
    assert row == {"last_sync_status": "success", "there": True}
    [audited] = jobs.rows("SELECT command, details ->> 'integration' AS of FROM audit_log WHERE command = 'lms sync'")
    assert audited["of"] == "district"
    [run] = jobs.rows("SELECT id, asked_by IS NOT NULL AS somebody FROM lms_sync_runs")
    assert run == {"id": item["run"], "somebody": True}


def test_without_names_only_what_is_due_is_synced(jobs: Jobs) -> None:
    jobs.add("due")
    jobs.add("early")
    jobs.add("hourly", sync_frequency_hours=1)
    jobs.add("always", sync_frequency_hours=0)
    jobs.add("forever", is_active=False)
    jobs.add("paused", paused_until="2999-01-01T00:00Z")
    jobs.add("over", paused_until="2001-01-01T00:00Z")
    jobs.add("unwanted", roster_sync_enabled=False, content_sync_enabled=False)
    jobs.add("contents", roster_sync_enabled=False)
    jobs.add("gone", removed_at="2026-01-01T00:00Z", is_active=False)
    first = jobs.report("sync")
    assert {item["integration"] for item in first["items"]} == {
        "due", "early", "hourly", "always", "over", "contents",
    }  # fmt: skip
    contents = next(item for item in first["items"] if item["integration"] == "contents")
    assert contents["records"]["user"] == 0
    assert contents["records"]["course"] == 6
    assert {one["name"] for one in first["summary"]["left_out"]} == {"forever", "paused", "unwanted"}
    jobs.age("due", "23 hours 50 minutes")
    jobs.age("early", "23 hours")
    jobs.age("hourly", "55 minutes")
    second = jobs.report("sync")
    assert [item["integration"] for item in second["items"]] == ["due", "hourly", "always"]
    assert {item["integration"] for item in jobs.report("sync", "--all")["items"]} == {
        "due", "early", "hourly", "always", "over", "contents",
    }  # fmt: skip


def test_a_long_sync_does_not_push_the_next_one_away(jobs: Jobs) -> None:
    """A nightly job that takes an hour ends 23 hours before its next turn, and runs all the same."""
    jobs.add()
    jobs("sync")
    jobs.age("district", "1 day")
    jobs.rows("UPDATE lms_sync_runs SET ended_at = started_at + interval '1 hour'")
    jobs.rows("UPDATE lms_integrations SET last_sync_at = last_sync_at + interval '1 hour'")
    assert len(jobs.report("sync")["items"]) == 1


def test_by_name_it_runs_whether_due_or_not_and_while_it_is_paused_for_a_time(jobs: Jobs) -> None:
    jobs.add(paused_until="2999-01-01T00:00Z")
    assert [item["status"] for item in jobs.report("sync", "district")["items"]] == ["success"]
    assert [item["status"] for item in jobs.report("sync", "district", "district")["items"]] == ["success"]


def test_wrong_use_is_said_before_anything_is_done(jobs: Jobs) -> None:
    jobs.add()
    jobs.add("off", is_active=False)
    for argv, told in (
        (("nobody",), "There is no integration nobody"),
        (("off",), "off is paused"),
        (("district", "--all"), "contradict"),
        (("--all", "--approve", "1"), "--approve is for the one integration"),
        (("--approve", "99"), "There is no run 99"),
        (("--limits", "none-such"), "no limit profile none-such"),
        (("--metrics-file", "nowhere/toolbox.prom"), "there is no such folder"),
        (("--notify-url", "http://chat.example/secret-path"), "begins with https://"),
        (("--notify-url", "https://ada:pass@chat.example/"), "begins with https://"),
    ):
        done = jobs("sync", *argv)
        assert done.exit_code == 2
        assert told in done.stderr
        assert "secret-path" not in done.stderr
        assert "pass@" not in done.stderr
    assert jobs.statuses() == []


def test_one_failing_never_stops_the_next_and_the_worst_status_counts(jobs: Jobs) -> None:
    broken, held, partial = jobs.add("a-broken"), jobs.add("b-held"), jobs.add("c-partial")
    jobs.add("d-well")
    jobs("sync", "b-held")
    shutil.rmtree(broken)
    keep(held, "users.csv", 10)
    keep(partial, "enrollments.csv", {",stu-009,": ",nobody,"})
    report = jobs.report("sync", "--all", exit_code=5)
    assert {item["integration"]: (item["status"], item["exit_code"]) for item in report["items"]} == {
        "a-broken": ("failed", 5), "b-held": ("held", 4), "c-partial": ("partial", 3), "d-well": ("success", 0),
    }  # fmt: skip
    assert report["ok"] is False
    assert jobs("sync", "b-held", "c-partial", "d-well").exit_code == 4
    assert jobs("sync", "c-partial", "d-well").exit_code == 3
    assert jobs("sync", "d-well").exit_code == 0


def test_a_locked_one_ends_with_6_and_the_others_go_on(jobs: Jobs) -> None:
    jobs.add("a-locked")
    jobs.add("b-free")
    [row] = jobs.rows("SELECT id FROM lms_integrations WHERE name = 'a-locked'")
    with jobs.database.connect() as other, advisory_lock(other, lock_key(row["id"]), wait_s=0):
        report = jobs.report("sync", exit_code=6)
        assert jobs("sync", "a-locked").stderr.startswith("Locked: a-locked: ")
    assert [item["status"] for item in report["items"]] == ["locked", "success"]
    assert jobs.statuses() == [("b-free", "success")]


def test_what_can_not_even_be_opened_shows_as_a_failed_run(jobs: Jobs) -> None:
    jobs.add("a-keyless", platform_name="canvas", base_url="https://canvas.example", api_key_encrypted="gAAAAA")
    jobs.add("b-well")
    done = jobs("sync")
    assert done.exit_code == 2
    assert "a-keyless" in done.stderr
    assert jobs.statuses() == [("a-keyless", "failed"), ("b-well", "success")]
    [row] = jobs.rows("SELECT last_sync_status FROM lms_integrations WHERE name = 'a-keyless'")
    assert row["last_sync_status"] == "failed"


def test_a_dry_run_ends_as_the_run_would_shows_what_it_would_do_and_leaves_nothing(jobs: Jobs) -> None:
    files = jobs.add()
    done = jobs("sync", "--dry-run")
    assert done.exit_code == 0
    assert "district: would insert account stu-" in done.stdout
    changed = jobs.report("sync", "--dry-run")["items"][0]["changed"]
    assert {"kind": "course", "action": "insert", "record": "cls-kg"}.items() <= next(
        one for one in changed if one["record"] == "cls-kg"
    ).items()
    assert jobs.statuses() == []
    jobs("sync")
    keep(files, "users.csv", 10)
    assert jobs("sync", "district", "--dry-run").exit_code == 4
    assert jobs.statuses() == [("district", "success")]


def test_a_held_run_is_applied_by_a_yes_to_exactly_that(jobs: Jobs) -> None:
    files = jobs.add()
    jobs("sync")
    keep(files, "users.csv", 30)
    held = jobs.report("sync", "district", exit_code=4)["items"][0]
    assert {one["name"] for one in held["held_by"]} == {"everything", "user"}
    wrong = jobs("sync", "--approve", str(held["run"] - 1))
    assert wrong.exit_code == 4
    assert "can't be approved" in wrong.stderr
    approved = jobs("sync", "--approve", str(held["run"]), "--format", "json")
    assert json.loads(approved.stdout)["items"][0]["status"] == "partial"  # enrollments of people who are not listed
    assert approved.exit_code == 3
    [row] = jobs.rows("SELECT count(*) FROM lms_identities WHERE status = 'removed'")
    assert row["count"] == held["changes"]["user"]["remove"]


def test_why_a_run_is_held_is_said_once_and_what_to_do_with_it(jobs: Jobs) -> None:
    files = jobs.add()
    jobs("sync")
    keep(files, "users.csv", 10)
    shown = jobs("sync", "district").stdout
    [row] = jobs.rows("SELECT id FROM lms_sync_runs WHERE status = 'held'")
    assert shown.count("would be lost") == shown.count("would be lost", shown.index("district: held: "))
    assert "lms-limits" not in shown
    assert f"toolbox lms sync district --approve {row['id']}" in shown
    assert "more at once than the limits allow" in jobs("run", str(row["id"]), "--issues").stdout


def test_another_change_than_the_approved_one_is_held_again(jobs: Jobs) -> None:
    files = jobs.add()
    jobs("sync")
    keep(files, "users.csv", 30)
    held = jobs.report("sync", "district", exit_code=4)["items"][0]
    keep(files, "users.csv", 29)
    again = jobs("sync", "district", "--approve", str(held["run"]))
    assert again.exit_code == 4
    assert f"not what run {held['run']} holds" in again.stdout


def test_a_limit_profile_counts_for_one_run(jobs: Jobs) -> None:
    files = jobs.add()
    jobs.environ["TOOLBOX_LMS_LIMITS"] = json.dumps(
        {"term-rollover": {"percent": 90, "rows": 1000}, "none": {"rows": 0}}
    )
    jobs("sync")
    keep(files, "users.csv", 30)
    assert jobs("sync", "district", "--limits", "none", "--dry-run").exit_code == 4
    assert jobs("sync", "district", "--limits", "term-rollover").exit_code == 3
    assert [status for _, status in jobs.statuses()] == ["success", "partial"]


def test_quiet_says_nothing_when_all_is_well_and_everything_that_is_not(jobs: Jobs) -> None:
    files = jobs.add("a-held")
    jobs.add("b-well")
    well = jobs.quiet("sync")
    assert (well.exit_code, well.stdout, well.stderr) == (0, "", "")
    none_due = jobs.quiet("sync")
    assert (none_due.exit_code, none_due.stdout, none_due.stderr) == (0, "", "")
    assert "No integration is due" in jobs("sync").stderr
    keep(files, "users.csv", 10)
    bad = jobs.quiet("sync", "--all")
    assert bad.exit_code == 4
    assert "a-held" in bad.stdout
    assert "lms run" in bad.stdout
    assert "b-well" not in bad.stdout


def test_with_json_logs_each_run_is_one_line_and_nothing_else(jobs: Jobs) -> None:
    files = jobs.add("a-held")
    broken = jobs.add("b-broken")
    jobs("sync")
    keep(files, "users.csv", 10)
    shutil.rmtree(broken)
    done = jobs("sync", "--all", "--log-format", "json")
    assert done.stdout == ""
    held, failed = (json.loads(line) for line in done.stderr.splitlines())
    assert (held["integration"], held["level"], held["status"], held["exit_code"]) == ("a-held", "error", "held", 4)
    assert (failed["integration"], failed["status"], failed["exit_code"]) == ("b-broken", "failed", 5)
    assert failed["error"]
    assert held["records"]["user"] == 10
    assert "stu-0" not in done.stderr
    quiet = jobs.quiet("sync", "b-broken", "--log-format", "json")
    assert json.loads(quiet.stderr)["status"] == "failed"


def test_a_partial_sync_says_which_records(jobs: Jobs) -> None:
    files = jobs.add()
    keep(files, "enrollments.csv", {",stu-009,": ",nobody,"})
    done = jobs("sync")
    assert done.exit_code == 3
    *named, told = [line for line in done.stdout.splitlines() if "lms-unknown-user" in line]
    assert len(named) == 2
    assert all("enrollment enr-" in line for line in named)
    assert told.startswith("district: lms-unknown-user means: Its person was not sent")
    assert "nobody" not in done.stdout


def test_what_a_delta_can_t_tell_stays_as_it_is(jobs: Jobs) -> None:
    def course() -> dict[str, Any]:
        query = (
            "SELECT title, subject, term, school, start_date, end_date, raw_data -> 'course' AS catalogue"
            " FROM lms_courses WHERE external_course_id = 'cls-soc7'"
        )
        [row] = jobs.rows(query)
        return row

    files = jobs.add()
    jobs("sync")
    before = course()
    assert None not in before.values()
    shutil.rmtree(files)
    shutil.copytree(DISTRICT / "v1p1-next-day-delta", files)
    assert jobs("sync", "district").exit_code == 0
    assert course() == {**before, "title": "Social Studies 7 and 8"}


def test_nothing_is_connected(jobs: Jobs, tmp_path: Path) -> None:
    done = jobs("sync", "--metrics-file", str(tmp_path / "toolbox.prom"))
    assert done.exit_code == 0
    assert "toolbox lms add" in done.stderr
    assert (tmp_path / "toolbox.prom").read_text() == ""


def test_a_fault_of_ours_in_one_does_not_stop_the_next(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.add("a-odd")
    jobs.add("b-well")
    opened = each.open_source

    def odd(stored: Stored, *args: Any, **kwargs: Any) -> Source:
        if stored.name == "a-odd":
            raise ValueError("ada@school.example")
        return opened(stored, *args, **kwargs)

    monkeypatch.setattr(each, "open_source", odd)
    done = jobs("sync")
    assert done.exit_code == 1
    assert "a-odd failed unexpectedly (ValueError)" in done.stderr
    assert "ada@" not in done.stderr
    assert jobs.statuses() == [("b-well", "success")]
