"""All constants that may reach an expression: through names, tables, loops, joins and calls."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau import nodes
from toolbox_cli.content.luau.analysis import Script
from toolbox_cli.content.luau.nodes import Node
from toolbox_cli.content.luau.scopes import Symbol
from toolbox_cli.content.luau.values import Known, Made

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
            yield from _fields(script, node.base)
        case nodes.Binary(operator="..") | nodes.Template() if parts:
            yield from node.children()
        case nodes.Assign() if parts:
            yield from node.values
        case nodes.Call() if parts:
            yield from node.arguments
            if node.is_method and isinstance(node.callee, nodes.Index):
                yield node.callee.base
        case nodes.Table() if parts:
            yield from (field.value for field in node.fields)


def _fields(script: Script, node: Node) -> Iterator[Node]:
    """Give the values of a table that is written in the script, also through `pairs`."""
    if isinstance(node, nodes.Call) and node.arguments and script.folder.path(node.callee) in _ITERATORS:
        node = node.arguments[0]
    value = script.folder.value(node)
    if isinstance(value, Made):
        yield from (field.value for field in value.node.fields)
        yield from (one for listed in (value.fields or {}).values() for one in listed)
