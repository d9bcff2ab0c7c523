"""What must not stand in text for children: ways off the platform, questions about themselves, and what harms them."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple


class Unfit(NamedTuple):
    """A place in a text.

    Attributes:
        refuses: whether nobody may be shown it; else a person decides.
    """

    code: str
    words: str
    remedy: str
    refuses: bool = True


_ADDRESSES: Final[Mapping[str, str]] = {
    "link": r"\b(?:[a-z][a-z0-9+.-]*://|www\.)\S+"
    r"|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|net|org|gg|io|me|ly|tv|app|link|xyz|ru|de|co|info|site|online)\b(?:/\S*)?",
    "mail-address": r"\b[\w.+-]+@[\w-]+\.[\w.-]+",
    "handle": r"(?<![\w@])@[a-z]\w{2,}",
    "phone-number": r"(?<![\w.,/])(?:\+\d{1,3}[ -]?)?(?:\(\d{2,4}\)[ -]?|\d{2,4}[ -])\d{3}[ -]\d{4}(?![\w.,/])",
}
_OFF_PLATFORM: Final = (
    "discord", "whatsapp", "snapchat", "tiktok", "instagram", "facebook", "kik", "omegle", "onlyfans",
    "twitch", "reddit",
)  # fmt: skip
_MONEY: Final = ("free robux", "robux generator", "buy robux", "gift card", "credit card", "send money")
_ABOUT_SELF: Final = (
    r"\b(?:what is|what'?s|tell (?:us|me)|type|enter|write(?: down)?|share|send|give)\b[^.?!]{0,30}"
    r"\b(?:your (?:full |real |own )?(?:name|surname|address|phone(?: number)?|email|e-mail|birthday|birth date|age|"
    r"location|photo|picture|selfie|password))\b(?! of\b)",
    r"\bwhere (?:do|are) you (?:live|now)\b",
    r"\bhow old are you\b",
    r"\bwhich school do you go to\b",
    r"\b(?:don'?t|do not|never) tell (?:your|any) (?:parents?|mother|mom|mum|father|dad|teachers?|adults?|one)\b",
)
_HARMFUL: Final = (
    "porn", "pornography", "sexy", "nude", "nudes", "fuck", "fucking", "shit", "bitch", "asshole", "slut", "whore",
    "cocaine", "vape", "get drunk", "lootbox", "kill yourself", "kys", "self-harm", "behead",
)  # fmt: skip
_DOUBTFUL: Final = ("sex", "naked", "rape", "heroin", "meth", "gambling", "casino", "suicide", "gore", "telegram app")
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_ALIKE: Final = {
    "авсԁеһіјкӏмнорԛгѕтухѵԝ": "abcdehijklmhopqrstyxvw",
    "αβεηικνορτυχωγϲϳ": "abenikvoptuxwycj",
    "ıɑɡɩᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢøđł": "iagiabcdefghijklmnoprstuvwyzodl",
    "’‘ʼ`´": "'" * 5,
}
"""Letters of other alphabets to the Latin ones that they look like."""
_LATIN: Final = {ord(sign): latin for signs, plain in _ALIKE.items() for sign, latin in zip(signs, plain, strict=True)}
_SPACED: Final = re.compile(r"\b(?:[a-z][ ._*-]){3,}[a-z]\b")
_SIGNS: Final = tuple(str.maketrans("0134578@$", f"o{one}eastbas") for one in "il")
"""What is written for letters that it looks like."""
_ADDRESS: Final = {code: re.compile(pattern) for code, pattern in _ADDRESSES.items()}
_PERSONAL: Final = re.compile("|".join(_ABOUT_SELF))

_ELSEWHERE: Final = "Leave it out; a lesson stays on the platform."
_SELF: Final = "Ask nothing about the student as a person."
_SAY_OTHERWISE: Final = "Say it in words for children, or leave it out."


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, words))})(?![a-z])")


_WORDS: Final = (
    ("off-platform", _any_of(_OFF_PLATFORM), _ELSEWHERE, True),
    ("money", _any_of(_MONEY), _ELSEWHERE, True),
    ("harmful", _any_of(_HARMFUL), _SAY_OTHERWISE, True),
    ("doubtful", _any_of(_DOUBTFUL), _SAY_OTHERWISE, False),
)


def unfit(text: str) -> Iterator[Unfit]:
    """Find what children must not be shown.

    Words are looked for in the text as it is read: without signs that can't be seen, with letters that look alike as
    one, and with letters that are set apart joined.

    Example:
        >>> [(one.code, one.words) for one in unfit("Join d i s c o r d .gg now, or write to a@b.org!")]
        [('mail-address', 'a@b.org'), ('link', 'b.org'), ('off-platform', 'discord')]
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    if _INVISIBLE.search(plain):
        yield Unfit("invisible", "signs that can't be seen", "Write plain letters.")
    plain = _as_read(plain)
    for code, pattern in sorted(_ADDRESS.items(), key=lambda pair: pair[0] == "link"):
        for found in pattern.finditer(plain):
            yield Unfit(code, found[0], _ELSEWHERE)
    for found in _PERSONAL.finditer(plain):
        yield Unfit("about-self", found[0], _SELF)
    yield from _words(plain)


def _as_read(text: str) -> str:
    """Write Latin letters for all that look like them, without marks, and one blank from word to word."""
    letters = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text)).translate(_LATIN)
    return " ".join("".join(sign for sign in letters if unicodedata.category(sign) != "Mn").split())


def _words(plain: str) -> Iterator[Unfit]:
    joined = _SPACED.sub(lambda found: re.sub(r"[ ._*-]", "", found[0]), plain)
    told = set()
    for form in (plain, joined, *(joined.translate(signs) for signs in _SIGNS)):
        for code, pattern, remedy, refuses in _WORDS:
            for found in pattern.finditer(form):
                if (code, found[0]) not in told:
                    told.add((code, found[0]))
                    yield Unfit(code, found[0], remedy, refuses)
