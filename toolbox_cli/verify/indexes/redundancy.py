"""Indexes whose work another one does."""

from collections.abc import Iterable
from dataclasses import dataclass

from toolbox_cli.verify.indexes.live import LiveIndex


@dataclass(frozen=True, slots=True)
class Redundant:
    """An index that could go.

    Attributes:
        by: the index that does its work.
        prefix: whether that one searches by more keys besides.
    """

    index: LiveIndex
    by: LiveIndex
    prefix: bool


def redundant(indexes: Iterable[LiveIndex], declared: frozenset[str]) -> dict[str, Redundant]:
    """Find the indexes of one table that another one makes superfluous, each with that other.

    Broken ones count for nothing. Of two that are the same, the one goes that enforces less, or that the models don't
    declare, or whose name comes later.

    Args:
        indexes: all of one table.
        declared: names that the models know.
    """
    ranked = sorted((index for index in indexes if index.valid), key=lambda index: _rank(index, declared))
    found: dict[str, Redundant] = {}
    for place, index in enumerate(ranked):
        same = next((other for other in ranked[:place] if _same(index, other)), None)
        longer = next((other for other in ranked if _prefix(index, other)), None)
        by = same or longer
        if by is not None:
            found[index.name] = Redundant(index, by, prefix=same is None)
    return found


def _rank(index: LiveIndex, declared: frozenset[str]) -> tuple[bool, bool, bool, str]:
    return index.constraint is None, not index.unique, index.name not in declared, index.name


def _same(index: LiveIndex, other: LiveIndex) -> bool:
    enforces = index.constraint is not None or (
        index.unique and (not other.unique or index.nulls_not_distinct != other.nulls_not_distinct)
    )
    return not enforces and index.order == other.order and _covers(index, other)


def _prefix(index: LiveIndex, other: LiveIndex) -> bool:
    shorter = len(index.keys) < len(other.keys) and other.order[: len(index.keys)] == index.order
    return not index.unique and index.method == "btree" and shorter and _covers(index, other)


def _covers(index: LiveIndex, other: LiveIndex) -> bool:
    held = {*other.keys, *other.included}
    return index.method == other.method and index.predicate == other.predicate and held >= set(index.included)
