"""What a platform's models claim that the server refuses, and what it must refuse it with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Enum, ForeignKeyConstraint, MetaData, Table

from toolbox_cli.models.base import programs
from toolbox_cli.verify.constraints.witnesses.keys import Key, keys_of
from toolbox_cli.verify.constraints.witnesses.rules import rules_of
from toolbox_cli.verify.constraints.witnesses.stock import foreign_keys


class Kind(StrEnum):
    TABLE = "table"
    KEY = "key"
    REFERENCE = "foreign key"
    CHECK = "check"
    NOT_NULL = "not null"
    ENUM = "enum"
    TRIGGER = "trigger"


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that must hold.

    Attributes:
        name: of the constraint, index, column or trigger; empty for the table itself.
        says: what must hold, in words.
    """

    kind: Kind
    table: str
    name: str
    says: str

    @property
    def path(self) -> str:
        """Name it within its schema."""
        return f"{self.table}.{self.name}" if self.name else self.table


def table_claim(table: Table) -> Claim:
    return Claim(Kind.TABLE, table.name, "", "takes rows that its rules allow")


def key_claim(table: Table, key: Key) -> Claim:
    return Claim(Kind.KEY, table.name, key.name, f"{key.kind} ({', '.join(key.columns)})")


def reference_claim(foreign: ForeignKeyConstraint) -> Claim:
    columns = ", ".join(foreign.column_keys)
    acts = (("DELETE", foreign.ondelete), ("UPDATE", foreign.onupdate))
    actions = "".join(f" ON {act} {action.upper()}" for act, action in acts if action)
    says = f"foreign key ({columns}) to {foreign.referred_table.name}{actions}"
    return Claim(Kind.REFERENCE, foreign.table.name, str(foreign.name), says)


def claims_of(metadata: MetaData) -> list[Claim]:
    """List everything that the models of a platform claim, by table."""
    found = [claim for table in metadata.sorted_tables for claim in _of_table(table)]
    return [*found, *(trigger_claim(trigger.table, trigger.name) for trigger in programs(metadata).triggers)]


def trigger_claim(table: str, name: str) -> Claim:
    return Claim(Kind.TRIGGER, table, name, "trigger does its work")


def checks_of(table: Table) -> Sequence[tuple[Claim, str]]:
    """Give the claims of a table's CHECKs with the names of their rules."""
    rules = [rule for rule in rules_of(table) if rule.binding]
    return [(Claim(Kind.CHECK, table.name, rule.name, f"CHECK ({rule.text})"), rule.name) for rule in rules]


def not_null_claim(table: Table, column: str) -> Claim:
    return Claim(Kind.NOT_NULL, table.name, column, "NOT NULL")


def enum_claim(table: Table, column: str) -> Claim:
    kind = table.columns[column].type
    assert isinstance(kind, Enum)  # noqa: S101  asked for enum columns alone
    return Claim(Kind.ENUM, table.name, column, f"only the labels of {kind.name}")


def enum_columns(table: Table) -> list[str]:
    return [column.name for column in table.columns if isinstance(column.type, Enum) and column.type.native_enum]


def enum_types(metadata: MetaData) -> dict[str, list[tuple[str, str]]]:
    """Give the tables and columns of each enum type, by its name."""
    found: dict[str, list[tuple[str, str]]] = {}
    for table in metadata.sorted_tables:
        for column in enum_columns(table):
            found.setdefault(str(getattr(table.columns[column].type, "name", "")), []).append((table.name, column))
    return found


def required_columns(table: Table) -> list[str]:
    return [column.name for column in table.columns if not column.nullable and column.computed is None]


def _of_table(table: Table) -> Iterator[Claim]:
    yield table_claim(table)
    yield from (key_claim(table, key) for key in keys_of(table))
    yield from (reference_claim(foreign) for foreign in foreign_keys(table))
    yield from (claim for claim, _ in checks_of(table))
    yield from (not_null_claim(table, name) for name in required_columns(table))
    yield from (enum_claim(table, name) for name in enum_columns(table))
