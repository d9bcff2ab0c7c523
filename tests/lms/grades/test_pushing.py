"""Grades that wait are checked, sent, and what became of each is kept before the next."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.lms.grades.book import Book
from tests.lms.grades.school import MORNING, ROBLOX, School
from toolbox_cli.core.database.locks import advisory_lock
from toolbox_cli.core.errors import LockedError, UnreachableError
from toolbox_cli.core.http.errors import NoConnectionError, ServerFaultError
from toolbox_cli.lms.database import rows
from toolbox_cli.lms.grades.pushing.queue import BEGUN, without_names
from toolbox_cli.lms.grades.pushing.sending import Order, Sent, lock_key, push
from toolbox_cli.lms.grades.rules import read_graded
from toolbox_cli.lms.sources.errors import RefusedGradeError, SourceError
from toolbox_cli.lms.sources.records import Grade, Pushed
from toolbox_cli.lms.sources.source import Knows

REFUSED = RefusedGradeError("Canvas says no.", remedy="Ask the teacher.")
FAULT = ServerFaultError("It answered 500.")
AWAY = NoConnectionError("Nobody answers.")


def pushed(school: School, book: Book, **order: Any) -> Sent:
    (integration,) = read_graded(school.connection, [school.name], working=False)
    return push(school.connection, integration, book.opened, Order(**order))


def waiting(school: School, *percents: float) -> None:
    """Let students have a grade that waits, one each, in order."""
    for number, percent in enumerate(percents):
        school.attempt(school.student(f"s{number}"), percent)
        school.collect()


def kept(school: School) -> list[tuple[str, int, str | None]]:
    return [(row["status"], row["attempt_count"], row["error_message"]) for row in school.grades()]


def statuses(school: School) -> list[str]:
    return [row["status"] for row in school.grades()]


def counts(sent: Sent) -> dict[str, int]:
    return {name: count for name, count in sent.counts.items() if count}


def audited(school: School) -> list[dict[str, Any]]:
    query = (
        "SELECT command, counts, details FROM toolbox.audit_log WHERE details ->> 'integration' = %(name)s ORDER BY id"
    )
    return rows(school.connection, query, {"name": school.name})


def test_what_waits_is_sent_as_its_source_takes_it_and_kept_as_sent(committed: School) -> None:
    waiting(committed, 80, 60)
    book = Book()
    done = pushed(committed, book)
    assert (done.due, counts(done), done.exit_code) == (2, {"written": 2}, 0)
    assert kept(committed) == [("success", 1, None)] * 2
    first = committed.grades()[0]
    assert book.asked[0] == Grade(
        str(first["id"]), "7", "11", "u-s0", Decimal("40.00"), Decimal("50.00"), MORNING + datetime.timedelta(hours=1),
        "e-s0",
    )  # fmt: skip
    assert first["last_attempt_at"] > MORNING
    assert (pushed(committed, book).due, len(book.asked), book.closed) == (0, 2, 1)
    assert [(one["command"], one["details"]["step"], one["counts"]["written"]) for one in audited(committed)] == [
        ("lms grades push", "began", 0), ("lms grades push", "ended", 2),
    ]  # fmt: skip


def test_each_outcome_is_kept_before_the_next_is_sent_and_each_try_before_it_is_made(committed: School) -> None:
    waiting(committed, 80, 60)
    seen: list[Any] = []

    def look(grade: Grade) -> Pushed:
        with committed.connection.cursor() as cursor:
            assert committed.connection.info.transaction_status.name == "IDLE"
            seen.append(kept(committed))
            cursor.execute("SELECT 1")
        return Pushed.WRITTEN

    pushed(committed, Book(answers=[look, look]))
    assert seen == [
        [("pending", 1, BEGUN), ("pending", 0, None)],
        [("success", 1, None), ("pending", 1, BEGUN)],
    ]


def test_a_refused_grade_is_dead_at_once_with_the_reason_and_the_others_go_on(committed: School) -> None:
    waiting(committed, 80, 60)
    done = pushed(committed, Book(answers=[REFUSED]))
    assert (counts(done), done.exit_code) == ({"written": 1, "dead": 1}, 3)
    assert kept(committed) == [("dead", 1, "Canvas says no. Ask the teacher."), ("success", 1, None)]


def test_names_of_the_student_are_taken_out_of_what_is_kept(committed: School) -> None:
    committed.attempt(committed.student("Åda"), 80)
    committed.collect()
    pushed(committed, Book(answers=[RefusedGradeError("åda (u-Åda) is not here, Ådam is.")]))
    assert kept(committed)[0][2] == "... (u-...) is not here, Ådam is."
    assert without_names("a.b+c@x is gone", ["a.b+c@x", " "]) == "... is gone"
    assert without_names("x" * 2_000, []) == "x" * 1_000


def test_a_doubtful_or_failed_grade_waits_twice_as_long_each_time_and_is_dead_in_the_end(committed: School) -> None:
    committed.settle(attempts=3, backoff_minutes=60)
    waiting(committed, 80)
    book = Book(answers=[Pushed.UNKNOWN, FAULT, Pushed.UNKNOWN])
    done = pushed(committed, book)
    assert (counts(done), done.exit_code) == ({"failed": 1, "unknown": 1}, 3)
    assert kept(committed)[0][:2] == ("failed", 1)
    for hours, tries in ((0.9, 1), (1.1, 2), (1.9, 2)):
        ago(committed, hours)
        pushed(committed, book)
        assert committed.grades()[0]["attempt_count"] == tries, hours
    assert kept(committed) == [("failed", 2, "It answered 500.")]
    ago(committed, 2.1)
    done = pushed(committed, book)
    assert (counts(done), done.exit_code) == ({"given_up": 1, "unknown": 1}, 3)
    assert statuses(committed) == ["dead"]
    assert len({grade.key for grade in book.asked}) == 1


def ago(school: School, hours: float) -> None:
    school.connection.execute(
        "UPDATE lms_grade_passbacks SET last_attempt_at = now() - %s WHERE status = 'failed'",
        (datetime.timedelta(hours=hours),),
    )


def test_no_grade_waits_longer_than_a_day(committed: School) -> None:
    committed.settle(attempts=1_000, backoff_minutes=1440)
    waiting(committed, 80)
    committed.connection.execute("UPDATE lms_grade_passbacks SET status = 'failed', attempt_count = 999")
    ago(committed, 23.9)
    assert pushed(committed, Book()).due == 0
    ago(committed, 24.1)
    assert pushed(committed, Book()).due == 1


def test_a_system_that_is_not_there_ends_the_push_and_counts_as_no_try(committed: School) -> None:
    waiting(committed, 80, 60)
    done = pushed(committed, Book(answers=[AWAY]))
    assert (done.error, done.exit_code, counts(done)) == (AWAY, 5, {"failed": 1})
    assert kept(committed) == [("pending", 0, "Nobody answers."), ("pending", 0, None)]
    assert audited(committed)[-1]["details"]["step"] == "ended"
    assert counts(pushed(committed, Book())) == {"written": 2}


def test_three_failures_in_a_row_are_the_systems_and_count_as_no_try(committed: School) -> None:
    committed.settle(attempts=2)
    waiting(committed, 80, 70, 60, 50, 40, 30)
    book = Book(answers=[FAULT, FAULT, Pushed.WRITTEN, FAULT, SourceError("odd"), FAULT])
    done = pushed(committed, book)
    assert (done.error, done.exit_code, counts(done)) == (FAULT, 5, {"written": 1, "failed": 5})
    assert [(status, tries) for status, tries, _ in kept(committed)] == [
        ("failed", 1), ("failed", 1), ("success", 1), ("failed", 0), ("failed", 0), ("pending", 0),
    ]  # fmt: skip


def test_what_may_have_been_written_is_counted_as_that(committed: School) -> None:
    waiting(committed, 80)
    done = pushed(committed, Book(answers=[ServerFaultError("oops", doubtful=True)]))
    assert (counts(done), statuses(committed)) == ({"failed": 1, "unknown": 1}, ["failed"])


def test_a_system_that_takes_no_grades_lets_them_wait(committed: School) -> None:
    waiting(committed, 80)
    book = Book(knows=Knows(grades=False))
    assert pushed(committed, book).exit_code == 3
    assert (kept(committed), book.asked) == ([("pending", 0, None)], [])
    book = Book(answers=[lambda _: turn_away(book)])
    done = pushed(committed, book)
    assert (done.exit_code, done.dead) == (3, 0)
    assert kept(committed) == [("pending", 0, "Canvas says no. Ask the teacher.")]


def turn_away(book: Book) -> Pushed:
    """Find out only now that there is no gradebook, as OneRoster does."""
    book.knows = Knows(grades=False)
    raise REFUSED


def test_one_push_an_integration_at_a_time(committed: School, graded_database: Any) -> None:
    waiting(committed, 80)
    with (
        graded_database.connect() as other,
        advisory_lock(other, lock_key(committed.integration), wait_s=0),
    ):
        done = pushed(committed, Book())
    assert isinstance(done.error, LockedError)
    assert (done.exit_code, statuses(committed)) == (6, ["pending"])
    assert len({lock_key(School(committed.connection).integration) for _ in range(5)}) == 5


def test_a_grade_that_was_superseded_while_others_were_sent_is_not_sent(committed: School) -> None:
    waiting(committed, 80, 60)
    (student,) = (row["user_id"] for row in committed.grades()[1:])

    def collect(_: Grade) -> Pushed:
        committed.attempt(student, 90)
        committed.collect()
        return Pushed.WRITTEN

    book = Book(answers=[collect])
    assert counts(pushed(committed, book)) == {"written": 1}
    assert committed.scores() == [(40, "success"), (30, "superseded"), (45, "pending")]
    pushed(committed, book)
    assert book.held["11", "u-s1"] == 45


def test_a_grade_that_was_superseded_while_it_was_sent_is_kept_as_sent_and_not_as_failed(committed: School) -> None:
    for answer, status in ((Pushed.WRITTEN, "success"), (REFUSED, "superseded")):
        school = School(committed.connection)
        waiting(school, 40)
        (student,) = (row["user_id"] for row in school.grades())

        def collect(_: Grade, school: School = school, answer: Any = answer, student: Any = student) -> Pushed:
            school.attempt(student, 90)
            school.collect()
            if isinstance(answer, Exception):
                raise answer
            return Pushed.WRITTEN

        pushed(school, Book(answers=[collect]))
        assert school.scores() == [(20, status), (45, "pending")]


def test_older_grades_of_other_programs_are_never_sent_over_later_ones(committed: School) -> None:
    ada = committed.student("ada")
    for score, status, at in ((10, "failed", 1), (20, "success", 2), (30, "pending", 3), (40, "pending", 4)):
        committed.add(
            "lms_grade_passbacks", lms_assignment_id=committed.assignment, user_id=ada, external_user_id="u-ada",
            score=score, points_possible=50, status=status, created_at=MORNING + datetime.timedelta(hours=at),
        )  # fmt: skip
    book = Book()
    assert counts(pushed(committed, book)) == {"written": 1, "superseded": 2}
    assert [(grade.score, grade.graded_at) for grade in book.asked] == [(40, MORNING + datetime.timedelta(hours=4))]
    assert statuses(committed) == ["superseded", "success", "superseded", "success"]


def test_a_correction_is_dated_later_than_what_was_sent_and_the_same_each_time_also_after_the_lock(
    committed: School,
) -> None:
    ada, book = committed.student("ada"), Book()
    attempt = committed.attempt(ada, 80)
    for percent in (80, 60, 80):
        committed.change("quiz_attempts", attempt, score=percent)
        committed.collect()
        book.answers = [Pushed.UNKNOWN]
        pushed(committed, book)
        ago(committed, 24)
        pushed(committed, book)
        committed.change("lms_assignments", committed.assignment, lock_date=MORNING + datetime.timedelta(hours=2))
    dates = [grade.graded_at for grade in book.asked]
    assert (dates[0], dates[0::2], dates[0::2]) == (
        MORNING + datetime.timedelta(hours=1), dates[1::2], sorted(set(dates)),
    )  # fmt: skip
    committed.attempt(ada, 90, completed_at=datetime.datetime.now(datetime.UTC))
    committed.change("lms_assignments", committed.assignment, lock_date=None)
    committed.collect()
    pushed(committed, book)
    assert book.asked[-1].graded_at == committed.grades()[-1]["graded_at"] > dates[-1]


def test_a_crash_counts_as_a_try_and_leaves_the_grade_to_the_next_push_until_it_was_too_often(
    committed: School,
) -> None:
    committed.settle(attempts=2)
    waiting(committed, 80)
    for tries in (1, 2):
        with pytest.raises(ZeroDivisionError):
            pushed(committed, Book(answers=[ZeroDivisionError()]))
        assert kept(committed) == [("pending", tries, BEGUN)]
    done = pushed(committed, Book())
    assert (counts(done), done.due, kept(committed)) == ({"given_up": 1}, 0, [("dead", 2, BEGUN)])


def test_a_limit_sends_the_oldest(committed: School) -> None:
    waiting(committed, 80, 60, 40)
    done = pushed(committed, Book(), limit=2)
    assert (done.due, statuses(committed)) == (2, ["success", "success", "pending"])


def test_a_dry_run_checks_and_changes_nothing(committed: School) -> None:
    waiting(committed, 80, 60)
    committed.connection.execute("UPDATE lms_grade_passbacks SET score = 99 WHERE score = 30")
    before, book = committed.grades(), Book()
    done = pushed(committed, book, dry_run=True)
    assert (done.due, counts(done), done.exit_code, book.asked) == (2, {"written": 1, "dead": 1}, 3, [])
    assert (committed.grades(), audited(committed)) == (before, [])


SILENT: list[tuple[str, dict[str, Any]]] = [
    ("lms_assignments", {"grade_passback_enabled": False}),
    ("lms_assignments", {"status": "removed", "removed_at": MORNING}),
    ("lms_courses", {"status": "removed", "removed_at": MORNING}),
    ("lms_integrations", {"is_active": False}),
    ("lms_integrations", {"paused_until": datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)}),
]


@pytest.mark.parametrize(("table", "columns"), SILENT)
def test_what_is_switched_off_or_gone_for_now_waits(committed: School, table: str, columns: dict[str, Any]) -> None:
    waiting(committed, 80)
    keys = {"lms_assignments": committed.assignment, "lms_courses": committed.course}
    committed.change(table, keys.get(table, committed.integration), **columns)
    book = Book()
    assert (pushed(committed, book).due, book.asked, kept(committed)) == (0, [], [("pending", 0, None)])


OBJECTIONABLE: list[tuple[str, dict[str, Any], str]] = [
    ("lms_grade_passbacks", {"score": 50.01}, "not between 0 and 50.00"),
    ("lms_grade_passbacks", {"score": None}, "no score"),
    ("lms_grade_passbacks", {"points_possible": 0}, "no points possible"),
    ("lms_assignments", {"points_possible": 10}, "10.00 points now"),
    ("lms_assignments", {"points_possible": None}, "no points now"),
    ("lms_assignments", {"lock_date": MORNING}, "takes nothing since 2026-09-01 08:00 UTC"),
    ("lms_identities", {"status": "removed", "removed_at": MORNING}, "not there any more"),
    ("lms_identities", {"external_user_id": "other"}, "not there any more"),
    ("lms_identities", {"opted_out": True}, "left out of all exchange"),
    ("lms_identities", {"user_id": None}, "not the student's"),
    ("lms_enrollments", {"status": "ended"}, "not active in the course"),
    ("lms_enrollments", {"role": "teacher"}, "not active in the course"),
]


@pytest.mark.parametrize(("table", "columns", "reason"), OBJECTIONABLE)
def test_a_grade_that_can_not_be_right_is_dead_and_never_sent(
    committed: School, table: str, columns: dict[str, Any], reason: str
) -> None:
    waiting(committed, 80)
    where = {
        "lms_grade_passbacks": "lms_assignment_id = %(assignment)s",
        "lms_assignments": "id = %(assignment)s",
        "lms_identities": "lms_integration_id = %(integration)s",
        "lms_enrollments": "lms_course_id = %(course)s",
    }[table]
    found = rows(committed.connection, f"SELECT id FROM {table} WHERE {where}", vars(committed))  # type: ignore[arg-type]
    committed.change(table, found[0]["id"], **columns)
    book = Book()
    done = pushed(committed, book)
    assert (counts(done), done.exit_code, book.asked) == ({"dead": 1}, 3, [])
    [(status, tries, said)] = kept(committed)
    assert (status, tries) == ("dead", 0)
    assert said is not None
    assert reason in said


def test_an_account_that_is_somebody_elses_by_now_gets_no_grade(committed: School) -> None:
    waiting(committed, 80)
    other = committed.person("other")
    committed.connection.execute(
        "UPDATE lms_identities SET user_id = %s WHERE lms_integration_id = %s", (other, committed.integration)
    )
    assert counts(pushed(committed, Book())) == {"dead": 1}


def test_a_grade_of_whom_an_account_was_before_it_was_merged_stays_here(committed: School) -> None:
    waiting(committed, 80)
    other = committed.account(committed.person("other"), "other")
    committed.connection.execute(
        "UPDATE lms_identities SET merged_into_id = %s WHERE external_user_id = 'u-s0' AND lms_integration_id = %s",
        (other, committed.integration),
    )
    assert counts(pushed(committed, Book())) == {"dead": 1}


@pytest.mark.parametrize("as_attempt", [False, True])
def test_a_consent_that_was_taken_back_keeps_the_grade_here(committed: School, as_attempt: bool) -> None:
    ada = committed.student("ada")
    progress, _ = committed.played(ada, 80, consents=ROBLOX)
    if as_attempt:
        committed.attempt(ada, 80, completed_at=MORNING)
    committed.collect()
    committed.change("roblox_player_progress", progress, data_collection_consent=False)
    assert counts(pushed(committed, Book())) == {"dead": 1}


def test_a_bonus_is_sent_where_it_is_allowed(committed: School) -> None:
    committed.settle(bonus=True)
    waiting(committed, 110)
    book = Book()
    pushed(committed, book)
    assert book.held == {("11", "u-s0"): Decimal(55)}
    assert [grade.bonus for grade in book.asked] == [True]


def test_the_grade_of_a_merged_account_goes_to_the_account_that_is_in_the_course(committed: School) -> None:
    ada = committed.person("ada")
    kept_account = committed.account(ada, "new")
    committed.enroll(committed.account(committed.person("double"), "old", merged_into_id=kept_account))
    committed.attempt(ada, 80)
    committed.collect()
    book = Book()
    pushed(committed, book)
    assert book.held == {("11", "old"): Decimal(40)}


def test_a_source_that_can_not_be_opened_is_told_and_nothing_is_tried(committed: School) -> None:
    waiting(committed, 80)
    (integration,) = read_graded(committed.connection, [committed.name])

    def opened(_: object) -> Any:
        raise UnreachableError("closed")

    done = push(committed.connection, integration, opened, Order())
    assert (done.exit_code, kept(committed)) == (5, [("pending", 0, None)])
