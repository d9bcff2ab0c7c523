"""What pg_dump, pg_restore and psql say when they fail, as errors of ours."""

import re
from typing import Final

from toolbox_cli.core.errors import InputError, LockedError, RefusedError, ToolboxError, UnreachableError

_LINE: Final = re.compile(r"^.*\b(?:ERROR|FATAL|error):\s+(.+)$")

_KINDS: Final[tuple[tuple[str, type[ToolboxError], str], ...]] = (
    ("(lock|statement) timeout", LockedError, "Try again when nothing else works on these tables."),
    ("No space left|Disk quota", UnreachableError, "Free space there, then repeat."),
    ("could not connect|connection to server|server closed|terminating connection|the connection was lost",
     UnreachableError, "Try again; `toolbox db doctor` says more."),
    ("must be owner|must be able to SET ROLE|must be member of role", RefusedError,
     "Restore as a role that may give objects their owners, or leave owners and grants out with --no-rights."),
    ("permission denied|must be superuser|row-level security|row security", RefusedError,
     "Use the role that owns the database, or a superuser."),
    ("valid archive|unsupported version|could not read|unexpected end of file", InputError,
     "Take another copy of the dump, or another backup."),
)  # fmt: skip


def explain(what: str, stderr: str) -> ToolboxError:
    """Make an error of what a program said.

    Args:
        what: what could not be done, the beginning of a sentence.
        stderr: all that it said.
    """
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    told = [found[1] for line in lines if (found := _LINE.match(line))]
    cause = (told or lines or ["it ended without a word"])[0].rstrip(".")
    for pattern, kind, remedy in _KINDS:
        if re.search(pattern, stderr):
            return kind(f"{what}: {cause}.", remedy=remedy)
    return RefusedError(f"{what}: {cause}.", remedy="The database is as it was before.")
