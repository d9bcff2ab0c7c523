"""enrollments.csv: who is in which class, as what and when."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress, repeat
from typing import Final

from toolbox_cli.lms.settings.definitions import SAY_ROLE
from toolbox_cli.lms.sources.oneroster.csv.readers.reading import (
    Field,
    Read,
    RoleWords,
    Statuses,
    booleans,
    check_needed,
    dates,
    without,
)
from toolbox_cli.lms.sources.oneroster.csv.tables.columns import ENROLLMENTS
from toolbox_cli.lms.sources.oneroster.csv.tables.faults import of_row, told
from toolbox_cli.lms.sources.oneroster.csv.tables.table import Batch
from toolbox_cli.lms.sources.oneroster.words import Status
from toolbox_cli.lms.sources.records import Enrollment, Fault, Role, Standing

_STANDINGS: Final[Mapping[Status | None, Standing]] = {Status.INACTIVE: Standing.INACTIVE}
"""The other statuses say nothing of it: dates do."""


class Enrollments:
    """Reads enrollments by columns, since there are a million of them.

    Args:
        delta: each row needs a status.
        roles: further words for roles.
    """

    layout = ENROLLMENTS

    def __init__(self, *, delta: bool, roles: Mapping[str, Role | None]) -> None:
        self._statuses = Statuses(needed=delta)
        self._roles = RoleWords(roles)
        self._primary = Field("primary", booleans())
        days = dates()
        self._begins, self._ends = Field("beginDate", days), Field("endDate", days)

    def read(self, batch: Batch) -> Read:
        ids, status, courses, users, written_roles, primary, begins, ends = batch.columns
        dropped = check_needed(batch, {"classSourcedId": courses, "userSourcedId": users}, ids)
        statuses, unsaid = self._statuses.of(batch, status, ids)
        roles = self._roles.meanings.of(written_roles)
        if None in roles:
            dropped |= self._without_role(batch, roles, written_roles, ids)
        teaching = _teaching(self._primary.of(batch, primary, ids), roles)
        begun, ended = self._begins.of(batch, begins, ids), self._ends.of(batch, ends, ids)
        standing: Iterable[Standing | None] = repeat(None)
        removed: Iterable[bool] = repeat(False)
        if any(status):
            standing = [_STANDINGS.get(one) for one in statuses]
            removed = [one is Status.REMOVED for one in statuses]
        named = [one or None for one in ids] if "" in ids else ids
        rows = zip(courses, users, roles, named, standing, begun, ended, teaching, removed, strict=False)
        records = map(tuple.__new__, repeat(Enrollment), rows)
        kept: tuple[Enrollment, ...] = without(records, dropped | unsaid, batch.size)
        return Read(kept, tuple(batch.faults), batch.lost)

    def summary(self) -> Iterable[Fault]:
        return self._roles.summary(self.layout)

    def _without_role(
        self, batch: Batch, roles: Sequence[Role | None], written: Sequence[str], ids: Sequence[str]
    ) -> set[int]:
        """Leave out who has no role of ours, and say so where it was not meant."""
        unknown = set(self._roles.meanings.unreadable(written))
        missing = {place for place, role in enumerate(roles) if role is None}
        for index in sorted(missing):
            if index in unknown:
                batch.faults.append(unknown_role(batch, index, written[index], ids[index]))
            else:
                self._roles.skip(written[index])
        return missing


def _teaching(primary: Sequence[bool | None], roles: Sequence[Role | None]) -> list[bool]:
    """Tell who is a class's main teacher; pupils are sometimes said to be."""
    found = [False] * len(roles)
    for place in compress(range(len(roles)), primary):
        found[place] = roles[place] is Role.TEACHER
    return found


def unknown_role(batch: Batch, index: int, word: str, record: str) -> Fault:
    """Say that a role is none that we know."""
    what = f"The role {told(word)} is not known" if word else "There is no role"
    return of_row(
        "unknown-role", batch.file, batch.line(index), record or None, f"{what}; the row is left out.",
        field="role", remedy=SAY_ROLE if word else None,
    )  # fmt: skip
