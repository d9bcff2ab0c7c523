"""The processes that compute, without a database."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from select import select
from uuid import uuid4

import pytest

from tests.agents.engine.kinds import KINDS
from toolbox_cli.agents.engine import children as module
from toolbox_cli.agents.engine.children import Children, Stopped, Trial
from toolbox_cli.agents.engine.outcomes import Done, Failed, Given, Outcome


def given(kind: str, **told: object) -> Given:
    return Given(uuid4(), 1, 0, kind, kind, told, {}, None, None, None, None, None, None, None, None, {}, 30, ())


@pytest.fixture
def children() -> Iterator[Children]:
    made = Children(0)
    yield made
    made.end()


def run(children: Children, kind: str, **told: object) -> Outcome | Stopped:
    return Trial(given(kind, **told), None, 0).run(children, KINDS[kind].compute, lambda progress: True)


def test_a_task_sees_neither_modules_of_the_working_folder_nor_ways_to_other_systems(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "queue.py").write_text("raise SystemExit(7)")
    monkeypatch.chdir(tmp_path)
    for name in ("PGPASSWORD", "TOOLBOX_DATABASE_URL_FILE", "TOOLBOX_SMTP_PASSWORD", "TOOLBOX_AGENTS_MODEL_KEY"):
        monkeypatch.setenv(name, "x")
    ended = run(children, "looking")
    assert isinstance(ended, Done)
    assert {name for name in ended.output["names"] if name.startswith(("PG", "TOOLBOX_"))} == {
        "TOOLBOX_AGENTS_MODEL_KEY"
    }


def test_a_task_that_dies_while_what_it_started_lives_is_noticed_and_leaves_nothing(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.05)
    file = tmp_path / "pid"
    ended = run(children, "forking", file=str(file))
    assert isinstance(ended, Failed)
    assert (ended.kind, ended.retryable) == ("crashed", True)
    with suppress(ProcessLookupError):
        assert select([os.pidfd_open(int(file.read_text()))], [], [], 20)[0], "it lives"
