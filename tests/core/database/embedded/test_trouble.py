"""What a person is told of it when a program of the server ends."""

import errno
import os
from pathlib import Path

import pytest

from toolbox_cli.core.database.embedded.trouble import explain_end, telling_lines, told_plainly
from toolbox_cli.core.errors import ConfigurationError, RefusedError, ToolboxError, UnreachableError

STAMP = "2026-03-01 10:00:00.000 UTC [77] "


def test_the_lines_that_name_a_cause_are_told() -> None:
    report = f"""{STAMP}LOG:  starting PostgreSQL 18.4
{STAMP}FATAL:  could not create lock file "postmaster.pid": No space left on device
{STAMP}DETAIL:  It is full.
{STAMP}LOG:  database system is shut down
"""
    assert telling_lines(report) == [
        'could not create lock file "postmaster.pid": No space left on device',
        "It is full.",
    ]


def test_a_report_without_such_lines_is_told_by_its_end() -> None:
    assert telling_lines("one\ntwo\n\nthree\nfour\nsh: 1: postgres: not found\n") == [
        "three",
        "four",
        "sh: 1: postgres: not found",
    ]


@pytest.mark.parametrize(
    ("cause", "kind", "remedy"),
    [
        ("could not write: No space left on device", UnreachableError, "Free some space"),
        ('unrecognized configuration parameter "x"', ConfigurationError, "Correct the server's parameters"),
        ("database files are incompatible with server", RefusedError, "Dump it"),
        ("could not locate a valid checkpoint record", UnreachableError, "restore it from a backup"),
        ("something that nobody has seen", UnreachableError, "Read the server's log: /log"),
    ],
)
def test_each_cause_has_its_kind_and_remedy(home: Path, cause: str, kind: type[ToolboxError], remedy: str) -> None:
    error = explain_end("PostgreSQL could not start", f"{STAMP}FATAL:  {cause}\n", home, Path("/log"))

    assert type(error) is kind
    assert error.message == f"PostgreSQL could not start: {cause}."
    assert error.remedy is not None
    assert remedy in error.remedy


def test_an_end_without_a_word_is_said_to_be_one(home: Path) -> None:
    assert explain_end("It stopped", "", home).message == "It stopped: it ended without a word."


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (errno.ENOSPC, UnreachableError, "is full"),
        (errno.EDQUOT, UnreachableError, "is full"),
        (errno.EROFS, ConfigurationError, "Read-only file system"),
        (errno.ENOLCK, ConfigurationError, "has no file locks"),
        (errno.EIO, ConfigurationError, "Input/output error"),
    ],
)
def test_what_the_system_refuses_is_told_plainly(home: Path, number: int, kind: type[ToolboxError], words: str) -> None:
    with pytest.raises(kind, match=words) as caught, told_plainly(home):
        raise OSError(number, os.strerror(number), str(home / "file"))
    assert str(home) in caught.value.message
