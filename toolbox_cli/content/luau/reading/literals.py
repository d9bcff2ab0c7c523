"""What strings and numbers are, as they are written in Luau."""

import re
from typing import Final

_ESCAPE: Final = re.compile(
    r"\\(?:(?P<byte>[0-9]{1,3})|x(?P<hex>[0-9A-Fa-f]{2})|u\{(?P<point>[0-9A-Fa-f]{1,8})\}|(?P<skip>z[ \t\r\n\v\f]*+)"
    r"|(?P<line>\r\n|[\r\n])|(?P<sign>.))",
    re.DOTALL,
)
_SIGNS: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_LONG: Final = re.compile(r"\[(=*)\[\r?\n?")
_NUMBERED: Final = re.compile(r"\\(?:([0-9]{1,3})|x([0-9A-Fa-f]{2})|u\{([0-9A-Fa-f]{1,8})\})")


def text_of(written: str) -> str:
    r"""Give the text of a string's token, or of a part of an interpolated string, one character a byte.

    Example:
        >>> text_of(r'"\104\x69"')
        'hi'
    """
    if written[0] == "[":
        opening = _LONG.match(written)
        begins = opening.end() if opening else 2
        return written[begins : len(written) - len(opening[1] if opening else "") - 2]
    return _ESCAPE.sub(_plain, written[1:-1])


def _plain(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "byte":
            return chr(int(found["byte"]) % 256)
        case "hex":
            return chr(int(found["hex"], 16))
        case "point":
            return _encoded(int(found["point"], 16))
        case "skip":
            return ""
        case "line":
            return "\n"
    return _SIGNS.get(found["sign"], found["sign"])


def _encoded(point: int) -> str:
    valid = point < 0xD800 or 0xE000 <= point < 0x110000
    return chr(point).encode().decode("latin-1") if valid else "?"


def number_of(written: str) -> float | None:
    """Give a number's value, or None when Luau refuses it.

    Example:
        >>> number_of("0xFF"), number_of("1_000"), number_of("1..2")
        (255.0, 1000.0, None)
    """
    plain = written.replace("_", "").lower()
    try:
        if plain[:2] in ("0x", "0b"):
            return float(int(plain[2:], 16 if plain[1] == "x" else 2))
        return float(plain)
    except (ValueError, OverflowError):
        return None


def needless_escapes(written: str) -> int:
    """Count letters and digits that are written by their numbers: nobody does so who wants to be read."""
    if written[0] == "[":
        return 0
    found = (int(a, 10) if a else int(b or c, 16) for a, b, c in _NUMBERED.findall(written))
    return sum(point < 128 and chr(point).isalnum() for point in found)


def numbered_escapes(written: str) -> int:
    """Count signs that are written by their numbers."""
    return 0 if written[0] == "[" else len(_NUMBERED.findall(written))
