"""One schema of a live database, object by object and field by field, and what differs between two of them."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import psycopg
from psycopg import Connection, Cursor
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from toolbox_cli.core.database.names import quote

OWNERSHIP: Final = frozenset({"owner", "privileges"})
"""Fields that each installation decides for itself."""

LAYOUT: Final = frozenset({"position"})
"""Fields that no ALTER can set right: the order in which columns were added."""

SCHEMA: Final = "$schema"
"""Stands in a catalog for the schema's own name."""

_DEPARSE_SETTINGS: Final = {
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "quote_all_identifiers": "off",
    "standard_conforming_strings": "on",
    "jit": "off",
}
"""What else decides how the server writes a stored expression; `jit` would cost more than the query."""


class Key(NamedTuple):
    """Where an object stands: `table` is empty for what belongs to none, `name` for the table itself."""

    kind: str
    table: str
    name: str

    @property
    def path(self) -> str:
        """Name the object within its schema, as "table.name", "table" or "name"."""
        return ".".join(part for part in (self.table, self.name) if part)


Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every object of one schema.

    Attributes:
        schema: the name that it was read under; no field holds it.
        server_version: as `server_version_num`, 180004 for instance.
        objects: what the server says of each object, JSON values.
    """

    schema: str
    server_version: int
    objects: Mapping[Key, Fields]

    def range_partitions(self) -> dict[str, str]:
        """Name each partition that is not a default one, with its parent."""
        return {
            key.name: key.table
            for key, fields in self.objects.items()
            if key.kind == "partition" and fields["bound"] != "DEFAULT"
        }

    def without_range_partitions(self) -> "Catalog":
        """Leave out the partitions that time adds and removes; defaults stay, being part of the model."""
        gone = self.range_partitions()
        kept = {
            key: fields
            for key, fields in self.objects.items()
            if key.table not in gone and not (key.kind == "partition" and key.name in gone)
        }
        return Catalog(self.schema, self.server_version, kept)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one object, or a whole object (`field` is None) that one side lacks (None)."""

    kind: str
    table: str
    name: str
    field: str | None
    expected: Any
    found: Any

    @property
    def path(self) -> str:
        """Name the object within its schema."""
        return Key(self.kind, self.table, self.name).path


def read_catalog(connection: Connection[Any], schema: str, *, seen_from: str | None = None) -> Catalog:
    """Read what one schema holds, in one query.

    What belongs to an extension is left out. A schema that is not there reads as an empty one.
    Wants USAGE on the schema and no other right.

    Args:
        connection: in a transaction or not.
        schema: to read; `pg_temp` is the session's own.
        seen_from: the schema whose objects are written without its name, where it is not the one that is read.

    Effects: read only; runs in a (sub)transaction that is rolled back, so that every setting stays as it was.
    """
    with aside(connection):
        cursor = ask_catalog(connection, schema, seen_from)
    return received_catalog(cursor, connection, schema)


def ask_catalog(connection: Connection[Any], schema: str, seen_from: str | None = None) -> Cursor[Any]:
    """Send the query of one schema, in a pipeline and in a transaction whose settings may change."""
    settings = {"search_path": f"{quote(seen_from or schema)}, pg_temp", **_DEPARSE_SETTINGS}
    connection.cursor(row_factory=tuple_row).execute(
        "SELECT set_config(name, value, true) FROM unnest(%s::text[], %s::text[]) AS s (name, value)",
        (list(settings), list(settings.values())),
    )
    return connection.cursor(row_factory=tuple_row).execute(_query(), {"schema": schema})


def received_catalog(cursor: Cursor[Any], connection: Connection[Any], schema: str) -> Catalog:
    """Take what `ask_catalog` asked for, once the pipeline is over."""
    objects = {Key(kind, table, name): _without_schema(fields, schema) for kind, table, name, fields in cursor}
    return Catalog(schema, connection.info.server_version, dict(sorted(objects.items())))


@contextmanager
def aside(connection: Connection[Any]) -> Iterator[None]:
    """Send statements in one round trip and in a (sub)transaction that is rolled back; answers are there afterwards.

    Settings of the session and what the caller has done in its transaction stay as they were, whatever happens.
    """
    idle = connection.info.transaction_status is TransactionStatus.IDLE
    opening = ["BEGIN"] * connection.autocommit if idle else ["SAVEPOINT aside"]
    closing = ["ROLLBACK"] if idle else ["ROLLBACK TO SAVEPOINT aside", "RELEASE SAVEPOINT aside"]
    try:
        with connection.pipeline():
            for statement in opening:
                connection.execute(statement)
            yield
            for statement in closing:
                connection.execute(statement)
    except BaseException:
        with suppress(psycopg.Error):
            for statement in closing:  # the server has skipped them
                connection.execute(statement)
        raise


def compare(expected: Catalog, found: Catalog, *, ignore: frozenset[str] = OWNERSHIP | LAYOUT) -> list[Difference]:
    """List what differs, by kind, table, name and field; schema names and server versions don't.

    What stands on a table that one side lacks is told by the table alone.

    Args:
        expected: how it should be.
        found: how it is.
        ignore: fields that don't count.
    """
    one_sided = {key.table for key in expected.objects.keys() ^ found.objects.keys() if key.kind in {"table", "view"}}
    differences: list[Difference] = []
    for key in sorted(expected.objects.keys() | found.objects.keys()):
        ours, theirs = expected.objects.get(key), found.objects.get(key)
        if ours is not None and theirs is not None:
            differences += _changed(key, ours, theirs, ignore)
        elif key.kind in {"table", "view"} or _table_of(key, ours or theirs or {}) not in one_sided:
            differences.append(Difference(*key, None, ours, theirs))
    return differences


def _changed(key: Key, ours: Fields, theirs: Fields, ignore: frozenset[str]) -> list[Difference]:
    return [
        Difference(*key, field, ours.get(field), theirs.get(field))
        for field in sorted((ours.keys() | theirs.keys()) - ignore)
        if ours.get(field) != theirs.get(field)
    ]


def _table_of(key: Key, fields: Fields) -> str:
    """Name the table that an object lives and dies with; of a sequence, its column's."""
    return str(key.table or (fields.get("table") if key.kind == "sequence" else "") or "")


def _without_schema(fields: dict[str, Any], schema: str) -> Fields:
    """Put `SCHEMA` for the schema's own name where the server writes it in spite of the search path."""
    config = fields.get("config")
    if config is None:
        return fields
    return {**fields, "config": sorted(_setting_without_schema(setting, schema) for setting in config)}


def _setting_without_schema(setting: str, schema: str) -> str:
    name, _, value = setting.partition("=")
    if name != "search_path":
        return setting
    parts = re.findall(r'"(?:[^"]|"")*"|[^,\s]+', value)
    own = {schema, quote(schema)}
    # A session with quote_all_identifiers on writes quotes that nothing needs.
    plain = (re.sub(r'^"([a-z_][a-z0-9_]*)"$', r"\1", part) for part in parts)
    return f"{name}={', '.join(SCHEMA if part in own else part for part in plain)}"


@cache
def _query() -> str:
    return files(__package__).joinpath("catalog.sql").read_text(encoding="utf-8")
