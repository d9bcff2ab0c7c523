"""YAML whose plain words are read as YAML 1.2's core schema says: `no` is a word, 010 is ten, 12:30 is text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NoReturn

from toolbox_cli.core.formats.nodes import (
    DIGITS,
    MAX_DEPTH,
    MAX_VALUES,
    UNWRITABLE,
    Broken,
    Node,
    Place,
    Twice,
    merged,
)

_TAG: Final = "tag:yaml.org,2002:"
_QUOTED: Final = (False, True)
"""What the parser says of a scalar that stands in quotes or in a block."""
_WORDS: Final[Mapping[str, Any]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_NUMBER: Final = re.compile(
    r"(?P<int>[-+]?[0-9]+)|(?P<radix>0o[0-7]+|0x[0-9a-fA-F]+)"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<inf>[-+]?\.(?:inf|Inf|INF))|(?P<nan>\.(?:nan|NaN|NAN))"
)
_FIRST: Final = frozenset(["", *"+-.0123456789~tTfFnN"])
"""How words begin that may be more than text."""
_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "str": (str,), "int": (int,), "float": (float, int), "bool": (bool,), "null": (type(None),),
}  # fmt: skip
_NOT_TEXT: Final = frozenset(_TAG + kind for kind in _KINDS if kind != "str")
_NO_TAG: Final = "a tag stands here that is not read"


class YamlText:
    """One reading of one text of YAML.

    The parser's events are put together here: its own composer crashes the process where something is nested deep.
    """

    def __init__(self, text: str) -> None:
        import yaml

        self._yaml = yaml
        self._text = text
        self._anchors: dict[str, Node] = {}
        self._left = MAX_VALUES
        self._way: list[str | int] = []
        self.twice: list[Twice] = []

    def root(self) -> Node:
        """Parse the text.

        Raises:
            Broken: it is not one document of YAML.
        """
        yaml = self._yaml
        kind = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            self._loader = kind(self._text)
            self._next = self._loader.get_event
            self._next()
            event = self._next()
            if isinstance(event, yaml.StreamEndEvent):
                return Node(Place(1, 1))
            root = self._node(self._next(), 0)
            self._next()
            event = self._next()
        except yaml.MarkedYAMLError as error:
            self._broken(re.sub(r"'[^']{2,}'", "...", error.problem or "broken"), error.problem_mark)
        except yaml.YAMLError:
            self._broken("it holds a character that may not stand there", None)
        if not isinstance(event, yaml.StreamEndEvent):
            self._broken("a second document begins", event.start_mark)
        return root

    def _node(self, event: Any, depth: int) -> Node:
        yaml, mark = self._yaml, event.start_mark
        if depth > MAX_DEPTH:
            self._broken(f"nested deeper than {MAX_DEPTH} levels", mark)
        if isinstance(event, yaml.AliasEvent):
            return self._anchors.get(event.anchor) or self._broken("found undefined alias ...", mark)
        node = Node(Place(mark.line + 1, mark.column + 1))
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, node)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._plain_tag(event, "seq")
            node.items = []
            while not isinstance(event := self._next(), yaml.SequenceEndEvent):
                node.items.append(self._node(event, depth + 1))
        else:
            self._plain_tag(event, "map")
            node.pairs = []
            while not isinstance(event := self._next(), yaml.MappingEndEvent):
                key = self._node(event, depth + 1)
                node.pairs.append((key, self._node(self._next(), depth + 1)))
        return node

    def _scalar(self, event: Any, node: Node) -> None:
        value, tag = event.value, event.tag
        plain = event.implicit != _QUOTED and tag in {None, *_NOT_TEXT}
        if plain and value == "<<" and tag is None:
            node.merges = True
        node.value = resolved(value) if plain else value
        node.is_block = event.style in {"|", ">"}
        if tag not in {None, "!"}:
            kind = tag.removeprefix(_TAG)
            if kind not in _KINDS:
                self._broken(_NO_TAG, event.start_mark)
            if not isinstance(node.value, _KINDS[kind]):
                self._broken(f"this is no {kind}", event.start_mark)
        if isinstance(node.value, str) and UNWRITABLE.search(node.value):
            self._broken("a text holds a character that can't be kept", event.start_mark)

    def _plain_tag(self, event: Any, kind: str) -> None:
        if event.tag not in {None, "!", f"{_TAG}{kind}"}:
            self._broken(_NO_TAG, event.start_mark)

    def content(self, node: Node) -> Any:
        """Give what a node stands for, aliases and merges written out.

        Raises:
            Broken: this would be more, or deeper, than a file may hold.
        """
        if node.items is None and node.pairs is None:
            return node.value
        self._left -= 1 + len(node.items or node.pairs or ())
        if self._left < 0:
            raise Broken(f"more than {MAX_VALUES:,} values, aliases written out", node.place)
        if len(self._way) > MAX_DEPTH:
            raise Broken(f"nested deeper than {MAX_DEPTH} levels", node.place)
        return self._mapping(node) if node.items is None else [*self._list(node.items)]

    def _list(self, items: Sequence[Node]) -> Iterator[Any]:
        for number, item in enumerate(items):
            yield self._below(number, item)

    def _below(self, step: str | int, node: Node) -> Any:
        self._way.append(step)
        made = self.content(node)
        self._way.pop()
        return made

    def _mapping(self, node: Node) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        places: dict[Any, Place] = {}
        for key, value in node.pairs or ():
            if key.merges:
                continue
            if key.items is not None or key.pairs is not None:
                raise Broken("a key is a list or a mapping", key.place)
            name = key.value
            if name in places:
                self._twice(Twice((*self._way, name), key.place, places[name]))
            places[name] = key.place
            made[name] = self._below(name, value)
        for taken in merged(node):
            if taken.pairs is None:
                raise Broken("a merge is of something else than mappings", taken.place)
            for name, part in self._below("<<", taken).items():
                made.setdefault(name, part)
        return made

    def _twice(self, found: Twice) -> None:
        if all(found.place != one.place for one in self.twice):  # an alias leads to the same place again
            self.twice.append(found)

    def _broken(self, problem: str, mark: Any) -> NoReturn:
        raise Broken(problem, Place(mark.line + 1, mark.column + 1) if mark else None)


def resolved(word: str) -> Any:
    """Read a plain word as null, a truth value or a number, or as itself."""
    if word[:1] not in _FIRST:
        return word
    if word in _WORDS:
        return _WORDS[word]
    found = _NUMBER.fullmatch(word) if len(word) <= DIGITS else None
    if found is None:
        return word
    if found["int"]:
        return int(word)
    if found["radix"]:
        return int(word, 0)
    return float(word if found["float"] else word.replace(".", "").lower())
