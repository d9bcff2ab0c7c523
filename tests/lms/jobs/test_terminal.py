"""A person at a terminal sees what is being done; a pipe gets nothing of it."""

import sys

import pytest

from tests.lms.jobs.conftest import Jobs
from tests.support.terminals import terminal
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.lms.jobs import asking


@pytest.mark.parametrize("quiet", [False, True])
def test_progress_shows_on_a_terminal_alone(jobs: Jobs, monkeypatch: pytest.MonkeyPatch, quiet: bool) -> None:
    jobs.add()
    environ = {"TOOLBOX_DATABASE_URL": jobs.database.url, "TERM": "xterm"}
    shown: list[str] = []
    sync_each = asking.sync_each

    def listening(runtime: Runtime, these: object, wishes: object, show: object) -> object:
        def heard(text: str) -> None:
            shown.append(text)
            show(text)  # type: ignore[operator]

        return sync_each(runtime, these, wishes, heard)  # type: ignore[arg-type]

    monkeypatch.setattr(asking, "sync_each", listening)
    with terminal() as screen, screen.stream("w") as err:
        monkeypatch.setattr(sys, "stderr", err)
        asking.run(Runtime(environ=environ, quiet=quiet), asking.Asked())
        err.flush()
        seen = screen.rest()
    assert "district: reading users, 58" in shown
    assert ("Syncing" in seen or "district: " in seen) is not quiet


def test_a_pipe_gets_no_progress(jobs: Jobs) -> None:
    jobs.add()
    assert jobs("sync").stderr == ""
