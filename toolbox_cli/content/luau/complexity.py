"""How hard a script is to follow, function by function.

Cyclomatic complexity counts the ways through a function (McCabe 1976): one, and one for each condition, loop and each
`and` and `or`. Cognitive complexity counts what a reader keeps in mind (SonarSource 2017): each break in the flow, and
one more for each that it stands in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from toolbox_cli.content.luau.analysis import Script
from toolbox_cli.content.luau.questions.loops import loops, may_wait, walk_own
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import own_function

_FRAMES: Final = frozenset(
    ("RenderStepped", "Heartbeat", "Stepped", "PreRender", "PreSimulation", "PostSimulation", "PreAnimation")
)
_LOGIC: Final = frozenset(("and", "or"))
_STATEMENTS: Final = (
    nodes.Local, nodes.Assign, nodes.Do, nodes.While, nodes.Repeat, nodes.If, nodes.ForRange, nodes.ForEach,
    nodes.Return, nodes.Leave, nodes.Evaluate,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FunctionComplexity:
    """Figures of one function; what is in functions inside it counts there.

    Attributes:
        name: as it is declared or assigned; `<script>` is the code outside of functions.
        line: of its first word, from 1.
        lines: that it covers.
        nesting: depth of blocks inside blocks; 0 has none.
    """

    name: str
    line: int
    lines: int
    cyclomatic: int
    cognitive: int
    nesting: int
    statements: int
    parameters: int


@dataclass(frozen=True, slots=True)
class Complexity:
    """Figures of a script.

    Attributes:
        functions: as they are written; the script's own code first.
        lines: of the file.
        connections: functions that events are connected to.
        remotes: of those, that clients call.
        frame_handlers: of those, that run in each frame.
        loops_with_wait: loops that wait, or may do.
        loops_without_wait: loops that never wait.
        instances_in_loops: places that make an instance in a loop.
    """

    functions: tuple[FunctionComplexity, ...]
    lines: int
    connections: int
    remotes: int
    frame_handlers: int
    loops_with_wait: int
    loops_without_wait: int
    instances_in_loops: int

    def as_item(self) -> dict[str, Any]:
        return asdict(self)


def measured(script: Script) -> Complexity:
    """Measure a script."""
    listed = list(script.all(nodes.Function))
    functions = [_function(script, "<script>", script.whole, script.whole, 0)]
    functions += [_function(script, one.name or "<anonymous>", one, one.body, len(one.parameters)) for one in listed]
    waiting = [may_wait(script, loop) for loop in loops(script)]
    events = [handler.event for handler in script.handlers]
    return Complexity(
        functions=tuple(functions),
        lines=script.source.lines,
        connections=len(events),
        remotes=sum(event.startswith(("OnServer", "OnClient")) for event in events),
        frame_handlers=sum(event in _FRAMES for event in events),
        loops_with_wait=sum(waiting),
        loops_without_wait=len(waiting) - sum(waiting),
        instances_in_loops=sum(_makes_in_loop(script, call) for call in script.all(nodes.Call)),
    )


def _makes_in_loop(script: Script, call: nodes.Call) -> bool:
    if not script.folder.path(call).startswith("new."):
        return False
    return any(isinstance(one, nodes.Loop) for one in call.within())


def _function(script: Script, name: str, node: Node, body: nodes.Block, parameters: int) -> FunctionComplexity:
    inside = list(walk_own(body))
    first, last = script.source.line_of(node.start), script.source.line_of(max(node.end - 1, node.start))
    return FunctionComplexity(
        name=name,
        line=first,
        lines=last - first + 1,
        cyclomatic=1 + sum(map(_ways, inside)),
        cognitive=_cognitive(body) + sum(_calls_itself(one, node) for one in inside),
        nesting=_nesting(body),
        statements=sum(isinstance(one, _STATEMENTS) for one in inside),
        parameters=parameters,
    )


def _ways(node: Node) -> int:
    if isinstance(node, nodes.If | nodes.Choice):
        return len(node.conditions)
    if isinstance(node, nodes.Binary) and node.operator in _LOGIC:
        return len(node.operands) - 1
    return int(isinstance(node, nodes.Loop))


def _calls_itself(node: Node, function: Node) -> int:
    return int(isinstance(node, nodes.Call) and own_function(node.callee) is function)


def _levels(body: nodes.Block) -> Iterator[tuple[Node, int]]:
    """Give what is in a function with how many blocks are around it."""
    waiting: list[tuple[Node, int]] = [(body, 0)]
    while waiting:
        node, level = waiting.pop()
        yield node, level
        deeper = level + isinstance(node, nodes.Loop | nodes.If)
        for child in node.children():
            if not isinstance(child, nodes.Function):
                waiting.append((child, deeper if isinstance(child, nodes.Block) else level))


def _nesting(body: nodes.Block) -> int:
    return max(level for _, level in _levels(body))


def _cognitive(body: nodes.Block) -> int:
    total = 0
    for node, level in _levels(body):
        if isinstance(node, nodes.If | nodes.Choice):
            total += 1 + level + (len(node.conditions) - 1) + _has_else(node)
        elif isinstance(node, nodes.Loop):
            total += 1 + level
        elif isinstance(node, nodes.Binary) and node.operator in _LOGIC:
            total += 1
    return total


def _has_else(node: nodes.If | nodes.Choice) -> bool:
    return isinstance(node, nodes.If) and node.otherwise is not None


def worst(found: Sequence[FunctionComplexity]) -> int:
    """Give the highest cyclomatic complexity."""
    return max((one.cyclomatic for one in found), default=0)
