"""The world that a command runs in: one object that tests swap."""

import datetime
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from toolbox_cli.core.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from toolbox_cli.core.settings import Settings


def _utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _working_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise UsageError("The working folder no longer exists.", remedy="Change into another one.") from None


@dataclass(frozen=True)
class Runtime:
    """Environment, clock, streams and settings of one run.

    Attributes:
        environ: environment variables, as the process got them.
        working_folder: where relative paths and `toolbox.yaml` are looked for.
        config_file: the file that `--config` names.
        quiet: say nothing on stderr but errors.
        verbose: say more, and show tracebacks.
        now: the clock; gives an aware UTC datetime.
    """

    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    working_folder: Path = field(default_factory=_working_folder)
    config_file: Path | None = None
    quiet: bool = False
    verbose: bool = False
    now: Callable[[], datetime.datetime] = _utc_now

    def with_options(self, *, config_file: Path | None, quiet: bool, verbose: bool) -> "Runtime":
        """Give the same world under the command line's global options."""
        return replace(self, config_file=config_file, quiet=quiet, verbose=verbose)

    @cached_property
    def settings(self) -> "Settings":
        """The configuration, read at first use.

        Raises:
            ConfigurationError: with all the faults of file and environment at once.
        """
        from toolbox_cli.core.settings import load_settings

        return load_settings(self.environ, self.working_folder, self.config_file)

    @property
    def out(self) -> TextIO:
        """Where data goes."""
        return sys.stdout

    @property
    def err(self) -> TextIO:
        """Where talk goes."""
        return sys.stderr

    @cached_property
    def talk(self) -> "Console":
        """Rich console on stderr, for progress and messages."""
        from rich.console import Console

        return Console(file=sys.stderr, quiet=self.quiet, highlight=False, soft_wrap=True)

    @property
    def interactive(self) -> bool:
        """Whether a person can answer a question."""
        return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()

    def say(self, text: str) -> None:
        """Tell the person a line, unless `--quiet`."""
        if not self.quiet:
            self.err.write(text + "\n")
            self.err.flush()

    def confirm(self, question: str, *, yes: bool) -> None:
        """Ask before something that can't be undone.

        Raises:
            RefusedError: the answer was no, or there is nobody to ask and no `--yes`.
        """
        if yes:
            return
        if not self.interactive:
            raise RefusedError(f"{question} There is no terminal to ask on.", remedy="Repeat it with --yes.")
        self.err.write(f"{question} [y/N] ")
        self.err.flush()
        if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
            raise RefusedError("Nothing was changed: the answer was not yes.")
