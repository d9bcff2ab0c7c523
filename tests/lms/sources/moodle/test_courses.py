"""Courses and assignments, and a look at what a token may do."""

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.lms.doubles.moodle import ADMIN, TOKEN
from tests.lms.doubles.roster import Course, Enrollment
from tests.lms.sources.gathering import gather
from tests.lms.sources.systems import COURSES, System
from tests.support.web import Answer, altered
from toolbox_cli.lms.sources.moodle.source import Moodle
from toolbox_cli.lms.sources.records import Kind, Scope

ASSIGNMENTS = "mod_assign_get_assignments"


def changed(system: System, **more: Any) -> None:
    """Let every course but the front page come with other fields."""

    def change(answer: Answer) -> Answer:
        return Answer([answer.body[0], *({**row, **more} for row in answer.body[1:])])

    system.double.trouble(altered(change), "core_course_get_courses")


def of(course: str) -> Scope:
    return Scope(Kind.ASSIGNMENT, course)


def test_the_front_page_is_no_course(system: System) -> None:
    found = gather(system.source.courses())
    assert found.ids == ["10", "11"]
    assert found.of(COURSES)


def test_a_course_is_read_with_its_days_in_our_zone(system: System) -> None:
    changed(system, startdate=1_795_132_800, enddate=1_795_219_199, visible=0, summary=" <p>x</p>\x00")
    source = Moodle(system.source._service.client, TOKEN, zone=ZoneInfo("America/Denver"))  # type: ignore[attr-defined]
    found = gather(source.courses())
    course = found.records[0]
    assert (course.title, course.description) == ("Course 0", "<p>x</p>")
    assert (course.starts_on, course.ends_on) == (datetime.date(2026, 11, 19), datetime.date(2026, 11, 20))
    assert course.raw["visible"] == 0
    assert "categorysortorder" not in course.raw
    assert [fault.id for fault in found.faults if fault.code == "lms-nul"] == ["10", "11"]


@pytest.mark.parametrize("value", ["soon", True, 10**20, {}, []])
def test_a_moment_that_is_none_is_told(system: System, value: Any) -> None:
    changed(system, startdate=value)
    found = gather(system.source.courses())
    assert [course.starts_on for course in found.records] == [None, None]
    assert {(fault.code, fault.id, fault.field) for fault in found.faults} == {
        ("lms-value", "10", "startdate"), ("lms-value", "11", "startdate"),
    }  # fmt: skip


def test_an_assignment_is_read_with_its_own_id(system: System) -> None:
    roster = system.roster
    roster.assignments["11"] = replace(roster.assignments["11"], due_at=None)
    found = gather(system.source.assignments(system.courses()))
    essay, other = found.records
    assert (essay.id, essay.course_id, essay.raw["cmid"], essay.points) == ("10", "10", 510, Decimal(50))
    assert essay.due_at == roster.assignments["10"].due_at
    assert (other.due_at, other.opens_at, other.locks_at) == (None, None, None)


@pytest.mark.parametrize(("grade", "points"), [(-2, None), (0, None), (20, Decimal(20))])
def test_a_scale_is_no_number_of_points(system: System, grade: int, points: Decimal | None) -> None:
    system.double.points = {"10": grade}
    assert gather(system.source.assignments(system.courses())).records[0].points == points


def test_courses_of_others_are_asked_for_too(system: System) -> None:
    gather(system.source.assignments(system.courses()))
    [sent] = system.double.called(ASSIGNMENTS)
    assert sent["includenotenrolledcourses"] == "1"
    assert (sent["courseids[0]"], sent["courseids[1]"]) == ("10", "11")


def test_a_course_that_is_left_out_has_not_lost_its_assignments(system: System) -> None:
    courses = system.courses()
    system.double.closed = {"10"}
    found = gather(system.source.assignments(courses))
    assert found.complete == {of("11")}
    fault = found.broken[of("10")]
    assert (fault.code, fault.id) == ("lms-forbidden", "10")
    assert "No access rights" in fault.message
    assert "/var/www" not in fault.message


def test_a_hidden_assignment_is_not_gone(system: System) -> None:
    system.double.hidden_modules = {"10"}
    found = gather(system.source.assignments(system.courses()))
    assert found.complete == {of("11")}
    assert found.broken[of("10")].code == "lms-hidden"
    assert found.ids == ["11"]


def test_an_answer_about_nothing_completes_nothing(system: System) -> None:
    """What Moodle says to an account that is in no course, where it isn't asked for others."""
    system.double.trouble(altered(lambda _: Answer({"courses": [], "warnings": []})), ASSIGNMENTS)
    found = gather(system.source.assignments(system.courses()))
    assert not found.complete
    assert set(found.broken) == {of("10"), of("11")}


def test_an_answer_that_is_wrong_for_many_is_asked_for_each(system: System) -> None:
    system.double.trouble(altered(lambda _: Answer({"exception": "x", "errorcode": "boom"})), ASSIGNMENTS, times=2)
    found = gather(system.source.assignments(system.courses()))
    assert found.complete == {of("11")}
    assert "boom" in found.broken[of("10")].message


def test_many_courses_are_asked_for_in_few_calls(system: System) -> None:
    for number in range(100, 218):
        system.roster.courses[str(number)] = Course(str(number), "Course", "1", "1")
    found = gather(system.source.assignments(system.courses()))
    assert len(found.complete) == 120
    assert len(system.double.called(ASSIGNMENTS)) == 3


def test_a_look_shows_the_version_and_that_all_is_well(system: System) -> None:
    tried = system.source.test()
    assert tried.version == "4.3 (Build: 20231009)"
    assert tried.notes == ("The token sees 2 courses.",)


def test_a_look_names_functions_that_are_missing(system: System) -> None:
    system.double.missing = {"core_user_get_users_by_field", "mod_assign_save_grade"}
    notes = system.source.test().notes
    assert "needs: core_user_get_users_by_field." in notes[0]
    assert "needs: mod_assign_save_grade." in notes[1]


def test_a_look_finds_a_token_that_sees_few(system: System) -> None:
    system.double.hidden = {"12", "13"}
    system.double.hides_email = {"14"}
    system.double.rights -= {"viewalldetails"}
    notes = " ".join(system.source.test().notes)
    assert "2 are hidden" in notes
    assert "moodle/user:viewalldetails" in notes
    assert "showuseridentity" in notes


def test_a_look_tells_of_a_course_that_is_closed(system: System) -> None:
    system.double.closed = {"10"}
    assert "course id:10" in " ".join(system.source.test().notes)


def test_a_look_proves_nothing_by_the_tokens_own_account(system: System) -> None:
    system.roster.enrollments.clear()
    system.roster.enrollments["900"] = Enrollment("900", "10", str(ADMIN), "teacher")
    assert "No course has people" in system.source.test().notes[-1]
