"""Which revisions there are, read from the files' heads without importing them or Alembic."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from toolbox_cli.core.errors import RefusedError, ToolboxError, UsageError
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.core.shipped import shipped

_FIELDS: Final = re.compile(r"^(revision|down_revision|document) = (.+?)\s*(?:#.*)?$", re.MULTILINE)
_TITLE: Final = re.compile(r'\A"""(.+?)\s*(?:"""|$)', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision.

    Attributes:
        down: the revision before it; None for a branch's first.
        document: the document whose installations stand at it; None for our own.
    """

    id: str
    down: str | None
    platform: str
    document: str | None
    title: str
    path: Path


@dataclass(frozen=True, slots=True)
class History:
    """All revisions: one line a platform, first to head."""

    lines: Mapping[str, tuple[Revision, ...]]

    def find(self, revision: str) -> Revision:
        """Give a revision by id.

        Raises:
            UsageError: there is no such revision.
        """
        for line in self.lines.values():
            for found in line:
                if found.id == revision:
                    return found
        raise UsageError(f"There is no revision {revision!r}.", remedy="List them with: toolbox db history")

    def head(self, platform: str) -> Revision:
        """Give the newest revision of a platform."""
        return self.lines[platform][-1]

    def position(self, platform: str, current: Sequence[str]) -> int:
        """Count the revisions of a platform that a database at `current` has."""
        return max((n for n, found in enumerate(self.lines[platform], 1) if found.id in current), default=0)

    def check_known(self, current: Sequence[str]) -> None:
        """Refuse a database that a newer toolbox has migrated.

        Raises:
            RefusedError: a revision of the database is not among ours.
        """
        known = {found.id for line in self.lines.values() for found in line}
        unknown = sorted(set(current) - known)
        if unknown:
            raise RefusedError(
                f"The database is at revision {', '.join(unknown)}, which this toolbox does not know.",
                remedy="A newer toolbox has migrated it: install that version, or restore a backup from before.",
            )


def read_history(folder: Path | None = None) -> History:
    """Read the revisions that ship with toolbox, or those under `folder`."""
    return _read(folder or shipped("migrations") / "versions")


@cache
def _read(folder: Path) -> History:
    found = {platform: list(_revisions(folder / platform, platform)) for platform in (RECORDS, *PLATFORMS)}
    return History({platform: tuple(_in_order(revisions)) for platform, revisions in found.items()})


def _revisions(folder: Path, platform: str) -> Iterator[Revision]:
    for path in sorted(folder.glob("*.py")):
        source = path.read_text(encoding="utf-8")
        fields = {name: ast.literal_eval(value) for name, value in _FIELDS.findall(source)}
        title = _TITLE.match(source)
        yield Revision(
            fields["revision"],
            fields["down_revision"],
            platform,
            fields.get("document"),
            title[1].rstrip(".") if title else path.stem,
            path,
        )


def _in_order(revisions: Sequence[Revision]) -> Iterator[Revision]:
    left = list(revisions)
    below: str | None = None
    while following := [found for found in left if found.down == below]:
        if len(following) > 1:
            raise ToolboxError(f"Revisions {', '.join(found.id for found in following)} follow the same one.")
        yield following[0]
        left.remove(following[0])
        below = following[0].id
    if left:
        raise ToolboxError(f"Revisions {', '.join(found.id for found in left)} follow none that ships.")
