"""What Canvas sends, made ours.

Source: Canvas REST API, resources Courses, Users, Enrollments and Assignments.
"""

import datetime
from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from toolbox_cli.lms.settings.definitions import SAY_ROLE
from toolbox_cli.lms.sources.reading.rows import LeftOut, Row
from toolbox_cli.lms.sources.reading.values import told, without_secrets
from toolbox_cli.lms.sources.records import Assignment, Course, Enrollment, Role, Standing, User

ROLES: Final[Mapping[str, Role]] = {
    "StudentEnrollment": Role.STUDENT,
    "TeacherEnrollment": Role.TEACHER,
    "TaEnrollment": Role.ASSISTANT,
    "DesignerEnrollment": Role.ASSISTANT,
}
"""By base type: every role that an institution makes up is one of these underneath."""

SKIPPED: Final = frozenset({"ObserverEnrollment", "StudentViewEnrollment"})
"""Parents who look on, and the Test Student that each teacher has."""

STANDINGS: Final[Mapping[str, Standing]] = {
    "active": Standing.ACTIVE,
    "invited": Standing.FUTURE,
    "creation_pending": Standing.FUTURE,
    "inactive": Standing.INACTIVE,
    "completed": Standing.ENDED,
}
"""The states that are asked for; without asking, only active and invited ones are certain to come."""

_GONE: Final = frozenset({"deleted", "rejected"})
_PRIVATE: Final = frozenset({"calendar", "secure_params", "enrollments", "permissions"})
"""A calendar's address opens it for whoever has it; the others say who we are, not what the course is."""


def zone_of(name: object, otherwise: datetime.tzinfo) -> datetime.tzinfo:
    """Give a time zone by its name."""
    try:
        return ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):
        return otherwise


def course(row: Row, zone: datetime.tzinfo) -> Course:
    """Make a course; where it has no dates of its own, its term's count."""
    own_id = row.own_id("id")
    here = zone_of(row.get("time_zone"), zone)
    return Course(
        own_id,
        row.text("name") or row.text("course_code") or own_id,
        description=row.text("public_description"),
        starts_on=row.date("start_at", here) or row.date("term.start_at", here),
        ends_on=row.date("end_at", here) or row.date("term.end_at", here),
        school=row.text("account_name"),
        term=row.text("term.name"),
        removed=row.get("workflow_state") == "deleted",
        raw=without_secrets(row.sent, but=_PRIVATE),
    )


def user(row: Row) -> User:
    """Make a person; older servers send their names in one piece only."""
    own_id = row.own_id("id")
    given, family = row.text("first_name"), row.text("last_name")
    if given is None and family is None:
        sortable = row.text("sortable_name") or row.text("name") or ""
        family, _, given = (part.strip() or None for part in sortable.partition(","))
    return User(
        own_id,
        username=row.text("login_id"),
        email=row.text("email"),
        given_name=given,
        family_name=family,
        sis_id=row.text("sis_user_id"),
    )


def enrollment(row: Row, course_id: str, zone: datetime.tzinfo, roles: Mapping[str, Role | None]) -> Enrollment:
    """Make what one row says; somebody in two sections has two.

    Args:
        row: as it was sent.
        course_id: that it was asked of.
        zone: of the course.
        roles: what an integration says of roles, by the label that the institution gave them; None leaves one out.

    Raises:
        LeftOut: an observer, a Test Student, nobody any more, or somebody whose role is left out.
    """
    own_id = row.own_id("id")
    kind, label, state = row.get("type"), row.get("role"), row.get("enrollment_state")
    if kind in SKIPPED or state in _GONE:
        raise LeftOut
    user_id = row.needed_id("user_id")
    role = roles.get(str(label), ROLES.get(str(kind)))
    if role is None and str(label) in roles:
        raise LeftOut
    if role is None:
        row.fault("role", f"{told(kind)} is no role that is known.", "type",
                  remedy=SAY_ROLE)  # fmt: skip
        raise LeftOut
    if state not in STANDINGS:
        row.fault("status", f"{told(state)} is no state of an enrollment.", "enrollment_state")
        raise LeftOut
    return Enrollment(
        course_id,
        user_id,
        role,
        own_id,
        STANDINGS[state],
        begins_on=row.date("start_at", zone),
        ends_on=row.date("end_at", zone),
    )


def assignment(row: Row, course_id: str, zone: datetime.tzinfo) -> Assignment:
    own_id = row.own_id("id")
    graded = row.get("grading_type") != "not_graded"
    return Assignment(
        own_id,
        course_id,
        row.text("name") or own_id,
        description=row.text("description"),
        kind=_kind(row.get("submission_types")),
        points=row.number("points_possible") if graded else None,
        due_at=row.moment("due_at", zone),
        opens_at=row.moment("unlock_at", zone),
        locks_at=row.moment("lock_at", zone),
        removed=row.get("workflow_state") == "deleted",
        raw=without_secrets(row.sent, but=_PRIVATE | {"submission"}),
    )


def _kind(types: Any) -> str | None:
    return ",".join(str(one) for one in types) or None if isinstance(types, list) else None
