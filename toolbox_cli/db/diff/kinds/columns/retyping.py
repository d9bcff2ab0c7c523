"""What gives a column another type or collation."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from toolbox_cli.core.database.catalog import Fields, Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds import around
from toolbox_cli.db.diff.kinds.columns.generated import added
from toolbox_cli.db.diff.kinds.text import mentions
from toolbox_cli.db.diff.sides.both import Both, alter
from toolbox_cli.db.diff.statement import Phase, Step

REWRITES: Final = "Writes every row anew; nobody reads or writes the table meanwhile."
REINDEXES: Final = "Builds the indexes on it anew; nobody reads or writes the table meanwhile."
UTC: Final = f"Reads the moments as UTC. {REWRITES}"

_TYPE: Final = re.compile(
    r"(?P<base>[^()]+?)(?:\((?P<first>\d+)(?:,(?P<second>-?\d+))?\))?(?P<zone> with(?:out)? time zone)?"
)
_INTEGERS: Final = ("smallint", "integer", "bigint", "numeric")
_FLOATS: Final = ("real", "double precision")
_NUMBERS: Final = frozenset({*_INTEGERS, *_FLOATS})
_TEXTS: Final = frozenset({"text", "character varying", "character"})
_MOMENTS: Final = frozenset({"timestamp", "time", "interval"})
_JSON: Final = frozenset({"json", "jsonb"})


class Judgement(NamedTuple):
    """What becomes of values.

    Attributes:
        fits: every value has its equal in the new type.
        hazard: what it costs.
        using: how values are converted, where not by assignment, which refuses what does not fit.
    """

    fits: bool
    hazard: str | None = None
    using: str | None = None


def retyped(both: Both, key: Key) -> Iterator[Step]:
    """Change a type, around all that stands on the column."""
    wanted, held = both.wanted[key], both.held[key]
    verdict = judge(held["type"], wanted["type"])
    others = around.of_others(both, key.table, key.name)
    hazard = verdict.hazard
    if others:
        hazard = f"Views of others stand on it, which are not ours to drop: {', '.join(others)}. {hazard or ''}".strip()
    withheld = not verdict.fits or bool(others)
    statements = list(_statements(both, key, verdict.using))
    joins = alter(key.table) if len(statements) == 1 else None
    for number, sql in enumerate(statements):
        yield Step(Phase.COLUMNS, sql, None if number else hazard, withheld, apart=not number, joins=joins)


def judge(old: str, new: str) -> Judgement:
    """Say what becomes of values of one type in another, as far as the names tell.

    Example:
        >>> judge("character varying(50)", "character varying(60)").fits
        True
        >>> judge("numeric(6,2)", "numeric(5,2)").fits
        False
    """
    if old == new:
        return Judgement(True, REINDEXES)
    one, other = _TYPE.fullmatch(old), _TYPE.fullmatch(new)
    if one is None or other is None:
        return _unknown(old, new)
    if one["base"] == other["base"] and one["zone"] == other["zone"]:
        return _resized(one, other, old, new)
    return _converted(one, other, old, new)


def _resized(one: re.Match[str], other: re.Match[str], old: str, new: str) -> Judgement:
    """Judge another length or precision of the same type."""
    if other["first"] is None and one["base"] != "character":
        return Judgement(True)
    if one["first"] is None:
        return _narrower(old, new)
    first, second = (int(part["first"]) for part in (one, other))
    if one["base"] == "numeric":
        scales = [int(part["second"] or 0) for part in (one, other)]
        if second - scales[1] >= first - scales[0] and scales[1] >= scales[0]:
            return Judgement(True, None if scales[0] == scales[1] else REWRITES)
    elif second >= first and one["base"] in _TEXTS | _MOMENTS:
        return Judgement(True, REWRITES if one["base"] == "character" else None)
    return _narrower(old, new)


def _converted(one: re.Match[str], other: re.Match[str], old: str, new: str) -> Judgement:
    """Judge another type."""
    bases = one["base"], other["base"]
    for line in (_INTEGERS, _FLOATS):
        if set(bases) <= set(line) and other["first"] is None and line.index(bases[0]) < line.index(bases[1]):
            return Judgement(True, REWRITES)
    if other["base"] == "text" or (set(bases) <= _TEXTS and other["base"] == new == "character varying"):
        return Judgement(True, None if one["base"] == "character varying" or old == "text" else REWRITES)
    if bases == ("timestamp", "timestamp"):
        fits = other["zone"] == " with time zone" and one["first"] == other["first"]
        return Judgement(fits, UTC, "{column} AT TIME ZONE 'UTC'")
    if bases == ("jsonb", "json"):
        return Judgement(True, REWRITES)
    if set(bases) <= _NUMBERS or set(bases) <= _TEXTS or set(bases) <= _JSON:
        return _narrower(old, new)
    return _unknown(old, new)


def _narrower(old: str, new: str) -> Judgement:
    base = new.partition("(")[0]
    if base in _TEXTS:
        loss = f"Fails where a value is longer than {new}."
    elif base in _JSON:
        loss = "Loses blanks, the order of keys, and keys that come twice."
    elif base in _NUMBERS:
        loss = f"Fails where a value is too large for {new}, and rounds to its digits."
    else:
        loss = f"Rounds to the digits of {new}."
    return Judgement(False, f"{loss} {REWRITES}")


def _unknown(old: str, new: str) -> Judgement:
    hazard = f"Whether every value of {old} has its equal in {new} is not known. {REWRITES}"
    return Judgement(False, hazard, f"{{column}}::text::{new}")


def _statements(both: Both, key: Key, using: str | None) -> Iterator[str]:
    before, after = around.standing(both, key.table, key.name)
    reading = _read_otherwise(both, key)
    more, back = around.moved(both, reading)
    computed = list(_computed_from(both, key))
    yield from (*before, *more)
    yield from (f"{alter(column.table)} DROP COLUMN {quote(column.name)}" for column in computed)
    yield _alteration(both, key, using)
    built = [sql for column in computed for sql in added(both, column)]
    yield from dict.fromkeys((*built, *back, *after))


def _alteration(both: Both, key: Key, using: str | None) -> str:
    """Write one ALTER TABLE: a default of the old type would be in the way."""
    wanted, held, column = both.wanted[key], both.held[key], quote(key.name)
    change = f"ALTER COLUMN {column} TYPE {wanted['type']}"
    if wanted["collation"] or held["collation"]:
        change += f" COLLATE {wanted['collation'] or quote('default')}"
    if using:
        change += f" USING {using.format(column=column)}"
    actions = [f"ALTER COLUMN {column} DROP DEFAULT"] if _default(held) else []
    actions.append(change)
    if _default(wanted):
        actions.append(f"ALTER COLUMN {column} SET DEFAULT {wanted['default']}")
    return f"{alter(key.table)} {', '.join(actions)}"


def _default(fields: Fields) -> bool:
    return bool(fields["default"]) and not fields["generated"]


def _read_otherwise(both: Both, key: Key) -> list[Key]:
    """Name the rules on a column whose text would stay that of the old type."""
    return [
        other
        for other, fields in both.on(both.held, key.table, "constraint", "index")
        if mentions(fields["definition"], key.name)
        and fields.get("type") != "foreign key"
        and other in both.wanted
        and both.wanted[other]["definition"] != fields["definition"]
    ]


def _computed_from(both: Both, key: Key) -> Iterator[Key]:
    for other, fields in both.on(both.held, key.table, "column"):
        if other in both.wanted and both.wanted[other]["generated"] and mentions(fields["generated"], key.name):
            yield other
