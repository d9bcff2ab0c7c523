"""People."""

import datetime
from collections.abc import Callable, Iterator, Mapping

from toolbox_cli.lms.sources.oneroster import words
from toolbox_cli.lms.sources.oneroster.rest.readers.roles import Roles
from toolbox_cli.lms.sources.oneroster.rest.readers.rows import Row
from toolbox_cli.lms.sources.records import Fault, Kind, Role, User


class Users:
    """Reads people.

    Args:
        roles: an integration's own words for roles.
        today: when roles are held or not.
    """

    def __init__(self, roles: Mapping[str, Role | None], today: Callable[[], datetime.date]) -> None:
        self._roles, self._today = Roles(Kind.USER, roles), today

    def read(self, row: Row) -> User | None:
        held = self._roles.of_person(row, self._today())
        if row.id is None or held.out:
            return None
        return User(
            id=row.id,
            username=row.text("username"),
            email=row.text("email"),
            given_name=row.text("givenName"),
            family_name=row.text("familyName"),
            sis_id=words.sis_id(row.text("identifier"), row.text("userMasterIdentifier")),
            role=held.role,
            grade=words.grades(row.texts("grades")),
            enabled=row.truth("enabledUser") is not False and row.status is not words.Status.INACTIVE,
            removed=row.removed,
        )

    def summary(self) -> Iterator[Fault]:
        return self._roles.summary()
