"""What becomes of a quest: made in conversation, moderated, reviewed, given to the child, published."""

from dataclasses import dataclass
from typing import Final

from toolbox_cli.core.chance import Chance
from toolbox_cli.seed.domains.quests.families.days import Days
from toolbox_cli.seed.domains.quests.families.people import Home
from toolbox_cli.seed.making.moments import Moment

_TIME_ENOUGH: Final = 16
"""Days before the last on which the last quests are begun, so that they can still be published."""

_DRAFT: Final = 0.3
_REJECTED: Final = 0.4
_WAITING: Final = 0.48
"""Bounds of what becomes of quests that are not to be published; the others are approved for the own child."""

_REVIEWED: Final = 0.4
"""Share of the own child's quests that a psychologist looks at all the same."""

_APPROVED: Final = 0.6
_EDITED_AFTERWARDS: Final = 0.4
_DEPLOYED: Final = 0.9


@dataclass(slots=True)
class Life:
    """What becomes of a quest.

    Attributes:
        begun_at: when the conversation began.
        created_at: when it ended, with a quest.
        edited_at: when the author last changed something.
        status: draft, ready, deployed or published.
        moderation: pending, approved or rejected.
        moderated_at: None while it waits.
        reviewed_at: None without a review.
        approved: whether the review approves.
        edited_since: whether the quest is no longer what was reviewed.
        deployed: number of the day on which children can play it; None while they can't.
    """

    begun_at: Moment
    created_at: Moment
    edited_at: Moment
    status: str
    moderation: str
    moderated_at: Moment | None = None
    reviewed_at: Moment | None = None
    approved: bool = False
    edited_since: bool = False
    deployed: int | None = None

    @property
    def public(self) -> bool:
        return self.status == "published"


def life_of(home: Home, days: Days, chance: Chance, *, goes: bool) -> Life:
    """Let a family make a quest.

    Args:
        home: an active family.
        days: the block's.
        chance: the block's.
        goes: whether it is to be published.
    """
    unit = chance.unit
    first = home.joined + 1
    latest = max(first, min(home.last, days.count - _TIME_ENOUGH))
    day = min(first + int((latest - first + 1) * unit() * unit()), latest)
    begun = days.evening(day, 0.6 * unit())
    created = begun + int(540 + 1_860 * unit())
    edit = min(day + chance.below(3), home.last)
    edited = created + int(60 + 1_200 * unit()) if edit == day else days.evening(edit, unit())
    made = Life(begun, created, edited, "ready", "pending")
    fate = unit()
    moderated = days.working(edit + 1 + int(2 * unit()))
    if not goes and fate < _DRAFT:
        made.status = "draft"
    elif moderated < days.count and (goes or fate < _REJECTED or fate >= _WAITING):
        made.moderated_at = days.office(moderated, unit())
        made.moderation = "approved" if goes or fate >= _WAITING else "rejected"
    if made.moderation == "approved":
        _go_on(made, home, moderated, goes, days, chance)
    return made


def _go_on(made: Life, home: Home, moderated: int, goes: bool, days: Days, chance: Chance) -> None:
    """Go on with a quest that moderation approved."""
    review = days.working(moderated + 1 + chance.below(3))
    if review < days.count and (goes or chance.happens(_REVIEWED)):
        made.approved = goes or chance.happens(_APPROVED)
        made.reviewed_at = days.office(review, chance.unit())
        again = review + 1 + chance.below(3)
        if goes:
            _deploy(made, "published", days.working(review + 1), days)
        elif again <= home.last and chance.happens(_EDITED_AFTERWARDS):
            made.edited_since, made.edited_at = True, days.evening(again, chance.unit())
            made.moderation, made.moderated_at = "pending", None
        if not made.approved or made.edited_since or made.public:
            return
    if chance.happens(_DEPLOYED):
        _deploy(made, "deployed", days.working(moderated + 1), days)


def _deploy(made: Life, status: str, day: int, days: Days) -> None:
    if day < days.count:
        made.status, made.deployed = status, day
