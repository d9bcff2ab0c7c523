"""L61x: scripts that break the game for those who play it."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau import nodes
from toolbox_cli.content.luau.analysis import Called, Script
from toolbox_cli.content.luau.engine.services import GAME_PARTS
from toolbox_cli.content.luau.loops import LATER, around, is_endless, may_wait, pause, walk_own
from toolbox_cli.content.luau.nodes import Node
from toolbox_cli.content.luau.rule import Hit, Rule, Tier, hit, samples
from toolbox_cli.content.luau.scopes import Symbol, own_function
from toolbox_cli.content.luau.values import number_in, text_in

_REMOVES: Final = frozenset(("Destroy", "Remove", "destroy", "remove", "ClearAllChildren"))
_LISTS: Final = (":GetChildren()", ":GetDescendants()", ":children()", ":getChildren()")
_BROAD: Final = frozenset(
    """
    BasePart Part MeshPart Model Instance PVInstance Script LocalScript ModuleScript LuaSourceContainer BaseScript Folder
    GuiObject ScreenGui UnionOperation Humanoid
    """.split()
)
_KILLS: Final = frozenset(("Kick", "BreakJoints", "Destroy", "Remove", "LoadCharacter", "Ban"))
_QUICK: Final = 0.5
"""Seconds; people who make things appear now and then wait longer."""


def _listed(script: Script, loop: nodes.Loop) -> str:
    """Give what a loop goes over, such as `service.Workspace:GetChildren()`."""
    if not isinstance(loop, nodes.ForEach) or not loop.values:
        return ""
    value = loop.values[0]
    if (
        isinstance(value, nodes.Call)
        and value.arguments
        and script.folder.path(value.callee) in ("pairs", "ipairs", "next")
    ):
        value = value.arguments[0]
    return script.folder.path(value)


def _goes_over_game(script: Script, loop: nodes.Loop) -> bool:
    listed = _listed(script, loop)
    for ending in _LISTS:
        if listed.endswith(ending):
            owner = listed.removesuffix(ending)
            return owner == "game" or owner.removeprefix("service.") in GAME_PARTS
    return False


def _is_of_loop(node: Node | None, loop: nodes.Loop) -> bool:
    """Tell whether something is a loop's variable, or below it."""
    while isinstance(node, nodes.Index | nodes.Call):
        node = node.base if isinstance(node, nodes.Index) else node.callee
    symbol = node.symbol if isinstance(node, nodes.Name) else None
    if not isinstance(symbol, Symbol):
        return False
    if symbol.loop is loop:
        return True
    values = [one.value for one in symbol.definitions if one.value is not None and symbol.kind == "local"]
    return len(values) == 1 and values[0] is not node and _is_of_loop(values[0], loop)


def _is_chosen(script: Script, node: Node, loop: Node) -> bool:
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
    body = loop.body if isinstance(loop, nodes.Loop) else loop
    for one in walk_own(body):
        is_skip = isinstance(one, nodes.If) and one.start < node.start
        if is_skip and any(isinstance(block.statements[-1], nodes.Leave) for block in one.blocks if block.statements):
            if any(_chooses(script, condition) for condition in one.conditions):
                return True
    return False


def _chooses(script: Script, condition: Node) -> bool:
    for node in condition.walk():
        if isinstance(node, nodes.Binary) and node.operator in ("==", "~=", "<", ">", "<=", ">="):
            return not any(_is_trivial(script, one) for one in node.operands)
        if isinstance(node, nodes.Call):
            key = getattr(getattr(node.callee, "key", None), "value", None)
            if key == "IsA":
                name = script.folder.text(node.arguments[0]) if node.arguments else None
                return name is not None and name not in _BROAD
            if key not in ("FindFirstChild", "FindFirstChildOfClass", "WaitForChild", "FindFirstChildWhichIsA"):
                return True
        if isinstance(node, nodes.Index) and not node.dotted:
            return True
    return False


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
        if called.name == "ClearAllChildren" and (owner == "game" or owner.removeprefix("service.") in GAME_PARTS):
            yield hit(called.node, f"everything below {owner.removeprefix('service.')}")
        for loop in around(called.node) if called.name in _REMOVES else ():
            target = called.receiver
            if (
                _goes_over_game(script, loop)
                and _is_of_loop(target, loop)
                and not _is_chosen(script, called.node, loop)
            ):
                yield hit(called.node, f"{called.name} of everything in {_listed(script, loop)}")
        if called.path == "service.Debris:AddItem":
            yield from _swept(script, called)
    yield from _moved_away(script)


def _swept(script: Script, called: Called) -> Iterator[Hit]:
    for loop in around(called.node):
        if _goes_over_game(script, loop) and called.arguments and _is_of_loop(called.arguments[0], loop):
            if not _is_chosen(script, called.node, loop):
                yield hit(called.node, f"everything in {_listed(script, loop)}")


def _moved_away(script: Script) -> Iterator[Hit]:
    for assign in script.all(nodes.Assign):
        for target, value in zip(assign.targets, assign.values, strict=False):
            is_gone = isinstance(value, nodes.Constant) and value.value is None
            if is_gone and getattr(getattr(target, "key", None), "value", None) == "Parent":
                for loop in around(assign):
                    if (
                        _goes_over_game(script, loop)
                        and _is_of_loop(target, loop)
                        and not _is_chosen(script, assign, loop)
                    ):
                        yield hit(assign, f"everything in {_listed(script, loop)}")


def _is_over_players(script: Script, loop: nodes.Loop) -> bool:
    return _listed(script, loop) in (
        "service.Players:GetPlayers()", "service.Players:GetChildren()", "service.Players:getPlayers()",
    )  # fmt: skip


def _at_closing(script: Script, node: Node) -> bool:
    """Tell whether something runs as the server closes."""
    for one in node.within():
        parent = one.parent
        if isinstance(one, nodes.Function) and isinstance(parent, nodes.Call):
            if getattr(getattr(parent.callee, "key", None), "value", None) == "BindToClose":
                return True
    return False


def _kicks(script: Script) -> Iterator[Hit]:
    for called in script.calls:
        if (
            called.name not in ("Kick", "Ban", "BanAsync")
            or called.receiver is None
            or _at_closing(script, called.node)
        ):
            continue
        for loop in around(called.node):
            if _is_over_players(script, loop) and not _is_chosen(script, called.node, loop):
                yield hit(called.node, f"{called.name} of all players")
        for handler in script.callbacks.values():
            if handler.event == "PlayerAdded" and _is_plain(called.node, handler.function):
                yield hit(called.node, f"{called.name} of everybody who joins")


def _is_plain(node: Node, function: nodes.Function) -> bool:
    """Tell whether a statement of a function is always reached."""
    statement = node.parent
    if not isinstance(statement, nodes.Evaluate) or statement.parent is not function.body:
        return False
    before = [one for one in function.body.statements if one.start < statement.start]
    return not any(isinstance(inner, nodes.Return) for one in before for inner in walk_own(one))


def _harms(script: Script) -> Iterator[Hit]:
    """Find loops without an end that hurt all players in each turn."""
    for loop in script.all(nodes.ForEach):
        if not _is_over_players(script, loop) or not any(is_endless(script, one) for one in around(loop)):
            continue
        for node in walk_own(loop.body):
            if _is_harm(script, node) and not _is_chosen(script, node, loop):
                yield hit(node, "all players, again and again")


def _is_harm(script: Script, node: Node) -> bool:
    if isinstance(node, nodes.Assign):
        key = getattr(getattr(node.targets[0], "key", None), "value", None)
        number = number_in(script.folder.value(node.values[0])) if node.values else None
        return key in ("Health", "MaxHealth", "WalkSpeed") and number == 0
    key = getattr(getattr(getattr(node, "callee", None), "key", None), "value", None)
    return isinstance(node, nodes.Call) and key in _KILLS


def _forks(script: Script) -> Iterator[Hit]:
    """Find functions that start themselves more than once."""
    for function in script.all(nodes.Function):
        starts = [
            call
            for call in function.body.walk()
            if isinstance(call, nodes.Call)
            and script.folder.path(call.callee) in LATER
            and call.arguments
            and _starts(script, call.arguments, function)
        ]
        looped = [
            call
            for call in starts
            if any(isinstance(one, nodes.Loop) and one.start > function.start for one in call.within())
        ]
        if len(starts) > 1 and not _alternative(starts):
            yield hit(starts[0], f"{function.name or 'a function'} starts itself {len(starts)} times")
        elif looped:
            yield hit(looped[0], f"{function.name or 'a function'} starts itself in a loop")
    for loop in (*script.all(nodes.While), *script.all(nodes.Repeat)):
        if is_endless(script, loop) and not may_wait(script, loop):
            for node in walk_own(loop.body):
                if isinstance(node, nodes.Call) and script.folder.path(node.callee) in LATER:
                    yield hit(node, "threads without end")


def _starts(script: Script, arguments: list[Node], function: nodes.Function) -> bool:
    for one in arguments[:2]:
        if own_function(one) is function and one is not function:
            return True
        if isinstance(one, nodes.Function):
            calls = (node for node in one.body.walk() if isinstance(node, nodes.Call))
            if any(own_function(node.callee) is function for node in calls):
                return True
    return False


def _alternative(calls: list[nodes.Call]) -> bool:
    """Tell whether each of several calls is in another branch."""
    blocks = {next((id(one) for one in call.within() if isinstance(one, nodes.Block)), 0) for call in calls}
    return len(blocks) == len(calls)


def _floods(script: Script) -> Iterator[Hit]:
    """Find endless quick loops that put things into the game and take none away."""
    for loop in (*script.all(nodes.While), *script.all(nodes.Repeat), *script.all(nodes.ForRange)):
        if not is_endless(script, loop):
            continue
        wait = pause(script, loop)
        if wait is None or wait > _QUICK:
            continue
        inside = [node for node in loop.body.walk() if isinstance(node, nodes.Call)]
        paths = [script.folder.path(one) for one in inside]
        keys = {str(getattr(getattr(one.callee, "key", None), "value", "")) for one in inside}
        makes = next((one for one, path in zip(inside, paths, strict=True) if _makes(one, path)), None)
        if (
            makes is not None
            and not keys & {"Destroy", "AddItem", "Remove", "ClearAllChildren", "destroy"}
            and _keeps(loop)
        ):
            yield hit(makes, "new things without end")


def _makes(call: nodes.Call, path: str) -> bool:
    key = getattr(getattr(call.callee, "key", None), "value", None)
    return path.startswith("new.") or (call.is_method and key in ("Clone", "clone"))


def _keeps(loop: nodes.Loop) -> bool:
    """Tell whether what a loop makes becomes part of the game, whatever there is already."""
    counts = any(isinstance(node, nodes.Unary) and node.operator == "#" for node in loop.walk())
    parents = any(
        getattr(getattr(target, "key", None), "value", None) == "Parent"
        for node in loop.body.walk()
        if isinstance(node, nodes.Assign)
        for target in node.targets
    )
    two = any(
        len(node.arguments) == 2 for node in loop.body.walk() if isinstance(node, nodes.Call) and not node.is_method
    )
    return (parents or two) and not counts


def _fills_memory(script: Script) -> Iterator[Hit]:
    for called in script.calls:
        arguments = called.arguments
        if called.path in ("string.rep", "table.create", "buffer.create") and arguments:
            number = number_in(
                script.folder.value(arguments[1 if called.path == "string.rep" and len(arguments) > 1 else 0])
            )
            if number is not None and number >= 5e7:
                yield hit(called.node, f"{called.name} of {number:,.0f}")
        elif called.name == "rep" and called.receiver is not None and arguments:
            number = number_in(script.folder.value(arguments[0]))
            if number is not None and number >= 5e7:
                yield hit(called.node, f"rep of {number:,.0f}")


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
        Tier.REVIEW,
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
        _harms,
    ),
    Rule(
        "L614",
        "Threads multiply",
        Tier.DENY,
        "Each starts more of its kind, until the server stops.",
        "Start one thread, and loop in it.",
        samples(
            "local function bomb()\n\ttask.spawn(bomb)\n\ttask.spawn(bomb)\nend\nbomb()",
            also="L803",
        )
        + samples("local function bomb()\n\twhile true do\n\t\ttask.wait()\n\t\ttask.spawn(bomb)\n\tend\nend\nbomb()")
        + samples("while true do\n\ttask.spawn(function()\n\t\tprint(1)\n\tend)\nend", also="L801"),
        samples(
            "local function again()\n\ttask.delay(5, again)\nend\nagain()",
            "for _, player in game.Players:GetPlayers() do\n\ttask.spawn(function()\n\t\tsetup(player)\n\tend)\nend",
        ),
        _forks,
    ),
    Rule(
        "L615",
        "Things are made without end",
        Tier.REVIEW,
        "The game fills with them until nobody can move.",
        "Wait longer, count them, or have Debris remove them.",
        samples(
            "while true do\n\ttask.wait()\n\tlocal boom = Instance.new('Explosion')\n\tboom.Parent = workspace\nend",
            "while task.wait(0.1) do\n\tlocal sound = script.Scream:Clone()\n\tsound.Parent = workspace\n\tsound:Play()\nend",
        ),
        samples(
            "while true do\n\ttask.wait(30)\n\tlocal coin = script.Coin:Clone()\n\tcoin.Parent = workspace\nend",
            "while task.wait(0.1) do\n\tlocal drop = script.Drop:Clone()\n\tdrop.Parent = workspace\n"
            "\tgame:GetService('Debris'):AddItem(drop, 2)\nend",
        ),
        _floods,
    ),
    Rule(
        "L616",
        "Memory is filled",
        Tier.DENY,
        "A text or table of this size serves nothing but stopping the server.",
        "Make it as large as it needs to be.",
        samples("local s = string.rep('a', 1e9)\nprint(#s)", "local s = ('x'):rep(2 ^ 30)\nprint(#s)"),
        samples("local s = string.rep('-', 60)\nprint(s)", "local list = table.create(1000, 0)\nprint(#list)"),
        _fills_memory,
    ),
)
