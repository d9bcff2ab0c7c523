import errno
import os
import re
import signal
import socket
from collections.abc import Callable, Iterator

import psycopg
import pytest
import typer

from tests.support.commands import CommandLine, Outcome, ToolboxProcess
from toolbox_cli import __version__
from toolbox_cli.app import Root
from toolbox_cli.core import errors
from toolbox_cli.core.commands import Entry
from toolbox_cli.core.findings import Finding, Severity

Fail = Callable[..., Outcome]
_raised: list[BaseException] = []


def fail() -> None:
    """Fail."""
    raise _raised[-1]


@pytest.fixture
def fails(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fail]:
    """Run a command that raises what it is given."""
    monkeypatch.setattr(Root, "table", {"fail": Entry(f"{__name__}:fail", "Fail.")})

    def run(error: BaseException, *options: str) -> Outcome:
        _raised.append(error)
        return cli(*options, "fail")

    yield run
    _raised.clear()


CODES = {
    errors.ToolboxError: 1,
    errors.UsageError: 2,
    errors.ConfigurationError: 2,
    errors.InputError: 2,
    errors.OutputError: 2,
    errors.FindingsError: 3,
    errors.RefusedError: 4,
    errors.UnreachableError: 5,
    errors.LockedError: 6,
}


@pytest.mark.parametrize(("kind", "code"), CODES.items())
def test_every_error_of_ours_has_its_exit_status(fails: Fail, kind: type[errors.ToolboxError], code: int) -> None:
    done = fails(kind("The lid is off.", remedy="Put it on."))
    assert (done.exit_code, done.stdout) == (code, "")
    assert done.stderr == "Error: The lid is off.\n  → Put it on.\n"


@pytest.mark.parametrize("kind", CODES)
def test_an_error_without_words_has_those_of_its_kind(fails: Fail, kind: type[errors.ToolboxError]) -> None:
    assert fails(kind()).stderr == f"Error: {(kind.__doc__ or '').splitlines()[0]}\n"


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    def walk(kind: type[errors.ToolboxError]) -> Iterator[tuple[str, int]]:
        yield kind.__name__, kind.exit_code
        for below in kind.__subclasses__():
            if below.__module__ == errors.__name__:
                yield from walk(below)

    drawn = re.findall(r"^[│├└─ ]*(\w+Error) +(\d)  ", errors.__doc__ or "", re.MULTILINE)
    assert [(name, int(code)) for name, code in drawn] == list(walk(errors.ToolboxError))


def test_a_missing_extra_is_answered_with_the_command_that_installs_it(fails: Fail) -> None:
    done = fails(errors.MissingExtraError("duckdb", "analytics"))
    assert done.exit_code == 2
    assert done.stderr == (
        "Error: This needs duckdb, which is not installed.\n"
        "  → Install it with: python -m pip install 'toolbox-cli[analytics]'\n"
    )


def test_findings_are_listed_each_with_its_place_and_remedy(fails: Fail) -> None:
    found = [
        Finding("a", Severity.ERROR, "users", "email", "an address", "none", "in.csv", 7, "Add it."),
        Finding("b", Severity.ERROR, "lessons"),
    ]
    assert fails(errors.InputError("Two faults.", findings=found, remedy="Mend them.")).stderr.splitlines() == [
        "Error: Two faults.",
        "  in.csv:7: users email: none (expected an address) → Add it.",
        "  lessons",
        "  → Mend them.",
    ]


def test_findings_beyond_fifty_are_counted(fails: Fail) -> None:
    found = [Finding("a", Severity.ERROR, f"row-{number}") for number in range(53)]
    lines = fails(errors.FindingsError("Many.", findings=found)).stderr.splitlines()
    assert lines[1:51] == [f"  row-{number}" for number in range(50)]
    assert lines[51:] == ["  ... and 3 more"]


def test_an_error_that_nobody_expected_is_owned_up_to(fails: Fail) -> None:
    done = fails(KeyError("an internal name"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"toolbox {__version__} failed unexpectedly (KeyError)" in done.stderr
    assert "--verbose" in done.stderr
    assert "Traceback" not in done.stderr


def test_verbose_shows_where_it_happened(fails: Fail) -> None:
    for error in (KeyError("an internal name"), errors.RefusedError("No.")):
        done = fails(error, "--verbose")
        assert "Traceback" in done.stderr
        assert "raise _raised[-1]" in done.stderr
    assert done.stderr.endswith("Error: No.\n")


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (psycopg.errors.InsufficientPrivilege("permission denied"), 4, "lacks a privilege: permission denied."),
        (psycopg.errors.LockNotAvailable("busy"), 6, "could not give a lock in time: busy."),
        (psycopg.errors.DeadlockDetected("deadlock"), 6, "could not give a lock in time: deadlock."),
        (psycopg.errors.ReadOnlySqlTransaction("a standby"), 4, "takes no writes"),
        (psycopg.errors.DiskFull("no space"), 5, "disk is full: no space."),
        (psycopg.errors.AdminShutdown("terminating connection"), 5, "The connection to the database was lost"),
        (psycopg.OperationalError("the connection is closed"), 5, "The connection to the database was lost"),
        (psycopg.errors.UndefinedColumn("no such column"), 1, "failed unexpectedly (UndefinedColumn)"),
    ],
)
def test_what_a_database_says_is_translated(fails: Fail, error: psycopg.Error, code: int, told: str) -> None:
    done = fails(error)
    assert done.exit_code == code
    assert told in done.stderr


def test_typers_own_exits_stay_what_they_are(fails: Fail) -> None:
    assert fails(typer.Exit(7)) == Outcome(7, "", "")
    assert fails(typer.BadParameter("It is too long.")).exit_code == 2
    assert fails(typer.Abort()).exit_code == 1


def test_an_interruption_says_nothing(fails: Fail) -> None:
    assert fails(KeyboardInterrupt()) == Outcome(130, "", "")


def test_ctrl_c_ends_a_run_that_waits(toolbox_process: ToolboxProcess) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        process = toolbox_process.start(
            "db",
            "current",
            environ={"TOOLBOX_DATABASE_URL": f"postgresql://ada@127.0.0.1:{silent.getsockname()[1]}/school"},
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        silent.settimeout(60)
        connection, _ = silent.accept()
        with connection:
            process.send_signal(signal.SIGINT)
            stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout, stderr) == (130, "", "")


@pytest.mark.parametrize("argv", [("--help",), ("db", "--help"), ("--version",), ("db", "heads")])
@pytest.mark.parametrize("form", [(), ("--format", "json")])
def test_a_reader_that_has_seen_enough_is_no_error(
    toolbox_process: ToolboxProcess, argv: tuple[str, ...], form: tuple[str, ...]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = toolbox_process.start(*argv, *(form if argv == ("db", "heads") else ()), stdout=writing)
    os.close(writing)
    assert (process.communicate(timeout=60)[1], process.returncode) == ("", 0)


def test_an_error_keeps_its_status_when_nobody_reads_it(toolbox_process: ToolboxProcess) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    for argv, code in ((("db", "upgrad"), 2), (("--config", "nowhere", "db", "current"), 2)):
        process = toolbox_process.start(*argv, stdout=writing, stderr=writing)
        process.communicate(timeout=60)
        assert process.returncode == code
    os.close(writing)


def test_a_broken_pipe_elsewhere_is_not_taken_for_a_reader(fails: Fail) -> None:
    done = fails(BrokenPipeError(errno.EPIPE, "Broken pipe"))
    assert done.exit_code == 1
    assert "BrokenPipeError" in done.stderr


@pytest.mark.parametrize("argv", [("--help",), ("--version",), ("db", "heads"), ("db", "heads", "--format", "json")])
def test_a_full_disk_under_the_output_is_told(toolbox_process: ToolboxProcess, argv: tuple[str, ...]) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    process = toolbox_process.start(*argv, stdout=full)
    os.close(full)
    stderr = process.communicate(timeout=60)[1]
    assert (process.returncode, stderr) == (2, "Error: The output can't be written: No space left on device.\n")


def test_a_full_disk_is_told_with_the_file(fails: Fail) -> None:
    done = fails(OSError(errno.ENOSPC, "No space left on device", "/backups/school.dump"))
    assert done.exit_code == 2
    assert done.stderr == "Error: /backups/school.dump can't be written: No space left on device.\n"


def test_a_working_folder_that_is_gone_is_told(toolbox_process: ToolboxProcess, tmp_path: os.PathLike[str]) -> None:
    gone = os.path.join(tmp_path, "gone")  # noqa: PTH118
    os.mkdir(gone)  # noqa: PTH102
    done = toolbox_process("db", "heads", cwd=gone, preexec_fn=lambda: os.rmdir("../gone"))  # noqa: PTH106
    assert done.exit_code == 2
    assert done.stderr.startswith("Error: The working folder no longer exists.\n")
