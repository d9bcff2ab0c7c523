"""What stands on what in one schema: which findings follow from one another.

Apart from the catalog, which most comparisons need alone: this is asked only where something differs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row

from toolbox_cli.core.database.catalog import Key, aside
from toolbox_cli.core.database.names import quote


@dataclass(frozen=True, slots=True)
class Link:
    """What one constraint, index, trigger or statistics object depends on.

    Attributes:
        columns: of its own table; those in expressions too.
        parent: the object of the partitioned table that it comes from.
        refers_to: the table at a foreign key's other end; with its schema where that is another one.
        referred: that table's columns.
        head: how a foreign key's definition begins: columns, table and columns.
    """

    columns: tuple[str, ...] = ()
    parent: str | None = None
    refers_to: str | None = None
    referred: tuple[str, ...] = ()
    head: str | None = None


Links = Mapping[Key, Link]


def read_links(connection: Connection[Any], schema: str) -> Links:
    """Read what stands on what in one schema, in one query; wants USAGE on it and no other right.

    Effects: read only; settings are set back.
    """
    with aside(connection):
        connection.execute("SELECT set_config('search_path', %s, true)", (f"{quote(schema)}, pg_temp",))
        cursor = connection.cursor(row_factory=tuple_row).execute(_query(), {"schema": schema})
    return {
        Key(kind, table, name): Link(tuple(columns or ()), parent, refers_to, tuple(referred or ()), head)
        for kind, table, name, columns, parent, refers_to, referred, head in cursor
    }


@cache
def _query() -> str:
    return files(__package__).joinpath("links.sql").read_text(encoding="utf-8")
