"""What a script has asked about a value, or about who sent it, before it uses it."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final, cast

from toolbox_cli.content.luau.analysis import Script, function_of
from toolbox_cli.content.luau.meaning.taint import REMOTE
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import Symbol, is_changed, own_function

TYPE: Final = "type"
"""Its type was asked for."""
NUMBER: Final = "number"
"""It was made a number, or found to be one."""
TEXT: Final = "text"
"""It was found to be text."""
RANGE: Final = "range"
"""It was compared with a bound."""
BELOW: Final = "below"
"""It was found not to be below something."""
ABOVE: Final = "above"
"""It was found not to be above something."""
BOTH: Final = "both"
"""It was compared with bounds on both sides."""
EQUAL: Final = "equal"
"""It was compared with a value, or with something of the player's."""
LISTED: Final = "listed"
"""It was looked up in a table or folder of the game."""
PLACE: Final = "place"
"""It was asked where it stands, or whose it is."""
CLASS: Final = "class"
CHECKED: Final = "checked"
"""A function of the game was asked about it."""
ENTITLED: Final = "entitled"
"""The player was found entitled."""

_STRONG: Final = frozenset((EQUAL, LISTED, CHECKED, ENTITLED))

_TYPES: Final = frozenset(("typeof", "type"))
_RIGHTS: Final = re.compile(
    r"admin|permission|rank|owner|allow|authori[sz]|moderator|staff|teacher|entitle|privileg|whitelist|isvip|canuse|hasrole",
    re.IGNORECASE,
)
_GROUPS: Final = frozenset(
    ("GetRankInGroup", "GetRoleInGroup", "IsInGroup", "GetRankInGroupAsync", "UserOwnsGamePassAsync")
)
_KNOWN_CALLS: Final = {
    "table.find": {LISTED}, "FindFirstChild": {LISTED}, "tonumber": {NUMBER, TYPE}, "math.floor": {NUMBER, TYPE},
    "IsDescendantOf": {PLACE}, "IsAncestorOf": {PLACE}, "HasTag": {PLACE},
}  # fmt: skip
_SAYS_NOTHING: Final = frozenset(
    (*_TYPES, "tostring", "string.len", "utf8.len", "rawget", "pcall", "next", "pairs", "print", "warn")
)
_CONVERTS: Final = frozenset(("tonumber", "math.floor", "math.round"))
_PLACES: Final = frozenset(("IsDescendantOf", "IsAncestorOf", "HasTag"))


def is_listed(facts: set[str]) -> bool:
    """Tell whether a value is one of those that the game has, or its sender may choose it."""
    return bool(facts & _STRONG)


CAP: Final = 300
"""Conditions of one function that are looked at; more than these count as none."""


def conditions(script: Script, function: nodes.Function | None, before: Node) -> Iterator[Node]:
    """Give the conditions that decide, in one function, whether what stands at a node is reached."""
    outer = {id(one) for one in before.within()}
    for node in _guards(script, function):
        if node.start > before.start and id(node) not in outer:
            continue
        if isinstance(node, nodes.If):
            if id(node) in outer or any(_leaves(script, block) for block in node.blocks):
                yield from node.conditions
        elif isinstance(node, nodes.Call):
            yield from node.arguments[:1]
        elif id(node) in outer:
            yield from _deciding(node)


def _deciding(node: Node) -> Sequence[Node]:
    """Give what decides, of a loop, an `and` or a choice, on what stands inside."""
    if isinstance(node, nodes.While):
        return [node.condition]
    if isinstance(node, nodes.Binary):
        return node.operands[:-1]
    return node.conditions if isinstance(node, nodes.Choice) else []


def _guards(script: Script, function: nodes.Function | None) -> Sequence[Node]:
    """Give what asks something in a function, and in functions inside it."""
    known = script.noted.setdefault("guards", {})
    if function not in known:
        whole: Node = function.body if function is not None else script.whole
        known[function] = [node for node in whole.walk() if _is_guard(script, node)][:CAP]
    return cast(Sequence[Node], known[function])


def _is_guard(script: Script, node: Node) -> bool:
    if isinstance(node, nodes.Call):
        return script.folder.path(node.callee) == "assert"
    is_and = isinstance(node, nodes.Binary) and node.operator == "and"
    return is_and or isinstance(node, nodes.If | nodes.While | nodes.Choice)


def _leaves(script: Script, block: nodes.Block) -> bool:
    last = block.statements[-1] if block.statements else None
    if isinstance(last, nodes.Evaluate) and isinstance(last.call, nodes.Call):
        key = nodes.key_of(last.call)
        return script.folder.path(last.call.callee) == "error" or key in ("Kick", "Ban")
    return isinstance(last, nodes.Return | nodes.Leave)


def asked(script: Script, symbol: Symbol | None, use: Node) -> set[str]:
    """Give what was asked about a client's parameter, and about the client, before a use."""
    functions = {function_of(use)}
    if symbol is not None and symbol.owner is not None:
        functions.add(symbol.owner)
    found: set[str] = set()
    for function in functions:
        for condition in conditions(script, function, use):
            found |= _noted_facts(script, condition, symbol, holds=_holds(condition, use))
        found |= _conversions(script, function, symbol, use)
    return found | ({BOTH} if found >= {BELOW, ABOVE} else set())


def _holds(condition: Node, use: Node) -> bool:
    """Tell whether a condition is true where something is used; behind a branch that leaves, it is not."""
    branch = condition.parent
    if not isinstance(branch, nodes.If):
        return True
    pairs = zip(branch.conditions, branch.blocks, strict=True)
    return any(one is condition and block.start <= use.start < block.end for one, block in pairs)


def _noted_facts(script: Script, condition: Node, symbol: Symbol | None, *, holds: bool) -> set[str]:
    known = script.noted.setdefault("facts", {})
    if (condition, symbol, holds) not in known:
        known[condition, symbol, holds] = _facts(script, condition, symbol, holds=holds)
    return cast(set[str], known[condition, symbol, holds])


def _facts(script: Script, condition: Node, symbol: Symbol | None, *, holds: bool) -> set[str]:
    found: set[str] = set()
    for node in condition.walk():
        if isinstance(node, nodes.Binary) and node.operator in ("<", ">", "<=", ">="):
            found |= _bounds(script, node, symbol, condition, holds=holds)
        elif isinstance(node, nodes.Binary) and node.operator in ("==", "~="):
            found |= _equality(script, node, symbol)
        elif isinstance(node, nodes.Call):
            found |= _call(script, node, symbol)
        elif isinstance(node, nodes.Index) and concerns(script, node.key, symbol):
            found.add(LISTED)
    return found | ({ENTITLED} if is_entitlement(script, condition) else set())


def concerns(script: Script, node: Node, symbol: Symbol | None) -> bool:
    """Tell whether a value depends on a client's parameter."""
    return any(one.kind == REMOTE and one.symbol is symbol for one in script.taint.of(node))


def _bounds(script: Script, node: nodes.Binary, symbol: Symbol | None, condition: Node, *, holds: bool) -> set[str]:
    """Say on which sides a comparison bounds a value; a length or an amount without its sign has a lower bound."""
    sides = [concerns(script, one, symbol) for one in node.operands]
    if not any(sides) or all(sides):
        return set()
    asked = node.operands[sides.index(True)]
    if any(_has_no_sign(script, one) for one in asked.walk()):
        return {RANGE, BELOW, ABOVE}
    is_less = (node.operator[0] == "<") is sides[0]
    is_upheld = holds is not _is_negated(node, condition)
    return {RANGE, ABOVE if is_less is is_upheld else BELOW}


def _is_negated(node: Node, condition: Node) -> bool:
    """Tell whether a part of a condition stands below an odd number of `not`."""
    outer = takewhile(lambda one: one is not condition.parent, node.within())
    return sum(isinstance(one, nodes.Unary) and one.operator == "not" for one in outer) % 2 == 1


def _has_no_sign(script: Script, node: Node) -> bool:
    if isinstance(node, nodes.Unary):
        return node.operator == "#"
    if isinstance(node, nodes.Call):
        return script.folder.path(node.callee) in ("math.abs", "string.len", "utf8.len")
    return bool(nodes.key_of(node) == "Magnitude")


def _equality(script: Script, node: nodes.Binary, symbol: Symbol | None) -> set[str]:
    for one in node.operands:
        if isinstance(one, nodes.Call) and script.folder.path(one.callee) in _TYPES:
            if any(concerns(script, argument, symbol) for argument in one.arguments):
                name = next((text for other in node.operands if (text := script.folder.text(other))), "")
                return {TYPE, NUMBER} if name == "number" else {TYPE, TEXT} if name == "string" else {TYPE}
    sides = [concerns(script, one, symbol) for one in node.operands]
    if not any(sides) or all(sides):
        return set()
    other = node.operands[sides.index(False)]
    if isinstance(other, nodes.Constant) and other.value is None:
        return set()  # that it is there says nothing about what it is
    return {EQUAL}


def _call(script: Script, node: nodes.Call, symbol: Symbol | None) -> set[str]:
    key = nodes.key_of(node)
    path = script.folder.path(node.callee)
    concerned = any(concerns(script, one, symbol) for one in node.arguments)
    if node.is_method and isinstance(node.callee, nodes.Index) and concerns(script, node.callee.base, symbol):
        return {PLACE} if key in _PLACES else {CLASS} if key == "IsA" else set()
    if not concerned or path in _SAYS_NOTHING:
        return set()
    known = _KNOWN_CALLS.get(path) or _KNOWN_CALLS.get(str(key))
    if known is not None:
        return known
    function = own_function(node.callee)
    return {CHECKED} if function is None or _checks(script, function) else set()


def _checks(script: Script, function: nodes.Function) -> bool:
    """Tell whether a function of the script looks at what it is given."""
    for node in function.body.walk():
        if isinstance(node, nodes.Binary) and node.operator in ("<", ">", "<=", ">=", "==", "~="):
            return True
        if isinstance(node, nodes.Index) and not node.dotted:
            return True
        if isinstance(node, nodes.Call) and (
            node.is_method or script.folder.path(node.callee) in ("table.find", *_TYPES)
        ):
            return True
    return False


def _conversions(script: Script, function: nodes.Function | None, symbol: Symbol | None, use: Node) -> set[str]:
    known = script.noted.setdefault("conversions", {})
    if function not in known:
        whole: Node = function.body if function is not None else script.whole
        calls = (node for node in whole.walk() if isinstance(node, nodes.Call))
        known[function] = [node for node in calls if script.folder.path(node.callee) in _CONVERTS][:CAP]
    for node in known[function]:
        if node.start <= use.end and any(concerns(script, one, symbol) for one in node.arguments):
            return {NUMBER, TYPE}
    return set()


def is_entitlement(script: Script, condition: Node) -> bool:
    """Tell whether a condition asks whether this player may do something."""
    for node in condition.walk():
        if isinstance(node, nodes.Call):
            key = str(getattr(getattr(node.callee, "key", None), "value", ""))
            name = node.callee.id if isinstance(node.callee, nodes.Name) else key
            told = script.folder.text(node.arguments[0]) if key == "GetAttribute" and node.arguments else None
            if key in _GROUPS or _RIGHTS.search(told or name):
                return True
            if script.folder.path(node.callee) == "table.find" and any(
                _is_of_player(script, one) for one in node.arguments
            ):
                return True
        elif isinstance(node, nodes.Index) and not node.dotted and _is_of_player(script, node.key):
            if not _is_kept(script, node):
                return True
        elif isinstance(node, nodes.Binary) and node.operator in ("==", "~="):
            if any(_is_of_player(script, one, own=False) for one in node.operands):
                return True
    return False


def _is_of_player(script: Script, node: Node, *, own: bool = True) -> bool:
    """Tell whether an expression is the player's id or name, or (`own`) the player."""
    if own and script.taint.is_player(node):
        return True
    if isinstance(node, nodes.Call) and node.arguments and script.folder.path(node.callee) == "tostring":
        return _is_of_player(script, node.arguments[0])
    key = nodes.key_of(node)
    is_own = isinstance(node, nodes.Index) and script.taint.is_player(node.base)
    return is_own and key in ("UserId", "Name", "Team", "TeamColor")


def _is_kept(script: Script, index: nodes.Index) -> bool:
    """Tell whether a table is one that the script keeps about players, such as when each asked last."""
    symbol = index.base.symbol if isinstance(index.base, nodes.Name) else None
    if not isinstance(symbol, Symbol):
        return False
    return is_changed(symbol)
