"""L70x: servers that believe what a client says."""

import re
from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Called, Context, Script
from toolbox_cli.content.luau.meaning.taint import REMOTE
from toolbox_cli.content.luau.meaning.values import Made, kind_of
from toolbox_cli.content.luau.questions import guards
from toolbox_cli.content.luau.questions.guards import (
    ABOVE,
    BELOW,
    BOTH,
    CLASS,
    ENTITLED,
    EQUAL,
    NUMBER,
    PLACE,
    RANGE,
    TEXT,
    TYPE,
)
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import Symbol, own_function
from toolbox_cli.content.luau.rule import Hit, Rule, Tier, hit, samples

VALUABLE: Final = re.compile(
    r"coin|cash|money|gold|gem|point|score|^xp$|exp|level|health|speed|damage|value|amount|price|cost|currency|balance"
    r"|credit|token|diamond|win|kill|stat|jump|power|star|buck|stock|quantity|reward",
    re.IGNORECASE,
)
_GIVES: Final = re.compile(
    r"^(add|give|grant|award|increment|set|take|remove|subtract|deduct|spend|update)", re.IGNORECASE
)
_PRICES: Final = re.compile(r"price|cost", re.IGNORECASE)
_REMOVES: Final = frozenset(("Destroy", "Remove", "ClearAllChildren", "destroy", "remove"))
_HARMS: Final = frozenset(
    (
        "TakeDamage",
        "BreakJoints",
        "LoadCharacter",
        "SetNetworkOwner",
        "Kick",
        "Ban",
        "BanAsync",
        "UnequipTools",
        "MoveTo",
    )
)
_MOVES: Final = frozenset(("PivotTo", "SetPrimaryPartCFrame", "MoveTo"))
_FREE: Final = _REMOVES | {"Clone", "Kick", "Ban", "BanAsync"}
"""What must be done to no object that a client chooses freely."""
_PLACING: Final = frozenset(("CFrame", "Position", "Parent"))
_STORES: Final = frozenset(("SetAsync", "IncrementAsync", "RemoveAsync"))


def _origins(script: Script, node: Node) -> list[Symbol | None]:
    """Give the parameters of clients that a value comes from."""
    found = {one.symbol for one in script.taint.of(node) if one.kind == REMOTE}
    return sorted(found, key=lambda one: one.number if one else -1)


def _name(symbol: Symbol | None) -> str:
    return symbol.name if symbol is not None else "..."


def _is_name_of_value(target: Node) -> bool:
    words = [str(getattr(getattr(target, "key", None), "value", ""))]
    if isinstance(target, nodes.Index):
        base = target.base
        words.append(base.id if isinstance(base, nodes.Name) else str(getattr(getattr(base, "key", None), "value", "")))
    return any(VALUABLE.search(word) for word in words)


def _number_fault(script: Script, value: Node, use: Node, *, valuable: bool) -> str | None:
    """Say of which parameter nothing is known that a number must be known to be."""
    for symbol in _origins(script, value):
        facts = guards.asked(script, symbol, use)
        if ENTITLED in facts:
            continue
        if symbol is not None and _PRICES.search(symbol.name) and EQUAL not in facts and valuable:
            return f"{symbol.name}, which the client names itself"
        if guards.is_listed(facts) or BOTH in facts:
            continue
        is_number = NUMBER in facts or kind_of(script.folder.value(value)) == "number"
        if valuable:
            sides = {BELOW: "only a lower bound is", ABOVE: "only an upper bound is"}
            bound = next((told for fact, told in sides.items() if fact in facts), "no bounds are")
            return f"{_name(symbol)}, of which {bound if is_number else 'nothing is'} asked"
        if not (facts & {TYPE, NUMBER, RANGE, CLASS, PLACE, TEXT}):
            return f"{_name(symbol)}, of which nothing is asked"
    return None


def _amounts(script: Script) -> Iterator[Hit]:
    for assign in script.all(nodes.Assign):
        for target, value in zip(assign.targets, assign.values, strict=False):
            if isinstance(target, nodes.Index) and not _origins(script, target.base) and _is_shared(script, target):
                valuable = bool(assign.operator) or _is_name_of_value(target)
                told = _number_fault(script, value, assign, valuable=valuable)
                key = getattr(target.key, "value", None)
                if told and key not in (*_PLACING, "Text"):
                    yield hit(assign, f"{key or 'a field'} is set by {told}")
    for called in script.calls:
        told = _given(script, called)
        if told:
            yield hit(called.node, f"{called.name} of {told}")


def _is_shared(script: Script, target: nodes.Index) -> bool:
    """Tell whether a field belongs to more than a table that one call makes for itself."""
    base = target.base
    symbol = base.symbol if isinstance(base, nodes.Name) else None
    is_own = isinstance(symbol, Symbol) and symbol.owner is not None and isinstance(script.folder.value(base), Made)
    return not is_own


def _given(script: Script, called: Called) -> str | None:
    name = called.name
    if name in ("TakeDamage", "IncrementAsync", "SetAsync", "SetAttribute"):
        values = called.arguments[1:] if name != "TakeDamage" else called.arguments[:1]
    elif _GIVES.match(name) and VALUABLE.search(name) and own_function(called.node.callee) is None:
        values = called.arguments
    else:
        return None
    if called.receiver is not None and _origins(script, called.receiver) and name != "TakeDamage":
        return None
    told = (_number_fault(script, value, called.node, valuable=True) for value in values if not _is_text(script, value))
    return next(filter(None, told), None)


def _unknown_gives(script: Script) -> Iterator[Hit]:
    """Find gifts by functions of other modules: `Data.addCoins(player, amount)`."""
    seen = {one.node for one in script.calls}
    for call in script.all(nodes.Call):
        key = str(getattr(getattr(call.callee, "key", None), "value", ""))
        if call in seen or not (_GIVES.match(key) and VALUABLE.search(key)) or own_function(call.callee):
            continue
        told = (_number_fault(script, value, call, valuable=True) for value in call.arguments)
        first = next(filter(None, told), None)
        if first:
            yield hit(call, f"{key} of {first}")


def _is_text(script: Script, node: Node) -> bool:
    return kind_of(script.folder.value(node)) == "string"


def _all_amounts(script: Script) -> Iterator[Hit]:
    if script.context is not Context.CLIENT:
        yield from _amounts(script)
        yield from _unknown_gives(script)


def _objects(script: Script) -> Iterator[Hit]:
    yield from (one for one, is_free in object_faults(script) if not is_free)


def object_faults(script: Script) -> Iterator[tuple[Hit, bool]]:
    """Give what is done to objects that a client names, and whether it may be done to any object of the game."""
    if script.context is Context.CLIENT:
        return
    for called in script.calls:
        if called.receiver is None:
            continue
        if called.name in _REMOVES | _HARMS | {"Clone"}:
            told = _object_fault(script, called.receiver, called.node, called.name)
            if told:
                yield hit(called.node, f"{called.name} of {told}"), called.name in _FREE
        elif called.name in _MOVES and called.arguments:
            told = _object_fault(script, called.arguments[0], called.node, "move")
            if told:
                yield hit(called.node, f"{called.name} to {told}"), False
    for assign in script.all(nodes.Assign):
        yield from _placed(script, assign)


def _placed(script: Script, assign: nodes.Assign) -> Iterator[tuple[Hit, bool]]:
    for target, value in zip(assign.targets, assign.values, strict=False):
        if not isinstance(target, nodes.Index):
            continue
        key = getattr(target.key, "value", None)
        told = _object_fault(script, target.base, assign, str(key)) if key is not None else None
        if told:
            yield hit(assign, f"{key} of {told}"), not _is_of_class(script, target.base, assign)
        elif key in _PLACING and (
            told := _object_fault(script, value, assign, str(key), fresh=_is_fresh(script, target))
        ):
            yield hit(assign, f"{key} is set by {told}"), key == "Parent"


def _is_of_class(script: Script, node: Node, use: Node) -> bool:
    """Tell whether at least the kind of an object was asked for."""
    return all({CLASS, TYPE} & guards.asked(script, symbol, use) for symbol in _origins(script, node))


def _is_fresh(script: Script, target: nodes.Index) -> bool:
    """Tell whether what is placed was made just before."""
    path = script.folder.path(target.base)
    made = target.base.symbol.definitions if isinstance(target.base, nodes.Name) and target.base.symbol else ()
    clones = (nodes.key_of(one.value) for one in made)
    return path.startswith("new.") or "Clone" in clones


def _object_fault(script: Script, node: Node, use: Node, act: str, *, fresh: bool = False) -> str | None:
    """Say of which parameter is not known that the client may have this done to it."""
    for symbol in _origins(script, node):
        facts = guards.asked(script, symbol, use)
        needs = {PLACE, RANGE, BOTH, TYPE} if fresh else {PLACE, RANGE, BOTH}
        if act in ("Kick", "Ban", "BanAsync"):
            if not facts & {ENTITLED}:
                return f"{_name(symbol)}, by any player"
            continue
        if act not in _REMOVES | {"Parent", "Clone"}:
            needs |= {CLASS}
        if act not in _HARMS:
            needs -= {CLASS}
        if not (facts & needs or guards.is_listed(facts)):
            return f"{_name(symbol)}, which the client chooses freely"
    return None


def _names(script: Script) -> Iterator[Hit]:
    yield from (one for one, is_free in name_faults(script) if not is_free)


def name_faults(script: Script) -> Iterator[tuple[Hit, bool]]:
    """Give what a client names that is set or called, and whether that is more than data of the script."""
    if script.context is Context.CLIENT:
        return
    for assign in script.all(nodes.Assign):
        for target in assign.targets:
            if isinstance(target, nodes.Index) and not target.dotted and (told := _key_fault(script, target, assign)):
                yield hit(assign, f"a field is set that {told} names"), _is_object(script, target.base)
    for call in script.all(nodes.Call):
        callee = call.callee
        if isinstance(callee, nodes.Index) and not callee.dotted and (told := _key_fault(script, callee, call)):
            yield hit(call, f"a function is called that {told} names"), True
    for called in script.calls:
        what = "a key" if called.name in _STORES else "a class" if called.path == "Instance.new" else None
        told = _key_fault_of(script, called.arguments[0], called.node) if what and called.arguments else None
        if told:
            yield hit(called.node, f"{called.name} of {what} that {told} names"), True


def _is_object(script: Script, node: Node) -> bool:
    """Tell whether something is an object of the game, whose fields are its properties."""
    path = script.folder.path(node)
    is_named = path.startswith(("service.", "new.", "game", "script", "?")) and "GetDataStore" not in path
    return is_named or script.taint.is_player(node) or bool(_origins(script, node)) or _is_part_of_player(script, node)


def _is_part_of_player(script: Script, node: Node) -> bool:
    while isinstance(node, nodes.Index | nodes.Call):
        node = node.base if isinstance(node, nodes.Index) else node.callee
        if script.taint.is_player(node):
            return True
    return False


def _key_fault(script: Script, index: nodes.Index, use: Node) -> str | None:
    told = _key_fault_of(script, index.key, use)
    return None if told is None or _is_scratch(script, index.base) else told


def _key_fault_of(script: Script, key: Node, use: Node) -> str | None:
    for symbol in _origins(script, key):
        facts = guards.asked(script, symbol, use)
        numeric = bool(facts & {NUMBER, BOTH}) and kind_of(script.folder.value(key)) != "string"
        if not guards.is_listed(facts) and not numeric:
            return _name(symbol)
    return None


def _is_scratch(script: Script, base: Node) -> bool:
    """Tell whether a table is made in the handler itself."""
    value = script.folder.value(base)
    symbol = base.symbol if isinstance(base, nodes.Name) else None
    return isinstance(value, Made) and isinstance(symbol, Symbol) and symbol.owner is not None


RULES: Final = (
    Rule(
        "L701",
        "An amount is taken from the client as it is",
        Tier.REVIEW,
        "A client can send any number, negative and endless ones too: coins, damage and prices become its choice.",
        "Look amounts and prices up on the server, or ask for the type and both bounds before use.",
        samples(
            "remote.OnServerEvent:Connect(function(player, amount)\n\tplayer.leaderstats.Coins.Value += amount\nend)",
            also="L707",
        )
        + samples(
            "remote.OnServerEvent:Connect(function(player, amount)\n\tlocal coins = player.leaderstats.Coins\n"
            "\tif typeof(amount) == 'number' and coins.Value >= amount then\n\t\tcoins.Value -= amount\n\tend\nend)",
            "buy.OnServerInvoke = function(player, item, price)\n\tlocal coins = player.leaderstats.Coins\n"
            "\tif coins.Value >= price then\n\t\tcoins.Value -= price\n\tend\nend",
            "remote.OnServerEvent:Connect(function(player, humanoid, damage)\n"
            "\tplayer.Character.Humanoid:TakeDamage(damage)\nend)",
            "remote.OnServerEvent:Connect(function(player, n)\n\tif type(n) == 'number' then\n"
            "\t\tData.addCoins(player, n)\n\tend\nend)",
        ),
        samples(
            "remote.OnServerEvent:Connect(function(player, amount)\n\tif typeof(amount) ~= 'number' then\n\t\treturn\n"
            "\tend\n\tif amount < 0 or amount > 10 or os.clock() < nextAt[player] then\n\t\treturn\n\tend\n"
            "\tplayer.leaderstats.Coins.Value += amount\nend)",
            "local prices = { sword = 50 }\nbuy.OnServerEvent:Connect(function(player, item)\n"
            "\tlocal price = prices[item]\n\tif price and player.leaderstats.Coins.Value >= price then\n"
            "\t\tplayer.leaderstats.Coins.Value -= price\n\tend\nend)",
            "remote.OnServerEvent:Connect(function(player, amount)\n\tif not isAdmin(player) then\n\t\treturn\n\tend\n"
            "\tplayer.leaderstats.Coins.Value += amount\nend)",
        ),
        _all_amounts,
    ),
    Rule(
        "L702",
        "An object is taken from the client as it is",
        Tier.REVIEW,
        "A client can send any object of the game, also other players and the map itself.",
        "Ask what it is, where it stands and whose it is; ask how far it is; ask whether the player may.",
        samples(
            "remote.OnServerEvent:Connect(function(player, humanoid)\n\thumanoid:TakeDamage(10)\nend)",
            "remote.OnServerEvent:Connect(function(player, place)\n"
            "\tplayer.Character.HumanoidRootPart.CFrame = place\nend)",
        ),
        samples(
            "remote.OnServerEvent:Connect(function(player, target)\n\tif typeof(target) ~= 'Instance' or not "
            "target:IsDescendantOf(workspace.Crates) then\n\t\treturn\n\tend\n\ttarget:Destroy()\nend)",
            "local admins = { [1] = true }\nremote.OnServerEvent:Connect(function(player, other)\n"
            "\tif not admins[player.UserId] then\n\t\treturn\n\tend\n\tother:Kick('bye')\nend)",
        ),
        _objects,
    ),
    Rule(
        "L703",
        "The client names what is kept",
        Tier.REVIEW,
        "A name from a client reaches every key of the table, not only those that were meant.",
        "Look the name up in a table of those that are meant.",
        samples(
            "local bags = {}\nremote.OnServerEvent:Connect(function(player, item)\n\tbags[player][item] = true\nend)",
            "local choices = {}\nremote.OnServerEvent:Connect(function(player, name)\n\tchoices[name] = os.time()\nend)",
        ),
        samples(
            "local allowed = { volume = true, music = true }\nremote.OnServerEvent:Connect(function(player, key, value)\n"
            "\tif not allowed[key] or typeof(value) ~= 'boolean' then\n\t\treturn\n\tend\n"
            "\tsettings[player][key] = value\nend)",
            "local actions = { jump = print }\nremote.OnServerEvent:Connect(function(player, name)\n"
            "\tlocal action = actions[name]\n\tif action then\n\t\taction(player)\n\tend\nend)",
        ),
        _names,
    ),
)
