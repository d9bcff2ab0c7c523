"""Where functions that load code go as values, and whether what is loaded is an object of the game."""

import re
from collections.abc import Iterator
from typing import Final, cast

from toolbox_cli.content.luau.analysis import Script
from toolbox_cli.content.luau.meaning.taint import CHILDREN
from toolbox_cli.content.luau.meaning.values import Known, Value, number_in, path_of, text_in
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import WRAPPERS, given_once, own_function

_PLACES: Final = ("script", "game", "service.", "new.", "plugin")
_LOOKS: Final = frozenset(("type", "typeof", "print", "warn", "tostring"))
_DIGITS: Final = re.compile(r"\d{7,16}")
_LEAST_ID: Final = 1e6
"""Ids of assets are larger; smaller numbers count."""
_STEPS: Final = 8


def handed_on(script: Script, path: str) -> Iterator[Node]:
    """Give where one of Luau's functions goes on as a value, so that its calls don't show: not called, not renamed."""
    for kind in (nodes.Name, nodes.Index):
        for node in script.all(kind):
            if script.folder.path(node) == path and _goes_on(script, node):
                yield node


def _goes_on(script: Script, node: Node) -> bool:
    whole, parent = node, node.parent
    while isinstance(parent, nodes.Choice) or (isinstance(parent, nodes.Binary) and parent.operator in ("and", "or")):
        whole, parent = parent, parent.parent
    if isinstance(parent, nodes.Call):
        return parent.callee is not whole and not _is_called_there(script, parent, whole)
    if isinstance(parent, nodes.Assign):
        return whole in parent.values and any(isinstance(target, nodes.Index) for target in parent.targets)
    return isinstance(parent, nodes.Return | nodes.Field | nodes.ForEach)


def _is_called_there(script: Script, call: nodes.Call, node: Node) -> bool:
    """Tell whether an argument is what `pcall` and its like call at once, or only looked at."""
    path, arguments = script.folder.path(call.callee), call.arguments
    while path in WRAPPERS:
        place, begins = WRAPPERS[path]
        if len(arguments) <= place:
            return False
        if arguments[place] is node:
            return True
        path, arguments = script.folder.path(arguments[place]), arguments[begins:]
    return path in _LOOKS


def id_in(script: Script) -> int | None:
    """Give a number in a script, or in one of its texts, that may be an asset's id and is not allowed."""
    known = script.noted.setdefault("ids", {})
    if "" not in known:
        found = (
            _as_id(script.folder.value(one)) for kind in (nodes.Constant, nodes.Binary) for one in script.all(kind)
        )
        known[""] = next((one for one in found if one and one not in script.allowed.assets), None)
    return cast("int | None", known[""])


def _as_id(value: Value) -> int | None:
    number, text = number_in(value), text_in(value)
    if text is not None:
        digits = _DIGITS.search(text)
        number = float(digits[0]) if digits else None
    return int(number) if number is not None and _LEAST_ID <= number < 1e16 and number == int(number) else None


def is_in_game(script: Script, node: Node, depth: int = 0) -> bool:
    """Tell whether something is an object of the game, an allowed id, or found already by another rule."""
    known = script.noted.setdefault("in game", {})
    if node not in known:
        known[node] = False  # what comes from itself alone comes from nowhere
        value = script.folder.value(node)
        is_listed = node is script.whole  # a child, or one of what a method lists
        if is_listed or isinstance(value, Known) or path_of(value).startswith(_PLACES) or script.taint.kinds(node):
            known[node] = True
        elif depth < _STEPS:
            known[node] = _comes_from_game(script, node, depth)
    return bool(known[node])


def _comes_from_game(script: Script, node: Node, depth: int) -> bool:
    """Tell whether all that something may come from is an object of the game; of a variable it is looked for once."""
    known = script.noted.setdefault("in game by name", {})
    symbol = node.symbol if isinstance(node, nodes.Name) else None
    if symbol in known:
        return bool(known[symbol])
    if symbol is not None:
        known[symbol] = False
    sources = list(_sources(script, node))
    found = bool(sources) and all(is_in_game(script, one, depth + 1) for one in sources)
    if symbol is not None:
        known[symbol] = found
    return found


def _sources(script: Script, node: Node) -> Iterator[Node]:
    """Give what must be an object of the game for something to be one; nothing where that can't be told."""
    match node:
        case nodes.Name(symbol=symbol) if symbol is not None and isinstance(symbol.loop, nodes.ForEach):
            yield from _listed(script, symbol.loop.values[0])
        case nodes.Name(symbol=symbol) if symbol is not None:
            yield from (one.value for one in symbol.definitions if one.value is not None)
        case nodes.Binary(operator="and" | "or"):
            yield node.operands[-1]
        case nodes.Choice():
            yield from (*node.values, node.otherwise)
        case nodes.Index():
            yield node.base
        case nodes.Call() if node.is_method and isinstance(node.callee, nodes.Index):
            yield script.whole if nodes.key_of(node) in CHILDREN else node.callee.base
        case nodes.Call():
            function = own_function(node.callee)
            yield from script.folder.results(function) if function is not None else ()


def _listed(script: Script, node: Node) -> Iterator[Node]:
    """Give what a loop goes over; what a method lists are objects."""
    if isinstance(node, nodes.Call) and not node.is_method and node.arguments:
        node = node.arguments[0]  # pairs and ipairs
    made = given_once(node)
    if isinstance(made, nodes.Table):
        yield from (one.value for one in made.fields)
    elif isinstance(made, nodes.Call) and made.is_method:
        yield script.whole
