"""The people of a class."""

import datetime
from dataclasses import dataclass
from typing import Final, Literal

from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.names import spelled
from toolbox_cli.seed.profiles.shape import AgeBand, Device

Role = Literal["student", "teacher", "admin", "developer", "parent"]

TEACHER: Final = 0
ADMIN: Final = 1
STUDENTS: Final = 2
"""Numbers of a class's people: the teacher, the school's administrator, then the students, then their parents."""

UNDER_13_TO: Final = 7
"""The highest grade whose students count as under 13."""

_LETTERS: Final = "0123456789bcdfghjklmnpqrstvwxyz"  # no vowels, so that no words come about
_TAILS: Final = len(_LETTERS) ** 6
_STEP: Final = 381_272_939  # prime to the number of tails, so that each number has a tail of its own


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account.

    Attributes:
        key: of the row in `users`; 32 hexadecimal digits without dashes.
        number: theirs in the class; each has another.
        joined_at: when the account was made.
        sign_ins: when they signed in, earliest first.
    """

    key: str
    number: int
    role: Role
    first: str
    last: str
    username: str
    email: str
    locale: str
    zone: str
    device: Device
    joined_at: datetime.datetime
    sign_ins: tuple[datetime.datetime, ...]


@dataclass(frozen=True, slots=True)
class Student(Person):
    """A student as the generators see them.

    Attributes:
        ability: on the scale of what is difficult; mean 0 and deviation 1 among those who don't struggle.
        pace: how fast they learn; mean 1.
        leaves_at: when they leave the school; None for who stays. The account is closed then.
        never_back: whether they signed in once and never came again.
        parental_consent: whether the parents agreed that they take part; a grown-up's own word for adults.
        data_consent: whether what they do may be kept; nothing is kept of what others do.
        roblox_id: of their account there; digits.
        parents: those who have accounts.
    """

    grade: int
    age_band: AgeBand
    ability: float
    pace: float
    struggling: bool
    leaves_at: datetime.datetime | None
    never_back: bool
    parental_consent: bool
    data_consent: bool
    roblox_id: str
    roblox_name: str
    parents: tuple[Person, ...]

    def takes_part(self, moment: datetime.datetime) -> bool:
        """Say whether they may come to something at that moment, and something of it may be kept."""
        return self.data_consent and not self.never_back and (self.leaves_at is None or moment < self.leaves_at)


def age_band_of(grade: int) -> AgeBand:
    """Give the age band that goes with a grade."""
    return "under_13" if grade <= UNDER_13_TO else "13_17"


def numbers_of(context: Context) -> int:
    """Say how many numbers each class has for its people."""
    return STUDENTS + 3 * context.profile.classes.students_a_teacher


def tail(context: Context, block: int, number: int) -> str:
    """Give six letters and digits that nobody else in the run has, and hardly anybody in other runs."""
    place = int(context.run.key, 16) + (block * numbers_of(context) + number) * _STEP
    found = place % _TAILS
    letters = []
    for _ in range(6):
        found, digit = divmod(found, len(_LETTERS))
        letters.append(_LETTERS[digit])
    return "".join(letters)


def local_part(first: str, last: str, end: str) -> str:
    """Give a sign-in name: of letters that addresses can have."""
    return ".".join(part for part in (spelled(first), spelled(last), end) if part)
