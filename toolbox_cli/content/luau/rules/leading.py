"""L902 to L906: texts that lead children away, bait them, or ask them for what is private."""

import re
from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.analysis import Context, Script
from toolbox_cli.content.luau.meaning.possible import texts
from toolbox_cli.content.luau.questions import urls
from toolbox_cli.content.luau.questions.texts import sinks
from toolbox_cli.content.luau.rule import Hit, Rule, Tier, hit, samples

_CHATS: Final = re.compile(
    r"discord\s?\.\s?(?:gg|com/invite|me|io)\b|discordapp\.com/invite|\bdsc\.gg\b|\bt\.me/|\btelegram\.me/|\bwa\.me/"
    r"|\bsnapchat\.com/|\binstagram\.com/|\btiktok\.com/|\bbit\.ly/|\btinyurl\.com|\blinktr\.ee/|\bpaypal\.(?:me|com)"
    r"|\bpatreon\.com/|\bguilded\.gg",
    re.IGNORECASE,
)
_SPACED: Final = re.compile(r"(?<!\S)(?:\S ){5,}+")
"""Words whose letters stand apart."""
_LINK: Final = re.compile(r"\byoutube\.com/|\byoutu\.be/|\btwitch\.tv/", re.IGNORECASE)
_INVITES: Final = re.compile(
    r"\b(?:join|add|follow|message|dm|find|text|contact|call|write)\b[^.!?\n]{0,40}\b(?:discord|snapchat|snap|instagram|insta|whatsapp|telegram"
    r"|tiktok|kik|skype|wechat|signal)\b|\bmy (?:discord|snap|snapchat|insta|instagram|whatsapp|telegram|number)\b",
    re.IGNORECASE,
)
_BAIT: Final = re.compile(
    r"\bfree\s+(?:robux|rbx|bobux)\b|\brobux\s+generator\b|\b(?:get|claim|win|earn)\b[^.!?\n]{0,20}\brobux\b[^.!?\n]{0,20}\bfree\b"
    r"|\b(?:enter|type|give|send|tell)\b[^.!?\n]{0,30}\bpassword\b|\byour\s+(?:roblox\s+)?password\b",
    re.IGNORECASE,
)
_PRIVATE: Final = re.compile(
    r"\b(?:what(?:'s| is| are)|tell (?:me|us)|enter|type|write|send(?: me| us)?|give(?: me| us)?|share)\s+your\s+(?:\w+\s+){0,2}?"
    r"(?:real name|full name|last name|surname|home|address|phone|school|e-?mail|birthday|birth date|age|where you live)\b"
    r"|\bwhere do you live\b|\bhow old are you\b|\bwhich school do you\b",
    re.IGNORECASE,
)
_WARNS: Final = re.compile(
    r"\b(?:never|don'?t|do not|no such thing|isn'?t|not real|scam(?:s|mers?)?|beware|careful|warning|watch out|avoid|report|trick(?:s|ed)?|phishing|fake|nobody|no one|strangers?|adult)\b",
    re.IGNORECASE,
)


def _links(script: Script) -> Iterator[Hit]:
    for node, values, _ in sinks(script):
        for text in (text for value in values for text in texts(script, value)):
            link = _LINK.search(text)
            if link is not None:
                yield hit(node, f"{link[0][:60]!r} is shown")
            elif _CHATS.search(text) is None and (host := _host_in(text)) and not urls.is_allowed(script, host):
                yield hit(node, f"an address at {host} is shown")


def _invitations(script: Script) -> Iterator[Hit]:
    for node, values, _ in sinks(script):
        for text in (text for value in values for text in texts(script, value)):
            found = _CHATS.search(_SPACED.sub(_closed_up, text)) or (
                _INVITES.search(text) if not _WARNS.search(text) else None
            )
            if found is not None:
                yield hit(node, f"{found[0][:60]!r} is shown")


def _closed_up(found: re.Match[str]) -> str:
    return found[0].replace(" ", "")


def _host_in(text: str) -> str | None:
    at = text.lower().find("http")
    host = urls.host_of(text[at:]) if at >= 0 else None
    return None if host is None or urls.is_below(host, _ROBLOX | _NOWHERE) else host


_NOWHERE: Final = frozenset(("example.com", "example.org", "example.net"))
"""Names that are kept for examples; nobody is there."""
_ROBLOX: Final = frozenset(("roblox.com", "rbxcdn.com", "create.roblox.com", "www.roblox.com"))


def _bait(script: Script) -> Iterator[Hit]:
    for node, values, _ in sinks(script):
        for text in (text for value in values for text in texts(script, value)):
            found = _BAIT.search(text)
            if found is not None and not _WARNS.search(text):
                yield hit(node, f"{found[0][:60]!r} is shown")


def _asks(script: Script) -> Iterator[Hit]:
    for node, values, _ in sinks(script):
        for text in (text for value in values for text in texts(script, value)):
            found = _PRIVATE.search(text)
            if found is not None and not _WARNS.search(text):
                yield hit(node, f"{found[0][:60]!r} is shown")


RULES: Final = (
    Rule(
        "L902",
        "Children are led off the platform",
        Tier.REVIEW,
        "Outside nobody looks after them: addresses and invitations to other networks don't belong into a game.",
        "Leave the address out; Roblox has a place for social links on the game's page.",
        samples(
            "label.Text = 'More: youtube.com/watch'",
            "game:GetService('StarterGui'):SetCore('SendNotification', { Title = 'Hi', Text = 'https://water.example/x' })",
            context=Context.CLIENT,
        ),
        samples(
            "local hosts = { 'https://water.example' }\nprint(#hosts)",
            "label.Text = 'An address: https://www.example.com/page'",
            context=Context.CLIENT,
        ),
        _links,
    ),
    Rule(
        "L906",
        "Children are invited to chats, accounts or payments elsewhere",
        Tier.DENY,
        "Strangers wait there, and no parents' settings hold.",
        "Leave it out; Roblox has a place for social links on the game's page.",
        samples(
            "label.Text = 'Join discord.gg/abcdef'",
            "local lines = { 'Welcome', 'Add me on Snapchat!' }\nfor _, line in lines do\n\tlabel.Text = line\nend",
            context=Context.CLIENT,
        ),
        samples(
            "local banned = { 'discord.gg', 'snapchat' }\nfor _, word in banned do\n\tprint(string.find(text, word))\nend",
            "label.Text = 'Never share your Discord or your address.'",
            context=Context.CLIENT,
        ),
        _invitations,
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
        "L905",
        "Children are asked for what is private",
        Tier.DENY,
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
