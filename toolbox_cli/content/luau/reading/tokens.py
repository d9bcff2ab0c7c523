"""Luau's tokens, exactly as its compiler parts them; together they are the source again.

One pass from left to right: no pattern here gives back what it took. Source: Luau, Ast/src/Lexer.cpp.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    BLANK = "blank"
    COMMENT = "comment"
    NAME = "name"
    KEYWORD = "keyword"
    NUMBER = "number"
    STRING = "string"
    LONG_STRING = "long string"
    TEMPLATE = "template"
    """A part of an interpolated string between backticks and braces, with those."""
    SIGN = "sign"
    ATTRIBUTE = "attribute"
    BROKEN = "broken"
    """Nothing that Luau has: a string or comment without an end, a sign that is none."""


KEYWORDS: Final = frozenset(
    "and break do else elseif end false for function if in local nil not or repeat return then true until while".split()
)


_KINDS: Final = {kind.value: kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    start: int
    end: int
    text: str


_TOKEN: Final = re.compile(
    r"""
      (?P<blank>[ \t\r\n\v\f]++)
    | (?P<comment>--)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*+)
    | (?P<number>\.?[0-9][0-9._]*+(?:[eE][+-]?)?+[A-Za-z0-9_]*+)
    | (?P<quote>["'`])
    | (?P<long>\[=*+\[)
    | (?P<attribute>@[A-Za-z_]?[A-Za-z0-9_]*+)
    | (?P<sign>\.\.\.|\.\.=|\.\.|//=|//|->|::|[=~<>+\-*/%^]=|[-+*/%^\#=<>()\[\]{}:;,.?|&])
    """,
    re.VERBOSE,
)
_LONG: Final = re.compile(r"\[(=*+)\[")
_LINE: Final = re.compile(r"[^\n]*+")
_QUOTED: Final = {
    quote: re.compile(rf"(?:[^\\{quote}\r\n\0]++|\\z[ \t\r\n\v\f]*+|\\\r\n|\\[^\0])*+") for quote in ('"', "'")
}
_TEMPLATE: Final = re.compile(r"(?:[^\\`{\r\n\0]++|\\u\{|\\z[ \t\r\n\v\f]*+|\\\r\n|\\[^\0])*+", re.DOTALL)


def tokens(text: str, begin: int = 0) -> list[Token]:
    """Part a script into tokens, which follow on each other without a gap.

    Args:
        text: one character a byte.
        begin: where the script begins in it.
    """
    return list(_tokens(text, begin))


def meaningful(found: Sequence[Token]) -> list[Token]:
    """Leave out blanks and comments."""
    return [token for token in found if token.kind not in (Kind.BLANK, Kind.COMMENT)]


def _tokens(text: str, at: int) -> Iterator[Token]:
    braces: list[int] = []  # for each interpolated string around this place, how many braces are open in it
    while at < len(text):
        if braces and text[at] == "}" and not braces[-1]:
            braces.pop()
            kind, end, opens = _template(text, at + 1)
        else:
            kind, end, opens = _token(text, at)
        if opens:
            braces.append(0)
        elif braces and kind is Kind.SIGN and text[at] in "{}":
            braces[-1] += 1 if text[at] == "{" else -1
        yield Token(kind, at, end, text[at:end])
        at = end


def _token(text: str, at: int) -> tuple[Kind, int, bool]:
    """Give what stands at a place: kind, end, and whether an expression of an interpolated string begins there."""
    found = _TOKEN.match(text, at)
    if found is None:
        return Kind.BROKEN, _junk(text, at), False
    name, end = found.lastgroup, found.end()
    if name == "quote":
        return _string(text, at)
    if name == "comment":
        return *_comment(text, end), False
    if name == "long":
        return *_long(text, at, Kind.LONG_STRING), False
    if name == "name" and found[0] in KEYWORDS:
        return Kind.KEYWORD, end, False
    return _KINDS[str(name)], end, False


def _junk(text: str, at: int) -> int:
    """Give the end of signs that Luau doesn't have: a run of bytes beyond ASCII is one."""
    end = at + 1
    while end < len(text) and text[at] >= "\x80" and text[end] >= "\x80":
        end += 1
    return end


def _comment(text: str, at: int) -> tuple[Kind, int]:
    if _LONG.match(text, at):
        return _long(text, at, Kind.COMMENT)
    found = _LINE.match(text, at)
    return Kind.COMMENT, found.end() if found else at


def _long(text: str, at: int, kind: Kind) -> tuple[Kind, int]:
    opening = _LONG.match(text, at)
    closing = f"]{opening[1] if opening else ''}]"
    end = text.find(closing, opening.end() if opening else at)
    return (Kind.BROKEN, len(text)) if end < 0 else (kind, end + len(closing))


def _string(text: str, at: int) -> tuple[Kind, int, bool]:
    quote = text[at]
    if quote == "`":
        return _template(text, at + 1)
    found = _QUOTED[quote].match(text, at + 1)
    end = found.end() if found else at + 1
    whole = text[end : end + 1] == quote
    return (Kind.STRING, end + 1, False) if whole else (Kind.BROKEN, end, False)


def _template(text: str, at: int) -> tuple[Kind, int, bool]:
    """Read on in an interpolated string, from behind its backtick or the brace that ended an expression."""
    found = _TEMPLATE.match(text, at)
    end = found.end() if found else at
    sign = text[end : end + 1]
    if sign == "`" or (sign == "{" and text[end + 1 : end + 2] != "{"):
        return Kind.TEMPLATE, end + 1, sign == "{"
    return Kind.BROKEN, max(end, at), False
