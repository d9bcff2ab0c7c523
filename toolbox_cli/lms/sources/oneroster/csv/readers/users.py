"""users.csv, with 1.2's roles.csv: who there is."""

from collections.abc import Iterable, Mapping, Sequence

from toolbox_cli.core.findings import Severity
from toolbox_cli.lms.sources.oneroster import words
from toolbox_cli.lms.sources.oneroster.csv.readers.enrollments import unknown_role
from toolbox_cli.lms.sources.oneroster.csv.readers.lookups import RoleBook
from toolbox_cli.lms.sources.oneroster.csv.readers.reading import (
    Field,
    Read,
    RoleWords,
    Statuses,
    booleans,
    check_needed,
)
from toolbox_cli.lms.sources.oneroster.csv.tables.columns import USERS
from toolbox_cli.lms.sources.oneroster.csv.tables.faults import of_file
from toolbox_cli.lms.sources.oneroster.csv.tables.table import Batch
from toolbox_cli.lms.sources.oneroster.words import Status
from toolbox_cli.lms.sources.records import Fault, Role, User


class Users:
    """Reads people.

    Args:
        delta: each row needs a status.
        roles: further words for roles.
        book: what roles.csv says; None where roles stand in users.csv.
    """

    layout = USERS

    def __init__(self, *, delta: bool, roles: Mapping[str, Role | None], book: RoleBook | None) -> None:
        self._statuses = Statuses(needed=delta)
        self._enabled = Field("enabledUser", booleans())
        self._roles, self._book = RoleWords(roles), book
        self._left_out = ", ".join(sorted({*words.SKIPPED, *(word for word, role in roles.items() if role is None)}))
        self._without_role = 0

    def read(self, batch: Batch) -> Read:
        ids, status, enabled, written = batch.columns[:4]
        dropped = check_needed(batch, {"sourcedId": ids}, ids)
        statuses, unsaid = self._statuses.of(batch, status, ids)
        dropped |= unsaid
        roles = self._read_roles(batch, ids, written, statuses, dropped)
        on = self._enabled.of(batch, enabled, ids)
        records = tuple(
            User(
                id=row[0],
                username=row[4] or None,
                email=row[9] or None,
                given_name=row[5] or None,
                family_name=row[6] or None,
                sis_id=words.sis_id(row[7] or None, row[8] or None),
                role=roles[index],
                grade=words.levels(row[10]),
                enabled=on[index] is not False and statuses[index] is not Status.INACTIVE,
                removed=statuses[index] is Status.REMOVED,
            )
            for index, row in enumerate(zip(*batch.columns, strict=True))
            if index not in dropped
        )
        return Read(records, tuple(batch.faults), batch.lost)

    def summary(self) -> Iterable[Fault]:
        yield from self._roles.summary(self.layout)
        if self._without_role:
            message = f"has no role of {self._without_role:,} people of users.csv; they are read without."
            yield of_file("no-role", "roles", message, field="role", severity=Severity.WARNING)

    def _read_roles(
        self, batch: Batch, ids: Sequence[str], written: Sequence[str], statuses: Sequence[Status | None],
        dropped: set[int],
    ) -> list[Role | None]:  # fmt: skip
        """Give everybody's role; who has none of ours is dropped, unless it is the removal that counts."""
        roles = self._roles.meanings.of(written) if self._book is None else [self._book.role(user) for user in ids]
        for index, role in enumerate(roles):
            if role is None and index not in dropped and statuses[index] is not Status.REMOVED:
                self._judge(batch, index, written[index], dropped)
        return roles

    def _judge(self, batch: Batch, index: int, written: str, dropped: set[int]) -> None:
        user = batch.columns[0][index]
        if self._book is not None and not self._book.has(user):
            self._without_role += 1
            return
        dropped.add(index)
        word: str | None = written
        if self._book is not None:
            word = self._book.unknown(user)
        elif self._known(written):
            word = None
        if word is None:
            self._roles.skip(written if self._book is None else self._left_out)
        else:
            batch.faults.append(unknown_role(batch, index, word, user))

    def _known(self, written: str) -> bool:
        return not self._roles.meanings.unreadable([written])
