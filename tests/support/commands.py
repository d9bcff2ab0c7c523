"""Runs the command line: in this process, or as a process of its own."""

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.servers import Database
from toolbox_cli.app import run
from toolbox_cli.core.runtime import Runtime

ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    """What one run of the command line did."""

    exit_code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class CommandLine:
    """`cli("db", "current", database=…)`: runs in this process; `environ` adds to TOOLBOX_HOME and HOME."""

    environ: Mapping[str, str]
    folder: Path

    def __call__(
        self, *argv: str, database: Database | None = None, environ: Mapping[str, str] | None = None, stdin: str = ""
    ) -> Outcome:
        runtime = Runtime(environ=_environment(self.environ, database, environ), working_folder=self.folder)
        stdout, stderr = _stream(), _stream()
        with redirect_stdout(stdout), redirect_stderr(stderr), pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdin", _stream(stdin))
            exit_code = run(argv, runtime)
        return Outcome(exit_code, _text(stdout), _text(stderr))


@dataclass
class ToolboxProcess:
    """`toolbox_process("db", "upgrade", database=…)`: runs `python -m toolbox_cli` with a clean environment."""

    environ: Mapping[str, str]
    folder: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def __call__(self, *argv: str, stdin: str | None = None, timeout_s: float = 120, **where: Any) -> Outcome:
        """Run to the end."""
        process = self.start(*argv, **where)
        stdout, stderr = process.communicate(stdin, timeout=timeout_s)
        return Outcome(process.returncode, stdout, stderr)

    def start(
        self, *argv: str, database: Database | None = None, environ: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.Popen[str]:
        """Start without waiting; killed after the test where it still runs."""
        process = subprocess.Popen(
            [sys.executable, "-m", "toolbox_cli", *argv],
            env=_environment(self.environ, database, environ),
            **{
                "cwd": self.folder,
                "stdin": subprocess.PIPE,
                "stdout": subprocess.PIPE,
                "stderr": subprocess.PIPE,
                "text": True,
                **options,
            },
        )
        self.started.append(process)
        return process

    def end(self) -> None:
        """Kill what still runs, and close the pipes."""
        for process in self.started:
            process.kill()
            process.communicate()


def process_environment(home: Path) -> dict[str, str]:
    """Give what a process of ours gets: a path, a home, and what measures its coverage."""
    return {
        **{name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")},
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": str(ROOT),
        "HOME": str(home),
        "TOOLBOX_HOME": str(home / "toolbox"),
    }


def _stream(content: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content.encode()), encoding="utf-8", newline="")


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    raw = stream.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode()


def _environment(base: Mapping[str, str], database: Database | None, more: Mapping[str, str] | None) -> dict[str, str]:
    address = {"TOOLBOX_DATABASE_URL": database.url} if database else {}
    return {**base, **address, **(more or {})}
