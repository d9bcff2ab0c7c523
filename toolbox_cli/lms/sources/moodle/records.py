"""What Moodle sends, made ours.

Source: Moodle 4.3, recorded answers of core_course_get_courses, core_user_get_users and mod_assign_get_assignments.
"""

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from toolbox_cli.lms.sources.reading.rows import LeftOut, Row
from toolbox_cli.lms.sources.reading.values import as_flag, without_secrets
from toolbox_cli.lms.sources.records import Assignment, Course, Role, User

SITE: Final = "1"
"""The course that is the site's front page."""

ROLES: Final[Mapping[str, Role | None]] = {
    "student": Role.STUDENT,
    "editingteacher": Role.TEACHER,
    "teacher": Role.ASSISTANT,
    "manager": Role.ADMIN,
    "coursecreator": None,
    "guest": None,
    "user": None,
    "frontpage": None,
}
"""By short name, since names are translated and ids differ from site to site; None is left out."""

_COURSE_FACTS: Final = frozenset(
    {"shortname", "idnumber", "categoryid", "format", "visible", "startdate", "enddate", "groupmode", "lang"}
)
"""What is kept of a course: the rest is layout, or changes whenever another course comes or goes."""
_ASSIGNMENT_FACTS: Final = frozenset({"cmid", "grade", "teamsubmission", "blindmarking", "markingworkflow"})

_MANGLED_NAME: Final = re.compile(r".+\.\d{10,}", re.DOTALL)
_MANGLED_EMAIL: Final = re.compile(r"[0-9a-f]{32}")


def course(row: Row, zone: datetime.tzinfo) -> Course:
    """Make a course; hidden ones too, since they are hidden for a while only."""
    own_id = row.own_id("id")
    if own_id == SITE:
        raise LeftOut
    starts, ends = moment(row, "startdate"), moment(row, "enddate")
    return Course(
        own_id,
        row.text("fullname") or row.text("shortname") or own_id,
        description=row.text("summary"),
        starts_on=starts.astimezone(zone).date() if starts else None,
        ends_on=ends.astimezone(zone).date() if ends else None,
        raw=_facts(row.sent, _COURSE_FACTS),
    )


def user(row: Row, own_id: str, shared: Mapping[str, int]) -> User:
    """Make a person.

    Args:
        row: an account.
        own_id: its id.
        shared: how many accounts have each number of the student information system.
    """
    username, email = row.text("username"), row.text("email")
    if is_mangled(username, email):
        return User(own_id, enabled=False, removed=True)
    sis_id = row.text("idnumber")
    if sis_id and shared.get(sis_id, 0) > 1:
        row.fault("sis-id-shared", f"{shared[sis_id]} accounts have this idnumber; it is taken from none of them.",
                  "idnumber", remedy="Give each account its own idnumber in Moodle.")  # fmt: skip
        sis_id = None
    suspended = as_flag(row.get("suspended"))
    if suspended is None:
        row.fault("value", "suspended is neither true nor false; the account is taken as on.", "suspended")
    return User(
        own_id, username, email, row.text("firstname"), row.text("lastname"), sis_id, enabled=suspended is not True
    )


def is_mangled(username: str | None, email: str | None) -> bool:
    """Tell an account that was deleted: its row stays, with a moment in its name and a hash for its address."""
    return bool(_MANGLED_NAME.fullmatch(username or "") and _MANGLED_EMAIL.fullmatch(email or ""))


def assignment(row: Row, course_id: str) -> Assignment:
    """Make an assignment; its id is not that of the course module, which stays beside it as `cmid`."""
    own_id = row.own_id("id")
    points = row.number("grade")
    return Assignment(
        own_id,
        course_id,
        row.text("name") or own_id,
        description=row.text("intro"),
        kind="assign",
        points=points if points and points > Decimal(0) else None,
        due_at=moment(row, "duedate"),
        opens_at=moment(row, "allowsubmissionsfromdate"),
        locks_at=moment(row, "cutoffdate"),
        raw=_facts(row.sent, _ASSIGNMENT_FACTS),
    )


def moment(row: Row, path: str) -> datetime.datetime | None:
    """Give a moment, which is sent as seconds since 1970; 0 is none."""
    value = row.get(path)
    if value in (None, 0, "", "0") and value is not False:  # noqa: PLR6201  it may be unhashable
        return None
    try:
        if isinstance(value, bool):
            raise ValueError(path)
        return datetime.datetime.fromtimestamp(int(str(value)), datetime.UTC)
    except (ValueError, OverflowError, OSError):
        row.fault("value", f"{path} is not a moment.", path)
        return None


def _facts(sent: Mapping[str, Any], wanted: frozenset[str]) -> dict[str, Any]:
    return without_secrets({name: sent[name] for name in sorted(wanted & sent.keys())})
