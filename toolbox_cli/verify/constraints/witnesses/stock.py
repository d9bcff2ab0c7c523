"""Rows that a table takes, with keys of their own and the parents that they refer to."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Enum,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
)
from sqlalchemy.dialects.postgresql.ranges import AbstractRange

from toolbox_cli.core.database.names import quote
from toolbox_cli.verify.constraints.server.wire import Command
from toolbox_cli.verify.constraints.witnesses.candidates import TOKEN, written_later
from toolbox_cli.verify.constraints.witnesses.choose import BARE, FIRST, SPARE, Choice, NoRowError
from toolbox_cli.verify.constraints.witnesses.keys import Key, keys_of
from toolbox_cli.verify.constraints.witnesses.solve import Solution, Values

FRESH_KINDS = (Integer, String, DateTime, Date, AbstractRange)
"""Types of which a value of one's own can always be made."""


@dataclass(frozen=True, slots=True)
class Companion:
    """A row that has to stand beside each row of a table, because a trigger looks for it.

    Attributes:
        table: where it stands.
        via: the column, of the same name in both, that holds them together.
    """

    table: str
    via: str


@dataclass
class Stock:
    """The rows of one platform.

    Attributes:
        schema: where they go, unquoted.
        choices: by table.
        companions: by table.
        instead: by table and variant, what takes the variant's place because the server refuses that.
        first: of each table the row that stays in it.
        spare: of each table the row that stays in it from the end of its own trials on; its children refer to it.
    """

    schema: str
    metadata: MetaData
    choices: Mapping[str, Choice]
    companions: Mapping[str, Sequence[Companion]] = field(default_factory=dict)
    instead: dict[tuple[str, int], int] = field(default_factory=dict)
    first: dict[str, Values] = field(default_factory=dict)
    spare: dict[str, Values] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._numbers = count(secrets.randbelow(10**9) + 10**9)
        self._narrow = count(secrets.randbelow(10**4) + 10**4)
        self.keys = {table.name: keys_of(table) for table in self.metadata.tables.values()}

    def name(self, table: Table | str) -> str:
        """Give a table's full name, quoted."""
        return f"{quote(self.schema)}.{quote(table if isinstance(table, str) else table.name)}"

    def table(self, name: str) -> Table:
        return self.metadata.tables[f"{self.metadata.schema}.{name}"]

    def insert(self, table: Table, values: Values) -> Command:
        """Give the statement that inserts a row; no default is asked, so no sequence moves."""
        names = ", ".join(map(quote, values))
        marks = ", ".join(f"${number}" for number in range(1, len(values) + 1))
        text = f"INSERT INTO {self.name(table)} ({names}) OVERRIDING SYSTEM VALUE VALUES ({marks})"  # noqa: S608
        return Command(text, tuple(values.values()))

    def row(self, table: Table, variant: int = SPARE, given: Mapping[str, str | None] | None = None) -> Values:
        """Make a row whose parents are there already.

        Args:
            table: of the models.
            variant: which of the values that fit.
            given: what it must hold.

        Raises:
            NoRowError: no value is known for a column, or a parent has no row.
        """
        return {**self._made(table, variant, {}), **(given or {})}

    def realised(self, table: Table, solution: Solution, place: int) -> Values:
        """Make a row with a combination of a group's candidates."""
        return self._made(table, SPARE, solution.values(place))

    def beside(self, table: Table, partner: Values, columns: Sequence[str], variant: int = SPARE) -> Values:
        """Make a row that equals the first one in some columns and differs in all others as far as the rules allow."""
        like = self.instead.get((table.name, FIRST), FIRST)
        rest = self.choices[table.name].matching(columns, like, variant)
        made = self._made(table, variant, rest) | {name: partner[name] for name in columns}
        made |= self._apart(table, made, partner, columns)
        own = (column for each in foreign_keys(table) if each.referred_table is table for column in each.columns)
        return made | {column.name: None for column in own if column.nullable and column.name not in columns}

    def _apart(self, table: Table, made: Values, partner: Values, columns: Sequence[str]) -> Values:
        """Give other values where a row would equal the first one in another key than the one that is tried."""
        found: Values = {}
        choice = self.choices[table.name]
        for key in self.keys[table.name]:
            free = [name for name in key.columns if name not in columns]
            if free and all(made[name] is not None and made[name] == partner[name] for name in key.columns):
                groups = [{column.name for column in each.group.columns} for each in choice.solutions]
                group = next((names for names in groups if free[0] in names and not names & set(columns)), set())
                found |= {name: value for name, value in choice.values(SPARE).items() if name in group}
        return found

    def family(
        self, table: Table, given: Mapping[str, str | None] | None = None, *, accompanied: bool = True
    ) -> tuple[list[Command], Values]:
        """Make a row that can be inserted at any time, whatever stands in its table.

        Args:
            table: of the models.
            given: what it must hold.
            accompanied: with the rows that triggers want beside it.

        Returns:
            The statements, those for new parents and companions first, and the row.

        Raises:
            NoRowError: as `row` does.
        """
        commands: list[Command] = []
        own = dict(given or {})
        for key in self.keys[table.name] if table.name in self.spare else ():
            foreign = None if own.keys() & set(key.columns) else self._only_foreign(table, key)
            if foreign is not None:
                more, parent = self.family(foreign.referred_table)
                commands += more
                own |= referring(foreign, parent)
        for companion in self.companions.get(table.name, ()) if accompanied else ():
            if own.get(companion.via) is not None:
                commands += self.family(self.table(companion.table), {companion.via: own[companion.via]})[0]
        values = self.row(table, given=own)
        return [*commands, self.insert(table, values)], values

    def parting(self, table: Table, values: Values) -> list[Command]:
        """Give the statements that take a row's companions away again: nothing looks for them any more."""
        return [
            Command(
                f"DELETE FROM {self.name(each.table)} WHERE {quote(each.via)} = $1",  # noqa: S608
                (values[each.via],),
            )
            for each in self.companions.get(table.name, ())
        ]

    def _made(self, table: Table, variant: int, values: Values) -> Values:
        raw = self.choices[table.name].values(self.instead.get((table.name, variant), variant)) | values
        own = self._with_keys(table, raw)
        return {**own, **self._references(table, raw, own, variant)}

    def _with_keys(self, table: Table, values: Values) -> Values:
        """Give a row its own words and numbers where it must differ from all others."""
        choice, token = self.choices[table.name], f"a{secrets.token_hex(6)[1:]}"
        own = {name: value and value.replace(TOKEN, token) for name, value in values.items()}
        for name in choice.unique - choice.ruled:
            own[name] = self._fresh(table.columns[name], own[name], token)
        return own

    def _fresh(self, column: Column[Any], value: str | None, token: str) -> str | None:
        kind = column.type
        if value is None or column.foreign_keys or isinstance(kind, Enum):
            return value
        if isinstance(kind, Integer):
            return str(next(self._narrow if isinstance(kind, SmallInteger) else self._numbers))
        if isinstance(kind, String) and token not in value:
            return token[: kind.length]
        if isinstance(kind, DateTime | Date | AbstractRange):
            return written_later(kind, next(self._narrow))
        return value

    def _references(self, table: Table, raw: Values, own: Values, variant: int) -> Values:
        """Point foreign keys to rows that are there: to the first ones or to the spare ones.

        A column that the rules leave NULL stays so; one that a rule compares with the row's own key may get that.
        """
        found: Values = {}
        for foreign in foreign_keys(table):
            ruled = set(foreign.column_keys) <= self.choices[table.name].ruled
            pairs = [(element.parent.name, element.column.name) for element in foreign.elements]
            if ruled and any(raw[name] is None for name, _ in pairs):
                found |= dict.fromkeys(foreign.column_keys)
            elif ruled and foreign.referred_table is table and all(raw[name] == raw[key] for name, key in pairs):
                found |= {name: own[key] for name, key in pairs}
            else:
                found |= self._pointing(table, foreign, variant, empty=variant == BARE and not ruled)
        return found

    def _pointing(self, table: Table, foreign: ForeignKeyConstraint, variant: int, *, empty: bool) -> Values:
        target = foreign.referred_table
        parents = self.first if variant == FIRST or target is table else self.spare
        parent = parents.get(target.name) or self.first.get(target.name)
        optional = [column.name for column in foreign.columns if column.nullable]
        if optional and (empty or parent is None):
            return dict.fromkeys(optional)
        if parent is None:
            raise NoRowError(f"{target.name} has no row to refer to")
        return referring(foreign, parent)

    def _only_foreign(self, table: Table, key: Key) -> ForeignKeyConstraint | None:
        """Give a foreign key within a key of which no other column can differ at will."""
        choice, plain = self.choices[table.name], self.choices[table.name].values(SPARE)
        for name in key.columns:
            column = table.columns[name]
            free = name not in choice.ruled and not isinstance(column.type, Enum)
            if not column.foreign_keys and (
                TOKEN in (plain[name] or "") or (free and isinstance(column.type, FRESH_KINDS))
            ):
                return None
        return next((each for each in foreign_keys(table) if set(each.column_keys) <= set(key.columns)), None)


@cache
def foreign_keys(table: Table) -> tuple[ForeignKeyConstraint, ...]:
    """List a table's foreign keys by name."""
    return tuple(sorted(table.foreign_key_constraints, key=lambda foreign: str(foreign.name)))


def referring(foreign: ForeignKeyConstraint, parent: Mapping[str, str | None]) -> Values:
    """Give the values of a foreign key's columns that refer to a row."""
    return {element.parent.name: parent[element.column.name] for element in foreign.elements}
