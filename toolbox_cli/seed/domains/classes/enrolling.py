"""Everybody gets an account on the first school day, and signs in on some of those that follow."""

import datetime
from collections.abc import Sequence
from typing import Any, Final

from toolbox_cli.core.chance import Chance
from toolbox_cli.seed.domains.classes.demo import DEMOS, Demo
from toolbox_cli.seed.domains.classes.people import (
    ADMIN,
    STUDENTS,
    TEACHER,
    Person,
    Role,
    Student,
    age_band_of,
    local_part,
    numbers_of,
    tail,
)
from toolbox_cli.seed.domains.classes.shared import Shared
from toolbox_cli.seed.making.calendar import Day
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.names import names_of
from toolbox_cli.seed.making.text import Raw

_STRUGGLE: Final = 1.2
"""How far the ability of those who struggle lies below that of others."""

SECOND_PARENT: Final = 0.2
_ROBLOX_IDS: Final = 90_000_000_000  # beyond those that Roblox has given
_WORDS: Final = (
    ("Swift", "Quiet", "Brave", "Sunny", "Lucky", "Pixel", "Cosmic", "Frosty", "Turbo", "Amber", "Velvet", "Misty"),
    ("Otter", "Falcon", "Panda", "Comet", "Maple", "Robin", "Tiger", "Badger", "Gecko", "Heron", "Lynx", "Koala"),
)
_DOMAINS: Final = {"parent": ("example.org", "example.com")}
_OF_SCHOOL: Final = ("school.example",)


class Enrolling:
    """The making of one class's people."""

    def __init__(
        self, context: Context, block: int, shared: Shared, days: tuple[Day, ...], zone: str, chance: Chance
    ) -> None:
        self._context, self._block, self._shared, self._days = context, block, shared, days
        self._zone, self._chance = zone, chance
        self._profile = context.profile
        self._demo = block == 0 and context.demo

    def teacher(self) -> Person:
        return self._grown_up("teacher", TEACHER, self._locale(), 0.0)

    def admin(self) -> Person:
        return self._grown_up("admin", ADMIN, self._locale(), 0.0)

    def students(self, grades: Sequence[int]) -> tuple[Student, ...]:
        size = self._profile.class_size(self._block)
        return tuple(self._student(place, grades[place * len(grades) // size]) for place in range(size))

    def _student(self, place: int, grade: int) -> Student:
        happens, learners = self._chance.happens, self._profile.learners
        number, demo, band = STUDENTS + place, self._demo and place == 0, age_band_of(grade)
        struggling = happens(learners.struggling) and not demo
        never_back = happens(learners.never_back) and not demo
        leaves_at = self._leaving() if happens(learners.leaving) and not never_back and not demo else None
        parental = happens(self._profile.consent[band].parental) or demo
        collected = happens(self._profile.consent[band].data_collection) or demo
        person = self._person("student", number, self._locale(), 0.01 + 0.04 * self._chance.unit())
        with_account = parental and band != "adult"
        return Student(
            **person,
            sign_ins=self._sign_ins(leaves_at, once=never_back),
            grade=grade,
            age_band=band,
            ability=self._chance.normal() - (_STRUGGLE if struggling else 0.0),
            pace=0.5 + self._chance.unit(),
            struggling=struggling,
            leaves_at=leaves_at,
            never_back=never_back,
            parental_consent=parental,
            data_consent=parental and collected,
            roblox_id=Raw(_ROBLOX_IDS + self._place(number)),
            roblox_name=self._roblox_name(number),
            parents=self._parents(place, person["last"], person["locale"]) if with_account else (),
        )

    def _parents(self, place: int, last: str, locale: str) -> tuple[Person, ...]:
        first = STUDENTS + self._profile.classes.students_a_teacher + 2 * place
        count = 2 if self._chance.happens(SECOND_PARENT) else 1
        return tuple(self._grown_up("parent", first + one, locale, 0.06, last) for one in range(count))

    def _grown_up(self, role: Role, number: int, locale: str, after: float, last: str | None = None) -> Person:
        return Person(**self._person(role, number, locale, after, last), sign_ins=self._sign_ins(None))

    def _person(self, role: Role, number: int, locale: str, after: float, last: str | None = None) -> dict[str, Any]:
        """Give a person's attributes but for the sign-ins.

        Args:
            role: what they may do.
            number: theirs in the class.
            locale: of their name.
            after: share of the first school day after which their account is made.
            last: their family's name.
        """
        context, block = self._context, self._block
        first, own = names_of(locale).person(self._chance)
        username = local_part(first, last or own, tail(context, block, number))
        domains = _DOMAINS.get(role, _OF_SCHOOL)
        key, email = context.run.uuid("users", block, number), f"{username}@{domains[number % len(domains)]}"
        if demo := self._demo_of(role, number):
            key, username, email = demo.key, demo.username, demo.email
        return {
            "key": Raw(key),
            "number": number,
            "role": role,
            "first": first,
            "last": last or own,
            "username": username,
            "email": email,
            "locale": locale,
            "zone": self._zone,
            "device": self._shared.devices.pick(self._chance),
            "joined_at": self._days[0].school.at(after),
        }

    def _demo_of(self, role: Role, number: int) -> Demo | None:
        firsts = (TEACHER, ADMIN, STUDENTS, STUDENTS + self._profile.classes.students_a_teacher)
        return DEMOS[role] if self._demo and number in firsts else None

    def _sign_ins(self, until: datetime.datetime | None, *, once: bool = False) -> tuple[datetime.datetime, ...]:
        """Choose when somebody signs in: on some school days after the first, up to when they leave."""
        chance, days, at_home = self._chance, self._days, self._profile.calendar.at_home
        mean = self._profile.activity.sign_ins * (0.5 + chance.unit())
        if once:
            return (days[min(1, len(days) - 1)].home.at(chance.unit()),)
        moments = [chance.pick(days[1:] or days).moment(chance, at_home) for _ in range(chance.count(mean))]
        return tuple(sorted(moment for moment in moments if until is None or moment < until))

    def _leaving(self) -> datetime.datetime:
        share = 0.2 + 0.6 * self._chance.unit()
        return self._days[int(share * len(self._days))].school.end

    def _locale(self) -> str:
        return self._shared.locales.pick(self._chance)

    def _place(self, number: int) -> int:
        return self._block * numbers_of(self._context) + number

    def _roblox_name(self, number: int) -> str:
        adjective, animal = (self._chance.pick(words) for words in _WORDS)
        return Raw(f"{adjective}{animal}{self._place(number)}")
