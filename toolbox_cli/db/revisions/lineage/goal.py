"""Where a migration is to go: `heads`, `frames@head`, `frames@-1`, `frames@base` or a revision."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from toolbox_cli.core.database.names import check_platform
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.db.revisions.lineage.history import History, Revision, read_history

HEADS: Final = "heads"
DOCUMENTS: Final = "documents"

_BRANCH: Final = re.compile(r"(?P<platform>\w+)@(?P<place>head|base|[+-]\d+)")


class _Place(NamedTuple):
    """A place in the line of one platform: `head`, `base`, a distance such as `-1`, or a revision's id."""

    platform: str
    where: str


@dataclass(frozen=True, slots=True)
class Goal:
    """How many revisions of each platform a database shall have; platforms left out stay as they are."""

    positions: Mapping[str, int]

    def ahead(self, history: History, current: Sequence[str]) -> tuple[Revision, ...]:
        """Give the revisions still to be applied: the records' first, then platform by platform.

        Raises:
            RefusedError: the database is at a revision that we don't know.
        """
        history.check_known(current)
        return tuple(
            revision
            for platform, position in self.positions.items()
            for revision in history.lines[platform][history.position(platform, current) : position]
        )

    def behind(self, history: History, current: Sequence[str]) -> tuple[Revision, ...]:
        """Give the revisions to be taken back, newest first; the records' last.

        Raises:
            RefusedError: the database is at a revision that we don't know.
        """
        history.check_known(current)
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


def concerned(found: Sequence[Target], text: str) -> tuple[Target, ...]:
    """Give the databases that a target is about, where the platforms live in several.

    Raises:
        UsageError: it is not a target, or none of these databases holds its platform.
    """
    place = _place(text, read_history())
    if place is None or place.platform == RECORDS:
        return tuple(found)
    living = tuple(target for target in found if place.platform in target.names.platforms)
    if not living:
        raise _lives_elsewhere(place.platform)
    return living


def one_target(found: Sequence[Target], text: str) -> Target:
    """Give the one database that a target is about.

    Raises:
        UsageError: it is about several.
    """
    meant = concerned(found, text)
    if len(meant) > 1:
        raise UsageError("The platforms live in several databases.", remedy="Pick one with --platform.")
    return meant[0]


def parse_goal(text: str, history: History, current: Sequence[str], platforms: Sequence[str]) -> Goal:
    """Read a target.

    Args:
        text: what the user wrote.
        history: all revisions.
        current: the database's present revisions, for `frames@-1` and the like.
        platforms: the platforms of this database.

    Raises:
        UsageError: it is not a target, or it names a platform that lives in another database.
        RefusedError: it takes back the records that a platform still needs.
    """
    place = _place(text, history)
    if place is None:
        return _everywhere(text, history, platforms)
    if place.platform not in (RECORDS, *platforms):
        raise _lives_elsewhere(place.platform)
    position = _position(place, history, current)
    if place.platform == RECORDS:
        return _records(position, history, current)
    return Goal({RECORDS: len(history.lines[RECORDS]), place.platform: position} if position else {place.platform: 0})


def _place(text: str, history: History) -> _Place | None:
    """Read where a target leads; None for everywhere."""
    if text in {HEADS, DOCUMENTS}:
        return None
    if branch := _BRANCH.fullmatch(text):
        if branch["platform"] != RECORDS:
            check_platform(branch["platform"])
        return _Place(branch["platform"], branch["place"])
    if not re.fullmatch(r"\w+", text):
        raise UsageError(
            f"{text!r} is not a target.",
            remedy="Write heads, a platform and a place (frames@head, frames@-1, frames@base), or a revision.",
        )
    return _Place(history.find(text).platform, text)


def _everywhere(text: str, history: History, platforms: Sequence[str]) -> Goal:
    positions = {}
    for platform in (RECORDS, *platforms):
        line = history.lines[platform]
        written = [n for n, revision in enumerate(line, 1) if revision.document]
        at_documents = text == DOCUMENTS and platform != RECORDS
        positions[platform] = max(written, default=0) if at_documents else len(line)
    return Goal(positions)


def _position(place: _Place, history: History, current: Sequence[str]) -> int:
    line = history.lines[place.platform]
    if place.where in {"head", "base"}:
        return len(line) if place.where == "head" else 0
    if place.where[0] not in "+-":
        return history.position(place.platform, [place.where])
    position = history.position(place.platform, current) + int(place.where)
    if not 0 <= position <= len(line):
        raise UsageError(f"{place.platform} has no revision {place.where} from where the database is.")
    return position


def _records(position: int, history: History, current: Sequence[str]) -> Goal:
    standing = [platform for platform in PLATFORMS if history.position(platform, current)]
    if position < history.position(RECORDS, current) and standing:
        raise RefusedError(
            f"The toolkit's own records go last: {', '.join(standing)} still stand on them.",
            remedy=f"Take those back first: toolbox db downgrade {standing[0]}@base",
        )
    return Goal({RECORDS: position})


def _lives_elsewhere(platform: str) -> UsageError:
    return UsageError(f"{platform} does not live in this database.", remedy="Check --platform and platforms.*.url.")
