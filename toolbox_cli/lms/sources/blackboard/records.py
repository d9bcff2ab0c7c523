"""What Blackboard Learn sends, made ours.

Source: Blackboard Learn REST API, resources Courses, Terms, Users, Course Memberships and Course Grades.
"""

import datetime
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from toolbox_cli.lms.settings.definitions import SAY_ROLE
from toolbox_cli.lms.sources.reading.rows import LeftOut, Row
from toolbox_cli.lms.sources.reading.values import told, without_secrets
from toolbox_cli.lms.sources.records import Assignment, Course, Enrollment, Role, Standing, User

ROLES: Final[Mapping[str, Role]] = {
    "Student": Role.STUDENT,
    "Instructor": Role.TEACHER,
    "BbFacilitator": Role.TEACHER,
    "TeachingAssistant": Role.ASSISTANT,
    "Grader": Role.ASSISTANT,
    "CourseBuilder": Role.ASSISTANT,
}
SKIPPED: Final = frozenset({"Guest"})
DISABLED: Final = "Disabled"
"""What whoever fed the data in sets instead of deleting; `No` is only hidden for now."""

_STANDINGS: Final[Mapping[object, Standing]] = {
    "Yes": Standing.ACTIVE,
    "No": Standing.INACTIVE,
    DISABLED: Standing.INACTIVE,
}


class Term(NamedTuple):
    name: str | None
    starts_on: datetime.date | None
    ends_on: datetime.date | None


def term(row: Row, zone: datetime.tzinfo) -> tuple[str, Term]:
    starts_on, ends_on = _dates(row, zone)
    return row.own_id("id"), Term(row.text("name"), starts_on, ends_on)


def course(row: Row, zone: datetime.tzinfo, terms: Mapping[str, Term]) -> Course:
    """Make a course; where its duration is its term's, the term's dates count.

    Raises:
        LeftOut: an organization, which is no class.
    """
    own_id = row.own_id("id")
    if row.get("organization") is True:
        raise LeftOut
    term_id = row.other_id("termId")
    of_term = terms.get(term_id or "", Term(term_id, None, None))
    starts_on, ends_on = _dates(row, zone)
    return Course(
        own_id,
        row.text("name") or row.text("courseId") or own_id,
        description=row.text("description"),
        starts_on=starts_on or of_term.starts_on,
        ends_on=ends_on or of_term.ends_on,
        term=of_term.name,
        removed=_availability(row) == DISABLED,
        raw=without_secrets(row.sent, but=frozenset({"enrollment"})),  # holds the code that lets people in
    )


def user(row: Row) -> User:
    own_id = row.own_id("id")
    available = _availability(row)
    return User(
        own_id,
        username=row.text("userName"),
        email=row.text("contact.email"),
        given_name=row.text("name.given"),
        family_name=row.text("name.family"),
        sis_id=row.text("externalId"),
        enabled=available in {None, "Yes"},
        removed=available == DISABLED,
    )


def enrollment(row: Row, course_id: str, read: Collection[str], roles: Mapping[str, Role | None]) -> Enrollment:
    """Make a membership.

    The list of a course that others were merged into repeats their members, with the course that they are really in;
    that one's own list has them too, where it is read.

    Args:
        row: as it was sent.
        course_id: that it was asked of.
        read: courses whose lists are read.
        roles: what roles mean that the institution made up, by their id; None leaves one out.

    Raises:
        LeftOut: a guest, somebody of another course's list, or a role that is not known or left out.
    """
    user_id = row.needed_id("userId")
    child = row.other_id("childCourseId")
    row.id = row.other_id("id") or f"{child or course_id}/{user_id}"
    sent, available = row.get("courseRoleId"), _availability(row)
    if sent in SKIPPED or (child is not None and child != course_id and child in read):
        raise LeftOut
    role = roles.get(str(sent), ROLES.get(str(sent)))
    if role is None and str(sent) in roles:
        raise LeftOut
    if role is None:
        row.fault("role", f"{told(sent)} is no role that is known.", "courseRoleId",
                  remedy=SAY_ROLE)  # fmt: skip
        raise LeftOut
    if available not in _STANDINGS:
        row.fault("status", f"{told(available)} is no availability.", "availability.available")
        raise LeftOut
    return Enrollment(course_id, user_id, role, row.id, _STANDINGS[available], removed=available == DISABLED)


def assignment(row: Row, course_id: str, zone: datetime.tzinfo) -> Assignment:
    """Make a column of the gradebook.

    Raises:
        LeftOut: a calculated one, such as the total, which takes no grades.
    """
    own_id = row.own_id("id")
    if row.get("grading.type") == "Calculated":
        raise LeftOut
    return Assignment(
        own_id,
        course_id,
        row.text("name") or own_id,
        description=row.text("description"),
        kind=row.text("scoreProviderHandle"),
        points=row.number("score.possible"),
        due_at=row.moment("grading.due", zone),
        raw=without_secrets(row.sent),
    )


def _availability(row: Row) -> object:
    found = row.get("availability.available")
    return found if isinstance(found, str) else None


def _dates(row: Row, zone: datetime.tzinfo) -> tuple[datetime.date | None, datetime.date | None]:
    if row.get("availability.duration.type") != "DateRange":
        return None, None
    return row.date("availability.duration.start", zone), row.date("availability.duration.end", zone)
