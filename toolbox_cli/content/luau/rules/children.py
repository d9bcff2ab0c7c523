"""L90x: what children must be kept from, and what must be kept from others."""

import re
from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Called, Context, Script
from toolbox_cli.content.luau.meaning.possible import texts
from toolbox_cli.content.luau.meaning.taint import CHAT, FILTERS, HTTP, REMOTE, STORED, TYPED, Origin
from toolbox_cli.content.luau.meaning.values import kind_of
from toolbox_cli.content.luau.questions import guards, urls
from toolbox_cli.content.luau.reading import nodes
from toolbox_cli.content.luau.reading.nodes import Node
from toolbox_cli.content.luau.reading.scopes import shown
from toolbox_cli.content.luau.rule import Hit, Rule, Tier, hit, samples

_SHOWN: Final = frozenset(
    (
        "Text",
        "PlaceholderText",
        "Title",
        "ObjectText",
        "ActionText",
        "DisplayName",
        "Message",
        "ToolTip",
        "RichText",
        "ContentText",
    )
)
_TELLS: Final = frozenset(("FireAllClients", "FireClient", "PublishAsync", "SetCore", "DisplaySystemMessage", "Chat",
                           "DisplayBubble", "FireServer", "SendAsync", "Kick", "SayMessage", "SetAttribute"))  # fmt: skip
_OTHERS: Final = frozenset(
    ("FireAllClients", "FireClient", "PublishAsync", "Chat", "DisplaySystemMessage", "SetAttribute")
)
"""Methods that bring text to other players than the one who wrote it."""
_NUMBERS: Final = frozenset(("number", "boolean"))
_TALKS: Final = re.compile(r"chat|messag|whisper|\bdm\b|^dm|say|talk|speak|direct", re.IGNORECASE)

_LINK: Final = re.compile(
    r"discord\s?\.\s?(?:gg|com/invite|me|io)\b|discordapp\.com/invite|\bdsc\.gg\b|\bt\.me/|\btelegram\.me/|\bbit\.ly/|\btinyurl\.com"
    r"|\bwa\.me/|\byoutube\.com/|\byoutu\.be/|\btiktok\.com/|\binstagram\.com/|\bsnapchat\.com/|\btwitch\.tv/"
    r"|\bpatreon\.com/|\bpaypal\.(?:me|com)|\blinktr\.ee/",
    re.IGNORECASE,
)
_INVITES: Final = re.compile(
    r"\b(?:join|add|follow|message|dm|find|text|contact|call|write)\b[^.!?\n]{0,40}\b(?:discord|snapchat|snap|instagram|insta|whatsapp|telegram"
    r"|tiktok|kik|skype|wechat|signal)\b|\bmy (?:discord|snap|snapchat|insta|instagram|whatsapp|telegram|number)\b",
    re.IGNORECASE,
)
_BAIT: Final = re.compile(
    r"\bfree\s+(?:robux|rbx|bobux)\b|\brobux\s+generator\b|\b(?:get|claim|win|earn)\b[^.!?\n]{0,20}\brobux\b[^.!?\n]{0,20}\bfree\b"
    r"|\b(?:enter|type|give|send|tell)\b[^.!?\n]{0,30}\bpassword\b",
    re.IGNORECASE,
)
_PRIVATE: Final = re.compile(
    r"\b(?:what(?:'s| is| are)|tell (?:me|us)|enter|type|write|send(?: me| us)?|give(?: me| us)?|share)\s+your\s+(?:\w+\s+){0,2}?"
    r"(?:real name|full name|last name|surname|home|address|phone|school|e-?mail|birthday|birth date|age|where you live)\b"
    r"|\bwhere do you live\b|\bhow old are you\b|\bwhich school do you\b",
    re.IGNORECASE,
)
_WARNS: Final = re.compile(r"\b(?:never|don'?t|do not|no such thing|isn'?t|not real|scam|beware)\b", re.IGNORECASE)


def _sinks(script: Script) -> Iterator[tuple[Node, list[Node], str]]:
    """Give where text is shown: the place, what is shown, and by what."""
    for assign in script.all(nodes.Assign):
        for target, value in zip(assign.targets, assign.values, strict=False):
            key = nodes.key_of(target)
            if isinstance(target, nodes.Index) and key in _SHOWN:
                yield assign, [value], str(key)
    for called in script.calls:
        if called.name in _TELLS and (called.receiver is not None or called.path.startswith("service.")):
            yield called.node, list(called.arguments), called.name
    for call in script.all(nodes.Call):
        yield from _properties(call)


def _properties(call: nodes.Call) -> Iterator[tuple[Node, list[Node], str]]:
    """Give text in tables of properties, as libraries for interfaces take them."""
    for argument in call.arguments:
        for one in argument.fields if isinstance(argument, nodes.Table) else ():
            key = getattr(one.key, "value", None)
            if key in _SHOWN:
                yield one, [one.value], str(key)


def _links(script: Script) -> Iterator[Hit]:
    for node, values, _ in _sinks(script):
        for text in (text for value in values for text in texts(script, value)):
            link = _LINK.search(text) or (_INVITES.search(text) if not _WARNS.search(text) else None)
            if link is not None:
                yield hit(node, f"{link[0][:60]!r} is shown")
            elif (host := _host_in(text)) and not urls.is_allowed(script, host):
                yield hit(node, f"an address at {host} is shown")


def _host_in(text: str) -> str | None:
    at = text.lower().find("http")
    host = urls.host_of(text[at:]) if at >= 0 else None
    return None if host is None or urls.is_below(host, _ROBLOX) else host


_ROBLOX: Final = frozenset(("roblox.com", "rbxcdn.com", "create.roblox.com", "www.roblox.com"))


def _bait(script: Script) -> Iterator[Hit]:
    for node, values, _ in _sinks(script):
        for text in (text for value in values for text in texts(script, value)):
            found = _BAIT.search(text)
            if found is not None and not _WARNS.search(text):
                yield hit(node, f"{found[0][:60]!r} is shown")


def _asks(script: Script) -> Iterator[Hit]:
    for node, values, _ in _sinks(script):
        for text in (text for value in values for text in texts(script, value)):
            found = _PRIVATE.search(text)
            if found is not None and not _WARNS.search(text):
                yield hit(node, f"{found[0][:60]!r} is shown")


def _reaches_others(script: Script, name: str) -> bool:
    """Tell whether what is shown so is seen by other players: on a client, a label is seen by its player alone."""
    return name in _OTHERS or (name not in _TELLS and script.context is not Context.CLIENT)


def _unfiltered(script: Script) -> Iterator[Hit]:
    for node, values, name in _sinks(script):
        if not _reaches_others(script, name):
            continue
        given = values[1:] if name in ("FireClient", "Chat", "PublishAsync", "SetAttribute") else values
        for value in given:
            told = _player_text(script, value, node, shown=name in _SHOWN, certain=name == "SetAttribute")
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
    names = {CHAT: "what players write", TYPED: "what players type", HTTP: "what a server answered"}
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
    return {one for one in script.taint.of(value) if one.kind != STORED}


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
        if handler is None or not _is_talk(script, called, [shown(handler.emitter), shown(called.receiver)]):
            continue
        yield hit(called.node, f"{called.name} of {shown(called.receiver)}")
    for called in script.calls:
        if called.path in ("service.Chat:Chat", "service.Chat:ChatLocal") and script.context is not Context.CLIENT:
            if any(script.taint.kinds(one) & {REMOTE, CHAT} for one in called.arguments):
                yield hit(called.node, "Chat:Chat of players' words")


def _is_talk(script: Script, called: Called, names: list[str]) -> bool:
    """Tell whether what is handed on is talk: by its name, or since it was filtered as talk is."""
    words = [_WORDS_OF_TALK.search(name) for name in names]
    inside = next((one for one in called.node.within() if isinstance(one, nodes.Function)), None)
    filtered = inside is not None and any(
        isinstance(one, nodes.Call) and nodes.key_of(one) in FILTERS for one in inside.body.walk()
    )
    as_chat = inside is not None and any(
        isinstance(one, nodes.Call) and nodes.key_of(one) == "GetChatForUserAsync" for one in inside.body.walk()
    )
    is_text = filtered or any(_player_text(script, one, called.node) for one in called.arguments)
    return as_chat or (is_text and any(words))


_WORDS_OF_TALK: Final = re.compile(
    r"chat|whisper|direct|(?:^|[^a-z])dm|talk|private.?messag|send.?messag|say", re.IGNORECASE
)

RULES: Final = (
    Rule(
        "L901",
        "Words of players reach others unfiltered",
        Tier.REVIEW,
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
        "L902",
        "Children are led off the platform",
        Tier.REVIEW,
        "Outside nobody looks after them: addresses and invitations to other networks don't belong into a game.",
        "Leave the address out; Roblox has a place for social links on the game's page.",
        samples(
            "label.Text = 'Join discord.gg/abcdef'",
            "local lines = { 'Welcome', 'Add me on Snapchat!' }\nfor _, line in lines do\n\tlabel.Text = line\nend",
            "game:GetService('StarterGui'):SetCore('SendNotification', { Title = 'Hi', Text = 'https://example.org/x' })",
            context=Context.CLIENT,
        ),
        samples(
            "local banned = { 'discord.gg', 'snapchat' }\nfor _, word in banned do\n\tprint(string.find(text, word))\nend",
            "label.Text = 'Never share your Discord or your address.'",
            context=Context.CLIENT,
        ),
        _links,
    ),
    Rule(
        "L903",
        "Children are baited",
        Tier.DENY,
        "Free Robux and questions for passwords are frauds.",
        "Leave it out.",
        samples("label.Text = 'FREE ROBUX! click'", "notice:FireAllClients('Type your password to win')"),
        samples(
            "local words = { 'free robux' }\nprint(#words)",
            "label.Text = 'Free Robux is a scam. Never tell your password!'",
        ),
        _bait,
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
    Rule(
        "L905",
        "Children are asked for what is private",
        Tier.REVIEW,
        "Names, addresses, schools and ages of children are nothing that a game may ask for.",
        "Leave the question out.",
        samples(
            "label.Text = 'What is your real name?'",
            "local questions = { 'How old are you?', 'Where do you live?' }\nlabel.Text = questions[i]",
            context=Context.CLIENT,
        ),
        samples(
            "label.Text = 'What is your answer?'",
            "label.Text = 'Never tell anybody: what is your address, what is your phone number'",
            context=Context.CLIENT,
        ),
        _asks,
    ),
)
