"""L51x: teleports, and conditions that keep code from being seen."""

import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final, cast

from toolbox_cli.content.luau.analysis import Allowed, Called, Context, Script
from toolbox_cli.content.luau.meaning.handlers import FROM_CLIENTS
from toolbox_cli.content.luau.meaning.possible import possible
from toolbox_cli.content.luau.meaning.taint import REMOTE, innermost
from toolbox_cli.content.luau.meaning.values import number_in
from toolbox_cli.content.luau.questions import guards
from toolbox_cli.content.luau.questions.decoders import is_decoded
from toolbox_cli.content.luau.questions.loops import around, is_endless, runs_at_start
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import own_function
from toolbox_cli.content.luau.rule import Hit, Rule, Sample, Tier, hit, samples
from toolbox_cli.content.luau.rules import assets, destruction, loading, network, ruining
from toolbox_cli.content.luau.rules.loading import OUTSIDE

_TELEPORTS: Final = frozenset(
    """
    Teleport TeleportAsync TeleportPartyAsync TeleportToPlaceInstance TeleportToPrivateServer TeleportToSpawnByName
    """.split()
)
_ASKED: Final = frozenset(
    """
    Activated Triggered MouseButton1Click MouseButton1Down MouseClick Touched OnServerEvent OnServerInvoke Chatted
    InputBegan InputEnded TouchTap FocusLost Click Event OnInvoke PromptTriggered Seated Equipped ItemSelected
    """.split()
)
"""Events that a player sets off, and knows it."""
_DELAYS: Final = frozenset(("task.delay", "delay", "task.wait", "wait"))
_CALLS: Final = 2
_LONG: Final = 300
"""Seconds; who tries a model out has left it by then."""


def _teleports(script: Script) -> Iterator[Called]:
    for called in script.calls:
        if called.name in _TELEPORTS and "TeleportService" in called.path and called.arguments:
            yield called


def _is_own(script: Script, node: Node) -> bool:
    """Tell whether a place is this one."""
    return script.folder.path(node) in ("game.PlaceId", "game.placeId")


def _is_for_self(script: Script, called: Called) -> bool:
    """Tell whether nobody is taken away but who asks for it."""
    if script.context is Context.CLIENT:
        return True
    asked = next((one.player for one in script.runs_when(called.node) if one.event in FROM_CLIENTS), None)
    who = called.arguments[1]
    given = [one.value for one in who.fields] if isinstance(who, nodes.Table) else [who]
    return asked is not None and all(isinstance(one, nodes.Name) and one.symbol is asked.symbol for one in given)


def _literal(script: Script) -> Iterator[Hit]:
    for called in _teleports(script):
        if (
            len(called.arguments) > 1
            and _is_for_self(script, called)
            and (told := _chosen(script, called, called.arguments[0]))
        ):
            yield hit(called.node, f"{called.name} to {told}")
        foreign = assets.ids(script, called.arguments[0]) - script.allowed.assets
        if foreign:
            yield hit(called.node, f"{called.name} to place {', '.join(map(str, sorted(foreign)[:3]))}")


def _forced(script: Script) -> Iterator[Hit]:
    for called in _teleports(script):
        place = called.arguments[0]
        is_own = len(called.arguments) > 1 and _is_for_self(script, called)
        told = (None if is_own else _chosen(script, called, place)) or _built(script, place)
        if told:
            yield hit(called.node, f"{called.name} to {told}")
            continue
        if _is_own(script, place) or not (assets.ids(script, place) - script.allowed.assets):
            continue
        events = [handler.event for handler in script.runs_when(called.node)]
        for handler in script.runs_when(called.node):
            if handler.event == "PlayerAdded" and not _is_asked(called.node, handler.function):
                yield hit(called.node, "everybody who joins is taken elsewhere")
        if (events and not set(events) & _ASKED and "PlayerAdded" not in events) or (
            not events and runs_at_start(called.node)
        ):
            yield hit(called.node, "players are taken elsewhere without asking")
        if any(is_endless(script, loop) for loop in around(called.node)):
            yield hit(called.node, "players are taken elsewhere again and again")


def _chosen(script: Script, called: Called, place: Node) -> str | None:
    for one in script.taint.of(place):
        if one.kind == REMOTE and not guards.is_listed(guards.asked(script, one.symbol, called.node)):
            return OUTSIDE[REMOTE]
    kinds = script.taint.kinds(place) - {REMOTE}
    return next((told for kind, told in OUTSIDE.items() if kind in kinds), None)


def _built(script: Script, place: Node) -> str | None:
    """Say which place the script makes of pieces, so that nobody who reads it sees the number."""
    for one in possible(script, place):
        number = number_in(one)
        if one.made and number is not None and number > 1e5 and int(number) not in script.allowed.assets:
            return f"place {int(number)}, which is built"
    return "a decoded place" if is_decoded(script, place) else None


def _is_asked(node: Node, function: nodes.Function) -> bool:
    """Tell whether a condition stands between a function's beginning and a node."""
    return any(isinstance(one, nodes.If) and function in one.within() for one in node.within())


def _gated(script: Script) -> Iterator[Hit]:
    """Find conditions that keep something from running where its author's victims would see it."""
    risky = risks(script)
    losses = sorted([*risky, *losses_in(script)])
    for branch in script.all(nodes.If) if losses else ():
        told = next((told for one in branch.conditions if (told := _gate(script, one))), None)
        places = losses if told in _TARGETED else risky
        if told and is_one_in(places, branch.start, _end_behind(branch)):
            yield hit(branch, told)
    for called in script.calls:
        if called.path in _DELAYS and called.arguments:
            seconds = number_in(script.folder.value(called.arguments[0]))
            if seconds is not None and seconds >= _LONG and is_one_in(risky, *_delayed(called)):
                yield hit(called.node, f"{seconds:,.0f} seconds")


def risks(script: Script) -> Sequence[int]:
    """Give where something risky is done, in order."""
    known = script.noted.setdefault("risks", {})
    if "" not in known:
        known[""] = sorted(one.at for check in RISKS for one in check(script))
    return cast(Sequence[int], known[""])


def losses_in(script: Script) -> Iterator[int]:
    """Give where somebody loses something: harmless in the open, a trap behind a date or somebody's name."""
    for called in script.calls:
        if (
            called.name in ("Kick", "Ban", "BanAsync", "RemoveAsync", "BreakJoints")
            and called.receiver is not None
            or called.name == "Clear"
            and "Terrain" in called.path
        ):
            yield called.node.start
    for assign in script.all(nodes.Assign):
        value = assign.values[0] if assign.values else None
        if nodes.key_of(assign.targets[0]) in ("Health", "MaxHealth") and number_in(script.folder.value(value)) == 0:
            yield assign.start


def is_one_in(risky: Sequence[int], start: int, end: int) -> bool:
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


_DAY: Final = "which day it is"
_TARGETED: Final = frozenset((_DAY, "what game.CreatorId is", "what game.PlaceId is"))


def _gate(script: Script, condition: Node, depth: int = 0) -> str | None:
    """Say what a condition asks that tells those who try a game from those who play it."""
    return next((told for node in condition.walk() if (told := _asked_by(script, node, depth))), None)


def _asked_by(script: Script, node: Node, depth: int) -> str | None:
    if isinstance(node, nodes.Call):
        if script.folder.path(node).endswith("RunService:IsStudio()"):
            return "whether this is Studio"
        function = own_function(node.callee) if depth < _CALLS else None
        body = function.body.walk() if function is not None else ()
        values = (value for one in body if isinstance(one, nodes.Return) for value in one.values)
        return next((told for value in values if (told := _gate(script, value, depth + 1))), None)
    if isinstance(node, nodes.Index) and not _is_of_user(node):
        path = script.folder.path(node)
        is_place = path in ("game.CreatorId", "game.PlaceId", "game.JobId", "game.PrivateServerId")
        return f"what {path} is" if is_place else None
    if isinstance(node, nodes.Binary) and node.operator in (">", ">=", "<", "<=", "=="):
        return _threshold(script, node)
    return None


def _is_of_user(node: Node) -> bool:
    """Tell whether the question is who plays, not whose game it is."""
    parent = node.parent
    return isinstance(parent, nodes.Binary) and any(nodes.key_of(one) == "UserId" for one in parent.operands)


def _is_date(node: Node) -> bool:
    """Tell whether a time is one that is written, by its year and day."""
    if isinstance(node, nodes.Name) and node.symbol is not None and len(node.symbol.definitions) == 1:
        value = node.symbol.definitions[0].value
        return value is not None and not isinstance(value, nodes.Name) and _is_date(value)
    return isinstance(node, nodes.Call) and bool(node.arguments) and isinstance(node.arguments[0], nodes.Table)


def _threshold(script: Script, node: nodes.Binary) -> str | None:
    numbers = [number_in(script.folder.value(one)) or 0 for one in node.operands]
    if any("UnixTimestamp" in script.folder.path(one) for one in node.operands) and max(numbers) > 1e9:
        return _DAY
    if any(nodes.key_of(one) in ("year", "Year") for one in node.operands) and max(numbers) > 2000:
        return _DAY
    if sum(script.folder.path(one) == "os.time()" for one in node.operands) > 1 and any(
        _is_date(one) for one in node.operands
    ):
        return _DAY
    for one in node.operands:
        if isinstance(one, nodes.Unary) and script.folder.path(one.operand).endswith("Players:GetPlayers()"):
            return "how many play"
        is_clock = script.folder.path(one) in ("os.time()", "tick()", "workspace.DistributedGameTime")
        if is_clock and max(numbers) > 1e9:
            return _DAY
    return None


RISKS: Final = (
    *(rule.check for rule in (*loading.RULES, *network.RULES, *assets.RULES)),
    *(rule.check for rule in (*destruction.RULES, *ruining.RULES) if rule.code in ("L611", "L612", "L618", "L619")),
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
            _HEAD + "local PLACES = { arena = 123456789 }\ndoor.Triggered:Connect(function(player)\n"
            "\tteleports:TeleportAsync(PLACES[mode], { player })\nend)",
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
        + samples(_HEAD + "remote.OnServerEvent:Connect(function(player, other, place)\n\tteleports:Teleport(place, other)\nend)"),
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
        )
        + samples(
            "local function late()\n\treturn os.date('!*t').year > 2026\nend\nplayers.PlayerAdded:Connect(function(player)\n"
            "\tif late() then\n\t\tstore:RemoveAsync(player.UserId)\n\tend\nend)",
        ),
        samples(
            "local function isWinter()\n\treturn os.date('!*t').month == 12\nend\nif isWinter() then\n\tsnow.Enabled = true\nend",
            "if game:GetService('RunService'):IsStudio() then\n\tprint('testing')\nend",
            "if #game.Players:GetPlayers() >= 2 then\n\tstart()\nend",
        ),
        _gated,
    ),
)  # fmt: skip
