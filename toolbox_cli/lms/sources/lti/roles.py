"""What somebody is in a course, by the words of LTI: short ones, whole addresses, and the names of LTI 1.

Source: LTI Core Specification 1.3, appendix A.2.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from toolbox_cli.lms.sources.records import Role

ROLES: Final[Mapping[str, Role | None]] = {
    "learner": Role.STUDENT,
    "instructor": Role.TEACHER,
    "teachingassistant": Role.ASSISTANT,
    "contentdeveloper": Role.ASSISTANT,
    "administrator": Role.ADMIN,
    "mentor": None,
}
"""By the role's name; None is left out."""

_ASSISTS: Final = ("teachingassistant", "grader")
"""Beginnings of the parts of `Instructor` that only assist."""
_COURSE: Final = re.compile(
    r"(?:https?://purl\.imsglobal\.org/vocab/lis/v2/membership[#/]|urn:lti:role:ims/lis/)?(\w+)(?:[#/](\w+))?", re.ASCII
)
_PERSON: Final = re.compile(
    r"https?://purl\.imsglobal\.org/vocab/(?:lis/v2|lti)/(?:(?:institution|system)/)?person#\w+"
    r"|urn:lti:(?:inst|sys)role:.*",
    re.ASCII,
)
_TEST_USER: Final = re.compile(r"https?://purl\.imsglobal\.org/vocab/lti/system/person#TestUser", re.ASCII)


class Held(NamedTuple):
    """What somebody is in a course.

    Attributes:
        roles: in the order of `Role`.
        unknown: words that mean nothing to us.
        primary: the teacher that the platform names first.
        test: nobody, but a platform's trial of how students see a course.
    """

    roles: tuple[Role, ...]
    unknown: tuple[str, ...]
    primary: bool
    test: bool


def held(words: Iterable[str], known: Mapping[str, Role | None] = ROLES) -> Held:
    """Read roles; those in the institution or the system say nothing about a course.

    An assistant comes as instructor too, with a part of that role beside it, and is no teacher because of it.

    Example:
        >>> held(["Learner"]).roles
        (<Role.STUDENT: 'student'>,)
    """
    found: set[Role | None] = set()
    unknown, parts = [], set()
    given = list(words)
    for word in (word.strip() for word in given):
        match = _COURSE.fullmatch(word)
        if match and match[1].lower() in known:
            name, part = match[1].lower(), (match[2] or "").lower()
            found.add(_role(known, name, part))
            parts |= {part} if name == "instructor" and part else set()
        elif not _PERSON.fullmatch(word):
            unknown.append(word)
    if parts and all(part.startswith(_ASSISTS) for part in parts):
        found.discard(Role.TEACHER)
    return Held(
        tuple(role for role in Role if role in found),
        tuple(unknown),
        "primaryinstructor" in parts,
        any(_TEST_USER.fullmatch(word.strip()) for word in given),
    )


def _role(known: Mapping[str, Role | None], name: str, part: str) -> Role | None:
    assists = name == "instructor" and part.startswith(_ASSISTS)
    return known.get(f"{name}#{part}", Role.ASSISTANT if assists else known[name])
