"""Loops: which never end, and which let others run in between."""

from collections.abc import Iterator
from typing import Final, cast

from toolbox_cli.content.luau.analysis import Script
from toolbox_cli.content.luau.engine.names import BUILTINS
from toolbox_cli.content.luau.meaning.handlers import FRAMES
from toolbox_cli.content.luau.meaning.values import UNKNOWN, Known, kind_of, number_in
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import WRAPPERS, own_function, shown

HUGE: Final = 1e8
_CALLS: Final = 6
_COUNTED: Final = 60.0
"""Seconds that a count is taken to last."""

WAITS: Final = frozenset(("task.wait", "wait", "coroutine.yield", "task.synchronize", "task.desynchronize"))
LATER: Final = frozenset(
    ("task.spawn", "task.defer", "task.delay", "spawn", "delay", "coroutine.wrap", "coroutine.create")
)
WAITING_METHODS: Final = frozenset(
    """
    Wait wait WaitForChild InvokeClient InvokeServer MoveToFinished LoadCharacter PlayLocalSound yield await Yield
    Await expect Invoke
    """.split()
)
QUICK_METHODS: Final = frozenset(
    """
    Destroy Clone FindFirstChild FindFirstChildOfClass FindFirstChildWhichIsA FindFirstAncestor GetChildren
    GetDescendants IsA IsDescendantOf SetAttribute GetAttribute FireServer FireClient FireAllClients Fire Connect Once
    GetPlayers AddItem Play Stop Kick BreakJoints TakeDamage PivotTo GetPivot MoveTo ClearAllChildren Emit Remove
    GetService JSONEncode JSONDecode GenerateGUID AddTag RemoveTag HasTag GetTagged NextNumber NextInteger Create
    ApplyImpulse SetPrimaryPartCFrame GetPlayerFromCharacter GetMouseLocation Disconnect Raycast FillBlock FillBall
    IsLoaded
    """.split()
)


def walk_own(node: Node) -> Iterator[Node]:
    """Give what is in a node without what is in functions that are only made there."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(child for child in one.children() if not isinstance(child, nodes.Function))


def _walk_reached(script: Script, node: Node) -> Iterator[Node]:
    """Give the same without blocks whose condition never holds."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        never = []
        if isinstance(one, nodes.If):
            pairs = zip(one.conditions, one.blocks, strict=True)
            never = [block for condition, block in pairs if _never_holds(script, condition)]
        waiting.extend(child for child in one.children() if not (isinstance(child, nodes.Function) or child in never))


def _never_holds(script: Script, condition: Node) -> bool:
    """Tell whether a condition is false or nil, by what is written or by a variable that is set once."""
    if isinstance(condition, nodes.Binary) and condition.operator == "and":
        return any(_never_holds(script, one) for one in condition.operands)
    if isinstance(condition, nodes.Name):
        symbol = condition.symbol
        is_fixed = symbol is not None and symbol.kind == "local" and len(symbol.definitions) == 1
        value = script.folder.value(condition) if is_fixed else UNKNOWN
        return isinstance(value, Known) and (value.value is None or value.value is False)
    return _truth(script, condition) is False


def may_wait(script: Script, node: Node, seen: frozenset[nodes.Function] = frozenset()) -> bool:
    """Tell whether something in a node waits, or may do: of functions of other scripts nobody knows."""
    known = script.noted.setdefault("waits", {})
    if (node, seen) not in known:
        known[node, seen] = any(
            isinstance(one, nodes.Call) and _waits(script, one, seen) for one in _walk_reached(script, node)
        )
    return bool(known[node, seen])


def _waits(script: Script, call: nodes.Call, seen: frozenset[nodes.Function]) -> bool:
    function = own_function(call.callee)
    if function is not None:
        return function not in seen and len(seen) < 6 and may_wait(script, function.body, seen | {function})
    if call.is_method:
        name = str(getattr(getattr(call.callee, "key", None), "value", ""))
        return name.endswith("Async") or name in WAITING_METHODS or _is_foreign_method(script, call, name)
    path = script.folder.path(call.callee)
    if path in WAITS:
        return True
    if path in ("pcall", "xpcall") and call.arguments:
        return _protected_waits(script, call, seen)
    return path.partition(".")[0] not in BUILTINS and path != "Instance.new"


def _protected_waits(script: Script, call: nodes.Call, seen: frozenset[nodes.Function]) -> bool:
    function = own_function(call.arguments[0])
    if function is not None:
        return function not in seen and may_wait(script, function.body, seen | {function})
    path = script.folder.path(call.arguments[0])
    return path in WAITS or path.endswith("Async") or not path


def _is_foreign_method(script: Script, call: nodes.Call, name: str) -> bool:
    """Tell whether a method may be of another script: its receiver is nothing of Roblox's that is known."""
    receiver = call.callee.base if isinstance(call.callee, nodes.Index) else call
    path = script.folder.path(receiver)
    is_engine = path.startswith(("service.", "new.", "game", "script", "Enum"))
    return not is_engine and name not in QUICK_METHODS and name[:1].isalpha() and not _is_text(script, receiver)


def _is_text(script: Script, node: Node) -> bool:
    return kind_of(script.folder.value(node)) == "string"


def loops(script: Script) -> Iterator[nodes.Loop]:
    """Give all loops, kind by kind."""
    yield from repeating(script)
    yield from script.all(nodes.ForRange)
    yield from script.all(nodes.ForEach)


def repeating(script: Script) -> Iterator[nodes.While | nodes.Repeat]:
    """Give the loops that end by a condition."""
    yield from script.all(nodes.While)
    yield from script.all(nodes.Repeat)


def is_endless(script: Script, loop: nodes.Loop) -> bool:
    """Tell whether a loop ends by nothing that it says itself."""
    known = script.noted.setdefault("endless", {})
    if loop not in known:
        known[loop] = _is_endless(script, loop)
    return bool(known[loop])


def _is_endless(script: Script, loop: nodes.Loop) -> bool:
    if isinstance(loop, nodes.While):
        never = _truth(script, loop.condition) is True
    elif isinstance(loop, nodes.Repeat):
        never = _truth(script, loop.condition) is False
    elif isinstance(loop, nodes.ForRange):
        never = len(loop.bounds) > 1 and _is_huge(script, loop.bounds[1])
    else:
        never = False
    return never and not leaves(script, loop)


def _is_huge(script: Script, node: Node) -> bool:
    number = number_in(script.folder.value(node))
    return script.folder.path(node) == "math.huge" or (number is not None and number >= HUGE)


def _truth(script: Script, node: Node) -> bool | None:
    value = script.folder.value(node)
    if isinstance(node, nodes.Unary) and node.operator == "not":
        inner = _truth(script, node.operand)
        return None if inner is None else not inner
    if isinstance(node, nodes.Call) and script.folder.path(node.callee) in WAITS:
        return True
    if isinstance(node, nodes.Name):
        return None  # something else may assign to it
    if isinstance(node, nodes.Binary) and node.operator in ("==", "<", ">", "<=", ">=", "~="):
        return _compared(script, node)
    return value.value not in (None, False) if isinstance(value, Known) else None


def _compared(script: Script, node: nodes.Binary) -> bool | None:
    """Compare two numbers or two texts that are written in the condition itself."""
    if len(node.operands) != 2 or not all(isinstance(one, nodes.Constant) for one in node.operands):
        return None
    a, b = (getattr(one, "value", None) for one in node.operands)
    if node.operator in ("==", "~="):
        return (a == b) is (node.operator == "==")
    if not (isinstance(a, float) and isinstance(b, float)):
        return None
    return {"<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[node.operator]


def leaves(script: Script, loop: Node) -> bool:
    """Tell whether something in a loop ends it."""
    waiting = [(child, 0) for child in loop.children()]
    while waiting:
        node, inner = waiting.pop()
        if isinstance(node, nodes.Return) or (isinstance(node, nodes.Leave) and node.word == "break" and not inner):
            return True
        if isinstance(node, nodes.Call) and script.folder.path(node.callee) == "error":
            return True
        if not isinstance(node, nodes.Function):
            deeper = inner + isinstance(node, nodes.Loop)
            waiting.extend((child, deeper) for child in node.children())
    return False


def pause(script: Script, loop: Node, depth: int = 0) -> float | None:
    """Give how long a loop waits at most in one turn, in seconds, where that shows; None when it does not wait.

    A count of seconds, which is not written as a number and waits in each turn, is as long as a round of a game.
    """
    longest: float | None = None
    for node in walk_own(loop):
        if isinstance(node, nodes.ForRange) and node is not loop and not _is_short(script, node):
            if _pause_in(script, node, depth) is not None:
                return _COUNTED
        if isinstance(node, nodes.Call):
            function = own_function(node.callee)
            inner = None if function is None else _pause_in(script, function, depth)
            longest = longest if inner is None else max(longest or 0.0, inner)
            path = script.folder.path(node.callee)
            key = nodes.key_of(node)
            if path in WAITS:
                number = number_in(script.folder.value(node.arguments[0])) if node.arguments else 0.0
                longest = max(longest or 0.0, 1.0 if number is None else number)
            elif node.is_method and key in ("Wait", "wait"):
                event = getattr(getattr(getattr(node.callee, "base", None), "key", None), "value", None)
                longest = max(longest or 0.0, 0.0 if event in FRAMES else 1.0)
    return longest


def _pause_in(script: Script, node: nodes.Function | nodes.ForRange, depth: int) -> float | None:
    """Give the same of a function that is called, or of a loop inside, looked for once."""
    known = script.noted.setdefault("pauses", {})
    if node not in known and depth < _CALLS:
        known[node] = None  # a function that calls itself waits no longer for that
        known[node] = pause(script, node.body if isinstance(node, nodes.Function) else node, depth + 1)
    return cast("float | None", known.get(node))


def _is_short(script: Script, loop: nodes.ForRange) -> bool:
    """Tell whether a loop counts from a number to another, both of which are written."""
    return all(number_in(script.folder.value(one)) is not None for one in loop.bounds)


def around(node: Node) -> Iterator[nodes.Loop]:
    """Give the loops that a node stands in, inside one function."""
    for one in node.within():
        if isinstance(one, nodes.Function) and not _runs_at_once(one):
            return
        if isinstance(one, nodes.Loop):
            yield one


def _runs_at_once(function: nodes.Function) -> bool:
    """Tell whether a function is made only for `pcall` and its like to call it."""
    parent = function.parent
    return isinstance(parent, nodes.Call) and parent.callee is not function and shown(parent.callee) in WRAPPERS


def runs_at_start(node: nodes.Node) -> bool:
    """Tell whether something stands in no function but those that run at once, or a little later."""
    function = _innermost(node)
    while function is not None:
        call = function.parent
        key = nodes.key_of(call)
        is_later = isinstance(call, nodes.Call) and not call.is_method and key in ("delay", "spawn", "defer")
        if not is_later:
            return False
        function = _innermost(function)
    return True


def _innermost(node: Node) -> nodes.Function | None:
    return next((one for one in node.within() if isinstance(one, nodes.Function)), None)
