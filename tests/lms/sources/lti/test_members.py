import math
from dataclasses import replace
from typing import Any

import pytest

from tests.lms.doubles.lti import TYPES
from tests.lms.doubles.roster import district
from tests.lms.sources.gathering import by_id, gather
from tests.lms.sources.lti.conftest import MEMBERSHIPS, Tool
from tests.support.web import (
    Answer,
    Trouble,
    altered,
    cut_before,
    cut_within,
    drip,
    html_page,
    instead,
    link,
    redirect,
    silent,
    throttled,
)
from toolbox_cli.core.http.errors import NoConnectionError, ThrottledError
from toolbox_cli.lms.sources.lti.platform import Context
from toolbox_cli.lms.sources.records import Course, Kind, Role, Scope, Standing

USERS = Scope(Kind.USER)


def members(change: Any) -> Trouble:
    return altered(
        lambda answer: Answer({**answer.body, "members": change(answer.body["members"])}, headers=answer.headers)
    )


def test_reads_the_members_of_each_course_to_the_end(tool: Tool) -> None:
    found = tool.enrollments()
    assert {(row.course_id, row.user_id, row.role) for row in found.records} == {
        (row.course_id, row.person_id, Role(row.role)) for row in tool.roster.enrollments.values()
    }
    assert found.complete == {tool.of_course("1"), tool.of_course("2")}
    assert {row.standing for row in found.records} == {Standing.ACTIVE}
    assert not found.faults


def test_people_come_once_and_are_never_all(tool: Tool) -> None:
    found = tool.users()
    assert sorted(found.ids) == sorted(tool.roster.people)
    assert not found.complete
    assert not found.broken
    person = by_id(found.records)["3"]
    assert (person.given_name, person.username, person.sis_id, person.role) == ("Given2", "user2", "S00002", None)


def test_courses_are_named_and_never_all(tool: Tool) -> None:
    found = gather(tool.source.courses())
    assert [(course.id, course.title) for course in found.records] == [("1", "Course 0"), ("2", "Course 1")]
    assert not found.complete
    assert any("can't be looked for" in sentence for sentence in tool.source.cannot)
    knows = tool.source.knows
    assert not any((knows.changes, knows.tombstones, knows.dates))


def test_one_run_reads_each_course_once_and_the_next_anew(tool: Tool) -> None:
    def run() -> int:
        before = len(tool.web.asked)
        courses = gather(tool.source.courses()).records
        gather(tool.source.users(courses))
        gather(tool.source.enrollments(courses))
        return sum("memberships" in asked.path for asked in tool.web.asked[before:])

    pages_looked_at_twice = 8
    assert run() == pages_looked_at_twice
    assert run() == pages_looked_at_twice
    tool.roster.enrollments.clear()
    assert not tool.enrollments().records


def test_asks_for_what_the_service_gives(tool: Tool) -> None:
    tool.enrollments()
    asked = next(asked for asked in tool.web.asked if "memberships" in asked.path)
    assert asked.headers["accept"] == TYPES["members"]
    assert asked.query == {"limit": "100"}


def test_an_empty_course_is_complete_and_empty(tool: Tool) -> None:
    tool.roster.enrollments.clear()
    found = tool.enrollments()
    assert not found.records
    assert len(found.complete) == 2


def test_a_platform_that_cuts_lists_in_silence_is_not_believed(tool: Tool) -> None:
    tool.double.links = False
    found = tool.enrollments()
    assert not found.complete
    assert not found.records
    assert {fault.code for fault in found.broken.values()} == {"lms-incomplete"}


def test_a_platform_that_gives_all_or_says_that_there_is_more_is_believed(tool: Tool) -> None:
    tool.double.page_rows = 1000
    assert len(tool.enrollments().complete) == 2
    assert sum(asked.query.get("limit") == "1" for asked in tool.web.asked) == 1
    source = tool.again()
    for number in range(2):
        tool.web.trouble(members(lambda _: tool.double.members("1")), path=MEMBERSHIPS.format("1"), nth=number + 1)
    tool.double.links = False
    assert tool.of_course("1") in gather(source.enrollments(tool.courses()[:1])).complete


@pytest.mark.parametrize("value", ["</m?from=4>; rel=“next”", "<m?a=4&amp;b=4>; rel=next", "/m?from=4; rel=next"])
def test_a_malformed_link_is_no_end(tool: Tool, value: str) -> None:
    wrong = value.encode().decode("latin-1")
    tool.trouble("1", link(wrong))
    found = tool.enrollments()
    assert found.complete == {tool.of_course("2")}
    assert "Link" in found.broken[tool.of_course("1")].message
    assert {row.course_id for row in found.records} == {"2"}


@pytest.mark.parametrize("where", ["http://localhost:1/m?from=4", "//evil.example/m", "http://me@127.0.0.1/m"])
def test_a_link_to_another_host_is_not_followed(tool: Tool, where: str) -> None:
    tool.trouble("1", link(f'<{where}>; rel="next"'))
    found = tool.enrollments()
    assert found.complete == {tool.of_course("2")}
    assert "another server" in found.broken[tool.of_course("1")].message


def test_a_link_in_a_circle_is_no_end(tool: Tool) -> None:
    tool.trouble("1", link(f'<{tool.double.memberships_url("1")}?limit=100>; rel="next"'))
    found = tool.enrollments()
    assert found.complete == {tool.of_course("2")}
    assert "leads back" in found.broken[tool.of_course("1")].message


def test_a_redirect_to_another_host_is_not_followed(tool: Tool) -> None:
    tool.trouble("1", redirect("http://localhost:1/m"))
    assert tool.enrollments().complete == {tool.of_course("2")}


def test_an_address_of_another_host_is_not_asked(tool: Tool) -> None:
    source = tool.again([Context("1", "http://localhost:1/members"), tool.contexts[1]])
    found = gather(source.enrollments(tool.courses()))
    assert found.complete == {tool.of_course("2")}
    assert "is not asked" in found.broken[tool.of_course("1")].message


def test_a_page_that_comes_again_is_not_complete(tool: Tool) -> None:
    first = tool.double.members("1")[3]
    tool.trouble("1", members(lambda rows: [first, *rows]), page=2)
    found = tool.enrollments()
    assert found.complete == {tool.of_course("2")}
    assert found.broken[tool.of_course("1")].code == "lms-moved"
    assert found.fault("lms-moved").id == first["user_id"]


def test_an_id_that_stands_twice_is_told_and_taken_once(tool: Tool) -> None:
    tool.trouble("1", members(lambda rows: [rows[0], *rows]))
    found = tool.enrollments()
    assert found.fault("lms-twice").id == "1"
    assert [row.user_id for row in found.records if row.course_id == "1"].count("1") == 1


@pytest.mark.parametrize("bad", [None, {}, 1.5, True, "", ["x"]])
def test_a_member_without_an_id_may_be_anybody(tool: Tool, bad: Any) -> None:
    tool.trouble("1", members(lambda rows: [{**rows[0], "user_id": bad}, *rows[1:]]))
    found = tool.enrollments()
    assert found.complete == {tool.of_course("2")}
    assert found.broken[tool.of_course("1")].code == "lms-rows-lost"
    assert found.fault("lms-no-id").kind is Kind.ENROLLMENT


@pytest.mark.parametrize("row", [None, 7, "Learner", []])
def test_a_row_that_is_none_may_be_anybody(tool: Tool, row: Any) -> None:
    tool.trouble("1", members(lambda rows: [row, *rows[1:]]))
    assert tool.enrollments().complete == {tool.of_course("2")}


@pytest.mark.parametrize("body", [{"error": "sorry"}, [], "fine", "null", {"members": {}}, {"members": None}])
def test_an_error_with_status_200_is_no_list(tool: Tool, body: Any) -> None:
    tool.trouble("1", instead(Answer(body)))
    found = tool.enrollments()
    assert found.complete == {tool.of_course("2")}
    assert found.broken[tool.of_course("1")].code == "lms-unreadable"


def test_the_members_of_another_course_are_not_taken(tool: Tool) -> None:
    source = tool.again([replace(tool.contexts[0], memberships_url=tool.double.memberships_url("2")), tool.contexts[1]])
    found = gather(source.enrollments(tool.courses()))
    assert found.complete == {tool.of_course("2")}
    assert "another course, `2`" in found.broken[tool.of_course("1")].message
    assert {row.course_id for row in found.records} == {"2"}


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (html_page(), "lms-unreadable"),
        (html_page(500), "lms-unreadable"),
        (instead(Answer("no", 403)), "lms-forbidden"),
        (instead(Answer("no", 404)), "lms-not-found"),
        pytest.param(drip(), "lms-unreadable", marks=pytest.mark.hasty),
        pytest.param(silent(), "lms-unreadable", marks=pytest.mark.hasty),
    ],
)
def test_half_a_course_tells_nothing_of_it_and_keeps_no_other(tool: Tool, trouble: Trouble, code: str) -> None:
    tool.trouble("1", trouble, page=2, times=math.inf)
    found = tool.enrollments()
    assert found.complete == {tool.of_course("2")}
    assert found.broken[tool.of_course("1")].code == code
    assert found.broken[tool.of_course("1")].id == "1"
    assert {row.course_id for row in found.records} == {"2"}
    tool.web.calm()
    assert len(tool.enrollments().complete) == 2


@pytest.mark.parametrize(("retry_after", "waits_s"), [("7", 7), ("Tue, 01 Sep 2026 12:00:09 GMT", 9)])
def test_429_is_waited_out(tool: Tool, retry_after: str, waits_s: float) -> None:
    tool.trouble("1", throttled(retry_after, text="Too many, sorry"), page=2)
    assert len(tool.enrollments().complete) == 2
    assert waits_s in tool.stopped.slept


def test_429_without_end_ends_the_reading(tool: Tool) -> None:
    tool.trouble("1", throttled(), times=math.inf)
    found = tool.enrollments()
    assert isinstance(found.error, ThrottledError)
    assert not found.complete


@pytest.mark.parametrize("trouble", [cut_within(20), cut_within(20, chunked=True), cut_before()])
def test_a_connection_that_is_cut_is_made_again(tool: Tool, trouble: Trouble) -> None:
    tool.trouble("1", trouble, page=2)
    assert len(tool.enrollments().complete) == 2


def test_a_course_that_the_platform_does_not_name_has_the_title_of_its_launch(tool: Tool) -> None:
    def unnamed(answer: Answer) -> Answer:
        return replace(answer, body={**answer.body, "context": {"id": "1"}})

    for context, title in ((tool.contexts[0], "1"), (replace(tool.contexts[0], title="Art"), "Art")):
        tool.trouble("1", altered(unnamed))
        assert [course.title for course in gather(tool.again([context]).courses()).records] == [title]


def test_nobody_there_ends_the_reading(tool: Tool) -> None:
    with tool.web.refusing():
        found = tool.enrollments()
    assert isinstance(found.error, NoConnectionError)
    assert not found.complete
    assert not found.broken


def test_a_course_without_a_launch_is_told(tool: Tool) -> None:
    found = gather(tool.source.enrollments([*tool.courses(), Course("77", "Other")]))
    assert found.broken[tool.of_course("77")].code == "lms-no-launch"
    assert len(found.complete) == 2
    assert sorted(gather(tool.source.users([Course("77", "Other")])).ids) == []


def test_a_course_that_can_not_be_read_is_told_and_left_as_it_is(tool: Tool) -> None:
    tool.trouble("1", html_page(), times=math.inf)
    found = gather(tool.source.courses())
    assert found.ids == ["2"]
    (fault,) = found.faults
    assert (fault.code, fault.kind, fault.id) == ("lms-unreadable", Kind.COURSE, "1")


def test_who_is_not_active_is_missing_and_a_suspended_account_is_not_seen(tool: Tool) -> None:
    for own, row in tool.roster.enrollments.items():
        if row.course_id == "1" and row.person_id == "3":
            tool.roster.enrollments[own] = replace(row, standing="ended")
    tool.roster.people["4"] = replace(tool.roster.people["4"], enabled=False)
    found = tool.enrollments()
    here = {row.user_id for row in found.records if row.course_id == "1"}
    assert "3" not in here
    assert "4" in here
    assert by_id(tool.users().records)["4"].enabled
    assert not tool.source.knows.standing
    said = " ".join(tool.source.cannot)
    assert "active members alone" in said
    assert "suspended account" in said


def test_a_student_who_teaches_is_a_student_alone_there(tool: Tool) -> None:
    tool.enroll("3", role="teacher")
    roles = [row.role for row in tool.enrollments().records if (row.course_id, row.user_id) == ("1", "3")]
    assert roles == [Role.STUDENT]
    assert any("student and teacher" in sentence for sentence in tool.source.cannot)


def test_several_roles_are_several_enrollments(tool: Tool) -> None:
    course = "http://purl.imsglobal.org/vocab/lis/v2/membership"
    tool.double.says["3"] = {
        "roles": [f"{course}#Learner", f"{course}#Instructor", f"{course}/Instructor#PrimaryInstructor"]
    }
    rows = [row for row in tool.enrollments().records if (row.course_id, row.user_id) == ("1", "3")]
    assert {(row.role, row.primary) for row in rows} == {(Role.STUDENT, False), (Role.TEACHER, True)}


@pytest.mark.parametrize(
    ("status", "standing", "removed", "faults"),
    [
        ("Inactive", Standing.INACTIVE, False, 0),
        ("active", Standing.ACTIVE, False, 0),
        (None, Standing.ACTIVE, False, 0),
        ("Deleted", None, True, 0),
        ("Sleeping", None, False, 2),
    ],
)
def test_statuses(tool: Tool, status: str | None, standing: Standing | None, removed: bool, faults: int) -> None:
    tool.double.says["3"] = {"status": status}
    found = tool.enrollments()
    assert {(row.standing, row.removed) for row in found.records if row.user_id == "3"} == {(standing, removed)}
    assert found.codes == ["lms-value"] * faults
    assert len(found.complete) == 2


@pytest.mark.parametrize("words", [["Boss"], [], None, "Learner", [7]])
def test_an_unknown_role_is_told_and_left_out(tool: Tool, words: Any) -> None:
    tool.double.says["1"] = {"roles": words}
    found = tool.enrollments()
    fault = found.fault("lms-role")
    assert (fault.id, fault.field, fault.kind) == ("1", "roles", Kind.ENROLLMENT)
    assert "1" not in {row.user_id for row in found.records}
    assert len(found.complete) == 2
    assert "1" in tool.users().ids


def test_settings_say_what_a_role_means(tool: Tool) -> None:
    tool.double.says["1"] = {"roles": ["Boss"]}
    source = tool.again(roles={"boss": Role.ASSISTANT})
    assert Role.ASSISTANT in {row.role for row in gather(source.enrollments(tool.courses())).records}


def test_a_test_user_is_nobody(tool: Tool) -> None:
    tool.double.says["3"] = {"roles": ["Learner", "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"]}
    assert "3" not in {row.user_id for row in tool.enrollments().records}
    found = tool.users()
    assert "3" not in found.ids
    assert not found.faults


def test_names_that_are_not_told_apart_are_kept_whole(tool: Tool) -> None:
    tool.double.says["3"] = {"given_name": None, "family_name": "", "name": "Ana de la Cruz"}
    person = by_id(tool.users().records)["3"]
    assert (person.given_name, person.family_name) == ("Ana de la Cruz", None)


def test_nul_and_halves_of_characters_are_left_out_and_told_once(tool: Tool) -> None:
    tool.double.says["1"] = {"family_name": "N\x00g\ud83d", "given_name": "Zoe\u0308"}
    found = tool.users()
    person = by_id(found.records)["1"]
    assert (person.given_name, person.family_name) == ("Zoë", "Ng")
    assert found.fault("lms-nul").kind is Kind.USER
    assert not tool.enrollments().faults


def test_64_bit_ids_are_exact(tool: Tool) -> None:
    tool.double.roster = district(id_from=9_007_199_254_740_993)
    own = str(9_007_199_254_740_995)
    tool.double.says[own] = {"user_id": int(own)}
    contexts = [Context(course, tool.double.memberships_url(course)) for course in tool.roster.courses]
    source = tool.again(contexts)
    courses = [Course(course, course) for course in tool.roster.courses]
    assert sorted(gather(source.users(courses)).ids) == sorted(tool.roster.people)


def test_what_a_platform_does_not_share_is_told_once(tool: Tool) -> None:
    for own, person in tool.roster.people.items():
        tool.roster.people[own] = replace(person, email=None, sis_id=None)
    found = tool.users()
    assert found.fault("lms-emails-hidden").field == "email"
    assert found.fault("lms-sis-ids-hidden").field == "lis_person_sourcedid"
    assert {user.email for user in found.records} == {None}
    assert sum("privacy settings" in text for text in tool.source.test().notes) == 2
    tool.roster.people["3"] = replace(tool.roster.people["3"], email="a@school.example", sis_id="S")
    assert not tool.users().faults


def test_says_what_works(tool: Tool) -> None:
    tried = tool.source.test()
    assert tried.version == "1.3"
    assert tried.notes == ("Courses known from launches: 2.", "The course 1 has 1 line items.")
    empty = tool.again([])
    assert "launch from one" in empty.test().notes[0]
    assert all(sentence.endswith(".") for sentence in tool.source.cannot)
