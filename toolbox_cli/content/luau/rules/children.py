"""L90x: what children must be kept from, and what must be kept from others."""

import re
from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Allowed, Called, Context, Script
from toolbox_cli.content.luau.meaning.taint import ATTRIBUTE, CHAT, FILTERS, HTTP, REMOTE, STORED, TYPED, Origin
from toolbox_cli.content.luau.meaning.values import kind_of
from toolbox_cli.content.luau.questions import guards, urls
from toolbox_cli.content.luau.questions.texts import SHOWN, TELLS, sinks
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import shown
from toolbox_cli.content.luau.rule import Hit, Rule, Sample, Tier, hit, samples

_OTHERS: Final = frozenset(
    ("FireAllClients", "FireClient", "PublishAsync", "Chat", "DisplaySystemMessage", "SetAttribute")
)
"""Methods that bring text to other players than the one who wrote it."""
_NUMBERS: Final = frozenset(("number", "boolean"))
_TALKS: Final = re.compile(r"chat|messag|whisper|\bdm\b|^dm|say|talk|speak|direct", re.IGNORECASE)


def _reaches_others(script: Script, name: str) -> bool:
    """Tell whether what is shown so is seen by other players: on a client, a label is seen by its player alone."""
    return name in _OTHERS or (name not in TELLS and script.context is not Context.CLIENT)


def _told_by_hosts(script: Script) -> Iterator[Hit]:
    if _only_reads_allowed(script):
        for node, values, name in sinks(script):
            if _reaches_others(script, name) and any(script.taint.kinds(one) == {HTTP} for one in values):
                yield hit(node, f"what an allowed host answers through {name}")


def _only_reads_allowed(script: Script) -> bool:
    """Tell whether a script asks nobody but allowed hosts, and tells them nothing."""
    known = script.noted.setdefault("reads allowed", {})
    if "" not in known:
        sent = list(urls.sent(script))
        hosts = {host for _, url, _ in sent for host in urls.hosts(script, url)}
        reads = all(called.name == "GetAsync" for called, _, _ in sent)
        known[""] = bool(hosts) and reads and all(urls.is_allowed(script, host) for host in hosts)
    return bool(known[""])


def _shows_typed(script: Script) -> Iterator[Hit]:
    if script.context is not Context.CLIENT:
        return
    sends = any(TYPED in script.taint.kinds(one) for called in script.calls if called.name == "FireServer"
                for one in called.arguments)  # fmt: skip
    for node, values, name in sinks(script) if sends else ():
        if name in SHOWN and any(ATTRIBUTE in script.taint.kinds(one) for one in values):
            if not any("LocalPlayer" in script.folder.path(one) for value in values for one in value.walk()):
                yield hit(node, f"an attribute of another player through {name}")


def _unfiltered(script: Script) -> Iterator[Hit]:
    if script.context is Context.PLUGIN:
        return
    for node, values, name in sinks(script):
        if not _reaches_others(script, name):
            continue
        given = values[1:] if name in ("FireClient", "Chat", "PublishAsync", "SetAttribute") else values
        for value in given:
            told = _player_text(
                script, value, node, shown=name in SHOWN or name == "PublishAsync", certain=name == "SetAttribute"
            )
            if told:
                yield hit(node, f"{told} through {name}")
                break
    yield from _named(script)


def _named(script: Script) -> Iterator[Hit]:
    """Find names and values of objects that players give: others see them."""
    if script.context is Context.CLIENT:
        return
    for assign in script.all(nodes.Assign):
        for target, value in zip(assign.targets, assign.values, strict=False):
            if isinstance(target, nodes.Index) and getattr(target.key, "value", None) in ("Name", "Value"):
                told = _player_text(script, value, assign, certain=True)
                if told and not isinstance(script.folder.value(target.base), nodes.Table):
                    yield hit(assign, f"{told} as {shown(target)}")


def _player_text(script: Script, value: Node, use: Node, *, certain: bool = False, shown: bool = False) -> str | None:
    """Say whose unfiltered words a value holds.

    Args:
        script: which has it.
        value: what is shown.
        use: where.
        certain: only what is known to be text.
        shown: it can be nothing but text.
    """
    if kind_of(script.folder.value(value)) in _NUMBERS:
        return None
    names = {CHAT: "what players write", TYPED: "what players type"}
    if shown and _stores_words(script):
        names[STORED] = "what players wrote and the script stored"
    if not _only_reads_allowed(script):
        names[HTTP] = "what a server answered"
    for one in sorted(_origins(script, value), key=lambda one: one.kind):
        if one.kind in names:
            return names[one.kind]
        if one.kind == REMOTE and _is_text(script, one, use, certain=certain, shown=shown):
            return "what a client sent"
    return None


def _origins(script: Script, value: Node) -> set[Origin]:
    """Give the origins of a value, except those that only choose it, or that stand in a number."""
    if isinstance(value, nodes.Table):
        return {one for each in value.fields for one in _origins(script, each.value)}
    return set(script.taint.of(value))


def _stores_words(script: Script) -> bool:
    """Tell whether a script stores words of players that nobody filtered."""
    known = script.noted.setdefault("stores words", {})
    if "" not in known:
        known[""] = False  # what is stored again adds nothing
        known[""] = any(
            _player_text(script, value, called.node, shown=True)
            for called in script.calls
            if called.name == "SetAsync" and not called.path.startswith("service.HttpService")
            for value in called.arguments[1:]
        )
    return bool(known[""])


def _is_text(script: Script, origin: Origin, use: Node, *, certain: bool, shown: bool) -> bool:
    facts = guards.asked(script, origin.symbol, use)
    if facts & {guards.NUMBER, guards.LISTED, guards.EQUAL, guards.CLASS, guards.PLACE}:
        return False
    if guards.TEXT in facts:
        return True
    if certain or guards.TYPE in facts or guards.BOTH in facts or guards.RANGE in facts:
        return False
    return shown or (origin.symbol is not None and _WORDS.search(origin.symbol.name) is not None)


_WORDS: Final = re.compile(
    r"text|messag|msg|name|title|word|comment|chat|string|content|caption|sign|bio|note|str|say|reply|answer",
    re.IGNORECASE,
)


def _relays(script: Script) -> Iterator[Hit]:
    """Find ways of talking beside TextChatService: a client's words, filtered or not, handed to others."""
    for called in script.calls:
        if called.name not in ("FireAllClients", "FireClient") or called.receiver is None:
            continue
        handler = next((one for one in script.runs_when(called.node) if one.event == "OnServerEvent"), None)
        if handler is None:
            continue
        names = [shown(handler.emitter), shown(called.receiver)]
        if not (_is_talk(script, called, names) or _is_letter(script, called)):
            continue
        yield hit(called.node, f"{called.name} of {shown(called.receiver)}")
    for called in script.calls:
        if called.path in ("service.Chat:Chat", "service.Chat:ChatLocal") and script.context is not Context.CLIENT:
            if any(script.taint.kinds(one) & {REMOTE, CHAT} for one in called.arguments):
                yield hit(called.node, "Chat:Chat of players' words")


def _is_letter(script: Script, called: Called) -> bool:
    """Tell whether text that was filtered goes to a player whom the sender chose."""
    if called.name != "FireClient" or len(called.arguments) < 2:
        return False
    to = called.arguments[0]
    made = [one.value for one in to.symbol.definitions] if isinstance(to, nodes.Name) and to.symbol else []
    given = [to, *(one for call in made if isinstance(call, nodes.Call) for one in call.arguments)]
    return any(REMOTE in script.taint.kinds(one) for one in given) and _filters(called)


def _filters(called: Called) -> bool:
    inside = next((one for one in called.node.within() if isinstance(one, nodes.Function)), None)
    calls = inside.body.walk() if inside is not None else ()
    return any(isinstance(one, nodes.Call) and nodes.key_of(one) in FILTERS for one in calls)


def _is_talk(script: Script, called: Called, names: list[str]) -> bool:
    """Tell whether what is handed on is talk: by its name, or since it was filtered as talk is."""
    words = [_WORDS_OF_TALK.search(name) for name in names]
    inside = next((one for one in called.node.within() if isinstance(one, nodes.Function)), None)
    filtered = _filters(called)
    as_chat = inside is not None and any(
        isinstance(one, nodes.Call) and nodes.key_of(one) == "GetChatForUserAsync" for one in inside.body.walk()
    )
    is_text = filtered or any(_player_text(script, one, called.node) for one in called.arguments)
    return as_chat or (is_text and any(words))


_WORDS_OF_TALK: Final = re.compile(
    r"chat|whisper|direct|(?:^|[^a-z])dm|talk|private.?messag|send.?messag|say", re.IGNORECASE
)

_OURS: Final = Allowed(hosts=frozenset(("api.school.example",)))

RULES: Final = (
    Rule(
        "L901",
        "Words of players reach others unfiltered",
        Tier.DENY,
        "Whatever players write, and whatever comes from outside, goes through TextService first; Roblox takes games "
        "down that leave that out.",
        "Filter it: TextService:FilterStringAsync, then GetNonChatStringForBroadcastAsync or ...ForUserAsync.",
        samples(
            "remote.OnServerEvent:Connect(function(player, text)\n\tsign.Text = text\nend)",
            "remote.OnServerEvent:Connect(function(player, message)\n\tif type(message) == 'string' then\n"
            "\t\tnotice:FireAllClients(player.Name .. ': ' .. message)\n\tend\nend)",
            "game.Players.PlayerAdded:Connect(function(player)\n\tplayer.Chatted:Connect(function(said)\n"
            "\t\tworkspace.Board.Gui.Label.Text = said\n\tend)\nend)",
        ),
        samples(
            "local filter = game:GetService('TextService')\nremote.OnServerEvent:Connect(function(player, text)\n"
            "\tif typeof(text) ~= 'string' then\n\t\treturn\n\tend\n"
            "\tlocal result = filter:FilterStringAsync(text, player.UserId)\n"
            "\tsign.Text = result:GetNonChatStringForBroadcastAsync()\nend)",
            "remote.OnServerEvent:Connect(function(player, score)\n\tif typeof(score) ~= 'number' then\n\t\treturn\n"
            "\tend\n\tboard.Text = 'Score: ' .. score\nend)",
            "game.Players.PlayerAdded:Connect(function(player)\n\tboard.Text = 'Welcome, ' .. player.DisplayName\nend)",
        ),
        _unfiltered,
    ),
    Rule(
        "L907",
        "Text of an allowed host is shown unfiltered",
        Tier.REVIEW,
        "Where the school writes it, that may be right; where a program or its users do, it must be filtered.",
        "Filter it, or have somebody confirm who writes there.",
        (
            Sample(
                "local http = game:GetService('HttpService')\n"
                "sign.Text = http:GetAsync('https://api.school.example/motd')",
                allowed=_OURS,
            ),
            Sample(
                "local http = game:GetService('HttpService')\n"
                "local ok, said = pcall(http.GetAsync, http, 'https://api.school.example/menu')\nboard.Text = said",
                allowed=_OURS,
            ),
        ),
        (
            Sample(
                "local http = game:GetService('HttpService')\nprint(http:GetAsync('https://api.school.example/motd'))",
                allowed=_OURS,
            ),
            *samples("sign.Text = 'Good morning'"),
        ),
        _told_by_hosts,
    ),
    Rule(
        "L908",
        "A client shows what another player typed",
        Tier.REVIEW,
        "The same script sends what its player types; only the server can filter it, and here nobody sees that it does.",
        "Filter it on the server before it becomes an attribute; let a person look at both.",
        samples(
            "box.FocusLost:Connect(function()\n\tremote:FireServer(box.Text)\nend)\n"
            "label.Text = other:GetAttribute('Status')",
            "box.FocusLost:Connect(function()\n\tmotto:FireServer(box.Text)\nend)\n"
            "for _, one in game.Players:GetPlayers() do\n\tone.Character.Head.Tag.Label.Text = one:GetAttribute('Motto')\nend",
            context=Context.CLIENT,
        ),
        samples(
            "label.Text = other:GetAttribute('Status')",
            "box.FocusLost:Connect(function()\n\tremote:FireServer(box.Text)\nend)\nlabel.Text = 'sent'",
            context=Context.CLIENT,
        ),
        _shows_typed,
    ),
    Rule(
        "L904",
        "Players talk beside TextChatService",
        Tier.REVIEW,
        "Only there parents' settings, reports and age groups hold; a chat of one's own has none of them.",
        "Use TextChatService's channels.",
        samples(
            "local filter = game:GetService('TextService')\nwhisper.OnServerEvent:Connect(function(player, other, text)\n"
            "\tlocal result = filter:FilterStringAsync(text, player.UserId)\n"
            "\twhisper:FireClient(other, result:GetChatForUserAsync(other.UserId))\nend)",
        )
        + samples(
            "ChatRemote.OnServerEvent:Connect(function(player, message)\n\tChatRemote:FireAllClients(message)\nend)",
            also="L901",
        ),
        samples(
            "local channel = game:GetService('TextChatService').TextChannels.RBXGeneral\nchannel:SendAsync('hello')",
            "startRound.OnServerEvent:Connect(function(player)\n\tstartRound:FireAllClients(player.Name)\nend)",
            context=Context.CLIENT,
        ),
        _relays,
    ),
)
