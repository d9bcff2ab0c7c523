"""What servers do wrong besides pages: the failing list is never complete, and it is told where and why."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from tests.lms.doubles.oneroster import imsx
from tests.lms.sources.oneroster.rest.connecting import ASSIGNMENTS, COURSES, ENROLLMENTS, USERS, Server
from tests.support.web import (
    Answer,
    cut_before,
    cut_within,
    drip,
    html_page,
    instead,
    redirect,
    silent,
    throttled,
    unauthorized,
)
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.findings import Severity
from toolbox_cli.core.http.errors import NoConnectionError, ThrottledError, UnauthorizedError
from toolbox_cli.lms.sources.errors import SourceError


@pytest.mark.parametrize(
    "body", [{"error": "sorry"}, [], "fine", "null", {"users": None}, {"users": {}}, {"user": []}, "", {}]
)
@pytest.mark.parametrize("page", [1, 2])
def test_an_error_with_status_200_is_no_list(server: Server, body: Any, page: int) -> None:
    server.trouble(instead(Answer(body)), page=page, times=math.inf)
    found = server.users()
    assert not found.complete
    assert found.broken[USERS].code == "lms-unreadable"
    assert found.broken[USERS].place is not None
    assert "/users?" in found.broken[USERS].place


def test_an_error_of_the_standard_is_told_in_its_words(server: Server) -> None:
    server.trouble(instead(imsx(200, "roster is being rebuilt", "internal_server_error")), page=2)
    message = server.users().broken[USERS].message
    assert "roster is being rebuilt (failure, internal_server_error)" in message


def test_a_page_of_html_breaks_its_list_alone(server: Server) -> None:
    server.trouble(html_page(), page=2)
    assert server.users().broken[USERS].code == "lms-unreadable"
    assert server.enrollments().of(ENROLLMENTS)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (imsx(403, "not for you", "forbidden"), "lms-forbidden"),
        (imsx(404, "gone", "unknownobject"), "lms-not-found"),
        (Answer("<h1>Oops</h1>", 500), "lms-unreadable"),
        (imsx(400, "sort?", "invalid_sort_field"), "lms-unreadable"),
    ],
)
def test_a_list_that_fails_half_way_keeps_no_other(server: Server, answer: Answer, code: str) -> None:
    server.trouble(instead(answer), page=2, times=math.inf)
    found = server.users()
    assert not found.complete
    assert found.broken[USERS].code == code
    assert found.error is None
    assert server.enrollments().of(ENROLLMENTS)


@pytest.mark.parametrize(("retry_after", "waits_s"), [("18", 18), ("Tue, 01 Sep 2026 12:00:09 GMT", 9)])
def test_429_with_text_is_waited_out(server: Server, retry_after: str, waits_s: float) -> None:
    server.trouble(throttled(retry_after, text="Too many requests, please try again later."), page=2)
    assert server.users().of(USERS)
    assert waits_s in server.stopped.slept


def test_429_without_end_ends_the_reading(server: Server) -> None:
    server.trouble(throttled(), page=2, times=math.inf)
    found = server.users()
    assert isinstance(found.error, ThrottledError)
    assert not found.complete
    assert not found.broken


def test_the_servers_quota_is_kept(server: Server) -> None:
    headers = {"RateLimit-Remaining": "0", "RateLimit-Reset": "17"}
    server.trouble(lambda exchange: exchange.send(exchange.handle().with_headers(headers)), page=2)
    assert server.users().of(USERS)
    assert server.stopped.slept == [pytest.approx(17, abs=1)]


def test_401_in_the_middle_ends_the_reading(server: Server) -> None:
    server.trouble(unauthorized(), page=2, times=math.inf)
    found = server.users()
    assert isinstance(found.error, UnauthorizedError)
    assert found.error.exit_code is Exit.UNREACHABLE
    assert not found.complete


@pytest.mark.parametrize("trouble", [cut_within(20), cut_within(20, chunked=True), cut_before()])
def test_a_connection_that_is_cut_is_made_again(server: Server, trouble: Any) -> None:
    server.trouble(trouble, page=2)
    assert server.users().of(USERS)


def test_a_connection_that_is_cut_each_time_ends_the_reading(server: Server) -> None:
    server.trouble(cut_within(20), page=2, times=math.inf)
    found = server.users()
    assert isinstance(found.error, NoConnectionError)
    assert not found.complete


def test_a_body_that_ends_early_unannounced_is_no_list(server: Server) -> None:
    server.trouble(cut_within(900, announced=False), times=math.inf)
    assert not server.users().complete


def test_nobody_there_ends_the_reading(server: Server) -> None:
    with server.web.refusing():
        found = server.users()
    assert isinstance(found.error, NoConnectionError)
    assert not found.complete


@pytest.mark.hasty
@pytest.mark.parametrize("trouble", [drip(), silent()])
def test_what_drips_or_says_nothing_breaks_its_list(server: Server, trouble: Any) -> None:
    server.trouble(trouble, page=2, times=3)
    found = server.users()
    assert found.broken[USERS].code == "lms-unreadable"
    assert not found.complete


def test_a_redirect_to_another_host_is_not_followed(server: Server) -> None:
    server.trouble(redirect("https://elsewhere.example/users"), page=2)
    assert "another server" in server.users().broken[USERS].message


def test_a_clean_reading_after_trouble_is_whole(server: Server) -> None:
    server.trouble(html_page(502), page=2, times=3)
    assert not server.users().complete
    found = server.users()
    assert sorted(found.ids) == sorted(server.roster.people)
    assert found.of(USERS)


def test_a_wrong_base_path_says_so(opened: Callable[..., Server]) -> None:
    server = opened("1.1")
    server.double.lists = set()
    for read in (server.courses, server.users, server.enrollments):
        found = read()
        assert isinstance(found.error, SourceError)
        assert not found.complete
        assert "/ims/oneroster/v1p1" in found.error.message
        assert "base address" in str(found.error.remedy)


def test_one_list_that_is_missing_is_no_wrong_base_path(server: Server) -> None:
    server.double.lists.discard("enrollments")
    assert server.users().of(USERS)
    found = server.enrollments()
    assert found.error is None
    assert found.broken[ENROLLMENTS].code == "lms-not-found"


@pytest.mark.parametrize("name", ["orgs", "academicSessions", "courses"])
def test_what_classes_refer_to_is_not_served(server: Server, name: str) -> None:
    server.double.lists.discard(name)
    found = server.courses()
    assert found.of(COURSES)
    absent = found.fault("lms-lookup-absent")
    assert absent.place == name
    assert "2 classes" in absent.message
    lacking = {"orgs": {"school"}, "academicSessions": {"term", "starts_on", "ends_on"}, "courses": set[str]()}
    for course in found.records:
        assert set(course.unsaid) == lacking[name]


@pytest.mark.parametrize("name", ["orgs", "academicSessions", "courses"])
@pytest.mark.parametrize("answer", [imsx(403, "no", "forbidden"), Answer("no", 500), Answer({"error": 1})])
def test_what_classes_refer_to_fails_and_no_class_seems_changed(server: Server, name: str, answer: Answer) -> None:
    server.trouble(instead(answer), name, times=math.inf)
    found = server.courses()
    assert not found.records
    assert COURSES in found.broken
    assert f"/{name}?" in str(found.broken[COURSES].place)


def test_a_lookup_that_breaks_off_breaks_the_classes(server: Server) -> None:
    server.double.total = lambda total, on_page: total + 1
    found = server.courses()
    assert not found.records
    assert found.broken[COURSES].code == "lms-rows-missing"


def test_a_lookup_that_is_gone_in_its_middle_is_no_wrong_base_path(server: Server) -> None:
    server.trouble(instead(imsx(404, "gone", "unknownobject")), "orgs", page=2)
    found = server.courses()
    assert found.error is None
    assert found.broken[COURSES].code == "lms-not-found"


def test_without_a_gradebook_nothing_is_said_of_assignments(server: Server) -> None:
    server.double.lists -= {"lineItems", "categories"}
    found = server.assignments()
    assert (found.complete, found.broken, found.error) == (set(), {}, None)
    assert found.fault("lms-no-gradebook").severity is Severity.NOTE
    assert not server.source.knows.assignments
    assert not server.source.knows.grades


@pytest.mark.parametrize("status", [401, 403])
def test_a_gradebook_that_is_not_for_us_ends_nothing(server: Server, status: int) -> None:
    assert server.users().of(USERS)
    for name in ("categories", "lineItems"):
        server.trouble(instead(imsx(status, "insufficient scope", "forbidden")), name, times=math.inf)
    found = server.assignments()
    assert (found.complete, found.broken, found.error) == (set(), {}, None)
    assert found.fault("lms-forbidden").severity is Severity.WARNING


def test_a_gradebook_that_fails_is_not_complete(server: Server) -> None:
    server.trouble(instead(Answer("no", 500)), "lineItems", times=math.inf)
    found = server.assignments()
    assert ASSIGNMENTS in found.broken
    assert server.source.knows.assignments
