"""L51x: teleports, and conditions that keep code from being seen."""

import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from toolbox_cli.content.luau.analysis import Allowed, Called, Script
from toolbox_cli.content.luau.meaning.taint import REMOTE, innermost
from toolbox_cli.content.luau.meaning.values import number_in
from toolbox_cli.content.luau.questions import guards
from toolbox_cli.content.luau.questions.loops import around, is_endless
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.rule import Hit, Rule, Sample, Tier, hit, samples
from toolbox_cli.content.luau.rules import assets, destruction, loading, network
from toolbox_cli.content.luau.rules.loading import OUTSIDE

_TELEPORTS: Final = frozenset(
    """
    Teleport TeleportAsync TeleportPartyAsync TeleportToPlaceInstance TeleportToPrivateServer TeleportToSpawnByName
    """.split()
)
_DELAYS: Final = frozenset(("task.delay", "delay", "task.wait", "wait"))
_LONG: Final = 300
"""Seconds; who tries a model out has left it by then."""


def _teleports(script: Script) -> Iterator[Called]:
    for called in script.calls:
        if called.name in _TELEPORTS and "TeleportService" in called.path and called.arguments:
            yield called


def _is_own(script: Script, node: Node) -> bool:
    """Tell whether a place is this one."""
    return script.folder.path(node) in ("game.PlaceId", "game.placeId")


def _literal(script: Script) -> Iterator[Hit]:
    for called in _teleports(script):
        foreign = assets.ids(script, called.arguments[0]) - script.allowed.assets
        if foreign:
            yield hit(called.node, f"{called.name} to place {', '.join(map(str, sorted(foreign)[:3]))}")


def _forced(script: Script) -> Iterator[Hit]:
    for called in _teleports(script):
        place = called.arguments[0]
        told = _chosen(script, called, place)
        if told:
            yield hit(called.node, f"{called.name} to {told}")
            continue
        if _is_own(script, place) or not (assets.ids(script, place) - script.allowed.assets):
            continue
        for handler in script.runs_when(called.node):
            if handler.event == "PlayerAdded" and not _is_asked(called.node, handler.function):
                yield hit(called.node, "everybody who joins is taken elsewhere")
        if any(is_endless(script, loop) for loop in around(called.node)):
            yield hit(called.node, "players are taken elsewhere again and again")


def _chosen(script: Script, called: Called, place: Node) -> str | None:
    for one in script.taint.of(place):
        if one.kind == REMOTE and not guards.is_listed(guards.asked(script, one.symbol, called.node)):
            return OUTSIDE[REMOTE]
    kinds = script.taint.kinds(place) - {REMOTE}
    return next((told for kind, told in OUTSIDE.items() if kind in kinds), None)


def _is_asked(node: Node, function: nodes.Function) -> bool:
    """Tell whether a condition stands between a function's beginning and a node."""
    return any(isinstance(one, nodes.If) and function in one.within() for one in node.within())


def _gated(script: Script) -> Iterator[Hit]:
    """Find conditions that keep something from running where its author's victims would see it."""
    risky = sorted(one.at for check in _RISKS for one in check(script))
    if not risky:
        return
    for branch in script.all(nodes.If):
        told = next((told for one in branch.conditions if (told := _gate(script, one))), None)
        if told and _is_one_in(risky, branch.start, _end_behind(branch)):
            yield hit(branch, told)
    for called in script.calls:
        if called.path in _DELAYS and called.arguments:
            seconds = number_in(script.folder.value(called.arguments[0]))
            if seconds is not None and seconds >= _LONG and _is_one_in(risky, *_delayed(called)):
                yield hit(called.node, f"{seconds:,.0f} seconds")


def _is_one_in(risky: Sequence[int], start: int, end: int) -> bool:
    """Tell whether one of several places, in their order, is in a range."""
    place = bisect_left(risky, start)
    return place < len(risky) and risky[place] < end


def _end_behind(branch: nodes.If) -> int:
    """Give how far a condition decides: over its blocks, or all that follows where it leaves."""
    leaves = any(isinstance(block.statements[-1], nodes.Return) for block in branch.blocks if block.statements)
    return _end_of_function(branch) if leaves else branch.end


def _delayed(called: Called) -> tuple[int, int]:
    """Give the range that a wait or delay puts off."""
    if called.path in ("task.delay", "delay"):
        return called.node.start, called.node.end
    loops = [one.end for one in around(called.node)]
    return called.node.end, loops[0] if loops else _end_of_function(called.node)


def _end_of_function(node: Node) -> int:
    outer = innermost(node)
    return outer.end if outer is not None else sys.maxsize


def _gate(script: Script, condition: Node) -> str | None:
    for node in condition.walk():
        if isinstance(node, nodes.Call) and script.folder.path(node).endswith("RunService:IsStudio()"):
            return "whether this is Studio"
        if isinstance(node, nodes.Index):
            path = script.folder.path(node)
            if path in ("game.CreatorId", "game.PlaceId", "game.JobId", "game.PrivateServerId"):
                return f"what {path} is"
        if isinstance(node, nodes.Binary) and node.operator in (">", ">=", "<", "<="):
            told = _threshold(script, node)
            if told:
                return told
    return None


def _threshold(script: Script, node: nodes.Binary) -> str | None:
    for one in node.operands:
        if isinstance(one, nodes.Unary) and script.folder.path(one.operand).endswith("Players:GetPlayers()"):
            return "how many play"
        is_clock = script.folder.path(one) in ("os.time()", "tick()", "workspace.DistributedGameTime")
        if is_clock and any((number_in(script.folder.value(x)) or 0) > 1e9 for x in node.operands):
            return "which day it is"
    return None


_RISKS: Final = (
    *(rule.check for rule in (*loading.RULES, *network.RULES, *assets.RULES)),
    *(rule.check for rule in destruction.RULES if rule.code in ("L611", "L612")),
)

_PLACES: Final = Allowed(assets=frozenset((99887766,)))
_HEAD: Final = "local teleports = game:GetService('TeleportService')\n"

RULES: Final = (
    Rule(
        "L511",
        "Players are taken to another place",
        Tier.REVIEW,
        "Whose place it is does not show; another game has other rules for children.",
        "Have the place's id looked at and allowed.",
        samples(
            _HEAD + "button.Activated:Connect(function()\n\tteleports:Teleport(123456789, player)\nend)",
            _HEAD + "local PLACES = { arena = 123456789 }\nteleports:TeleportAsync(PLACES[mode], players)",
        ),
        (
            Sample(_HEAD + "teleports:Teleport(99887766, player)", allowed=_PLACES),
            *samples(_HEAD + "teleports:Teleport(game.PlaceId, player)"),
        ),
        _literal,
    ),
    Rule(
        "L512",
        "Players are taken away without being asked, or wherever somebody says",
        Tier.DENY,
        "Games steal players so, and a client could send others anywhere.",
        "Teleport who asks for it, to places that stand in the script and are allowed.",
        samples(
            _HEAD + "game.Players.PlayerAdded:Connect(function(player)\n\tteleports:Teleport(123456789, player)\nend)",
            also="L511",
        )
        + samples(_HEAD + "remote.OnServerEvent:Connect(function(player, place)\n\tteleports:Teleport(place, player)\nend)"),
        (
            Sample(
                _HEAD + "game.Players.PlayerAdded:Connect(function(player)\n\tteleports:Teleport(99887766, player)\nend)",
                allowed=_PLACES,
            ),
            *samples(_HEAD + "local places = { a = game.PlaceId }\nremote.OnServerEvent:Connect(function(player, name)\n"
                     "\tif places[name] then\n\t\tteleports:Teleport(places[name], player)\n\tend\nend)"),
        ),
        _forced,
    ),
    Rule(
        "L513",
        "Something risky waits behind a condition that keeps it from being seen",
        Tier.DENY,
        "It does not run in Studio, at once, or among few players: where somebody would notice it.",
        "Let it run everywhere, or leave it out.",
        samples(
            "if game:GetService('RunService'):IsStudio() then\n\treturn\nend\nrequire(123456789)", also="L101"
        )
        + samples(
            "local http = game:GetService('HttpService')\ntask.delay(1800, function()\n"
            "\thttp:PostAsync('https://stats.example.net', 'x')\nend)",
            also="L402",
        ),
        samples(
            "if game:GetService('RunService'):IsStudio() then\n\tprint('testing')\nend",
            "if #game.Players:GetPlayers() >= 2 then\n\tstart()\nend",
        ),
        _gated,
    ),
)  # fmt: skip
