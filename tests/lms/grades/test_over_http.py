"""The commands against a Canvas on a real socket, also when the process dies in the middle."""

import json
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.fernet import Fernet

from tests.lms.doubles.canvas import TOKEN, CanvasDouble
from tests.lms.doubles.roster import district
from tests.lms.grades.school import School
from tests.support.commands import CommandLine, Outcome, process_environment
from tests.support.servers import Database
from tests.support.web import Exchange, Web, cut_within
from toolbox_cli.core.secrets import Place, Secrets

KEY: Final = Fernet.generate_key().decode()
WAITING: Final = "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
WRITES: Final = "*/submissions/*"


class Oak:
    """A school whose Canvas is a double: course 1, assignment 1, students 3 to 7 with a grade that waits each."""

    def __init__(self, school: School, double: CanvasDouble, cli: CommandLine, database: Database) -> None:
        self.school, self.double, self.cli, self.database = school, double, cli, database
        secret = Secrets([KEY]).encrypt(TOKEN, Place(school.integration, "api_key_encrypted"))
        school.change("lms_integrations", school.integration, base_url=double.web.url, api_key_encrypted=secret)
        school.change("lms_courses", school.course, external_course_id="1")
        school.change("lms_assignments", school.assignment, external_assignment_id="1")
        for number in range(3, 8):
            school.attempt(school.student(f"Pupil{number}", str(number)), number * 10)

    def __call__(self, *argv: str) -> Outcome:
        return self.cli("lms", "grades", *argv, database=self.database, environ={"TOOLBOX_SECRET_KEYS": KEY})

    def quiet(self, *argv: str) -> Outcome:
        environ = {"TOOLBOX_SECRET_KEYS": KEY}
        return self.cli("--quiet", "lms", "grades", *argv, database=self.database, environ=environ)

    def report(self, *argv: str, exit_code: int = 0) -> dict[str, Any]:
        done = self(*argv, "--format", "json")
        assert done.exit_code == exit_code, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def start(self, home: Path, *argv: str) -> subprocess.Popen[str]:
        address = {"TOOLBOX_DATABASE_URL": self.database.url, "TOOLBOX_SECRET_KEYS": KEY}
        return subprocess.Popen(
            [sys.executable, "-m", "toolbox_cli", "lms", "grades", *argv], env={**process_environment(home), **address},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    @property
    def scores(self) -> dict[str, Decimal]:
        return {person: score for (_, _, person), score in self.double.scores.items()}

    def wait_for_a_lock(self) -> None:
        """Wait until somebody waits for a row."""
        until = time.monotonic() + 20
        while not self.database.execute(f"SELECT {WAITING}"):
            assert time.monotonic() < until

    def statuses(self) -> list[str]:
        return [row["status"] for row in self.school.grades()]

    def writes(self) -> int:
        return sum(asked.method == "PUT" for asked in self.double.web.asked)


@pytest.fixture
def oak(committed: School, web: Web, cli: CommandLine, graded_database: Database) -> Oak:
    return Oak(committed, CanvasDouble(web, district()), cli, graded_database)


ALL: Final = {str(number): Decimal(number * 5) for number in range(3, 8)}


def test_results_arrive_as_grades(oak: Oak) -> None:
    assert oak.report("collect", "--dry-run")["summary"] == {"new": 5, "superseded": 0, "dry_run": True}
    assert oak.school.grades() == []
    assert oak.report("collect")["items"] == [
        {
            "integration": oak.school.name, "policy": "best", "assignments": 1, "grades": 5, "new": 5, "superseded": 0,
            "left_out": None,
        }
    ]  # fmt: skip
    assert oak.report("push", "--dry-run")["summary"]["written"] == 5
    assert oak.writes() == 0
    done = oak.report("push")
    assert (done["ok"], done["summary"]["written"], oak.scores) == (True, 5, ALL)
    assert oak.report("status")["items"][0]["success"] == 5
    assert "0 grades were made" in oak("collect").stdout
    assert oak.report("push")["summary"]["written"] == 0


def test_cron_hears_of_grades_that_were_not_taken_and_of_nothing_else(oak: Oak) -> None:
    oak.double.roster.people.pop("4")
    done = oak.quiet("collect")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    done = oak.quiet("push")
    assert done.exit_code == 3
    assert oak.school.name in done.stdout
    assert "Not all grades were taken" in done.stderr
    done = oak.quiet("push")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    assert json.loads(oak.quiet("push", "--format", "json").stdout)["ok"]


def test_that_nothing_was_given_up_is_said(oak: Oak) -> None:
    oak("collect")
    assert oak("status", "--dead").stdout == "No grade was given up.\n"


class Killer:
    """Kills the process that pushes, at a moment of sending its second grade."""

    def __init__(self, oak: Oak) -> None:
        self.oak = oak
        self.running: subprocess.Popen[str] | None = None

    def __call__(self) -> None:
        assert self.running is not None
        self.running.send_signal(signal.SIGKILL)
        self.running.wait(timeout=20)

    def before_it_is_stored(self, exchange: Exchange) -> bool:
        self()
        return False

    def before_the_answer(self, exchange: Exchange) -> bool:
        exchange.handle()
        self()
        return False

    def while_it_records(self, exchange: Exchange) -> bool:
        """Answer well, and let nobody write down what became of the grade."""
        second = self.oak.school.grades()[1]["id"]
        with self.oak.database.connect(autocommit=False) as other:
            other.execute("SELECT FROM toolboxai.lms_grade_passbacks WHERE id = %s FOR UPDATE", [second])
            exchange.send(exchange.handle())
            self.oak.wait_for_a_lock()
            self()
            other.execute(f"SELECT pg_terminate_backend(pid) {WAITING}")  # the server would go on without the process
        return False


@pytest.mark.parametrize("moment", ["before_it_is_stored", "before_the_answer", "while_it_records"])
def test_a_process_that_is_killed_while_it_sends_loses_and_doubles_nothing(oak: Oak, home: Path, moment: str) -> None:
    oak("collect")
    keys = [row["id"] for row in oak.school.grades()]
    kill = Killer(oak)
    oak.double.web.trouble(getattr(kill, moment), method="PUT", path=WRITES, nth=2)
    kill.running = oak.start(home, "push")
    kill.running.communicate(timeout=30)
    assert kill.running.returncode == -signal.SIGKILL
    assert oak.statuses() == ["success", *["pending"] * 4]
    assert [row["attempt_count"] for row in oak.school.grades()] == [1, 1, 0, 0, 0]
    oak.double.web.calm()
    assert oak.report("collect")["summary"]["new"] == 0
    assert oak.report("push")["summary"]["written"] == 4
    assert (oak.statuses(), oak.scores, oak.writes()) == (["success"] * 5, ALL, 6)
    assert [row["id"] for row in oak.school.grades()] == keys


def test_a_grade_whose_sending_always_ends_in_a_death_is_given_up(oak: Oak, home: Path) -> None:
    oak.school.settle(attempts=2)
    oak("collect")
    for _ in range(2):
        kill = Killer(oak)
        oak.double.web.trouble(kill.before_it_is_stored, method="PUT", path=WRITES)
        kill.running = oak.start(home, "push", "--limit", "1")
        kill.running.communicate(timeout=30)
    done = oak("push")
    assert done.exit_code == 3
    assert oak.statuses() == ["dead", *["success"] * 4]
    assert oak.school.grades()[0]["error_message"] == "Sending began, and nobody said what became of it."


def test_a_grade_whose_answer_is_lost_is_there_once(oak: Oak) -> None:
    oak("collect")
    oak.double.web.trouble(cut_within(10), method="PUT", path=WRITES, nth=2)
    assert oak.report("push")["summary"]["written"] == 5
    assert (oak.scores, oak.statuses()) == (ALL, ["success"] * 5)


def test_what_canvas_does_not_take_is_listed_and_can_be_tried_again(oak: Oak) -> None:
    oak("collect")
    oak.double.roster.people.pop("4")
    done = oak("push")
    assert done.exit_code == 3
    assert "Not all grades were taken: 1 given up, 0 to be tried again." in done.stderr
    (letter,) = oak.report("status", "--dead")["items"]
    assert (letter["account"], letter["attempts"], letter["assignment"]) == ("4", 1, "1")
    assert letter["reason"]
    shown = oak("status").stdout
    assert f"{letter['id']}  {letter['reason']}" in shown
    for output in (done.stdout, done.stderr, shown):
        assert "Pupil" not in output
    oak.double.roster = district()
    assert oak.report("retry", letter["id"], "--dry-run")["summary"]["grades"] == 1
    assert oak.report("retry", letter["id"])["items"][0]["grades"] == 1
    oak("push")
    assert (oak.scores, oak.statuses()) == (ALL, ["success"] * 5)


def test_a_canvas_that_lets_nobody_in_ends_with_its_status_and_everything_waits(oak: Oak) -> None:
    oak("collect")
    secret = Secrets([KEY]).encrypt("revoked", Place(oak.school.integration, "api_key_encrypted"))
    oak.school.change("lms_integrations", oak.school.integration, api_key_encrypted=secret)
    done = oak("push")
    assert (done.exit_code, oak.statuses()) == (5, ["pending"] * 5)
    assert [row["attempt_count"] for row in oak.school.grades()] == [0] * 5


def test_one_school_that_fails_leaves_the_others_alone(oak: Oak) -> None:
    other = School(oak.school.connection)
    other.attempt(other.student("ada"), 80)
    oak("collect")
    done = oak("push")
    assert (done.exit_code, oak.statuses(), other.scores()) == (2, ["success"] * 5, [(40, "pending")])
    assert "no secret" in done.stderr


def test_every_change_is_audited_and_nothing_else(oak: Oak) -> None:
    def audited() -> list[tuple[str, dict[str, int]]]:
        query = "SELECT command, counts FROM toolbox.audit_log WHERE id > %s ORDER BY id"
        return oak.school.connection.execute(query, (before,)).fetchall()

    (before,) = oak.school.connection.execute("SELECT coalesce(max(id), 0) FROM toolbox.audit_log").fetchone() or ()
    oak("collect", "--dry-run")
    oak("status")
    assert audited() == []
    oak("collect")
    oak("collect")
    assert audited() == [("lms grades collect", {"made": 5, "superseded": 0})]
    oak.school.connection.execute("UPDATE lms_grade_passbacks SET status = 'dead' WHERE status = 'pending'")
    oak("retry", "--integration", oak.school.name, "--dry-run")
    oak("retry", "--integration", oak.school.name)
    oak("retry", "--integration", oak.school.name)
    assert audited()[1:] == [("lms grades retry", {"grades": 5})]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("retry",), "not said which"),
        (("retry", "x"), "UUID"),
        (("retry", "00000000-0000-0000-0000-000000000000"), "no grade 0000"),
        (("retry", "--assignment", "none"), "no grade like that"),
        (("push", "no-such"), "no integration no-such"),
        (("collect", "no-such"), "no integration no-such"),
        (("status", "no-such"), "no integration no-such"),
    ],
)
def test_wrong_use_is_said(oak: Oak, argv: tuple[str, ...], said: str) -> None:
    done = oak(*argv)
    assert done.exit_code == 2
    assert said in done.stderr


@pytest.mark.parametrize("command", ["collect", "push", "status", "retry"])
def test_help_has_examples(oak: Oak, command: str) -> None:
    shown = oak(command, "--help").stdout
    assert f"toolbox lms grades {command}" in shown.partition("Examples")[2]
