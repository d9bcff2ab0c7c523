"""Every fact of the platforms' schema contracts holds in the migrated database.

`schema/<platform>.json`: `tables.<name>.columns` gives "type [not null] [default EXPRESSION]". Families of types count,
not their spelling; defaults must agree in value; "nextval/identity" is a serial or an identity. `unique` is satisfied
by a constraint or a unique index, `indexes` (leading columns) by any index. A primary key may add the partition column.
`on_delete` must agree where it is not NO ACTION. More than what is listed may exist.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from psycopg.types.json import Jsonb

from tests.contracts.live_schema import Connection, Table, read_enums, read_tables
from tests.support.servers import Database

pytestmark = pytest.mark.every_version

PLATFORMS: Final = ("toolboxai", "pas_in_peace", "frames")

FAMILIES: Final = {
    "character varying": "text",
    "json": "jsonb",
    "jsonb[]": "jsonb",
    "timestamp without time zone": "timestamp with time zone",
    "character varying[]": "text[]",
}
"""Types that stand for each other."""


@dataclass(frozen=True)
class Promised:
    """One column's "type [not null] [default EXPRESSION]"."""

    type: str
    not_null: bool
    default: str | None

    @classmethod
    def read(cls, text: str) -> "Promised":
        left, _, default = text.partition(" default ")
        return cls(left.removesuffix(" not null"), left.endswith(" not null"), default or None)


@dataclass(frozen=True)
class Held:
    """One platform's contract beside what the database holds of it; `connection` has its schema as search_path."""

    contract: dict[str, Any]
    tables: dict[str, Table]
    connection: Connection

    def promised(self, kind: str) -> Iterator[tuple[str, Table, Any]]:
        """Give a kind of fact of each table; a missing table is an empty one."""
        for name, facts in self.contract["tables"].items():
            yield name, self.tables.get(name, Table()), facts.get(kind, ())


@pytest.fixture(params=PLATFORMS)
def held(request: pytest.FixtureRequest, shared_database: Database) -> Iterator[Held]:
    text = Path(__file__).with_name("schema").joinpath(f"{request.param}.json").read_text()
    with shared_database.connect(autocommit=False) as connection:
        yield Held(json.loads(text), read_tables(connection, request.param), connection)
        connection.rollback()


def family(type_name: str) -> str:
    plain = re.sub(r"\(.*?\)", "", type_name)
    return FAMILIES.get(plain, plain)


def test_every_table_exists(held: Held) -> None:
    assert held.contract["tables"].keys() - held.tables.keys() == set()


def test_columns_have_their_type(held: Held) -> None:
    wrong = []
    for name, table, columns in held.promised("columns"):
        for column, text in columns.items():
            found = table.columns[column].type if column in table.columns else None
            if found is None or family(found) != family(Promised.read(text).type):
                wrong.append(f"{name}.{column}: {text}, not {found}")
    assert wrong == []


def test_columns_take_null_where_the_contract_does(held: Held) -> None:
    wrong = [
        f"{name}.{column}: {text}"
        for name, table, columns in held.promised("columns")
        for column, text in columns.items()
        if column not in table.partition_key and table.columns[column].not_null != Promised.read(text).not_null
    ]
    assert wrong == []


def test_columns_have_their_default(held: Held) -> None:
    wrong = []
    for name, table, columns in held.promised("columns"):
        for column, text in columns.items():
            promised, found = Promised.read(text), table.columns[column]
            if promised.default == "nextval/identity":
                agrees = found.numbered
            else:
                agrees = promised.default is None or same_value(held.connection, promised, found.type, found.default)
            if not agrees:
                wrong.append(f"{name}.{column}: {text}, not {found.default}")
    assert wrong == []


def same_value(connection: Connection, promised: Promised, type_name: str, default: str | None) -> bool:
    """Ask the server: is it stored as the same expression, or is its value the same?"""
    if default is None:
        return False
    with connection.transaction(force_rollback=True):
        stored = f"CREATE TEMP TABLE probe (value {type_name} DEFAULT {promised.default})"
        connection.execute(stored)
        read = "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'probe'::regclass"
        if connection.execute(read).fetchone() == (default,):
            return True
    compared = f"SELECT to_jsonb(({promised.default})::{promised.type}) = to_jsonb(({default})::{type_name})"
    return connection.execute(compared).fetchone() == (True,)


def test_primary_keys(held: Held) -> None:
    wrong = {
        name: sorted(table.primary_key)
        for name, table, columns in held.promised("primary_key")
        if table.primary_key != set(columns) | table.partition_key
    }
    assert wrong == {}


def test_unique_columns(held: Held) -> None:
    missing = [
        f"{name}: {columns}"
        for name, table, promised in held.promised("unique")
        for columns in promised
        if not any(index.unique and set(index.columns) == set(columns) for index in table.indexes)
    ]
    assert missing == []


def test_foreign_keys(held: Held) -> None:
    missing = [
        f"{name}: {promised}"
        for name, table, keys in held.promised("foreign_keys")
        for promised in keys
        if not any(
            list(found.columns) == promised["columns"]
            and found.references == promised["references"]
            and promised["on_delete"] in {"NO ACTION", found.on_delete}
            for found in table.foreign_keys
        )
    ]
    assert missing == []


def test_indexes(held: Held) -> None:
    missing = [
        f"{name}: {columns}"
        for name, table, promised in held.promised("indexes")
        for columns in promised
        if not any(list(index.columns[: len(columns)]) == columns for index in table.indexes)
    ]
    assert missing == []


def test_deployed_index_names(held: Held) -> None:
    missing = [
        f"{name}: {index}"
        for name, table, promised in held.promised("deployed_index_names")
        for index, facts in dict(promised).items()
        if (index, tuple(facts["columns"]), facts["unique"]) not in table.indexes
    ]
    assert missing == []


def test_enums(held: Held) -> None:
    found = read_enums(held.connection, held.contract["schema"])
    assert {name: found.get(name) for name in held.contract["enums"]} == held.contract["enums"]


def test_checks(held: Held) -> None:
    missing = [
        f"{name}: {check}"
        for name, table, checks in held.promised("checks")
        for check in checks
        if not stands(held.connection, name, table, check)
    ]
    assert missing == []


def stands(connection: Connection, name: str, table: Table, check: str) -> bool:
    """Ask the server: is a CHECK stored as the same expression, or do others refuse every row that it would?"""
    clause = check if check.startswith("CHECK") else f"CHECK ({check})"
    with connection.transaction(force_rollback=True):
        connection.execute(f'CREATE TEMP TABLE probe (LIKE "{name}"); ALTER TABLE probe ADD CONSTRAINT c {clause}')
        read = (
            "SELECT pg_get_constraintdef(oid), pg_get_expr(conbin, conrelid), array(SELECT attname::text"
            " FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey))"
            " FROM pg_constraint WHERE conname = 'c' AND conrelid = 'probe'::regclass"
        )
        [(definition, expression, columns)] = connection.execute(read).fetchall()
    return definition in table.checks.values() or not accepted(connection, name, table, expression, columns)


def accepted(connection: Connection, name: str, table: Table, expression: str, columns: list[str]) -> list[Any]:
    """Give the values, around the numbers in `expression`, that break it and that no stored CHECK refuses."""
    around = [
        [number + step for number in map(int, re.findall(r"\d+", expression)) for step in steps_of(table, column)]
        for column in columns
    ]
    candidates = [dict(zip(columns, values, strict=True)) for values in product(*around)]
    others = [f"({check.removeprefix('CHECK ')}) IS NOT FALSE" for check in table.checks.values()]
    return connection.execute(
        f"SELECT candidate FROM jsonb_array_elements(%s) AS candidate,"
        f' LATERAL jsonb_populate_record(NULL::"{name}", candidate)'
        f" WHERE {' AND '.join([f'({expression}) IS FALSE', *others])}",
        (Jsonb(candidates),),
    ).fetchall()


def steps_of(table: Table, column: str) -> tuple[float, ...]:
    whole = table.columns[column].type in {"smallint", "integer", "bigint"}
    return (-1000, -1, 0, 1, 1000) if whole else (-1000, -0.01, 0, 0.01, 1000)


def test_a_weaker_check_is_noticed(shared_database: Database) -> None:
    with shared_database.connect(autocommit=False) as connection:
        read = read_tables(connection, "frames")["module_feedback"]
        weaker = Table(columns=read.columns, checks={"a": "CHECK ((rating >= 1 AND rating <= 6))"})
        same = Table(columns=read.columns, checks={"a": "CHECK (((rating >= 1) AND (rating <= 5)))"})
        stronger = Table(columns=read.columns, checks={"a": "CHECK (rating >= 2)", "b": "CHECK (rating < 5)"})
        judged = [
            stands(connection, "module_feedback", t, "rating >= 1 AND rating <= 5") for t in (weaker, same, stronger)
        ]
        connection.rollback()
    assert judged == [False, True, True]
