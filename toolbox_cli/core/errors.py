"""The errors that `toolbox` raises on purpose.

ToolboxError                 1  a fault of ours, when raised as itself
├── UsageError               2  wrong use, bad configuration, unreadable input or unwritable output
│   ├── ConfigurationError   2  a setting is missing or wrong
│   ├── InputError           2  an input file can't be read
│   ├── OutputError          2  the output can't be written
│   └── MissingExtraError    2  an optional package is not installed
├── FindingsError            3  what was checked does not hold
├── RefusedError             4  a safety guard said no
├── UnreachableError         5  a database, LMS or API could not be reached
└── LockedError              6  another run holds the lock

The library raises them; only the root command turns them into text and exit status.
"""

from collections.abc import Sequence
from typing import ClassVar

from toolbox_cli.core.exits import Exit
from toolbox_cli.core.findings import Finding


class ToolboxError(Exception):
    """Something went wrong inside toolbox.

    Attributes:
        message: what happened and where, one sentence, for a person; never a secret.
        remedy: what to do next, one sentence or a command.
        findings: all the faults at once, where there are several.
    """

    exit_code: ClassVar[Exit] = Exit.FAULT

    def __init__(
        self, message: str | None = None, *, remedy: str | None = None, findings: Sequence[Finding] = ()
    ) -> None:
        self.message = message or (self.__doc__ or "").splitlines()[0]
        self.remedy = remedy
        self.findings = tuple(findings)
        super().__init__(self.message)


class UsageError(ToolboxError):
    """The command was not used as it is meant."""

    exit_code = Exit.USAGE


class ConfigurationError(UsageError):
    """The configuration is not usable."""


class InputError(UsageError):
    """The input can't be read."""


class OutputError(UsageError):
    """The output can't be written."""


class MissingExtraError(UsageError):
    """An optional package is not installed.

    Args:
        package: its name.
        extra: the extra of ours that brings it.
        otherwise: how to go without it, the beginning of a sentence.
    """

    def __init__(self, package: str, extra: str, *, otherwise: str | None = None) -> None:
        begins = f"{otherwise}, or install" if otherwise else "Install"
        super().__init__(
            f"This needs {package}, which is not installed.",
            remedy=f"{begins} it with: python -m pip install 'toolbox-cli[{extra}]'",
        )


class FindingsError(ToolboxError):
    """What was checked does not hold."""

    exit_code = Exit.FINDINGS


class RefusedError(ToolboxError):
    """A safety guard refused this."""

    exit_code = Exit.REFUSED


class UnreachableError(ToolboxError):
    """A server could not be reached."""

    exit_code = Exit.UNREACHABLE


class LockedError(ToolboxError):
    """Another run holds the lock."""

    exit_code = Exit.LOCKED
