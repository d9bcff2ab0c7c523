"""L0xx: what a reader does not see."""

import re
from collections.abc import Iterator
from typing import Final

from toolbox_cli.content.luau.reading.source import SIZE_CAP, Source
from toolbox_cli.content.luau.reading.tokens import Kind, Token
from toolbox_cli.content.luau.rule import Hit, Rule, Tier, samples

_BLANKS: Final = 120
"""Blanks side by side that push code out of sight; no indentation is so deep."""
_LINES: Final = 150
"""Empty lines that do the same."""
_TAB: Final = 4
_RUN: Final = re.compile(rf"[ \t\v\f]{{{_BLANKS // _TAB},}}+")

_OVERRIDES: Final = frozenset("\u202d\u202e")
"""Signs that turn letters against their own direction, which no language needs."""
_ENDS: Final = {"\u202a": "\u202c", "\u202b": "\u202c", "\u2066": "\u2069", "\u2067": "\u2069", "\u2068": "\u2069"}
_TURNING: Final = _OVERRIDES | {*_ENDS, *_ENDS.values()}
_NOTHING: Final = frozenset(
    map(chr, (0xAD, 0x180E, 0x200B, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0xFEFF, 0x3164, 0xFFA0, 0x115F, 0x1160))
)
_JOINERS: Final = frozenset(map(chr, (0x200C, 0x200D, 0x200E, 0x200F)))
"""Signs that writing needs beside letters of many scripts, and beside signs of pictures."""
_TAGS: Final = re.compile("[\U000e0000-\U000e01ef]")
_BREAKS: Final = re.compile(r"\r(?!\n)(?!$)|\xe2\x80[\xa8\xa9]|\xc2\x85")
"""Line breaks that Luau does not end a comment at."""
_FLAG: Final = re.compile("\U0001f3f4[\U000e0061-\U000e007a]+\U000e007f")


def _unreadable(script: "Written") -> Iterator[Hit]:
    data = script.source.data
    if b"\0" in data:
        yield Hit(data.index(b"\0"), "a NUL byte")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        yield Hit(error.start, "bytes that are no UTF-8")


def _too_large(script: "Written") -> Iterator[Hit]:
    size = len(script.source.data)
    if size > SIZE_CAP:
        yield Hit(0, f"{size:,} bytes")


class Written:
    """A script as text and tokens.

    Attributes:
        source: its text.
        tokens: all of them.
    """

    def __init__(self, source: Source, tokens: list[Token]) -> None:
        self.source = source
        self.tokens = tokens


def _out_of_sight(script: Written) -> Iterator[Hit]:
    """Find code behind many blanks: comments in between are blanks too, and a comment behind them hides nothing."""
    text, last = script.source.text, script.source.begins
    for token in script.tokens:
        if token.kind in (Kind.BLANK, Kind.COMMENT):
            continue
        if token.start - last >= _BLANKS // _TAB:
            gap = text[last : token.start]
            before = gap[gap.rfind("\n") + 1 :]
            wide = max((len(run) + (_TAB - 1) * run.count("\t") for run in _RUN.findall(before)), default=0)
            if wide >= _BLANKS:
                yield Hit(token.start, f"code behind {wide:,} blanks")
            elif _empty_lines(script, last, token.start) >= _LINES:
                yield Hit(token.start, f"code below {_empty_lines(script, last, token.start):,} empty lines")
        last = token.end


def _empty_lines(script: Written, start: int, end: int) -> int:
    """Count line breaks that nothing but blanks stands between."""
    runs = re.findall(r"(?:[ \t\r]*+\n)++", script.source.text[start:end])
    return max((run.count("\n") for run in runs), default=0)


def _invisible(script: Written) -> Iterator[Hit]:
    if script.source.text.isascii():
        return
    for token in script.tokens:
        if not token.text.isascii():
            found = _invisible_in(script.source.data[token.start : token.end].decode("utf-8", "replace"))
            if found and token.start + len(token.text) > script.source.begins:
                yield Hit(token.start, found)


def _invisible_in(text: str) -> str | None:
    signs = set(text)
    if signs & _TURNING and not (_is_right_to_left(text) and _is_closed(text)):
        return "signs that turn the direction of writing"
    if signs & _NOTHING or _TAGS.search(_FLAG.sub("", text)):
        return "signs that show nothing"
    pairs = zip(text, text[1:] + " ", strict=True)
    if any(sign in _JOINERS and before.isascii() for before, sign in pairs if sign in _JOINERS):
        return "joining signs beside plain letters"
    return None


def _is_right_to_left(text: str) -> bool:
    """Tell whether a text has letters of a script that needs such signs."""
    return any("\u0590" <= sign <= "\u08ff" for sign in text)


def _is_closed(text: str) -> bool:
    """Tell whether every sign that turns what follows is ended in the same line, so that it turns nothing else."""
    for line in text.splitlines():
        open_: list[str] = []
        for sign in line:
            if sign in _ENDS:
                open_.append(_ENDS[sign])
            elif sign in _TURNING and (not open_ or open_.pop() != sign):
                return False
        if open_:
            return False
    return True


def _lone_returns(script: Written) -> Iterator[Hit]:
    if _BREAKS.search(script.source.text) is None:
        return
    for token in script.tokens:
        if token.kind is Kind.COMMENT and _BREAKS.search(token.text):
            yield Hit(token.start, "a line break inside a comment that Luau does not end it at")


RULES: Final = (
    Rule(
        "L001",
        "The file is no text",
        Tier.DENY,
        "A script is UTF-8; compiled code and bytes that no editor shows have no place in it.",
        "Save the script from an editor as UTF-8.",
        samples("print('a')\0", "\0\1\2print(1)", also="L007"),
        samples("print('Zürich')", "print('你好')"),
        _unreadable,
        reads_text=True,
    ),
    Rule(
        "L002",
        "The script is too large to be looked at",
        Tier.DENY,
        f"A script of more than {SIZE_CAP // 1024} KB is data or machine-made code, and Roblox refuses it as well.",
        "Part it into modules, and keep data in assets.",
        samples(*("-- " + "data " * 110_000, "local text = '" + "abcd " * 110_000 + "'")),
        samples("-- " + "data " * 1_000, "print('small')"),
        _too_large,
        reads_text=True,
    ),
    Rule(
        "L003",
        "Code stands out of sight",
        Tier.DENY,
        "Many blanks or empty lines before code push it where no reader scrolls to; people write backdoors so.",
        "Write the code at the line's beginning, or leave it out.",
        samples(
            "local speed = 16" + " " * 200 + "; print('hidden')\nprint(speed)",
            "--[[ weld" + " " * 300 + "]] print('hidden')",
            "print('top')" + "\n" * 200 + "print('far below')",
        ),
        samples("local speed = 16" + " " * 200 + "-- studs a second", "print('a')\n\n\n\nprint('b')"),
        _out_of_sight,
        reads_text=True,
    ),
    Rule(
        "L004",
        "Signs in the script show nothing, or turn what is shown",
        Tier.DENY,
        "With them code reads otherwise than it runs, and two texts that look the same are not.",
        "Delete the signs; most editors can show them.",
        samples("print('admin\u202e')", "local key = 'ab\u200bc'", "-- \u2066 done \u2069 \nprint(1)"),
        samples("print('👨\u200d👩\u200d👧')", "print('مرحبا\u200f')", "print('می\u200cخواهم')"),
        _invisible,
        reads_text=True,
    ),
    Rule(
        "L005",
        "A comment hides a line break",
        Tier.DENY,
        "Some programs end a line at a carriage return alone and some don't: what one shows as comment another runs.",
        "Save the script with usual line ends.",
        samples("-- a comment\rprint('code?')", "print(1) -- b\rprint(2)\n"),
        samples("-- a comment\r\nprint('code')\r\n", "print(1) -- the end\n"),
        _lone_returns,
        reads_text=True,
    ),
    Rule(
        "L006",
        "The script is nested too deep",
        Tier.DENY,
        "Nobody writes so, and what can't be followed is not let through.",
        "Part it into functions.",
        samples("x = " + "(" * 200 + "1" + ")" * 200, "if a then " * 150 + "b() " + "end " * 150),
        samples("x = " + "(" * 20 + "1" + ")" * 20, "x = " + " .. ".join(["'a'"] * 500)),
    ),
    Rule(
        "L007",
        "The script can't be parsed",
        Tier.REVIEW,
        "It is no Luau, or newer Luau than is known here: what can't be read is not verified.",
        "Correct it at the place that is named; Studio shows it too.",
        samples("local = 5", "print('open)", "local x: = 5 print(x)"),
        samples("local x: typeof(5)? = 5 :: any print(x)", "type A<T = string> = {read x: T} & {y: number}"),
    ),
    Rule(
        "L008",
        "The script asks for too much work to be followed",
        Tier.REVIEW,
        "It builds texts so long, or in so many steps, that following them was given up.",
        "Write texts out, or load them from a data store.",
        samples(
            "local a = ('x'):rep(60000)\n" + "".join(f"local a{i} = a .. {i} .. a\n" for i in range(20)) + "print(a)",
            "local s = ('xy'):rep(30000)\n" + "".join(f"print(workspace[s .. '{i}'])\n" for i in range(30)),
        ),
        samples("local line = ('-'):rep(60)\nprint(line)", "local s = 'a' .. 'b' .. 'c'\nprint(s)"),
    ),
)
