"""How a column is written."""

import re
from collections.abc import Iterator
from typing import Final

from toolbox_cli.core.database.catalog import Fields, Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.columns import identities
from toolbox_cli.db.diff.kinds.text import comment, option_names, options
from toolbox_cli.db.diff.sides.both import Both, alter
from toolbox_cli.db.diff.statement import Phase, Step

_STORAGE: Final = {"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"}
_TOASTED: Final = re.compile(r"text|character varying|character|jsonb?|bytea|xml|tsvector|.*\[\]")
_MAIN: Final = re.compile(r"numeric|inet|cidr")
_COMPRESSION: Final = {"p": "pglz", "l": "lz4", None: "default"}


def definition(both: Both, key: Key, *, nullable: bool = False) -> str:
    """Write a column as CREATE TABLE and ADD COLUMN take it."""
    fields = both.wanted[key]
    parts = [quote(key.name), fields["type"]]
    if fields["collation"]:
        parts.append(f"COLLATE {fields['collation']}")
    if fields["compression"]:
        parts.append(f"COMPRESSION {_COMPRESSION[fields['compression']]}")
    if fields["generated"]:
        parts.append(computed(fields["generated"]))
    elif fields["identity"]:
        parts.append(identities.clause(both, key))
    elif fields["default"]:
        parts.append(f"DEFAULT {fields['default']}")
    if fields["not_null"] and not nullable:
        parts.append("NOT NULL")
    return " ".join(parts)


def computed(generated: str) -> str:
    """Write what the catalog has as "expression STORED"."""
    expression, _, kept = generated.rpartition(" ")
    return f"GENERATED ALWAYS AS ({expression}) {kept}"


def unfilled(fields: Fields) -> bool:
    """Say whether a new column wants a value that nobody knows."""
    return bool(fields["not_null"] and not (fields["default"] or fields["generated"] or fields["identity"]))


def extras(both: Both, key: Key) -> Iterator[Step]:
    """Give a new column what CREATE and ADD COLUMN don't."""
    fields = both.wanted[key]
    for field in ("storage", "statistics", "options"):
        if fields[field] is not None:
            yield from setting(both, key, field)
    if fields["comment"]:
        yield told(both, key)


def setting(both: Both, key: Key, field: str) -> Iterator[Step]:
    """Set what decides on space and plans only."""
    fields, held = both.wanted[key], both.held.get(key, {})
    place = f"{alter(key.table)} ALTER COLUMN {quote(key.name)}"
    if field == "options":
        kept = option_names(fields["options"] or []).split(", ")
        if gone := [one for one in held.get("options") or [] if option_names([one]) not in kept]:
            yield Step(Phase.SETTINGS, f"{place} RESET ({option_names(gone)})")
        if fields["options"]:
            yield Step(Phase.SETTINGS, f"{place} SET ({options(fields['options'])})")
    elif field == "statistics":
        yield Step(Phase.SETTINGS, f"{place} SET STATISTICS {-1 if fields[field] is None else fields[field]}")
    else:
        word = _storage(both, fields) if field == "storage" else _COMPRESSION[fields[field]]
        hazard = "Rows keep theirs until they are written again."
        yield Step(Phase.SETTINGS, f"{place} SET {field.upper()} {word}", hazard)


def told(both: Both, key: Key) -> Step:
    text = both.wanted[key]["comment"]
    return Step(Phase.COMMENTS, comment(f"COLUMN {quote(key.table)}.{quote(key.name)}", text))


def _storage(both: Both, fields: Fields) -> str:
    """Name a storage; what a type has by itself has no word before 16."""
    if fields["storage"]:
        return _STORAGE[fields["storage"]]
    if both.version >= 16:
        return "DEFAULT"
    plain = fields["type"].partition("(")[0]
    if _TOASTED.fullmatch(plain):
        return "EXTENDED"
    return "MAIN" if _MAIN.fullmatch(plain) else "PLAIN"
