"""What a mutant is, and how to write one."""

from typing import NamedTuple


class Mutant(NamedTuple):
    """One change.

    Attributes:
        platform: in whose schema; it is the search path.
        statement: what makes it.
        found: "code object", object without its schema, of each finding.
        since: the oldest major version that knows the statement.
    """

    platform: str
    statement: str
    found: tuple[str, ...]
    since: int = 15


def swap(table: str, old: str, new: str) -> str:
    return f"ALTER TABLE {table} DROP CONSTRAINT {old}; ALTER TABLE {table} ADD {new}"


def check(table: str, name: str, expression: str) -> str:
    return swap(table, name, f"CONSTRAINT {name} CHECK ({expression})")


def foreign(table: str, name: str, rest: str) -> str:
    return swap(table, name, f"CONSTRAINT {name} FOREIGN KEY {rest}")


def on(table: str, body: str, when: str = "BEFORE INSERT") -> str:
    return f"""
CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$;
CREATE TRIGGER meddle {when} ON {table} FOR EACH ROW EXECUTE FUNCTION meddle()"""


ACCEPTS, OTHERWISE, STRICT = "constraint-accepts", "constraint-acts-otherwise", "constraint-too-strict"
SWALLOWED, STRANGER, UNREACHED, RENAMED = "row-swallowed", "unknown-rule", "table-unreachable", "constraint-renamed"
