"""L704 to L709: servers that let a client decide on others, on everything, or as often as it likes."""

import re
from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Context, Script
from toolbox_cli.content.luau.meaning.handlers import FROM_CLIENTS, Handler
from toolbox_cli.content.luau.meaning.taint import REMOTE, STORED, innermost
from toolbox_cli.content.luau.questions import guards
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import own_function, shown
from toolbox_cli.content.luau.rule import Hit, Rule, Tier, hit, samples
from toolbox_cli.content.luau.rules.remotes import VALUABLE, name_faults, object_faults

_RIGHTS: Final = re.compile(
    r"admin|moderator|\bmod\b|isowner|rank|permission|is_?staff|is_?teacher|privileg|authori[sz]ed|is_?vip|is_?dev",
    re.IGNORECASE,
)
_COSTS: Final = frozenset(("SetAsync", "UpdateAsync", "IncrementAsync", "PostAsync", "RequestAsync", "GenerateAsync"))
_COMPARES: Final = frozenset(("<", ">", "<=", ">=", "==", "~="))
_CLOCKS: Final = frozenset(("os.clock", "os.time", "tick", "time"))


def _free_objects(script: Script) -> Iterator[Hit]:
    yield from (one for one, is_free in object_faults(script) if is_free)


def _free_names(script: Script) -> Iterator[Hit]:
    yield from (one for one, is_free in name_faults(script) if is_free)


def _ranks(script: Script) -> Iterator[Hit]:
    """Find rights that a client says it has."""
    if script.context is not Context.CLIENT:
        yield from (hit(node, told) for node, told in _claims(script) if not _is_entitled(script, node))


def _claims(script: Script) -> Iterator[tuple[Node, str]]:
    for branch in script.all(nodes.If):
        for condition in branch.conditions:
            told = next((shown(one) for one in condition.walk() if _is_claim(script, one)), None)
            if told:
                yield branch, f"{told}, which the client says itself"
    for assign in script.all(nodes.Assign):
        for target, value in zip(assign.targets, assign.values, strict=False):
            if isinstance(target, nodes.Index) and _RIGHTS.search(shown(target)) and _is_sent(script, value):
                yield assign, f"{shown(target)} is what the client says"
    for called in script.calls:
        if called.name == "SetAttribute" and len(called.arguments) > 1:
            name = script.folder.text(called.arguments[0]) or ""
            if _RIGHTS.search(name) and _is_sent(script, called.arguments[1]):
                yield called.node, f"{name} is what the client says"


def _is_claim(script: Script, node: Node) -> bool:
    """Tell whether a condition takes a client's value as its right."""
    if isinstance(node, nodes.Index) and node.dotted:
        return bool(_RIGHTS.search(str(nodes.key_of(node)))) and _is_sent(script, node.base)
    return isinstance(node, nodes.Name) and bool(_RIGHTS.search(node.id)) and _is_sent(script, node)


def _is_sent(script: Script, node: Node) -> bool:
    return REMOTE in script.taint.kinds(node)


def _is_entitled(script: Script, node: Node) -> bool:
    functions = [one for one in node.within() if isinstance(one, nodes.Function)]
    asked = [one for function in functions for one in guards.conditions(script, function, node)]
    return any(guards.is_entitlement(script, one) for one in asked)


def _served(script: Script) -> Iterator[Handler]:
    if script.context is not Context.CLIENT:
        yield from (one for one in script.handlers if one.event in FROM_CLIENTS)


def _rewards(script: Script) -> Iterator[Hit]:
    """Find what a client gets as often as it asks."""
    for handler in _served(script):
        for node in handler.function.body.walk():
            if not _is_reward(script, node) or innermost(node) is not handler.function:
                continue
            asked = list(guards.conditions(script, handler.function, node))
            if not any(_decides(script, one, handler) for one in asked):
                yield hit(node, "a reward for nothing but asking")
            elif _takes_any(script, handler, node):
                yield hit(node, "a reward for an object that the client names, however far it is")


def _is_reward(script: Script, node: Node) -> bool:
    if not isinstance(node, nodes.Assign):
        return False
    is_more = node.operator == "+" and bool(VALUABLE.search(shown(node.targets[0])))
    is_tool = nodes.key_of(node.targets[0]) == "Parent" and nodes.key_of(node.values[0]) in ("Backpack", "StarterGear")
    return is_more or is_tool or nodes.key_of(node.targets[0]) in ("Health", "MaxHealth")


def _decides(script: Script, condition: Node, handler: Handler) -> bool:
    """Tell whether a condition asks more than whether something is there, and what the client itself sent."""
    sent = {one.symbol for one in handler.data}
    for one in condition.walk():
        names = [part for part in one.walk() if isinstance(part, nodes.Name) and part.symbol is not None]
        if names and all(name.symbol in sent for name in names):
            continue
        is_compared = isinstance(one, nodes.Binary) and one.operator in _COMPARES and not _is_nil(one)
        is_looked_up = isinstance(one, nodes.Index) and not one.dotted
        is_asked = isinstance(one, nodes.Call) and not _is_search(one)
        if is_compared or is_looked_up or is_asked:
            return True
        is_whole = one is condition or getattr(one.parent, "operator", None) in ("not", "and", "or")
        if is_whole and isinstance(one, nodes.Name) and not _is_there(script, one, handler):
            return True
    return False


def _is_search(call: nodes.Call) -> bool:
    """Tell whether a call only asks whether a part that is named in the script is there."""
    is_written = all(isinstance(one, nodes.Constant) for one in call.arguments)
    return is_written and nodes.key_of(call) in ("FindFirstChild", "FindFirstChildOfClass")


def _is_there(script: Script, name: nodes.Name, handler: Handler) -> bool:
    """Tell whether a variable says no more than that a part of the game is there."""
    definitions = name.symbol.definitions if name.symbol is not None else []
    given = [one.value for one in definitions if one.value is not None and not isinstance(one.value, nodes.Name)]
    return len(given) == 1 == len(definitions) and not _decides(script, given[0], handler)


def _is_nil(node: nodes.Binary) -> bool:
    return any(isinstance(one, nodes.Constant) and one.value is None for one in node.operands)


def _takes_any(script: Script, handler: Handler, reward: Node) -> bool:
    """Tell whether a reward is for an object that the client names, and only its place in the tree is asked for."""
    for name in handler.data:
        facts = guards.asked(script, name.symbol, reward)
        is_place = guards.PLACE in facts
        if is_place and not facts & {guards.RANGE, guards.BOTH, guards.ENTITLED, guards.CHECKED}:
            return True
    return False


def _others_data(script: Script) -> Iterator[Hit]:
    """Find answers that hold what is kept about whomever the client names."""
    for handler in _served(script):
        if handler.event != "OnServerInvoke":
            continue
        for node in handler.function.body.walk():
            values = node.values if isinstance(node, nodes.Return) else ()
            for value in values:
                told = _data_of(script, value, node)
                if told:
                    yield hit(node, f"what is kept about {told}")


def _data_of(script: Script, value: Node, use: Node) -> str | None:
    for _ in range(4):
        if not isinstance(value, nodes.Name) or value.symbol is None or not value.symbol.definitions:
            break
        definition = value.symbol.definitions[-1]
        if definition.value is None or isinstance(definition.value, nodes.Function):
            return None
        value = definition.value
    key: Node | None = None
    if isinstance(value, nodes.Index) and not value.dotted and _is_by_player(script, value.base):
        key = value.key
    elif isinstance(value, nodes.Call) and value.arguments and STORED in script.taint.kinds(value):
        is_protected = script.folder.path(value.callee) == "pcall"
        key = value.arguments[-1] if is_protected else value.arguments[0]
    for one in script.taint.of(key) if key is not None else ():
        if one.kind == REMOTE:
            facts = guards.asked(script, one.symbol, use)
            if not facts & {guards.EQUAL, guards.ENTITLED}:
                return one.symbol.name if one.symbol is not None else "..."
    return None


def _is_by_player(script: Script, node: Node) -> bool:
    """Tell whether a table is kept by players, their ids or names."""
    symbol = node.symbol if isinstance(node, nodes.Name) else None
    known = script.noted.setdefault("by player", {})
    if symbol is not None and symbol not in known:
        known[symbol] = any(_is_player_key(script, read) for read in symbol.reads)
    return bool(known.get(symbol))


def _is_player_key(script: Script, read: nodes.Name) -> bool:
    index = read.parent
    if not isinstance(index, nodes.Index) or index.base is not read or index.dotted:
        return False
    is_own = isinstance(index.key, nodes.Index) and script.taint.is_player(index.key.base)
    return is_own or script.taint.is_player(index.key)


def _unlimited(script: Script) -> Iterator[Hit]:
    """Find costly work that a client starts as often as it likes."""
    for handler in _served(script):
        function = handler.function
        if any(_is_limit(script, one, function) for one in function.body.walk()) or _is_entitled_in(script, function):
            continue
        for node in function.body.walk():
            if isinstance(node, nodes.Call) and _is_costly(script, node):
                yield hit(node, f"{nodes.key_of(node) or shown(node.callee)} as often as a client asks")
                break


def _is_costly(script: Script, node: nodes.Call) -> bool:
    name = str(nodes.key_of(node) or "")
    if script.folder.path(node.callee) in ("pcall", "task.spawn") and node.arguments:
        name = script.folder.path(node.arguments[0]).rpartition(":")[2].rpartition(".")[2] or name
    return name in _COSTS or _makes_more(script, node)


def _makes_more(script: Script, call: nodes.Call) -> bool:
    """Tell whether something new is put into the map, beside what is there."""
    statement = call.parent
    if nodes.key_of(call) not in ("Clone", "new") or not isinstance(statement, nodes.Local):
        return False
    if nodes.key_of(call) == "new" and script.folder.path(call.callee) != "Instance.new":
        return False
    for read in statement.names[0].symbol.reads:
        target = read.parent
        if isinstance(target, nodes.Index) and getattr(target.key, "value", None) == "Parent":
            assign = target.parent
            if isinstance(assign, nodes.Assign) and target in assign.targets:
                return any(script.folder.path(one).startswith("service.Workspace") for one in assign.values)
    return False


def _is_entitled_in(script: Script, function: nodes.Function) -> bool:
    return any(isinstance(one, nodes.If) and any(guards.is_entitlement(script, each) for each in one.conditions)
               for one in function.body.walk())  # fmt: skip


def _is_limit(script: Script, node: Node, handler: nodes.Function) -> bool:
    """Tell whether something looks at the clock, keeps note of who asked, or asks a function of the script."""
    if isinstance(node, nodes.Call):
        function = own_function(node.callee)
        inner = function.body.walk() if function is not None else ()
        return script.folder.path(node.callee) in _CLOCKS or any(
            isinstance(one, nodes.Call) and script.folder.path(one.callee) in _CLOCKS for one in inner
        )
    if isinstance(node, nodes.Index) and not node.dotted:
        is_own = isinstance(node.key, nodes.Index) and script.taint.is_player(node.key.base)
        return script.taint.is_player(node.key) or is_own
    return isinstance(node, nodes.If) and any(_is_kept(one, handler) for one in node.conditions)


def _is_kept(condition: Node, handler: nodes.Function) -> bool:
    """Tell whether a condition is a variable that lasts longer than one call of the handler."""
    if isinstance(condition, nodes.Unary):
        condition = condition.operand
    symbol = condition.symbol if isinstance(condition, nodes.Name) else None
    return symbol is not None and symbol.owner is not handler


RULES: Final = (
    Rule(
        "L704",
        "Whatever object a client names is removed, copied or changed",
        Tier.DENY,
        "A client can name every object: the map, other players, what is hidden from it.",
        "Ask what it is, where it stands and whose it is; ask whether the player may.",
        samples(
            "remote.OnServerEvent:Connect(function(player, target)\n\ttarget:Destroy()\nend)",
            "remote.OnServerEvent:Connect(function(player, other)\n\tother:Kick('bye')\nend)",
        )
        + samples(
            "remote.OnServerEvent:Connect(function(player, tool)\n\ttool:Clone().Parent = player.Backpack\nend)",
            also="L707",
        ),
        samples(
            "remote.OnServerEvent:Connect(function(player, target)\n\tif typeof(target) == 'Instance' and "
            "target:IsDescendantOf(plots[player]) then\n\t\ttarget:Destroy()\n\tend\nend)",
            "remote.OnServerEvent:Connect(function(player, other)\n\tif player:GetRankInGroup(1) < 200 then\n\t\treturn\n\tend\n"
            "\tother:Kick('bye')\nend)",
        ),
        _free_objects,
    ),
    Rule(
        "L705",
        "The client names what is set or called",
        Tier.DENY,
        "A name from a client reaches every property, function, class or key, not only those that were meant.",
        "Look the name up in a table of those that are meant.",
        samples(
            "remote.OnServerEvent:Connect(function(player, key, value)\n\tplayer.Character.Humanoid[key] = value\nend)",
            also="L701",
        )
        + samples(
            "local api = require(script.Api)\nremote.OnServerEvent:Connect(function(player, name, ...)\n"
            "\tapi[name](player, ...)\nend)",
        ),
        samples(
            "local allowed = { Music = true }\nremote.OnServerEvent:Connect(function(player, key, on)\n"
            "\tif allowed[key] and typeof(on) == 'boolean' then\n\t\tplayer.Settings[key].Enabled = on\n\tend\nend)",
            "local actions = { jump = print }\nremote.OnServerEvent:Connect(function(player, name)\n"
            "\tlocal action = actions[name]\n\tif action then\n\t\taction(player)\n\tend\nend)",
        ),
        _free_names,
    ),
    Rule(
        "L706",
        "A client says itself what rights it has",
        Tier.DENY,
        "Every client can say so.",
        "Ask the group's rank, or a list of ids, on the server.",
        samples(
            "remote.OnServerEvent:Connect(function(player, isAdmin)\n\tif isAdmin then\n\t\tworkspace.Door.CanCollide = false\n"
            "\tend\nend)",
        )
        + samples(
            "remote.OnServerEvent:Connect(function(player, rank)\n\tplayer:SetAttribute('Rank', rank)\nend)",
            also="L701",
        ),
        samples(
            "remote.OnServerEvent:Connect(function(player)\n\tif isAdmin(player) then\n\t\tworkspace.Door.CanCollide = false\n"
            "\tend\nend)",
            "remote.OnServerEvent:Connect(function(player, on)\n\tif on == true then\n\t\tplayer:SetAttribute('Music', true)\n"
            "\tend\nend)",
        ),
        _ranks,
    ),
    Rule(
        "L707",
        "A client is rewarded as often as it asks",
        Tier.REVIEW,
        "Nothing on the server says that the player did what is rewarded, or was near.",
        "Give rewards where the server sees them earned; ask for the distance and the time since the last.",
        samples(
            "remote.OnServerEvent:Connect(function(player)\n\tplayer.leaderstats.Level.Value += 1\nend)",
            "remote.OnServerEvent:Connect(function(player, coin)\n\tif coin:IsDescendantOf(workspace.Coins) then\n"
            "\t\tcoin:Destroy()\n\t\tplayer.leaderstats.Coins.Value += 1\n\tend\nend)",
            "remote.OnServerEvent:Connect(function(player, points)\n\tif typeof(points) == 'number' then\n"
            "\t\tplayer.leaderstats.Score.Value += math.clamp(points, 0, 10)\n\tend\nend)",
        ),
        samples(
            "remote.OnServerEvent:Connect(function(player)\n\tif os.clock() - last[player] < 5 then\n\t\treturn\n\tend\n"
            "\tlast[player] = os.clock()\n\tplayer.leaderstats.Level.Value += 1\nend)",
            "remote.OnServerEvent:Connect(function(player)\n\tplayer.Character.Humanoid.Sit = true\nend)",
        ),
        _rewards,
    ),
    Rule(
        "L708",
        "A client is told what is kept about others",
        Tier.REVIEW,
        "Whoever asks gets the data of whomever he names.",
        "Answer with the asking player's own data, or with what everybody may know.",
        samples(
            "local profiles = {}\nplayers.PlayerAdded:Connect(function(player)\n\tprofiles[player.UserId] = load(player)\nend)\n"
            "ask.OnServerInvoke = function(player, id)\n\treturn profiles[id]\nend",
            "local store = game:GetService('DataStoreService'):GetDataStore('Notes')\n"
            "ask.OnServerInvoke = function(player, id)\n\treturn store:GetAsync(id)\nend",
        ),
        samples(
            "local profiles = {}\nask.OnServerInvoke = function(player)\n\treturn profiles[player.UserId]\nend",
            "local prices = { sword = 50 }\nask.OnServerInvoke = function(player, name)\n\treturn prices[name]\nend",
        ),
        _others_data,
    ),
    Rule(
        "L709",
        "A client starts costly work as often as it likes",
        Tier.REVIEW,
        "Stores and requests have a budget for all; one client can use it up.",
        "Keep note of when each player asked last.",
        samples(
            "remote.OnServerEvent:Connect(function(player)\n\tstore:SetAsync('p_' .. player.UserId, os.date())\nend)",
            "remote.OnServerEvent:Connect(function(player)\n\tpcall(function()\n\t\tstore:UpdateAsync('visits', count)\n\tend)\nend)",
        ),
        samples(
            "remote.OnServerEvent:Connect(function(player)\n\tif os.clock() - (last[player] or 0) < 10 then\n\t\treturn\n\tend\n"
            "\tlast[player] = os.clock()\n\tstore:SetAsync('p_' .. player.UserId, 1)\nend)",
            "game.Players.PlayerRemoving:Connect(function(player)\n\tstore:SetAsync('p_' .. player.UserId, 1)\nend)",
        ),
        _unlimited,
    ),
)
