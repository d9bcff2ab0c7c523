"""What people are: one word in 1.1, a list of roles in 1.2; either is read, whatever a server says it speaks."""

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from toolbox_cli.core.findings import Severity
from toolbox_cli.lms.settings.definitions import SAY_ROLE
from toolbox_cli.lms.sources.oneroster import words
from toolbox_cli.lms.sources.oneroster.rest.readers.rows import Row
from toolbox_cli.lms.sources.reading.values import told
from toolbox_cli.lms.sources.records import Fault, Kind, Role

_SECONDARY: Final = 1
_NOT_NOW: Final = 2


class Held(NamedTuple):
    """What came of a row's roles.

    Attributes:
        role: the one that counts.
        out: the row is left out, as of somebody who has no role of ours.
    """

    role: Role | None
    out: bool = False


class Roles:
    """Reads roles; counts those who are left out.

    Args:
        kind: of the rows.
        more: an integration's own words, by `words.plain` word.
    """

    def __init__(self, kind: Kind, more: Mapping[str, Role | None]) -> None:
        self._kind, self._more = kind, more
        self._skipped: Counter[str] = Counter()
        self._without = 0

    def one(self, row: Row) -> Held:
        """Read the one role of a row."""
        word = row.text("role")
        return self._judged(row, [(0, word)]) if word else self._missing(row)

    def of_person(self, row: Row, today: datetime.date) -> Held:
        """Give the role that counts: one held now before others, a primary one before secondary ones."""
        listed = [(_rank(one, today, row), str(one.get("role") or "")) for one in row.objects("roles")]
        single = row.text("role") if not listed else None
        if single:
            listed = [(0, single)]
        if not listed:
            self._without += 1
            return Held(None)
        return self._judged(row, listed)

    def summary(self) -> Iterator[Fault]:
        if self._skipped:
            who = ", ".join(sorted(self._skipped))
            message = f"{self._skipped.total():,} rows of the roles {who} are left out."
            yield Fault("lms-role-skipped", message, self._kind, field="role", severity=Severity.NOTE)
        if self._without:
            message = f"{self._without:,} people have no role; they are read without."
            yield Fault("lms-no-role", message, self._kind, field="role")

    def _judged(self, row: Row, listed: list[tuple[int, str]]) -> Held:
        ranked: dict[int, list[Role]] = {}
        skipped, unknown = "", ""
        for rank, word in listed:
            try:
                meant = words.role(word, self._more)
            except ValueError:
                unknown = unknown or word
                continue
            if meant is None:
                skipped = words.plain(word)
            else:
                ranked.setdefault(rank, []).append(meant)
        if ranked:
            return Held(words.strongest(ranked[min(ranked)]))
        if skipped:
            self._skipped[skipped] += 1
        elif not row.removed:
            self._unknown(row, unknown)
        return Held(None, out=not row.removed)

    def _missing(self, row: Row) -> Held:
        if not row.removed:
            row.fault("unknown-role", "There is no role; the row is left out.", "role")
        return Held(None, out=True)

    def _unknown(self, row: Row, word: str) -> None:
        row.fault("unknown-role", f"The role is not known: {told(word)}; the row is left out.", "role", remedy=SAY_ROLE)


def _rank(role: Mapping[str, Any], today: datetime.date, row: Row) -> int:
    begins, ends = (_day(role.get(name)) for name in ("beginDate", "endDate"))
    now = (begins is None or begins <= today) and (ends is None or today <= ends)
    secondary = words.plain(str(role.get("roleType") or "")) == "secondary"
    return (0 if now else _NOT_NOW) + (_SECONDARY if secondary else 0)


def _day(value: object) -> datetime.date | None:
    try:
        return words.date(value) if isinstance(value, str) else None
    except ValueError:
        return None
