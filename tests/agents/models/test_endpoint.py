"""The endpoint is configured soundly, and keys and this machine's own matters stay here."""

import importlib.util
import logging
import os
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.commands import ROOT
from tests.support.endpoints import KEY, ModelServer
from tests.support.web import Answer, instead, self_signed, serving
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.records import Request
from toolbox_cli.agents.models.asking import wire
from toolbox_cli.agents.models.asking.account import Asked, Reason
from toolbox_cli.agents.models.backend import Backend
from toolbox_cli.agents.models.endpoint import Endpoint, endpoint
from toolbox_cli.core.errors import ConfigurationError, MissingExtraError
from toolbox_cli.core.sections import ModelSettings
from toolbox_cli.models.toolboxai.roblox.published import RobloxContent

LIBRARY = library()
REQUEST = Request(grade=5, topic="fractions", environment="island")
PROVIDERS = ["openai-compatible", "anthropic"]


def configured(**settings: Any) -> ModelSettings:
    held = {"provider": "openai-compatible", "url": "http://127.0.0.1:1/v1", "name": "m"}
    return ModelSettings.model_validate({**held, **settings})


def test_without_a_provider_there_is_no_endpoint() -> None:
    assert endpoint(ModelSettings()) is None
    assert endpoint(ModelSettings(url="http://127.0.0.1:1", name="m")) is None


def test_anthropic_has_an_address_of_its_own() -> None:
    made = endpoint(configured(provider="anthropic", url=None, key=KEY))
    assert made
    assert made.url == "https://api.anthropic.com"


@pytest.mark.parametrize(
    ("settings", "faults"),
    [
        ({"name": None, "url": None}, ["agents.model.name", "agents.model.url"]),
        ({"url": "127.0.0.1/v1"}, ["agents.model.url"]),
        ({"url": "https://ada:pw@llm.example/v1"}, ["agents.model.url"]),
        ({"url": "https://llm.example/v1?key=x"}, ["agents.model.url"]),
        ({"url": "https://llm.example:port"}, ["agents.model.url"]),
        ({"url": "ftp://llm.example"}, ["agents.model.url"]),
        ({"key": "two words"}, ["agents.model.key"]),
        ({"key": "line\nend"}, ["agents.model.key"]),
        ({"provider": "anthropic"}, ["agents.model.key"]),
        ({"price_in": 1}, ["agents.model.price_in"]),
        ({"budget_cost": 1}, ["agents.model.budget_cost"]),
        ({"ca_file": "/nowhere/ca.pem"}, ["agents.model.ca_file"]),
        ({"ca_file": __file__}, ["agents.model.ca_file"]),
        ({"url": "http://llm.example/v1", "key": KEY}, ["agents.model.url"]),
    ],
)
def test_what_cannot_work_is_refused_with_every_fault(settings: dict[str, Any], faults: list[str]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Backend.configured(configured(**settings), LIBRARY)
    assert [one.object for one in refused.value.findings] == faults


@pytest.mark.parametrize("url", ["http://localhost:1/v1", "http://[::1]:1/v1", "https://llm.example/v1"])
def test_a_key_goes_out_by_https_and_to_this_machine(url: str) -> None:
    assert endpoint(configured(url=url, key=KEY))


def test_a_name_has_to_fit_into_the_rows_that_keep_it() -> None:
    with pytest.raises(ValidationError):
        configured(name="m" * 101)
    assert RobloxContent.__table__.c.ai_model.type.length == 100


def test_openais_own_endpoints_are_told_apart() -> None:
    own = ["https://api.openai.com/v1", "https://eu.api.openai.com/v1", "https://school.openai.azure.com/openai/v1"]
    assert all(wire.is_openais(url) for url in own)
    others = ["http://127.0.0.1:11434/v1", "https://openai.com.llm.example/v1", "https://notopenai.com/v1"]
    assert not any(wire.is_openais(url) for url in others)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(wire.importlib.util, "find_spec", lambda name: None if name == "openai" else found(name))
    with pytest.raises(MissingExtraError) as refused:
        Backend.configured(configured(), LIBRARY)
    assert "toolbox-cli[llm]" in str(refused.value.remedy)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_only_what_is_needed_is_sent(model: ModelServer, provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "AUTH_TOKEN", "BASE_URL", "CUSTOM_HEADERS", "ORG_ID", "PROJECT_ID"):
        monkeypatch.setenv(f"OPENAI_{name}", "X-Other: of-somebody-else")
        monkeypatch.setenv(f"ANTHROPIC_{name}", "X-Other: of-somebody-else")
    made = Backend(model.endpoint(provider), LIBRARY).plan(REQUEST)
    assert made.asked
    assert made.asked.fallback is None
    (asked,) = model.web.asked
    signed = {"x-api-key": KEY, "anthropic-version": asked.headers.get("anthropic-version")}
    signed = signed if provider == "anthropic" else {"authorization": f"Bearer {KEY}"}
    agent = asked.headers["user-agent"]
    assert agent.startswith("toolbox/")
    left = {name: value for name, value in asked.headers.items() if name not in {"host", "content-length"}}
    assert left == {
        **signed, "user-agent": agent, "accept": "application/json", "accept-encoding": "identity",
        "connection": "keep-alive", "content-type": "application/json",
    }  # fmt: skip
    assert asked.json().keys() <= {"model", "messages", "max_tokens", "stream", "system"}
    assert asked.json()["max_tokens"] == 4000


def test_without_a_key_nothing_is_signed(model: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    Backend(model.endpoint(key=None), LIBRARY).plan(REQUEST)
    assert "authorization" not in model.web.asked[0].headers


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("status", [200, 400, 401, 429, 500])
def test_a_key_is_shown_nowhere(
    model: ModelServer, provider: str, status: int, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    error = {"error": {"message": f"Incorrect API key provided: {KEY}.", "type": f"key {KEY}"}}
    model.web.trouble(instead(Answer(error, status)), times=9)
    held = model.endpoint(provider)
    made = Backend(held, LIBRARY).plan(REQUEST)
    assert made.asked
    assert made.asked.fallback
    shown = [repr(held), str(held), repr(made.asked), made.asked.model_dump_json(), caplog.text, *capfd.readouterr()]
    assert not any(KEY in text for text in shown)
    assert not any("fractions" in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_key_is_in_no_traceback(model: ModelServer, provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise AssertionError("a fault of ours")

    monkeypatch.setattr(wire, "_answer", broken)
    monkeypatch.setattr(wire.Wire, "_of_failure", broken)
    with pytest.raises(AssertionError) as caught:
        Backend(model.endpoint(provider), LIBRARY).plan(REQUEST)
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_nobody_else_is_called(model: ModelServer) -> None:
    called: list[object] = []
    watching = True

    def watch(event: str, args: tuple[Any, ...]) -> None:
        if watching and event in {"socket.connect", "socket.getaddrinfo", "subprocess.Popen"}:
            called.append(args[1] if event == "socket.connect" else args[:2])

    sys.addaudithook(watch)
    for provider in PROVIDERS:
        made = Backend(model.endpoint(provider), LIBRARY).plan(REQUEST)
        assert made.asked
        assert made.asked.fallback is None
    watching = False
    port = int(model.web.url.rpartition(":")[2])
    assert {one for one in called if one not in {("127.0.0.1", port), ("127.0.0.1", str(port))}} == set()
    assert called


def test_a_certificate_is_trusted_by_its_file_alone(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with serving(certificate=certificate) as web:
        model = ModelServer(web)
        trusting = Backend(model.endpoint(ca_file=certificate.file), LIBRARY).plan(REQUEST)
        doubting = Backend(model.endpoint(), LIBRARY).plan(REQUEST)
    assert trusting.asked
    assert trusting.asked.fallback is None
    assert doubting.asked
    assert doubting.asked.fallback is Reason.UNREACHABLE


class TestProxies:
    @pytest.fixture(autouse=True)
    def none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("http", "https", "all", "no"):
            monkeypatch.delenv(f"{name}_proxy", raising=False)
            monkeypatch.delenv(f"{name.upper()}_PROXY", raising=False)

    def test_this_machine_is_asked_straight(self, model: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:1")
        assert asked(model.endpoint()).fallback is None

    def test_others_are_asked_through_the_proxy_of_the_environment(
        self, model: ModelServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", model.web.url.replace("//", "//ada:pass@"))
        made = endpoint(configured(url="http://llm.example/v1"))
        assert made
        assert "pass" not in repr(made)
        assert asked(made).fallback is None
        assert model.web.asked[0].target == "http://llm.example/v1/chat/completions"

    @pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "http://ada:pa:ss@host:port"])
    def test_what_is_no_proxy_is_told_without_its_password(self, proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        with pytest.raises(ConfigurationError, match="proxy") as refused:
            Backend.configured(configured(url="http://llm.example/v1"), LIBRARY).plan(REQUEST)
        assert "pa:ss" not in f"{refused.value} {refused.value.remedy}"


def asked(held: Endpoint) -> Asked:
    made = Backend(held, LIBRARY).plan(REQUEST)
    assert made.asked
    return made.asked


def test_packages_stay_silent_whatever_the_environment_wants(model: ModelServer) -> None:
    code = (
        "import sys; from toolbox_cli.agents.models.asking.wire import Wire\n"
        "from toolbox_cli.agents.models.endpoint import endpoint\n"
        "from toolbox_cli.core.sections import ModelSettings\n"
        "import asyncio\n"
        "async def ask():\n"
        "    held = endpoint(ModelSettings(provider='openai-compatible', url=sys.argv[1], name='m'))\n"
        "    async with Wire(held) as wire:\n"
        "        return await wire.answer('rules', ['fractions'])\n"
        "assert asyncio.run(ask()).text"
    )
    model.says("yes")
    held = {**os.environ, "OPENAI_LOG": "debug", "ANTHROPIC_LOG": "debug"}
    done = subprocess.run(
        [sys.executable, "-c", code, f"{model.web.url}/v1"],
        cwd=ROOT,
        env=held,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("", "")
