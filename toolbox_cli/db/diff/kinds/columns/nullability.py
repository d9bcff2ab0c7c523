"""What makes a column refuse NULL without reading its rows under a lock."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.core.database.catalog import Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.text import temporary_name
from toolbox_cli.db.diff.sides.both import Both, alter
from toolbox_cli.db.diff.statement import Phase, Step

READS: Final = "Reads every row; others read and write meanwhile. Fails where a row breaks it."
_LONGEST_NAME: Final = 63


def changed(both: Both, key: Key) -> Iterator[Step]:
    fields, held = both.wanted[key], both.held[key]
    place = f"{alter(key.table)} ALTER COLUMN {quote(key.name)}"
    if not fields["not_null"]:
        yield Step(Phase.SETTINGS, f"{place} DROP NOT NULL")
    elif not fields["not_null_validated"]:
        yield Step(Phase.CHECKS, f"{place} DROP NOT NULL")
        yield Step(Phase.CHECKS, f"{alter(key.table)} ADD NOT NULL {quote(key.name)} NOT VALID")
    elif both.version >= 18 and not held["not_null"]:
        yield from _by_constraint(key)
    else:
        yield from _by_check(key)


def _by_constraint(key: Key) -> Iterator[Step]:
    name = quote(_server_name(key))
    yield Step(
        Phase.CHECKS, f"{alter(key.table)} ADD CONSTRAINT {name} NOT NULL {quote(key.name)} NOT VALID", apart=True
    )
    yield Step(Phase.CHECKS, f"{alter(key.table)} VALIDATE CONSTRAINT {name}", READS, apart=True)


def _by_check(key: Key) -> Iterator[Step]:
    """Prove it by a CHECK, so that SET NOT NULL need not look."""
    table, column, proof = alter(key.table), quote(key.name), quote(temporary_name(key))
    yield Step(Phase.CHECKS, f"{table} ADD CONSTRAINT {proof} CHECK ({column} IS NOT NULL) NOT VALID", apart=True)
    yield Step(Phase.CHECKS, f"{table} VALIDATE CONSTRAINT {proof}", READS, apart=True)
    yield Step(Phase.CHECKS, f"{table} ALTER COLUMN {column} SET NOT NULL", apart=True)
    yield Step(Phase.CHECKS, f"{table} DROP CONSTRAINT {proof}")


def _server_name(key: Key) -> str:
    """Name the constraint as the server itself would, cut where it would be too long."""
    name = f"{key.table}_{key.name}_not_null"
    return name if len(name.encode()) <= _LONGEST_NAME else temporary_name(key)
