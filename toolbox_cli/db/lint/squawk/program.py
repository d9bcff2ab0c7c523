"""Runs squawk, and reads what it says."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from toolbox_cli.core.errors import ConfigurationError, MissingExtraError, ToolboxError

TIMEOUT_S: Final = 60.0
WITHOUT: Final = "Leave it out with --no-squawk"
_FOUND_SOMETHING: Final = 1
_SHOWN_SIGNS: Final = 300


@dataclass(frozen=True, slots=True)
class Squawk:
    """One finding of squawk's.

    Attributes:
        text: the place of the text that it is in.
        offset: in signs, within the text.
        end: the same.
        help: what squawk would do; None where it says nothing.
    """

    rule: str
    text: int
    offset: int
    end: int
    message: str
    help: str | None


def find_squawk(path: str | None = None) -> Path:
    """Find the program: the one that was installed with toolbox, or else one on the path.

    Raises:
        MissingExtraError: there is none.
    """
    folders = dict.fromkeys((str(Path(sys.executable).parent), sysconfig.get_path("scripts")))
    found = shutil.which("squawk", path=os.pathsep.join(folders)) or shutil.which("squawk", path=path or os.defpath)
    if found is None:
        raise MissingExtraError("squawk", "lint", otherwise=WITHOUT)
    return Path(found)


def run_squawk(
    program: Path, texts: Sequence[str], *, server_version: int, timeout_s: float = TIMEOUT_S
) -> list[Squawk]:
    """Have squawk read texts, each by itself and as one transaction.

    Args:
        program: where it is.
        texts: SQL.
        server_version: PostgreSQL's major version.
        timeout_s: for all of them.

    Returns:
        Findings of all its rules that are on from the start, text by text.

    Raises:
        ConfigurationError: it did not run, did not end in time, or said what we can't read.
    """
    with tempfile.TemporaryDirectory(prefix="toolbox-lint-") as folder:
        files = [Path(folder) / f"{number}.sql" for number in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text, encoding="utf-8", newline="")
        settings = Path(folder) / "squawk.toml"  # otherwise it looks for one in every folder above
        settings.write_text("", encoding="utf-8")
        told = _told(
            [
                str(program), "--config", str(settings), "--reporter", "json", "--assume-in-transaction",
                "--pg-version", f"{server_version}.0", *(file.name for file in files),
            ],
            folder,
            timeout_s,
        )  # fmt: skip
    try:
        found = [_read(item, texts) for item in _listed(told)]
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise _failed(f"It said what toolbox can't read: {_short(told)}") from error
    return sorted(found, key=lambda one: (one.text, one.offset, one.rule))


def _told(command: Sequence[str], folder: str, timeout_s: float) -> str:
    """Run it to the end, and give what it wrote."""
    try:
        done = subprocess.run(  # noqa: S603  the program that was found, and files of ours
            command, cwd=folder, capture_output=True, timeout=timeout_s, env=_ENVIRONMENT, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        raise _failed(f"It did not end within {timeout_s:g} s.") from error
    except OSError as error:
        raise _failed(f"{command[0]} can't be run: {error.strerror}.") from error
    if done.returncode not in {0, _FOUND_SOMETHING}:
        said = _short(done.stderr.decode(errors="replace"))
        raise _failed(f"It ended with status {done.returncode}{': ' + said if said else ''}.")
    try:
        return done.stdout.decode()
    except UnicodeDecodeError as error:
        raise _failed("It said what is no UTF-8.") from error


_ENVIRONMENT: Final = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}


def _listed(told: str) -> Sequence[Mapping[str, Any]]:
    found = json.loads(told or "[]")
    if not isinstance(found, list):
        raise TypeError(type(found).__name__)
    return found


def _read(item: Mapping[str, Any], texts: Sequence[str]) -> Squawk:
    """Read one finding; squawk counts lines and bytes from 0."""
    place = int(Path(item["file"]).stem)
    rows = texts[place].split("\n")
    start = _offset(rows, int(item["line"]), int(item["column"]))
    end = _offset(rows, int(item.get("line_end", item["line"])), int(item.get("column_end", item["column"])))
    told = item.get("help")
    return Squawk(str(item["rule_name"]), place, start, max(start, end), str(item["message"]), told and str(told))


def _offset(rows: Sequence[str], line: int, column: int) -> int:
    if line < 0 or column < 0:
        raise ValueError(line)
    row = rows[min(line, len(rows) - 1)]
    before = sum(len(one) + 1 for one in rows[:line])
    return before + len(row.encode()[:column].decode(errors="ignore"))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN_SIGNS else f"{line[:_SHOWN_SIGNS]}…"


def _failed(what: str) -> ToolboxError:
    return ConfigurationError(
        f"squawk failed. {what}",
        remedy=f"{WITHOUT}, or install it anew with: python -m pip install --force-reinstall squawk-cli",
    )
