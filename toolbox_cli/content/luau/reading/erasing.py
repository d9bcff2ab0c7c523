"""Takes out of a script what does not run: types, attributes, and the inside of comments and strings.

What is left has the same length, and its tree is that of the program that runs. So a grammar that is older than Luau's
types reads every script, no text inside a string can be taken for code by one reader and not by another, and nothing
can hide in a type: an end of a type that is not certain is a `TypeFault`, and the script is not verified.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from toolbox_cli.content.luau.reading.tokens import Kind, Token, meaningful

_OPEN: Final = {"(": ")", "{": "}", "[": "]", "<": ">"}
_CLOSE: Final = frozenset(_OPEN.values())
_BEFORE_STATEMENT: Final = frozenset("; ) ] }".split())
"""Signs behind which a statement may begin."""
_KEYWORDS_BEFORE: Final = frozenset("do then else repeat end break true false nil".split())
_WRITTEN: Final = re.compile(r"[^\n]")
_CONSTANT_TYPES: Final = frozenset(("nil", "true", "false"))


class TypeFault(Exception):  # noqa: N818  a fault of the script, not an error of ours
    """A type whose end is not certain.

    Attributes:
        at: the place in the source.
    """

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


def erased(text: str, found: Sequence[Token]) -> str:
    """Give a script without what does not run.

    Args:
        text: of the script, one character a byte.
        found: all its tokens.

    Raises:
        TypeFault: a type can't be told from the code around it.
    """
    parts = [text[: found[0].start]] if found else []
    gone = _Types(meaningful(found)).gone()
    for token in found:
        new = gone.get(token.start)
        parts.append(_neutral(token) if new is None else new.ljust(token.end - token.start))
    return "".join(parts)


def _neutral(token: Token) -> str:
    size = token.end - token.start
    match token.kind:
        case Kind.COMMENT | Kind.BLANK:
            return _WRITTEN.sub(" ", token.text)
        case Kind.STRING | Kind.LONG_STRING:
            return f'"{"_" * (size - 2)}"'
        case Kind.TEMPLATE:
            return f"{token.text[0]}{'_' * (size - 2)}{token.text[-1]}"
        case Kind.NUMBER:
            return "1" * size
        case Kind.NAME:
            return "n" * size  # the grammar has words that Luau lets programs use as names
    return token.text


class _Types:
    """Finds types among tokens; `gone` maps a token's place to what stands there instead."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._found = found
        self._gone: dict[int, str] = {}
        self._readers: dict[str, Callable[[int], int]] = {
            "local": self._local, "for": self._names, "function": self._function, "::": self._cast,
            "type": self._alias, "export": self._export, "const": self._const, "<": self._instantiation,
            "continue": self._continue,
        }  # fmt: skip

    def gone(self) -> dict[int, str]:
        at = 0
        while at < len(self._found):
            token = self._found[at]
            if token.kind is Kind.ATTRIBUTE:
                at = self._attribute(at)
                continue
            reader = self._readers.get(token.text) if token.kind in (Kind.NAME, Kind.KEYWORD, Kind.SIGN) else None
            at = reader(at) if reader else at + 1
        return self._gone

    def _text(self, at: int) -> str:
        """Give a token's text; a string's is nothing, for it is no keyword and no sign."""
        if 0 <= at < len(self._found):
            token = self._found[at]
            return token.text if token.kind in (Kind.NAME, Kind.KEYWORD, Kind.SIGN) else ""
        return ""

    def _is_name(self, at: int) -> bool:
        return 0 <= at < len(self._found) and self._found[at].kind is Kind.NAME

    def _drop(self, start: int, end: int) -> int:
        for token in self._found[start:end]:
            self._gone[token.start] = ""
        return end

    def _fault(self, at: int) -> TypeFault:
        token = self._found[min(at, len(self._found) - 1)]
        return TypeFault(token.start)

    def _begins_statement(self, at: int) -> bool:
        if at == 0:
            return True
        before = self._found[at - 1]
        if before.kind is Kind.SIGN:
            return before.text in _BEFORE_STATEMENT
        if before.kind is Kind.KEYWORD:
            return before.text in _KEYWORDS_BEFORE
        return before.kind is not Kind.TEMPLATE or before.text.endswith("`")

    def _attribute(self, at: int) -> int:
        if self._found[at].text == "@" and self._text(at + 1) == "[":
            return self._drop(at, self._balanced(at + 1))
        return self._drop(at, at + 1)

    def _local(self, at: int) -> int:
        return self._function(at + 1) if self._text(at + 1) == "function" else self._names(at)

    def _const(self, at: int) -> int:
        if not self._begins_statement(at) or not (self._is_name(at + 1) or self._text(at + 1) == "function"):
            return at + 1
        self._gone[self._found[at].start] = "local"
        return self._local(at)

    def _continue(self, at: int) -> int:
        follows = self._found[at + 1] if at + 1 < len(self._found) else None
        if follows is None or (follows.kind in (Kind.NAME, Kind.KEYWORD) or follows.text in (";", "}")):
            if self._begins_statement(at):
                self._gone[self._found[at].start] = "continue"
        return at + 1

    def _names(self, at: int) -> int:
        """Pass over `local a: T, b: U` or `for a: T in`."""
        at += 1
        while self._is_name(at):
            at += 1
            if self._text(at) == ":":
                at = self._drop(at, self._type(at + 1))
            if self._text(at) != ",":
                break
            at += 1
        return at

    def _function(self, at: int) -> int:
        """Pass over a function's head: name, generics, parameters, what it returns."""
        at += 1
        while self._is_name(at) or self._text(at) in (".", ":"):
            at += 1
        if self._text(at) == "<":
            at = self._drop(at, self._balanced(at))
        if self._text(at) != "(":
            return at
        at += 1
        while self._is_name(at) or self._text(at) in ("...", ","):
            at += 1
            if self._text(at) == ":":
                at = self._drop(at, self._type(at + 1))
        if self._text(at) != ")":
            raise self._fault(at)
        at += 1
        return self._drop(at, self._type(at + 1)) if self._text(at) == ":" else at

    def _cast(self, at: int) -> int:
        return self._drop(at, self._type(at + 1))

    def _export(self, at: int) -> int:
        if self._text(at + 1) == "type" and self._is_name(at + 2) and self._begins_statement(at):
            self._drop(at, at + 1)
            return self._alias_from(at + 1)
        return at + 1

    def _alias(self, at: int) -> int:
        return self._alias_from(at) if self._begins_statement(at) else at + 1

    def _alias_from(self, at: int) -> int:
        if self._text(at + 1) == "function" and self._is_name(at + 2):
            self._drop(at, at + 1)  # it is code, if only for types: it stays, and is looked at
            return self._function(at + 1)
        if not self._is_name(at + 1) or self._text(at + 2) not in ("=", "<"):
            return at + 1
        end = at + 2
        if self._text(end) == "<":
            end = self._balanced(end)
        if self._text(end) != "=":
            raise self._fault(end)
        return self._drop(at, self._type(end + 1))

    def _instantiation(self, at: int) -> int:
        """Pass over `f<<T>>`; a comparison never has two of these signs side by side."""
        nearby = at + 1 < len(self._found) and self._found[at + 1].start == self._found[at].end
        return self._drop(at, self._balanced(at)) if nearby and self._text(at + 1) == "<" else at + 1

    def _type(self, at: int) -> int:
        """Give the end of a type that begins here."""
        at += self._text(at) in ("|", "&")
        at = self._simple(at)
        while True:
            sign = self._text(at)
            if sign == "?":
                at += 1
            elif sign in ("|", "&"):
                at = self._simple(at + 1)
            else:
                return at

    def _simple(self, at: int) -> int:
        if at >= len(self._found):
            raise self._fault(at)
        token, sign = self._found[at], self._text(at)
        if sign == "...":
            return self._simple(at + 1)
        if sign in ("(", "<"):
            return self._function_type(at)
        if sign == "{":
            return self._balanced(at)
        if token.kind in (Kind.STRING, Kind.LONG_STRING) or sign in _CONSTANT_TYPES:
            return at + 1
        if token.kind is not Kind.NAME:
            raise self._fault(at)
        return self._named(at)

    def _named(self, at: int) -> int:
        if self._text(at) == "typeof" and self._text(at + 1) == "(":
            return self._balanced(at + 1)
        at += 1
        while self._text(at) == "." and self._is_name(at + 1):
            at += 2
        if self._text(at) == "<":
            at = self._balanced(at)
        return at + 1 if self._text(at) == "..." else at

    def _function_type(self, at: int) -> int:
        if self._text(at) == "<":
            at = self._balanced(at)
        if self._text(at) != "(":
            raise self._fault(at)
        end = self._balanced(at)
        return self._type(end + 1) if self._text(end) == "->" else end + (self._text(end) == "...")

    def _balanced(self, at: int) -> int:
        """Give the place behind the bracket that closes this one: a type of any form between them ends there too."""
        waiting: list[str] = []
        for place in range(at, len(self._found)):
            sign = self._text(place)
            if sign in _OPEN:
                waiting.append(_OPEN[sign])
            elif sign in _CLOSE and (not waiting or waiting.pop() != sign):
                break
            if not waiting:
                return place + 1
        raise self._fault(at)
