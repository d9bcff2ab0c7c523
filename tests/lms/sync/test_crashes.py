"""Syncs that are killed, and two at once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lms.made import school
from tests.lms.sync.conftest import District, standing
from toolbox_cli.core.errors import LockedError
from toolbox_cli.lms.runs.undo import undo
from toolbox_cli.lms.sync.wishes import Step, Watch

CHILD = """
import os, signal, sys
from itertools import count
from tests.lms.made import Made, school
from tests.lms.sync.conftest import District
from tests.support.servers import Database
from toolbox_cli.lms.runs.undo import _Undoing, undo
from toolbox_cli.lms.sync.journal import Journal
from toolbox_cli.lms.sync.wishes import Watch

where = sys.argv[2]
numbers = count(1)

def die(at):
    if str(at) == where:
        os.kill(os.getpid(), signal.SIGKILL)

def dying(kind, name, told):
    going_on = getattr(kind, name)

    def go_on(*given):
        die(f"{told} {next(numbers)}")
        return going_on(*given)

    setattr(kind, name, go_on)

dying(Journal, "_write", "table")
dying(_Undoing, "_do", "undone")

class Dying(Made):
    def enrollments(self, courses=(), since=None):
        for number, event in enumerate(super().enrollments(courses, since)):
            die(f"page {number}")
            yield event

district = District(Database(sys.argv[1], 0))
if where.startswith("undone"):
    undo(district.target, 1)
changed = school(9, 3).having("users", "s1", given_name="New").without("users", "s2")
district.sync(Dying(changed, page=5), watch=Watch(at=die))
"""

STEPS = [*Step, "page 2", "table 5"]
"""From the first lock to after the commit; while pages are read, and between tables that are written."""

LATEST = "SELECT last_sync_at, last_sync_status, last_success_at, last_full_sync_at, cursor_at FROM lms_integrations"
WRITTEN = "SELECT (SELECT count(*) FROM lms_sync_changes) AS changes, (SELECT count(*) FROM lms_sync_issues) AS issues"


def after() -> dict[str, set[object]]:
    changed = standing(school(9, 3).without("users", "s2"))
    return {**changed, "enrollments": changed["enrollments"]}


def killed(district: District, step: str) -> None:
    command = [sys.executable, "-c", CHILD, district.database.conninfo, step]
    died = subprocess.run(command, cwd=Path(__file__).parents[3], env={**os.environ, "PYTHONPATH": "."}, check=False)
    assert died.returncode == -signal.SIGKILL


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_a_killed_sync_leaves_the_last_good_state_and_the_next_one_works(district: District, step: str) -> None:
    district.sync(school(9, 2))
    before = district.snapshot(), district.one(LATEST), district.one(WRITTEN)
    killed(district, str(step))
    if step is Step.COMMITTED:
        assert district.identity("s1")["given_name"] == "New"
        assert district.one(LATEST)["last_sync_at"] > before[1]["last_sync_at"]
        assert district.one(LATEST)["last_sync_status"] == district.runs()[-1]["status"]
    else:
        assert (district.snapshot(), district.one(LATEST), district.one(WRITTEN)) == before
    assert [row["status"] for row in district.runs()] == {
        Step.LOCKED: ["success"], Step.COMMITTED: ["success", "partial"],
    }.get(step, ["success", "running"])  # fmt: skip
    district.sync(school(9, 3))
    assert district.present() == standing(school(9, 3))
    states = [(row["status"], row["error_code"]) for row in district.runs()]
    assert not [state for state in states if state[0] == "running"]
    if step not in {Step.LOCKED, Step.COMMITTED}:
        assert states[1] == ("failed", "lms-interrupted")


def test_a_killed_undo_leaves_everything_as_it_was_and_can_be_done_again(district: District) -> None:
    empty = district.snapshot()
    district.sync(school(9, 2))
    before = district.snapshot(), district.runs(), district.one(WRITTEN)
    killed(district, "undone 12")
    assert (district.snapshot(), district.runs(), district.one(WRITTEN)) == before
    undo(district.target, 1)
    assert district.snapshot() == empty


def test_of_two_syncs_at_once_one_works(district: District) -> None:
    seen: list[str] = []

    def again(step: Step) -> None:
        if step is Step.READ:
            with pytest.raises(LockedError):
                district.sync(school(2))
            seen.append("locked")

    assert district.sync(school(), watch=Watch(at=again)).status == "success"
    assert seen == ["locked"]
    assert len(district.runs()) == 1
    assert district.present() == standing(school())


def test_two_integrations_sync_at_once(district: District) -> None:
    district.connect_one("other")

    def meanwhile(step: Step) -> None:
        if step is Step.READ:
            assert district.sync(school(), name="other").status == "success"

    assert district.sync(school(), watch=Watch(at=meanwhile)).status == "success"
    assert len(district.snapshot()["users"]) == 16


def test_an_account_that_is_made_meanwhile_keeps_its_address(district: District) -> None:
    made: list[str] = []

    def meanwhile(step: Step) -> None:
        if step is Step.PLANNED and not made:
            made.append("x")
            district.rows("INSERT INTO users (email, username, password_hash) VALUES ('s0@school.example', 'x', 'y')")

    run = district.sync(school(), watch=Watch(at=meanwhile))
    assert run.status == "success"
    assert district.account("s0")["email"].endswith("@roster.invalid")


def test_who_opts_out_meanwhile_is_out(district: District) -> None:
    district.sync(school())
    done: list[str] = []

    def meanwhile(step: Step) -> None:
        if step is Step.PLANNED and not done:
            done.append("x")
            district.rows("UPDATE lms_identities SET opted_out = true WHERE external_user_id = 's1'")

    district.sync(school().having("users", "s1", given_name="New"), watch=Watch(at=meanwhile))
    assert district.identity("s1")["opted_out"]
    assert district.identity("s1")["given_name"] == "Pu"
