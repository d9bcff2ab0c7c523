"""`toolbox lms undo`: tries, says, asks, does."""

from tests.lms.made import school
from tests.lms.runs.conftest import Runs


def standing(runs: Runs) -> int:
    [row] = runs.rows("SELECT count(*) FROM lms_identities WHERE status = 'present'")
    return int(row["count"])


def test_a_run_is_taken_back_by_a_run_that_can_be_taken_back_itself(runs: Runs) -> None:
    runs.sync(school(4, 1))
    second = runs.sync(school(6, 1))
    assert standing(runs) == 7
    trial = runs.report("undo", str(second.id), "--dry-run")
    assert (trial["summary"]["run"], trial["summary"]["dry_run"]) == (None, True)
    assert standing(runs) == 7
    done = runs.report("undo", str(second.id), "--yes")
    assert standing(runs) == 5
    assert done["items"] == trial["items"]
    assert done["summary"]["rows"] == sum(item["rows"] for item in done["items"]) > 0
    listed = {item["run"]: item for item in runs.report("runs")["items"]}
    assert listed[second.id]["status"] == "undone"
    assert listed[second.id]["undone_by"] == done["summary"]["run"]
    assert runs("undo", str(done["summary"]["run"]), "--yes").exit_code == 0
    assert standing(runs) == 7


def test_without_a_terminal_nothing_is_taken_back_unasked(runs: Runs) -> None:
    run = str(runs.sync(school(4, 1)).id)
    done = runs("undo", run)
    assert done.exit_code == 4
    assert "Repeat it with --yes" in done.stderr
    assert standing(runs) == 5


def test_a_later_run_on_the_same_rows_is_named(runs: Runs) -> None:
    first = runs.sync(school(4, 1))
    later = runs.sync(school(4, 1).having("users", "s1", given_name="Zoe"))
    done = runs("undo", str(first.id), "--yes")
    assert done.exit_code == 4
    assert f"toolbox lms undo {later.id}" in done.stderr


def test_there_is_no_such_run(runs: Runs) -> None:
    assert runs("undo", "99", "--yes").exit_code == 2


def test_a_change_by_hand_comes_not_back_with_the_next_sync_and_nobody_says_so(runs: Runs) -> None:
    synced = runs.sync(school(4, 1)).id
    assert runs("identities", "district", "--opt-out", "s1").exit_code == 0
    by_hand = runs.report("runs")["items"][0]["run"]
    assert runs("undo", str(by_hand), "--yes").stdout.endswith(f"Run {by_hand} was taken back by run {by_hand + 2}.\n")
    assert "next sync" in runs("undo", str(synced), "--yes").stdout
