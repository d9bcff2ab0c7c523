"""What rows mean: 1.1 and 1.2, truth as text, members that are missing, and what people write into them."""

import datetime
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.lms.doubles.oneroster import MADE_AT, OneRosterDouble
from tests.lms.doubles.roster import Enrollment, Person, Term, district
from tests.lms.sources.gathering import by_id
from tests.lms.sources.oneroster.rest.connecting import ASSIGNMENTS, COURSES, ENROLLMENTS, USERS, Server
from tests.support.web import Asked
from toolbox_cli.core.findings import Severity
from toolbox_cli.lms.sources.records import Kind, Role, Standing

RECORDED = Path("fixtures/lms/recorded/oneroster")
VERSIONS = pytest.mark.parametrize("version", ["1.1", "1.2"])


def change(server: Server, name: str, own: str, **members: Any) -> None:
    """Let one row of a list be sent with other members."""
    before = server.double.row
    server.double.row = lambda of, row: before(of, {**row, **members} if (of, row["sourcedId"]) == (name, own) else row)


def paged(body: dict[str, Any], name: str, asked: Asked) -> Any:
    return {name: body[name][int(asked.query["offset"]) :]}


@VERSIONS
def test_both_versions_tell_the_same(opened: Callable[..., Server], version: str) -> None:
    server = opened(version)
    users, courses, enrollments = server.users(), server.courses(), server.enrollments()
    assert users.complete | courses.complete | enrollments.complete == {USERS, COURSES, ENROLLMENTS}
    teacher, student = users.records[0], users.records[-1]
    assert (teacher.id, teacher.role, teacher.username, teacher.email) == (
        "1",
        Role.TEACHER,
        "user0",
        "user0@school.example",
    )
    assert (student.role, student.sis_id, student.enabled) == (Role.STUDENT, "S00006", True)
    course = courses.records[0]
    assert (course.title, course.grade, course.subject) == ("Course 0", "5", "Math")
    assert (course.school, course.term) == ("Oak School", "Autumn")
    assert (course.starts_on, course.ends_on) == (datetime.date(2026, 8, 24), datetime.date(2026, 12, 18))
    assert course.raw["classCode"] == "S1"
    rows = {(row.course_id, row.user_id, row.role, row.primary) for row in enrollments.records}
    assert ("1", "1", Role.TEACHER, True) in rows
    assert ("2", "7", Role.STUDENT, False) in rows
    assert not [*users.faults, *courses.faults, *enrollments.faults]


@pytest.mark.parametrize("name", ["users", "orgs", "academicSessions", "classes", "courses", "enrollments"])
def test_the_double_answers_as_recorded(server: Server, name: str) -> None:
    """Each member of the recording is one of ours, of the same type; but those that a single roster has no word for."""
    recorded = json.loads((RECORDED / f"{name}.json").read_text())[name][0]
    rows = OneRosterDouble._rows(server.double, name)  # noqa: SLF001  what it answers before it cuts pages
    ours = next(row for row in rows if row["sourcedId"])
    given = {member: value for member, value in recorded.items() if member in ours}
    assert set(recorded) - set(ours) <= {"parent", "grades", "beginDate"}
    assert {member: type(value) for member, value in given.items()} == {member: type(ours[member]) for member in given}


def test_recorded_answers_are_read(server: Server) -> None:
    for name in ("users", "orgs", "academicSessions", "classes", "courses", "enrollments"):
        body = json.loads((RECORDED / f"{name}.json").read_text())
        server.web.on("GET", server.double.path(name), partial(paged, body, name))
    people, courses, enrollments = server.users(), server.courses(), server.enrollments()
    assert [(one.username, one.role) for one in people.records] == [
        ("user19", Role.TEACHER), ("user391", Role.STUDENT), ("user692", Role.STUDENT),
    ]  # fmt: skip
    assert {(one.grade, one.enabled) for one in people.records} == {("09", True)}
    assert {(one.term, one.ends_on) for one in courses.records} == {("Fall 2026", datetime.date(2026, 12, 18))}
    assert {one.school for one in courses.records} == {"Peer High"}
    assert {(one.role, one.begins_on) for one in enrollments.records} == {(Role.STUDENT, datetime.date(2026, 8, 20))}
    assert (people.of(USERS), courses.of(COURSES), enrollments.of(ENROLLMENTS)) == (True, True, True)


@VERSIONS
@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("student", Role.STUDENT), ("Teacher", Role.TEACHER), ("administrator", Role.ADMIN), ("aide", Role.ASSISTANT),
        ("proctor", Role.ASSISTANT), ("siteAdministrator", Role.ADMIN), ("principal", Role.ADMIN),
        ("ext:coach", Role.ASSISTANT),
    ],
)  # fmt: skip
def test_roles(opened: Callable[..., Server], version: str, word: str, role: Role) -> None:
    server = opened(version, roles={"ext:coach": Role.ASSISTANT})
    server.roster.people["7"] = replace(server.roster.people["7"], role=word)
    found = server.users()
    assert by_id(found.records)["7"].role is role
    assert not found.faults


@VERSIONS
def test_parents_are_left_out_and_counted(opened: Callable[..., Server], version: str) -> None:
    server = opened(version)
    for own in ("6", "7"):
        server.roster.people[own] = replace(server.roster.people[own], role="guardian")
    found = server.users()
    assert sorted(found.ids) == ["1", "2", "3", "4", "5"]
    note = found.fault("lms-role-skipped")
    assert "2 rows" in note.message
    assert note.severity is Severity.NOTE
    assert found.of(USERS)


@VERSIONS
def test_an_unknown_role_is_told_with_its_id(opened: Callable[..., Server], version: str) -> None:
    server = opened(version)
    server.roster.people["3"] = replace(server.roster.people["3"], role="wizard")
    server.roster.enrollments["2"] = replace(server.roster.enrollments["2"], role="wizard")
    for found, own in ((server.users(), "3"), (server.enrollments(), "2")):
        fault = found.fault("lms-unknown-role")
        assert (fault.id, fault.field) == (own, "role")
        assert "`wizard`" in fault.message
        assert "s?offset=" in str(fault.place)
        assert own not in found.ids


@pytest.mark.parametrize(
    ("held", "role"),
    [
        ([("primary", "student", None), ("secondary", "teacher", None)], Role.STUDENT),
        ([("secondary", "student", None), ("primary", "teacher", None)], Role.TEACHER),
        ([("primary", "student", None), ("primary", "teacher", None)], Role.TEACHER),
        ([("primary", "student", "2026-06-30"), ("secondary", "teacher", None)], Role.TEACHER),
        ([("primary", "student", "2026-06-30")], Role.STUDENT),
        ([("primary", "parent", None), ("secondary", "teacher", None)], Role.TEACHER),
        ([("primary", "wizard", None), ("secondary", "aide", "bad day")], Role.ASSISTANT),
    ],
)
def test_who_has_several_roles(server: Server, held: list[tuple[str, str, str | None]], role: Role) -> None:
    roles = [{"roleType": kind, "role": word, "endDate": end} for kind, word, end in held]
    change(server, "users", "4", roles=roles)
    found = server.users()
    assert by_id(found.records)["4"].role is role
    assert not found.faults


@pytest.mark.parametrize("roles", [None, [], "student"])
def test_people_without_a_role_are_read_and_counted(server: Server, roles: Any) -> None:
    change(server, "users", "4", roles=roles)
    found = server.users()
    assert by_id(found.records)["4"].role is None
    assert "1 people" in found.fault("lms-no-role").message


def test_members_that_are_missing_are_normal(server: Server) -> None:
    server.roster.people["4"] = Person("4", "Only", "Names")
    found = server.users()
    user = by_id(found.records)["4"]
    assert (user.email, user.username, user.sis_id, user.grade, user.enabled) == (None, None, None, None, True)
    assert not found.faults
    assert found.of(USERS)


@pytest.mark.parametrize(
    ("sent", "enabled"), [("false", False), (False, False), ("true", True), (True, True), (None, True)]
)
def test_an_account_that_is_off_is_not_removed(server: Server, sent: Any, enabled: bool) -> None:
    change(server, "users", "4", enabledUser=sent)
    user = by_id(server.users().records)["4"]
    assert (user.enabled, user.removed) == (enabled, False)


def test_truth_that_is_none_is_told(server: Server) -> None:
    change(server, "users", "4", enabledUser="perhaps")
    found = server.users()
    fault = found.fault("lms-value")
    assert (fault.id, fault.field) == ("4", "enabledUser")
    assert by_id(found.records)["4"].enabled


def test_tombstones_and_inactive_ones(server: Server) -> None:
    server.double.bury("users", "4", MADE_AT)
    server.double.bury("enrollments", "3", MADE_AT)
    server.double.bury("classes", "2", MADE_AT, "inactive")
    server.roster.enrollments["4"] = replace(server.roster.enrollments["4"], standing="inactive")
    change(server, "users", "5", status="inactive")
    users, enrollments = by_id(server.users().records), by_id(server.enrollments().records)
    assert [own for own, user in users.items() if user.removed] == ["4"]
    assert [own for own, user in users.items() if not user.enabled] == ["5"]
    assert [own for own, row in enrollments.items() if row.removed] == ["3"]
    assert [own for own, row in enrollments.items() if row.standing is Standing.INACTIVE] == ["4"]
    assert [course.id for course in server.courses().records if course.removed] == ["2"]


def test_a_tombstone_needs_no_role(server: Server) -> None:
    change(server, "users", "4", status="tobedeleted", roles=[{"role": "wizard"}])
    found = server.users()
    assert by_id(found.records)["4"].removed
    assert not found.faults


def test_a_status_that_is_none_removes_nobody(server: Server) -> None:
    change(server, "users", "4", status="archived?")
    found = server.users()
    fault = found.fault("lms-status")
    assert (fault.id, fault.field) == ("4", "status")
    assert "4" not in found.ids


def test_nul_and_halves_of_characters_are_left_out_and_told(server: Server) -> None:
    server.roster.people["4"] = replace(server.roster.people["4"], family_name="N\x00g\ud83d", given_name="Zoe\u0308 ")
    server.roster.courses["1"] = replace(server.roster.courses["1"], title="Bio\x00logy")
    change(server, "classes", "1", metadata={"note": "a\x00b", "password": "x"})
    found, courses = server.users(), server.courses()
    user = by_id(found.records)["4"]
    assert (user.given_name, user.family_name) == ("Zo\u00eb", "Ng")
    assert found.fault("lms-nul").id == "4"
    assert found.of(USERS)
    course = by_id(courses.records)["1"]
    assert course.title == "Biology"
    assert course.raw["metadata"] == {"note": "ab"}
    assert "\x00" not in repr(course.raw)


def test_64_bit_ids_are_exact(opened: Callable[..., Server]) -> None:
    first = 9_007_199_254_740_993
    server = opened(roster=district(id_from=first))
    server.double.row = lambda name, row: {**row, "sourcedId": int(row["sourcedId"])} if name == "users" else row
    assert str(first) in server.users().ids
    assert {row.user_id for row in server.enrollments().records} == set(server.roster.people)


def test_a_class_refers_to_what_is_not_there(server: Server) -> None:
    change(server, "classes", "1", school={"sourcedId": "9", "type": "org"}, terms=[{"sourcedId": "8"}])
    found = server.courses()
    assert [(fault.id, fault.field) for fault in found.faults] == [("1", "terms"), ("1", "school")]
    assert by_id(found.records)["1"].school is None
    assert found.of(COURSES)


def test_what_a_class_lacks_its_course_may_say(server: Server) -> None:
    change(server, "classes", "1", title="", classCode=None, grades=None, subjects=[])
    course = by_id(server.courses().records)["1"]
    assert (course.title, course.grade, course.subject) == ("All Course 0", "09", "Math")


def test_terms_that_are_several(server: Server) -> None:
    days = (datetime.date(2027, 1, 4), datetime.date(2027, 6, 11))
    server.roster.terms["2"] = Term("2", "Spring", *days)
    change(server, "classes", "1", terms=[{"sourcedId": "1"}, {"sourcedId": "2"}], grades="KG, 01")
    course = by_id(server.courses().records)["1"]
    assert (course.term, course.grade) == ("Autumn, Spring", "KG,01")
    assert (course.starts_on, course.ends_on) == (datetime.date(2026, 8, 24), days[1])


def test_student_and_teacher_in_one_class_and_dates(server: Server) -> None:
    server.roster.enrollments["90"] = Enrollment(
        "90", "1", "7", "teacher", begins_on=datetime.date(2027, 1, 4), ends_on=datetime.date(2027, 6, 11)
    )
    found = by_id(server.enrollments().records)
    assert {row.role for row in found.values() if (row.course_id, row.user_id) == ("1", "7")} == {
        Role.STUDENT,
        Role.TEACHER,
    }
    assert (found["90"].begins_on, found["90"].ends_on) == (datetime.date(2027, 1, 4), datetime.date(2027, 6, 11))


@pytest.mark.parametrize("sent", ["2026-02-30", "soon", "31.12.2026", {"a": 1}])
def test_a_date_that_is_none_is_told(server: Server, sent: Any) -> None:
    change(server, "enrollments", "3", beginDate=sent)
    found = server.enrollments()
    assert by_id(found.records)["3"].begins_on is None
    assert found.of(ENROLLMENTS)
    if isinstance(sent, str):
        assert found.fault("lms-value").id == "3"


def test_line_items(server: Server) -> None:
    found = server.assignments()
    assert found.of(ASSIGNMENTS)
    item = found.records[0]
    assert (item.id, item.course_id, item.title, item.kind, item.points) == ("1", "1", "Essay 0", "Essays", Decimal(50))
    assert item.due_at == datetime.datetime(2026, 10, 1, 21, 59, tzinfo=datetime.UTC)
    assert item.raw["title"] == "Essay 0"
    assert not found.faults


def test_moments_without_a_zone_and_dates_alone(opened: Callable[..., Server]) -> None:
    server = opened(zone=datetime.timezone(datetime.timedelta(hours=-5)))
    change(server, "lineItems", "1", dueDate="2026-10-01T08:00:00")
    change(server, "lineItems", "2", dueDate="2026-10-01")
    found = server.assignments()
    first, second = found.records
    assert first.due_at == datetime.datetime(2026, 10, 1, 13, tzinfo=datetime.UTC)
    assert second.due_at == datetime.datetime(2026, 10, 2, 4, 59, 59, tzinfo=datetime.UTC)
    assert (found.fault("lms-no-zone").id, found.fault("lms-no-zone").kind) == ("1", Kind.ASSIGNMENT)


@pytest.mark.parametrize("points", ["many", float("1e300"), -5])
def test_points_that_are_none(server: Server, points: Any) -> None:
    change(server, "lineItems", "1", resultValueMax=points)
    found = server.assignments()
    assert by_id(found.records)["1"].points is None
    assert found.of(ASSIGNMENTS)
