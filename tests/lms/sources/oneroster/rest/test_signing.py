"""How a server is signed in to, where it is, and what a look at it shows."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from tests.lms.doubles.oneroster import KEY, SECRET, TOKEN, OneRosterDouble, imsx
from tests.lms.doubles.roster import district
from tests.lms.sources.oneroster.rest.connecting import ENROLLMENTS, USERS, Server
from tests.support.web import Web, instead, redirect, throttled, unauthorized
from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.http.auth import Auth, Bearer, OAuth1, client_credentials
from toolbox_cli.core.http.errors import ForbiddenError, UnauthorizedError
from toolbox_cli.lms.sources.errors import SourceError
from toolbox_cli.lms.sources.oneroster.rest.places import Places, places, scopes
from toolbox_cli.lms.sources.records import Role

SCOPE = "https://purl.imsglobal.org/spec/or/v1p2/scope/roster-core.readonly"


def signed(web: Web, auth: str) -> Auth:
    if auth == "oauth2":
        return client_credentials(f"{web.url}/token", KEY, SECRET, scopes=scopes("1.2"))
    if auth == "bearer":
        return Bearer(TOKEN)
    return OAuth1(KEY, SECRET, "HMAC-SHA256" if auth.endswith("256") else "HMAC-SHA1")


@pytest.fixture(params=["bearer", "oauth1", "oauth1-256", "oauth2"])
def each(request: Any, web: Web, connected: Callable[..., Server]) -> Server:
    double = OneRosterDouble(web, district(), auth=request.param.removesuffix("-256"))
    double.page_rows = 4
    return connected(double, signed(web, request.param))


def test_each_way_to_sign_in_reads_everything(each: Server) -> None:
    assert each.users().of(USERS)
    assert each.enrollments().of(ENROLLMENTS)
    each.trouble(throttled("1"), page=1)
    each.trouble(redirect(f"{each.double.rostering}/users?limit=4&offset=0&sort=sourcedId", 303), page=2)
    assert each.users().of(USERS)


def test_filters_are_signed_as_they_are_sent(each: Server) -> None:
    assert not each.users(each.stopped.now()).error


def test_a_token_that_ends_in_the_middle_is_fetched_once_more(web: Web, connected: Callable[..., Server]) -> None:
    double = OneRosterDouble(web, district(), auth="oauth2")
    double.page_rows = 4
    server = connected(double, signed(web, "oauth2"))
    server.trouble(unauthorized(), page=2)
    assert server.users().of(USERS)
    assert len(double.tokens) == 2
    assert web.asked[0].form["scope"] == SCOPE
    server.trouble(unauthorized(), page=2, times=math.inf)
    found = server.users()
    assert isinstance(found.error, UnauthorizedError)
    assert not found.complete
    assert SECRET not in found.error.message


def test_scopes_are_no_more_than_needed() -> None:
    assert scopes("1.2") == (SCOPE,)
    assert scopes("1.1") == (SCOPE.replace("v1p2", "v1p1"),)
    assert [scope.rpartition("/")[2] for scope in scopes("1.2", grades=True)][1:] == [
        "gradebook.readonly", "gradebook.createput",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("base", "more", "expected"),
    [
        ("https://s.example", {}, ("/ims/oneroster/rostering/v1p2", "/ims/oneroster/gradebook/v1p2", "1.2")),
        ("https://s.example/", {"version": "1.1"}, ("/ims/oneroster/v1p1", "/ims/oneroster/v1p1", "1.1")),
        ("https://s.example/ims/oneroster/v1p1/", {}, ("/ims/oneroster/v1p1", "/ims/oneroster/v1p1", "1.1")),
        ("https://s.example/x/v1p1", {"version": "1.2"}, ("/x/v1p1", "/x/v1p1", "1.2")),
        (
            "https://s.example/a/rostering/v1p2", {}, ("/a/rostering/v1p2", "/a/gradebook/v1p2", "1.2"),
        ),
        ("https://s.example/r", {"gradebook": "/g/v2/"}, ("/r", "/g/v2", "1.2")),
        ("https://s.example/r", {"gradebook": "https://s.example/g"}, ("/r", "/g", "1.2")),
    ],
)  # fmt: skip
def test_places(base: str, more: dict[str, Any], expected: tuple[str, str, str]) -> None:
    rostering, gradebook, version = expected
    assert places(base, **more) == Places(f"https://s.example{rostering}", f"https://s.example{gradebook}", version)


def test_a_version_that_is_not_spoken() -> None:
    with pytest.raises(ConfigurationError):
        places("https://s.example", version="2.0")


def test_rows_of_12_at_the_path_of_11(web: Web, connected: Callable[..., Server]) -> None:
    double = OneRosterDouble(web, district(), version="1.1")
    change = {"roles": [{"roleType": "primary", "role": "teacher"}]}
    double.row = lambda name, row: (
        {**{k: v for k, v in row.items() if k != "role"}, **change} if name == "users" else row
    )
    server = connected(double, Bearer(TOKEN), places=places(f"{web.url}/ims/oneroster/v1p1"))
    assert server.source.test().version == "1.2"
    assert {user.role for user in server.users().records} == {Role.TEACHER}


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_look_tells_the_version_by_what_people_look_like(
    web: Web, connected: Callable[..., Server], version: Any
) -> None:
    server = connected(OneRosterDouble(web, district(), version=version), Bearer(TOKEN))
    tried = server.source.test()
    assert tried.version == version
    assert tried.notes == ()
    assert server.source.knows.grades


def test_a_look_tells_what_is_missing(server: Server) -> None:
    server.double.lists -= {"orgs", "lineItems", "categories"}
    server.roster.enrollments.clear()
    server.trouble(instead(imsx(403, "not for you", "forbidden")), "courses")
    notes = "\n".join(server.source.test().notes)
    assert "orgs can't be read: no resource orgs" in notes
    assert "courses can't be read: not for you" in notes
    assert "enrollments has no rows" in notes
    assert "no gradebook for us" in notes
    assert not server.source.knows.grades
    assert not server.source.knows.assignments


def test_a_look_at_a_wrong_base_path_says_so(server: Server) -> None:
    server.double.lists = set()
    with pytest.raises(SourceError, match="rostering/v1p2") as raised:
        server.source.test()
    assert "v1p1" in str(raised.value.remedy)


def test_a_look_without_any_right_says_so(server: Server) -> None:
    server.web.trouble(instead(imsx(403, "not for you", "forbidden")), times=math.inf)
    with pytest.raises(ForbiddenError):
        server.source.test()


def test_a_look_with_a_wrong_token_ends_at_once(web: Web, connected: Callable[..., Server]) -> None:
    server = connected(OneRosterDouble(web, district()), Bearer("wrong"))
    with pytest.raises(UnauthorizedError):
        server.source.test()
    assert len(web.asked) == 1


def test_says_what_it_can_not_know(server: Server) -> None:
    assert all(sentence.endswith(".") for sentence in server.source.cannot)
    assert any("removed" in sentence for sentence in server.source.cannot)
