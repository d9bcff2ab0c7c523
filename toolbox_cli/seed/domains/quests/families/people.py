"""Who lives in a block: parents with a child each, and psychologists."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from toolbox_cli.core.chance import Chance, Weighted
from toolbox_cli.seed.domains.quests.families.days import Days, days_of
from toolbox_cli.seed.domains.quests.sizes import PSYCHOLOGISTS, families_in, places
from toolbox_cli.seed.domains.quests.story.blank import plain
from toolbox_cli.seed.domains.quests.story.words import THEMES
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.moments import written
from toolbox_cli.seed.making.names import names_of
from toolbox_cli.seed.making.places import first_place
from toolbox_cli.seed.making.text import Raw, Row, raw
from toolbox_cli.seed.profiles.shape import Profile

_TELEGRAM: Final = 9 * 10**18
"""Where made-up account numbers begin: the messenger's own have 52 bits at most."""

_THEMES: Final = tuple(THEMES)
_PSYCHOLOGIST: Final = raw({"role": "psychologist"})
_STYLES: Final = ("by looking", "by doing", "by listening", "by reading")
_SHOWN: Final = ("patience", "curiosity", "kindness", "humour", "courage")


class Home(NamedTuple):
    """What others may know of a family.

    Attributes:
        user: key of the parent.
        agrees: whether the parent agreed to the processing.
        active: whether the parent agreed, and stayed; nothing happens in other families.
        joined: number of the day on which the parent came.
        last: of the day of the last sign of life; after `joined` where the family is active.
    """

    user: int
    agrees: bool
    active: bool
    joined: int
    last: int


class Family(NamedTuple):
    """A family, as its parent tells of it.

    Attributes:
        parent: what the parent wants to be called.
        child: the child's first name.
        age: of the child, in years.
        ability: of the child, on the scale of what is difficult; mean 0 and deviation 1.
        interests: of the child, keys of `THEMES`.
    """

    home: Home
    parent: str
    child: str
    age: int
    ability: float
    interests: list[str]
    locale: str


class Psychologist(NamedTuple):
    """Somebody who reviews."""

    user: int
    name: str
    credentials: str


def homes_of(context: Context, block: int) -> tuple[Home, ...]:
    """Give the families of a block: cheap, so that other blocks can ask."""
    profile = context.profile
    adult, who = profile.consent["adult"], profile.learners
    first = first_place(context.run, block, places(profile)["users"]) + PSYCHOLOGISTS
    shares = (adult.parental * adult.data_collection, who.never_back, who.leaving)
    return _homes(context.run.key, block, range(first, first + families_in(profile, block)), shares, days_in(profile))


@lru_cache(maxsize=64)
def _homes(run: str, block: int, users: range, shares: tuple[float, float, float], days: int) -> tuple[Home, ...]:
    chance, (agreeing, never_back, leaving) = Chance(run, "homes", block), shares
    homes = []
    for user in users:
        agrees, stays, leaves = chance.happens(agreeing), not chance.happens(never_back), chance.happens(leaving)
        joined = int(0.7 * (days - 2) * chance.unit() * chance.unit())
        left, share = days - 1 - joined, chance.unit()
        last = joined + 1 + int((left - 1) * share) if leaves else days - 1 - int(0.3 * left * share * share)
        homes.append(Home(user, agrees, agrees and stays, joined, last if agrees and stays else joined))
    return tuple(homes)


def days_in(profile: Profile) -> int:
    """Say on how many days something may happen: whatever the zone, the first and the last are whole."""
    return profile.calendar.days - 2


def zone_of(context: Context, block: int) -> Days:
    """Give the days of a block, in its time zone."""
    zones = Weighted(context.profile.calendar.time_zones)
    return days_of(context, zones.pick(Chance(context.run.key, "zone", block)), days_in(context.profile))


def family_of(context: Context, home: Home, locales: Weighted[str], chance: Chance) -> Family:
    """Get to know a family."""
    locale, grades = locales.pick(chance), context.profile.classes.grades
    names = names_of(locale)
    parent, child = plain(chance.pick(names.first)), plain(chance.pick(names.first))
    age = min(chance.between(grades.start, grades.end) + 5 + chance.below(2), 18)
    interests = few(_THEMES, chance)
    return Family(home, parent, child, age, chance.normal(), interests, locale)


def few(things: Sequence[str], chance: Chance) -> list[str]:
    """Give one, two or three different ones of at least five things, that follow each other."""
    first, count = chance.below(len(things)), 1 + chance.below(3)
    found = things[first : first + count]
    return [*found, *things[: count - len(found)]]


def psychologists_of(context: Context, block: int, days: Days, chance: Chance) -> tuple[list[Row], list[Psychologist]]:
    """Engage the psychologists of a block."""
    first = first_place(context.run, block, places(context.profile)["users"])
    names = names_of(Weighted(context.profile.locales).pick(chance))
    rows: list[Row] = []
    people, came = [], written(days.at(0, 30_000))
    for user in range(first, first + PSYCHOLOGISTS):
        name = plain(f"Dr. {' '.join(names.person(chance))}")
        credentials = f"Child and adolescent psychotherapist; sample licence {user}"
        people.append(Psychologist(user, name, credentials))
        rows.append((
            user, _telegram(user), "CASUAL_CHAT", None, None, None, chance.between(20, 400), chance.between(4, 40), 0,
            came, written(days.office(days.count - 1, chance.unit())), _PSYCHOLOGIST, True, 730,
            _NOTHING, None, 0, 0, "educational", name, None,
        ))  # fmt: skip
    return rows, people


_NOTHING: Final = raw({})


class Recovery(NamedTuple):
    """How a parent's own work goes.

    Attributes:
        document: the tracks, as `recovery_tracks` has them.
        primary: the track in focus.
        day: how many days ago it began.
        progress: mean share of the tracks that is done.
    """

    document: Raw
    primary: str
    day: int
    progress: float


def parent_row(family: Family, recovery: Recovery, messages: int, quests: int, days: Days, chance: Chance) -> Row:
    """Write down a parent who agreed.

    Args:
        family: the family; an active one.
        recovery: the parent's own work.
        messages: those of the conversations in which quests were made.
        quests: how many quests were made.
        days: the block's.
        chance: the block's.
    """
    home, mood = family.home, 5.0 + 3.0 * recovery.progress + 1.2 * chance.normal()
    crisis = max(0.0, round(0.3 - 0.05 * mood + 0.12 * chance.normal(), 2))
    state, phase = _state(crisis, recovery.progress, chance)
    return (
        home.user, _telegram(home.user), state, phase, round(max(mood, 0.0), 1), crisis,
        messages + chance.between(4, 60), quests + chance.between(1, 12), 1 if crisis > 0.3 else 0,
        _came(home, days), written(days.at(home.last, 80_000 + 2_700 * chance.unit())), Raw(
            f'{{"role":"parent","language":"{family.locale}","children":1}}'
        ), True, 365 if chance.happens(0.7) else 730, recovery.document, recovery.primary, recovery.day // 7,
        recovery.day, "therapeutic" if recovery.progress > 0.4 else "educational", family.parent, _profile_of(family),
    )  # fmt: skip


def silent_row(home: Home, days: Days) -> Row:
    """Write down a parent who did not agree, or came once: nothing but that."""
    came = _came(home, days)
    return (
        home.user, _telegram(home.user), "START", None, None, None, 1 + home.agrees, 1, 0, came, came, None,
        home.agrees, 365, _NOTHING, "self_work", 0, 0, "educational", None, None,
    )  # fmt: skip


def _came(home: Home, days: Days) -> Raw:
    return written(days.evening(home.joined, home.user % 97 / 97))


def _telegram(user: int) -> str:
    return str(_TELEGRAM + user)


def _state(crisis: float, progress: float, chance: Chance) -> tuple[str, str]:
    if crisis > 0.3:
        return "HIGH_DISTRESS" if crisis < 0.4 else "CRISIS_INTERVENTION", "CRISIS"
    phase = "UNDERSTANDING" if progress < 0.3 else "ACTION" if progress < 0.7 else "SUSTAINABILITY"
    return chance.pick(_STATES), phase


_STATES: Final = (
    "CASUAL_CHAT", "EMOTION_CHECK", "MODERATE_SUPPORT", "LETTER_WRITING", "GOAL_TRACKING", "TECHNIQUE_SELECTION",
    "TECHNIQUE_EXECUTION", "END_SESSION", "END_SESSION",
)  # fmt: skip


def _profile_of(family: Family) -> Raw:
    """Tell how the child learns."""
    pace = "slow" if family.ability < -0.7 else "quick" if family.ability > 0.7 else "steady"
    style, strength = _STYLES[family.age % len(_STYLES)], _SHOWN[len(family.child) % len(_SHOWN)]
    return Raw(f'{{"learns":"{style}","pace":"{pace}","strengths":["{strength}"]}}')
