"""What Schoology sends, made ours: its sections are our courses.

Source: Schoology REST API v1, objects User, Course, Section, Enrollment, Assignment and Role.
"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from toolbox_cli.lms.sources.reading.rows import LeftOut, Row
from toolbox_cli.lms.sources.reading.values import as_flag, as_id, told, without_secrets
from toolbox_cli.lms.sources.records import Assignment, Course, Enrollment, Role, Standing, User

PARENTS: Final = frozenset({"parent", "guardian", "parents", "parent/guardian"})
"""Titles of roles of people who are in no class."""

_TITLES: Final[Mapping[str, Role]] = {
    "student": Role.STUDENT,
    "teacher": Role.TEACHER,
    "instructor": Role.TEACHER,
    "school admin": Role.ADMIN,
    "school administrator": Role.ADMIN,
    "system admin": Role.ADMIN,
    "system administrator": Role.ADMIN,
    "administrator": Role.ADMIN,
    "admin": Role.ADMIN,
}
_STANDINGS: Final[Mapping[str, Standing]] = {
    "1": Standing.ACTIVE,
    "2": Standing.ENDED,
    "3": Standing.FUTURE,
    "5": Standing.INACTIVE,
}
REQUESTED: Final = "4"
"""Somebody asked to join and nobody said yes."""

_SUBJECTS: Final = (
    None, "Health & Physical Education", "Language Arts", "Mathematics", "Professional Development", "Science",
    "Social Studies", "Special Education", "Technology", "Arts",
)  # fmt: skip
_PRIVATE: Final = frozenset({"access_code"})


class Period(NamedTuple):
    """A grading period, which gives a section its dates."""

    title: str | None
    starts_on: datetime.date | None
    ends_on: datetime.date | None


def period(row: Row) -> tuple[str, Period]:
    return row.own_id("id"), Period(row.text("title"), row.date("start", datetime.UTC), row.date("end", datetime.UTC))


def role(row: Row, more: Mapping[str, Role | None]) -> tuple[str, Role | str | None]:
    """Read a role: what it is for us, or its title where nobody said that; None for parents and who is left out.

    Args:
        row: as it was sent.
        more: what an integration says of roles, by their title; goes before ours.
    """
    own_id, title = row.own_id("id"), row.text("title") or ""
    plain = title.casefold()
    if title in more:
        return own_id, more[title]
    return own_id, None if plain in PARENTS else _TITLES.get(plain, title)


def parent(row: Row) -> Course:
    """Make what the sections of a catalogue entry have in common."""
    own_id = row.own_id("id")
    subject = row.number("subject_area")
    return Course(
        own_id,
        row.text("title") or own_id,
        description=row.text("description"),
        subject=_SUBJECTS[int(subject)] if subject is not None and 0 <= subject < len(_SUBJECTS) else None,
        grade=grades(row),
        school=as_id(row.get("building_id")),
    )


def grades(row: Row) -> str | None:
    """Give the grade levels of a course; Schoology counts them from 1 for Pre-K, so that 3 is the first grade.

    Source: Schoology REST API v1, Course, "Grade Levels".
    """
    lowest, highest = (int(row.number(f"grade_level_range_{end}") or 0) for end in ("start", "end"))
    if not 1 <= lowest <= 15:
        return None
    named = {1: "PK", 2: "KG", 15: "Higher-Ed"}
    levels = range(lowest, max(lowest, min(highest, 15)) + 1)
    return ",".join(named.get(level, str(level - 2)) for level in levels)


def section(row: Row, of: Course, periods: Mapping[str, Period]) -> Course:
    own_id = row.own_id("id")
    ids = row.get("grading_periods")
    keys = [as_id(key) or "" for key in ids] if isinstance(ids, list) else []
    own = [periods[key] for key in keys if key in periods]
    begins, ends = [one.starts_on for one in own if one.starts_on], [one.ends_on for one in own if one.ends_on]
    title = row.text("section_title") or row.text("title")
    return of._replace(
        id=own_id,
        title=f"{of.title}: {title}" if title else of.title,
        description=row.text("description") or of.description,
        starts_on=min(begins, default=None),
        ends_on=max(ends, default=None),
        term=_joined(one.title for one in own),
        raw=without_secrets(row.sent, but=_PRIVATE),
    )


def user(row: Row, roles: Mapping[str, Role | str | None], *, enabled: bool) -> User:
    """Make a person.

    Args:
        row: as it was sent.
        roles: by id; see `role`.
        enabled: whether the list is that of active people.

    Raises:
        LeftOut: a parent, or somebody whose role is left out.
    """
    own_id = row.own_id("uid" if row.get("uid") is not None else "id")
    role_id = as_id(row.get("role_id")) or ""
    meant = roles.get(role_id)
    if meant is None and role_id in roles:
        raise LeftOut
    return User(
        own_id,
        username=row.text("username"),
        email=row.text("primary_email"),
        given_name=row.text("name_first"),
        family_name=row.text("name_last"),
        sis_id=row.text("school_uid"),
        role=meant if isinstance(meant, Role) else None,
        enabled=enabled,
    )


def enrollment(row: Row, section_id: str) -> Enrollment:
    """Make an enrollment; whoever is no admin of the section is taken for a student.

    Raises:
        LeftOut: somebody only asked to join, or it can't be told what the person is.
    """
    own_id = row.own_id("id")
    user_id = row.needed_id("uid")
    admin, status = as_flag(row.get("admin")), as_id(row.get("status")) or ""
    if status == REQUESTED:
        raise LeftOut
    if admin is None:
        row.fault("role", f"{told(row.get('admin'))} is neither 0 nor 1.", "admin")
        raise LeftOut
    if status not in _STANDINGS:
        row.fault("status", f"{told(status)} is no status of an enrollment.", "status")
        raise LeftOut
    return Enrollment(section_id, user_id, Role.TEACHER if admin else Role.STUDENT, own_id, _STANDINGS[status])


def assignment(row: Row, section_id: str, zone: datetime.tzinfo) -> Assignment:
    own_id = row.own_id("id")
    return Assignment(
        own_id,
        section_id,
        row.text("title") or own_id,
        description=row.text("description"),
        kind=row.text("type"),
        points=row.number("max_points"),
        due_at=row.moment("due", zone, zoned=False),
        raw=without_secrets(row.sent, but=_PRIVATE),
    )


def _joined(titles: Iterable[str | None]) -> str | None:
    return ", ".join(dict.fromkeys(filter(None, titles))) or None
