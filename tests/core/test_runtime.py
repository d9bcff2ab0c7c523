import datetime
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.terminals import Terminal, terminal
from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.core.runtime import Runtime


@contextmanager
def at_a_terminal(**instead: object) -> Iterator[Terminal]:
    """Let this process talk on a terminal, with `instead` of one of its streams."""
    with (
        terminal() as screen,
        screen.stream("r") as stdin,
        screen.stream("w") as stderr,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, stream in {"stdin": stdin, "stderr": stderr, **instead}.items():
            patch.setattr(sys, name, stream)
        yield screen


def test_yes_answers_without_asking() -> None:
    with at_a_terminal() as screen:
        Runtime().confirm("Go on?", yes=True)
        assert screen.rest() == ""


@pytest.mark.parametrize("answer", ["y", "Y", "yes", " Yes "])
def test_a_person_can_agree(answer: str) -> None:
    with at_a_terminal() as screen:
        screen.type(f"{answer}\n")
        Runtime().confirm("This drops a school. Go on?", yes=False)
        assert screen.rest() == "This drops a school. Go on? [y/N] "


@pytest.mark.parametrize("answer", ["n\n", "no\n", "\n", "yess\n", "yo\n", "\x04"])
def test_everything_else_is_a_refusal(answer: str) -> None:
    with at_a_terminal() as screen:
        screen.type(answer)
        with pytest.raises(RefusedError, match="Nothing was changed"):
            Runtime().confirm("Go on?", yes=False)


def test_a_question_is_asked_however_quiet() -> None:
    with at_a_terminal() as screen:
        screen.type("y\n")
        Runtime(quiet=True).confirm("Go on?", yes=False)
        assert "Go on?" in screen.rest()


@pytest.mark.parametrize("missing", ["stdin", "stderr"])
def test_without_a_terminal_nobody_is_asked(missing: str) -> None:
    with at_a_terminal(**{missing: io.StringIO("y\n")}) as screen:
        screen.type("y\n")
        with pytest.raises(RefusedError) as caught:
            Runtime().confirm("Go on?", yes=False)
        assert screen.rest() == ""
    assert caught.value.message == "Go on? There is no terminal to ask on."
    assert caught.value.remedy == "Repeat it with --yes."


def test_a_closed_stdin_is_no_terminal() -> None:
    with at_a_terminal(stdin=None):
        assert not Runtime().interactive


def test_talk_goes_to_stderr_unless_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    Runtime().say("Half is done.")
    Runtime(quiet=True).say("All is done.")
    assert capsys.readouterr() == ("", "Half is done.\n")


def test_options_leave_the_world_as_it_is(tmp_path: Path) -> None:
    world = Runtime(environ={"TOOLBOX_ENV": "staging"}, working_folder=tmp_path)
    asked = world.with_options(config_file=Path("x.yaml"), quiet=True, verbose=True)
    assert (asked.environ, asked.working_folder, asked.now) == (world.environ, world.working_folder, world.now)
    assert (asked.config_file, asked.quiet, asked.verbose) == (Path("x.yaml"), True, True)
    assert world.settings.env == "staging"
    assert world.settings is world.settings


def test_the_clock_gives_utc() -> None:
    assert Runtime().now().tzinfo is datetime.UTC


def test_a_working_folder_that_is_gone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(UsageError, match="no longer exists"):
        Runtime()
