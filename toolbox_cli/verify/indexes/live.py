"""The indexes that a database has."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import class_row

_TABLES: Final = """
SELECT relname::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
WHERE nspname = %s AND relkind IN ('r', 'p')"""


@dataclass(frozen=True, slots=True)
class LiveIndex:
    """One index on a table; of a partitioned table, with those of its partitions.

    Attributes:
        method: btree, hash, gin and so on.
        keys: columns and expressions as SQL text, in order.
        sorting: operator class, collation and direction of each key, to be compared only.
        included: columns that it holds without searching by them.
        predicate: of a partial index, as SQL text.
        definition: what follows the table's name in CREATE INDEX.
        constraint: key that it stands behind.
        leaves: names that a plan shows for it.
    """

    table: str
    name: str
    method: str
    unique: bool
    valid: bool
    nulls_not_distinct: bool
    keys: list[str]
    sorting: list[str]
    included: list[str]
    predicate: str | None
    definition: str
    constraint: str | None
    leaves: list[str]

    @property
    def order(self) -> list[tuple[str, str]]:
        """The keys with how each is sorted."""
        return list(zip(self.keys, self.sorting, strict=True))


def live_indexes(connection: Connection[Any], schema: str) -> list[LiveIndex]:
    """Read the indexes of one schema, by table and name; wants no right on its tables."""
    with connection.cursor(row_factory=class_row(LiveIndex)) as cursor:
        return cursor.execute(_query(), {"schema": schema}).fetchall()


def live_tables(connection: Connection[Any], schema: str) -> set[str]:
    """Name the tables of one schema."""
    return {name for (name,) in connection.execute(_TABLES, (schema,))}


@cache
def _query() -> str:
    return files(__package__).joinpath("live.sql").read_text(encoding="utf-8")
