"""How a secret comes in: from a prompt, a file, stdin or the environment, never from the command line."""

import getpass
import os
import re
import stat
import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from toolbox_cli.core.errors import ConfigurationError, RefusedError, UsageError
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.lms.sources.connecting.kinds import TOKEN, Kind

LONGEST: Final = 16_384

_STDIN: Final = Path("-")
_VISIBLE: Final = re.compile(r"[\x21-\x7e]+")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class BadSecretError(UsageError):
    """A secret can't be read, or is none; says so without quoting anything."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a secret is read from; neither is a prompt.

    Attributes:
        file: its path; `-` is stdin.
        variable: name of an environment variable.
    """

    file: Path | None = None
    variable: str | None = None

    @property
    def asks(self) -> bool:
        """Whether a person is asked for it."""
        return self.file is None and self.variable is None


def read_secret(runtime: Runtime, origin: Origin, kind: Kind, auth: str) -> SecretStr:
    """Read a secret, and check that it can be one.

    What options are given is not quoted: somebody may have typed the secret there.

    Raises:
        BadSecretError: it can't be read, or can't be one.
        RefusedError: there is nobody to ask.
    """
    what = kind.secret(auth)
    if origin.asks and kind.key:
        raise BadSecretError(f"the {what} has several lines: give it by --secret-file or --secret-env")
    if origin.asks:
        text = _prompt(runtime, what)
    elif origin.file is None:
        text = _variable(runtime.environ, origin.variable or "")
    elif origin.variable is not None:
        raise BadSecretError("--secret-file and --secret-env: give one of them")
    else:
        text = _text(runtime, origin.file)
    return _checked_key(text, kind) if kind.key else _checked(text, what, auth)


def _prompt(runtime: Runtime, what: str) -> str:
    if not runtime.interactive:
        raise RefusedError(
            f"The {what} is asked for, and there is no terminal to ask on.",
            remedy="Give it by --secret-file FILE, --secret-file - for stdin, or --secret-env VARIABLE.",
        )
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(f"{what.capitalize()} (is not shown): ", stream=runtime.err)
        except getpass.GetPassWarning:
            raise RefusedError(
                "The terminal would show what is typed.", remedy="Give the secret by --secret-file or --secret-env."
            ) from None
        except EOFError:
            raise RefusedError(f"No {what} was typed, and nothing was changed.") from None


def _variable(environ: Mapping[str, str], name: str) -> str:
    if name not in environ:
        raise BadSecretError("--secret-env: the variable that it names is not set")
    return environ[name]


def _text(runtime: Runtime, file: Path) -> str:
    try:
        if file == _STDIN:
            read = sys.stdin.buffer.read(LONGEST + 1)
        else:
            with (runtime.working_folder / file).open("rb") as opened:
                read = opened.read(LONGEST + 1)
                _warn(runtime, opened.fileno())
        return read.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadSecretError("--secret-file: what it names is not UTF-8 text") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no path"
        raise BadSecretError(f"--secret-file: what it names can't be read: {why}") from None


def _warn(runtime: Runtime, opened: int) -> None:
    held = os.fstat(opened)
    if stat.S_ISREG(held.st_mode) and held.st_mode & _OTHERS:
        runtime.say("Warning: others may open the file with the secret. Keep it to yourself: chmod 600")


def _checked_key(text: str, kind: Kind) -> SecretStr:
    if len(text) > LONGEST:
        raise BadSecretError(f"it is longer than {LONGEST} characters")
    try:
        kind.public_half(text)
    except ConfigurationError as error:
        raise BadSecretError(error.message, remedy=error.remedy) from None
    return SecretStr(text.strip() + "\n")


def _checked(text: str, what: str, auth: str) -> SecretStr:
    text = text.removesuffix("\n").removesuffix("\r")
    faults = {
        "is empty": not text.strip(),
        f"is longer than {LONGEST} characters": len(text) > LONGEST,
        "has more than one line, or signs that can't be typed": _CONTROL.search(text) is not None,
        "has blanks or signs that no token has": auth == TOKEN and _VISIBLE.fullmatch(text) is None,
    }
    fault = next((fault for fault, found in faults.items() if found), None)
    if fault:
        raise BadSecretError(f"the {what} {fault}")
    return SecretStr(text)
