"""What changed since a moment; a server that does not filter tells too much, never too little."""

import datetime

import pytest

from tests.lms.doubles.oneroster import MADE_AT
from tests.lms.sources.gathering import by_id
from tests.lms.sources.oneroster.rest.connecting import USERS, Server
from tests.support.web import html_page
from toolbox_cli.core.findings import Severity

LATER = MADE_AT + datetime.timedelta(days=3)
ZONED = LATER.astimezone(datetime.timezone(datetime.timedelta(hours=-5)))


def test_gives_what_changed_with_tombstones_and_is_never_complete(server: Server) -> None:
    server.double.modified["users", "3"] = LATER
    server.double.bury("users", "5", LATER + datetime.timedelta(hours=1))
    found = server.users(ZONED)
    assert {own: user.removed for own, user in by_id(found.records).items()} == {"3": False, "5": True}
    assert (found.complete, found.broken, found.faults) == (set(), {}, [])
    assert server.web.asked[-1].query["filter"] == "dateLastModified>='2026-08-04T00:00:00Z'"


def test_nothing_changed(server: Server) -> None:
    found = server.users(LATER)
    assert (found.records, found.complete, found.broken) == ([], set(), {})


def test_courses_are_filtered_and_what_they_refer_to_is_not(server: Server) -> None:
    server.double.modified["classes", "2"] = LATER
    found = server.courses(LATER)
    assert [(course.id, course.school, course.term) for course in found.records] == [("2", "Oak School", "Autumn")]
    assert not found.faults
    assert not found.complete


def test_a_server_that_ignores_the_filter_is_told(server: Server) -> None:
    server.double.filters = "ignored"
    server.double.modified["users", "3"] = LATER
    found = server.users(LATER)
    assert sorted(found.ids) == sorted(server.roster.people)
    note = found.fault("lms-filter-ignored")
    assert "6 rows" in note.message
    assert note.severity is Severity.NOTE
    assert not found.complete


def test_a_server_that_refuses_the_filter_is_read_whole(server: Server) -> None:
    server.double.filters = "refused"
    found = server.users(LATER)
    assert sorted(found.ids) == sorted(server.roster.people)
    assert "filter is not supported" in found.fault("lms-filter-refused").message
    assert (found.complete, found.broken) == (set(), {})


@pytest.mark.parametrize("page", [1, 2])
def test_changes_that_can_not_be_read_are_broken(server: Server, page: int) -> None:
    server.double.filters = "ignored"
    server.trouble(html_page(), page=page)
    assert USERS in server.users(LATER).broken
