"""Which name means what: locals with all that is assigned to them, and globals that the script makes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final

from toolbox_cli.content.luau.engine.names import BUILTINS
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node

DEFINITIONS_CAP: Final = 40
"""Values of one variable among which its function is looked for."""

WRAPPERS: Final = {
    "pcall": (0, 1), "ypcall": (0, 1), "xpcall": (0, 2), "task.spawn": (0, 1), "task.defer": (0, 1), "spawn": (0, 1),
    "task.delay": (1, 2), "delay": (1, 2), "coroutine.wrap": (0, 1), "coroutine.create": (0, 1),
    "coroutine.resume": (0, 1),
}  # fmt: skip
"""Functions that call one of their arguments, and where what that one gets begins."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A value that a symbol may have.

    Attributes:
        value: the expression; None where the engine or a caller gives it.
        place: which of the expression's results, from 0.
        start: where it is assigned.
        is_argument: a call gives it.
    """

    value: Node | None
    place: int
    start: int
    is_argument: bool = False


@dataclass(eq=False, slots=True)
class Symbol:
    """A variable.

    Attributes:
        name: as it is written.
        kind: local, parameter, loop or global.
        owner: the function that it belongs to; None for the script itself.
        definitions: every value that it may have.
        reads: where it is read.
        fields: values that are assigned to its fields, by the field's name.
        loop: of a loop's variable, the loop.
        changed: whether a table may hold more than its constructor and plain fields say; None until it is asked for.
        keyed: what stands in its tables by key, and of how many definitions; None until it is asked for.
        number: which of a loop's variables or a function's parameters it is, from 0.
    """

    name: str
    kind: str
    owner: nodes.Function | None
    number: int = 0
    definitions: list[Definition] = field(default_factory=list)
    reads: list[nodes.Name] = field(default_factory=list)
    fields: dict[str, list[Node]] = field(default_factory=dict)
    loop: Node | None = None
    changed: bool | None = None
    keyed: tuple[int, dict[object, list[Node]]] | None = None


def resolve(whole: nodes.Block) -> list[Symbol]:
    """Give every name of a tree its symbol; names of Luau, Roblox and other scripts have none.

    Returns:
        All symbols.
    """
    resolver = _Resolver(whole)
    resolver.visit(whole)
    _bind(whole)
    return resolver.symbols


def spread(values: Sequence[Node], count: int) -> Iterator[tuple[Node | None, int]]:
    """Give for each of so many variables its expression, and which of the expression's results it gets."""
    for number in range(count):
        if number < len(values):
            yield values[number], 0
        elif values and isinstance(values[-1], nodes.Call | nodes.Varargs):
            yield values[-1], number - len(values) + 1
        else:
            yield None, 0


class _Resolver:
    def __init__(self, whole: nodes.Block) -> None:
        self.symbols: list[Symbol] = []
        self._scopes: list[dict[str, Symbol]] = [{}]
        self._owners: list[nodes.Function | None] = [None]
        self._visitors = {
            nodes.Name: self._read, nodes.Block: self._block, nodes.Function: self._function,
            nodes.Local: self._local, nodes.Assign: self._assign, nodes.Repeat: self._repeat,
            nodes.ForRange: self._for_range, nodes.ForEach: self._for_each,
        }  # fmt: skip
        self._declare_globals(whole)

    def visit(self, node: Node) -> None:
        visitor = self._visitors.get(type(node))
        if visitor is not None:
            visitor(node)  # type: ignore[operator]
            return
        for child in node.children():
            self.visit(child)

    def _declare_globals(self, whole: nodes.Block) -> None:
        """Find names that are assigned: those that are nobody's local become globals of the script."""
        for node in whole.walk():
            for target in node.targets if isinstance(node, nodes.Assign) else ():
                if isinstance(target, nodes.Name) and not (target.id in BUILTINS or target.id in self._scopes[0]):
                    self._new(target, "global")

    def _new(self, name: nodes.Name, kind: str, number: int = 0) -> Symbol:
        symbol = Symbol(name.id, kind, None if kind == "global" else self._owners[-1], number)
        self.symbols.append(symbol)
        self._scopes[-1][name.id] = symbol
        name.symbol = symbol
        return symbol

    def _find(self, name: str) -> Symbol | None:
        return next((scope[name] for scope in reversed(self._scopes) if name in scope), None)

    def _read(self, node: nodes.Name) -> None:
        node.symbol = self._find(node.id)
        if node.symbol is not None:
            node.symbol.reads.append(node)

    def _block(self, node: nodes.Block) -> None:
        self._scopes.append({})
        for statement in node.statements:
            self.visit(statement)
        self._scopes.pop()

    def _function(self, node: nodes.Function) -> None:
        self._owners.append(node)
        self._scopes.append({})
        for number, parameter in enumerate(node.parameters):
            self._new(parameter, "parameter", number)
        self._block(node.body)
        self._scopes.pop()
        self._owners.pop()

    def _local(self, node: nodes.Local) -> None:
        if node.is_function:  # a local function knows itself
            self._new(node.names[0], "local").definitions.append(Definition(node.values[0], 0, node.start))
            self.visit(node.values[0])
            return
        for one in node.values:
            self.visit(one)
        for name, (value, place) in zip(node.names, spread(node.values, len(node.names)), strict=True):
            symbol = self._new(name, "local")
            if value is not None:
                symbol.definitions.append(Definition(value, place, node.start))
            if isinstance(value, nodes.Function) and value.name is None:
                value.name = name.id

    def _assign(self, node: nodes.Assign) -> None:
        for part in node.children():
            self.visit(part)
        for target, (value, place) in zip(node.targets, spread(node.values, len(node.targets)), strict=True):
            self._keep(node, target, value, place)

    def _keep(self, node: nodes.Assign, target: Node, value: Node | None, place: int) -> None:
        if isinstance(value, nodes.Function) and value.name is None:
            value.name = shown(target)
        if isinstance(target, nodes.Name) and target.symbol is not None:
            target.symbol.definitions.append(Definition(node if node.operator else value, place, node.start))
        elif isinstance(target, nodes.Index) and isinstance(target.key, nodes.Constant) and not place:
            base = target.base
            if isinstance(base, nodes.Name) and base.symbol is not None and value is not None:
                base.symbol.fields.setdefault(str(target.key.value), []).append(value)
                self._own(value, base.symbol)

    @staticmethod
    def _own(value: Node, symbol: Symbol) -> None:
        """Let `self` of a method have the fields of the table that the method is in."""
        if isinstance(value, nodes.Function) and value.parameters and value.parameters[0].id == "self":
            own = value.parameters[0].symbol
            symbol.fields.update(own.fields)
            own.fields = symbol.fields

    def _repeat(self, node: nodes.Repeat) -> None:
        self._scopes.append({})
        for statement in node.body.statements:
            self.visit(statement)
        self.visit(node.condition)
        self._scopes.pop()

    def _for_range(self, node: nodes.ForRange) -> None:
        for bound in node.bounds:
            self.visit(bound)
        self._loop(node, [node.name], node.body)

    def _for_each(self, node: nodes.ForEach) -> None:
        for value in node.values:
            self.visit(value)
        self._loop(node, node.names, node.body)

    def _loop(self, node: Node, names: list[nodes.Name], body: nodes.Block) -> None:
        self._scopes.append({})
        for number, name in enumerate(names):
            self._new(name, "loop", number).loop = node
        self._block(body)
        self._scopes.pop()


def shown(node: Node) -> str:
    """Write a name or path as people do.

    Returns:
        `?` for what is no name.
    """
    parts: list[str] = []
    while isinstance(node, nodes.Index):
        parts.append(str(node.key.value) if isinstance(node.key, nodes.Constant) else "?")
        node = node.base
    parts.append(node.id if isinstance(node, nodes.Name) else "?")
    return ".".join(reversed(parts))


def given_once(node: Node) -> Node:
    """Give what a variable gets that is set once, or the expression itself."""
    if not isinstance(node, nodes.Name) or node.symbol is None or len(node.symbol.definitions) != 1:
        return node
    given: Node | None = node.symbol.definitions[0].value
    return given or node


def own_function(node: Node) -> nodes.Function | None:
    """Give the script's function that a name or `table.name` always means, where there is only one."""
    if isinstance(node, nodes.Function):
        return node
    found: Sequence[Node | None] = ()
    if isinstance(node, nodes.Name) and node.symbol is not None:
        found = [one.value for one in node.symbol.definitions[:DEFINITIONS_CAP]]
    elif isinstance(node, nodes.Index) and isinstance(node.base, nodes.Name) and node.base.symbol is not None:
        key = node.key.value if isinstance(node.key, nodes.Constant) else None
        found = [*node.base.symbol.fields.get(str(key), ())[:DEFINITIONS_CAP], *_in_table(node.base.symbol, key)]
    functions = [one for one in found[:DEFINITIONS_CAP] if isinstance(one, nodes.Function)]
    return functions[0] if len(functions) == 1 else None


def _in_table(symbol: Symbol, key: object) -> Sequence[Node]:
    """Give what stands under a key in the tables that a variable may be, sorted by key once."""
    given = symbol.definitions[:DEFINITIONS_CAP]
    if symbol.keyed is None or symbol.keyed[0] != len(given):
        found: dict[object, list[Node]] = {}
        for one in given:
            for each in one.value.fields if isinstance(one.value, nodes.Table) else ():
                if isinstance(each.key, nodes.Constant):
                    found.setdefault(each.key.value, []).append(each.value)
        symbol.keyed = len(given), found
    return symbol.keyed[1].get(key, ())[:DEFINITIONS_CAP]


def _bind(whole: nodes.Block) -> None:
    """Let parameters of the script's functions have what its calls give them."""
    for call in whole.walk():
        if isinstance(call, nodes.Call):
            function, arguments = _target(call)
            for one in _any_of_table(call.callee) if function is None else (function,):
                _give(call, one, arguments)


def _any_of_table(callee: Node) -> Sequence[nodes.Function]:
    """Give the functions of a table that `table[key](...)` may call, also where `table[key]` has a name."""
    if isinstance(callee, nodes.Name) and callee.symbol is not None and len(callee.symbol.definitions) == 1:
        callee = callee.symbol.definitions[0].value or callee
    if not isinstance(callee, nodes.Index) or callee.dotted or isinstance(callee.key, nodes.Constant):
        return ()
    symbol = callee.base.symbol if isinstance(callee.base, nodes.Name) else None
    if symbol is None:
        return ()
    written = (
        each.value for one in symbol.definitions if isinstance(one.value, nodes.Table) for each in one.value.fields
    )
    assigned = (value for values in symbol.fields.values() for value in values)
    found = (one for one in chain(written, assigned) if isinstance(one, nodes.Function))
    return list(islice(found, DEFINITIONS_CAP))


def _target(call: nodes.Call) -> tuple[nodes.Function | None, Sequence[Node]]:
    """Give the script's function that a call runs, also through `pcall` and its like, and what it gets."""
    begins = WRAPPERS.get(shown(call.callee))
    if begins is not None and len(call.arguments) > begins[0]:
        return own_function(call.arguments[begins[0]]), call.arguments[begins[1] :]
    function = own_function(call.callee)
    if function is None and isinstance(call.callee, nodes.Name) and call.callee.symbol is not None:
        made = [one.value for one in call.callee.symbol.definitions]
        if len(made) == 1 and isinstance(made[0], nodes.Call) and shown(made[0].callee) == "coroutine.wrap":
            function = own_function(made[0].arguments[0]) if made[0].arguments else None
    return function, call.arguments


def _give(call: nodes.Call, function: nodes.Function, arguments: Sequence[Node]) -> None:
    has_self = bool(function.parameters) and function.parameters[0].id == "self"
    skipped = 1 if call.is_method and has_self else 0
    rest = len(function.parameters) - len(arguments) - skipped
    if arguments and isinstance(arguments[-1], nodes.Varargs):
        arguments = [*arguments, *[arguments[-1]] * rest]
    for argument, parameter in zip(arguments, function.parameters[skipped:], strict=False):
        parameter.symbol.definitions.append(Definition(argument, 0, call.start, is_argument=True))


def is_changed(symbol: Symbol) -> bool:
    """Tell whether a table may hold more than its constructor and plain fields say."""
    if symbol.changed is None:
        symbol.changed = any(_changes(read) for read in symbol.reads)
    return symbol.changed


def _changes(read: nodes.Name) -> bool:
    parent = read.parent
    if isinstance(parent, nodes.Index) and parent.base is read:
        is_target = isinstance(parent.parent, nodes.Assign) and any(one is parent for one in parent.parent.targets)
        return is_target and not isinstance(parent.key, nodes.Constant)
    return isinstance(parent, nodes.Call) and parent.callee is not read and shown(parent.callee) not in _READERS


_READERS: Final = frozenset(
    "pairs ipairs next table.concat unpack table.unpack table.find print type typeof select rawlen".split()
)
