import base64
import json
import logging
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.core.http.connecting import USERS, connected
from tests.support.web import Answer, Asked, Web, cut_before, html_page, instead, redirect, unauthorized
from toolbox_cli.core.http.auth import Auth, Basic, Bearer, OAuth1, client_credentials
from toolbox_cli.core.http.errors import HttpError
from toolbox_cli.core.http.redaction import HIDDEN, Redactor, is_secret, redact_url

NAMES = (
    "token", "wstoken", "access_token", "Refresh-Token", "client_secret", "clientSecret", "password", "api_key",
    "X-Api-Key", "Authorization", "oauth_signature", "oauth_nonce", "client_assertion", "id_token", "privatetoken",
    "sesskey", "Set-Cookie", "code", "sig", "key", "wstoken%5B%5D",
)  # fmt: skip
SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=6, max_size=30)


@pytest.mark.parametrize("name", NAMES)
def test_secret_names(name: str) -> None:
    assert is_secret(name)
    assert redact_url(f"https://lms.example/a?page=2&{name}=abc&x=1") == f"https://lms.example/a?page=2&{name}=***&x=1"


@pytest.mark.parametrize("name", ["errorcode", "page", "sourcedId", "limit", "keyword", "codes", "filter", "author"])
def test_plain_names_are_shown(name: str) -> None:
    assert not is_secret(name)


def test_addresses_are_told_without_who_signs_in() -> None:
    assert redact_url("https://ada:pass@lms.example:8443/a?b#frag") == "https://***@lms.example:8443/a?b"
    assert redact_url("https://[bad") == HIDDEN


@pytest.mark.parametrize(
    "text",
    [
        '{"access_token": "S3CRET", "expires_in": 3600}',
        "{'password': 'S3CRET'}",
        '{\\"token\\": \\"S3CRET\\"}',
        "token=S3CRET&page=2",
        "Authorization: Bearer S3CRET",
        "sent Basic S3CRET== with it",
        'Authorization: OAuth oauth_consumer_key="k", oauth_signature="S3CRET%3D"',
        "see https://ada:S3CRET@lms.example/",
        '{"client_secret":"a\\"S3CRET"}',
        '{"password": "S3CRET',
        "Set-Cookie: S3CRET; Path=/",
        "<a href='/login?sesskey=S3CRET'>",
    ],
)
def test_texts_are_shown_without_secrets(text: str) -> None:
    assert "S3CRET" not in Redactor().text(text)


def test_what_is_no_secret_stays() -> None:
    text = '{"errorcode": "invalidrecord", "message": "Can\'t find data record in database table course."}'
    assert Redactor().text(text) == text


@given(SECRETS, st.text(max_size=40), st.text(max_size=40))
def test_a_known_secret_is_hidden_wherever_it_stands(secret: str, before: str, after: str) -> None:
    assume(secret not in HIDDEN)
    redactor = Redactor([secret])
    in_json = [json.dumps(secret, ensure_ascii=plain)[1:-1] for plain in (True, False)]
    in_php = in_json[0].replace("/", "\\/")
    for form in (secret, quote(secret, safe=""), quote_plus(secret), quote(secret), *in_json, in_php):
        assert form not in redactor.text(before + form + after)


@given(SECRETS, st.sampled_from([name for name in NAMES if "%" not in name]))
def test_a_secret_parameter_is_hidden(secret: str, name: str) -> None:
    assume(secret not in f"https://lms.example/?{name}={HIDDEN}&page=2")
    shown = redact_url(f"https://lms.example/?{urlencode({name: secret})}&page=2")
    assert shown == f"https://lms.example/?{name}={HIDDEN}&page=2"


@given(st.text(max_size=300))
def test_an_excerpt_is_one_short_line(text: str) -> None:
    shown = Redactor(["s3cr3t"]).excerpt(text)
    assert len(shown) <= 200
    assert shown.splitlines() in ([], [shown])


def test_an_excerpt_can_be_written_anywhere() -> None:
    assert Redactor().excerpt("half a \ud83d sign, and \x00 nothing") == "half a ? sign, and nothing"


@given(st.integers(0, 400), st.integers(1, 3))
def test_an_excerpt_never_ends_in_half_a_secret(at: int, times: int) -> None:
    secret = "Q7" * 20
    shown = Redactor([secret]).excerpt("x" * at + f" {secret}" * times)
    assert "Q7" not in shown


def test_secrets_with_blanks_or_inside_each_other_are_hidden() -> None:
    redactor = Redactor(["abc", "abc def", "xabc def"])
    assert redactor.text("abc%20def abc+def abc def abc xabc def") == "*** *** *** *** ***"


def test_a_secret_in_an_address_of_any_spelling_is_hidden() -> None:
    assert Redactor(["a b/c"]).text("a%20b%2Fc a+b%2Fc a%20b/c") == "*** *** ***"


def test_a_redactor_shows_nothing_itself() -> None:
    assert "s3cr3t" not in repr(Redactor(["s3cr3t"]))


AUTHS: list[Auth] = [
    Bearer("S3CRET-bearer"),
    Basic("ada", "S3CRET-basic"),
    OAuth1("key", "S3CRET-oauth1", "PLAINTEXT"),
    OAuth1("key", "S3CRET-oauth1"),
]


def tell_everything(web: Web, auth: Auth, caplog: pytest.LogCaptureFixture) -> str:
    """Provoke each kind of trouble, by a server that repeats our secrets; gives all that was said about it."""

    def echo(asked: Asked) -> Answer:
        credentials = asked.headers["authorization"].split()[-1]
        return Answer(f"{credentials} {asked.method} {asked.target} {dict(asked.headers)} {asked.body!r}", 400)

    web.on("*", "/echo", echo)
    web.on("GET", "/users", USERS)
    web.on("GET", "/ok", Answer(USERS, headers={"Link": '<https://x.example/?token=S3CRET-link>; rel="next"'}))
    web.trouble(cut_before(), path="/users", nth=1)
    web.trouble(html_page(503), path="/users", nth=2)
    web.trouble(redirect("/users?access_token=S3CRET-redirect"), path="/users", nth=3)
    web.trouble(unauthorized(), path="/401", times=3)
    web.trouble(
        instead(Answer("S3CRET-link", 302, {"Location": "https://x.example/S3CRET/?sig=S3CRET-link"})), path="/302"
    )
    told = []
    with caplog.at_level(logging.DEBUG), connected(web, auth) as (client, _):
        client.get("users", {"wstoken": "S3CRET-parameter"})
        for path in ("echo?wstoken=S3CRET-parameter", "401", "302", "ok"):
            try:
                list(client.pages(path))
            except HttpError as error:
                told += [str(error), repr(error), str(error.remedy), repr(error.reply)]
                cause: BaseException | None = error
                while cause := (cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)):
                    told.append(f"{cause} {cause!r}")
        try:
            client.post("echo", form={"password": "S3CRET-form", "a": 1})
        except HttpError as error:
            told.append(str(error))
        told.append(repr(client))
    return "\n".join([*told, caplog.text])


@pytest.mark.parametrize("auth", AUTHS, ids=repr)
def test_nothing_secret_is_said_or_logged(web: Web, auth: Auth, caplog: pytest.LogCaptureFixture) -> None:
    told = tell_everything(web, auth, caplog)
    assert "answered 400" in told
    assert "/users?wstoken=***: 503" in told
    assert "S3CRET" not in told
    for secret in auth.secrets:
        assert secret not in told
        assert base64.b64encode(secret.encode()).decode() not in told


def test_no_token_is_said_or_logged(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    web.on("POST", "/token", {"access_token": "S3CRET-token", "expires_in": 60})
    auth = client_credentials(f"{web.url}/token", "id", "S3CRET-client", sent_in="form")
    told = tell_everything(web, auth, caplog)
    assert "answered 400" in told
    assert "S3CRET" not in told


def test_the_libraries_below_say_nothing(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    web.on("GET", "/users", USERS)
    with caplog.at_level(logging.DEBUG), connected(web, OAuth1("key", "secret")) as (client, _):
        client.get("users")
    assert {record.name.partition(".")[0] for record in caplog.records} == {"toolbox_cli"}
