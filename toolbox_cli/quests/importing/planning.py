"""What an import does with each quest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from toolbox_cli.content.quests.comparing import Difference, differences
from toolbox_cli.content.quests.reading.files import Loaded
from toolbox_cli.content.quests.reading.generated import tells
from toolbox_cli.content.quests.whole import same
from toolbox_cli.quests.database import Connection, Held, held_quests
from toolbox_cli.quests.options import OnConflict


class Fate(StrEnum):
    """What becomes of a quest."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    """It was edited elsewhere, and stays as it is."""
    CONFLICT = "conflict"
    """It was edited elsewhere."""
    REFUSED = "refused"
    """It is public, or somebody else's."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A quest of a file and its fate.

    Attributes:
        reason: why it is kept, in conflict or refused.
        changes: from the database's to the file's.
    """

    loaded: Loaded
    held: Held | None
    fate: Fate
    reason: str | None = None
    changes: tuple[Difference, ...] = ()


def plan(
    connection: Connection, loaded: Sequence[Loaded], on_conflict: OnConflict, author: int | None
) -> Iterator[Planned]:
    """Decide on each quest; locks those that are there."""
    held = {one.quest.quest_id: one for one in held_quests(connection, _names(loaded), lock=True)}
    for one in loaded:
        yield decide(one, held.get(one.quest.quest_id), on_conflict, author)


def decide(loaded: Loaded, held: Held | None, on_conflict: OnConflict, author: int | None) -> Planned:
    """Decide on one quest."""
    if held is None:
        return Planned(loaded, None, Fate.NEW)
    changes = tuple(differences(held.quest, loaded.quest))
    if held.is_whole and same(held.quest, loaded.quest):
        if tells(held.quest_yaml, held.quest):
            return Planned(loaded, held, Fate.UNCHANGED)
        changes = (Difference("quest_yaml", "told otherwise", "generated from the graph"),)
    if author is not None and author != held.author:
        return Planned(loaded, held, Fate.REFUSED, "somebody else is its author", changes)
    if loaded.based_on != held.content_hash and on_conflict is not OnConflict.TAKE:
        told = "it was edited since the file was exported" if loaded.based_on else "the file was not exported from it"
        fate = Fate.KEPT if on_conflict is OnConflict.KEEP else Fate.CONFLICT
        return Planned(loaded, held, fate, told, changes)
    if held.is_public:
        return Planned(loaded, held, Fate.REFUSED, "it is public, and what was reviewed is not edited", changes)
    return Planned(loaded, held, Fate.CHANGED, None, changes)


def _names(loaded: Sequence[Loaded]) -> list[str]:
    return [one.quest.quest_id for one in loaded]
