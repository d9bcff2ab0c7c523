import subprocess
import sys
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.lms.doubles.lti import AGS, NRPS, taken_apart
from tests.lms.sources.gathering import gather
from tests.lms.sources.lti.conftest import MEMBERSHIPS, Tool, client_of, pem_of
from tests.support.web import Answer, html_page, instead, unauthorized
from toolbox_cli.core.errors import ConfigurationError, MissingExtraError
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.http.errors import UnauthorizedError
from toolbox_cli.lms.sources.lti import signing
from toolbox_cli.lms.sources.lti.platform import opened
from toolbox_cli.lms.sources.lti.source import Lti


def test_signs_in_once_for_everything(tool: Tool) -> None:
    assert len(tool.enrollments().complete) == 2
    tool.source.push_grade(tool.grade())
    assert len(tool.double.claims) == 1
    assert not tool.double.refused


def test_asks_for_no_more_than_it_needs(tool: Tool) -> None:
    bare = [replace(context, lineitems_url=None) for context in tool.contexts]
    source = tool.again(bare)
    gather(source.enrollments(tool.courses()))
    assert tool.web.asked[0].form["scope"] == NRPS
    assert not source.knows.grades
    tool.enrollments()
    scopes = [asked.form["scope"] for asked in tool.web.asked if asked.method == "POST"][-1]
    assert scopes.split() == [NRPS, *(f"{AGS}{what}" for what in ("lineitem", "score", "result.readonly"))]


def test_an_assertion_is_short_lived_and_never_the_same(tool: Tool) -> None:
    for _ in range(2):
        source = tool.again()
        assert gather(source.enrollments(tool.courses())).complete
    first, second = tool.double.claims
    assert first["jti"] != second["jti"]
    assert first["exp"] - first["iat"] <= 300
    assert first["iat"] < tool.stopped.now().timestamp() < first["exp"]
    assert tool.double.headers[0]["kid"]


def test_names_the_key_and_the_audience_as_told(tool: Tool, key: rsa.RSAPrivateKey) -> None:
    signature = signing.Signature(pem_of(key), "me", "https://sign.example", "key-7")
    head, claims, _, _ = taken_apart(signature.assertion(tool.stopped.now()))
    assert (head["kid"], claims["aud"], claims["iss"], claims["sub"]) == ("key-7", "https://sign.example", "me", "me")


def test_another_key_is_not_let_in(tool: Tool) -> None:
    other = replace(tool.platform, key=pem_of(rsa.generate_private_key(65537, 2048)))
    source = Lti(client_of(other, tool.contexts, tool.stopped), tool.contexts)
    found = gather(source.enrollments(tool.courses()))
    assert isinstance(found.error, UnauthorizedError)
    assert found.error.exit_code is Exit.UNREACHABLE
    assert not found.complete
    assert tool.double.refused == ["signature"]
    source.close()


@pytest.mark.parametrize("ahead_s", [-100, 25, 170])
def test_clocks_may_differ_a_little(tool: Tool, ahead_s: float) -> None:
    tool.double.ahead_s = ahead_s
    assert tool.enrollments().complete
    assert not tool.double.refused or ahead_s < 0


@pytest.mark.parametrize(("ahead_s", "why"), [(3600, "over"), (-3600, "future")])
def test_a_clock_that_is_wrong_is_followed(tool: Tool, ahead_s: float, why: str) -> None:
    tool.double.ahead_s = ahead_s
    assert len(tool.enrollments().complete) == 2
    assert tool.double.refused == [why]


def test_a_clock_that_is_very_wrong_is_told(tool: Tool) -> None:
    tool.double.ahead_s = 3 * 86_400
    error = tool.enrollments().error
    assert isinstance(error, UnauthorizedError)
    assert error.remedy == "Set this machine's clock: it is 72 hours behind the platform's."
    assert len(tool.double.refused) == 1


def test_a_scope_that_is_not_granted_is_told(tool: Tool) -> None:
    tool.double.scopes = frozenset({NRPS})
    error = tool.enrollments().error
    assert isinstance(error, UnauthorizedError)
    assert "scope" in error.message
    assert len(tool.double.refused) == 1


def test_a_token_that_ends_is_replaced_once(tool: Tool) -> None:
    pages = iter(tool.source.enrollments(tool.courses()))
    next(pages)
    tool.double.forget_tokens()
    assert len(gather(pages).complete) == 2
    assert len(tool.double.claims) == 2


def test_401_for_good_ends_the_reading(tool: Tool) -> None:
    tool.trouble("1", unauthorized(), page=2, times=9)
    found = tool.enrollments()
    assert isinstance(found.error, UnauthorizedError)
    assert not found.complete
    assert len(tool.double.claims) == 2


@pytest.mark.parametrize("answer", [html_page(), instead(Answer({"token": "x"})), instead(Answer([]))])
def test_no_token_is_no_token(tool: Tool, answer: object) -> None:
    tool.web.trouble(answer, path="*/token.php", times=9)  # type: ignore[arg-type]
    found = tool.enrollments()
    assert not found.complete
    assert {fault.code for fault in found.broken.values()} == {"lms-unreadable"}
    assert "token" in next(iter(found.broken.values())).message


def test_nothing_secret_is_told(tool: Tool, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")

    def echo(exchange: object) -> bool:
        sent = exchange.asked  # type: ignore[attr-defined]
        return exchange.send(Answer(f"no {sent.body.decode()} {sent.headers}", 400))  # type: ignore[attr-defined,no-any-return]

    tool.web.trouble(echo, path="*/token.php")
    error = tool.enrollments().error
    assert error is not None
    tool.web.trouble(instead(Answer({"why": "token-1"}, 403)), path=MEMBERSHIPS.format("*"), times=9)
    broken = tool.enrollments().broken.values()
    assertions = [asked.form["client_assertion"] for asked in tool.web.asked if asked.method == "POST"]
    told = "".join([error.message, repr(tool.platform), repr(tool.source._client), caplog.text, *map(str, broken)])
    assert len(broken) == 2
    assert len(assertions) == 2
    for secret in [*assertions, "token-1", tool.platform.key, tool.platform.key.splitlines()[3]]:
        assert secret not in told


def test_a_secret_that_is_no_key_is_refused(tool: Tool, key: rsa.RSAPrivateKey) -> None:
    wrong = [
        "hunter2", "", "é", pem_of(key, b"locked"), pem_of(ec.generate_private_key(ec.SECP256R1())),
        pem_of(rsa.generate_private_key(65537, 1024)),  # noqa: S505  as weak as that
        pem_of(key)[:300],
    ]  # fmt: skip
    for pem in wrong:
        with pytest.raises(ConfigurationError) as caught:
            opened(replace(tool.platform, key=pem), tool.contexts)
        assert "openssl genpkey" in str(caught.value.remedy)
        assert "hunter2" not in caught.value.message
        assert caught.value.__cause__ is None
    assert not tool.web.asked


def test_a_missing_extra_is_named() -> None:
    script = (
        "import sys; sys.modules['joserfc'] = None\n"
        "from toolbox_cli.core.errors import MissingExtraError\n"
        "from toolbox_cli.lms.sources.lti.source import Lti\n"
        "from toolbox_cli.lms.sources.lti.platform import Platform, opened\n"
        "try: opened(Platform('https://a.example', 'https://a.example/token', 'me', 'key'), [])\n"
        "except MissingExtraError as error: sys.exit(error.remedy)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "Install it with: python -m pip install 'toolbox-cli[lti]'"
    assert MissingExtraError.exit_code is Exit.USAGE
