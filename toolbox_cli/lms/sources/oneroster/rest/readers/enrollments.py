"""Who is in which class."""

from collections.abc import Iterator, Mapping

from toolbox_cli.lms.sources.oneroster import words
from toolbox_cli.lms.sources.oneroster.rest.readers.roles import Roles
from toolbox_cli.lms.sources.oneroster.rest.readers.rows import Row
from toolbox_cli.lms.sources.records import Enrollment, Fault, Kind, Role, Standing


class Enrollments:
    """Reads enrollments.

    Args:
        roles: an integration's own words for roles.
    """

    def __init__(self, roles: Mapping[str, Role | None]) -> None:
        self._roles = Roles(Kind.ENROLLMENT, roles)

    def read(self, row: Row) -> Enrollment | None:
        course, user = row.ref("class"), row.ref("user")
        if course is None or user is None:
            name = "class" if course is None else "user"
            row.lose(f"There is no {name}, so that it can't be told what this row is about.", name)
            return None
        held = self._roles.one(row)
        if held.role is None:
            return None
        return Enrollment(
            course_id=course,
            user_id=user,
            role=held.role,
            id=row.id,
            standing=Standing.INACTIVE if row.status is words.Status.INACTIVE else None,
            begins_on=row.day("beginDate"),
            ends_on=row.day("endDate"),
            primary=row.truth("primary") is True and held.role is Role.TEACHER,
            removed=row.removed,
        )

    def summary(self) -> Iterator[Fault]:
        return self._roles.summary()
