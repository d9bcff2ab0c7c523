import datetime
from dataclasses import replace
from typing import Any

import pytest

from tests.lms.doubles.roster import Assignment, Enrollment, Person
from tests.lms.sources.contract import SourceContract
from tests.lms.sources.gathering import by_id, gather
from tests.lms.sources.systems import USERS, System
from tests.support.web import Answer, altered, instead, link, throttled
from toolbox_cli.core.http.auth import Bearer
from toolbox_cli.core.http.errors import UnauthorizedError
from toolbox_cli.lms.sources.canvas.source import Canvas, opened
from toolbox_cli.lms.sources.records import Kind, Role, Scope, Standing


class TestCanvas(SourceContract):
    def first_rows(self, system: System) -> list[dict[str, Any]]:
        return [system.double._person(person) for person in list(system.roster.people.values())[:4]]

    def lead_away(self, system: System) -> None:
        system.trouble_with_users(link('<http://localhost:1/api/v1/accounts/self/users?page=2>; rel="next"'))


@pytest.mark.parametrize("value", ["</users?page=2>; rel=“next”", "/users?page=2; rel=next", "<a&amp;b>; rel=next"])
def test_a_malformed_link_is_no_end(system: System, value: str) -> None:
    sent = value.encode().decode("latin-1")
    system.trouble_with_users(altered(lambda answer: answer.with_headers({"Link": sent})))
    found = system.users()
    assert USERS not in found.complete
    assert "Link" in found.broken[USERS].message
    assert len(found.records) == 4


def test_a_page_whose_link_header_was_taken_away_is_no_end(system: System) -> None:
    def stripped(answer: Answer) -> Answer:
        kept = {name: value for name, value in answer.headers.items() if name != "Link"}
        return Answer(answer.body, answer.status, kept)

    system.trouble_with_users(altered(stripped))
    found = system.users()
    assert USERS not in found.complete
    assert found.broken[USERS].code == "lms-incomplete"


@pytest.mark.parametrize("page", [1, 2])
def test_a_page_without_rows_where_the_list_goes_on_is_no_end(system: System, page: int) -> None:
    system.trouble_with_course("1", system.rows(lambda _: []), page=page)
    found = system.enrollments()
    assert found.broken[system.of_course("1")].code == "lms-incomplete"
    assert not [row for row in found.records if row.course_id == "1"]
    assert system.of_course("2") in found.complete


def test_bookmarks_are_followed_as_they_come(system: System) -> None:
    system.enrollments()
    asked = [target for target in system.web.paths() if "/courses/1/enrollments" in target]
    assert "page=bookmark:" in asked[1]
    assert asked[0].count("state%5B%5D=") == asked[1].count("state[]=") == 5


def test_403_with_the_throttle_text_is_waited_out(system: System) -> None:
    system.trouble_with_users(throttled(status=403, text="403 Forbidden (Rate Limit Exceeded)"), page=2)
    assert system.users().of(USERS)
    assert system.stopped.slept


def test_403_that_denies_is_not_repeated(system: System) -> None:
    system.trouble_with_users(instead(Answer({"status": "unauthorized"}, 403)))
    found = system.users()
    assert found.broken[USERS].code == "lms-forbidden"
    assert not system.stopped.slept


def test_401_without_a_challenge_denies_one_thing_alone(system: System) -> None:
    system.trouble_with_course("1", instead(Answer({"status": "unauthorized"}, 401)))
    found = system.enrollments()
    assert found.error is None
    assert found.broken[system.of_course("1")].code == "lms-forbidden"
    assert system.of_course("2") in found.complete


def test_a_wrong_token_ends_everything(system: System) -> None:
    with opened(system.web.url + "/api/v1/", Bearer("other")) as client:
        assert isinstance(gather(Canvas(client).courses()).error, UnauthorizedError)


def test_waits_while_the_bucket_fills(system: System) -> None:
    system.double.remaining = 40.0
    assert system.users().of(USERS)
    assert system.stopped.slept
    assert max(system.stopped.slept) == pytest.approx(6.0, abs=0.5)
    system.double.remaining = None
    before = len(system.stopped.slept)
    system.users()
    assert len(system.stopped.slept) <= before + 1


def test_sis_ids_and_emails_that_vanish_are_told_once(system: System) -> None:
    system.double.sees_sis = system.double.sees_email = False
    found = system.users()
    assert found.fault("lms-sis-ids-hidden").field == "sis_user_id"
    assert found.fault("lms-emails-hidden").remedy
    assert {user.sis_id for user in found.records} == {None}
    assert any("student information system" in note for note in system.source.test().notes)


def test_people_without_a_sis_id_are_no_fault(system: System) -> None:
    for own, person in system.roster.people.items():
        system.roster.people[own] = replace(person, sis_id=None, email=None)
    assert not system.users().faults


def test_who_is_in_several_sections_is_listed_once_by_what_counts_most(system: System) -> None:
    add(system, "900", "3", standing="inactive", section="11")
    add(system, "901", "3", standing="ended", section="12", begins_on=datetime.date(2026, 1, 5))
    add(system, "902", "3", role="teacher", section="13", standing="future")
    found = [row for row in system.enrollments().records if (row.course_id, row.user_id) == ("1", "3")]
    assert {(row.role, row.standing) for row in found} == {
        (Role.STUDENT, Standing.ACTIVE),
        (Role.TEACHER, Standing.FUTURE),
    }
    assert len(found) == 2


def test_dates_of_several_sections_are_the_widest(system: System) -> None:
    system.roster.enrollments.clear()
    early, late = datetime.date(2026, 9, 1), datetime.date(2026, 11, 1)
    add(system, "1", "3", begins_on=late, ends_on=late)
    add(system, "2", "3", begins_on=early, ends_on=early)
    (row,) = system.enrollments().records
    assert (row.id, row.begins_on, row.ends_on) == ("1", early, late)
    add(system, "3", "3")
    (row,) = system.enrollments().records
    assert (row.begins_on, row.ends_on) == (None, None)


def test_observers_and_test_students_are_left_out(system: System) -> None:
    system.roster.people["800"] = Person("800", "Test", "Student", "test")
    system.roster.people["801"] = Person("801", "Par", "Ent", "parent")
    add(system, "900", "800", role="test")
    add(system, "901", "801", role="parent")
    found = system.enrollments()
    assert not {"800", "801"} & {row.user_id for row in found.records}
    assert not found.faults
    assert "800" not in system.users().ids


def test_states_are_asked_for_and_told(system: System) -> None:
    for number, standing in enumerate(("future", "ended", "inactive")):
        own = str(3 + number)
        (key,) = [row.id for row in system.roster.enrollments.values() if (row.course_id, row.person_id) == ("1", own)]
        system.roster.enrollments[key] = replace(system.roster.enrollments[key], standing=standing)
    found = {row.user_id: row.standing for row in system.enrollments().records if row.course_id == "1"}
    assert [found[own] for own in ("3", "4", "5", "6")] == [
        Standing.FUTURE, Standing.ENDED, Standing.INACTIVE, Standing.ACTIVE,
    ]  # fmt: skip


def test_an_unknown_role_is_told_and_left_out(system: System) -> None:
    add(system, "900", "3", role="MentorEnrollment")
    found = system.enrollments()
    fault = found.fault("lms-role")
    assert (fault.id, fault.field, fault.kind) == ("900", "type", Kind.ENROLLMENT)
    assert "/courses/1/enrollments" in str(fault.place)
    assert system.of_course("1") in found.complete


def test_a_role_of_the_institution_is_what_its_settings_say(system: System) -> None:
    add(system, "900", "3", role="MentorEnrollment")
    source = Canvas(system.source._client, roles={"MentorEnrollment": Role.ASSISTANT})  # type: ignore[attr-defined]
    found = gather(source.enrollments(system.courses()))
    assert Role.ASSISTANT in {row.role for row in found.records if row.user_id == "3"}
    assert not found.faults


def test_a_merged_person_is_the_one_that_is_left(system: System) -> None:
    system.roster.people["3"] = replace(system.roster.people["3"], sis_id=None)
    system.double.merge("4", into="3")
    users = by_id(system.users().records)
    assert "4" not in users
    assert users["3"].sis_id == "S00003"
    rows = [row for row in system.enrollments().records if row.user_id in {"3", "4"}]
    assert [(row.course_id, row.user_id) for row in rows] == [("1", "3"), ("2", "3")]


def test_days_are_those_of_the_course_and_nothing_secret_is_kept(system: System) -> None:
    course = system.courses()[0]
    term = system.roster.terms["1"]
    assert (course.starts_on, course.ends_on) == (term.starts_on, term.ends_on)
    assert (course.school, course.term) == ("Oak School", "Autumn")
    assert course.raw is not None
    assert "calendar" not in course.raw
    (assignment, *_) = gather(system.source.assignments(system.courses())).records
    assert assignment.raw is not None
    assert "secure_params" not in assignment.raw


def test_moments_are_utc_and_one_without_a_zone_is_told(system: System) -> None:
    naive = datetime.datetime(2026, 10, 5, 8, 30)  # noqa: DTZ001
    system.roster.assignments["7"] = Assignment("7", "1", "Quiz", None, naive)
    found = gather(system.source.assignments(system.courses()))
    read = by_id(found.records)
    assert read["1"].due_at == datetime.datetime(2026, 10, 1, 21, 59, tzinfo=datetime.UTC)
    assert (read["7"].due_at, read["7"].points) == (naive.replace(tzinfo=datetime.UTC), None)
    assert (found.fault("lms-no-zone").id, found.fault("lms-no-zone").field) == ("7", "due_at")
    assert Scope(Kind.ASSIGNMENT, "1") in found.complete


def add(system: System, own: str, person: str, **more: Any) -> None:
    system.roster.enrollments[own] = Enrollment(own, "1", person, **more)
