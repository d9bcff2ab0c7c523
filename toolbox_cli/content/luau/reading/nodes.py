"""The tree of a script: what runs, without what only tells how it is written."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, ClassVar


class Node:
    """A part of a script.

    Attributes:
        start: the place of its first byte.
        end: the place behind its last one.
        parent: what it stands in; None for the whole.
    """

    __slots__ = ("_all", "_below", "_beyond", "_place", "end", "parent", "start")
    parts: ClassVar[tuple[str, ...]] = ()
    """Fields that hold nodes, or lists of nodes."""

    def __init__(self, start: int, end: int, **fields: Any) -> None:
        self.start = start
        self.end = end
        self.parent: Node | None = None
        self._all: Sequence[Node] = ()
        self._below: Sequence[Node] = ()
        self._place = self._beyond = 0
        for name, value in fields.items():
            setattr(self, name, value)

    def link(self) -> None:
        """Make this the root of what it holds, once that is complete: rules walk it often, and nothing changes it."""
        everything: list[Node] = []
        waiting = [self]
        while waiting:
            node = waiting.pop()
            node._all, node._place = everything, len(everything)
            everything.append(node)
            node._below = tuple(node._held())
            for child in node._below:
                child.parent = node
            waiting.extend(reversed(node._below))
        for node in reversed(everything):
            node._beyond = node._below[-1]._beyond if node._below else node._place + 1

    def _held(self) -> "Iterator[Node]":
        for name in self.parts:
            value = getattr(self, name)
            if isinstance(value, list):
                yield from value
            elif value is not None:
                yield value

    def children(self) -> "Sequence[Node]":
        """Give the nodes directly in it, as they are written."""
        return self._below if self._all else tuple(self._held())

    def walk(self) -> "Iterator[Node]":
        """Give it and everything in it, as they are written."""
        if self._all:
            return iter(self._all[self._place : self._beyond])
        return chain((self,), *(child.walk() for child in self.children()))

    def within(self) -> "Iterator[Node]":
        """Give what it stands in, from the inside out."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


class Constant(Node):
    """A string (one character a byte), number, boolean or nil.

    Attributes:
        written: as the source has it.
    """

    __slots__ = ("value", "written")
    value: str | float | bool | None
    written: str


class Template(Node):
    """An interpolated string: constants and what stands between them."""

    __slots__ = ("pieces",)
    parts = ("pieces",)
    pieces: list[Node]


class Varargs(Node):
    __slots__ = ()


class Name(Node):
    """A name that is read, written or introduced; `symbol` is None for a global one."""

    __slots__ = ("id", "symbol")
    id: str
    symbol: Any


class Function(Node):
    __slots__ = ("body", "has_varargs", "name", "parameters")
    parts = ("parameters", "body")
    parameters: list[Name]
    has_varargs: bool
    body: "Block"
    name: str | None


class Index(Node):
    """`base.key` or `base[key]`."""

    __slots__ = ("base", "dotted", "key")
    parts = ("base", "key")
    base: Node
    key: Node
    dotted: bool


class Call(Node):
    """`callee(arguments)`; of a method call the callee is an index, whose base is the receiver."""

    __slots__ = ("arguments", "callee", "is_method")
    parts = ("callee", "arguments")
    callee: Node
    arguments: list[Node]
    is_method: bool


class Binary(Node):
    """One operator between two or more operands; several of the same kind stand side by side."""

    __slots__ = ("operands", "operator")
    parts = ("operands",)
    operator: str
    operands: list[Node]


class Unary(Node):
    __slots__ = ("operand", "operator")
    parts = ("operand",)
    operator: str
    operand: Node


class Choice(Node):
    """`if a then b elseif c then d else e` as a value."""

    __slots__ = ("conditions", "otherwise", "values")
    parts = ("conditions", "values", "otherwise")
    conditions: list[Node]
    values: list[Node]
    otherwise: Node


class Field(Node):
    """A field of a table; one without a key has its number."""

    __slots__ = ("key", "value")
    parts = ("key", "value")
    key: Node | None
    value: Node


class Table(Node):
    __slots__ = ("fields",)
    parts = ("fields",)
    fields: list[Field]


class Block(Node):
    __slots__ = ("statements",)
    parts = ("statements",)
    statements: list[Node]


class Local(Node):
    __slots__ = ("is_function", "names", "values")
    parts = ("names", "values")
    names: list[Name]
    values: list[Node]
    is_function: bool


class Assign(Node):
    """`targets = values`; `operator` is `+` for `+=`, and None for a plain one. A declared function is one too."""

    __slots__ = ("operator", "targets", "values")
    parts = ("targets", "values")
    targets: list[Node]
    values: list[Node]
    operator: str | None


class Do(Node):
    __slots__ = ("body",)
    parts = ("body",)
    body: Block


class While(Node):
    __slots__ = ("body", "condition")
    parts = ("condition", "body")
    condition: Node
    body: Block


class Repeat(Node):
    __slots__ = ("body", "condition")
    parts = ("body", "condition")
    body: Block
    condition: Node


class If(Node):
    """Conditions with the block of each, and the block of `else`."""

    __slots__ = ("blocks", "conditions", "otherwise")
    parts = ("conditions", "blocks", "otherwise")
    conditions: list[Node]
    blocks: list[Block]
    otherwise: Block | None


class ForRange(Node):
    __slots__ = ("body", "bounds", "name")
    parts = ("name", "bounds", "body")
    name: Name
    bounds: list[Node]
    body: Block


class ForEach(Node):
    __slots__ = ("body", "names", "values")
    parts = ("names", "values", "body")
    names: list[Name]
    values: list[Node]
    body: Block


class Return(Node):
    __slots__ = ("values",)
    parts = ("values",)
    values: list[Node]


class Leave(Node):
    """`break` or `continue`."""

    __slots__ = ("word",)
    word: str


class Evaluate(Node):
    """A call as a statement."""

    __slots__ = ("call",)
    parts = ("call",)
    call: Node


def key_of(node: Node | None) -> Any:
    """Give the constant key of an index, or of that which a call calls; None where there is none."""
    if isinstance(node, Call):
        node = node.callee
    return node.key.value if isinstance(node, Index) and isinstance(node.key, Constant) else None


Loop = While | Repeat | ForRange | ForEach
