"""What the types of a database's columns spare: a change that every stored value fits already writes no row anew.

Source: PostgreSQL's documentation, "ALTER TABLE", and the functions by which its types plan their casts; a test holds
this against the tables' and indexes' file numbers of a real server.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import psycopg

from toolbox_cli.db.revisions.plan.acts import Act, Kind, Work

_COLUMNS: Final = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), EXISTS (
        SELECT FROM pg_constraint AS k
        WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.convalidated AND a.attnum = ANY (k.conkey))
    OR EXISTS (
        SELECT FROM pg_index AS i
        WHERE i.indrelid = c.oid AND (i.indpred IS NOT NULL OR i.indexprs IS NOT NULL) AND (
            a.attnum = ANY (i.indkey::smallint[]) OR EXISTS (
                SELECT FROM pg_depend AS d
                WHERE (d.classid, d.objid) = ('pg_class'::regclass, i.indexrelid)
                    AND (d.refclassid, d.refobjid, d.refobjsubid) = ('pg_class'::regclass, c.oid, a.attnum))))
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = to_regnamespace(quote_ident(%s)) AND c.relkind IN ('r', 'p')"""

_TYPE: Final = re.compile(
    r"(?P<name>[a-z][a-z0-9 ]*?)(?: ?\( ?(?P<size>\d+)(?: ?, ?(?P<scale>\d+))? ?\))?(?P<zone> with(?:out)? time zone)?"
)
_NAMES: Final = {
    "character varying": "varchar", "bit varying": "varbit", "decimal": "numeric",
    "timestamptz": "timestamp with time zone", "timestamp": "timestamp without time zone",
    "timetz": "time with time zone", "time": "time without time zone",
}  # fmt: skip
_LIMITED: Final = frozenset(("varchar", "varbit", "numeric", *(name for name in _NAMES.values() if "time" in name)))
"""Types whose values fit a larger limit as they are."""

_ALIKE: Final = frozenset((("varchar", "text"), ("text", "varchar"), ("cidr", "inet")))
"""Types whose values are stored alike, the first readable as the second."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        type: as the server writes it.
        relied_on: by a CHECK, or an index that has a condition or expressions: another type proves or builds it anew.
    """

    type: str
    relied_on: bool = field(default=False, kw_only=True)


@dataclass(slots=True)
class Columns:
    """The columns of one schema, as they are when each act comes.

    Attributes:
        known: gives what the database has, by table and column.
        changed: what acts so far have made of them; None for what nobody knows any more.
    """

    known: Callable[[str, str], Column | None] = lambda table, name: None
    changed: dict[tuple[str, str], Column | None] = field(default_factory=dict)

    def judged(self, act: Act) -> Act:
        """Give an act with no more work than its column's type asks for, and note what becomes of that column."""
        if act.column is None or act.kind not in {Kind.TYPE, Kind.DROP_COLUMN, Kind.RENAME_COLUMN}:
            return act
        key = (act.table, act.column)
        column = self.changed[key] if key in self.changed else self.known(*key)
        self.changed[key] = replace(column, type=act.new_type) if column and act.new_type else None
        if column and act.new_type and fits(column.type, act.new_type):
            return replace(act, work=Work.SCAN if column.relied_on else Work.BRIEF)
        return act


def read_columns(connection: psycopg.Connection[Any], schema: str) -> dict[tuple[str, str], Column]:
    """Ask a database for the columns of a schema, by table and column."""
    rows = connection.execute(_COLUMNS, (schema,))
    return {(table, name): Column(kind, relied_on=relied_on) for table, name, kind, relied_on in rows}


def fits(old: str, new: str) -> bool:
    """Whether whatever a column of one type holds is stored alike in one of another, within its limits too.

    Example:
        >>> fits("character varying(100)", "varchar(255)"), fits("text", "varchar(255)")
        (True, False)
    """
    was, wanted = _read(old), _read(new)
    if was is None or wanted is None:
        return False
    (name, size, scale), (new_name, new_size, new_scale) = was, wanted
    if new_size is None:
        return (name, new_name) in _ALIKE or (name == new_name and (name in _LIMITED or size is None))
    return name == new_name and name in _LIMITED and size is not None and size <= new_size and scale == new_scale


def _read(text: str) -> tuple[str, int | None, int] | None:
    """Part a type into its name, its limit and its scale; None for what is no plain type."""
    found = _TYPE.fullmatch(" ".join(text.lower().split()))
    if found is None:
        return None
    name = found["name"] + (found["zone"] or "")
    return _NAMES.get(name, name), int(found["size"]) if found["size"] else None, int(found["scale"] or 0)
