"""Everybody: who is hidden, and what is hidden of them."""

from dataclasses import replace
from typing import Any

import pytest

from tests.lms.doubles.moodle import ADMIN
from tests.lms.doubles.roster import Enrollment
from tests.lms.sources.gathering import gather
from tests.lms.sources.moodle.conftest import LIST
from tests.lms.sources.systems import USERS, System
from tests.support.web import Answer, altered, instead
from toolbox_cli.lms.sources.records import User

BY_FIELD = "core_user_get_users_by_field"


def change(system: System, own: str, **more: Any) -> None:
    system.roster.people[own] = replace(system.roster.people[own], **more)


def test_reads_people_as_they_are(system: System) -> None:
    change(system, "12", enabled=False)
    assert system.users().records[2] == User(
        "12", "user2", "user2@school.example", "Given2", "Family2", "S00002", enabled=False
    )


def test_guest_and_the_tokens_own_account_are_left_out(system: System) -> None:
    assert sorted(system.users().ids) == sorted(system.roster.people)


def test_without_knowing_whose_the_token_is_nobody_is_read(system: System) -> None:
    system.double.trouble(instead(Answer({})), "core_webservice_get_site_info")
    found = system.users()
    assert not found.records
    assert found.broken[USERS].code == "lms-unreadable"
    assert "whose the token is" in found.broken[USERS].message


def test_an_administrator_who_teaches_is_somebody(system: System) -> None:
    own = str(ADMIN)
    system.roster.enrollments["900"] = Enrollment("900", "10", own, "teacher")
    assert own in system.users().ids


def test_who_has_no_address_is_found_by_the_enrollments(system: System) -> None:
    change(system, "13", email=None)
    found = system.users()
    assert "13" in found.ids
    assert found.of(USERS)
    assert [user.email for user in found.records if user.id == "13"] == [None]


def test_who_is_hidden_is_not_gone(system: System) -> None:
    system.double.hidden = {"13", "14"}
    found = system.users()
    assert found.broken[USERS].code == "lms-people-hidden"
    assert "2 people" in found.broken[USERS].message
    assert "such as 13" in found.broken[USERS].message
    system.double.hidden = set()
    assert system.users().of(USERS)


def test_who_hides_an_address_is_not_gone(system: System) -> None:
    system.double.hides_email = {"13"}
    found = system.users()
    assert found.broken[USERS].code == "lms-emails-hidden"
    assert "showuseridentity" in found.broken[USERS].message
    assert "13" in found.ids


def test_a_list_that_comes_short_is_not_complete(system: System) -> None:
    system.trouble_with_users(system.rows(lambda rows: rows[:-3]))
    found = system.users()
    assert found.broken[USERS].code == "lms-list-short"
    assert sorted(found.ids) == sorted(system.roster.people)


def test_an_empty_list_is_not_everybody_gone(system: System) -> None:
    empty = instead(Answer({"users": [], "warnings": []}))
    system.trouble_with_users(empty)
    system.double.trouble(instead(Answer([])), BY_FIELD)
    assert system.users().broken[USERS].code == "lms-people-hidden"


@pytest.mark.parametrize(
    ("right", "fields"),
    [("viewalldetails", "username"), ("viewfullnames", "firstname, lastname"), ("viewhiddendetails", "suspended")],
)
def test_fields_that_vanish_are_not_taken_for_empty(system: System, right: str, fields: str) -> None:
    system.double.rights -= {right}
    found = system.users()
    assert not found.records
    assert found.broken[USERS].code == "lms-fields-hidden"
    assert fields in found.broken[USERS].message
    assert right in (found.broken[USERS].remedy or "")


def test_a_field_that_vanishes_in_one_row_is_noticed(system: System) -> None:
    def without(rows: list[Any]) -> list[Any]:
        return [*rows[:-1], {name: value for name, value in rows[-1].items() if name != "username"}]

    system.trouble_with_users(system.rows(without))
    assert system.users().broken[USERS].code == "lms-fields-hidden"


def test_a_course_that_can_not_be_read_leaves_people_unchecked(system: System) -> None:
    courses = system.courses()
    system.double.closed = {"10"}
    found = gather(system.source.users(courses))
    assert found.broken[USERS].code == "lms-unchecked"
    assert sorted(found.ids) == sorted(system.roster.people)


def test_a_warning_is_heard(system: System) -> None:
    warned = [{"item": "x", "warningcode": "invalidfieldparameter", "message": "The search key is not supported"}]
    system.trouble_with_users(altered(lambda answer: Answer({**answer.body, "warnings": warned})))
    found = system.users()
    assert found.broken[USERS].code == "lms-incomplete"
    assert "search key" in found.broken[USERS].message


def test_who_is_deleted_while_we_read_comes_as_removed(system: System) -> None:
    """The row stays, with a mangled name and address, which must not become theirs."""
    system.trouble_with_users(system.rows(lambda rows: [row for row in rows if row["id"] != 13]))

    def deleted(exchange: Any) -> bool:
        system.double.deleted = {"13"}
        return exchange.send(exchange.handle())

    system.double.trouble(deleted, BY_FIELD)
    found = system.users()
    assert User("13", enabled=False, removed=True) in found.records
    assert found.of(USERS)


def test_an_idnumber_of_two_accounts_tells_nobody_apart(system: System) -> None:
    change(system, "13", sis_id="S00002 ")
    change(system, "14", sis_id=None)
    found = system.users()
    assert {user.id: user.sis_id for user in found.records if user.id in {"12", "13", "14", "15"}} == {
        "12": None, "13": None, "14": None, "15": "S00005",
    }  # fmt: skip
    faults = [fault for fault in found.faults if fault.code == "lms-sis-id-shared"]
    assert [fault.id for fault in faults] == ["12", "13"]
    assert found.of(USERS)


def test_addresses_that_are_shared_or_differ_in_case_stay_as_they_are(system: System) -> None:
    change(system, "13", email="Office@School.example")
    change(system, "14", email="office@school.example")
    emails = {user.id: user.email for user in system.users().records}
    assert (emails["13"], emails["14"]) == ("Office@School.example", "office@school.example")


def test_is_asked_for_by_address(system: System) -> None:
    system.users()
    [sent] = system.double.called(LIST)
    assert (sent["criteria[0][key]"], sent["criteria[0][value]"]) == ("email", "%")


def test_asks_for_few_enough_at_once(system: System) -> None:
    for number in range(500):
        own = str(2000 + number)
        system.roster.people[own] = replace(system.roster.people["13"], id=own, email=None, sis_id=None)
        system.roster.enrollments[own] = Enrollment(own, "10", own)
    system.double.page_rows = 500
    assert len(system.users().records) == 507
    assert len(system.double.called(BY_FIELD)) == 3
