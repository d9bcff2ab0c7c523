"""What a check is: a question to one database, and a finding for each thing that is not well."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg

from toolbox_cli.core.database.target import Target
from toolbox_cli.core.findings import Finding, Severity


class NotKnownError(Exception):
    """A check can't know from here; the message says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a check begins to find fault.

    Attributes:
        idle_s: for a session that is idle in a transaction.
        blocked_s: for a session that waits for another's lock.
        used_ratio: of the connections that the server allows.
        age: of the oldest transaction that is not frozen; the server stops at two billion.
        changed_rows: since statistics were gathered, and 20 % of the table.
        index_bytes: smaller indexes cost nothing worth telling.
        slow_ms: mean time of a statement.
        fast_ratio: of calls that shall be faster than `slow_ms`; document 001 asks for 95 %.
        hit_ratio: of pages that shall be found in memory.
        pages: fewer of them tell nothing.
        free_ratio: of the disk that shall stay free.
    """

    idle_s: float = 300
    blocked_s: float = 10
    used_ratio: float = 0.8
    age: int = 500_000_000
    changed_rows: int = 10_000
    index_bytes: int = 1 << 20
    slow_ms: float = 100
    fast_ratio: float = 0.95
    hit_ratio: float = 0.95
    pages: int = 10_000
    free_ratio: float = 0.05


@dataclass(frozen=True, slots=True)
class Subject:
    """The database that is looked at.

    Attributes:
        connection: in autocommit; its settings stay as they are, as behind a pooler others would get them too.
        production: whether what only risks data counts as an error.
    """

    target: Target
    connection: psycopg.Connection
    production: bool = False
    limits: Limits = field(default_factory=Limits)

    @property
    def parameters(self) -> dict[str, Any]:
        """What every query of a check may name."""
        limits = {name: getattr(self.limits, name) for name in Limits.__slots__}
        return {**limits, "schemas": list(self.target.names.schemas.values()), "embedded": self.target.embedded}

    def rows(self, query: str) -> list[Any]:
        """Ask; the query may name any of `parameters`."""
        return self.connection.execute(query, self.parameters).fetchall()

    def one(self, query: str) -> Any:
        """Ask for a single value."""
        return self.rows(query)[0][0]


Run = Callable[[Subject], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """One question.

    Attributes:
        code: kebab-case name; its findings have it too.
        asks: the question, for people.
        run: gives a finding for each thing that is not well.
        outside: runs in no transaction; all others run in one that is read only, bounded and rolled back.
    """

    code: str
    asks: str
    run: Run
    outside: bool = False

    def made(self, subject: Subject) -> list[Finding]:
        """Ask it to the end."""
        return list(self.run(subject))


def rows_of(code: str, asks: str, severity: Severity, query: str, *, strict: bool = False) -> Check:
    """Make a check of a query whose rows are findings.

    Args:
        code: name of the check and of its findings.
        asks: the question, for people.
        severity: of each finding.
        query: gives object, field, expected, found and remedy, all text; may name any of `Subject.parameters`.
        strict: in production each finding is an error.
    """

    def run(subject: Subject) -> Iterable[Finding]:
        graver = Severity.ERROR if strict and subject.production else severity
        for place, name, expected, found, remedy in subject.rows(query):
            yield Finding(code, graver, place, name, expected, found, remedy=remedy)

    return Check(code, asks, run)


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found in one database.

    Attributes:
        unknown: codes of the checks that could not know, with their reasons.
        figures: what was measured, by name.
        reached: whether there was a connection at all.
    """

    target: Target
    findings: tuple[Finding, ...]
    unknown: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    reached: bool = True
