"""A quest that moderation approved, and inner_edu."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.quests.conftest import Quests
from tests.quests.inner_edu.played import TOKEN, InnerEdu
from tests.quests.judging import moderate
from tests.support.commands import Outcome
from tests.support.servers import Database
from tests.support.web import serving
from toolbox_cli.quests.inner_edu.api import client

Sync = Callable[..., Outcome]


@pytest.fixture
def inner_edu() -> Iterator[InnerEdu]:
    with serving() as web:
        yield InnerEdu(web)


@pytest.fixture
def sync(
    quests: Quests, database: Database, inner_edu: InnerEdu, imported: object, monkeypatch: pytest.MonkeyPatch
) -> Sync:
    """Run `toolbox quests sync`; two-doors is approved by moderation."""
    moderate(database)
    monkeypatch.setattr(client, "LIMITS", replace(client.LIMITS, wait_initial_s=0.001, wait_max_s=0.002, read_s=5))

    def run(*argv: str, token: str = TOKEN) -> Outcome:
        environ = {"TOOLBOX_INNER_EDU_URL": inner_edu.url, "TOOLBOX_INNER_EDU_TOKEN": token}
        done = quests("sync", *argv, environ=environ)
        assert token not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    return run


@pytest.fixture
def fates(sync: Sync) -> Callable[..., tuple[int, dict[str, str], dict[str, Any]]]:
    """Run it, and give status, what became of each quest, and the summary."""

    def run(*argv: str, **how: Any) -> tuple[int, dict[str, str], dict[str, Any]]:
        done = sync(*argv, "--format", "json", **how)
        found = json.loads(done.stdout)
        assert found["ok"] == (done.exit_code == 0)
        return done.exit_code, {one["quest"]: one["fate"] for one in found["items"]}, found["summary"]

    return run
