"""What OneRoster's words mean, the same by REST and in CSV files.

Source: 1EdTech OneRoster 1.1 and 1.2, vocabularies of roles and statuses; what servers send beyond them.
"""

import datetime
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from typing import Final

from toolbox_cli.lms.sources.records import Role

ROLES: Final[Mapping[str, Role]] = {
    "student": Role.STUDENT,
    "teacher": Role.TEACHER,
    "aide": Role.ASSISTANT,
    "proctor": Role.ASSISTANT,
    "counselor": Role.ASSISTANT,
    "administrator": Role.ADMIN,
    "districtadministrator": Role.ADMIN,
    "siteadministrator": Role.ADMIN,
    "systemadministrator": Role.ADMIN,
    "principal": Role.ADMIN,
}
"""By `plain` word. An admin is one of their own organisation there, never of this installation."""

SKIPPED: Final = frozenset({"parent", "guardian", "relative"})
"""Roles, as `plain` words, of people who are in no class."""

STRONGEST: Final = (Role.TEACHER, Role.ADMIN, Role.ASSISTANT, Role.STUDENT)
"""Who is several things at once is the first of these: teachers are not made students by a second role."""

_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ][0-9:.,+\-Zz]*)?", re.ASCII)
_PLAIN_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?([Zz]|[+-]\d{2}:?\d{2})?", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?\d{1,12}(\.\d{1,12})?", re.ASCII)
_TRUE: Final = frozenset({"true", "1", "yes", "y", "t"})
_FALSE: Final = frozenset({"false", "0", "no", "n", "f"})


class Status(StrEnum):
    """Whether a record is still one.

    INACTIVE is no word of 1.1 or 1.2 but is met; who sends it means less than a removal.
    """

    ACTIVE = "active"
    INACTIVE = "inactive"
    REMOVED = "tobedeleted"


def plain(word: str) -> str:
    """Take away how a word is written: `Site Administrator`, `siteAdministrator` and `site_administrator` are one.

    Example:
        >>> plain(" Site_Administrator ")
        'siteadministrator'
    """
    return re.sub(r"[\s_-]+", "", word).casefold()


def as_plain(roles: Mapping[str, Role | None]) -> dict[str, Role | None]:
    """Give what an integration says of roles by `plain` word."""
    return {plain(word): role for word, role in roles.items()}


def role(word: str, more: Mapping[str, Role | None] | None = None) -> Role | None:
    """Give what a role is for us; None for those who are skipped.

    Args:
        word: as it was sent.
        more: what an integration says of words, by `plain` word; goes before ours.

    Raises:
        ValueError: the role is not known.
    """
    meant = plain(word)
    if more and meant in more:
        return more[meant]
    if meant in SKIPPED:
        return None
    if meant not in ROLES:
        raise ValueError(word)
    return ROLES[meant]


def strongest(roles: Iterable[Role]) -> Role | None:
    """Give the one role of somebody who has several."""
    held = set(roles)
    return next((one for one in STRONGEST if one in held), None)


def status(word: str) -> Status:
    """Read a status; none at all is active.

    Raises:
        ValueError: the word is none.
    """
    return Status(plain(word) or Status.ACTIVE)


def boolean(word: str) -> bool | None:
    """Read a truth value, which is text in CSV and often by REST; None for nothing.

    Raises:
        ValueError: the word is neither.
    """
    meant = word.strip().casefold()
    if not meant:
        return None
    if meant in _TRUE:
        return True
    if meant in _FALSE:
        return False
    raise ValueError(word)


def date(word: str) -> datetime.date | None:
    """Read a date, or the date of a moment as it stands there; None for nothing.

    Raises:
        ValueError: it is no date.
    """
    word = word.strip()
    if not word:
        return None
    matched = _DATE.fullmatch(word)
    if matched is None:
        raise ValueError(word)
    return datetime.date.fromisoformat(matched[1])


def moment(word: str, zone: datetime.tzinfo, *, end_of_day: bool = False) -> datetime.datetime | None:
    """Read a moment, or a date as its first or last second in that zone; None for nothing.

    Args:
        word: as it was sent.
        zone: for what has none itself.
        end_of_day: of a date alone, give the last second.

    Raises:
        ValueError: it is neither.
    """
    word = word.strip()
    if not word:
        return None
    if _PLAIN_DATE.fullmatch(word):
        clock = datetime.time(23, 59, 59) if end_of_day else datetime.time()
        read = datetime.datetime.combine(datetime.date.fromisoformat(word), clock, zone)
    elif _MOMENT.fullmatch(word):
        read = datetime.datetime.fromisoformat(word.upper())
        read = read if read.tzinfo else read.replace(tzinfo=zone)
    else:
        raise ValueError(word)
    try:
        return read.astimezone(datetime.UTC)
    except OverflowError:
        raise ValueError(word) from None


def has_zone(word: str) -> bool:
    """Tell whether a moment says its zone; a date alone needs none."""
    word = word.strip()
    matched = _MOMENT.fullmatch(word)
    return matched is None or matched[3] is not None


def number(word: str) -> Decimal | None:
    """Read a number of points; None for nothing.

    Raises:
        ValueError: it is none, or not one that a gradebook can have.
    """
    word = word.strip()
    if not word:
        return None
    if not _NUMBER.fullmatch(word):
        raise ValueError(word)
    try:
        return Decimal(word)
    except InvalidOperation:
        raise ValueError(word) from None


def several(text: str) -> list[str]:
    """Take apart what one CSV field lists.

    Example:
        >>> several("05, 06,,")
        ['05', '06']
    """
    return [part for part in (part.strip() for part in text.split(",")) if part]


def grades(levels: Iterable[str]) -> str | None:
    """Write grade levels as one text, as the system writes each: `KG`, `05` or `05,06`."""
    return ",".join(dict.fromkeys(levels)) or None


@lru_cache(maxsize=4_096)
def levels(text: str) -> str | None:
    """Write the grade levels that one CSV field lists as one text.

    Example:
        >>> levels("05, 06,,05")
        '05,06'
    """
    return grades(several(text))


def sis_id(identifier: str | None, master: str | None) -> str | None:
    """Give the student information system's key of a person.

    Args:
        identifier: the number that people know, which 1.1 has too and which stays when a district goes to 1.2.
        master: `userMasterIdentifier`, of 1.2 alone.
    """
    return identifier or master
