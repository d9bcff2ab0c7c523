"""What stands on a column and keeps it from being changed: taken away before, and brought back after."""

from collections.abc import Iterable, Iterator, Mapping

from toolbox_cli.core.database.catalog import Fields, Key
from toolbox_cli.core.database.names import quote
from toolbox_cli.db.diff.kinds.programs import policies, triggers
from toolbox_cli.db.diff.kinds.rules import plain
from toolbox_cli.db.diff.kinds.tables import view_text
from toolbox_cli.db.diff.kinds.text import mentions
from toolbox_cli.db.diff.sides.both import Both, alter


def standing(both: Both, table: str, column: str) -> tuple[list[str], list[str]]:
    """Give the statements that drop triggers, policies, rules and views on a column, and those that bring them back."""
    return moved(both, [key for key, fields in both.held.items() if _stands(key, fields, table, column)])


def holding(both: Both, texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """Do the same for whatever mentions one of some words."""
    words = list(texts)
    found = [key for key, fields in both.held.items() if any(_says(key, fields, word) for word in words)]
    return moved(both, found)


def of_others(both: Both, table: str, column: str) -> list[str]:
    """Name the views on a column that are not ours to drop."""
    found = [key for key, fields in both.held.items() if key.kind == "view" and _stands(key, fields, table, column)]
    return others_of(both, found)


def others_of(both: Both, found: list[Key]) -> list[str]:
    """Name the views among some objects, and upon them, that are not ours to drop."""
    return [key.table for key in _with_views(both.held, found) if key.kind == "view" and key not in both.wanted]


def built(both: Both, column: Key) -> Iterator[str]:
    """Create again the constraints, indexes and statistics that went with a column."""
    for key in both.links:
        here = key.table == column.table and key in both.wanted and key in both.held
        on_it = here and column.name in both.link(key).columns
        if on_it and key.kind in {"constraint", "index", "statistics"} and not both.comes_from_parent(key):
            yield from plain.created(both, key)


def _stands(key: Key, fields: Fields, table: str, column: str) -> bool:
    if key.kind == "view":
        return mentions(fields["definition"], table) and mentions(fields["definition"], column)
    if key.table != table:
        return key.kind == "policy" and _says(key, fields, table) and _says(key, fields, column)
    return key.kind in {"trigger", "policy", "rule"} and _says(key, fields, column)


def _says(key: Key, fields: Fields, word: str) -> bool:
    if key.kind in {"trigger", "view", "rule", "index", "constraint"}:
        return mentions(fields["definition"], word)
    return key.kind == "policy" and (mentions(fields["using"], word) or mentions(fields["check"], word))


def moved(both: Both, found: list[Key]) -> tuple[list[str], list[str]]:
    """Write the way down and up again; what a parent table brings goes with it."""
    keys = [key for key in _with_views(both.held, found) if not both.comes_from_parent(key)]
    keys = [key for key in keys if key in both.wanted or key.kind not in _LEFT_OUT]
    keys.sort(key=lambda key: _RANK[key.kind])
    back = [key for key in keys if key in both.wanted]
    return [_dropped(both, key) for key in reversed(keys)], [sql for key in back for sql in _back(both, key)]


_LEFT_OUT = frozenset({"constraint", "trigger", "rule", "policy", "view"})
"""Kinds that the script has dropped by then where there is one too many; views of others it leaves alone."""

_RANK = {"constraint": 0, "index": 1, "view": 2, "trigger": 3, "rule": 4, "policy": 5}


def _with_views(held: Mapping[Key, Fields], keys: list[Key]) -> list[Key]:
    """Add the views that stand on views, each after what it stands on."""
    made = list(keys)
    for key in made:  # grows while it is read
        if key.kind == "view":
            made += [
                other
                for other, fields in held.items()
                if other.kind == "view" and other not in made and mentions(fields["definition"], key.table)
            ]
    return made


def _dropped(both: Both, key: Key) -> str:
    if key.kind == "view":
        return view_text.dropped(both.held[key], key)
    if key.kind == "constraint":
        return f"{alter(key.table)} DROP CONSTRAINT {quote(key.name)}"
    if key.kind == "index":
        return f"DROP INDEX {quote(key.name)}"
    return f"DROP {key.kind.upper()} {quote(key.name)} ON {quote(key.table)}"


def _back(both: Both, key: Key) -> Iterator[str]:
    if key.kind == "view":
        yield from view_text.created(both, key)
    elif key.kind == "trigger":
        yield from triggers.created(both, key)
    elif key.kind in {"rule", "policy"}:
        yield from policies.created(both, key)
    else:
        yield from plain.created(both, key)
