"""SQL text parted into its statements: where each begins, and what of it is code, comment or quoted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_TOKEN: Final = re.compile(
    r"""(?P<comment>--[^\n]*|/\*)
    | (?P<quoted>
        (?: (?<=[^\w$][eE]) | (?<=\A[eE]) ) '(?:[^'\\]|\\.|'')*'
        | '(?:[^']|'')*'
        | (?<![\w$])(?P<tag>\$(?:[^\W\d]\w*)?\$).*?(?P=tag))
    | "(?:[^"]|"")*"
    | (?P<end>;)
    | [^;'"$/-]+
    | .""",
    re.DOTALL | re.VERBOSE,
)
_COMMENT_EDGE: Final = re.compile(r"/\*|\*/")
_ROUTINE: Final = re.compile(r"\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\b", re.IGNORECASE)
_BODY: Final = re.compile(r"\bBEGIN\s+ATOMIC\b", re.IGNORECASE)
_DEEPER: Final = re.compile(r"\b(?:CASE|(?P<end>END))\b", re.IGNORECASE)
_QUOTED_NAME: Final = re.compile(r'"(?:[^"]|"")*"')
_VISIBLE: Final = re.compile(r"\S")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment.

    Attributes:
        text: with its signs.
        start: offset in the whole text.
    """

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement.

    Attributes:
        text: from its first sign to its last, without the semicolon; blanks in place of comments.
        bare: the same, with blanks inside quotes too: where to look for words of SQL. Equally long.
        start: offset of `text` in the whole text.
        comments: those inside it, before it, and behind its semicolon on the same line.
    """

    text: str
    bare: str
    start: int
    comments: tuple[Comment, ...] = ()

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(slots=True)
class _Read:
    """A text that was read once: its code, its bare code, and where its comments and semicolons are."""

    code: str
    bare: str
    comments: list[Comment] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)


def statements(sql: str) -> Iterator[str]:
    r"""Split SQL at its semicolons, but for those in quotes and bodies; comments and empty statements are left out.

    Example:
        >>> list(statements("SELECT ';'; -- one; two\nDO $x$ BEGIN; END $x$;"))
        ["SELECT ';'", 'DO $x$ BEGIN; END $x$']
    """
    return (statement.text for statement in split(sql))


def split(sql: str) -> tuple[Statement, ...]:
    """Part SQL into statements; a comment behind the last one is that one's too.

    The body of a routine and the actions of a rule stay whole, whatever semicolons they hold.
    """
    read = _read(sql)
    spans = list(_spans(read))
    owned: list[list[Comment]] = [[] for _ in spans]
    for comment in read.comments:
        if spans:
            owned[_owner(sql, spans, comment.start)].append(comment)
    return tuple(
        Statement(read.code[start:end], read.bare[start:end], start, tuple(its))
        for (start, end), its in zip(spans, owned, strict=True)
    )


def comments(sql: str) -> tuple[Comment, ...]:
    """Give every comment of a text, even of one that holds nothing else."""
    return tuple(_read(sql).comments)


def without_comments(sql: str) -> str:
    """Give SQL with blanks in place of comments: every other sign, and every line, keeps its place."""
    return _read(sql).code


def without_names(bare: str) -> str:
    """Give bare code with blanks in quoted names too, which may hold any sign. Equally long."""
    return _QUOTED_NAME.sub(lambda name: _hollow(name[0], 1), bare)


def _read(sql: str) -> _Read:
    read, code, bare, place = _Read("", ""), [], [], 0
    while match := _TOKEN.match(sql, place):
        text = match[0]
        if match["comment"]:
            text = sql[place : _comment_end(sql, place)]
            read.comments.append(Comment(text, place))
        elif match["end"]:
            read.ends.append(place)
        code.append(_blank(text) if match["comment"] else text)
        bare.append(_hollow(text, len(match["tag"] or "'")) if match["quoted"] else code[-1])
        place += len(text)
    read.code, read.bare = "".join(code), "".join(bare)
    return read


def _comment_end(sql: str, start: int) -> int:
    """Find the end of a comment; those in /* */ hold others."""
    if sql.startswith("--", start):
        end = sql.find("\n", start)
        return len(sql) if end < 0 else end
    depth = 0
    for edge in _COMMENT_EDGE.finditer(sql, start):
        depth += 1 if edge[0] == "/*" else -1
        if not depth:
            return edge.end()
    return len(sql)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _hollow(text: str, edge: int) -> str:
    return text[:edge] + _blank(text[edge:-edge]) + text[-edge:]


def _spans(read: _Read) -> Iterator[tuple[int, int]]:
    """Give where each statement begins and ends, without blanks around it."""
    begin = 0
    for end in [*read.ends, len(read.bare)]:
        bare = read.bare[begin:end]
        if end < len(read.bare) and _inside(bare):
            continue
        if first := _VISIBLE.search(bare):
            yield begin + first.start(), begin + len(bare.rstrip())
        begin = end + 1


def _inside(bare: str) -> bool:
    """Whether a statement goes on behind its semicolon: in the parentheses of a rule, or the body of a routine."""
    bare = without_names(bare)
    if bare.count("(") > bare.count(")"):
        return True
    body = _BODY.search(bare) if _ROUTINE.match(bare) else None
    if body is None:
        return False
    return 1 + sum(-1 if word["end"] else 1 for word in _DEEPER.finditer(bare, body.end())) > 0


def _owner(sql: str, spans: list[tuple[int, int]], place: int) -> int:
    """Say which statement a comment is about: the one that it is in, ended on its line, or comes next."""
    following = next((n for n, (_, end) in enumerate(spans) if place < end), len(spans))
    before = following - 1
    if following == len(spans) or (
        before >= 0 and "\n" not in sql[spans[before][1] : place] and place < spans[following][0]
    ):
        return max(before, 0)
    return following
