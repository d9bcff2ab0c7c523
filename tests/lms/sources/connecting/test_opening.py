"""From a row to a source: adapters are imported when used, and a secret goes only where it was meant to."""

import subprocess
import sys
import uuid
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.lms.sources.lti.conftest import pem_of
from tests.support.commands import ROOT
from tests.support.web import Answer, Web
from toolbox_cli.core.errors import ConfigurationError, UnreachableError
from toolbox_cli.core.secrets import MovedSecretError, Place, Secrets
from toolbox_cli.lms.sources.connecting.addresses import fault_of
from toolbox_cli.lms.sources.connecting.kinds import KINDS, offered
from toolbox_cli.lms.sources.opening import Stored, column_of, open_source, open_unsigned

SECRETS = Secrets([Fernet.generate_key().decode()])
ROW = uuid.UUID(int=7)
PEM = pem_of(rsa.generate_private_key(65537, 2048))
COURSE = {"course": "2", "members": "https://lms.example/2/members"}


def stored(kind: str, auth: str, **more: Any) -> Stored:
    encrypted = {"client_secret_encrypted": None, "api_key_encrypted": None}
    secret = PEM if kind == "lti" else "pass-word"
    encrypted[column_of(auth)] = SECRETS.encrypt(secret, Place(ROW, column_of(auth)))
    fields: dict[str, Any] = {
        "base_url": "https://lms.example", "api_version": None, "client_id": "toolbox",
        "token_url": "https://lms.example/token", "filters": {}, "settings": {}, **encrypted, **more,
    }  # fmt: skip
    return Stored(id=ROW, name="oak", kind=kind, auth=auth, **fields)


@pytest.mark.parametrize(("kind", "auth"), [(kind.name, auth) for kind in KINDS.values() for auth in kind.auths])
def test_every_kind_opens_by_every_auth(kind: str, auth: str) -> None:
    settings = {"lti": {"contexts": [{**COURSE, "lineitems": "https://lms.example/2/items"}]}}
    row = stored(kind, auth, settings=settings if kind == "lti" else {})
    source = open_source(row, lambda: SECRETS)
    assert source.cannot == open_unsigned(row).cannot
    assert source.knows.grades
    source.close()


def test_all_kinds_are_there() -> None:
    assert list(offered()) == ["oneroster", "oneroster-csv", "canvas", "moodle", "schoology", "blackboard", "lti"]


@pytest.mark.parametrize(
    ("auth", "begins"),
    [("token", "Bearer pass-word"), ("basic", "Basic dG9vbGJveDpwYXNzLXdvcmQ="), ("oauth1", "OAuth oauth_nonce=")],
)
def test_what_is_stored_signs(web: Web, auth: str, begins: str) -> None:
    source = open_source(stored("oneroster", auth, base_url=web.url, token_url=None), lambda: SECRETS)
    with closing(source), pytest.raises(UnreachableError):
        source.test()
    assert web.asked[0].headers["authorization"].startswith(begins)
    assert "pass-word" not in repr(source) + repr(stored("oneroster", auth))


def test_tokens_are_asked_for_rosters_alone_unless_grades_are_wanted(web: Web) -> None:
    web.on("POST", "/token", Answer({"access_token": "abc", "token_type": "bearer"}))
    row = stored("oneroster", "oauth2", base_url=web.url, token_url=f"{web.url}/token")
    for settings in ({}, {"gradebook": "beside"}, {"scopes": "own-1 own-2"}):
        source = open_source(replace(row, settings=settings), lambda: SECRETS)
        with closing(source), pytest.raises(UnreachableError):
            source.test()
    scopes = [asked.form["scope"] for asked in web.asked if asked.method == "POST"]
    assert [scope.count(" ") for scope in scopes] == [0, 2, 1]
    assert scopes[0].endswith("roster-core.readonly")


def test_files_are_opened_without_http(tmp_path: Path) -> None:
    program = f"""
import sys
from toolbox_cli.lms.sources.connecting.connection import Connection
from toolbox_cli.lms.sources.connecting.kinds import KINDS
KINDS["oneroster-csv"].open(Connection("oneroster-csv", {str(tmp_path)!r})).close()
print(sorted({{"httpx", "httpcore", "oauthlib", "stamina", "toolbox_cli.lms.sources.canvas"}} & set(sys.modules)))"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_files_ask_for_no_key(tmp_path: Path) -> None:
    def keys() -> Secrets:
        raise AssertionError

    open_source(stored("oneroster-csv", "token", base_url=str(tmp_path)), keys).close()
    with pytest.raises(ConfigurationError, match="not absolute"):
        open_source(stored("oneroster-csv", "token", base_url="here"), keys)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"base_url": "http://elsewhere.example"}, "base URL of oak is not https"),
        ({"base_url": "https://a:b@elsewhere.example"}, "holds credentials"),
        ({"token_url": "http://elsewhere.example/token"}, "token URL of oak is not https"),
        ({"auth": "oauth1"}, "takes oauth2"),
        ({"kind": "edlink"}, "no adapter"),
        ({"client_id": None}, "no client id"),
        ({"client_secret_encrypted": None}, "no secret"),
        ({"filters": {"only": {}}}, "filters can't be read"),
        ({"filters": {"include": {"colour": ["red"]}}}, "filters can't be read"),
        ({"settings": {"roles": {"aide": "boss"}}}, "roles.aide is 'boss', not student"),
        ({"settings": {"roles": ["aide"]}}, "roles is \\['aide'\\], not an object"),
        ({"settings": {"ca_file": 5}}, "ca_file is 5, not the absolute path"),
    ],
)
def test_a_row_that_somebody_changed_is_looked_at_again(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        open_source(replace(stored("blackboard", "oauth2"), **changed), lambda: SECRETS)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"token_url": None}, "no token URL"),
        ({"client_id": None}, "no client id"),
        ({"base_url": "https://other.example"}, "lms.example/2/members, of the course 2, is not on the platform's"),
        ({"base_url": "https://lms.example:444"}, "is not on the platform's server"),
        ({"settings": {"lti": {"contexts": [{"course": "2"}]}}}, "has no members in place 1"),
    ],
)
def test_a_platform_that_somebody_changed_is_looked_at_again(changed: dict[str, Any], why: str) -> None:
    row = stored("lti", "oauth2", settings={"lti": {"contexts": [COURSE]}})
    with pytest.raises(ConfigurationError, match=why):
        open_source(replace(row, **changed), lambda: SECRETS)


def test_http_stays_allowed_where_somebody_took_it_upon_them() -> None:
    row = stored("moodle", "token", base_url="http://moodle.example", token_url=None, settings={"insecure_http": True})
    open_source(row, lambda: SECRETS).close()


def test_a_secret_of_another_row_does_not_open() -> None:
    with pytest.raises(MovedSecretError):
        open_source(replace(stored("canvas", "token"), id=uuid.UUID(int=8)), lambda: SECRETS)


@pytest.mark.parametrize("url", ["http://127.0.0.2", "http://[::1]:8", "http://LOCALHOST/x", "https://a.example"])
def test_addresses_that_may_be_asked(url: str) -> None:
    assert fault_of(url) is None
