"""L80x: loops that never let anything else run."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Script
from toolbox_cli.content.luau.meaning.values import number_in
from toolbox_cli.content.luau.questions.loops import (
    LATER,
    WAITS,
    is_endless,
    leaves,
    loops,
    may_wait,
    repeating,
    walk_own,
)
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.scopes import own_function, shown
from toolbox_cli.content.luau.rule import Hit, Rule, Tier, hit, samples


def _never_waits(script: Script) -> Iterator[Hit]:
    for loop in loops(script):
        if is_endless(script, loop) and not may_wait(script, loop) and not _ends(script, loop):
            yield hit(loop, "an endless loop without a wait")


def _ends(script: Script, loop: nodes.Loop) -> bool:
    """Tell whether a loop only counts to a number, however large."""
    return isinstance(loop, nodes.ForRange) and number_in(script.folder.value(loop.bounds[1])) is not None


def _burns(script: Script) -> Iterator[Hit]:
    """Find loops that do nothing but let time pass."""
    for loop in loops(script):
        if may_wait(script, loop) or isinstance(loop, nodes.ForEach):
            continue
        if isinstance(loop, nodes.ForRange):
            number = number_in(script.folder.value(loop.bounds[1])) if len(loop.bounds) > 1 else None
            if number is not None and number >= _LONG:
                yield hit(loop, f"a loop that counts to {number:,.0f}")
        elif _asks_clock(script, loop) and not any(_does(script, one) for one in walk_own(loop.body)):
            yield hit(loop, "a loop that only looks at the clock")


def _asks_clock(script: Script, loop: nodes.While | nodes.Repeat) -> bool:
    calls = (one for one in loop.condition.walk() if isinstance(one, nodes.Call))
    return any(script.folder.path(one.callee) in _CLOCKS for one in calls)


def _does(script: Script, node: nodes.Node) -> bool:
    """Tell whether something in a loop is work: a call, or what others see."""
    if isinstance(node, nodes.Call):
        path = script.folder.path(node.callee)
        return path not in _CLOCKS and path.partition(".")[0] != "math"
    return isinstance(node, nodes.Assign) and any(isinstance(one, nodes.Index) for one in node.targets)


def _asks_again(script: Script) -> Iterator[Hit]:
    """Find requests that are repeated until they succeed, without a pause or a limit."""
    for loop in repeating(script):
        calls = [one for one in _all_inside(loop) if isinstance(one, nodes.Call)]
        asks = any(str(nodes.key_of(one)).endswith("Async") or _hands_async(script, one) for one in calls)
        protected = any(script.folder.path(one.callee) in ("pcall", "xpcall") for one in calls)
        own = [one for call in calls if (one := own_function(call.callee)) is not None]
        if not (asks and protected) or any(may_wait(script, one.body) for one in own):
            continue
        pauses = any(script.folder.path(one.callee) in WAITS or nodes.key_of(one) in ("Wait", "wait") for one in calls)
        if not pauses and not _counts(loop):
            yield hit(loop, "a request again and again")


def _all_inside(loop: nodes.While | nodes.Repeat) -> Iterator[nodes.Node]:
    yield from loop.condition.walk()
    yield from loop.body.walk()


def _hands_async(script: Script, call: nodes.Call) -> bool:
    return any(script.folder.path(one).endswith("Async") for one in call.arguments[:1])


def _counts(loop: nodes.While | nodes.Repeat) -> bool:
    """Tell whether a loop counts its turns, or works off a list."""
    compared = any(isinstance(one, nodes.Binary) and one.operator in ("<", ">", "<=", ">=") for one in loop.walk())
    pages = any(isinstance(one, nodes.Index) and getattr(one.key, "value", None) == "IsFinished" for one in loop.walk())
    return compared or pages or any(isinstance(one, nodes.Unary) and one.operator == "#" for one in loop.walk())


def _grows(script: Script) -> Iterator[Hit]:
    """Find searches in a graph whose list of places gets all neighbours, known or not, again and again."""
    for loop in script.all(nodes.While):
        lists = {
            one.operand.symbol
            for one in loop.condition.walk()
            if isinstance(one, nodes.Unary) and one.operator == "#" and isinstance(one.operand, nodes.Name)
        }
        for node in loop.body.walk():
            is_insert = isinstance(node, nodes.Call) and script.folder.path(node.callee) == "table.insert"
            first = node.arguments[0] if is_insert and isinstance(node, nodes.Call) and node.arguments else None
            if isinstance(first, nodes.Name) and first.symbol in lists and _for_all_neighbours(node, loop):
                if not may_wait(script, loop):
                    yield hit(node, "every neighbour, also those that were there already")


def _for_all_neighbours(node: nodes.Node, loop: nodes.Loop) -> bool:
    """Tell whether something is done for each entry of a table's entry, whatever it is."""
    for one in node.within():
        if one is loop or isinstance(one, nodes.If | nodes.Function):
            return False
        if isinstance(one, nodes.ForEach):
            values = [part for value in one.values for part in (value, *getattr(value, "arguments", ()))]
            asks = any(isinstance(part, nodes.If) for part in one.body.walk())
            return not asks and any(isinstance(part, nodes.Index) and not part.dotted for part in values)
    return False


def _waits_busily(script: Script) -> Iterator[Hit]:
    """Find loops that ask the same again and again, and do nothing that could change the answer."""
    for loop in repeating(script):
        if is_endless(script, loop) or may_wait(script, loop) or leaves(script, loop):
            continue
        read = {one.symbol for one in loop.condition.walk() if isinstance(one, nodes.Name) and one.symbol is not None}
        if not _changes(script, loop, read):
            yield hit(loop, "a loop that waits for something without letting it happen")


def _changes(script: Script, loop: nodes.While | nodes.Repeat, read: set[object]) -> bool:
    """Tell whether a loop assigns to what its condition reads, or calls what may do so."""
    for node in walk_own(loop.body):
        for target in (*node.targets,) if isinstance(node, nodes.Assign) else ():
            names = [one for one in target.walk() if isinstance(one, nodes.Name)]
            if any(one.symbol in read or one.symbol is None for one in names) and not _is_question(script, node):
                return True
        if isinstance(node, nodes.Local) and isinstance(loop, nodes.Repeat):
            if any(name.symbol in read for name in node.names):
                return not _is_question(script, node)
        if isinstance(node, nodes.Call) and not _only_asks(script, node):
            return True
    return any(isinstance(one, nodes.Call) and not _only_asks(script, one) for one in loop.condition.walk())


def _is_question(script: Script, node: nodes.Node) -> bool:
    calls = [one for value in getattr(node, "values", ()) for one in value.walk() if isinstance(one, nodes.Call)]
    return bool(calls) and all(_only_asks(script, one) for one in calls)


def _only_asks(script: Script, call: nodes.Call) -> bool:
    name = str(getattr(getattr(call.callee, "key", None), "value", ""))
    if call.is_method:
        return name.startswith(
            ("FindFirst", "IsA", "IsLoaded", "GetAttribute", "GetService", "GetChildren", "GetPlayers")
        )
    return script.folder.path(call.callee) in ("print", "warn", "type", "typeof", "tostring")


def _restarts(script: Script) -> Iterator[Hit]:
    """Find functions whose last act, without any condition or wait, is to start themselves again."""
    for call in script.all(nodes.Call):
        target = own_function(call.callee)
        if script.folder.path(call.callee) in LATER and call.arguments:
            target = own_function(call.arguments[0])
            if script.folder.path(call.callee) in ("task.delay", "delay"):
                continue
        if target is None or not _is_plain_part(call, target) or may_wait(script, target.body, frozenset((target,))):
            continue
        if not any(isinstance(one, nodes.Return) for one in walk_own(target.body) if one.start < call.start):
            yield hit(call, f"{target.name or 'a function'} starts itself without end")


def _sets_itself_off(script: Script) -> Iterator[Hit]:
    """Find handlers that always do what they wait for."""
    for handler in script.handlers:
        body = handler.function.body
        if any(isinstance(one, nodes.If) for one in body.walk()) or may_wait(script, body):
            continue
        emitter = shown(handler.emitter)
        for assign in (one for one in body.statements if isinstance(one, nodes.Assign)):
            target, value = assign.targets[0], next(iter(assign.values), None)
            key = nodes.key_of(target)
            is_value = (
                handler.event == "Changed" and key == "Value" and shown(getattr(target, "base", target)) == emitter
            )
            is_child = handler.event in ("ChildAdded", "DescendantAdded") and key == "Parent" and value is not None
            if is_value or (is_child and value is not None and shown(value) == emitter):
                yield hit(assign, f"{handler.event} of {emitter} sets itself off")


def _is_plain_part(call: nodes.Call, function: nodes.Function) -> bool:
    """Tell whether a call is a statement of a function's own block."""
    statement = call.parent
    return isinstance(statement, nodes.Evaluate | nodes.Return) and statement.parent is function.body


def _busy(script: Script) -> Iterator[Hit]:
    yield from _waits_busily(script)
    yield from _burns(script)


_LONG: Final = 10_000_000
"""Turns that take longer than a frame."""
_CLOCKS: Final = frozenset(("os.clock", "os.time", "tick", "time", "elapsedTime"))

RULES = (
    Rule(
        "L801",
        "An endless loop never waits",
        Tier.DENY,
        "Nothing else runs until the engine stops the script; a server hangs for all players.",
        "Wait in the loop (task.wait()), or leave it.",
        samples(
            "while true do\n\tcount += 1\nend",
            "repeat\n\tlocal part = Instance.new('Part')\n\tpart.Parent = workspace\nuntil false",
            "local function step()\n\tx = x + 1\nend\nfor i = 1, math.huge do\n\tstep()\nend",
        ),
        samples(
            "while true do\n\ttask.wait(1)\n\tcount += 1\nend",
            "while true do\n\tif queue[1] == nil then\n\t\tbreak\n\tend\n\ttable.remove(queue, 1)\nend",
            "local function pause()\n\ttask.wait(1)\nend\nwhile true do\n\tpause()\nend",
        ),
        _never_waits,
    ),
    Rule(
        "L802",
        "A loop waits for something that can't happen meanwhile",
        Tier.REVIEW,
        "As long as the loop asks, nothing else runs, so the answer stays the same.",
        "Wait for the event, or put task.wait() into the loop.",
        samples(
            "while not workspace:FindFirstChild('Door') do\nend\nprint('there')",
            "repeat\nuntil game:IsLoaded()\nprint('loaded')",
            "local start = os.clock()\nwhile os.clock() - start < 5 do\nend",
            "for i = 1, 100000000 do\nend",
        ),
        samples(
            "while not workspace:FindFirstChild('Door') do\n\ttask.wait()\nend",
            "local i = 0\nwhile i < 10 do\n\ti += 1\nend",
            "repeat\n\tlocal line = table.remove(lines)\nuntil line == nil",
        ),
        _busy,
    ),
    Rule(
        "L803",
        "A function starts itself again without end",
        Tier.DENY,
        "It overflows the stack, or fills the scheduler until the server stops.",
        "Use a loop that waits.",
        samples(
            "local function again()\n\tx += 1\n\ttask.spawn(again)\nend\nagain()",
            "local function more()\n\tmore()\nend\nmore()",
        ),
        samples(
            "local function again()\n\ttask.wait(1)\n\tagain()\nend\nagain()",
            "local function count(n)\n\tif n == 0 then\n\t\treturn\n\tend\n\tcount(n - 1)\nend\ncount(5)",
        ),
        _restarts,
    ),
    Rule(
        "L804",
        "A request is repeated without a pause until it succeeds",
        Tier.REVIEW,
        "While the service is down the budget of requests burns away for all, and the loop never ends.",
        "Wait longer after each try, and give up after some.",
        samples(
            "local saved = false\nwhile not saved do\n\tsaved = pcall(function()\n\t\tstore:SetAsync(key, value)\n\tend)\nend",
            "local ok, found\nrepeat\n\tok, found = pcall(store.GetAsync, store, key)\nuntil ok\nprint(found)",
        ),
        samples(
            "local saved = false\nwhile not saved do\n\tsaved = pcall(function()\n\t\tstore:SetAsync(key, value)\n\tend)\n"
            "\ttask.wait(5)\nend",
            "for try = 1, 3 do\n\tif pcall(store.SetAsync, store, key, value) then\n\t\tbreak\n\tend\nend",
        ),
        _asks_again,
    ),
    Rule(
        "L805",
        "A search goes back to where it was",
        Tier.REVIEW,
        "Without a mark on places that were looked at it never ends where the goal can't be reached.",
        "Keep the places that were looked at, and leave them out.",
        samples(
            "local queue = { start }\nwhile #queue > 0 do\n\tlocal cell = table.remove(queue, 1)\n"
            "\tfor _, one in grid[cell] do\n\t\ttable.insert(queue, one)\n\tend\nend",
            "local open = { start }\nwhile #open > 0 do\n\tlocal here = table.remove(open)\n\tfor _, way in pairs(ways[here]) do\n"
            "\t\ttable.insert(open, way)\n\tend\nend",
        ),
        samples(
            "local queue = { start }\nwhile #queue > 0 do\n\tlocal cell = table.remove(queue, 1)\n"
            "\tfor _, one in grid[cell] do\n\t\tif not seen[one] then\n\t\t\tseen[one] = true\n"
            "\t\t\ttable.insert(queue, one)\n\t\tend\n\tend\nend",
            "local queue = { workspace }\nwhile #queue > 0 do\n\tfor _, one in table.remove(queue):GetChildren() do\n"
            "\t\ttable.insert(queue, one)\n\tend\nend",
        ),
        _grows,
    ),
    Rule(
        "L806",
        "An event sets itself off",
        Tier.DENY,
        "Each time that it is handled it happens again, until the server stops.",
        "Handle it once, or ask whether there is anything left to do.",
        samples(
            "workspace.ChildAdded:Connect(function(child)\n\tchild:Clone().Parent = workspace\nend)",
            "local v = script.Count\nv.Changed:Connect(function()\n\tv.Value += 1\nend)",
        ),
        samples(
            "script.Count.Changed:Connect(function(now)\n\tscript.Double.Value = now * 2\nend)",
            "workspace.ChildAdded:Connect(function(child)\n\tlocal copy = child:Clone()\n\tcopy.Parent = script.Copies\nend)",
        ),
        _sets_itself_off,
    ),
)
