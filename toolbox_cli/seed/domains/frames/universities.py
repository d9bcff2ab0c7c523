"""A university: its faculty, its teams, its students, and when its term is."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from toolbox_cli.core.chance import Chance, Weighted
from toolbox_cli.seed.domains.frames.sizes import COHORT, FACULTY, cohort_size, places
from toolbox_cli.seed.making.calendar import Day, school_days
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.names import names_of, spelled
from toolbox_cli.seed.making.places import first_place
from toolbox_cli.seed.making.text import Row

SUBSYSTEMS: Final = (
    "Power", "Thermal", "Structures", "Attitude control", "Communications", "Payload", "Flight software",
    "Ground station", "Command and data handling", "Integration and test",
)  # fmt: skip
_ROLES: Final = ("Subsystem engineer", "Subsystem engineer", "Systems engineer", "Test engineer", "Documentation")
_DEPARTMENTS: Final = ("Aerospace Engineering", "Electrical Engineering", "Computer Science", "Physics")
_BEGINNINGS: Final = (
    "Lark", "Ash", "Elm", "Fern", "Hazel", "Heron", "Juniper", "Kestrel", "Linden", "Maple", "Otter", "Quarry",
    "Raven", "Silver", "Thistle", "Willow", "Alder", "Birch", "Cedar", "Copper", "Falcon", "Granite",
)  # fmt: skip
_ENDINGS: Final = ("mere", "ford", "wick", "dale", "haven", "stead", "holm", "combe", "ridge", "brook", "field", "moor")
_FORMS: Final = ("{} University", "{} Institute of Technology", "{} State University", "{} Polytechnic")
_REGIONS: Final = ("North Shore", "Lake District", "High Plains", "River Valley", "South Coast")

_SETTING_UP: Final = 3
"""Days on which a university gets ready, before its students come."""

_STRUGGLING: Final = 1.4
"""How much harder everything is for those who struggle, in deviations of ability."""

_DEVICES: Final = {"desktop": "desktop", "tablet": "tablet", "mobile": "phone"}


class Learner(NamedTuple):
    """A student as the generators see them.

    Attributes:
        number: theirs among all students of the run.
        team: key of theirs.
        ability: on the scale of what is hard; mean 0 and deviation 1 among those who don't struggle.
        pace: how long they take over what others do; mean 1.
        joined: the first of the study days that they can learn on.
        leaves: the first that they can't.
        once: whether they come once and never again.
        device: what they mostly use.
        struggling: whether they find everything harder than others.
    """

    key: str
    number: int
    team: int
    ability: float
    pace: float
    joined: int
    leaves: int
    once: bool
    device: str
    struggling: bool


@dataclass(frozen=True, slots=True)
class Campus:
    """What the generators need of a university.

    Attributes:
        place: what its names are made of.
        zone: IANA name of its time zone.
        ready: the days before the students come.
        days: those on which they learn; one at least.
        end: the first moment that is not over.
        team: key of the first team; the others follow.
        teams: how many.
    """

    key: str
    place: str
    name: str
    faculty: tuple[str, ...]
    ready: tuple[Day, ...]
    days: tuple[Day, ...]
    end: datetime.datetime
    team: int
    teams: int

    @property
    def domain(self) -> str:
        return f"{self.place.lower()}.example"


def campus_of(context: Context, block: int, chance: Chance) -> Campus:
    """Found a university."""
    run, profile = context.run, context.profile
    zone = Weighted(profile.calendar.time_zones).pick(chance)
    days = _days(context, zone)
    beginning, rest = block % len(_BEGINNINGS), block // len(_BEGINNINGS)
    place = _BEGINNINGS[beginning] + _ENDINGS[(rest + beginning) % len(_ENDINGS)]
    again = rest // len(_ENDINGS)
    form = _FORMS[(again + block) % len(_FORMS)].format(place)
    return Campus(
        run.text(block), place, f"{form} {again + 1}" if again else form,
        tuple(run.text(block * FACULTY + number) for number in range(FACULTY)),
        days[:_SETTING_UP], days[_SETTING_UP:] if len(days) > 2 * _SETTING_UP else days,
        datetime.datetime.combine(context.as_of, datetime.time(), datetime.UTC),
        first_place(run, block, places(profile)["teams"]),
        -(-cohort_size(profile, block) // profile.frames.students_a_team),
    )  # fmt: skip


_known_days: dict[tuple[str, str], tuple[Day, ...]] = {}


def _days(context: Context, zone: str) -> tuple[Day, ...]:
    """Give the school days but the last, whose night is not over; made once a run and zone."""
    key = (context.run.key, zone)
    if key not in _known_days:
        profile = context.profile
        found = school_days(profile.calendar, profile.first_day(context.as_of), context.as_of, zone, least=10)
        _known_days[key] = found[:-1] or found
    return _known_days[key]


def campus_rows(context: Context, campus: Campus, chance: Chance) -> Mapping[str, list[Row]]:
    """Write down a university, its faculty and its teams."""
    founded, formed = campus.ready[0].school.start, campus.ready[-1].school
    people = names_of(Weighted(context.profile.locales).pick(chance))
    faculty: list[Row] = []
    for number, key in enumerate(campus.faculty):
        first, last = people.person(chance)
        mail = f"{spelled(last) or 'staff'}.{number + 1}@{campus.domain}"
        department = _DEPARTMENTS[number % len(_DEPARTMENTS)]
        faculty.append((key, f"Dr. {first} {last}", mail, campus.key, department, founded))
    teams: list[Row] = [
        (
            campus.team + number, f"{campus.place} {subsystem_of(number)} {number // len(SUBSYSTEMS) + 1}",
            campus.key, subsystem_of(number), formed.at(number / campus.teams),
        )
        for number in range(campus.teams)
    ]  # fmt: skip
    location = f"{campus.place}, {_REGIONS[len(campus.place) % len(_REGIONS)]}"
    return {
        "universities": [(campus.key, campus.name, location, f"frames@{campus.domain}", founded)],
        "faculty": faculty,
        "teams": teams,
    }


def subsystem_of(team: int) -> str:
    """Give what a university's team works on."""
    return SUBSYSTEMS[team % len(SUBSYSTEMS)]


def enrol(context: Context, block: int, campus: Campus, chance: Chance) -> tuple[list[Row], list[Learner]]:
    """Enrol the students of a university."""
    profile, size = context.profile, cohort_size(context.profile, block)
    locale, device = Weighted(profile.locales), Weighted(profile.devices)
    rows: list[Row] = []
    learners: list[Learner] = []
    for place in range(size):
        number = block * COHORT + place
        learner = _learner(context, campus, number, _DEVICES[device.pick(chance)], chance)
        first, last = names_of(locale.pick(chance)).person(chance)
        parts = (spelled(first), spelled(last), f"{context.run.key[:4]}{number}")
        mail = f"{'.'.join([part for part in parts if part])}@{campus.domain}"
        role = "Team lead" if place < campus.teams else chance.pick(_ROLES)
        joined = campus.days[learner.joined].school.start
        rows.append((learner.key, f"{first} {last}", mail, campus.key, learner.team, role, joined))
        learners.append(learner)
    return rows, learners


def _learner(context: Context, campus: Campus, number: int, device: str, chance: Chance) -> Learner:
    who, days = context.profile.learners, len(campus.days)
    struggling, once = chance.happens(who.struggling), chance.happens(who.never_back)
    latest = 0.1 if chance.happens(0.85) else 0.5
    joined = int(chance.unit() * latest * days)
    left = days - joined
    leaves = joined + max(1, int(left * (0.2 + 0.6 * chance.unit()))) if chance.happens(who.leaving) else days
    return Learner(
        context.run.text(number), number, campus.team + number % COHORT % campus.teams,
        chance.normal() - (_STRUGGLING if struggling else 0.0), 0.8 + 0.4 * chance.unit(), joined, leaves, once, device,
        struggling,
    )  # fmt: skip
