"""What is older than it is kept for goes, and nothing else."""

from typing import Any

import pytest

from tests.lms.made import Made, school
from tests.lms.purge.conftest import age, marks, with_zebulon, without_zebulon
from tests.lms.runs.conftest import Runs
from tests.support.roles import role
from tests.support.school import target
from toolbox_cli.core.database.locks import advisory_lock
from toolbox_cli.core.settings import Environment
from toolbox_cli.db.access.grant import grant
from toolbox_cli.db.access.use import Use
from toolbox_cli.lms.sources.records import Kind
from toolbox_cli.lms.sync.running import lock_key

WRITTEN = ("lms_sync_changes", "lms_sync_issues", "lms_sync_runs")
ALL = (*WRITTEN, "lms_identities", "lms_enrollments", "lms_courses", "lms_assignments")


def journal(runs: Runs, run: int) -> list[dict[str, Any]]:
    return runs.rows("SELECT * FROM lms_sync_changes WHERE run_id = %s ORDER BY number", [run])


def everything(runs: Runs) -> dict[str, list[dict[str, Any]]]:
    tables = (*ALL, "users", "lms_integrations", "toolbox.audit_log")
    return {table: runs.rows(f"SELECT to_jsonb(t)::text AS t FROM {table} AS t ORDER BY 1") for table in tables}


def test_old_runs_are_emptied_of_people_and_keep_what_they_did(runs: Runs) -> None:
    old = runs.sync(with_zebulon()).id
    runs.rows("UPDATE lms_sync_runs SET error_message = 'Zebulon Quill could not be read.' WHERE id = %s", [old])
    second = runs.sync(with_zebulon().having("users", "s1", given_name="Renamed")).id
    new = runs.sync(with_zebulon().having("users", "s-zeb", given_name="Zebulon II")).id
    age(runs, old)
    age(runs, second)
    skeleton = [
        {name: row[name] for name in ("number", "row_id", "table_name", "action", "applied")}
        for row in journal(runs, old)
    ]
    kept = journal(runs, new), runs.rows("SELECT * FROM lms_sync_issues WHERE run_id = %s", [new])
    report = runs.report("purge", "--keep", "90d", "--yes")
    assert report["summary"]["runs"] == 2
    assert report["items"][0]["changes"] > len(skeleton) / 2
    assert report["summary"]["issues"] == 3
    assert marks(runs, "lms_sync_changes", "lms_sync_issues", where=f"run_id <= {second}") == {}
    assert marks(runs, "lms_sync_runs") == {}
    assert [{name: row[name] for name in skeleton[0]} for row in journal(runs, old)] == skeleton
    assert {row["external_id"] for row in journal(runs, old)} == {"c0", "c1", None}
    assert (journal(runs, new), runs.rows("SELECT * FROM lms_sync_issues WHERE run_id = %s", [new])) == kept
    assert {"zebulon", "s-zeb"} <= marks(runs, "lms_sync_changes")["lms_sync_changes"]
    row = runs.rows("SELECT * FROM toolbox.audit_log ORDER BY id DESC LIMIT 1")[0]
    assert row["command"].startswith("toolbox lms purge district --before ")
    assert (row["counts"]["runs"], row["details"]["integration"]) == (2, "district")
    before = everything(runs)
    quiet = runs("purge", "--keep", "90d", "--yes", before=("--quiet",))
    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (0, "", "")
    again = runs.report("purge", "--keep", "90d", "--yes")
    assert {name for name, number in again["summary"].items() if number} == {"before"}
    assert everything(runs) == before


def test_a_purged_run_is_neither_shown_in_full_nor_undone(runs: Runs, tmp_path: Any) -> None:
    run = runs.sync(with_zebulon()).id
    age(runs, run)
    runs.report("purge", "--keep", "90d", "--yes")
    shown = runs("run", str(run))
    assert (shown.exit_code, "Purged on" in shown.stdout) == (0, True)
    assert runs("run", str(run), "--issues").exit_code == 0
    assert runs("run", str(run), "--issues", "--as", "csv").exit_code == 0
    for options in (("--diff",), ("--as", "csv"), ("--as", "html", "--personal"), ("--diff", "--format", "json")):
        refused = runs("run", str(run), *options)
        assert (refused.exit_code, f"Run {run} was purged on" in refused.stderr) == (4, True), options
    before = everything(runs)
    refused = runs("undo", str(run), "--yes")
    assert (refused.exit_code, "it was purged on" in refused.stderr) == (4, True)
    assert everything(runs) == before


def test_held_runs_and_younger_ones_stay_as_they_are(runs: Runs) -> None:
    first = runs.sync(with_zebulon()).id
    held = runs.sync(Made(with_zebulon(), clamped={Kind.USER: 0}))
    assert held.status == "held"
    age(runs, held.id)
    before = everything(runs)
    assert runs.report("purge", "--keep", "90d", "--yes")["summary"]["runs"] == 0
    assert everything(runs) == before
    age(runs, first)
    assert runs.report("purge", "--keep", "90d", "--yes")["summary"]["runs"] == 1
    assert marks(runs, "lms_sync_changes", where=f"run_id = {held.id}")


def test_who_left_long_ago_is_forgotten_and_comes_back_as_somebody_new(runs: Runs) -> None:
    runs.sync(with_zebulon())
    run = runs.sync(without_zebulon())
    assert run.counts["user"] == {"remove": 1}
    later = runs.report("identities", "district", "--lock", "s-zeb", "first_name")["summary"]["run"]
    runs.report("purge", "--keep", "90d", "--yes")
    assert marks(runs, "lms_identities")
    for old in range(1, later):
        age(runs, old)
    runs.rows("UPDATE lms_identities SET removed_at = now() - interval '91 days' WHERE external_user_id = 's-zeb'")
    [was] = runs.rows("SELECT * FROM lms_identities WHERE external_user_id = 's-zeb'")
    others = runs.rows("SELECT * FROM lms_identities WHERE external_user_id <> 's-zeb' ORDER BY id")
    report = runs.report("purge", "--keep", "90d", "--yes")
    assert (report["summary"]["people"], report["summary"]["runs"]) == (1, 2)
    [row] = runs.rows("SELECT * FROM lms_identities WHERE id = %s", [was["id"]])
    assert (row["external_user_id"], row["user_id"]) == (f"erased-{was['id']}", was["user_id"])
    assert marks(runs, *ALL) == {}
    assert runs.rows("SELECT * FROM lms_identities WHERE id <> %s ORDER BY id", [was["id"]]) == others
    assert runs.sync(with_zebulon()).counts["user"] == {"insert": 1}
    assert runs.report("purge", "--keep", "90d", "--yes")["summary"]["people"] == 0


def test_an_account_that_a_purged_run_closed_opens_again(runs: Runs) -> None:
    runs.sync(with_zebulon())
    closing = runs.sync(without_zebulon()).id
    age(runs, closing)
    assert runs.report("purge", "--keep", "90d", "--yes")["summary"]["runs"] == 1
    runs.sync(with_zebulon())
    [account] = runs.rows(
        "SELECT u.is_active FROM users AS u JOIN lms_identities AS i ON i.user_id = u.id"
        " WHERE i.external_user_id = 's-zeb'"
    )
    assert account["is_active"]


def test_a_trial_and_an_answer_that_is_missing_change_nothing(runs: Runs) -> None:
    run = runs.sync(with_zebulon()).id
    age(runs, run)
    before = everything(runs)
    trial = runs("purge", "--keep", "90d", "--dry-run")
    assert (trial.exit_code, "Nothing was forgotten" in trial.stdout) == (0, True)
    assert runs.report("purge", "--keep", "90d", "--dry-run")["summary"]["runs"] == 1
    assert runs("purge", "--keep", "90d").exit_code == 4
    assert everything(runs) == before


WRONG = [
    (), ("--keep", "90d", "--before", "2026-01-01"), ("--person", "s1"),
    ("district", "--person", "s1", "--keep", "9d"), ("--keep", "90"), ("--keep", "soon"), ("--before", "yesterday"),
    ("--before", "2999-01-01"), ("nowhere", "--keep", "90d"), ("district", "--person", "nobody"),
]  # fmt: skip


def test_wrong_use(runs: Runs) -> None:
    assert {argv: runs("purge", *argv, "--yes").exit_code for argv in WRONG} == dict.fromkeys(WRONG, 2)


def test_how_long_is_kept_may_be_configured_and_each_integration_has_its_own_runs(runs: Runs) -> None:
    runs.add("moodle")
    for name in ("district", "moodle"):
        age(runs, runs.sync(school(), name).id)
    runs.environ["TOOLBOX_LMS_KEEP_DAYS"] = "99"
    one = runs.report("purge", "moodle", "--yes")
    assert [(item["integration"], item["runs"]) for item in one["items"]] == [("moodle", 1)]
    rest = runs.report("purge", "--yes")
    assert [(item["integration"], item["runs"]) for item in rest["items"]] == [("district", 1), ("moodle", 0)]


def test_a_sync_that_goes_on_is_not_disturbed(runs: Runs) -> None:
    age(runs, runs.sync(school()).id)
    [[key]] = runs.database.execute("SELECT id FROM toolboxai.lms_integrations")
    with runs.database.connect() as connection, advisory_lock(connection, lock_key(key), wait_s=0):
        assert runs("purge", "--keep", "90d", "--yes").exit_code == 6


@pytest.mark.parametrize("use", [Use.SYNC, Use.APP])
def test_who_syncs_can_neither_purge_nor_undo(runs: Runs, use: Use) -> None:
    run = runs.sync(with_zebulon()).id
    with role(runs.database) as name:
        grant(target(runs.database), use, name, Environment.DEVELOPMENT)
        before = everything(runs)
        owner, runs.database = runs.database, runs.database.with_options(f"-c role={name}")
        refused = [runs("purge", "--keep", "1ms", "--yes"), runs("undo", str(run), "--yes")]
        runs.database = owner
    assert [(one.exit_code, "permission denied" in one.stderr) for one in refused] == [(4, True)] * 2, refused
    assert everything(runs) == before
