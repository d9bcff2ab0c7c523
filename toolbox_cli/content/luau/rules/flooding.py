"""L614 to L616: scripts that stop the server by asking for more and more."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Script
from toolbox_cli.content.luau.meaning.handlers import FRAMES
from toolbox_cli.content.luau.meaning.values import number_in
from toolbox_cli.content.luau.questions.loops import (
    LATER,
    around,
    is_endless,
    leaves,
    loops,
    may_wait,
    pause,
    repeating,
    walk_own,
)
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import own_function, shown
from toolbox_cli.content.luau.rule import Hit, Rule, Tier, hit, samples

_QUICK: Final = 0.5
"""Seconds; people who make things appear now and then wait longer."""
_TOO_MANY: Final = 50_000
_TAKES: Final = frozenset(("Destroy", "AddItem", "Remove", "ClearAllChildren", "destroy"))
_MANY: Final = 5e7
"""Bytes or entries."""


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
    for loop in repeating(script):
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
    for loop in loops(script):
        if not is_endless(script, loop):
            continue
        wait = pause(script, loop)
        if wait is None or wait > _QUICK:
            continue
        inside = [node for node in _with_own(loop) if isinstance(node, nodes.Call)]
        paths = [script.folder.path(one) for one in inside]
        keys = {str(getattr(getattr(one.callee, "key", None), "value", "")) for one in inside}
        makes = next((one for one, path in zip(inside, paths, strict=True) if _makes(one, path)), None)
        if makes is not None and not keys & _TAKES and _keeps(loop):
            yield hit(makes, "new things without end")


def _with_own(loop: nodes.Loop) -> Iterator[Node]:
    """Give what stands in a loop, and in the script's functions that it calls."""
    for node in loop.body.walk():
        yield node
        function = own_function(node.callee) if isinstance(node, nodes.Call) else None
        if function is not None:
            yield from function.body.walk()


def _in_frames(script: Script) -> Iterator[Hit]:
    """Find what is made in each frame and never taken away."""
    for handler in script.handlers:
        if handler.event not in FRAMES:
            continue
        calls = [one for one in handler.function.body.walk() if isinstance(one, nodes.Call)]
        keys = {str(nodes.key_of(one)) for one in calls}
        makes = [one for one in calls if _makes(one, script.folder.path(one))]
        parents = any(nodes.key_of(one) == "Parent" for one in handler.function.body.walk())
        asks = any(isinstance(one, nodes.If) for one in handler.function.body.walk())
        if makes and parents and not asks and not keys & _TAKES:
            yield hit(makes[0], "new things in each frame")


def _many(script: Script) -> Iterator[Hit]:
    for loop in script.all(nodes.ForRange):
        number = number_in(script.folder.value(loop.bounds[1])) if len(loop.bounds) > 1 else None
        if number is not None and number >= _TOO_MANY and not may_wait(script, loop.body):
            makes = [
                one for one in loop.body.walk() if isinstance(one, nodes.Call) and _makes(one, script.folder.path(one))
            ]
            if makes and not leaves(script, loop):
                yield hit(makes[0], f"{number:,.0f} new things at once")


def _endless_things(script: Script) -> Iterator[Hit]:
    yield from _floods(script)
    yield from _in_frames(script)
    yield from _many(script)


def _makes(call: nodes.Call, path: str) -> bool:
    key = nodes.key_of(call)
    return path.startswith("new.") or (call.is_method and key in ("Clone", "clone"))


def _keeps(loop: nodes.Loop) -> bool:
    """Tell whether what a loop makes becomes part of the game, whatever there is already."""
    counts = any(isinstance(node, nodes.Unary) and node.operator == "#" for node in loop.walk())
    parents = any(
        nodes.key_of(target) == "Parent"
        for node in _with_own(loop)
        if isinstance(node, nodes.Assign)
        for target in node.targets
    )
    two = any(
        len(node.arguments) == 2
        for node in _with_own(loop)
        if isinstance(node, nodes.Call) and shown(node.callee) == "Instance.new"
    )
    return (parents or two) and not counts


def _doubles(script: Script) -> Iterator[Hit]:
    """Find texts that a loop makes twice as long each time."""
    for assign in script.all(nodes.Assign):
        for target, value in zip(assign.targets, assign.values, strict=False):
            symbol = target.symbol if isinstance(target, nodes.Name) else None
            if symbol is None or not any(_is_long(script, loop) for loop in around(assign)):
                continue
            joined = value.operands if isinstance(value, nodes.Binary) and value.operator == ".." else []
            if assign.operator == "..":
                joined = [target, *(joined or [value])]
            if sum(isinstance(one, nodes.Name) and one.symbol is symbol for one in joined) >= 2:
                yield hit(assign, "a text that doubles again and again")


def _hoards(script: Script) -> Iterator[Hit]:
    """Find tables that a quick endless loop fills and nobody ever reads."""
    filled: dict[object, bool] = {}
    for loop in loops(script):
        wait = pause(script, loop)
        if not is_endless(script, loop) or (wait or 0.0) > _QUICK:
            continue
        for node in loop.body.walk():
            is_insert = isinstance(node, nodes.Call) and script.folder.path(node.callee) == "table.insert"
            first = node.arguments[0] if is_insert and isinstance(node, nodes.Call) and node.arguments else None
            symbol = first.symbol if isinstance(first, nodes.Name) else None
            if symbol is not None and symbol not in filled:
                filled[symbol] = all(_only_fills(script, read) for read in symbol.reads)
            if filled.get(symbol):
                yield hit(node, "a table that grows and is never read")


def _only_fills(script: Script, read: nodes.Name) -> bool:
    call = read.parent
    return (
        isinstance(call, nodes.Call) and script.folder.path(call.callee) == "table.insert" and call.arguments[0] is read
    )


def _is_long(script: Script, loop: nodes.Loop) -> bool:
    number = number_in(script.folder.value(loop.bounds[1])) if isinstance(loop, nodes.ForRange) else None
    return is_endless(script, loop) or (number is not None and number > 24)


def _fills_memory(script: Script) -> Iterator[Hit]:
    yield from _doubles(script)
    yield from _hoards(script)
    for called in script.calls:
        arguments = called.arguments
        if called.path in ("string.rep", "table.create", "buffer.create") and arguments:
            number = number_in(
                script.folder.value(arguments[1 if called.path == "string.rep" and len(arguments) > 1 else 0])
            )
            if number is not None and number >= _MANY:
                yield hit(called.node, f"{called.name} of {number:,.0f}")
        elif called.name == "rep" and called.receiver is not None and arguments:
            number = number_in(script.folder.value(arguments[0]))
            if number is not None and number >= _MANY:
                yield hit(called.node, f"rep of {number:,.0f}")


RULES: Final = (
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
        Tier.DENY,
        "The game fills with them until nobody can move.",
        "Wait longer, count them, or have Debris remove them.",
        samples(
            "while true do\n\ttask.wait()\n\tlocal boom = Instance.new('Explosion')\n\tboom.Parent = workspace\nend",
            "while task.wait(0.1) do\n\tlocal sound = script.Scream:Clone()\n\tsound.Parent = workspace\n\tsound:Play()\nend",
            "game:GetService('RunService').Heartbeat:Connect(function()\n\tlocal part = Instance.new('Part')\n"
            "\tpart.Parent = workspace\nend)",
            "for i = 1, 1000000 do\n\tlocal part = Instance.new('Part')\n\tpart.Parent = workspace\nend",
        ),
        samples(
            "while true do\n\ttask.wait(30)\n\tlocal coin = script.Coin:Clone()\n\tcoin.Parent = workspace\nend",
            "while task.wait(0.1) do\n\tlocal drop = script.Drop:Clone()\n\tdrop.Parent = workspace\n"
            "\tgame:GetService('Debris'):AddItem(drop, 2)\nend",
        ),
        _endless_things,
    ),
    Rule(
        "L616",
        "Memory is filled",
        Tier.DENY,
        "A text or table of this size serves nothing but stopping the server.",
        "Make it as large as it needs to be.",
        samples(
            "local s = string.rep('a', 1e9)\nprint(#s)",
            "local s = ('x'):rep(2 ^ 30)\nprint(#s)",
            "local s = 'x'\nwhile task.wait() do\n\ts = s .. s\nend",
            "local full = {}\nwhile task.wait() do\n\ttable.insert(full, string.rep('x', 1000))\nend",
        ),
        samples("local s = string.rep('-', 60)\nprint(s)", "local list = table.create(1000, 0)\nprint(#list)"),
        _fills_memory,
    ),
)
