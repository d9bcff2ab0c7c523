"""One platform's indexes in one database: what the models ask for beside what is there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import psycopg
from sqlalchemy import MetaData

from toolbox_cli.core.database.names import quote
from toolbox_cli.db.declared.indexes import (
    DeclaredForeignKey,
    DeclaredIndex,
    declared_foreign_keys,
    declared_indexes,
)
from toolbox_cli.verify.indexes.live import LiveIndex, live_indexes, live_tables
from toolbox_cli.verify.indexes.redundancy import Redundant, redundant


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at.

    Attributes:
        tables: that the schema has.
        live: indexes by table.
        pairs: each declared index with the one in the database, if there is one.
        others: indexes on tables of the models that the models don't declare.
        foreign_keys: of the models.
        spare: superfluous indexes by name.
    """

    platform: str
    schema: str
    tables: frozenset[str]
    live: Mapping[str, Sequence[LiveIndex]]
    pairs: Sequence[tuple[DeclaredIndex, LiveIndex | None]]
    others: Sequence[LiveIndex]
    foreign_keys: Sequence[DeclaredForeignKey]
    spare: Mapping[str, Redundant]

    @property
    def usable(self) -> Iterator[tuple[DeclaredIndex, LiveIndex]]:
        """The declared indexes that are there and whole."""
        return ((declared, live) for declared, live in self.pairs if live is not None and live.valid)

    def path(self, table: str, name: str) -> str:
        """Name an index or key for reports."""
        return f"{self.schema}.{table}.{name}"

    def quoted(self, name: str) -> str:
        """Write the name of a table or index for SQL text."""
        return f"{quote(self.schema)}.{quote(name)}"


def read_subject(connection: psycopg.Connection[Any], metadata: MetaData, schema: str) -> Subject:
    """Read what a platform has; search_path must be its schema."""
    ours = {table.name for table in metadata.tables.values()}
    held = [index for index in live_indexes(connection, schema) if index.table in ours]
    live = {table: list(indexes) for table, indexes in groupby(held, key=lambda index: index.table)}
    declared = list(declared_indexes(metadata))
    pairs = [(index, _match(index, declared, live.get(index.table, ()))) for index in declared]
    known = frozenset(index.name for _, index in pairs if index is not None)
    return Subject(
        str(metadata.schema),
        schema,
        frozenset(live_tables(connection, schema)),
        live,
        pairs,
        [index for index in held if index.name not in known],
        list(declared_foreign_keys(metadata)),
        {name: spare for indexes in live.values() for name, spare in redundant(indexes, known).items()},
    )


def _match(wanted: DeclaredIndex, declared: Sequence[DeclaredIndex], live: Sequence[LiveIndex]) -> LiveIndex | None:
    """Find a declared index by its name, or else by what it is, for a name is not what it works by."""
    by_name = {index.name: index for index in live}
    if wanted.name in by_name:
        return by_name[wanted.name]
    taken = {index.name for index in declared}
    alike = (index for index in live if index.name not in taken and _alike(wanted, index))
    return next(alike, None)


def _alike(wanted: DeclaredIndex, index: LiveIndex) -> bool:
    return tuple(index.keys) == wanted.keys and index.unique == wanted.unique and index.method == wanted.method
