"""L80x: loops that never let anything else run."""

from collections.abc import Iterator

from toolbox_cli.content.luau.analysis import Script
from toolbox_cli.content.luau.questions.loops import LATER, is_endless, leaves, loops, may_wait, repeating, walk_own
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.scopes import own_function
from toolbox_cli.content.luau.rule import Hit, Rule, Tier, hit, samples


def _never_waits(script: Script) -> Iterator[Hit]:
    for loop in loops(script):
        if is_endless(script, loop) and not may_wait(script, loop):
            yield hit(loop, "an endless loop without a wait")


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
            if any(one.symbol in read or one.symbol is None for one in names):
                return True
        if isinstance(node, nodes.Local) and isinstance(loop, nodes.Repeat):
            if any(name.symbol in read for name in node.names):
                return not _is_question(script, node)
        if isinstance(node, nodes.Call) and not _only_asks(script, node):
            return True
    return any(isinstance(one, nodes.Call) and not _only_asks(script, one) for one in loop.condition.walk())


def _is_question(script: Script, node: nodes.Local) -> bool:
    calls = [one for value in node.values for one in value.walk() if isinstance(one, nodes.Call)]
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


def _is_plain_part(call: nodes.Call, function: nodes.Function) -> bool:
    """Tell whether a call is a statement of a function's own block."""
    statement = call.parent
    return isinstance(statement, nodes.Evaluate | nodes.Return) and statement.parent is function.body


RULES = (
    Rule(
        "L801",
        "An endless loop never waits",
        Tier.REVIEW,
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
        ),
        samples(
            "while not workspace:FindFirstChild('Door') do\n\ttask.wait()\nend",
            "local i = 0\nwhile i < 10 do\n\ti += 1\nend",
            "repeat\n\tlocal line = table.remove(lines)\nuntil line == nil",
        ),
        _waits_busily,
    ),
    Rule(
        "L803",
        "A function starts itself again without end",
        Tier.REVIEW,
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
)
