"""L618 and L619: what is done to the whole map, or to everybody."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Script
from toolbox_cli.content.luau.meaning.taint import innermost
from toolbox_cli.content.luau.meaning.values import Known
from toolbox_cli.content.luau.questions.loops import around
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.rule import Hit, Rule, Tier, hit, samples
from toolbox_cli.content.luau.rules.destruction import (
    goes_over_game,
    is_chosen,
    is_entitled,
    is_game,
    is_of_loop,
    is_over_players,
)

_BREAKS: Final = {"Anchored": False, "CanCollide": False, "Locked": None, "Archivable": None}
"""Properties that hold a map together, and the value that ends that."""
_TAKEN: Final = frozenset(("Destroy", "Remove", "destroy", "remove", "BreakJoints"))
_LISTS: Final = frozenset(("GetChildren", "GetDescendants"))
_STEPS: Final = 12
_STICKS: Final = frozenset("Decal Texture Fire Smoke Sparkles Explosion ParticleEmitter Sound BillboardGui".split())


def _acts(script: Script) -> Iterator[tuple[Node, Node, str]]:
    """Give what spoils something: where, what is spoilt, and how."""
    for assign in script.all(nodes.Assign):
        for target, value in zip(assign.targets, assign.values, strict=False):
            key = nodes.key_of(target)
            known = script.folder.value(value)
            if isinstance(target, nodes.Index) and key in _BREAKS and isinstance(known, Known):
                if known.value is _BREAKS[key]:
                    yield assign, target.base, f"{key} = false"
            if key == "Parent" and isinstance(target, nodes.Index):
                made = script.folder.path(target.base).removeprefix("new.")
                if made in _STICKS:
                    yield assign, value, f"a {made} on it"
                elif isinstance(known, Known) and known.value is None:
                    yield assign, target.base, "Parent = nil"
    for called in script.calls:
        if called.receiver is not None and called.name in _TAKEN:
            yield called.node, called.receiver, called.name


def _spoils(script: Script) -> Iterator[Hit]:
    for node, spoilt, told in _acts(script):
        if is_entitled(script, node):
            continue
        for loop in around(node):
            if goes_over_game(script, loop) and is_of_loop(spoilt, loop) and not is_chosen(script, node, loop):
                if told not in _TAKEN and told != "Parent = nil":
                    yield hit(node, f"{told}, for everything in the game")
        if _is_any(script, spoilt):
            yield hit(node, f"{told}, for any part of the game")


def _is_any(script: Script, node: Node) -> bool:
    """Tell whether something is one of all parts of the game, drawn by chance."""
    if isinstance(node, nodes.Name) and node.symbol is not None and len(node.symbol.definitions) == 1:
        value = node.symbol.definitions[0].value
        return value is not None and not isinstance(value, nodes.Name) and _is_any(script, value)
    if not isinstance(node, nodes.Index) or node.dotted or not _is_random(script, node.key):
        return False
    return _is_list_of_game(script, node.base)


def _is_random(script: Script, node: Node) -> bool:
    calls = [one for one in node.walk() if isinstance(one, nodes.Call)]
    if isinstance(node, nodes.Name) and node.symbol is not None:
        calls += [one.value for one in node.symbol.definitions if isinstance(one.value, nodes.Call)]
    return any(
        script.folder.path(one.callee) == "math.random" or nodes.key_of(one) in ("NextInteger", "NextNumber")
        for one in calls
    )


def _is_list_of_game(script: Script, node: Node) -> bool:
    """Tell whether a list holds all that is below a part of the game, or all of a broad class."""
    if isinstance(node, nodes.Call) and node.is_method and isinstance(node.callee, nodes.Index):
        return nodes.key_of(node) in _LISTS and is_game(script.folder.path(node.callee.base))
    if not isinstance(node, nodes.Name) or node.symbol is None:
        return False
    for one in node.symbol.definitions:
        if isinstance(one.value, nodes.Call) and _is_list_of_game(script, one.value):
            return True
    return any(_collects(script, read) for read in node.symbol.reads)


def _collects(script: Script, read: nodes.Name) -> bool:
    """Tell whether a list gets everything that a loop over the game finds."""
    call = read.parent
    if not isinstance(call, nodes.Call) or script.folder.path(call.callee) != "table.insert":
        return False
    loops = [one for one in around(call) if goes_over_game(script, one)]
    return any(is_of_loop(call.arguments[-1], one) and not is_chosen(script, call, one) for one in loops)


def _freezes(script: Script) -> Iterator[Hit]:
    """Find players who are all held fast and never let go."""
    values: dict[object, set[object]] = {}
    for assign in script.all(nodes.Assign):
        for target, value in zip(assign.targets, assign.values, strict=False):
            known = script.folder.value(value)
            given = known.value if isinstance(known, Known) else "?"
            values.setdefault(nodes.key_of(target), set()).add(given)
    for assign in script.all(nodes.Assign):
        key = nodes.key_of(assign.targets[0])
        holds = {"Anchored": True, "WalkSpeed": 0.0, "PlatformStand": True}.get(str(key), "none")
        known = script.folder.value(next(iter(assign.values), None))
        if not isinstance(known, Known) or known.value is not holds and known.value != holds or values[key] != {holds}:
            continue
        if is_entitled(script, assign):
            continue
        for loop in around(assign):
            if is_over_players(script, loop) and is_of_loop(assign.targets[0], loop):
                if not is_chosen(script, assign, loop):
                    yield hit(assign, f"{key} of all players")
        if _is_of_all(script, assign.targets[0], assign):
            yield hit(assign, f"{key} of all players")


def _is_of_all(script: Script, node: Node | None, use: Node) -> bool:
    """Tell whether something belongs to a player whom a loop over all hands to the function around."""
    for _ in range(_STEPS):
        if isinstance(node, nodes.Index):
            node = node.base
        elif isinstance(node, nodes.Call):
            node = node.callee
        elif isinstance(node, nodes.Binary) and node.operator in ("or", "and"):
            node = node.operands[0]
        elif isinstance(node, nodes.Name) and node.symbol is not None and node.symbol.kind == "local":
            node = next((one.value for one in node.symbol.definitions), None)
        else:
            break
    function = innermost(use)
    if function is None or not isinstance(node, nodes.Name) or node.symbol is None or is_chosen(script, use, function):
        return False
    given = [one.value for one in node.symbol.definitions if one.is_argument]
    loops = [one.symbol.loop for one in given if isinstance(one, nodes.Name) and one.symbol is not None]
    return any(isinstance(one, nodes.ForEach) and is_over_players(script, one) for one in loops)


RULES: Final = (
    Rule(
        "L618",
        "The whole map is spoilt",
        Tier.DENY,
        "Every part falls, is covered or goes, at once or one by one; nobody can mend it while the game runs.",
        "Name what is meant: a folder, a tag or a model of the script's own.",
        samples(
            "for _, part in workspace:GetDescendants() do\n\tif part:IsA('BasePart') then\n\t\tpart.Anchored = false\n\tend\nend",
            "while task.wait(9) do\n\tlocal all = workspace:GetDescendants()\n\tall[math.random(#all)]:Destroy()\nend",
            "for _, part in workspace:GetDescendants() do\n\tlocal picture = Instance.new('Decal')\n\tpicture.Parent = part\nend",
        ),
        samples(
            "for _, part in workspace.Tower:GetDescendants() do\n\tif part:IsA('BasePart') then\n"
            "\t\tpart.Anchored = false\n\tend\nend",
            "local stones = workspace.Stones:GetChildren()\nstones[math.random(#stones)]:Destroy()",
            "for _, part in workspace:GetDescendants() do\n\tif part.Name == 'Lamp' then\n\t\tlocal fire = Instance.new('Fire')\n"
            "\t\tfire.Parent = part\n\tend\nend",
        ),
        _spoils,
    ),
    Rule(
        "L619",
        "All players are held fast",
        Tier.DENY,
        "Nobody can move any more, and nothing in the script lets them go.",
        "Let them go again, or hold only who is meant.",
        samples(
            "for _, player in game.Players:GetPlayers() do\n\tplayer.Character.HumanoidRootPart.Anchored = true\nend",
            "for _, player in game.Players:GetPlayers() do\n\tplayer.Character.Humanoid.WalkSpeed = 0\nend",
        ),
        samples(
            "for _, player in game.Players:GetPlayers() do\n\tplayer.Character.HumanoidRootPart.Anchored = true\nend\n"
            "task.wait(3)\nfor _, player in game.Players:GetPlayers() do\n"
            "\tplayer.Character.HumanoidRootPart.Anchored = false\nend",
            "local player = game.Players:GetPlayerByUserId(id)\nplayer.Character.Humanoid.WalkSpeed = 0",
        ),
        _freezes,
    ),
)
