import json
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.core.http.connecting import USERS, connected
from tests.support.clocks import Stopped
from tests.support.web import (
    Answer,
    Asked,
    Web,
    altered,
    cut_before,
    html_page,
    instead,
    pack,
    redirect,
    serving,
    unauthorized,
)
from toolbox_cli.core.errors import ConfigurationError
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.http.auth import Bearer, client_credentials
from toolbox_cli.core.http.client import Call, Client
from toolbox_cli.core.http.errors import (
    ForbiddenError,
    ForeignLinkError,
    HttpError,
    NoConnectionError,
    NotFoundError,
    RejectedError,
    ServerFaultError,
    ThrottledError,
    TimedOutError,
    UnauthorizedError,
    UnexpectedReplyError,
)
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.core.http.links import path_of


def test_reads_json_below_the_base_address(web: Web) -> None:
    web.on("GET", "/api/v1/users", USERS)
    with connected(web, path="/api/v1/") as (client, _):
        reply = client.get("/users", {"limit": 100, "state[]": ["active", "invited"]})
    assert reply.json(dict) == USERS
    assert (reply.status, reply.content_type, reply.attempts) == (200, "application/json", 1)
    assert web.asked[0].queries == {"limit": ["100"], "state[]": ["active", "invited"]}
    assert web.asked[0].headers["accept"] == "application/json"


def test_sends_json_and_forms(web: Web) -> None:
    web.on("*", "/grades/{id}", lambda asked: {"method": asked.method, "sent": asked.body.decode()})
    with connected(web) as (client, _):
        put = client.put(path_of("grades", "a/b"), json={"score": 5, "name": "Zoë"}).json(dict)
        patched = client.patch("grades/1", json={"text": None}).json(dict)
        posted = client.post("grades/1", form={"wstoken": "t", "ids[]": [1, 2]})
    assert (put["method"], json.loads(put["sent"])) == ("PUT", {"score": 5, "name": "Zoë"})
    assert (patched["method"], json.loads(patched["sent"])) == ("PATCH", {"text": None})
    assert posted.json(dict)["sent"] == "wstoken=t&ids%5B%5D=1&ids%5B%5D=2"
    assert web.asked[0].parts == {"id": "a/b"}
    kinds = [asked.headers["content-type"] for asked in web.asked]
    assert kinds == ["application/json", "application/json", "application/x-www-form-urlencoded"]


def test_numbers_are_exact(web: Web) -> None:
    web.on("GET", "/n", Answer(b'{"id": 9223372036854775807, "huge": 123456789012345678901234567890, "score": 0.1}'))
    with connected(web) as (client, _):
        reply = client.get("n")
    assert reply.json(dict)["id"] == 9223372036854775807
    assert reply.json(dict, decimals=True) == {
        "id": 9223372036854775807,
        "huge": 123456789012345678901234567890,
        "score": Decimal("0.1"),
    }
    assert isinstance(reply.json(dict)["score"], float)


def test_nul_bytes_spoil_no_page(web: Web) -> None:
    web.on("GET", "/n", Answer(b'[{"name": "a\\u0000b"}, {"name": "c\x00d"}]'))
    with connected(web) as (client, _):
        assert client.get("n").json(list) == [{"name": "a\0b"}, {"name": "c\0d"}]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Login</body></html>",
        b'{"users": [',
        b'{"score": NaN}',
        b"\xff\xfe\xff",
        b"[" * 100_000,
        b'{"id": ' + b"1" * 5000 + b"}",
        b"[]",
        b'"text"',
        b"null",
    ],
)
def test_anything_but_the_expected_json_is_refused(web: Web, body: bytes) -> None:
    web.on("GET", "/users", Answer(body, 200, {"Content-Type": "application/json"}))
    with connected(web) as (client, _), pytest.raises(UnexpectedReplyError) as caught:
        client.get("users").json(dict)
    assert caught.value.exit_code is Exit.UNREACHABLE
    assert caught.value.status == 200


def test_json_under_a_wrong_label_is_read(web: Web) -> None:
    web.on("GET", "/users", USERS)
    web.trouble(altered(lambda answer: answer.with_headers({"Content-Type": "text/html"})))
    with connected(web) as (client, _):
        assert client.get("users").json(dict) == USERS


def test_an_error_page_is_shown_in_short(web: Web) -> None:
    web.trouble(html_page(200, "<html>\n" + "Down " * 100))
    with connected(web) as (client, _), pytest.raises(UnexpectedReplyError) as caught:
        client.get("users").json(dict)
    told = str(caught.value)
    assert "answered 200 with what is not JSON (text/html): <html> Down Down" in told
    assert len(told) < 300


def test_packed_answers_are_unpacked(web: Web) -> None:
    web.on("GET", "/users", USERS)
    web.trouble(altered(pack))
    with connected(web) as (client, _):
        assert client.get("users").json(dict) == USERS


def test_text_is_decoded_as_labelled(web: Web) -> None:
    web.on("GET", "/latin", Answer("Zoë".encode("latin-1"), headers={"Content-Type": "text/plain; charset=ISO-8859-1"}))
    web.on("GET", "/odd", Answer("Zoë".encode(), headers={"Content-Type": "text/plain; charset=klingon"}))
    with connected(web) as (client, _):
        assert [client.get(path).text for path in ("latin", "odd")] == ["Zoë", "Zoë"]


def test_of_a_large_page_no_more_is_decoded_than_is_shown(web: Web) -> None:
    slow = {"Content-Type": "text/html; charset=punycode"}
    web.on("GET", "/users", Answer(b"-" + b"ab" * 1_000_000, 400, slow))
    began_s = time.process_time()
    with connected(web) as (client, _), pytest.raises(RejectedError, match="answered 400"):
        client.get("users")
    assert time.process_time() - began_s < 30


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RejectedError),
        (401, UnauthorizedError),
        (403, ForbiddenError),
        (404, NotFoundError),
        (409, RejectedError),
        (410, NotFoundError),
        (429, ThrottledError),
        (500, ServerFaultError),
        (501, ServerFaultError),
        (304, UnexpectedReplyError),
    ],
)
def test_statuses_become_errors(web: Web, status: int, kind: type[HttpError]) -> None:
    web.on("GET", "/users", Answer({"error": "so it is"}, status))
    with connected(web, attempts=1) as (client, _), pytest.raises(kind) as caught:
        client.get("users")
    assert type(caught.value) is kind
    assert caught.value.status == status
    assert caught.value.reply is not None
    if status != 304:
        assert f"answered {status}: " in str(caught.value)
        assert caught.value.reply.json(dict) == {"error": "so it is"}


def test_allowed_statuses_are_answers(web: Web) -> None:
    web.on("POST", "/scores", Answer({"error": "older"}, 409))
    with connected(web) as (client, _):
        assert client.post("scores", json={}, allow={409}).status == 409


def test_connections_are_kept_and_cookies_are_not(web: Web) -> None:
    web.on("GET", "/users", Answer(USERS, headers={"Set-Cookie": "session=abc; Path=/"}))
    with connected(web) as (client, _):
        for _ in range(3):
            client.get("users")
    assert web.connections == 1
    assert all("cookie" not in asked.headers for asked in web.asked)


def test_a_client_needs_a_plain_base_address() -> None:
    for url in ("", "lms.example", "ftp://lms.example", "https://", "https://a:99999999/", "https://[::1"):
        with pytest.raises(ConfigurationError, match="no address"):
            Client(url)
    for url in ("https://ada:s3cr3t@lms.example", "https://lms.example/?token=s3cr3t", "https://lms.example/#s3cr3t"):
        with pytest.raises(ConfigurationError) as caught:
            Client(url)
        assert "s3cr3t" not in str(caught.value)


def test_other_origins_are_never_asked(web: Web) -> None:
    with serving() as other, connected(web, Bearer("s3cr3t")) as (client, _):
        for url in (f"{other.url}/users", web.url.replace("http", "https"), f"{web.url}@lms.example/", "ftp://a/b"):
            with pytest.raises(ForeignLinkError):
                client.get(url)
        assert other.asked == web.asked == []


def test_an_address_that_can_not_be_written_is_not_asked(web: Web) -> None:
    with connected(web) as (client, _), pytest.raises(RejectedError, match="no address"):
        client.get("users?after=\ud800")
    assert not web.asked


def test_no_path_leaves_the_origin(web: Web) -> None:
    web.on("GET", "/{rest*}", USERS)
    with connected(web) as (client, _):
        for path in ("//evil.example/x", "@evil.example/x", "/\\evil.example", ":80@evil.example"):
            client.get(path)
    assert len(web.asked) == 4


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_at_home_are_followed_and_signed(web: Web, status: int) -> None:
    web.on("GET", "/users/", USERS)
    web.trouble(redirect("/users/", status), path="/users")
    with connected(web, Bearer("tok")) as (client, _):
        reply = client.get("users")
    assert (reply.json(dict), reply.url) == (USERS, f"{web.url}/users/")
    assert [asked.headers["authorization"] for asked in web.asked] == ["Bearer tok", "Bearer tok"]


def test_redirects_elsewhere_are_refused(web: Web) -> None:
    with serving() as other, connected(web, Bearer("s3cr3t")) as (client, _):
        for to in (
            f"{other.url}/users",
            "//lms.example/users",
            "https://lms.example/?token=abc",
            web.url.replace("//", "//ada@"),
        ):
            web.trouble(redirect(to))
            with pytest.raises(ForeignLinkError, match="another server") as caught:
                client.get("users")
            assert "abc" not in str(caught.value)
        assert other.asked == []


def test_redirects_in_a_circle_end(web: Web) -> None:
    web.on("GET", "/users", Answer("", 302, {"Location": "/users"}))
    with connected(web, redirects=3) as (client, _), pytest.raises(UnexpectedReplyError, match="more than 3 times"):
        client.get("users")
    assert len(web.asked) == 4


def test_a_redirect_to_nowhere_is_refused(web: Web) -> None:
    web.trouble(instead(Answer("", 302)))
    with connected(web) as (client, _), pytest.raises(UnexpectedReplyError, match="redirect to nowhere"):
        client.get("users")


def test_a_write_redirected_by_307_keeps_what_is_sent(web: Web) -> None:
    web.on("POST", "/new", lambda asked: {"got": asked.json()})
    web.trouble(redirect("/new", 307), path="/old")
    with connected(web) as (client, _):
        assert client.post("old", json={"a": 1}).json(dict) == {"got": {"a": 1}}


def test_a_write_redirected_by_302_is_refused(web: Web) -> None:
    web.trouble(redirect("/new", 302))
    with connected(web) as (client, _), pytest.raises(UnexpectedReplyError, match="lose what was sent"):
        client.post("old", json={"a": 1})
    assert web.paths() == ["/old"]


def test_a_write_redirected_by_303_is_read_and_never_sent_twice(web: Web) -> None:
    web.on("GET", "/outcome", {"done": True})
    web.on("POST", "/jobs", Answer("", 303, {"Location": "/outcome"}))
    with connected(web) as (client, _):
        assert client.post("jobs", json={}).json(dict) == {"done": True}
        for trouble in (html_page(503), instead(Answer("", 429)), cut_before()):
            web.trouble(trouble, path="/outcome")
            with pytest.raises(HttpError) as caught:
                client.post("jobs", json={})
            assert caught.value.doubtful
    assert len(web.paths("POST")) == 4


def test_a_write_confirmed_by_303_leaves_doubt_if_its_outcome_is_elsewhere(web: Web) -> None:
    web.on("POST", "/jobs", Answer("", 303, {"Location": "/outcome"}))
    web.trouble(redirect("https://lms.example/"), path="/outcome")
    with connected(web) as (client, _), pytest.raises(ForeignLinkError) as caught:
        client.post("jobs", json={})
    assert caught.value.doubtful


def test_a_write_confirmed_by_303_is_not_sent_again_with_a_fresh_token(web: Web) -> None:
    web.on("POST", "/token", {"access_token": "tok"})
    web.on("POST", "/jobs", Answer("", 303, {"Location": "/outcome"}))
    web.trouble(unauthorized(), path="/outcome")
    auth = client_credentials(f"{web.url}/token", "id", "secret")
    with connected(web, auth) as (client, _), pytest.raises(UnauthorizedError) as caught:
        client.post("jobs", json={})
    assert caught.value.doubtful
    assert web.paths("POST") == ["/token", "/jobs"]


def test_a_call_may_have_more_time_of_its_own(web: Web) -> None:
    def answer(_: Asked) -> Any:
        threading.Event().wait(0.2)
        return USERS

    web.on("GET", "/slow", answer)
    with connected(web, read_s=0.05, attempts=1) as (client, _):
        with pytest.raises(TimedOutError):
            client.get("slow")
        assert client.send(Call("GET", "slow", read_s=20)).json(dict) == USERS


def test_a_proxy_of_the_environment_is_used(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    web.on("GET", "/api/users", lambda asked: {"asked": asked.target})
    monkeypatch.setenv("HTTP_PROXY", web.url.replace("http://", "http://ada:s3cr3t@"))
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with Client("http://lms.invalid/api") as client:
        assert client.get("users").json(dict) == {"asked": "http://lms.invalid/api/users"}
    assert web.asked[0].headers["proxy-authorization"].startswith("Basic ")


def test_a_proxy_that_lets_nothing_through_leaves_no_doubt(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    web.trouble(instead(Answer("", 407)), method="CONNECT", times=2)
    monkeypatch.setenv("HTTPS_PROXY", web.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with (
        Client("https://lms.invalid", limits=Limits(attempts=2), clock=Stopped().clock) as client,
        pytest.raises(NoConnectionError, match="407") as caught,
    ):
        client.post("users", json={})
    assert not caught.value.doubtful
    assert web.paths() == ["lms.invalid:443"] * 2


@pytest.mark.parametrize(
    "proxy",
    [
        "socks5://ada:s3cr3t@proxy.invalid",
        "http://ada:s3cr3t/5@proxy.invalid:3128",
        "http://ada:s3cr3t@proxy.invalid:x",
    ],
)
def test_a_proxy_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with Client("http://lms.invalid") as client, pytest.raises(ConfigurationError) as caught:
        client.get("users")
    assert "s3cr3t" not in str(caught.value)


def test_tls_is_verified(certificate: Any, tmp_path: Path) -> None:
    with serving(certificate=certificate) as web:
        web.on("GET", "/users", USERS)
        with connected(web, ca_file=certificate.file) as (client, _):
            assert client.get("users").json(dict) == USERS
        with connected(web, attempts=1) as (client, _), pytest.raises(NoConnectionError, match="certificate"):
            client.get("users")
        with (
            connected(web, ca_file=tmp_path / "none.pem") as (client, _),
            pytest.raises(ConfigurationError, match=r"none\.pem"),
        ):
            client.get("users")
