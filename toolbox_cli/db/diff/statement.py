"""One statement of a script that mends a schema, and where in the script it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from toolbox_cli.core.findings import Finding


class Phase(IntEnum):
    """Parts of a script, in order: what others stand on comes first, what is only in the way last."""

    RENAME = 1
    LABELS = 2
    CLEAR = 3
    CREATE = 4
    COLUMNS = 5
    CHECKS = 6
    INDEXES = 7
    KEYS = 8
    REFERENCES = 9
    PARTITIONS = 10
    PROGRAMS = 11
    SETTINGS = 12
    COMMENTS = 13
    DROPS = 14


@dataclass(frozen=True, slots=True)
class Step:
    """What the writer of one kind of object gives.

    Attributes:
        sql: one statement without its semicolon; empty where nothing can be written, and `hazard` says why.
        hazard: what it costs or may lose, a sentence for the reviewer.
        withheld: written as a comment: it loses data, or can't be had without knowing more than the schema.
        alone: can't run in a transaction.
        apart: begins a transaction of its own.
        joins: how the statement begins, where others that begin so may be one with it.
    """

    phase: Phase
    sql: str
    hazard: str | None = None
    withheld: bool = False
    alone: bool = False
    apart: bool = False
    joins: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the script.

    Attributes:
        sql: without its semicolon; empty where nothing can be written, and `hazard` says why.
        object: "schema.table.name" of what it changes.
        table: whose rows are concerned; None where that is no table's matter.
        findings: what it mends.
        transaction: statements with the same number belong into one transaction; None must stand outside of any.
        hazard: what it costs or may lose.
        withheld: to be printed as a comment, for somebody to decide.
        rows: about how many rows are concerned; None where nobody counted.
    """

    phase: Phase
    sql: str
    object: str
    table: str | None
    findings: Sequence[Finding]
    transaction: int | None = None
    hazard: str | None = None
    withheld: bool = False
    rows: int | None = None

    @property
    def code(self) -> str:
        """The first finding's code."""
        return self.findings[0].code
