"""What a sync does with each quest."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from toolbox_cli.quests.inner_edu.api.shapes import Elsewhere
from toolbox_cli.quests.inner_edu.held import Ours
from toolbox_cli.quests.options import OnConflict


class Fate(StrEnum):
    """What becomes of a quest."""

    CREATED = "created"
    UPDATED = "updated"
    DEPLOYED = "deployed"
    WITHDRAWN = "withdrawn"
    """Moderation rejected it, and children play it no more."""
    LINKED = "linked"
    """inner_edu has it already, and we wrote that down."""
    UNCHANGED = "unchanged"
    KEPT = "kept"
    """It was edited there, and stays as it is."""
    WAITING = "waiting"
    """Moderation has not approved it; what is deployed there stays."""
    CONFLICT = "conflict"
    """It was edited there, or by somebody while it was sent."""
    REJECTED = "rejected"
    """inner_edu does not take it."""
    REFUSED = "refused"
    """It must not go there."""
    UNKNOWN = "unknown"
    """Children can play it there, and we have it no more."""
    UNREACHED = "unreached"
    """inner_edu failed; the next run finds out how far it came."""


SENDING = frozenset({Fate.CREATED, Fate.UPDATED, Fate.DEPLOYED, Fate.WITHDRAWN, Fate.LINKED})
"""What changes something, there or here."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A quest and its fate.

    Attributes:
        there: as inner_edu has it; None where it has none.
        reason: why it is not sent.
    """

    ours: Ours
    fate: Fate
    there: Elsewhere | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Stranger:
    """A quest that inner_edu has from us, and we have not; its fate is None where nobody can play it."""

    there: Elsewhere
    fate: Fate | None
    reason: str | None = None


@dataclass(frozen=True)
class _There:
    by_name: Mapping[str, Sequence[Elsewhere]]
    by_key: Mapping[str, Elsewhere]


def plan(ours: Sequence[Ours], theirs: Sequence[Elsewhere], on_conflict: OnConflict, *, named: bool) -> list[Planned]:
    """Compare both sides.

    Args:
        ours: quests that are or may be there.
        theirs: all that is there from our side.
        on_conflict: what to do with quests that were edited there.
        named: whether they were asked for by name: then one that may not go there is refused.
    """
    by_key = {str(one.id): one for one in theirs}  # pages that move while they are read show one twice
    by_name = defaultdict(list)
    for one in by_key.values():
        by_name[one.quest_id].append(one)
    there = _There(by_name, by_key)
    return [_planned(one, there, on_conflict, named=named) for one in ours]


def strangers(theirs: Sequence[Elsewhere], known: Set[str], *, withdraw: bool) -> list[Stranger]:
    """Say what becomes of quests that we have not, by name.

    Args:
        theirs: all that is there from our side.
        known: names of ours, and keys: one may have got another name here.
        withdraw: whether they shall be taken down.
    """
    found = {one.id: one for one in theirs if not known & {one.quest_id, str(one.id)}}.values()
    playable = Fate.WITHDRAWN if withdraw else Fate.UNKNOWN
    return [
        Stranger(one, None if one.deployed_revision is None else playable, "we have it no more")
        for one in sorted(found, key=lambda one: (one.quest_id, str(one.id)))
    ]


def _planned(ours: Ours, there: _There, on_conflict: OnConflict, *, named: bool) -> Planned:
    found = there.by_name.get(ours.name, ())
    other = there.by_key.get(ours.key or "")
    if len(found) > 1:
        return Planned(ours, Fate.CONFLICT, reason=f"inner_edu has it {len(found)} times")
    if other is not None and other.quest_id != ours.name:
        return Planned(ours, Fate.CONFLICT, reason=f"its key is that of {other.quest_id} at inner_edu")
    one = found[0] if found else None
    if ours.moderation != "approved":
        return _unapproved(ours, one, named=named)
    if reasons := ours.reasons:
        return Planned(ours, Fate.REFUSED, one, "; ".join(reasons))
    return _settled(Planned(ours, _wanted(ours, one), one, _conflict(ours, one)), on_conflict)


def _unapproved(ours: Ours, there: Elsewhere | None, *, named: bool) -> Planned:
    playable = ours.deployed or (there is not None and there.deployed_revision is not None)
    if ours.moderation == "rejected" and playable:
        return Planned(ours, Fate.WITHDRAWN, there, "moderation rejected it")
    why = "moderation rejected it" if ours.moderation == "rejected" else "moderation has not approved it"
    return Planned(ours, Fate.REFUSED if named else Fate.WAITING, there, why)


def _settled(wanted: Planned, on_conflict: OnConflict) -> Planned:
    if wanted.reason is None or on_conflict is OnConflict.TAKE:
        return wanted
    fate = Fate.KEPT if on_conflict is OnConflict.KEEP else Fate.CONFLICT
    return Planned(wanted.ours, fate, wanted.there, wanted.reason)


def _conflict(ours: Ours, there: Elsewhere | None) -> str | None:
    if there is None:
        return "it was deleted at inner_edu" if ours.key else None
    if ours.key and ours.key != str(there.id):
        return "it has another key at inner_edu"
    if ours.deployed and there.deployed_revision is None:
        return "it was taken down at inner_edu"
    return "it was edited at inner_edu" if there.edited else None


def _wanted(ours: Ours, there: Elsewhere | None) -> Fate:
    if there is None:
        return Fate.CREATED
    if there.edited or there.source is None or there.source.content_hash != ours.content_hash:
        return Fate.UPDATED
    if not there.deployed:
        return Fate.DEPLOYED
    known = ours.key == str(there.id) and ours.deployed
    return Fate.UNCHANGED if known else Fate.LINKED
