"""All constants that may reach an expression: through names, tables, loops, joins and calls."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Script
from toolbox_cli.content.luau.meaning.values import UNKNOWN, Known, Made, Routine, Value
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import Symbol

CAP: Final = 400
"""Nodes that are looked at for one expression."""

_ITERATORS: Final = frozenset(("pairs", "ipairs", "next"))


def possible(script: Script, node: Node, *, parts: bool = False) -> Iterator[Known]:
    """Give constants that an expression may be.

    Args:
        script: which has it.
        node: the expression.
        parts: give also what it is joined or formatted of.
    """
    subject = node.symbol if isinstance(node, nodes.Name) and node.symbol is not None else node
    known = script.noted.setdefault("possible", {})
    if (subject, parts) not in known:
        known[subject, parts] = tuple(_possible(script, node, parts=parts))
    yield from known[subject, parts]


def _possible(script: Script, node: Node, *, parts: bool) -> Iterator[Known]:
    waiting, seen = [node], {node}
    while waiting and len(seen) < CAP:
        one = waiting.pop()
        value = script.folder.value(one)
        if isinstance(value, Known) and value.value is not None:
            yield value
        for further in _further(script, one, parts=parts):
            if further not in seen:
                seen.add(further)
                waiting.append(further)


def texts(script: Script, node: Node) -> Iterator[str]:
    """Give texts that an expression may be, or may be joined of."""
    for one in possible(script, node, parts=True):
        if isinstance(one.value, str):
            yield one.value


def _further(script: Script, node: Node, *, parts: bool) -> Iterator[Node]:
    match node:
        case nodes.Name(symbol=Symbol() as symbol):
            yield from (one.value for one in symbol.definitions if one.value is not None)
            if isinstance(symbol.loop, nodes.ForEach):
                yield from (field for value in symbol.loop.values for field in _fields(script, value))
        case nodes.Choice():
            yield from (*node.values, node.otherwise)
        case nodes.Binary(operator="and" | "or"):
            yield from node.operands
        case nodes.Index():
            yield from _fields(script, node.base, script.folder.value(node.key))
        case nodes.Call() if not parts:
            routine = script.folder.value(node.callee)
            if isinstance(routine, Routine):
                yield from script.folder.results(routine.node)
        case _ if parts:
            yield from _parts(node)


def _parts(node: Node) -> Iterator[Node]:
    """Give what a text is joined, formatted or made of."""
    match node:
        case nodes.Binary(operator="..") | nodes.Template():
            yield from node.children()
        case nodes.Assign():
            yield from node.values
        case nodes.Call():
            yield from node.arguments
            if node.is_method and isinstance(node.callee, nodes.Index):
                yield node.callee.base
        case nodes.Table():
            yield from (field.value for field in node.fields)


def _fields(script: Script, node: Node, key: Value = UNKNOWN) -> Iterator[Node]:
    """Give the values of a table that is written in the script, also through `pairs`.

    Args:
        script: which has it.
        node: the table, or what goes over it.
        key: of a field; all fields count where it is not known.
    """
    if isinstance(node, nodes.Call) and node.arguments and script.folder.path(node.callee) in _ITERATORS:
        node = node.arguments[0]
    value = script.folder.value(node)
    if isinstance(value, Made):
        wanted = key.value if isinstance(key, Known) else None
        yield from (field.value for field in value.node.fields if wanted is None or _may_be(script, field, wanted))
        for name, listed in (value.fields or {}).items():
            if wanted is None or name == str(wanted):
                yield from listed


def _may_be(script: Script, field: nodes.Field, wanted: object) -> bool:
    """Tell whether a field has a key; one without a name counts for any number."""
    if field.key is None:
        return isinstance(wanted, float)
    key = script.folder.value(field.key)
    return not isinstance(key, Known) or key.value == wanted
