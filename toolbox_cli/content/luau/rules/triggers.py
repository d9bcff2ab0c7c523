"""L514 to L516: powers that wait for a word, a person, or for the developer to look away."""

import re
import sys
from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Script
from toolbox_cli.content.luau.meaning.taint import CHAT, REMOTE, innermost
from toolbox_cli.content.luau.meaning.values import Known, number_in, text_in
from toolbox_cli.content.luau.questions import guards
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import DEFINITIONS_CAP, shown
from toolbox_cli.content.luau.rule import Hit, Rule, Tier, hit, samples
from toolbox_cli.content.luau.rules.destruction import is_entitled
from toolbox_cli.content.luau.rules.gates import is_one_in, losses_in, risks

_RIGHTS: Final = re.compile(
    r"admin|\bmods?\b|moderator|owner|rank|permission|allowed|trusted|whitelist|authori[sz]|staff|unlocked|debug|god",
    re.IGNORECASE,
)
_ARMS: Final = re.compile(r"admin|tool|sword|gun|weapon|panel|command|gear|console", re.IGNORECASE)
_POWERS: Final = frozenset(("Value", "WalkSpeed", "JumpPower", "JumpHeight", "MaxHealth", "Health", "PlatformStand"))
_SHORTEST: Final = 2
_CHECKSUM: Final = 1e5
"""No number that people type as an argument of a command is so large."""


def _phrase(script: Script, condition: Node) -> str | None:
    """Give the text that somebody's words are compared with."""
    for node in condition.walk():
        if isinstance(node, nodes.Binary) and node.operator == "==":
            if any(_is_said(script, one) for one in node.operands):
                return next(filter(None, (_word(script, one) for one in node.operands)), None)
        elif isinstance(node, nodes.Call) and nodes.key_of(node) in ("find", "match") and node.arguments:
            given = [*node.arguments, *([node.callee.base] if isinstance(node.callee, nodes.Index) else [])]
            if any(_is_said(script, one) for one in given):
                return next((told for one in node.arguments if (told := script.folder.text(one))), None)
    return None


def _word(script: Script, node: Node) -> str | None:
    """Give a text that can be said, or say that only its checksum is known."""
    value = script.folder.value(node)
    number = number_in(value)
    if number is not None and abs(number) >= _CHECKSUM:
        return f"what makes {number:,.0f}"
    text = text_in(value)
    return text if text is not None and len(text) >= _SHORTEST else None


def _is_said(script: Script, node: Node) -> bool:
    is_type = isinstance(node, nodes.Call) and script.folder.path(node.callee) in ("type", "typeof")
    return not is_type and bool(script.taint.kinds(node) & {CHAT, REMOTE})


def _grants(script: Script, block: Node) -> Node | None:
    """Give where a block notes that somebody has rights."""
    for node in block.walk():
        if isinstance(node, nodes.Assign):
            for target, value in zip(node.targets, node.values, strict=False):
                known = script.folder.value(value)
                is_given = not isinstance(known, Known) or known.value not in (None, False, 0.0)
                if is_given and isinstance(target, nodes.Index) and _RIGHTS.search(shown(target)):
                    return node
        elif isinstance(node, nodes.Call) and node.arguments:
            name = script.folder.text(node.arguments[0]) if nodes.key_of(node) == "SetAttribute" else None
            first = node.arguments[0]
            if name and _RIGHTS.search(name):
                return node
            if script.folder.path(node.callee) == "table.insert" and _RIGHTS.search(shown(first)):
                return node
    return None


def _phrases(script: Script) -> Iterator[Hit]:
    """Find words that make whoever says them powerful."""
    risky = sorted([*risks(script), *_others_lose(script)])
    for branch in script.all(nodes.If):
        for condition, block in zip(branch.conditions, branch.blocks, strict=False):
            told = _phrase(script, condition)
            if told is None or _is_entitled(script, branch, condition):
                continue
            if _grants(script, block) or is_one_in(risky, block.start, block.end):
                yield hit(condition, f"whoever says {told[:40]!r}")


def _named_by_chat(script: Script) -> Iterator[Hit]:
    """Find players who are thrown out since somebody wrote their name."""
    for called in script.calls:
        if called.name in ("Kick", "Ban") and called.receiver is not None:
            if CHAT in script.taint.kinds(called.receiver) and not _may(script, called.node):
                yield hit(called.node, f"{called.name} of whomever anybody names")


def _may(script: Script, node: Node) -> bool:
    """Tell whether somebody entitled asks for something, or for the function that it stands in."""
    function = innermost(node)
    given = [one for name in function.parameters for one in name.symbol.definitions] if function is not None else []
    callers = [one.value for one in given if one.is_argument and one.value is not None][:DEFINITIONS_CAP]
    return is_entitled(script, node) or (bool(callers) and all(is_entitled(script, one) for one in callers))


def _others_lose(script: Script) -> Iterator[int]:
    """Give where others than who speaks lose something."""
    for called in script.calls:
        if called.name in ("Kick", "Ban", "BanAsync", "Shutdown", "RemoveAsync", "ClearAllChildren"):
            if called.receiver is not None and not _is_speaker(script, called.receiver):
                yield called.node.start
        elif called.name == "Destroy" and called.path.startswith(("service.Workspace", "service.ServerScriptService")):
            yield called.node.start


def _is_speaker(script: Script, node: Node) -> bool:
    """Tell whether a player is one, and not each of all whom a loop goes over."""
    symbol = node.symbol if isinstance(node, nodes.Name) else None
    return script.taint.is_player(node) and (symbol is None or symbol.kind != "loop")


def _is_entitled(script: Script, branch: nodes.If, condition: Node) -> bool:
    functions = [one for one in branch.within() if isinstance(one, nodes.Function)]
    asked = [one for function in functions for one in guards.conditions(script, function, branch)]
    return any(guards.is_entitlement(script, one) for one in (condition, *asked))


def _owners(script: Script) -> Iterator[Hit]:
    """Find powers over others, or gifts, that hang on one person's id."""
    places = sorted([*losses_in(script), *risks(script), *_gifts(script)])
    for branch in script.all(nodes.If):
        for condition, block in zip(branch.conditions, branch.blocks, strict=False):
            person = _person(script, condition)
            if person is None:
                continue
            told, is_he = person
            start, end = (block.start, block.end) if is_he else _behind(branch, block)
            if (is_he and _grants(script, block)) or is_one_in(places, start, end):
                yield hit(condition, told)


def _behind(branch: nodes.If, block: nodes.Block) -> tuple[int, int]:
    """Give the range that is reached only by whom a condition does not send away."""
    last = block.statements[-1] if block.statements else None
    function = innermost(branch)
    end = function.end if function is not None else sys.maxsize
    return (branch.end, end) if isinstance(last, nodes.Return) else (0, 0)


def _person(script: Script, condition: Node) -> tuple[str, bool] | None:
    """Say whom a condition names, and whether it holds for him or for all others."""
    for node in condition.walk():
        if isinstance(node, nodes.Binary) and node.operator in ("==", "~="):
            told = _named(script, node)
            if told is not None:
                return told, node.operator == "=="
    return None


def _named(script: Script, node: nodes.Binary) -> str | None:
    keys = {str(nodes.key_of(one)) for one in node.operands}
    values = [script.folder.value(one) for one in node.operands]
    if "UserId" in keys and any((number_in(one) or 0) > 0 for one in values):
        return "one player, by his id"
    if "UserId" in keys and any(script.folder.path(one) == "game.CreatorId" for one in node.operands):
        return "who made the game"
    is_text = any(isinstance(one, Known) and isinstance(one.value, str) for one in values)
    if keys & {"Name", "DisplayName"} and is_text:
        if any(isinstance(one, nodes.Index) and script.taint.is_player(one.base) for one in node.operands):
            return "one player, by his name"
    return None


def _gifts(script: Script) -> Iterator[int]:
    for assign in script.all(nodes.Assign):
        key = nodes.key_of(assign.targets[0])
        owner = script.folder.path(getattr(assign.targets[0], "base", None))
        is_world = owner in ("service.Workspace", "service.Lighting")
        if is_world or key in _POWERS or assign.operator == "+":
            yield assign.start
    for called in script.calls:
        is_tool = called.name == "Clone" and called.receiver is not None and _ARMS.search(shown(called.receiver))
        if is_tool or called.name in (
            "Destroy",
            "TakeDamage",
            "LoadCharacter",
            "Teleport",
            "TeleportAsync",
            "SetAsync",
        ):
            yield called.node.start


def _not_in_studio(script: Script) -> Iterator[Hit]:
    """Find scripts that end at once where the developer could see them run."""
    statements = script.whole.statements if isinstance(script.whole, nodes.Block) else []
    effects = max([*losses_in(script), *_gifts(script)], default=0)
    for one in statements:
        if not isinstance(one, nodes.If) or not any(_asks_studio(script, each) for each in one.conditions[:1]):
            continue
        last = one.blocks[0].statements[-1:]
        if last and isinstance(last[0], nodes.Return) and effects > one.end:
            yield hit(one, "it ends at once in Studio")


def _asks_studio(script: Script, condition: Node) -> bool:
    return isinstance(condition, nodes.Call) and script.folder.path(condition).endswith("RunService:IsStudio()")


RULES: Final = (
    Rule(
        "L514",
        "A phrase gives power to whoever says it",
        Tier.DENY,
        "It is a back door: whoever knows the words throws others out or makes himself an admin, and no rank is asked.",
        "Ask for a rank or a list of ids on the server.",
        samples(
            "local admins = {}\nplayer.Chatted:Connect(function(message)\n\tif message == 'the owl flies' then\n"
            "\t\tadmins[player] = true\n\tend\nend)",
            "remote.OnServerEvent:Connect(function(player, word)\n\tif word == 'sesame' then\n"
            "\t\tplayer:SetAttribute('Admin', true)\n\tend\nend)",
        ),
        samples(
            "player.Chatted:Connect(function(message)\n\tif message == '/dance' then\n\t\tdance:Play()\n\tend\nend)",
            "player.Chatted:Connect(function(message)\n\tif player:GetRankInGroup(1) < 200 then\n\t\treturn\n\tend\n"
            "\tif message == '!close' then\n\t\tother:Kick('closing')\n\tend\nend)",
        ),
        lambda script: (*_phrases(script), *_named_by_chat(script)),
    ),
    Rule(
        "L515",
        "The script ends at once in Studio",
        Tier.REVIEW,
        "Who tries it out never sees what it does; only those who play do.",
        "Let it run in Studio too, with what must not happen there left out.",
        samples(
            "if game:GetService('RunService'):IsStudio() then\n\treturn\nend\ngame.Players.PlayerAdded:Connect(function(player)\n"
            "\tplayer.leaderstats.Points.Value *= 2\nend)",
            "local run = game:GetService('RunService')\nif run:IsStudio() then\n\treturn\nend\nworkspace.Wall:Destroy()",
        ),
        samples(
            "local run = game:GetService('RunService')\nlocal function save()\n\tif run:IsStudio() then\n\t\treturn\n\tend\n"
            "\tprint('saved')\nend\nsave()",
            "if game:GetService('RunService'):IsStudio() then\n\treturn\nend\nprint('counted')",
        ),
        _not_in_studio,
    ),
    Rule(
        "L516",
        "One person has powers that the script names",
        Tier.REVIEW,
        "Whose id it is does not show; the author of a free model gives himself powers in all games so.",
        "Ask for a rank in the group, and keep lists of people out of scripts.",
        samples(
            "if player.UserId == 123456 then\n\tplayer.Character.Humanoid.WalkSpeed = 100\nend",
            "player.Chatted:Connect(function(message)\n\tif player.UserId == game.CreatorId then\n"
            "\t\ttarget:Kick(message)\n\tend\nend)",
        ),
        samples(
            "if player.UserId == game.CreatorId then\n\tlabel.Text = 'Welcome back'\nend",
            "if other.UserId == player.UserId then\n\tscore.Value += 1\nend",
        ),
        _owners,
    ),
)
