"""Children play: whose consent lives, what they did, what their parents say of it."""

from typing import Final, NamedTuple

from toolbox_cli.core.chance import Chance, rising
from toolbox_cli.seed.domains.quests.families.days import Days
from toolbox_cli.seed.domains.quests.families.people import Home
from toolbox_cli.seed.making.moments import Moment, written
from toolbox_cli.seed.making.text import Raw, raw

_MORNING_S: Final = 27_000
_AGAIN: Final = 0.08
"""Share of the children who agree, took it back and agreed again."""

_MOST_SESSIONS: Final = 6


class Consent(NamedTuple):
    """What a child said to sharing its progress in one quest.

    Attributes:
        given_at: of the newest yes.
        revoked_at: when that was taken back.
        history: earlier and present words, as `consent_history` has them.
    """

    given_at: Moment | None = None
    revoked_at: Moment | None = None
    history: Raw = raw([])

    @property
    def given(self) -> bool:
        return self.given_at is not None

    @property
    def live(self) -> bool:
        return self.given_at is not None and self.revoked_at is None

    @property
    def changed_at(self) -> Moment | None:
        return self.revoked_at or self.given_at


SILENCE: Final = Consent()
"""What a child said that was not asked, or said no."""


def consent_of(home: Home, deployed: int, agrees: bool, revokes: bool, days: Days, chance: Chance) -> Consent:
    """Ask a child, on the morning after it got the quest.

    Args:
        home: its family.
        deployed: number of the day on which it got the quest.
        agrees: whether it says yes.
        revokes: whether it takes that back later.
        days: the block's.
        chance: the block's.
    """
    day = deployed + 1
    if not agrees or day > home.last:
        return SILENCE
    given = days.at(day, _MORNING_S + 3_000 * chance.unit())
    left = home.last - day
    if left < 1 or not (revokes or chance.happens(_AGAIN)):
        return Consent(given, None, _history(("given", given)))
    taken = day + 1 + int(left * chance.unit())
    revoked = days.evening(taken, chance.unit())
    if revokes:
        return Consent(given, revoked, _history(("given", given), ("revoked", revoked)))
    again = taken + 1 + chance.below(3)
    if again > home.last:
        return Consent(given, None, _history(("given", given)))
    anew = days.at(again, _MORNING_S + 3_000 * chance.unit())
    return Consent(anew, None, _history(("given", given), ("revoked", revoked), ("given", anew)))


def _history(*words: tuple[str, Moment]) -> Raw:
    told = [f'{{"action":"{action}","at":"{written(at)}"}}' for action, at in words]
    return Raw("[" + ",".join(told) + "]")


class Play(NamedTuple):
    """How one child played one quest.

    Attributes:
        user: key of the parent.
        day: number of the day on which it began.
        last: of the last one.
    """

    user: int
    day: int
    last: int
    started_at: Moment
    ended_at: Moment
    sessions: int
    minutes: float
    steps: int
    completed: bool


def play_of(home: Home, first: int, steps: int, ease: float, days: Days, chance: Chance) -> Play | None:
    """Let a child play; None where no day is left.

    Args:
        home: the child's family.
        first: number of the first day on which it may.
        steps: of the quest.
        ease: how much the child can beyond what the quest asks.
        days: the block's.
        chance: the block's.
    """
    if first > home.last:
        return None
    unit = chance.unit
    day = first + int((home.last - first + 1) * unit() * unit())
    completed = unit() < rising(0.9 + 0.8 * ease)
    wanted = min(1 + int((3.5 - 1.2 * ease) * unit() * unit() + 0.5), _MOST_SESSIONS) if ease < 2.5 else 1
    length_s = int((420 + 600 * unit()) * (1.3 - 0.6 * rising(ease)))
    started = days.playtime(day, 0.85 * unit())
    last, ended, sessions = day, started, 1
    while sessions < wanted and last + 3 <= home.last:
        last += 1 + int(3 * unit())
        ended = days.playtime(last, 0.85 * unit())
        sessions += 1
    done = steps if completed else int((steps - 1) * (0.2 + 0.8 * unit()))
    minutes = round(sessions * length_s / 60, 1)
    return Play(home.user, day, last, started, ended + length_s, sessions, minutes, done, completed)


def stars(quality: float, chance: Chance) -> int:
    """Rate a quest.

    Args:
        quality: of the quest; mean 0 and deviation 1.
        chance: the block's.
    """
    return min(max(int(4.2 + 0.8 * quality + 0.7 * chance.normal()), 1), 5)
