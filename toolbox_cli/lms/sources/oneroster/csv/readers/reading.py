"""What reading each kind of file has in common: statuses, words that can't be read, rows that are left out."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from typing import Generic, NamedTuple, Protocol, TypeVar

from toolbox_cli.core.findings import Severity
from toolbox_cli.lms.sources.oneroster import words
from toolbox_cli.lms.sources.oneroster.csv.tables.columns import Layout
from toolbox_cli.lms.sources.oneroster.csv.tables.faults import of_file, of_row, told
from toolbox_cli.lms.sources.oneroster.csv.tables.meanings import Meanings
from toolbox_cli.lms.sources.oneroster.csv.tables.table import Batch
from toolbox_cli.lms.sources.records import Fault, Record, Role

V = TypeVar("V")

_EXPECTED = {
    "status": "active or tobedeleted",
    "enabledUser": "true or false",
    "primary": "true or false",
    "resultValueMax": "a number",
}
"""What should stand there; in all others a date as 2030-12-31."""


class Read(NamedTuple):
    """What came of a batch.

    Attributes:
        lost: rows that may be any of those that are held.
    """

    records: tuple[Record, ...]
    faults: tuple[Fault, ...]
    lost: int


class Reader(Protocol):
    """Turns a file's batches into records."""

    layout: Layout

    def read(self, batch: Batch) -> Read:
        """Give a batch's records."""
        ...

    def summary(self) -> Iterable[Fault]:
        """Say in the end what concerned many records alike."""
        ...


class RoleWords:
    """Roles as a file writes them; counts those who are skipped.

    Args:
        more: an integration's own words.
    """

    def __init__(self, more: Mapping[str, Role | None]) -> None:
        self.meanings: Meanings[Role] = Meanings(lambda word: words.role(word, more))
        self._skipped: Counter[str] = Counter()

    def skip(self, word: str) -> None:
        self._skipped[word.strip().casefold()] += 1

    def summary(self, layout: Layout) -> Iterable[Fault]:
        if self._skipped:
            count = sum(self._skipped.values())
            who = ", ".join(sorted(self._skipped))
            yield of_file(
                "role-skipped", layout.file, f"has {count:,} rows of the roles {who}, which are left out.",
                field="role", severity=Severity.NOTE,
            )  # fmt: skip


class Statuses:
    """Reads the status of rows.

    Args:
        needed: the file is a delta, whose rows say nothing without one.
    """

    def __init__(self, *, needed: bool) -> None:
        self._needed = needed
        self._meanings: Meanings[words.Status] = Meanings(self._meaning)

    def of(
        self, batch: Batch, column: Sequence[str], ids: Sequence[str]
    ) -> "tuple[list[words.Status | None], set[int]]":
        """Give each row's status, and the rows that have none that can be read."""
        if not self._needed and not any(column):
            return [words.Status.ACTIVE] * len(column), set()
        found = self._meanings.of(column)
        wrong = self._meanings.unreadable(column)
        for index in wrong:
            what = told(column[index]) + " is no status" if column[index] else "There is no status"
            message = f"{what}, so that it can't be told whether this is a change or a removal."
            batch.faults.append(
                of_row("status", batch.file, batch.line(index), ids[index] or None, message, field="status")
            )
        return found, set(wrong)

    def _meaning(self, word: str) -> words.Status | None:
        if self._needed and not word:
            raise ValueError
        return words.status(word)


class Field(Generic[V]):
    """Reads a column whose words may be unreadable without making the row so: it is then as if nothing stood there."""

    def __init__(self, name: str, meanings: Meanings[V]) -> None:
        self.name, self._meanings = name, meanings

    def of(self, batch: Batch, column: Sequence[str], ids: Sequence[str]) -> list[V | None]:
        found = self._meanings.of(column)
        for index in self._meanings.unreadable(column):
            message = f"{told(column[index])} is not {_EXPECTED.get(self.name, 'a date as 2030-12-31')}."
            batch.faults.append(
                of_row("value", batch.file, batch.line(index), ids[index] or None, message, field=self.name)
            )
        return found


def dates() -> Meanings[datetime.date]:
    """Give the reader of dates."""
    return Meanings(words.date)


def booleans() -> Meanings[bool]:
    """Give the reader of truth values."""
    return Meanings(words.boolean)


def check_needed(batch: Batch, named: Mapping[str, Sequence[str]], ids: Sequence[str]) -> set[int]:
    """Find rows without what they can't be without; what they are about is lost.

    Args:
        batch: whose rows they are.
        named: columns by name.
        ids: of the records.
    """
    wrong: set[int] = set()
    for column in named.values():
        if "" in column:
            wrong.update(index for index, value in enumerate(column) if not value)
    for index in sorted(wrong):
        names = ", ".join(name for name, column in named.items() if not column[index])
        message = f"There is no {names}, so that it can't be told what this row is about."
        batch.lose(of_row("no-id", batch.file, batch.line(index), ids[index] or None, message, severity=Severity.ERROR))
    return wrong


def without(records: Iterable[V], dropped: set[int], size: int) -> tuple[V, ...]:
    """Leave rows out by their places."""
    if not dropped:
        return tuple(records)
    return tuple(compress(records, (place not in dropped for place in range(size))))
