import datetime
import math
from dataclasses import replace
from typing import Any

import pytest

from tests.lms.doubles.roster import Course, Enrollment
from tests.lms.sources.contract import SourceContract
from tests.lms.sources.gathering import by_id, gather
from tests.lms.sources.systems import COURSES, USERS, System
from tests.support.clocks import NOON
from tests.support.web import Answer, altered, unauthorized
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.http.errors import ThrottledError
from toolbox_cli.lms.sources.blackboard.quota import QuotaError
from toolbox_cli.lms.sources.records import Kind, Role, Scope, Standing


class TestBlackboard(SourceContract):
    def first_rows(self, system: System) -> list[dict[str, Any]]:
        return [system.double._person(person) for person in list(system.roster.people.values())[:4]]

    def lead_away(self, system: System) -> None:
        system.trouble_with_users(paging({"nextPage": "http://localhost:1/learn/api/public/v1/users?offset=4"}))


def test_relative_links_to_the_next_page_are_followed(system: System) -> None:
    assert system.users().of(USERS)
    asked = [target for target in system.web.paths("GET") if "/v1/users" in target]
    assert ["offset=4" in target for target in asked] == [False, True] * 2, "looked at again, since people may move"
    assert all("sort=created" in target for target in asked)


@pytest.mark.parametrize("wrong", ["soon", {"nextPage": 7}, {"nextPage": ["x"]}])
def test_paging_that_can_not_be_read_is_no_end(system: System, wrong: Any) -> None:
    system.trouble_with_users(paging(wrong))
    assert USERS in system.users().broken


def test_a_token_that_ends_is_renewed_once(system: System) -> None:
    system.trouble_with_users(unauthorized(), page=2)
    assert system.users().of(USERS)
    assert len(system.double.tokens) == 2


def test_stops_before_the_day_is_used_up(system: System) -> None:
    courses = system.courses()
    system.double.left = 504
    found = gather(system.source.users(courses))
    assert found.of(USERS)
    assert system.double.left == 500
    found = gather(system.source.users(courses))
    assert isinstance(found.error, QuotaError)
    assert found.error.exit_code is Exit.UNREACHABLE
    assert "2026-09-01 21:00 UTC" in found.error.message
    assert not found.complete
    assert system.double.left == 500


def test_does_not_begin_what_the_day_is_too_short_for(system: System) -> None:
    courses = system.courses()
    system.double.left = 502
    gather(system.source.users(courses[:1]))
    asked = len(system.web.asked)
    for found in (gather(system.source.enrollments(courses)), gather(system.source.assignments(courses))):
        assert isinstance(found.error, QuotaError)
        assert "2 courses" in found.error.message
        assert not found.complete
    assert len(system.web.asked) == asked


def test_a_quota_that_ends_in_the_middle_completes_nothing_more(system: System) -> None:
    courses = system.courses()
    system.double.left = 503
    system.double.page_rows = 10
    gather(system.source.users(courses))
    system.double.page_rows = 2
    found = gather(system.source.enrollments(courses))
    assert isinstance(found.error, QuotaError)
    assert not found.complete


def test_a_quota_that_others_used_up_ends_the_reading(system: System) -> None:
    system.double.left = 0
    assert isinstance(system.users().error, ThrottledError)


def test_members_of_merged_courses_are_those_of_their_own(system: System) -> None:
    system.double.merged["2"] = "1"
    found = system.enrollments()
    held = {(row.course_id, row.person_id) for row in system.roster.enrollments.values()}
    assert {(row.course_id, row.user_id) for row in found.records} == held
    assert len(found.records) == len(held)
    assert not found.faults


def test_members_of_a_merged_course_that_is_not_read_are_the_parents(system: System) -> None:
    system.double.merged["2"] = "1"
    parent = [course for course in system.courses() if course.id == "1"]
    found = gather(system.source.enrollments(parent))
    assert {row.course_id for row in found.records} == {"1"}
    assert {row.user_id for row in found.records} == set(system.roster.people)


def test_no_is_inactive_and_disabled_is_taken_back(system: System) -> None:
    for own, standing in (("2", "inactive"), ("3", "disabled")):
        system.roster.enrollments[own] = replace(system.roster.enrollments[own], standing=standing)
    person = system.roster.enrollments["3"].person_id
    system.roster.people[person] = replace(system.roster.people[person], enabled=False)
    rows = by_id(system.enrollments().records)
    assert (rows["2"].standing, rows["2"].removed) == (Standing.INACTIVE, False)
    assert rows["3"].removed
    assert not rows["1"].removed
    user = by_id(system.users().records)[person]
    assert (user.enabled, user.removed) == (False, True)


def test_changes_are_never_complete(system: System) -> None:
    system.double.modified = {"3": NOON, "4": NOON - datetime.timedelta(days=2)}
    since = NOON - datetime.timedelta(hours=1)
    courses = system.courses()
    for events in (
        system.source.courses(since),
        system.source.users(courses, since),
        system.source.enrollments(courses, since),
    ):
        found = gather(events)
        assert not found.complete
        assert not found.broken
        assert set(found.ids) <= {"3"}
    assert gather(system.source.users(courses, since)).ids == ["3"]
    assert "modifiedCompare=greaterOrEqual" in system.web.paths()[-1]


def test_external_ids_that_vanish_are_told_once(system: System) -> None:
    system.double.sees_external_ids = False
    found = system.users()
    assert found.fault("lms-sis-ids-hidden").field == "externalId"
    assert any("externalId" in note for note in system.source.test().notes)


def test_terms_give_names_and_dates_or_at_least_their_ids(system: System) -> None:
    term = system.roster.terms["1"]
    course = system.courses()[0]
    assert (course.term, course.starts_on, course.ends_on) == ("Autumn", term.starts_on, term.ends_on)
    assert course.raw is not None
    assert "let-me-in" not in str(course.raw)
    system.double.sees_terms = False
    found = gather(system.source.courses())
    assert found.fault("lms-terms-hidden")
    assert {course.term for course in found.records} == {"1"}
    assert COURSES in found.complete


def test_organizations_guests_and_totals_are_left_out(system: System) -> None:
    system.roster.courses["9"] = Course("9", "Club of Chess", "1", "1")
    system.roster.enrollments["900"] = Enrollment("900", "1", "3", "guest")
    assert "9" not in {course.id for course in system.courses()}
    found = system.enrollments()
    assert "900" not in found.ids
    assert not found.faults
    assert sorted(gather(system.source.assignments(system.courses())).ids) == ["1", "2"]


def test_a_role_of_the_institution_is_told(system: System) -> None:
    system.roster.enrollments["900"] = Enrollment("900", "1", "3", "Mentor")
    fault = system.enrollments().fault("lms-role")
    assert (fault.id, fault.field, fault.kind) == ("900", "courseRoleId", Kind.ENROLLMENT)
    system.source._roles = {"Mentor": Role.ASSISTANT}  # type: ignore[attr-defined]
    found = system.enrollments()
    assert by_id(found.records)["900"].role is Role.ASSISTANT
    assert Scope(Kind.ENROLLMENT, "1") in found.complete


def test_says_its_version_and_what_is_left(system: System) -> None:
    tried = system.source.test()
    assert tried.version == "3900.103.0"
    assert "9998 calls" in tried.notes[0]


def paging(to: Any) -> Any:
    return altered(lambda answer: Answer({**answer.body, "paging": to}, answer.status, answer.headers))


@pytest.mark.parametrize("header", ["X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"])
@pytest.mark.parametrize("value", ["9" * 5000, "-1", "many", "1e9", ""])
def test_a_quota_that_can_not_be_read_says_nothing(system: System, header: str, value: str) -> None:
    told = altered(lambda answer: answer.with_headers({header: value}))
    system.trouble_with_users(told, times=math.inf)
    found = system.users()
    assert found.error is None
    assert found.of(USERS)
