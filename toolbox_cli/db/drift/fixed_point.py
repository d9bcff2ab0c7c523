"""Texts that differ are given to the server again, until it no longer writes them otherwise.

How a server writes an expression down depends on how it was entered: `v IN ('x', 'y')` on a varchar column reads
otherwise after a dump and a restore. So both sides are entered once more, into temporary tables shaped like the live
ones, and read back. No text is ever taken apart here: what PostgreSQL itself writes differently stays different.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg.rows import tuple_row

from toolbox_cli.core.database.catalog import Catalog, Fields, Key, read_catalog
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.drift.renames import Renames

ROUNDS: Final = 3
"""Every shape of expression that was tried is stable after two."""

TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "column": ("default", "generated"),
    "constraint": ("definition", "index"),
    "index": ("definition",),
    "trigger": ("definition",),
    "policy": ("using", "check"),
    "view": ("definition",),
}
"""Kinds that are entered anew, and the fields that are then read back."""

_ENTERED: Final = frozenset({"check", "unique", "primary key", "exclusion"})
"""Constraints that a temporary table may have. A foreign key holds no expression."""

_CONSTANT: Final = re.compile(r"(?:'(?:[^']|'')*'|-?\d+(?:\.\d+)?|true|false)(?:::[\w\s\".(),\[\]]+)?")

Objects = Mapping[Key, Fields]


@dataclass(frozen=True, slots=True)
class Bench:
    """Where texts are entered.

    Attributes:
        connection: whose role may make temporary tables.
        schema: what the texts' names are looked up in.
        live: shows what the temporary tables must look like.
        renames: what is called otherwise in the live database than in the expected texts.
    """

    connection: psycopg.Connection[Any]
    schema: str
    live: Catalog
    renames: Renames

    def settle(self, expected: Objects, found: Objects) -> tuple[Objects, Objects]:
        """Enter both sides until neither changes, or both are the same.

        Returns:
            Both sides with the texts that came out; an object that can't be entered keeps its own.

        Effects: temporary tables, in a transaction that is rolled back.
        """
        for _ in range(ROUNDS):
            if _texts(expected) == _texts(found):
                break
            entered = self._entered(expected, self.renames), self._entered(found, Renames())
            if entered == (expected, found):
                break
            expected, found = entered
        return expected, self._with_equal_constants(expected, found)

    def _with_equal_constants(self, expected: Objects, found: Objects) -> Objects:
        """Write a column's default as it is expected where both are the same value: `'0.8'::double precision`, `0.8`.

        Nothing is called: only constants are looked at.
        """
        made = dict(found)
        for key, fields in found.items():
            ours, theirs = expected.get(key, {}).get("default"), fields.get("default")
            asked = key.kind == "column" and ours != theirs and _is_constant(ours) and _is_constant(theirs)
            if asked and self._same_value(key, str(ours), str(theirs)):
                made[key] = {**fields, "default": ours}
        return made

    def _same_value(self, key: Key, one: str, other: str) -> bool:
        kind = self.live.objects[key]["type"]
        query = f"SELECT ({one})::{kind}::text IS NOT DISTINCT FROM ({other})::{kind}::text"  # noqa: S608  as the server wrote them
        try:
            with self.connection.transaction(force_rollback=True):
                path = (f"{quote(self.schema)}, pg_temp",)
                self.connection.execute("SELECT set_config('search_path', %s, true)", path)
                row = self.connection.cursor(row_factory=tuple_row).execute(query.encode()).fetchone()
        except psycopg.OperationalError:
            raise
        except psycopg.Error:
            return False
        return bool(row and row[0])

    def _entered(self, objects: Objects, renames: Renames) -> Objects:
        with self.connection.transaction(force_rollback=True):
            self.connection.execute("SELECT set_config('search_path', %s, true)", (f"{quote(self.schema)}, pg_temp",))
            made = _Tables(self.live, renames)
            steps = [[*made.steps(table, part)] for table, part in _by_table(objects).items()]
            self._run([step for part in steps for step in part])
            read = read_catalog(self.connection, "pg_temp", seen_from=self.schema).objects
        return {key: _with_texts(key, fields, read.get(key)) for key, fields in objects.items()}

    def _run(self, steps: Sequence[str]) -> None:
        """Run statements at once; where one fails, run each half, so that in the end only those that fail are left."""
        try:
            with self.connection.transaction():
                self.connection.execute("; ".join(steps).encode())
        except psycopg.OperationalError:
            raise
        except psycopg.Error:
            if len(steps) > 1:
                self._run(steps[: len(steps) // 2])
                self._run(steps[len(steps) // 2 :])


@dataclass(frozen=True, slots=True)
class _Tables:
    """Writes the statements that enter objects into temporary tables."""

    live: Catalog
    renames: Renames

    def steps(self, table: str, objects: Objects) -> Iterator[str]:
        """Make a table, enter its objects, and give its columns the names that they have now."""
        place = f"pg_temp.{quote(table)}"
        if any(key.kind != "view" for key in objects):
            yield f"CREATE TEMPORARY TABLE {place} ({', '.join(self._columns(table))})"
        for key, fields in objects.items():
            if (step := self._step(key, fields, place)) is not None:
                yield step
        for old, new in self.renames.columns.get(table, {}).items():
            yield f"ALTER TABLE {place} RENAME COLUMN {quote(old)} TO {quote(new)}"

    def _columns(self, table: str) -> Iterator[str]:
        for key, fields in self.live.objects.items():
            if key.kind == "column" and key.table == table:
                collation = f" COLLATE {fields['collation']}" if fields["collation"] else ""
                yield f"{quote(self.renames.old_column(table, key.name))} {fields['type']}{collation}"

    def _step(self, key: Key, fields: Fields, place: str) -> str | None:
        name = quote(key.name)
        if key.kind == "column":
            return self._column_step(key, fields, place)
        if key.kind == "constraint":
            known = fields["type"] in _ENTERED
            return f"ALTER TABLE {place} ADD CONSTRAINT {name} {fields['definition']}" if known else None
        if key.kind == "index":
            unique = "UNIQUE " if fields["unique"] else ""
            return f"CREATE {unique}INDEX {name} ON {place} {fields['definition']}"
        if key.kind == "trigger":
            return _seen_first(f"CREATE TRIGGER {name} {fields['definition']}")
        if key.kind == "policy":
            using = f" USING ({fields['using']})" if fields["using"] else ""
            check = f" WITH CHECK ({fields['check']})" if fields["check"] else ""
            return f"CREATE POLICY {name} ON {place} FOR {fields['command']}{using}{check}"
        return f"CREATE TEMPORARY VIEW {quote(key.table)} AS {fields['definition']}" if key.kind == "view" else None

    def _column_step(self, key: Key, fields: Fields, place: str) -> str | None:
        name = quote(self.renames.old_column(key.table, key.name))
        if fields["default"]:
            return f"ALTER TABLE {place} ALTER COLUMN {name} SET DEFAULT {fields['default']}"
        if fields["generated"]:
            expression, _, kept = fields["generated"].rpartition(" ")
            generated = f"GENERATED ALWAYS AS ({expression}) {kept}"
            return f"ALTER TABLE {place} DROP COLUMN {name}, ADD COLUMN {name} {fields['type']} {generated}"
        return None


def _seen_first(statement: str) -> str:
    """Let a statement that names a table without a schema mean the temporary one."""
    path = "SELECT set_config('search_path', {}, true)"
    first = path.format("'pg_temp, ' || current_setting('search_path')")
    back = path.format("substr(current_setting('search_path'), length('pg_temp, ') + 1)")
    return f"{first}; {statement}; {back}"


def _is_constant(text: Any) -> bool:
    return isinstance(text, str) and _CONSTANT.fullmatch(text) is not None


def _by_table(objects: Objects) -> dict[str, dict[Key, Fields]]:
    parts: dict[str, dict[Key, Fields]] = {}
    for key, fields in objects.items():
        parts.setdefault(key.table, {})[key] = fields
    return parts


def _texts(objects: Objects) -> dict[Key, list[Any]]:
    return {key: [fields.get(name) for name in TEXTS.get(key.kind, ())] for key, fields in objects.items()}


def _with_texts(key: Key, fields: Fields, read: Fields | None) -> Fields:
    """Take the texts that came out, as far as there were any."""
    if read is None:
        return fields
    return {**fields, **{name: read[name] for name in TEXTS[key.kind] if fields.get(name) and read.get(name)}}
