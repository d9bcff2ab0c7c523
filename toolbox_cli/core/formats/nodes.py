"""What readers of YAML and JSON make of a text: values that know their places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

MAX_VALUES: Final = 500_000
"""How many values a file may have, each alias counted with all that stands under it."""
MAX_DEPTH: Final = 60
DIGITS: Final = 1000
"""Longest number that is read; longer ones take Python long, or are refused by it."""
UNWRITABLE: Final = re.compile("[\0\ud800-\udfff]")
"""What a text may hold in a file, and in no column of a database."""

Steps = tuple[str | int, ...]
"""The way to a value: keys and, in lists, numbers from 0."""


class Place(NamedTuple):
    """Where something stands in a file; both from 1."""

    line: int
    column: int


class Twice(NamedTuple):
    """A key that stands twice in one mapping; the last one counts."""

    steps: Steps
    place: Place
    first: Place


class Broken(Exception):  # noqa: N818  becomes an error with the file's name
    """The text is not of its form.

    Attributes:
        problem: in words that show nothing of the text.
        place: None for what concerns the whole text.
    """

    def __init__(self, problem: str, place: Place | None) -> None:
        self.problem, self.place = problem, place
        super().__init__(problem)


@dataclass(slots=True, eq=False)
class Node:
    """A scalar's value, a sequence's nodes, or a mapping's pairs of key and value.

    Attributes:
        is_block: the text begins in the line below.
    """

    place: Place
    value: Any = None
    items: "list[Node] | None" = None
    pairs: "list[tuple[Node, Node]] | None" = None
    merges: bool = False
    is_block: bool = False


def merged(node: Node) -> Iterator[Node]:
    """Give the mappings that a mapping takes in, what counts more first."""
    for key, value in node.pairs or ():
        if key.merges:
            yield from [value] if value.items is None else value.items


def below(node: Node, step: str) -> Node:
    """Give the node under a key, or under the number of an item."""
    if node.items is not None:
        return node.items[int(step)]
    own = [value for key, value in node.pairs or () if not key.merges and str(key.value) == step]
    taken = [one for one in merged(node) if any(str(key.value) == step for key, _ in one.pairs or ())]
    return own[-1] if own else below(taken[0], step)


def walk(node: Node, way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Place, Place]]:
    """Give the way, the key's and the value's place of all that stands below a node."""
    for number, item in enumerate(node.items or ()):
        yield (*way, str(number)), item.place, item.place
        yield from walk(item, (*way, str(number)))
    for taken in reversed([*merged(node)]):
        yield from walk(taken, way)
    for key, value in node.pairs or ():
        if not key.merges:
            yield (*way, str(key.value)), key.place, value.place
            yield from walk(value, (*way, str(key.value)))
