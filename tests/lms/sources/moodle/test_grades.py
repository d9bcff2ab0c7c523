"""Grades: checked here, sent in few calls, read back whatever was answered."""

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.lms.sources.contract import done_but_cut
from tests.lms.sources.systems import System
from tests.support.clocks import NOON
from tests.support.web import Answer, cut_before, instead, silent
from toolbox_cli.core.http.errors import HttpError, UnauthorizedError
from toolbox_cli.lms.sources.errors import RefusedGradeError, SourceError
from toolbox_cli.lms.sources.records import Pushed

SAVE, SAVE_MANY, READ = "mod_assign_save_grade", "mod_assign_save_grades", "mod_assign_get_grades"
STUDENTS = ("12", "13", "14", "15", "16")


def grades(system: System, score: str = "40") -> list[Any]:
    return [system.grade(score, user_id=own, key=own) for own in STUDENTS]


def error(code: str) -> Any:
    return instead(Answer({"exception": "moodle_exception", "errorcode": code, "message": "…"}))


def test_sends_what_moodle_wants(system: System) -> None:
    system.source.push_grade(system.grade("40.25", comment="Good <work>"))
    [sent] = system.double.called(SAVE)
    del sent["wstoken"], sent["wsfunction"], sent["moodlewsrestformat"]
    assert sent == {
        "assignmentid": "10", "applytoall": "0", "userid": "16", "grade": "40.25", "attemptnumber": "-1",
        "addattempt": "0", "workflowstate": "", "plugindata[assignfeedbackcomments_editor][text]": "Good <work>",
        "plugindata[assignfeedbackcomments_editor][format]": "2",
    }  # fmt: skip


def test_a_grade_is_sent_in_the_points_that_it_has_there(system: System) -> None:
    assert system.source.push_grade(system.grade("1", points=Decimal(3))) is Pushed.WRITTEN
    assert system.double.scores == {("10", "10", "16"): Decimal("16.66667")}


def test_what_is_stored_already_is_not_sent(system: System) -> None:
    system.source.push_grade(system.grade())
    system.source.push_grade(system.grade())
    assert len(system.double.called(SAVE)) == 1


def test_a_grade_that_was_changed_there_is_sent_again(system: System) -> None:
    system.source.push_grade(system.grade())
    [key] = system.double.scores
    system.double.scores[key] = Decimal(7)
    system.double.times[key] += 1
    assert system.source.push_grade(system.grade()) is Pushed.WRITTEN
    assert system.double.scores[key] == Decimal(40)


def test_only_what_changed_is_read_back(system: System) -> None:
    system.source.push_grades(grades(system))
    sinces = [int(sent["since"]) for sent in system.double.called(READ)]
    newest = max(system.double.times.values())
    system.source.push_grade(system.grade("41"))
    assert sinces == [0, 0]
    assert int(system.double.called(READ)[2]["since"]) == newest


def test_somebody_who_is_not_in_the_course_gets_no_grade(system: System) -> None:
    with pytest.raises(RefusedGradeError, match="999 is not in the course 10"):
        system.source.push_grade(system.grade(user_id="999"))
    with pytest.raises(RefusedGradeError, match="not in the course"):
        system.source.push_grade(system.grade(user_id="11"))
    assert not system.double.called(SAVE)


def test_a_roll_that_can_not_be_read_keeps_grades_back(system: System) -> None:
    system.trouble_with_course("10", error("boom"))
    with pytest.raises(SourceError, match="who is in the course 10"):
        system.source.push_grade(system.grade())
    assert not system.double.called(SAVE)
    assert system.source.push_grade(system.grade()) is Pushed.WRITTEN


@pytest.mark.parametrize("points", [0, -2])
def test_an_assignment_without_points_takes_none(system: System, points: int) -> None:
    system.double.points = {"10": points}
    with pytest.raises(RefusedGradeError, match="scale"):
        system.source.push_grade(system.grade())


def test_an_assignment_that_is_not_there_takes_none(system: System) -> None:
    with pytest.raises(RefusedGradeError, match="no assignment 510"):
        system.source.push_grade(system.grade(assignment_id="510"))
    system.double.closed = {"11"}
    with pytest.raises(RefusedGradeError, match="No access rights"):
        system.source.push_grade(system.grade(course_id="11"))


def test_null_that_stored_nothing_is_not_taken_for_done(system: System) -> None:
    """What Moodle answers to a grade over the maximum, here one that was lowered since it was read."""
    system.double.stores = lambda score: None
    with pytest.raises(RefusedGradeError, match="stored nothing"):
        system.source.push_grade(system.grade())


@pytest.mark.hasty
@pytest.mark.parametrize("trouble", [done_but_cut(), silent()])
def test_a_write_is_never_sent_twice_on_its_own(system: System, trouble: Any) -> None:
    system.double.trouble(trouble, SAVE, times=9)
    system.source.push_grade(system.grade())
    assert len(system.double.called(SAVE)) == 1


@pytest.mark.hasty
def test_a_timeout_is_no_failure_where_the_grade_is_found(system: System) -> None:
    def slow(exchange: Any) -> bool:
        exchange.handle()
        return silent()(exchange)

    system.double.trouble(slow, SAVE)
    assert system.source.push_grade(system.grade()) is Pushed.WRITTEN


def test_what_can_not_be_read_back_is_unknown(system: System) -> None:
    system.double.trouble(cut_before(), READ, nth=2, times=9)
    assert system.source.push_grade(system.grade()) is Pushed.UNKNOWN


def test_the_report_of_grades_is_read_where_the_assignment_is_not(system: System) -> None:
    system.double.missing = {READ}
    assert system.source.push_grade(system.grade()) is Pushed.WRITTEN
    system.double.stores = lambda score: None
    with pytest.raises(RefusedGradeError, match="stored 40"):
        system.source.push_grade(system.grade("41"))


def test_a_token_that_may_read_no_grades_never_knows(system: System) -> None:
    system.double.missing = {READ, "gradereport_user_get_grade_items"}
    assert system.source.push_grade(system.grade()) is Pushed.UNKNOWN


def test_a_class_is_graded_in_one_call(system: System) -> None:
    assert system.source.push_grades(grades(system)) == [Pushed.WRITTEN] * 5
    assert len(system.double.called(SAVE_MANY)) == 1
    assert not system.double.called(SAVE)
    assert len(system.double.scores) == 5


def test_large_classes_are_graded_fifty_at_once(system: System) -> None:
    first = next(iter(system.roster.enrollments.values()))
    for number in range(1000, 1120):
        system.roster.enrollments[str(number)] = replace(first, id=str(number), person_id=str(number))
    system.double.page_rows = 500
    some = [system.grade(user_id=str(number)) for number in range(1000, 1120)]
    assert system.source.push_grades(some) == [Pushed.WRITTEN] * 120
    assert len(system.double.called(SAVE_MANY)) == 3


def test_one_that_is_refused_keeps_no_other_of_its_call(system: System) -> None:
    some = [*grades(system), system.grade(user_id="999"), system.grade("51", user_id="12")]
    system.double.trouble(error("invalidparameter"), SAVE_MANY)
    system.double.trouble(error("gradelocked"), SAVE, nth=3)
    outcomes = system.source.push_grades(some)
    assert [isinstance(one, RefusedGradeError) for one in outcomes] == [False, False, True, False, False, True, True]
    assert "gradelocked" in str(outcomes[2])
    assert set(system.double.scores) == {("10", "10", own) for own in ("12", "13", "15", "16")}


def test_half_a_batch_that_was_cut_is_told_apart(system: System) -> None:
    def half(exchange: Any) -> bool:
        for own in STUDENTS[:2]:
            system.double.scores[("10", "10", own)] = Decimal(40)
            system.double.times[("10", "10", own)] = 1
        return False

    system.double.trouble(half, SAVE_MANY)
    assert system.source.push_grades(grades(system)) == [Pushed.WRITTEN] * 2 + [Pushed.UNKNOWN] * 3


def test_of_several_grades_of_a_person_the_latest_counts(system: System) -> None:
    later = system.grade("30", graded_at=NOON + datetime.timedelta(hours=1))
    assert system.source.push_grades([later, system.grade("45")]) == [Pushed.WRITTEN] * 2
    assert system.double.scores == {("10", "10", "16"): Decimal(30)}


def test_a_token_that_ends_is_no_refusal(system: System) -> None:
    system.double.trouble(error("invalidtoken"), SAVE)
    with pytest.raises(UnauthorizedError):
        system.source.push_grade(system.grade())


def test_a_function_that_is_missing_is_no_refusal(system: System) -> None:
    system.double.missing = {SAVE}
    with pytest.raises(HttpError) as raised:
        system.source.push_grade(system.grade())
    assert f"Add {SAVE}" in (raised.value.remedy or "")


def test_a_right_that_is_missing_in_one_course_is_a_refusal(system: System) -> None:
    system.double.trouble(error("nopermissions"), SAVE)
    with pytest.raises(RefusedGradeError, match="nopermissions"):
        system.source.push_grade(system.grade())
