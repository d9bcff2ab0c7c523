"""Where a migration is to go: `heads`, `frames@head`, `frames@-1`, `frames@base` or a revision."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.db.revisions.lineage.history import History, Revision, read_history

HEADS: Final = "heads"
DOCUMENTS: Final = "documents"

_BRANCH: Final = re.compile(r"(?P<platform>\w+)@(?P<place>head|base|[+-]\d+)")


@dataclass(frozen=True, slots=True)
class Goal:
    """How many revisions of each platform a database shall have; platforms left out stay as they are."""

    positions: Mapping[str, int]

    def ahead(self, history: History, current: Sequence[str]) -> tuple[Revision, ...]:
        """Give the revisions still to be applied: the records' first, then platform by platform."""
        return tuple(
            revision
            for platform, position in self.positions.items()
            for revision in history.lines[platform][history.position(platform, current) : position]
        )

    def behind(self, history: History, current: Sequence[str]) -> tuple[Revision, ...]:
        """Give the revisions to be taken back, newest first; the records' last."""
        return tuple(
            revision
            for platform, position in reversed(list(self.positions.items()))
            for revision in reversed(history.lines[platform][position : history.position(platform, current)])
        )


def one_goal(text: str, to: str | None) -> str:
    """Give the one goal that TARGET and `--to` ask for.

    Raises:
        UsageError: they ask for two.
    """
    if to is None:
        return text
    if to != DOCUMENTS or text != HEADS:
        raise UsageError("--to takes the word documents, and no TARGET beside it.")
    return to


def one_target(found: Sequence[Target], text: str) -> Target:
    """Give the one database that a target is about, where the platforms live in several.

    Raises:
        UsageError: it does not say which.
    """
    if len(found) == 1:
        return found[0]
    branch = _BRANCH.fullmatch(text)
    platform = branch["platform"] if branch else read_history().find(text).platform
    for target in found:
        if platform in target.names.platforms:
            return target
    raise UsageError("The platforms live in several databases.", remedy="Pick one with --platform.")


def parse_goal(text: str, history: History, current: Sequence[str], platforms: Sequence[str]) -> Goal:
    """Read a target.

    Args:
        text: what the user wrote.
        history: all revisions.
        current: the database's present revisions, for `frames@-1` and the like.
        platforms: the platforms of this database.

    Raises:
        UsageError: it is not a target.
        RefusedError: it names a platform that lives in another database.
    """
    if text in {HEADS, DOCUMENTS}:
        return _everywhere(text, history, current, platforms)
    branch = _BRANCH.fullmatch(text)
    if branch is None:
        if not re.fullmatch(r"\w+", text):
            raise _not_a_target(text)
        revision = history.find(text)
        return _goal(revision.platform, history.lines[revision.platform].index(revision) + 1, history, platforms)
    platform = branch["platform"]
    if platform not in history.lines:
        raise UsageError(f"There is no platform {platform!r}.", remedy=f"The platforms are {', '.join(PLATFORMS)}.")
    return _goal(platform, _position(branch["place"], platform, history, current), history, platforms)


def _everywhere(text: str, history: History, current: Sequence[str], platforms: Sequence[str]) -> Goal:
    positions = {}
    for platform in (RECORDS, *platforms):
        line = history.lines[platform]
        written = [n for n, revision in enumerate(line, 1) if revision.document]
        at_documents = text == DOCUMENTS and platform != RECORDS
        positions[platform] = max(written, default=0) if at_documents else len(line)
    return Goal(positions)


def _position(place: str, platform: str, history: History, current: Sequence[str]) -> int:
    line = history.lines[platform]
    if place == "head":
        return len(line)
    if place == "base":
        return 0
    position = history.position(platform, current) + int(place)
    if not 0 <= position <= len(line):
        raise UsageError(f"{platform} has no revision {place} from where the database is.")
    return position


def _goal(platform: str, position: int, history: History, platforms: Sequence[str]) -> Goal:
    if platform not in (RECORDS, *platforms):
        raise RefusedError(
            f"{platform} does not live in this database.", remedy="Check --platform and platforms.*.url."
        )
    if platform == RECORDS:
        return Goal({RECORDS: position})
    return Goal({RECORDS: len(history.lines[RECORDS]), platform: position} if position else {platform: 0})


def _not_a_target(text: str) -> UsageError:
    return UsageError(
        f"{text!r} is not a target.",
        remedy="Write heads, a platform and a place (frames@head, frames@-1, frames@base), or a revision.",
    )
