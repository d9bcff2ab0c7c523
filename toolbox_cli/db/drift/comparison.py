"""Find what parts a live schema from the expected one: each cause once, and nothing that only reads otherwise."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Final

from toolbox_cli.core.database.catalog import Catalog, Difference, Fields, Key, compare
from toolbox_cli.core.database.links import Links
from toolbox_cli.db.drift.consequences import causes, fold_replaced
from toolbox_cli.db.drift.drift import Change, Drift, Side, with_objects
from toolbox_cli.db.drift.fixed_point import TEXTS, Bench
from toolbox_cli.db.drift.partitions import parents_of
from toolbox_cli.db.drift.renames import WORDLESS, Renames, find_renames, fold_renames, translate

Benches = Callable[[Renames], AbstractContextManager[Bench]]
"""Gives a bench where texts are entered, for as long as it is needed."""

ENFORCING: Final = "internal trigger"


def find_drift(
    expected: Side, live: Catalog, links: Callable[[], Links], bench: Benches, *, managed: bool = True
) -> tuple[Side, list[Drift]]:
    """Compare two sides.

    Args:
        expected: how the schema should be.
        live: how it is.
        links: reads what stands on what in the live schema; asked only where something differs.
        bench: where texts that differ are entered anew.
        managed: what stands on no table of the expected side is somebody else's, not a drift.

    Returns:
        The expected side in the names that the live one uses, and the drifts, by object.
    """
    if not compare(expected.catalog, live):
        return expected, []
    found = Side(live, links())
    renames = find_renames(expected.catalog, live)
    expected = translate(expected, renames, found.links)
    expected, found = _settled(expected, found, bench, renames)
    differences, renamed = fold_renames(compare(expected.catalog, found.catalog))
    differences = causes(fold_replaced(differences), expected, found)
    parts = parents_of(expected.catalog, live)
    drifts = [*renames.drifts(), *(one for one in renamed if one.key.table not in parts)]
    drifts += _enforcement(differences, parts)
    judge = _Judge(expected.catalog, found.catalog, managed=managed)
    drifts += [drift for one in differences if one.kind != ENFORCING and (drift := judge.drift(one))]
    return expected, sorted(drifts, key=lambda drift: (drift.key.table, drift.key, drift.field or ""))


def _settled(expected: Side, found: Side, bench: Benches, renames: Renames) -> tuple[Side, Side]:
    """Enter anew what reads differently, on both sides."""
    ours, theirs = _in_question(expected.catalog, found.catalog)
    if not ours or not theirs:
        return expected, found
    with bench(renames) as place:
        made = place.settle(
            {key: expected.catalog.objects[key] for key in ours}, {key: found.catalog.objects[key] for key in theirs}
        )
    settled = [
        Side(with_objects(side.catalog, {**side.catalog.objects, **objects}), side.links)
        for side, objects in zip((expected, found), made, strict=True)
    ]
    return settled[0], settled[1]


def _in_question(expected: Catalog, found: Catalog) -> tuple[list[Key], list[Key]]:
    """Name the objects whose texts differ, and those that may be each other under another name."""
    differences = compare(expected, found)
    texts = [Key(*key) for key in {(one.kind, one.table, one.name) for one in differences if _is_text(one)}]
    alone = [one for one in differences if one.field is None and one.kind in WORDLESS and one.kind in TEXTS]
    missing = [one for one in alone if one.found is None]
    extra = [one for one in alone if one.expected is None]
    places = {(one.kind, one.table) for one in missing} & {(one.kind, one.table) for one in extra}
    return (
        sorted([*texts, *(_key(one) for one in missing if (one.kind, one.table) in places)]),
        sorted([*texts, *(_key(one) for one in extra if (one.kind, one.table) in places)]),
    )


def _is_text(one: Difference) -> bool:
    return one.field in TEXTS.get(one.kind, ()) and isinstance(one.expected, str) and isinstance(one.found, str)


def _key(one: Difference) -> Key:
    return Key(one.kind, one.table, one.name)


def _enforcement(differences: Iterable[Difference], parents: dict[str, str]) -> Iterator[Drift]:
    """Tell once a table of foreign keys that the server does not hold there, because their triggers are off."""
    tables: dict[str, list[Difference]] = {}
    for one in differences:
        if one.kind == ENFORCING:
            tables.setdefault(one.table, []).append(one)
    for table, triggers in tables.items():
        if parents.get(table) not in tables:
            told = sorted({f"{one.name.partition(' ')[0]} {(one.found or {}).get('enabled')}" for one in triggers})
            yield Drift(Change.CHANGED, Key("table", table, ""), "foreign_key_triggers", "on", told)


class _Judge:
    """Says what a difference is."""

    def __init__(self, expected: Catalog, found: Catalog, *, managed: bool) -> None:
        kinds = {"table", "view", "composite"}
        self.known = {key.table or key.name for key in expected.objects if key.kind in kinds}
        self.functions = _function_names(expected)
        self.parts = parents_of(found)
        self.managed = managed

    def drift(self, one: Difference) -> Drift | None:
        """Say what a difference is; None for a part of something that is told as a whole."""
        key = _key(one)
        if _is_laid_out_otherwise(one):
            return None
        if one.field is not None:
            return Drift(Change.CHANGED, key, one.field, one.expected, one.found)
        if one.found is None:
            return Drift(Change.MISSING, key, None, one.expected, None)
        if not self.managed or self._on_ours(key, one.found):
            return Drift(Change.EXTRA, key, None, None, one.found)
        if key.kind in {"column", "partition"} or key.table in self.parts:
            return None
        return Drift(Change.UNMANAGED, key, None, None, one.found)

    def _on_ours(self, key: Key, fields: Fields) -> bool:
        """Say whether an extra object changes what a table or function of ours means."""
        if key.kind == "function":
            return key.name.partition("(")[0] in self.functions
        if key.kind in {"table", "view"}:
            inherits: list[Any] = fields.get("inherits") or []
            return bool(self.known & set(inherits))
        return key.table in self.known


def _is_laid_out_otherwise(one: Difference) -> bool:
    """Say whether statistics name the same columns, which the server lists in the order of their table."""
    if (one.kind, one.field) != ("statistics", "columns"):
        return False
    return sorted(one.expected.split(", ")) == sorted(one.found.split(", "))


def _function_names(catalog: Catalog) -> set[str]:
    return {key.name.partition("(")[0] for key in catalog.objects if key.kind == "function"}
