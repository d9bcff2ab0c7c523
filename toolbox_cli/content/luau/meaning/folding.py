"""The constant folder: what expressions are, as far as that is certain without running the script.

Steps and the size of what is built are limited, so a script can't make the folder work for longer than it is long.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from toolbox_cli.content.luau.engine.names import BUILTINS
from toolbox_cli.content.luau.engine.services import BY_PROPERTY, is_service
from toolbox_cli.content.luau.meaning.library import FUNCTIONS, METHODS, TYPES, plain
from toolbox_cli.content.luau.meaning.operators import binary, joined, unary
from toolbox_cli.content.luau.meaning.values import (
    UNKNOWN,
    Known,
    Made,
    Ref,
    Routine,
    Typed,
    Value,
    kind_of,
    number_in,
    path_of,
    text_in,
)  # fmt: skip
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.literals import needless_escapes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import Symbol, is_changed, own_function

DEPTH_CAP: Final = 60
STEPS_A_NODE: Final = 8
TEXT_CAP: Final = 1 << 20
"""Characters that one scan may build."""
DEFINITIONS_CAP: Final = 12
"""Values of one variable that are looked at again where the way to it goes in a circle."""

ENVIRONMENTS: Final = frozenset(("_ENV", "getgenv()", "getrenv()", "getsenv()", "getfenv()"))
CHILD_METHODS: Final = frozenset(("FindFirstChild", "WaitForChild", "findFirstChild"))
SERVICE_METHODS: Final = frozenset(
    ("GetService", "FindService", "getService", "service", "FindFirstChildOfClass", "FindFirstChildWhichIsA")
)


class Folder:
    """Gives the value of each expression of one script.

    Attributes:
        exhausted: it gave up somewhere, since the script asks for too much.
        shared: what the script puts into `_G` and `shared`, by name.
    """

    def __init__(self, size: int) -> None:
        self.exhausted = False
        self.shared: dict[str, list[Node]] = {}
        self._steps = 10_000 + STEPS_A_NODE * size
        self._text = TEXT_CAP
        self._depth = 0
        self._known: dict[Node, Value] = {}
        self._distinct: dict[Symbol, list[Value]] = {}
        self._symbols: dict[tuple[Symbol, str], Value] = {}
        self._seconds: dict[Symbol, Sequence[nodes.Call]] = {}
        self._busy: set[Node | tuple[Symbol, str]] = set()
        self._yielded: dict[nodes.Function, list[Node]] = {}
        self._readers: dict[type[Node], Callable[..., Value]] = {
            nodes.Constant: self._constant, nodes.Template: self._template, nodes.Name: self._name,
            nodes.Index: self._index, nodes.Call: self._call, nodes.Binary: self._binary,
            nodes.Unary: self._unary, nodes.Choice: self._choice, nodes.Table: lambda node: Made(node),
            nodes.Function: Routine, nodes.Assign: self._compound,
        }  # fmt: skip

        self._special: dict[str, Callable[[Sequence[Node]], Value]] = {
            "setmetatable": self._with_metatable, "select": self._selected, "Instance.new": self._instance,
            "rawget": self._raw, "coroutine.wrap": self._first, "coroutine.create": self._first,
        }  # fmt: skip

    def value(self, node: Node | None) -> Value:
        """Give what an expression is known to be."""
        if node is None:
            return UNKNOWN
        found = self._known.get(node)
        if found is not None:
            return found
        reader = self._readers.get(type(node))
        if reader is None or node in self._busy or not self._may_go_on():
            return UNKNOWN
        self._busy.add(node)
        self._depth += 1
        made = self._limited(reader(node))
        self._depth -= 1
        self._busy.discard(node)
        if not (self._busy and made == UNKNOWN):  # inside a circle, another way in may know more
            self._known[node] = made
        return made

    def text(self, node: Node | None) -> str | None:
        """Give an expression's constant text."""
        return text_in(self.value(node))

    def path(self, node: Node | None) -> str:
        """Give the path of what Luau or Roblox gives, or nothing."""
        return path_of(self.value(node))

    def values(self, node: Node) -> list[Value]:
        """Give all that an expression may be, where several values are assigned to a name."""
        if isinstance(node, nodes.Name) and node.symbol is not None:
            if node.symbol not in self._distinct:
                found = [self.value(one) for one in assigned(node.symbol)] or [UNKNOWN]
                self._distinct[node.symbol] = list({_identity(one): one for one in found}.values())
            return self._distinct[node.symbol]
        if isinstance(node, nodes.Choice):
            return [self.value(one) for one in (*node.values, node.otherwise)]
        if isinstance(node, nodes.Binary) and node.operator in ("and", "or"):
            return [self.value(one) for one in node.operands]
        return [self.value(node)]

    def _may_go_on(self) -> bool:
        self._steps -= 1
        if self._steps < 0 or self._text < 0:
            self.exhausted = True
            return False
        return self._depth < DEPTH_CAP

    def _limited(self, made: Value) -> Value:
        if isinstance(made, Known) and made.made and isinstance(made.value, str):
            self._text -= len(made.value)
        return made

    def _constant(self, node: nodes.Constant) -> Value:
        is_hidden = isinstance(node.value, str) and node.written != node.value and needless_escapes(node.written) > 0
        return Known(node.value, is_hidden)

    def _template(self, node: nodes.Template) -> Value:
        return joined([self.value(piece) for piece in node.pieces])

    def _name(self, node: nodes.Name) -> Value:
        symbol = node.symbol
        if symbol is None:
            return _global(node.id)
        found = self._values_of(symbol, "")
        return replace(found, fields=symbol.fields, changed=is_changed(symbol)) if isinstance(found, Made) else found

    def _values_of(self, symbol: Symbol, field: str) -> Value:
        """Give what a variable, or one of its fields, may be, looked for once."""
        known = self._symbols.get((symbol, field))
        if known is not None:
            return known
        if (symbol, field) in self._busy:
            return UNKNOWN
        given = symbol.fields.get(field, ()) if field else assigned(symbol)
        self._busy.add((symbol, field))
        values = [self.value(one) for one in given] + ([] if field else self._protected(symbol))
        found = self._combined(values or [UNKNOWN])
        self._busy.discard((symbol, field))
        if found != UNKNOWN or not self._busy or len(given) > DEFINITIONS_CAP:
            self._symbols[symbol, field] = found
        return found

    def _protected(self, symbol: Symbol) -> list[Value]:
        """Give what a variable has from `pcall` and its like, behind whether all went well."""
        found: list[Value] = []
        for call in self._seconds_of(symbol):
            if call.arguments and self.path(call.callee) in ("pcall", "coroutine.resume"):
                inner = self.value(call.arguments[0])
                if path_of(inner) == "error":
                    found.append(self.value(next(iter(call.arguments[1:]), None)))
                elif isinstance(inner, Ref):
                    rest = nodes.Call(call.start, call.end, callee=call.callee, arguments=call.arguments[1:])
                    found.append(self._function(inner, rest))
                elif isinstance(inner, Routine):
                    found.append(self._returned(inner.node))
        return found

    def _seconds_of(self, symbol: Symbol) -> Sequence[nodes.Call]:
        """Give the calls whose second result a variable has, looked for once."""
        if symbol not in self._seconds:
            values = (one.value for one in symbol.definitions if one.place == 1)
            self._seconds[symbol] = [value for value in values if isinstance(value, nodes.Call)]
        return self._seconds[symbol]

    def _combined(self, found: Sequence[Value]) -> Value:
        """Give what several possible values are together; a way to run hidden code counts even as one of many."""
        kinds = {kind_of(one) for one in found}
        if len(set(map(_identity, found))) == 1:
            return found[0]
        for one in found:
            if isinstance(one, Ref) and (one.path in BUILTINS or one.path == "env"):
                return one
        rest = [one for one in found if not (isinstance(one, Known) and one.value is None)]
        if 0 < len(rest) < len(found):
            return self._combined(rest)
        kind = kinds.pop() if len(kinds) == 1 else None
        return Typed(kind) if kind in ("string", "number", "boolean") else UNKNOWN

    def _index(self, node: nodes.Index) -> Value:
        base, key = self.value(node.base), self.value(node.key)
        name = text_in(key)
        if isinstance(base, Ref):
            return self._shared(name) if base.path == "shared" and name in self.shared else member(base, key)
        if isinstance(base, Made):
            return self._field(base, key)
        if isinstance(node.base, nodes.Name) and node.base.symbol is not None and name is not None:
            return self._values_of(node.base.symbol, name)
        return UNKNOWN

    def _shared(self, name: str | None) -> Value:
        """Give what this script puts into a table that all scripts share."""
        given = self.shared.pop(str(name))  # while it is looked for, it is what others put there
        found = self._combined([self.value(one) for one in given])
        self.shared[str(name)] = given
        return found

    def _field(self, base: Made, key: Value) -> Value:
        if not isinstance(key, Known):
            return base.missing or UNKNOWN
        found: list[Node] = list((base.fields or {}).get(str(key.value), ()))
        number = 0
        for one in base.node.fields:
            number += one.key is None
            name = float(number) if one.key is None else getattr(self.value(one.key), "value", None)
            if name == key.value and not isinstance(name, bool):
                found.append(one.value)
        if not found:
            return base.missing or UNKNOWN
        return self._combined([self.value(one) for one in found[:DEFINITIONS_CAP]])

    def _call(self, node: nodes.Call) -> Value:
        if node.is_method and isinstance(node.callee, nodes.Index):
            return self._method(node, node.callee)
        callee = self.value(node.callee)
        if isinstance(callee, Ref):
            return self._function(callee, node)
        function = own_function(node.callee) or (callee.node if isinstance(callee, Routine) else None)
        if function is None:
            return UNKNOWN
        return self._forwarded(function, node) or self._returned(function)

    def _forwarded(self, function: nodes.Function, node: nodes.Call) -> Value | None:
        """Give what a function returns that only hands on what it gets, such as `string.char` under another name."""
        last = function.body.statements
        inner = last[0].values[0] if len(last) == 1 and isinstance(last[0], nodes.Return) and last[0].values else None
        if not isinstance(inner, nodes.Call) or inner.is_method:
            return None
        callee = self.value(inner.callee)
        own = {one.symbol: number for number, one in enumerate(function.parameters)}
        given: list[Node] = []
        for one in inner.arguments:
            number = own.get(one.symbol) if isinstance(one, nodes.Name) else None
            if isinstance(one, nodes.Varargs):
                given += node.arguments[len(own) :]
            else:
                given += [one] if number is None else node.arguments[number : number + 1]
        if not isinstance(callee, Ref) or given == inner.arguments:
            return None
        return self._function(callee, nodes.Call(node.start, node.end, callee=inner.callee, arguments=given))

    def _returned(self, function: nodes.Function) -> Value:
        """Give what a function returns, if that is one expression at its end; of a coroutine's, also what it yields."""
        if self.yielded(function):
            return self._combined([self.value(one) for one in self.results(function)])
        last = function.body.statements[-1:]
        if last and isinstance(last[0], nodes.Return) and len(last[0].values) == 1:
            found = self.value(last[0].values[0])
            return (
                Typed(kind_of(found) or "")
                if kind_of(found) in ("string", "number") and function.parameters and (not isinstance(found, Known))
                else found
            )
        return UNKNOWN

    def yielded(self, function: nodes.Function) -> list[Node]:
        """Give what a function hands out by `coroutine.yield` in its own body."""
        if function not in self._yielded:
            self._yielded[function] = [
                one.arguments[0]
                for one in function.body.walk()
                if isinstance(one, nodes.Call) and one.arguments and self.path(one.callee) == "coroutine.yield"
            ][:DEFINITIONS_CAP]
        return self._yielded[function]

    def results(self, function: nodes.Function) -> list[Node]:
        """Give the expressions that a function gives back: yielded, or returned at its end."""
        last = function.body.statements[-1:]
        returned = last[0].values[:1] if last and isinstance(last[0], nodes.Return) else []
        return [*self.yielded(function), *returned]

    def _function(self, callee: Ref, node: nodes.Call) -> Value:
        path = callee.path
        if path in FUNCTIONS:
            found = self._computed(FUNCTIONS[path], [self.value(one) for one in node.arguments])
            return found if found is not None else Typed(TYPES[path])
        special = self._special.get(path)
        if special is not None and node.arguments:
            return special(node.arguments)
        made = f"{path}()"
        return Ref("env", callee.made) if made in ENVIRONMENTS else Ref(made, callee.made, callee.via)

    def _instance(self, arguments: Sequence[Node]) -> Value:
        return Ref(f"new.{self.text(arguments[0]) or '?'}")

    def _raw(self, arguments: Sequence[Node]) -> Value:
        base = self.value(arguments[0])
        return member(base, self.value(arguments[-1])) if isinstance(base, Ref) and len(arguments) == 2 else UNKNOWN

    def _first(self, arguments: Sequence[Node]) -> Value:
        """Give a function that is wrapped, for calling the wrapper calls that."""
        return self.value(arguments[0])

    def _selected(self, arguments: Sequence[Node]) -> Value:
        """Give one of several arguments, as `select` does."""
        number = number_in(self.value(arguments[0])) or 0
        return self.value(arguments[int(number)]) if 1 <= number < len(arguments) else UNKNOWN

    def _with_metatable(self, arguments: Sequence[Node]) -> Value:
        """Give what a table with a metatable is: an environment, or one whose missing fields are what Luau gives."""
        meta = self.value(arguments[1]) if len(arguments) > 1 else UNKNOWN
        missing = self._field(meta, Known("__index")) if isinstance(meta, Made) else UNKNOWN
        if isinstance(missing, Routine):
            missing = self._returned(missing.node)
        path, table = path_of(missing), self.value(arguments[0])
        if path == "env" or path.startswith("env.?"):
            return Ref("env")
        return replace(table, missing=missing) if isinstance(table, Made) and path in BUILTINS else table

    def _method(self, node: nodes.Call, callee: nodes.Index) -> Value:
        receiver, name = self.value(callee.base), str(getattr(callee.key, "value", ""))
        arguments = [self.value(one) for one in node.arguments]
        if isinstance(receiver, Ref):
            return _method_of(receiver, name, arguments)
        if kind_of(receiver) == "string" and name in METHODS:
            found = self._computed(FUNCTIONS[f"string.{name}"], [receiver, *arguments])
            return found if found is not None else Typed(TYPES[f"string.{name}"])
        function = own_function(callee)
        return self._returned(function) if function is not None else UNKNOWN

    def _computed(self, function: Callable[..., object], arguments: Sequence[Value]) -> Value | None:
        given = [self._plain(one) for one in arguments]
        if any(one is NotImplemented for one in given):
            return None
        try:
            found = function(*given)
        except (TypeError, ValueError, IndexError, OverflowError, ZeroDivisionError):
            return None
        if isinstance(found, int) and not isinstance(found, bool):
            found = float(found)
        return Known(found, True) if isinstance(found, str | float | bool) else None

    def _plain(self, value: Value) -> object:
        if isinstance(value, Known):
            return plain(value.value)
        if isinstance(value, Made) and not value.fields and not value.changed:
            listed = [self._plain(self.value(one.value)) for one in value.node.fields if one.key is None]
            if len(listed) == len(value.node.fields) and NotImplemented not in listed:
                return listed
        return NotImplemented

    def _binary(self, node: nodes.Binary) -> Value:
        found = [self.value(one) for one in node.operands]
        if node.operator in ("and", "or"):
            return self._combined(found[-1:] if node.operator == "and" else found)
        return joined(found) if node.operator == ".." else binary(node.operator, found)

    def _unary(self, node: nodes.Unary) -> Value:
        return unary(node.operator, self.value(node.operand))

    def _choice(self, node: nodes.Choice) -> Value:
        return self._combined([self.value(one) for one in (*node.values, node.otherwise)])

    def _compound(self, node: nodes.Assign) -> Value:
        """Give what `a += b` makes of a variable: no more than its type."""
        return Typed("string" if node.operator == ".." else "number")


def assigned(symbol: Symbol) -> list[Node]:
    """Give the expressions that a variable may have the value of."""
    if symbol.kind == "loop":
        return []
    return [one.value for one in symbol.definitions if one.value is not None and not one.place]


def member(base: Ref, key: Value) -> Ref:
    """Give a member of what Luau or Roblox gives."""
    name = text_in(key)
    made = base.made or (isinstance(key, Known) and key.made)
    if name is None:
        number = number_in(key)
        return Ref(f"{base.path}.{'?' if number is None else int(number)}", base.made, base.via)
    if base.path in ("env", "shared"):
        is_builtin = name in BUILTINS or (name.isidentifier() and base.path == "env")
        return Ref(_global(name).path, made, True) if is_builtin else Ref(f"{base.path}.{name}", made)
    if base.path == "game" and (name in BY_PROPERTY or is_service(name)):
        return Ref(f"service.{BY_PROPERTY.get(name, name)}", made, base.via)
    return Ref(f"{base.path}.{name}", made, base.via)


def _global(name: str) -> Ref:
    if name in ("_G", "shared"):
        return Ref("shared")
    if name in ("workspace", "Workspace"):
        return Ref("service.Workspace")
    return Ref("env" if name == "_ENV" else "game" if name == "Game" else name)


def _method_of(receiver: Ref, name: str, arguments: Sequence[Value]) -> Ref:
    first = arguments[0] if arguments else UNKNOWN
    if receiver.path == "game" and name in SERVICE_METHODS | CHILD_METHODS:
        asked = text_in(first)
        made = receiver.made or (isinstance(first, Known) and first.made)
        return Ref(f"service.{asked or '?'}", made, receiver.via)
    if name in CHILD_METHODS and (isinstance(first, Known) or receiver.path != "game"):
        return member(receiver, first)
    return Ref(f"{receiver.path}:{name}()", receiver.made, receiver.via)


def _identity(value: Value) -> object:
    return id(value.node) if isinstance(value, Made | Routine) else value
