import base64
import datetime
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from oauthlib.oauth1 import RequestValidator, SignatureOnlyEndpoint

from tests.core.http.connecting import USERS, connected
from tests.support.web import (
    Answer,
    Asked,
    Web,
    cut_before,
    html_page,
    instead,
    redirect,
    serving,
    throttled,
    unauthorized,
)
from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.http.auth import Basic, Bearer, Grant, OAuth1, TokenAuth, client_credentials
from toolbox_cli.core.http.client import Call
from toolbox_cli.core.http.errors import (
    HttpError,
    NotFoundError,
    UnauthorizedError,
    UnexpectedReplyError,
)

KEY, SECRET = "consumer-key-of-school", "cönsumer/secret+&="


class Validator(RequestValidator):  # type: ignore[misc]
    """The other side of OAuth 1, as oauthlib has it; a nonce is good once."""

    enforce_ssl = False
    timestamp_lifetime = 10**10
    allowed_signature_methods = ("HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT")
    safe_characters = frozenset(KEY)

    def __init__(self) -> None:
        super().__init__()
        self.used: set[tuple[str, str]] = set()

    def check_client_key(self, client_key: str) -> bool:
        return client_key == KEY

    def check_nonce(self, nonce: str) -> bool:
        return bool(nonce)

    def validate_client_key(self, client_key: str, request: Any) -> bool:
        return client_key == KEY

    def get_client_secret(self, client_key: str, request: Any) -> str:
        return SECRET

    def validate_timestamp_and_nonce(self, client_key: str, timestamp: str, nonce: str, *_: Any, **__: Any) -> bool:
        fresh = (timestamp, nonce) not in self.used
        self.used.add((timestamp, nonce))
        return fresh

    @property
    def dummy_client(self) -> str:
        return "nobody"


def guarded(web: Web) -> Callable[[Asked], Any]:
    """Give a handler that answers to who signs rightly."""
    endpoint = SignatureOnlyEndpoint(Validator())

    def answer(asked: Asked) -> Any:
        headers = {"Authorization": asked.headers["authorization"]}
        if "content-type" in asked.headers:
            headers["Content-Type"] = asked.headers["content-type"]
        form = asked.body.decode() if "form" in headers.get("Content-Type", "") else None
        valid, _ = endpoint.validate_request(web.url + asked.target, asked.method, form, headers)
        return USERS if valid else Answer({"error": "Duplicate timestamp/nonce"}, 401)

    return answer


@pytest.mark.parametrize("method", ["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"])
def test_oauth1_signs_what_is_sent(web: Web, method: Any) -> None:
    web.on("*", "/{rest*}", guarded(web))
    with connected(web, OAuth1(KEY, SECRET, method)) as (client, _):
        assert client.get("users", {"limit": 5, "filter": "dateLastModified>'2026-08-02T00:15:00Z'", "b[]": ["2", "1"]})
        assert client.get("users/Zoë Ä~!*()'", {"q": "a b+c&d=é%"})
        assert client.get("users?start=20&limit=20")
        assert client.get("users", {"empty": ""})
        assert client.post("moodle", form={"a": "b c", "users[0][id]": 1})
        assert client.put("results/1", json={"score": 5})


def test_oauth1_that_is_wrong_is_refused(web: Web) -> None:
    web.on("*", "/{rest*}", guarded(web))
    with connected(web, OAuth1(KEY, "other")) as (client, _), pytest.raises(UnauthorizedError):
        client.get("users")
    assert len(web.asked) == 1


def test_oauth1_signs_each_try_and_each_redirect_anew(web: Web) -> None:
    web.on("GET", "/{rest*}", guarded(web))
    web.trouble(cut_before(), nth=1)
    web.trouble(html_page(503), nth=2)
    web.trouble(redirect("/users/2", 303), nth=3)
    with connected(web, OAuth1(KEY, SECRET)) as (client, _):
        assert client.get("users").json(dict) == USERS
    signed = [asked.headers["authorization"] for asked in web.asked]
    assert len({re.findall('oauth_nonce="(.*?)"', header)[0] for header in signed}) == len(signed) == 4


def test_oauth1_takes_time_from_the_clock(web: Web) -> None:
    web.on("GET", "/users", USERS)
    with connected(web, OAuth1(KEY, SECRET)) as (client, stopped):
        client.get("users")
        told = re.findall('oauth_timestamp="(.*?)"', web.asked[0].headers["authorization"])
        assert told == [str(int(stopped.now().timestamp()))]


def test_basic_and_bearer(web: Web) -> None:
    web.on("GET", "/users", USERS)
    with connected(web, Basic("Zoë", "pass:wörd")) as (client, _):
        client.get("users")
    with connected(web, Bearer("abc")) as (client, _):
        client.get("users")
    basic, bearer = (asked.headers["authorization"] for asked in web.asked)
    assert base64.b64decode(basic.removeprefix("Basic ")).decode() == "Zoë:pass:wörd"
    assert bearer == "Bearer abc"


@pytest.mark.parametrize("token", ["", "s3cr3t\n", "s3cr3t x", "s3cr3té", "s3cr3t\r\nX-Admin: 1"])
def test_a_token_that_no_header_can_hold_is_refused_unseen(token: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Bearer(token)
    assert "s3cr3t" not in str(caught.value)


def test_a_static_token_is_tried_once(web: Web) -> None:
    web.trouble(unauthorized(), times=9)
    with connected(web, Bearer("abc")) as (client, _), pytest.raises(UnauthorizedError):
        client.get("users")
    assert len(web.asked) == 1


class Tokens:
    """A token endpoint: each token is new, and the newest alone is good."""

    def __init__(self, web: Web, **given: Any) -> None:
        self.made = 0
        self.given = given
        web.on("POST", "/token", self.make)
        web.on("*", "/api/{rest*}", self.check)

    def make(self, _: Asked) -> Any:
        self.made += 1
        return {"access_token": f"t0k3n-{self.made}", "token_type": "bearer", **self.given}

    def check(self, asked: Asked) -> Any:
        good = asked.headers["authorization"] == f"Bearer t0k3n-{self.made}"
        return USERS if good else Answer({"error": "invalid_token"}, 401)


def credentials(web: Web, **more: Any) -> TokenAuth:
    return client_credentials(f"{web.url}/token", "school", "s3cr3t", **more)


def test_a_token_is_fetched_once_and_kept(web: Web) -> None:
    tokens = Tokens(web, expires_in=3600)
    with connected(web, credentials(web, scopes=("roster-core", "roster")), path="/api") as (client, _):
        for _ in range(3):
            client.get("users")
    assert tokens.made == 1
    asked = web.asked[0]
    assert asked.form == {"grant_type": "client_credentials", "scope": "roster-core roster"}
    assert base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")) == b"school:s3cr3t"


def test_credentials_may_go_into_the_form(web: Web) -> None:
    Tokens(web)
    with connected(web, credentials(web, sent_in="form"), path="/api") as (client, _):
        client.get("users")
    assert web.asked[0].form == {
        "grant_type": "client_credentials",
        "client_id": "school",
        "client_secret": "s3cr3t",
    }
    assert "authorization" not in web.asked[0].headers


@pytest.mark.parametrize(("expires_in", "kept_s"), [(3600, 3569), ("3600", 3569), (100, 89)])
def test_a_token_is_replaced_shortly_before_its_end(web: Web, expires_in: object, kept_s: float) -> None:
    tokens = Tokens(web, expires_in=expires_in)
    with connected(web, credentials(web), path="/api") as (client, stopped):
        client.get("users")
        stopped.sleep(kept_s)
        client.get("users")
        assert tokens.made == 1
        stopped.sleep(1)
        client.get("users")
        assert tokens.made == 2


@pytest.mark.parametrize("expires_in", ["soon", None, "inf", "nan", [], 10**400])
def test_a_token_without_a_known_end_is_kept(web: Web, expires_in: object) -> None:
    tokens = Tokens(web, expires_in=expires_in)
    with connected(web, credentials(web), path="/api") as (client, _):
        client.get("users")
        client.get("users")
    assert tokens.made == 1


def test_a_token_that_ends_in_the_middle_is_refreshed_once(web: Web) -> None:
    tokens = Tokens(web, expires_in=3600)
    with connected(web, credentials(web), path="/api") as (client, stopped):
        client.get("users")
        web.trouble(unauthorized(), path="/api/*")
        assert client.get("users").json(dict) == USERS
        assert (tokens.made, stopped.slept) == (2, [])


def test_a_write_is_signed_again_after_401(web: Web) -> None:
    tokens = Tokens(web)
    web.trouble(unauthorized(), path="/api/*")
    with connected(web, credentials(web), path="/api") as (client, _):
        assert client.post("grades", json={}).json(dict) == USERS
    assert tokens.made == 2


def test_a_fresh_token_that_is_refused_ends_the_call(web: Web) -> None:
    tokens = Tokens(web)
    web.trouble(unauthorized(), path="/api/*", times=9)
    with connected(web, credentials(web), path="/api") as (client, _), pytest.raises(UnauthorizedError):
        client.get("users")
    assert (tokens.made, len(web.paths("GET"))) == (2, 2)


def test_a_token_endpoint_on_its_back_is_tried_again_even_for_a_write(web: Web) -> None:
    Tokens(web)
    for nth, trouble in enumerate((cut_before(), html_page(503), throttled("3")), 1):
        web.trouble(trouble, path="/token", nth=nth)
    with connected(web, credentials(web), path="/api") as (client, _):
        assert client.post("grades", json={}).json(dict) == USERS
    assert (len(web.paths()), web.paths()[-1]) == (5, "/api/grades")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer({"error": "invalid_client", "hint": "s3cr3t is wrong"}, 401), UnauthorizedError),
        (Answer({"error": "invalid_scope", "client_secret": "s3cr3t"}, 400), UnauthorizedError),
        (Answer("c2Nob29sOnMzY3IzdA== was sent", 400), UnauthorizedError),
        (Answer({"error": "no"}, 404), NotFoundError),
        (Answer({"token": "t0k3n-1"}), UnexpectedReplyError),
        (Answer({"access_token": ["t0k3n-1"]}), UnexpectedReplyError),
        (Answer({"access_token": "t0k3n-1\r\nX: 1"}), UnexpectedReplyError),
        (Answer("t0k3n-1"), UnexpectedReplyError),
        (Answer(["t0k3n-1"]), UnexpectedReplyError),
        (Answer("", 302, {"Location": "/elsewhere?code=s3cr3t"}), UnexpectedReplyError),
        (Answer("", 307, {"Location": "/elsewhere?code=s3cr3t"}), UnexpectedReplyError),
    ],
)
def test_no_token_is_told_without_secrets(web: Web, answer: Answer, kind: type[HttpError]) -> None:
    web.trouble(instead(answer), path="/token")
    with connected(web, credentials(web), path="/api") as (client, _), pytest.raises(kind) as caught:
        client.get("users")
    told = f"{caught.value} {caught.value!r} {caught.value.remedy}"
    assert not re.search("s3cr3t|t0k3n|c2Nob29s", told)
    assert web.paths() == ["/token"]


def test_the_secret_goes_to_the_token_endpoint_alone(web: Web) -> None:
    with serving() as accounts:
        Tokens(accounts)
        web.on("GET", "/users", USERS)
        with connected(web, credentials(accounts)) as (client, _):
            client.get("users")
        assert [asked.headers["authorization"] for asked in web.asked] == ["Bearer t0k3n-1"]
        assert accounts.paths() == ["/token"]


def test_an_assertion_is_made_anew_for_each_token(web: Web) -> None:
    def grant(now: datetime.datetime) -> Grant:
        return Grant({"grant_type": "client_credentials", "client_assertion": f"jwt-at-{now:%H:%M:%S}"})

    Tokens(web, expires_in=100)
    auth = TokenAuth(f"{web.url}/token", grant, scopes=("score",))
    with connected(web, auth, path="/api") as (client, stopped):
        client.get("users")
        stopped.sleep(100)
        client.get("users")
    sent = [asked.form["client_assertion"] for asked in web.asked if asked.path == "/token"]
    assert sent == ["jwt-at-12:00:00", "jwt-at-12:01:40"]


@pytest.mark.parametrize(
    "auth",
    [
        Bearer("s3cr3t"),
        Basic("ada", "s3cr3t"),
        OAuth1("key", "s3cr3t"),
        client_credentials("https://lms.example/token", "id", "s3cr3t"),
        Grant({"client_secret": "s3cr3t"}, ("id", "s3cr3t")),
    ],
)
def test_nothing_shows_its_secret(auth: object) -> None:
    assert "s3cr3t" not in f"{auth!r}{auth}"


def test_own_headers_never_replace_the_signature(web: Web) -> None:
    web.on("GET", "/users", lambda asked: dict(asked.headers))
    with connected(web, Bearer("abc")) as (client, _):
        got = client.send(Call("GET", "users", headers={"Accept": "text/x", "Authorization": "none"})).json(dict)
    assert (got["accept"], unquote(got["authorization"])) == ("text/x", "Bearer abc")
    assert json.dumps(got)
