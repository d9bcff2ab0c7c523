"""L61x: scripts that break the game for those who play it."""

from collections.abc import Iterator
from typing import Final, cast

from toolbox_cli.content.luau.analysis import Called, Script
from toolbox_cli.content.luau.engine.services import GAME_PARTS
from toolbox_cli.content.luau.meaning.handlers import FRAMES
from toolbox_cli.content.luau.meaning.taint import innermost
from toolbox_cli.content.luau.meaning.values import number_in, path_of, text_in
from toolbox_cli.content.luau.questions import guards
from toolbox_cli.content.luau.questions.loops import around, is_endless, pause, walk_own
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import DEFINITIONS_CAP, Symbol
from toolbox_cli.content.luau.rule import Hit, Rule, Tier, hit, samples

_REMOVES: Final = frozenset(("Destroy", "Remove", "destroy", "remove", "ClearAllChildren"))
_LISTS: Final = (":GetChildren()", ":GetDescendants()", ":children()", ":getChildren()")
_ITERATORS: Final = frozenset(("pairs", "ipairs", "next"))
_BROAD: Final = frozenset(
    """
    BasePart Part MeshPart Model Instance PVInstance Script LocalScript ModuleScript LuaSourceContainer BaseScript Folder
    GuiObject ScreenGui UnionOperation Humanoid
    """.split()
)
_FINDS: Final = frozenset(("FindFirstChild", "FindFirstChildOfClass", "WaitForChild", "FindFirstChildWhichIsA"))
_KILLS: Final = frozenset(("Kick", "BreakJoints", "Destroy", "Remove", "LoadCharacter", "Ban"))
_ROUND: Final = 5.0
"""Seconds; a round of a game is longer."""


def _listed(script: Script, loop: nodes.Loop) -> str:
    """Give what a loop goes over, such as `service.Workspace:GetChildren()`; of several possible ones the game's."""
    value = _iterated(script, loop)
    if isinstance(value, nodes.Call) and value.is_method and isinstance(value.callee, nodes.Index):
        ending = f":{getattr(value.callee.key, 'value', '')}()"
        paths = [path_of(one) for one in script.folder.values(value.callee.base)]
        owner = next((path for path in paths if is_game(path)), paths[0])
        return f"{owner}{ending}"
    return script.folder.path(value)


def _iterated(script: Script, loop: nodes.Loop) -> Node | None:
    value = loop.values[0] if isinstance(loop, nodes.ForEach) and loop.values else _counted(loop)
    if isinstance(loop, nodes.ForEach) and len(loop.values) > 1 and script.folder.path(value) == "next":
        value = loop.values[1]
    if isinstance(value, nodes.Call) and value.arguments and script.folder.path(value.callee) in _ITERATORS:
        value = value.arguments[0]
    if isinstance(value, nodes.Name) and value.symbol is not None and len(value.symbol.definitions) == 1:
        value = value.symbol.definitions[0].value
    return value


def _counted(loop: nodes.Loop) -> Node | None:
    """Give the list of `for i = 1, #list do`."""
    last = loop.bounds[1] if isinstance(loop, nodes.ForRange) and len(loop.bounds) > 1 else None
    return last.operand if isinstance(last, nodes.Unary) and last.operator == "#" else None


def is_game(path: str) -> bool:
    return path == "game" or path.removeprefix("service.") in GAME_PARTS


def goes_over_game(script: Script, loop: nodes.Loop) -> bool:
    listed = _listed(script, loop)
    return any(listed.endswith(ending) and is_game(listed.removesuffix(ending)) for ending in _LISTS)


def is_of_loop(node: Node | None, loop: nodes.Loop) -> bool:
    """Tell whether something is a loop's variable, or below it."""
    while isinstance(node, nodes.Index | nodes.Call):
        if isinstance(node, nodes.Index) and isinstance(node.key, nodes.Name) and is_of_loop(node.key, loop):
            return True
        node = node.base if isinstance(node, nodes.Index) else node.callee
    symbol = node.symbol if isinstance(node, nodes.Name) else None
    if not isinstance(symbol, Symbol):
        return False
    if symbol.loop is loop:
        return True
    values = [one.value for one in symbol.definitions if one.value is not None and symbol.kind == "local"]
    return len(values) == 1 and values[0] is not node and is_of_loop(values[0], loop)


def turns(script: Script, node: Node | None, use: Node) -> Iterator[nodes.Loop]:
    """Give the loops in each of whose turns something is done, also by a function that the loop calls."""
    yield from (loop for loop in around(use) if is_of_loop(node, loop) and not is_chosen(script, use, loop))
    function = innermost(use)
    symbol = node.symbol if isinstance(node, nodes.Name) else None
    if not isinstance(symbol, Symbol) or function is None or symbol.owner is not function:
        return
    if is_chosen(script, use, function):
        return
    for one in symbol.definitions[:DEFINITIONS_CAP]:
        if one.is_argument and isinstance(one.value, nodes.Name):
            loop = one.value.symbol.loop if one.value.symbol is not None else None
            if isinstance(loop, nodes.Loop) and not is_chosen(script, one.value, loop):
                yield loop


def is_chosen(script: Script, node: Node, loop: Node) -> bool:
    """Tell whether something in a loop is done to some only; asking for what all are chooses none."""
    for one in node.within():
        if one is loop:
            break
        if isinstance(one, nodes.If) and any(_chooses(script, condition) for condition in one.conditions):
            return True
        if (
            isinstance(one, nodes.Binary)
            and one.operator == "and"
            and any(_chooses(script, x) for x in one.operands[:-1])
        ):
            return True
    return any(start < node.start for start in _skips(script, loop))


def _skips(script: Script, loop: Node) -> list[int]:
    """Give where a loop goes on to the next, or ends, for some."""
    known = script.noted.setdefault("skips", {})
    if loop not in known:
        body = loop.body if isinstance(loop, nodes.Loop) else loop
        found = (one for one in walk_own(body) if isinstance(one, nodes.If) and _skips_some(script, one))
        known[loop] = sorted(one.start for one in found)[:1]
    return cast(list[int], known[loop])


def _skips_some(script: Script, branch: nodes.If) -> bool:
    leaves = any(isinstance(block.statements[-1], nodes.Leave) for block in branch.blocks if block.statements)
    return leaves and any(_chooses(script, condition) for condition in branch.conditions)


def _chooses(script: Script, condition: Node) -> bool:
    return any(_is_choice(script, node) for node in condition.walk())


def _is_choice(script: Script, node: Node) -> bool:
    """Tell whether a part of a condition holds for some things only."""
    if isinstance(node, nodes.Binary) and node.operator in ("==", "~=", "<", ">", "<=", ">="):
        return not any(_is_trivial(script, one) for one in node.operands)
    if isinstance(node, nodes.Index):
        return not node.dotted
    if not isinstance(node, nodes.Call):
        return False
    key = nodes.key_of(node)
    if key == "IsA":
        name = script.folder.text(node.arguments[0]) if node.arguments else None
        return name is not None and name not in _BROAD
    return key not in _FINDS


def _is_trivial(script: Script, node: Node) -> bool:
    """Tell whether a comparison is with nothing, with the script itself, or with a class that most things have."""
    value = script.folder.value(node)
    text = text_in(value)
    is_nothing = isinstance(node, nodes.Constant) and node.value is None
    return is_nothing or script.folder.path(node) in ("script", "script.Parent") or text in _BROAD


def _wipes(script: Script) -> Iterator[Hit]:
    for called in script.calls:
        owner = called.path.rpartition(":")[0]
        if called.path == "game:Shutdown":
            yield hit(called.node, "game:Shutdown")
        if called.name == "ClearAllChildren" and is_game(owner):
            yield hit(called.node, f"everything below {owner.removeprefix('service.')}")
        for loop in turns(script, called.receiver, called.node) if called.name in _REMOVES else ():
            if goes_over_game(script, loop):
                yield hit(called.node, f"{called.name} of everything in {_listed(script, loop)}")
        if called.path == "service.Debris:AddItem":
            yield from _swept(script, called)
    yield from _moved_away(script)
    yield from _as_it_comes(script)


def _as_it_comes(script: Script) -> Iterator[Hit]:
    """Find what removes everything that is put into a part of the game."""
    for handler in script.handlers:
        given = handler.function.parameters[:1]
        if handler.event not in ("DescendantAdded", "ChildAdded") or not is_game(script.folder.path(handler.emitter)):
            continue
        for called in script.calls:
            is_given = isinstance(called.receiver, nodes.Name) and called.receiver.symbol in {
                one.symbol for one in given
            }
            if called.name in _REMOVES and is_given and _is_plain(called.node, handler.function):
                yield hit(called.node, f"{called.name} of everything that comes")


def _swept(script: Script, called: Called) -> Iterator[Hit]:
    for loop in around(called.node):
        if goes_over_game(script, loop) and called.arguments and is_of_loop(called.arguments[0], loop):
            if not is_chosen(script, called.node, loop):
                yield hit(called.node, f"everything in {_listed(script, loop)}")


def _forgets(script: Script) -> Iterator[Hit]:
    """Find loops over all keys of a data store that remove what stands there."""
    listing = [called.node for called in script.calls if called.name in ("ListKeysAsync", "GetCurrentPage")]
    for called in script.calls:
        is_nil = len(called.arguments) > 1 and isinstance(called.arguments[1], nodes.Constant)
        removes = called.name == "RemoveAsync" or (
            called.name == "SetAsync" and is_nil and getattr(called.arguments[1], "value", 0) is None
        )
        if removes and listing and any(isinstance(loop, nodes.ForEach) for loop in around(called.node)):
            yield hit(called.node, f"{called.name} of every key")
        for handler in script.runs_when(called.node) if called.name == "RemoveAsync" else ():
            if handler.event == "PlayerAdded" and _is_plain(called.node, handler.function):
                yield hit(called.node, "RemoveAsync for everybody who joins")


def _moved_away(script: Script) -> Iterator[Hit]:
    for assign in script.all(nodes.Assign):
        for target, value in zip(assign.targets, assign.values, strict=False):
            is_gone = isinstance(value, nodes.Constant) and value.value is None
            if is_gone and nodes.key_of(target) == "Parent":
                for loop in around(assign):
                    if (
                        goes_over_game(script, loop)
                        and is_of_loop(target, loop)
                        and not is_chosen(script, assign, loop)
                    ):
                        yield hit(assign, f"everything in {_listed(script, loop)}")


def is_over_players(script: Script, loop: nodes.Loop) -> bool:
    return _listed(script, loop) in (
        "service.Players:GetPlayers()", "service.Players:GetChildren()", "service.Players:getPlayers()",
    )  # fmt: skip


def _at_closing(script: Script, node: Node) -> bool:
    """Tell whether something runs as the server closes."""
    for one in node.within():
        parent = one.parent
        if isinstance(one, nodes.Function) and isinstance(parent, nodes.Call):
            if nodes.key_of(parent) == "BindToClose":
                return True
    return False


def is_entitled(script: Script, node: Node) -> bool:
    """Tell whether a rank or right of who asks is checked before, in one of the functions around."""
    functions = [one for one in node.within() if isinstance(one, nodes.Function)]
    asked = [one for function in functions for one in guards.conditions(script, function, node)]
    return any(guards.is_entitlement(script, one) for one in asked)


def _kicks(script: Script) -> Iterator[Hit]:
    for called in script.calls:
        if (
            called.name not in ("Kick", "Ban", "BanAsync", "Destroy", "Remove")
            or called.receiver is None
            or _at_closing(script, called.node)
            or is_entitled(script, called.node)
        ):
            continue
        for loop in turns(script, called.receiver, called.node):
            is_player = called.name not in _REMOVES or isinstance(called.receiver, nodes.Name)
            if is_player and is_over_players(script, loop):
                yield hit(called.node, f"{called.name} of all players")
        for handler in script.callbacks.values():
            is_own = (
                isinstance(called.receiver, nodes.Name) and called.receiver.symbol is handler.player.symbol
                if handler.player
                else False
            )
            is_join = handler.event == "PlayerAdded" and (called.name not in _REMOVES or is_own)
            if is_join and _is_plain(called.node, handler.function):
                yield hit(called.node, f"{called.name} of everybody who joins")


def _is_plain(node: Node, function: nodes.Function) -> bool:
    """Tell whether a statement of a function is always reached."""
    statement = node if isinstance(node, nodes.Assign) else node.parent
    if not isinstance(statement, nodes.Evaluate | nodes.Assign) or statement.parent is not function.body:
        return False
    before = [one for one in function.body.statements if one.start < statement.start]
    return not any(isinstance(inner, nodes.Return) for one in before for inner in walk_own(one))


def _harms(script: Script) -> Iterator[Hit]:
    """Find loops without an end that hurt all players in each turn."""
    for loop in script.all(nodes.ForEach):
        outer = next((one for one in around(loop) if is_endless(script, one)), None)
        is_quick = outer is not None and (pause(script, outer) or 0.0) <= _ROUND
        is_frame = any(handler.event in FRAMES for handler in script.runs_when(loop))
        if not is_over_players(script, loop) or not (is_quick or is_frame):
            continue
        for node in walk_own(loop.body):
            if _is_harm(script, node) and not is_chosen(script, node, loop):
                yield hit(node, "all players, again and again")


def _harms_whoever_comes(script: Script) -> Iterator[Hit]:
    """Find what hurts every character as soon as it is there."""
    for handler in script.handlers:
        if handler.event != "CharacterAdded":
            continue
        for node in handler.function.body.walk():
            is_first = innermost(node) is handler.function and _is_harm(script, node)
            if is_first and _is_plain(node, handler.function):
                yield hit(node, "everybody, as soon as he is there")


def _is_harm(script: Script, node: Node) -> bool:
    if isinstance(node, nodes.Assign):
        key = nodes.key_of(node.targets[0])
        number = number_in(script.folder.value(node.values[0])) if node.values else None
        return key in ("Health", "MaxHealth", "WalkSpeed") and number == 0
    key = nodes.key_of(node)
    return isinstance(node, nodes.Call) and key in _KILLS


RULES: Final = (
    Rule(
        "L611",
        "The game itself is removed",
        Tier.DENY,
        "Everything below a part of the game goes, whatever it is.",
        "Remove what the script made: by a folder, a tag or a name of its own.",
        samples(
            "workspace:ClearAllChildren()",
            "for _, one in pairs(workspace:GetDescendants()) do\n\tif one:IsA('BasePart') then\n\t\tone:Destroy()\n\tend\nend",
            "for _, one in game:GetService('ServerScriptService'):GetChildren() do\n\tif one ~= script then\n"
            "\t\tone:Destroy()\n\tend\nend",
        ),
        samples(
            "for _, one in workspace.Round:GetChildren() do\n\tone:Destroy()\nend",
            "for _, one in workspace:GetChildren() do\n\tif one.Name == 'Coin' then\n\t\tone:Destroy()\n\tend\nend",
            "workspace.Map:ClearAllChildren()",
        ),
        _wipes,
    ),
    Rule(
        "L612",
        "All players are thrown out",
        Tier.DENY,
        "Nobody can play any more.",
        "Say whom, and why; close servers from the dashboard.",
        samples(
            "for _, player in game.Players:GetPlayers() do\n\tplayer:Kick('bye')\nend",
            "game.Players.PlayerAdded:Connect(function(player)\n\tplayer:Kick()\nend)",
        ),
        samples(
            "for _, player in game.Players:GetPlayers() do\n\tif banned[player.UserId] then\n\t\tplayer:Kick('banned')\n"
            "\tend\nend",
            "game:BindToClose(function()\n\tfor _, player in game.Players:GetPlayers() do\n\t\tplayer:Kick('closing')\n"
            "\tend\nend)",
        ),
        _kicks,
    ),
    Rule(
        "L613",
        "All players are harmed again and again",
        Tier.DENY,
        "Nobody can play any more.",
        "Say whom, and end it.",
        samples(
            "while true do\n\tfor _, p in game.Players:GetPlayers() do\n\t\tp.Character.Humanoid.Health = 0\n\tend\n"
            "\ttask.wait(1)\nend",
            "while task.wait() do\n\tfor _, p in pairs(game.Players:GetPlayers()) do\n\t\tp:LoadCharacter()\n\tend\nend",
        ),
        samples(
            "for _, p in game.Players:GetPlayers() do\n\tp.Character.Humanoid.Health = 0\nend",
            "while true do\n\tfor _, p in game.Players:GetPlayers() do\n\t\tif p.Character.Head.Position.Y < -50 then\n"
            "\t\t\tp.Character.Humanoid.Health = 0\n\t\tend\n\tend\n\ttask.wait(1)\nend",
        ),
        lambda script: (*_harms(script), *_harms_whoever_comes(script)),
    ),
    Rule(
        "L617",
        "Everybody's stored data is removed",
        Tier.DENY,
        "What all players reached is gone, and nobody can bring it back.",
        "Remove the key of who asks for it; empty a data store from the dashboard.",
        samples(
            "local pages = store:ListKeysAsync()\nfor _, key in pages:GetCurrentPage() do\n"
            "\tstore:RemoveAsync(key.KeyName)\nend",
            "local keys = store:ListKeysAsync():GetCurrentPage()\nfor _, key in keys do\n"
            "\tstore:SetAsync(key.KeyName, nil)\nend",
        ),
        samples(
            "store:RemoveAsync('p_' .. userId)",
            "for _, key in store:ListKeysAsync():GetCurrentPage() do\n\tprint(key.KeyName)\nend",
        ),
        _forgets,
    ),
)
