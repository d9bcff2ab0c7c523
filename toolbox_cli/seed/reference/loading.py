"""Bring reference data into a database, by set statements, in the transaction of whoever calls."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from toolbox_cli import __version__
from toolbox_cli.content.reference.base import Made, Ref
from toolbox_cli.core.database.names import Names
from toolbox_cli.seed.making.domain import Reference
from toolbox_cli.seed.reference.deciding import TIMES, WRITES, Decided, Fate, Loading, Values, decide, differences
from toolbox_cli.seed.reference.reading import made_keys, read_rows
from toolbox_cli.seed.reference.tables import TABLES, plain, reference_name

_STAGE: Final = """
DROP TABLE IF EXISTS pg_temp.reference_stage;
CREATE TEMPORARY TABLE reference_stage (
    platform text, table_name text, stable_key text, place integer, row_data jsonb,
    PRIMARY KEY (platform, table_name, stable_key)
) ON COMMIT DROP"""

_LOOK: Final = """
SELECT to_jsonb(n) AS new, to_jsonb(t) AS held, r.written
FROM pg_temp.reference_stage AS s
CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, s.row_data) AS n
LEFT JOIN {table} AS t ON {same}
LEFT JOIN toolbox.reference_rows AS r USING (platform, table_name, stable_key)
WHERE s.platform = %s AND s.table_name = %s
ORDER BY s.place"""
"""What the files and the database have, both as the table's types write it."""

_MERGE: Final = """
MERGE INTO {table} AS t
USING (
    SELECT n.* FROM pg_temp.reference_stage AS s
    CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, s.row_data) AS n
    WHERE s.platform = %(platform)s AND s.table_name = %(name)s AND s.stable_key = ANY (%(keys)s)
    ORDER BY s.place
) AS n ON {same}
WHEN MATCHED THEN UPDATE SET {changes}
WHEN NOT MATCHED THEN INSERT ({columns}) VALUES ({values})"""

_RECORD: Final = """
MERGE INTO toolbox.reference_rows AS r
USING (
    SELECT %(platform)s::text AS platform, %(name)s::text AS table_name, key AS stable_key, value AS written
    FROM jsonb_each(%(written)s)
) AS n ON (r.platform, r.table_name, r.stable_key) = (n.platform, n.table_name, n.stable_key)
WHEN MATCHED THEN UPDATE SET written = n.written, written_at = now(), tool_version = %(version)s
WHEN NOT MATCHED THEN INSERT (platform, table_name, stable_key, written, tool_version)
VALUES (n.platform, n.table_name, n.stable_key, n.written, %(version)s)"""

_LEFT: Final = """
SELECT r.platform, r.table_name, r.stable_key FROM toolbox.reference_rows AS r
WHERE r.platform = ANY (%s) AND NOT EXISTS (
    SELECT FROM pg_temp.reference_stage AS s
    WHERE (s.platform, s.table_name, s.stable_key) = (r.platform, r.table_name, r.stable_key))
ORDER BY 1, 2, 3"""

Connection = psycopg.Connection[Any]


def load_reference(
    connection: Connection, names: Names, platforms: Iterable[str], *, examples: bool = True
) -> Reference:
    """Load the reference data of some platforms, and give it as the database has it.

    Args:
        connection: in a transaction; the platforms are at their newest revision.
        names: the database's schemas.
        platforms: those of them to load.
        examples: with what only shows how something looks, such as universities.

    Effects: writes the tables of `TABLES` and `toolbox.reference_rows`; never commits. Idempotent.
    """
    found: dict[str, dict[str, Values]] = {}
    for row in bring(connection, names, platforms, examples=examples).rows:
        if row.fate is not Fate.LEFT:
            found.setdefault(reference_name(row.platform, row.table), {})[row.key] = row.row
    return found


def bring(
    connection: Connection,
    names: Names,
    platforms: Iterable[str],
    *,
    examples: bool = True,
    folder: Path | None = None,
) -> Loading:
    """Load as `load_reference` does; say what became of each row.

    Args:
        connection: in a transaction.
        names: the database's schemas.
        platforms: those of them to load.
        examples: with what only shows how something looks.
        folder: has a folder a platform; what ships when None.
    """
    rows = read_rows(platforms, folder, examples=examples)
    connection.execute(_STAGE)
    bringers = {platform: _Platform(connection, names.schema(platform), platform) for platform in rows}
    for platform, made in rows.items():
        bringers[platform].stage(made)
    decided = [one for platform, made in rows.items() for one in bringers[platform].bring(made)]
    left = connection.execute(_LEFT, [list(rows)]).fetchall()
    return Loading((*decided, *(Decided(platform, table, key, Fate.LEFT, (), {}) for platform, table, key in left)))


class _Platform:
    """Brings the rows of one platform."""

    def __init__(self, connection: Connection, schema: str, platform: str) -> None:
        self._connection, self._schema, self._platform = connection, schema, platform
        self._kept: set[Ref] = set()

    def stage(self, made: Sequence[Made]) -> None:
        """Copy rows to where set statements read them, with keys in place of references."""
        keys = made_keys(self._platform, made)
        keys.update(self._keys_here(made))
        with self._connection.cursor() as cursor, cursor.copy("COPY pg_temp.reference_stage FROM STDIN") as copy:
            for place, row in enumerate(made):
                key = keys[row.table, row.key]
                data = plain(row.values, keys) | ({} if key is None else {"id": key})
                copy.write_row((self._platform, row.table, row.key, place, Jsonb(data)))

    def bring(self, made: Iterable[Made]) -> Iterator[Decided]:
        """Write what is to be written, table by table."""
        for name, rows in groupby(made, key=lambda row: row.table):
            table = _Table(self._connection, self._schema, self._platform, name, tuple(rows))
            yield from table.bring(self._kept)

    def _keys_here(self, made: Sequence[Made]) -> Iterator[tuple[tuple[str, str], Any]]:
        """Give the keys of rows that are here under their stable key, whoever made them."""
        for name, table in TABLES[self._platform].items():
            if table.stable in {None, "id"}:
                continue
            query = sql.SQL("SELECT {stable}, id FROM {table} WHERE {stable} = ANY (%s)").format(
                stable=sql.Identifier(str(table.stable)), table=sql.Identifier(self._schema, name)
            )
            for stable_key, key in self._connection.execute(query, [[row.key for row in made if row.table == name]]):
                yield (name, stable_key), key if isinstance(key, int) else str(key)


class _Table:
    """Brings the rows of one table.

    Attributes:
        rows: all of them with the same columns.
    """

    def __init__(self, connection: Connection, schema: str, platform: str, name: str, rows: Sequence[Made]) -> None:
        self._connection, self._platform, self._name, self._rows = connection, platform, name, rows
        self._table = sql.Identifier(schema, name)
        self._given = tuple(rows[0].values)
        self._compared = tuple(column for column in self._given if column not in TIMES)
        keyed = TABLES[platform][name].keys != "none"
        self._key = ("id",) if keyed else self._compared

    def bring(self, kept: set[Ref]) -> list[Decided]:
        """Look, decide and write.

        Args:
            kept: rows that are left as they are; grows by those of this table.
        """
        looked = self._connection.execute(
            sql.SQL(_LOOK).format(table=self._table, same=self._same), [self._platform, self._name]
        ).fetchall()
        decided, written = [], {}
        for row, (new, held, before) in zip(self._rows, looked, strict=True):
            one, values = self._decide(row, new, held, before, kept)
            decided.append(one)
            if one.fate is not Fate.KEPT and values != before:
                written[row.key] = values
        self._write([one.key for one in decided if one.fate in WRITES], written)
        return decided

    def _decide(
        self, row: Made, new: Values, held: Values | None, before: Values | None, kept: set[Ref]
    ) -> tuple[Decided, Values]:
        wanted = {column: new[column] for column in self._compared}
        here = held and {column: held[column] for column in self._compared}
        fate = decide(wanted, here, before, parent_kept=row.parent in kept)
        if fate is Fate.KEPT:
            kept.add(Ref(row.table, row.key))
        now = new if held is None or fate in WRITES else held
        after = {column: now[column] for column in dict.fromkeys((*self._key, *self._given))}
        told = differences(wanted, here) if here and fate in {Fate.CHANGED, Fate.KEPT} else ()
        return Decided(self._platform, self._name, row.key, fate, told, after), wanted

    def _write(self, keys: Sequence[str], written: Values) -> None:
        told = {"platform": self._platform, "name": self._name}
        if keys:
            self._connection.execute(self._merge, {**told, "keys": list(keys)})
        if written:
            self._connection.execute(_RECORD, {**told, "written": Jsonb(dict(written)), "version": __version__})

    @property
    def _same(self) -> sql.Composed:
        return sql.SQL(" AND ").join(sql.SQL("t.{0} = n.{0}").format(sql.Identifier(column)) for column in self._key)

    @property
    def _merge(self) -> sql.Composed:
        columns = [*dict.fromkeys((*self._key, *self._given))]
        return sql.SQL(_MERGE).format(
            table=self._table,
            same=self._same,
            changes=sql.SQL(", ").join(sql.SQL("{0} = n.{0}").format(sql.Identifier(name)) for name in self._compared),
            columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
            values=sql.SQL(", ").join(sql.SQL("n.{}").format(sql.Identifier(name)) for name in columns),
        )
