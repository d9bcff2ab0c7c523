"""What mends columns whose values the server computes."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.core.database.catalog import Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds import around
from toolbox_cli.db.diff.kinds.columns.definition import definition, extras
from toolbox_cli.db.diff.sides.both import Both, alter
from toolbox_cli.db.diff.statement import Phase, Step

_REWRITES: Final = "Computes every row anew; nobody reads or writes the table meanwhile."
_REPLACES: Final = "The values that were written by hand would be lost; the server computes others."
_SETTABLE_SINCE: Final = 17


def changed(both: Both, key: Key) -> Iterator[Step]:
    wanted, held = both.wanted[key], both.held[key]
    place = f"{alter(key.table)} ALTER COLUMN {quote(key.name)}"
    if not wanted["generated"]:
        yield from _freed(both, key, place)
    elif not held["generated"]:
        yield from _anew(both, key, _REPLACES, withheld=True)
    elif both.version >= _SETTABLE_SINCE and _kept(wanted["generated"]) == _kept(held["generated"]):
        expression = wanted["generated"].rpartition(" ")[0]
        hazard = _REWRITES if _kept(wanted["generated"]) == "STORED" else None
        yield Step(Phase.COLUMNS, f"{place} SET EXPRESSION AS ({expression})", hazard)
    else:
        yield from _anew(both, key, _REWRITES, withheld=False)


def _kept(generated: str) -> str:
    return generated.rpartition(" ")[2]


def _freed(both: Both, key: Key, place: str) -> Iterator[Step]:
    """Keep the computed values as ordinary ones; those that are not stored have to be made again."""
    fields = both.wanted[key]
    if _kept(both.held[key]["generated"]) == "VIRTUAL":
        yield from _anew(both, key, "Its values are computed at each look and kept nowhere.", withheld=True)
        return
    yield Step(Phase.COLUMNS, f"{place} DROP EXPRESSION")
    if fields["default"]:
        yield Step(Phase.COLUMNS, f"{place} SET DEFAULT {fields['default']}")


def _anew(both: Both, key: Key, hazard: str, *, withheld: bool) -> Iterator[Step]:
    for number, sql in enumerate(_replaced(both, key)):
        yield Step(Phase.COLUMNS, sql, None if number else hazard, withheld, apart=not number)


def _replaced(both: Both, key: Key) -> Iterator[str]:
    """Drop a column and add it again, with all that stands on it."""
    before, after = around.standing(both, key.table, key.name)
    yield from before
    yield f"{alter(key.table)} DROP COLUMN {quote(key.name)}"
    yield from added(both, key)
    yield from after


def added(both: Both, key: Key) -> Iterator[str]:
    """Add a column with all that stands on it."""
    yield f"{alter(key.table)} ADD COLUMN {definition(both, key)}"
    yield from (step.sql for step in extras(both, key))
    yield from around.built(both, key)
