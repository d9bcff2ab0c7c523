"""Who is in a course: paging, standing, roles."""

from dataclasses import replace
from typing import Any

import pytest

from tests.lms.doubles.moodle import TOKEN
from tests.lms.doubles.roster import Enrollment
from tests.lms.sources.gathering import gather
from tests.lms.sources.moodle.conftest import ROLL
from tests.lms.sources.moodle.moving import changed_page, leaves_before_page
from tests.lms.sources.systems import System
from toolbox_cli.core.findings import Severity
from toolbox_cli.lms.sources.moodle.source import Moodle
from toolbox_cli.lms.sources.records import Role, Standing

ONE, TWO = "10", "11"


def enroll(system: System, person: str, role: str, standing: str = "active") -> None:
    own = str(900 + len(system.roster.enrollments))
    system.roster.enrollments[own] = Enrollment(own, ONE, person, role, standing)


def roles_of(system: System, person: str) -> set[tuple[Role, Standing | None]]:
    return {
        (row.role, row.standing)
        for row in system.enrollments().records
        if (row.course_id, row.user_id) == (ONE, person)
    }


def test_pages_are_asked_for_until_nobody_new_comes(system: System) -> None:
    assert len(gather(system.source.enrollments(system.courses()[:1])).records) == 6
    froms = [sent["options[0][value]"] for sent in system.double.called(ROLL) if "options[4][name]" not in sent]
    assert froms == ["0", "3", "5"]
    sent = system.double.called(ROLL)[0]
    names = {value: sent[name.replace("[name]", "[value]")] for name, value in sent.items() if name.endswith("[name]")}
    assert names == {"limitfrom": "0", "limitnumber": "500", "sortby": "id", "userfields": "id,roles"}


@pytest.mark.parametrize("rows", [1, 2, 3, 5, 6, 7, 500])
def test_a_short_page_is_no_end(system: System, rows: int) -> None:
    system.double.page_rows = rows
    found = gather(system.source.enrollments(system.courses()[:1]))
    assert len(found.records) == 6
    assert found.of(system.of_course(ONE))


def test_people_who_are_hidden_in_a_course_lose_nobody_else(system: System) -> None:
    """The database counts them, and they are left out of the page afterwards."""
    system.double.unseen = {"12", "14"}
    found = gather(system.source.enrollments(system.courses()[:1]))
    assert {row.user_id for row in found.records} == {"10", "13", "15", "16"}


def test_a_page_that_is_empty_in_the_middle_is_no_end(system: System) -> None:
    system.trouble_with_course(ONE, changed_page(lambda _: []), page=2)
    found = system.enrollments()
    assert found.broken[system.of_course(ONE)].code == "lms-moved"
    assert not [row for row in found.records if row.course_id == ONE]
    assert found.of(system.of_course(TWO))
    assert "limitfrom=3" in (found.broken[system.of_course(ONE)].place or "")


def test_somebody_who_comes_while_we_read_pushes_nobody_out(system: System) -> None:
    def comes(exchange: Any) -> bool:
        enroll(system, "11", "student")
        return exchange.send(exchange.handle())

    system.trouble_with_course(ONE, comes, page=2)
    found = system.enrollments()
    assert found.of(system.of_course(ONE))
    assert len([row for row in found.records if row.course_id == ONE]) == 6
    assert len([row for row in system.enrollments().records if row.course_id == ONE]) == 7


@pytest.mark.parametrize("page", [2, 3, 4, 5])
def test_somebody_who_leaves_while_we_read_pulls_nobody_out(system: System, page: int) -> None:
    """Either it is noticed, or everybody who stays is there."""
    leaves_before_page(system, ONE, page)
    found = system.enrollments()
    stay = {row.person_id for row in system.roster.enrollments.values() if row.course_id == ONE}
    assert not found.of(system.of_course(ONE)) or stay <= {row.user_id for row in found.records}
    assert system.enrollments().of(system.of_course(ONE))


def test_somebody_who_is_switched_on_between_the_two_lists_is_on_one(system: System) -> None:
    enrollment = next(row for row in system.roster.enrollments.values() if row.person_id == "13")
    system.roster.enrollments[enrollment.id] = replace(enrollment, standing="inactive")

    def switched(exchange: Any) -> bool:
        system.roster.enrollments[enrollment.id] = replace(enrollment, standing="active")
        return exchange.send(exchange.handle())

    system.trouble_with_course(ONE, switched, page=4)
    assert roles_of(system, "13") == {(Role.STUDENT, Standing.ACTIVE)}


@pytest.mark.parametrize("standing", ["inactive", "future", "ended"])
def test_who_is_not_active_is_inactive_for_whatever_reason(system: System, standing: str) -> None:
    enroll(system, "11", "student", standing)
    assert roles_of(system, "11") == {(Role.STUDENT, Standing.INACTIVE)}


def test_that_nobody_is_active_is_asked_for_twice(system: System) -> None:
    system.double.trouble(changed_page(lambda _: []), ROLL, course=ONE, nth=4)
    found = system.enrollments()
    assert found.of(system.of_course(ONE))
    assert {row.standing for row in found.records if row.course_id == ONE} == {Standing.ACTIVE}


def test_a_suspended_account_is_off_and_its_enrollment_active(system: System) -> None:
    system.roster.people["13"] = replace(system.roster.people["13"], enabled=False)
    assert [user.id for user in system.users().records if not user.enabled] == ["13"]
    assert roles_of(system, "13") == {(Role.STUDENT, Standing.ACTIVE)}


def test_somebody_has_an_enrollment_for_each_role(system: System) -> None:
    for role in ("assistant", "admin", "coursecreator"):
        enroll(system, "13", role)
    assert {role for role, _ in roles_of(system, "13")} == {Role.STUDENT, Role.ASSISTANT, Role.ADMIN}


def test_an_unknown_role_is_told_and_removes_nobody(system: System) -> None:
    enroll(system, "11", "tutor")
    found = system.enrollments()
    fault = found.fault("lms-unknown-role")
    assert (fault.id, fault.field, fault.severity) == ("11", "roles", Severity.WARNING)
    assert "`tutor`" in fault.message
    assert "courseid=10" in (fault.place or "")
    assert found.broken[system.of_course(ONE)].code == "lms-roles-unread"
    assert len([row for row in found.records if row.course_id == ONE]) == 6
    assert found.of(system.of_course(TWO))


@pytest.mark.parametrize(("meaning", "read"), [(Role.ASSISTANT, {Role.ASSISTANT}), (None, set())])
def test_an_institution_says_what_its_roles_are(system: System, meaning: Role | None, read: set[Role]) -> None:
    enroll(system, "11", "tutor")
    source = Moodle(system.source._service.client, TOKEN, roles={"tutor": meaning})  # type: ignore[attr-defined]
    found = gather(source.enrollments(system.courses()))
    assert {row.role for row in found.records if (row.course_id, row.user_id) == (ONE, "11")} == read
    assert found.of(system.of_course(ONE))


def test_somebody_in_no_role_is_told_and_left_out(system: System) -> None:
    enroll(system, "11", "none")
    found = system.enrollments()
    assert found.fault("lms-no-role").id == "11"
    assert found.of(system.of_course(ONE))


def test_roles_that_are_hidden_are_no_roles_that_were_lost(system: System) -> None:
    system.trouble_with_course(ONE, changed_page(lambda rows: [{"id": row["id"]} for row in rows]), times=3)
    found = system.enrollments()
    assert found.broken[system.of_course(ONE)].code == "lms-rows-lost"
    assert len([fault for fault in found.faults if fault.code == "lms-no-role"]) > 0


def test_a_row_without_an_id_may_be_anybody_in_the_course(system: System) -> None:
    system.trouble_with_course(ONE, changed_page(lambda rows: [{**rows[0], "id": None}, *rows[1:]]))
    found = system.enrollments()
    assert found.broken[system.of_course(ONE)].code == "lms-rows-lost"
    assert "limitfrom=0 row 1" in (found.fault("lms-no-id").place or "")


def test_a_course_that_is_gone_or_closed_keeps_no_other(system: System) -> None:
    courses = system.courses()
    system.double.closed = {ONE}
    found = gather(system.source.enrollments([*courses, courses[0]._replace(id="777")]))
    assert found.complete == {system.of_course(TWO)}
    assert found.broken[system.of_course(ONE)].code == "lms-forbidden"
    assert "moodle/course:enrolreview" in (found.broken[system.of_course(ONE)].remedy or "")
    assert found.broken[system.of_course("777")].code == "lms-not-found"


def test_rolls_that_were_read_for_the_people_are_not_read_again(system: System) -> None:
    courses = system.courses()
    gather(system.source.users(courses))
    asked = len(system.double.called(ROLL))
    found = gather(system.source.enrollments(courses))
    assert len(system.double.called(ROLL)) == asked
    assert len(found.records) == len(system.roster.enrollments)
    gather(system.source.enrollments(courses))
    assert len(system.double.called(ROLL)) == 2 * asked
