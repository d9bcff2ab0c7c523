"""What a rule says of a place in a revision's SQL."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from toolbox_cli.core.findings import Severity
from toolbox_cli.db.lint.facts import Facts
from toolbox_cli.db.lint.reading import Part, Reading
from toolbox_cli.db.lint.weight import Weight
from toolbox_cli.db.revisions.plan.acts import Act
from toolbox_cli.db.revisions.plan.columns import Columns


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding before it has a file and a line.

    Attributes:
        part: the statement's place in the revision.
        start: offset in the statement.
        end: the same.
        about: the table, or another object, without its schema; None for the schema as a whole.
        column: the column of the table.
        weight: how many rows are concerned, and how long work on them takes; None where no rows are.
    """

    rule: str
    severity: Severity
    part: int
    start: int
    end: int
    about: str | None
    found: str
    expected: str
    remedy: str
    column: str | None = None
    weight: Weight | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule looks at: one revision, and the target that it is for."""

    reading: Reading
    facts: Facts

    def parts(self) -> Iterator[tuple[int, Part]]:
        """Give the statements with their places."""
        return iter(enumerate(self.reading.parts))

    def acts(self) -> Iterator[tuple[int, Act]]:
        """Give what the statements do to tables of the target, with the statements' places."""
        columns = Columns(self.facts.column)
        return ((place, columns.judged(act)) for place, part in self.parts() for act in part.acts)


class Rule(NamedTuple):
    """A rule of ours.

    Attributes:
        name: stable, in kebab case.
        looks_for: what it finds, as docs/lint.md has it.
    """

    name: str
    looks_for: str
    check: Callable[[Case], Iterator[Remark]]
