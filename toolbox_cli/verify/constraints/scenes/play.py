"""What scenes are made of: new rows, changes of them, and what has to come of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from toolbox_cli.core.database.names import quote
from toolbox_cli.verify.constraints.claims import Claim
from toolbox_cli.verify.constraints.server.wire import Command
from toolbox_cli.verify.constraints.trials.trial import Look, Refusal, Trial, Verdict
from toolbox_cli.verify.constraints.witnesses.solve import Values
from toolbox_cli.verify.constraints.witnesses.stock import Stock


@dataclass
class Play:
    """One trigger's proof.

    Attributes:
        stock: rows of the platform; all tables have theirs.
        live: in the target itself, where no lock may be taken that others would wait for.
    """

    stock: Stock
    claim: Claim
    live: bool = False

    def begin(self) -> "Act":
        return Act(self)


@dataclass
class Act:
    """Rows and changes that lead up to one trial."""

    play: Play
    before: list[Command] = field(default_factory=list)

    def add(self, table: str, **given: str | None) -> Values:
        """Insert a row of its own, with the parents that it needs."""
        commands, values = self.play.stock.family(self.play.stock.table(table), given, accompanied=False)
        self.before += commands
        return values

    def adding(self, table: str, **given: str | None) -> Command:
        """Give the statement that inserts a row, its parents being there; it is what is tried."""
        commands, _ = self.play.stock.family(self.play.stock.table(table), given, accompanied=False)
        self.before += commands[:-1]
        return commands[-1]

    def run(self, text: str, *values: str | None) -> None:
        self.before.append(self.sql(text, *values))

    def sql(self, text: str, *values: str | None) -> Command:
        """Give a statement; names in curly brackets are tables of the platform."""
        names = {name: self.play.stock.name(name) for name in _tables(self.play.stock)}
        return Command(text.format_map(names), values)

    def change(self, table: str, row: Values, **changes: str | None) -> Command:
        """Give the statement that changes a row."""
        sets = ", ".join(f"{quote(name)} = ${number}" for number, name in enumerate(changes, 2))
        text = f"UPDATE {{{table}}} SET {sets} WHERE id = $1"  # noqa: S608
        return self.sql(text, row["id"], *changes.values())

    def accepted(self, what: str, act: Command) -> Trial:
        return Trial(self.play.claim, what, act, tuple(self.before))

    def refused(self, what: str, act: Command, refusal: Refusal) -> Trial:
        return Trial(self.play.claim, what, act, tuple(self.before), refusal)

    def seen(self, what: str, act: Command, look: Command, wanted: Sequence[Any], wrong: str) -> Trial:
        """Try something that is accepted, and see what it has done."""

        def tell(rows: Sequence[Any]) -> str | None:
            return None if list(rows) == list(wanted) else wrong

        return Trial(self.play.claim, what, act, tuple(self.before), look=Look(look, tell, Verdict.OTHERWISE))


def _tables(stock: Stock) -> list[str]:
    return [table.name for table in stock.metadata.tables.values()]


Scene = Callable[[Play], Iterator[Trial]]
