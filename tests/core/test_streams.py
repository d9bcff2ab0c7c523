import io
import json
import os

import pytest

from tests.support.commands import ToolboxProcess
from toolbox_cli.core.streams import prepare_streams, reader_gone, speaks_unicode

ASCII = (
    {"PYTHONIOENCODING": "ascii"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
)


@pytest.mark.parametrize("environ", ASCII)
def test_a_terminal_of_ascii_gets_signs_that_it_has(toolbox_process: ToolboxProcess, environ: dict[str, str]) -> None:
    done = toolbox_process("db", "current", environ={**environ, "TOOLBOX_DATABASE_URL": "mysql://é"})
    assert done.exit_code == 2
    assert done.stderr == (
        "Error: The address in TOOLBOX_DATABASE_URL is not one of PostgreSQL.\n"
        "  -> Write it as postgresql://user@host:5432/database.\n"
    )


def test_what_has_no_spelling_is_shown_by_its_number(toolbox_process: ToolboxProcess) -> None:
    done = toolbox_process("--config", "über/学.yaml", "db", "current", environ={"PYTHONIOENCODING": "ascii"})
    assert done.stderr.startswith(r"Error: There is no configuration file \xfcber/\u5b66.yaml.")
    latin = {"PYTHONIOENCODING": "latin-1:strict"}
    process = toolbox_process.start("--config", "über/学.yaml", "db", "current", environ=latin, text=False)
    assert process.communicate(timeout=60)[1].startswith(b"Error: There is no configuration file \xfcber/\\u5b66.yaml.")  # type: ignore[arg-type]


def test_a_file_name_that_is_no_text_can_be_told(toolbox_process: ToolboxProcess) -> None:
    name = os.fsdecode(b"\xff.yaml")
    assert toolbox_process("--config", name, "db", "current").stderr.startswith(
        "Error: There is no configuration file \\udcff.yaml."
    )


@pytest.mark.parametrize("closed", [1, 2])
def test_a_stream_that_was_closed_takes_everything(toolbox_process: ToolboxProcess, closed: int) -> None:
    done = toolbox_process("db", "heads", "--format", "json", preexec_fn=lambda: os.close(closed))
    assert done.exit_code == 0
    assert done.stderr == ""
    assert bool(done.stdout) is (closed == 2)


def test_an_error_with_stderr_closed_does_not_turn_into_data(toolbox_process: ToolboxProcess) -> None:
    done = toolbox_process("db", "upgrad", preexec_fn=lambda: os.close(2))
    assert (done.exit_code, done.stdout) == (2, "")


def test_streams_of_a_test_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", io.StringIO())
    monkeypatch.setattr("sys.stderr", io.StringIO())
    prepare_streams()


@pytest.mark.parametrize(
    ("encoding", "speaks"), [("utf-8", True), ("UTF8", True), ("utf-16", True), ("ascii", False), ("cp1252", False)]
)
def test_which_encodings_have_every_character(encoding: str, speaks: bool) -> None:
    assert speaks_unicode(io.TextIOWrapper(io.BytesIO(), encoding=encoding)) is speaks
    assert speaks_unicode(io.StringIO())


def test_a_reader_is_gone_when_its_end_of_the_pipe_is_closed() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as stream:
        assert not reader_gone(stream)
        os.close(reading)
        assert reader_gone(stream)
    assert not reader_gone(io.StringIO())


def test_json_stays_whole_where_characters_are_missing(toolbox_process: ToolboxProcess) -> None:
    argv = ("db", "heads", "--format", "json")
    plain, ascii_only = toolbox_process(*argv), toolbox_process(*argv, environ={"PYTHONIOENCODING": "ascii"})
    assert json.loads(plain.stdout) == json.loads(ascii_only.stdout)
