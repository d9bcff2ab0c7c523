"""L85x: what Roblox keeps only for old games."""

from collections.abc import Iterator

from toolbox_cli.content.luau.analysis import Script
from toolbox_cli.content.luau.engine.names import DEPRECATED_CLASSES, DEPRECATED_GLOBALS, DEPRECATED_METHODS
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.scopes import own_function
from toolbox_cli.content.luau.rule import Hit, Rule, Tier, hit, samples


def _old_globals(script: Script) -> Iterator[Hit]:
    for name in script.all(nodes.Name):
        if name.symbol is None and name.id in DEPRECATED_GLOBALS and not _is_target(name):
            yield hit(name, f"{name.id}: {DEPRECATED_GLOBALS[name.id]} has taken its place")


def _is_target(name: nodes.Name) -> bool:
    return isinstance(name.parent, nodes.Assign) and any(one is name for one in name.parent.targets)


def _old_members(script: Script) -> Iterator[Hit]:
    for call in script.all(nodes.Call):
        key = nodes.key_of(call)
        if call.is_method and key in DEPRECATED_METHODS and own_function(call.callee) is None:
            yield hit(call, f":{key}: {DEPRECATED_METHODS[key]} has taken its place")
        elif call.is_method and key == "LoadAnimation" and _is_humanoid(script, call):
            yield hit(call, "Humanoid:LoadAnimation: Animator:LoadAnimation has taken its place")
    for called in script.calls:
        made = script.folder.text(called.arguments[0]) if called.path == "Instance.new" and called.arguments else None
        if made in DEPRECATED_CLASSES:
            yield hit(called.node, f"{made}: {DEPRECATED_CLASSES[made]} has taken its place")


def _is_humanoid(script: Script, call: nodes.Call) -> bool:
    receiver = call.callee.base if isinstance(call.callee, nodes.Index) else call
    name = (
        receiver.id if isinstance(receiver, nodes.Name) else str(getattr(getattr(receiver, "key", None), "value", ""))
    )
    return "humanoid" in name.lower() or script.folder.path(receiver).lower().endswith("humanoid")


RULES = (
    Rule(
        "L851",
        "A deprecated function is used",
        Tier.ADVICE,
        "It is throttled, less exact, or kept only for old games.",
        "Use what has taken its place.",
        samples("wait(1)", "spawn(function()\n\tprint('a')\nend)", "local start = tick()\nprint(start)"),
        samples("task.wait(1)", "local function wait(n)\n\treturn n\nend\nwait(1)"),
        _old_globals,
    ),
    Rule(
        "L852",
        "A deprecated method or class is used",
        Tier.ADVICE,
        "Roblox keeps it only for old games.",
        "Use what has taken its place.",
        samples(
            "part.Touched:connect(print)",
            "humanoid:LoadAnimation(animation):Play()",
            "local force = Instance.new('BodyVelocity')\nprint(force)",
        ),
        samples("part.Touched:Connect(print)", "animator:LoadAnimation(animation):Play()"),
        _old_members,
    ),
)
