import datetime
import math
from dataclasses import replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.lms.doubles.roster import Assignment, Enrollment
from tests.lms.sources.contract import SourceContract
from tests.lms.sources.gathering import by_id, gather
from tests.lms.sources.systems import COURSES, USERS, System
from tests.support.web import Answer, altered, instead, redirect
from toolbox_cli.core.http.errors import UnauthorizedError
from toolbox_cli.lms.sources.errors import RefusedGradeError
from toolbox_cli.lms.sources.records import Kind, Pushed, Role, Scope, Standing


class TestSchoology(SourceContract):
    def first_rows(self, system: System) -> list[dict[str, Any]]:
        return [system.double._person(person) for person in list(system.roster.people.values())[:4]]

    def test_a_link_to_another_host_is_not_followed(self, system: System) -> None:
        """Addresses of next pages are not followed at all: where a page begins is counted by rows."""
        away = {"next": "http://localhost:1/v1/users?start=4"}
        system.trouble_with_users(altered(lambda answer: Answer({**answer.body, "links": away})))
        found = system.users()
        assert sorted(found.ids) == sorted(system.roster.people)
        assert "another server" in found.fault("lms-link-foreign").message


def test_each_request_has_a_nonce_of_its_own_and_a_true_signature(system: System) -> None:
    system.users()
    system.source.push_grade(system.grade())
    assert len(set(system.double.nonces)) == len(system.web.asked) > 5


def test_a_303_is_signed_anew(system: System) -> None:
    system.trouble_with_users(redirect(f"{system.web.url}/v1/users?start=0&limit=200", 303))
    assert system.users().of(USERS)
    assert len(set(system.double.nonces)) == len(system.double.nonces)


def test_a_page_is_200_rows_at_most_and_the_total_is_the_end(system: System) -> None:
    system.double.page_rows = 2
    assert system.users().of(USERS)
    asked = [target for target in system.web.paths() if target.startswith("/v1/users?") and "limit=200" in target]
    assert [target.partition("start=")[2].partition("&")[0] for target in asked] == ["0", "2", "4", "6"]


def test_without_a_total_an_empty_page_is_the_end(system: System) -> None:
    system.double.totals = False
    strip = altered(lambda answer: Answer({name: answer.body[name] for name in answer.body if name != "links"}))
    system.trouble_with_users(strip, times=math.inf)
    assert sorted(system.users().ids) == sorted(system.roster.people)


def test_a_row_that_stands_twice_counts_once_for_the_total(system: System) -> None:
    """The next page begins behind the rows that came: one more of somebody is one less of somebody else."""
    system.trouble_with_users(system.rows(lambda rows: [*rows, rows[-1]]))
    found = system.users()
    assert len(found.ids) == len(system.roster.people) - 1
    assert found.broken[USERS].code == "lms-incomplete"


def test_fewer_rows_than_the_total_are_not_complete(system: System) -> None:
    system.trouble_with_users(system.rows(lambda rows: []), page=2)
    found = system.users()
    assert USERS not in found.complete
    assert found.broken[USERS].code == "lms-incomplete"
    assert "7 rows" in found.broken[USERS].message


def test_a_total_that_changes_while_it_is_read_is_not_complete(system: System) -> None:
    """Whoever leaves before what was read pulls a row forward over the edge, where nobody sees it."""
    events = iter(system.source.users(system.courses()))
    first = [next(events)]
    del system.roster.people["1"]
    found = gather([*first, *events])
    assert "5" not in found.ids
    assert found.broken[USERS].code == "lms-moved"


def test_somebody_made_active_meanwhile_is_not_taken_for_removed(system: System) -> None:
    system.roster.people["7"] = replace(system.roster.people["7"], enabled=False)
    events = iter(system.source.users(system.courses()))
    first = [next(events), next(events)]
    system.roster.people["7"] = replace(system.roster.people["7"], enabled=True)
    found = gather([*first, *events])
    assert "7" not in found.ids
    assert found.broken[USERS].code == "lms-moved"


def test_inactive_people_are_a_list_of_their_own(system: System) -> None:
    system.roster.people["7"] = replace(system.roster.people["7"], enabled=False)
    found = system.users()
    assert {user.id for user in found.records if not user.enabled} == {"7"}
    assert len(found.records) == 7
    system.web.trouble(instead(Answer("no", 403)), path="/v1/users/inactive")
    assert system.users().broken[USERS].code == "lms-forbidden"


def test_roles_of_people_are_read_by_title_and_parents_left_out(system: System) -> None:
    people = system.roster.people
    for own, role in (("3", "parent"), ("4", "coach"), ("5", "admin")):
        people[own] = replace(people[own], role=role, sis_id=None, email=None)
    found = system.users()
    read = by_id(found.records)
    assert "3" not in read
    assert [read[own].role for own in ("1", "4", "5", "6")] == [Role.TEACHER, None, Role.ADMIN, Role.STUDENT]
    assert (read["5"].sis_id, read["5"].email) == (None, None)
    assert "Coach" in found.fault("lms-role").message
    assert found.of(USERS)


def test_roles_that_can_not_be_read_keep_nobody_out(system: System) -> None:
    system.web.trouble(instead(Answer("no", 403)), path="/v1/roles")
    found = system.users()
    assert found.fault("lms-roles-hidden")
    assert {user.role for user in found.records} == {None}
    assert found.of(USERS)


def test_sections_of_past_periods_do_not_vanish(system: System) -> None:
    system.double.past = {"2"}
    courses = {course.id: course for course in system.courses()}
    assert set(courses) == {"1", "2"}
    term = system.roster.terms["1"]
    course = courses["2"]
    assert (course.title, course.grade, course.subject) == ("Course 1: Section A", "5", "Mathematics")
    assert (course.starts_on, course.ends_on, course.term) == (term.starts_on, term.ends_on, "Autumn")
    assert course.raw is not None
    assert "access_code" not in course.raw


def test_a_course_whose_sections_can_not_be_read_leaves_the_list_incomplete(system: System) -> None:
    system.web.trouble(instead(Answer("no", 403)), path="/v1/courses/5001/sections")
    found = gather(system.source.courses())
    assert found.ids == ["2"]
    assert found.fault("lms-forbidden").place is not None
    assert found.broken[COURSES].code == "lms-incomplete"


def test_admin_and_status_are_all_that_is_known_of_an_enrollment(system: System) -> None:
    rows = system.roster.enrollments
    for own, standing in (("2", "ended"), ("3", "future"), ("4", "requested"), ("5", "inactive")):
        rows[own] = replace(rows[own], standing=standing)
    read = by_id(system.enrollments().records)
    assert read["1"].role is Role.TEACHER
    assert "4" not in read
    assert [read[own].standing for own in ("1", "2", "3", "5")] == [
        Standing.ACTIVE, Standing.ENDED, Standing.FUTURE, Standing.INACTIVE,
    ]  # fmt: skip


def test_who_came_back_to_a_section_counts_by_the_newer_enrollment(system: System) -> None:
    person = system.roster.enrollments["2"].person_id
    system.roster.enrollments["2"] = replace(system.roster.enrollments["2"], standing="ended")
    system.roster.enrollments["900"] = Enrollment("900", "1", person)
    (row,) = [row for row in system.enrollments().records if (row.course_id, row.user_id) == ("1", person)]
    assert (row.id, row.standing) == ("900", Standing.ACTIVE)


@pytest.mark.parametrize(("role", "code"), [("2", "lms-role"), ("x", "lms-role")])
def test_what_is_neither_admin_nor_member_is_told(system: System, role: str, code: str) -> None:
    system.roster.enrollments["900"] = Enrollment("900", "1", "3", role)
    fault = system.enrollments().fault(code)
    assert (fault.id, fault.field, fault.kind) == ("900", "admin", Kind.ENROLLMENT)


def test_assignments_whose_limit_counts_by_type_are_all_read(system: System) -> None:
    for number in range(10, 30):
        own = str(number)
        system.roster.assignments[own] = Assignment(own, "1", f"Task {own}")
        if number % 3 == 0:
            system.double.finals.add(own)
    found = gather(system.source.assignments(system.courses()))
    assert sorted(found.ids) == sorted(system.roster.assignments)
    assert Scope(Kind.ASSIGNMENT, "1") in found.complete


def test_due_dates_are_in_the_zone_of_the_integration_or_utc_with_a_note(system: System) -> None:
    courses = system.courses()
    found = gather(system.source.assignments(courses))
    assert by_id(found.records)["1"].due_at == datetime.datetime(2026, 10, 1, 21, 59, tzinfo=datetime.UTC)
    assert found.fault("lms-no-zone").field == "due"
    system.source._zone = ZoneInfo("America/Denver")  # type: ignore[attr-defined]
    found = gather(system.source.assignments(courses))
    assert by_id(found.records)["1"].due_at == datetime.datetime(2026, 10, 2, 3, 59, tzinfo=datetime.UTC)
    assert not found.faults


def test_a_grade_is_of_an_enrollment(system: System) -> None:
    grade = system.grade()
    with pytest.raises(RefusedGradeError, match="enrollments"):
        system.source.push_grade(grade._replace(enrollment_id=None))
    assert system.source.push_grade(grade) is Pushed.WRITTEN
    assert list(system.double.scores) == [("1", "1", grade.enrollment_id)]
    with pytest.raises(RefusedGradeError, match="404"):
        system.source.push_grade(grade._replace(enrollment_id="777"))


@pytest.mark.parametrize("code", [400, 403])
def test_a_code_in_the_answer_counts_and_not_its_status(system: System, code: int) -> None:
    system.double.response_code = code
    with pytest.raises(RefusedGradeError, match=str(code)):
        system.source.push_grade(system.grade())


@pytest.mark.parametrize("code", [429, 500])
def test_a_code_that_may_pass_leaves_the_grade_unknown(system: System, code: int) -> None:
    system.double.response_code = code
    assert system.source.push_grade(system.grade(score="12")) is Pushed.UNKNOWN
    assert Decimal(12) not in system.double.scores.values()


def test_a_personal_key_is_told_what_it_lacks(system: System) -> None:
    system.double.personal = True
    with pytest.raises(UnauthorizedError) as caught:
        system.source.test()
    assert "personal" in str(caught.value.remedy)


def test_a_link_that_is_none_is_told(system: System) -> None:
    system.trouble_with_users(altered(lambda answer: Answer({**answer.body, "links": {"next": "https://[oak"}})))
    found = system.users()
    assert found.of(USERS)
    assert "no address" in found.fault("lms-link-malformed").message


@pytest.mark.parametrize(
    ("said", "why"), [({"role": [], "building_role": []}, "empty"), ({"total": "7"}, "may have been missed")]
)
def test_roles_that_did_not_all_come_make_nobody_a_person_without_one(
    system: System, said: dict[str, Any], why: str
) -> None:
    system.web.trouble(altered(lambda answer: Answer({**answer.body, **said})), path="/v1/roles", times=math.inf)
    found = system.users()
    assert not found.records
    assert "list of roles" in found.broken[USERS].message
    assert why in found.broken[USERS].message


def test_roles_are_read_once_with_those_of_buildings(system: System) -> None:
    change = next(iter(system.roster.people))
    system.roster.people[change] = replace(system.roster.people[change], role="coach")
    assert "Coach" in system.users().fault("lms-role").message
    assert [path for path in system.web.paths() if path.startswith("/v1/roles")] == ["/v1/roles?start=0&limit=200"]


def test_a_list_that_is_the_same_wherever_it_begins_ends(system: System) -> None:
    rows = [{"id": 1, "title": "One"}, {"id": 2, "title": "Two"}]
    system.web.trouble(instead(Answer({"assignment": rows})), path="/v1/sections/1/assignments", times=math.inf)
    system.trouble_with_users(instead(Answer({"user": TestSchoology().first_rows(system)})), times=math.inf)
    assignments, users = gather(system.source.assignments(system.courses())), system.users()
    assert assignments.broken[Scope(Kind.ASSIGNMENT, "1")].code == "lms-incomplete"
    assert users.broken[USERS].code in {"lms-incomplete", "lms-moved"}
    assert sum(path.startswith("/v1/sections/1/assignments") for path in system.web.paths()) == 2


def test_periods_that_did_not_all_come_take_no_dates_away(system: System) -> None:
    system.web.trouble(altered(lambda answer: Answer({**answer.body, "gradingperiods": []})), path="/v1/gradingperiods")
    found = gather(system.source.courses())
    assert not found.records
    assert "gradingperiods" in found.broken[COURSES].message


@pytest.mark.parametrize("total", ["9" * 5000, "٣", "-1", "1.5", True])
def test_a_total_that_is_none_says_nothing(system: System, total: Any) -> None:
    system.trouble_with_users(altered(lambda answer: Answer({**answer.body, "total": total})), times=math.inf)
    found = system.users()
    assert found.error is None
    assert sorted(found.ids) == sorted(system.roster.people)
