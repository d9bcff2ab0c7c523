import io
import sys

import pytest

from tests.support.terminals import terminal
from toolbox_cli.core.progress import bars, status
from toolbox_cli.core.runtime import Runtime


def work(runtime: Runtime) -> None:
    with status(runtime, "Starting") as show:
        show("Going on")
    with bars(runtime) as shown:
        shown.add("Loading", "lessons", 3)
        for _ in range(3):
            shown.advance("lessons", 1)
        shown.clear()


def test_nothing_is_shown_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", shown := io.StringIO())
    work(Runtime())
    assert shown.getvalue() == ""


def test_a_terminal_shows_what_is_being_done(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal() as screen, screen.stream("w") as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        with status(Runtime(), "Starting") as show:
            show("Going on")
            screen.wait_for("Going on")
        with bars(Runtime()) as shown:
            shown.add("lessons of all", "lessons", 3)
            shown.advance("lessons", 2)
            shown.advance("nobody asked for these", 2)
            screen.wait_for("2/3")
            shown.advance("lessons", 1)
            screen.wait_for("/s")
            shown.clear()
            shown.add("quizzes", "quizzes", 4)
            shown.advance("quizzes", 1)
            screen.wait_for("1/4")


def test_quiet_shows_nothing_on_a_terminal_either(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal() as screen, screen.stream("w") as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        work(Runtime(quiet=True))
        assert screen.rest() == ""


def test_colours_can_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    colours = ("\x1b[3", "\x1b[9", "\x1b[1;3")
    for refused in (False, True):
        monkeypatch.setenv("NO_COLOR", "1" if refused else "")
        with terminal() as screen, screen.stream("w") as stderr:
            monkeypatch.setattr(sys, "stderr", stderr)
            work(Runtime())
            assert any(colour in screen.rest() for colour in colours) is not refused


def test_a_terminal_without_unicode_gets_signs_that_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal() as screen, screen.stream("w") as stderr:
        stderr.reconfigure(encoding="ascii")  # type: ignore[attr-defined]
        monkeypatch.setattr(sys, "stderr", stderr)
        work(Runtime())
        screen.rest()
        assert "- Going on" in screen.text
        assert "Loading ---" in screen.text
