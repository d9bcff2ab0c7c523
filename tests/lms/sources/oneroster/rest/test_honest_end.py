"""No list is called complete that was not read to its honest end, whatever the server makes of pages."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.lms.doubles.roster import Person, district
from tests.lms.sources.oneroster.rest.connecting import ENROLLMENTS, USERS, Server, rows
from tests.support.web import Answer, instead, link
from toolbox_cli.core.findings import Severity

WHOLE = pytest.mark.parametrize("page_rows", [1, 2, 3, 4, 7, 500])


@WHOLE
def test_pages_that_are_cut_without_a_word_lose_nobody(server: Server, page_rows: int) -> None:
    server.double.page_rows = page_rows
    found = server.enrollments()
    assert sorted(found.ids) == sorted(server.roster.enrollments)
    assert found.of(ENROLLMENTS)
    assert not found.faults


def test_a_district_costs_hardly_more_requests_than_it_has_pages(opened: Callable[..., Server]) -> None:
    server = opened(roster=district(courses=7, students=1_079))
    server.double.page_rows = 500
    found = server.enrollments()
    assert len(found.records) == 7_560
    assert len(set(found.ids)) == 7_560
    assert found.of(ENROLLMENTS)
    assert len(server.double.asked_offsets["enrollments"]) <= 7_560 // 500 + 3


def test_asks_in_order_and_with_offsets_of_what_came(server: Server) -> None:
    server.users()
    asked = [one.query for one in server.web.asked if one.path.endswith("/users")]
    assert {one["sort"] for one in asked} == {"sourcedId"}
    assert {one["limit"] for one in asked} == {"500"}
    assert server.double.asked_offsets["users"] == [0, 3, 6, 7]


def test_an_empty_list_is_complete_and_empty(server: Server) -> None:
    server.roster.enrollments.clear()
    found = server.enrollments()
    assert not found.records
    assert found.of(ENROLLMENTS)


@pytest.mark.parametrize("page_rows", [2, 4, 7, 500])
def test_an_honest_count_ends_the_list_and_one_of_the_page_does_not(server: Server, page_rows: int) -> None:
    server.double.page_rows = page_rows
    server.double.total = lambda total, on_page: on_page
    found = server.enrollments()
    assert len(found.records) == len(server.roster.enrollments)
    server.double.asked_offsets.clear()
    server.double.total = lambda total, on_page: total
    found = server.enrollments()
    assert sorted(found.ids) == sorted(server.roster.enrollments)
    assert found.of(ENROLLMENTS)
    if page_rows == 4:
        assert server.double.asked_offsets["enrollments"] == [0, 3, 6, 9]


@pytest.mark.parametrize("said", ["many", "", "-1", "²", "9" * 5_000])
def test_a_count_that_is_none_counts_nothing(server: Server, said: str) -> None:
    server.double.total = lambda total, on_page: said.encode().decode("latin-1")
    assert server.users().of(USERS)


def test_a_count_that_the_rows_do_not_reach_is_never_complete(server: Server) -> None:
    server.double.total = lambda total, on_page: total + 1
    found = server.users()
    assert not found.complete
    fault = found.broken[USERS]
    assert (fault.code, fault.severity) == ("lms-rows-missing", Severity.ERROR)
    assert "8 rows" in fault.message
    assert "7 came" in fault.message
    assert fault.place == "users?offset=7"


def test_a_count_that_sinks_while_pages_are_read_ends_nothing_early(server: Server) -> None:
    """Who left was read already: with them there are as many as the server still counts, and one was not read yet."""
    server.roster.people["8"] = Person("8", "Last", "One")
    server.roster.people["9"] = Person("9", "Very", "Last")
    server.double.total = lambda total, on_page: total
    server.double.before_page = lambda name, offset: server.roster.people.pop("1", None) if offset else None
    found = server.users()
    assert set(found.ids) == {str(own) for own in range(1, 10)}


def test_a_page_that_gives_rows_again_tells_each_once(server: Server) -> None:
    server.trouble(rows("users", lambda page: [*page[:2], *page[1:]]), page=2)
    found = server.users()
    assert sorted(found.ids) == sorted(server.roster.people)
    assert found.of(USERS)
    assert found.fault("lms-rows-repeated").severity is Severity.NOTE


def test_one_id_with_two_meanings_is_told(server: Server) -> None:
    server.trouble(rows("users", lambda page: [page[0], {**page[0], "familyName": "Other"}, *page[1:]]))
    found = server.users()
    twice = found.fault("lms-twice")
    assert (twice.id, twice.place) == ("1", "users?offset=1")
    assert found.ids.count("1") == 1
    assert found.records[0].family_name == "Family0"


def test_a_server_that_ignores_offsets_is_never_complete(server: Server) -> None:
    server.double.offsets = False
    found = server.users()
    assert found.broken[USERS].code == "lms-pages-repeat"
    assert len(server.web.asked) < 10
    assert len(found.ids) == len(set(found.ids)) == 4


def test_one_row_at_whatever_offset_ends(server: Server) -> None:
    server.double.offsets = False
    server.double.page_rows = 1
    assert server.users().broken[USERS].code == "lms-pages-repeat"


def test_rows_without_order_are_never_complete(opened: Callable[..., Server]) -> None:
    server = opened(roster=district(students=60))
    server.double.page_rows = 20
    chance = random.Random(7)  # noqa: S311  no secret
    server.double.sorts = lambda all_rows: chance.sample(all_rows, len(all_rows))
    found = server.users()
    assert not found.complete
    assert found.broken[USERS].code in {"lms-no-order", "lms-moved"}


def test_another_order_than_asked_for_is_fine_while_it_stands(server: Server) -> None:
    server.double.sorts = lambda all_rows: all_rows[::-1]
    assert server.users().of(USERS)


@pytest.mark.parametrize("gone", [["1"], ["1", "2"], ["1", "2", "3", "4"], ["4"], ["2", "4"]])
@pytest.mark.parametrize("at", [1, 2])
def test_who_leaves_while_pages_are_read_hides_nobody_else(server: Server, gone: list[str], at: int) -> None:
    """Rows that move up would be skipped: everybody who is still there must have been read."""
    pages = iter(range(100))

    def leave(name: str, offset: int) -> None:
        if next(pages) == at:
            for own in gone:
                server.roster.people.pop(own)

    server.double.before_page = leave
    found = server.users()
    assert set(found.ids) >= set(server.roster.people)
    assert len(found.ids) == len(set(found.ids))
    assert found.of(USERS)


@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("own", ["0", "00", "35", "9"])
def test_who_joins_while_pages_are_read_hides_nobody_else(server: Server, own: str, at: int) -> None:
    held = set(server.roster.people)
    pages = iter(range(100))

    def join(name: str, offset: int) -> None:
        if next(pages) == at:
            server.roster.people[own] = Person(own, "New", "Comer")

    server.double.before_page = join
    found = server.users()
    assert set(found.ids) >= held
    assert len(found.ids) == len(set(found.ids))
    assert found.of(USERS)


def test_a_server_that_shuffles_at_each_page_is_given_up(opened: Callable[..., Server]) -> None:
    server = opened(roster=district(students=60))
    server.double.page_rows = 5
    new = iter(range(1_000, 9_000))

    def renew(name: str, offset: int) -> None:
        if offset:
            server.roster.people = {str(next(new)): person for person in server.roster.people.values()}

    server.double.before_page = renew
    found = server.users()
    assert found.broken[USERS].code == "lms-moved"
    assert not found.complete
    assert len(server.web.asked) < 150


def test_a_list_that_turns_empty_is_not_complete(server: Server) -> None:
    """Rights that are lost look like nobody there."""
    server.double.before_page = lambda name, offset: server.roster.people.clear() if offset else None
    found = server.users()
    assert found.broken[USERS].code == "lms-rows-vanish"
    assert not found.complete


def test_one_empty_page_in_the_middle_is_not_the_end(server: Server) -> None:
    server.trouble(instead(Answer({"users": []})), page=2)
    found = server.users()
    assert sorted(found.ids) == sorted(server.roster.people)
    assert found.of(USERS)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("<http://127.0.0.1/users?offset=3&amp;limit=4>; rel=\u201cnext\u201d", "lms-link-malformed"),
        ("/users?offset=3; rel=next", "lms-link-malformed"),
        ('<https://elsewhere.example/users?offset=3>; rel="next"', "lms-link-foreign"),
    ],
)
def test_a_bad_link_is_told_and_never_followed(server: Server, value: str, code: str) -> None:
    server.trouble(link(value.encode().decode("latin-1")), times=2)
    found = server.users()
    fault = found.fault(code)
    assert (fault.place, fault.field) == ("users?offset=0", "Link")
    assert sorted(found.ids) == sorted(server.roster.people)
    assert found.of(USERS)


def test_links_that_go_by_the_asked_size_skip_nobody(server: Server) -> None:
    server.double.links = lambda following: following and f'<{following.replace("offset=4", "offset=500")}>; rel="next"'
    found = server.users()
    assert sorted(found.ids) == sorted(server.roster.people)
    assert found.of(USERS)


def test_an_end_that_says_there_is_more_is_none(server: Server) -> None:
    server.double.links = lambda following: f'<{server.double.rostering}/users?offset=9>; rel="next"'
    assert server.users().broken[USERS].code == "lms-end-doubtful"


def test_what_was_found_before_a_list_broke_is_told_too(server: Server) -> None:
    server.double.total = lambda total, on_page: total + 1
    server.trouble(link("/users?page=2; rel=next"), page=4)
    found = server.users()
    assert found.broken[USERS].code == "lms-rows-missing"
    assert found.codes == ["lms-link-malformed"]


@pytest.mark.parametrize("bad", [None, {}, 1.5, True, ["x"], ""])
def test_a_row_without_an_id_may_be_anybody(server: Server, bad: Any) -> None:
    server.double.row = lambda name, row: {**row, "sourcedId": bad} if row["sourcedId"] == "3" else row
    found = server.users()
    assert USERS not in found.complete
    assert found.broken[USERS].code == "lms-rows-lost"
    assert found.fault("lms-no-id").field == "sourcedId"
    assert sorted(found.ids) == ["1", "2", "4", "5", "6", "7"]


@pytest.mark.parametrize("bad", [None, 5, "x", []])
def test_a_row_that_is_no_object_may_be_anybody(server: Server, bad: Any) -> None:
    server.trouble(rows("users", lambda page: [*page, bad]), page=2)
    found = server.users()
    assert not found.complete
    assert found.broken[USERS].code == "lms-rows-lost"


@pytest.mark.parametrize("member", ["class", "user"])
def test_an_enrollment_of_nothing_may_be_any(server: Server, member: str) -> None:
    server.double.row = lambda name, row: {**row, member: {"href": "x"}} if row["sourcedId"] == "2" else row
    found = server.enrollments()
    fault = found.fault("lms-no-id")
    assert (fault.id, fault.field, fault.severity) == ("2", member, Severity.ERROR)
    assert found.broken[ENROLLMENTS].code == "lms-rows-lost"


def test_pages_have_a_bound(opened: Callable[..., Server]) -> None:
    server = opened(roster=district(students=300))
    server.double.page_rows = 1
    found = server.users()
    assert found.broken[USERS].code == "lms-unreadable"
    assert "200 pages" in found.broken[USERS].message
