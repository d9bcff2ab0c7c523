"""How an error becomes a message for a person and an exit status."""

import contextlib
import errno
import sys
import traceback
from typing import TYPE_CHECKING, Final

import typer

from toolbox_cli import __version__
from toolbox_cli.core.errors import OutputError, ToolboxError
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.findings import Finding
from toolbox_cli.core.streams import reader_gone

if TYPE_CHECKING:
    from toolbox_cli.core.runtime import Runtime

LISTED_FINDINGS: Final = 50
"""How many findings an error message lists before it counts the rest."""

_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def exit_for(error: Exception, runtime: "Runtime | None") -> int:
    """Tell the person what happened, on stderr, and give the exit status.

    Typer's own exits and usage errors pass through unchanged: it renders those itself.
    """
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, typer.Abort | typer.TyperException):
        raise error
    if isinstance(error, BrokenPipeError) and any(map(reader_gone, (sys.stdout, sys.stderr))):
        return Exit.DONE  # whoever reads has seen enough
    known = error if isinstance(error, ToolboxError) else _translate(error)
    with contextlib.suppress(OSError):
        if runtime is not None and runtime.verbose:
            traceback.print_exception(error, file=sys.stderr)
        sys.stderr.write(describe(known) if known else _fault(error))
    return known.exit_code if known else Exit.FAULT


def describe(error: ToolboxError) -> str:
    """Lay out an error: what happened, each finding, what to do next."""
    lines = [f"Error: {error.message}"]
    lines += [f"  {_finding_line(finding)}" for finding in error.findings[:LISTED_FINDINGS]]
    if len(error.findings) > LISTED_FINDINGS:
        lines.append(f"  ... and {len(error.findings) - LISTED_FINDINGS} more")
    if error.remedy:
        lines.append(f"  → {error.remedy}")
    return "\n".join(lines) + "\n"


def _finding_line(finding: Finding) -> str:
    column = f":{finding.column}" if finding.column else ""
    line = f":{finding.line}{column}" if finding.line else ""
    place = f"{finding.file}{line}: " if finding.file else ""
    what = " ".join(part for part in (finding.object, finding.field) if part)
    found = f": {finding.found}" if finding.found else ""
    expected = f" (expected {finding.expected})" if finding.expected else ""
    remedy = f" → {finding.remedy}" if finding.remedy else ""
    return f"{place}{what}{found}{expected}{remedy}"


def _fault(error: Exception) -> str:
    kind = type(error).__name__
    return (
        f"Error: toolbox {__version__} failed unexpectedly ({kind}). This is a fault of toolbox, not of your input.\n"
        "  → Repeat it with --verbose before the command's name, and report what it prints.\n"
    )


def _translate(error: Exception) -> ToolboxError | None:
    """Give an error of output or database, wherever it came up, as one of ours; None for everything else."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return OutputError(f"{error.filename or 'The output'} can't be written: {error.strerror}.")
    if "psycopg" not in sys.modules:
        return None
    from toolbox_cli.core.database.failures import translate

    return translate(error)
