"""All that rules ask about one script, each looked for once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar

from toolbox_cli.content.luau.meaning.folding import Folder
from toolbox_cli.content.luau.meaning.handlers import Handler, handlers
from toolbox_cli.content.luau.meaning.taint import Taint, innermost
from toolbox_cli.content.luau.meaning.values import Ref, Value, path_of
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import WRAPPERS, Symbol, given_once, resolve
from toolbox_cli.content.luau.reading.source import Source
from toolbox_cli.content.luau.reading.tokens import Token


class Context(StrEnum):
    """Where a script runs."""

    SERVER = "server"
    CLIENT = "client"
    MODULE = "module"
    PLUGIN = "plugin"


N = TypeVar("N", bound=Node)


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a person has looked at and lets pass.

    Attributes:
        assets: ids of assets and places.
        hosts: names of hosts; those below them count too.
        sha256: hashes of whole scripts, in lower-case hexadecimal digits.
    """

    assets: frozenset[int] = frozenset()
    hosts: frozenset[str] = frozenset()
    sha256: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Called:
    """A call of something that Luau or Roblox gives, direct or through `pcall` and its like.

    Attributes:
        node: where it is written.
        path: what is called; a method of something unknown begins with `?`.
        arguments: that it gets, without a method's receiver.
        receiver: of a method.
        callee: what is known of it.
    """

    node: nodes.Call
    path: str
    arguments: Sequence[Node]
    receiver: Node | None
    callee: Value

    @property
    def name(self) -> str:
        """The last word of what is called."""
        return self.path.rpartition(":")[2].rpartition(".")[2]


@dataclass(eq=False)
class Script:
    """One script, parsed.

    Attributes:
        source: its text.
        tokens: all of them.
        whole: its tree.
        context: where it runs.
        allowed: what may be.
        noted: what was found out for several rules, by subject.
    """

    source: Source
    tokens: Sequence[Token]
    whole: nodes.Block
    context: Context
    allowed: Allowed = field(default_factory=Allowed)

    def __post_init__(self) -> None:
        self.noted: dict[str, dict[Any, Any]] = {}
        self.symbols: list[Symbol] = resolve(self.whole)
        self._by_type: Mapping[type[Node], list[Node]] = self._sorted()
        self.folder = Folder(sum(map(len, self._by_type.values())))
        self._note_shared()
        self.handlers: list[Handler] = list(handlers(self.whole, self.folder))
        self.taint = Taint(self.folder, self.handlers)

    def _sorted(self) -> Mapping[type[Node], list[Node]]:
        found: dict[type[Node], list[Node]] = defaultdict(list)
        for node in self.whole.walk():
            found[type(node)].append(node)
        return found

    def _note_shared(self) -> None:
        for assign in self.all(nodes.Assign):
            for target, value in zip(assign.targets, assign.values, strict=False):
                base = target.base if isinstance(target, nodes.Index) else None
                if isinstance(base, nodes.Name) and base.symbol is None and base.id in ("_G", "shared"):
                    self.folder.shared.setdefault(str(nodes.key_of(target)), []).append(value)

    def all(self, kind: type[N]) -> Iterator[N]:
        """Give the nodes of a kind, as they are written."""
        for node in self._by_type.get(kind, ()):
            if isinstance(node, kind):
                yield node

    @cached_property
    def calls(self) -> list[Called]:
        return [found for node in self.all(nodes.Call) for found in self._called(node)]

    @cached_property
    def callbacks(self) -> Mapping[nodes.Function, Handler]:
        return {one.function: one for one in self.handlers}

    def runs_when(self, node: Node) -> Iterator[Handler]:
        """Give the handlers that a node stands in, from the inside out."""
        for one in node.within():
            if isinstance(one, nodes.Function) and one in self.callbacks:
                yield self.callbacks[one]

    def _called(self, node: nodes.Call) -> Iterator[Called]:
        callee = self.folder.value(node.callee)
        if node.is_method and isinstance(node.callee, nodes.Index):
            base = self.folder.path(node.callee.base) or "?"
            name = str(getattr(node.callee.key, "value", "?"))
            yield Called(node, f"{base}:{name}", node.arguments, node.callee.base, callee)
            return
        member = self._member(node, node.callee, node.arguments)
        if member is not None:
            yield member
            return
        yield from self._plain(node, callee, node.arguments)
        for value in self.folder.values(node.callee):
            if path_of(value) != path_of(callee) and path_of(value) not in ("", "?"):
                yield from self._plain(node, value, node.arguments)
        if isinstance(node.callee, nodes.Call) and self.folder.path(node.callee.callee) == "coroutine.wrap":
            yield from self._plain(node, self.folder.value(next(iter(node.callee.arguments), None)), node.arguments)

    def _plain(self, node: nodes.Call, callee: Value, arguments: Sequence[Node]) -> Iterator[Called]:
        path = path_of(callee)
        if not path:
            return
        if path in WRAPPERS:
            yield Called(node, path, arguments, None, callee)
            place, begins = WRAPPERS[path]
            if len(arguments) > place:
                member = self._member(node, arguments[place], arguments[begins:])
                if member is not None:
                    yield member
                else:
                    yield from self._plain(node, self.folder.value(arguments[place]), arguments[begins:])
        elif path.startswith(("service.", "game.")) and "." in path and arguments and self._is_method(path, arguments):
            base, _, name = path.rpartition(".")
            yield Called(node, f"{base}:{name}", arguments[1:], arguments[0], callee)
        else:
            yield Called(node, path, arguments, None, callee)

    def _member(self, node: nodes.Call, callee: Node, arguments: Sequence[Node]) -> Called | None:
        """Give the call of a method that is written without a colon: `part.Destroy(part)`, also under another name."""
        index = given_once(callee)
        if not isinstance(index, nodes.Index) or not isinstance(index.key, nodes.Constant) or not arguments:
            return None
        base, first = index.base, arguments[0]
        if not (isinstance(base, nodes.Name) and isinstance(first, nodes.Name)):
            return None
        if base.symbol is None or base.symbol is not first.symbol or self.folder.path(base):
            return None
        return Called(node, f"?:{index.key.value}", arguments[1:], first, self.folder.value(callee))

    def _is_method(self, path: str, arguments: Sequence[Node]) -> bool:
        """Tell whether a member is called as the method that it is: with its owner first."""
        return self.folder.path(arguments[0]) == path.rpartition(".")[0]


def function_of(node: Node) -> nodes.Function | None:
    """Give the function that a node stands in."""
    return innermost(node)


def is_made(value: Value) -> bool:
    """Tell whether a name on the way to something is built by the script."""
    return isinstance(value, Ref) and value.made
