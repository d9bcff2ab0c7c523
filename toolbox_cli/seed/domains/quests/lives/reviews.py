"""What psychologists say of quests."""

from hashlib import sha256
from typing import Final

from toolbox_cli.core.chance import Chance
from toolbox_cli.seed.domains.quests.families.people import Psychologist
from toolbox_cli.seed.domains.quests.lives.quest import Quest
from toolbox_cli.seed.making.moments import written, written_if
from toolbox_cli.seed.making.text import Row

_GOOD: Final = 3
"""The least score that an approval allows."""

_STRENGTHS: Final = (
    "The child may stop at every choice.", "The reveal comes when the child is ready for it.",
    "No answer sounds like blame.", "The skill is shown before it is asked for.",
)  # fmt: skip
_CONCERNS: Final = ("The second gate may be long for a tired child.", "The worry is named early.", None, None)
_HINTS: Final = ("Let the companion speak less at the end.", "Add a pause before the reveal.", None)
_CHANGES: Final = (
    "Move the reveal behind the memory.", "Reword the answers at the bridge: one of them sounds like a test.",
    "Leave the family's quarrel out of the first scene.",
)  # fmt: skip


def review_row(key: int, by: Psychologist, quest: Quest, chance: Chance) -> Row:
    """Write down a review.

    Args:
        key: of the review.
        by: who reviewed.
        quest: what was reviewed.
        chance: the block's.
    """
    approved, at, normal = quest.life.approved, quest.life.reviewed_at, chance.normal
    least, shift = (_GOOD, 4.7) if approved else (1, 3.4)
    shift += 0.7 * quest.quality
    scores = [min(max(int(shift + 0.6 * normal()), least), 5) for _ in range(4)]
    if not approved:
        scores[chance.below(4)] = 2
    minutes = chance.between(12, 55)
    return (
        key, quest.key, by.name, by.credentials, *scores, sum(scores) / 4, approved, chance.pick(_STRENGTHS),
        chance.pick(_CONCERNS), chance.pick(_HINTS), None if approved else chance.pick(_CHANGES), minutes,
        written_if(at and at - 60 * minutes), written_if(at), quest.content_hash(), by.user, 0,
    )  # fmt: skip


def earlier_row(by: Psychologist, quest: Quest, chance: Chance) -> Row:
    """Write down a judgement that did not approve, and that the present one took the place of.

    Args:
        by: who reviewed.
        quest: what was reviewed; it has a review.
        chance: the block's.
    """
    superseded = quest.life.reviewed_at or quest.life.created_at
    at = (quest.life.created_at + superseded) // 2
    scores = [chance.between(2, 4) for _ in range(4)]
    minutes = chance.between(12, 55)
    before = sha256(quest.content_hash().encode()).hexdigest()
    return (
        quest.key, 1, by.name, by.credentials, *scores, sum(scores) / 4, False, chance.pick(_STRENGTHS),
        chance.pick(_CONCERNS), chance.pick(_HINTS), chance.pick(_CHANGES), minutes, written(at - 60 * minutes),
        written(at), before, by.user, 0, written(superseded),
    )  # fmt: skip
