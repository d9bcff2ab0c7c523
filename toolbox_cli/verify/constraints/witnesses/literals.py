"""Which values a rule's text speaks of, and which columns: read off its words, never understood."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_QUOTED: Final = re.compile(r"'((?:[^']|'')*)'")
_NUMBER: Final = re.compile(r"(?<![\w.$'])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.'])")


@dataclass(frozen=True, slots=True)
class Literals:
    """What stands in some rules, each once, in the order of the text."""

    strings: tuple[str, ...] = ()
    numbers: tuple[Decimal, ...] = ()


def mine(texts: Iterable[str]) -> Literals:
    """Find the literals of SQL expressions.

    Example:
        >>> mine(["grade BETWEEN 1 AND 12 OR kind = 'it''s'"])
        Literals(strings=("it's",), numbers=(Decimal('1'), Decimal('12')))
    """
    strings: dict[str, None] = {}
    numbers: dict[Decimal, None] = {}
    for text in texts:
        strings |= dict.fromkeys(found.replace("''", "'") for found in _QUOTED.findall(text))
        numbers |= dict.fromkeys(Decimal(found) for found in _NUMBER.findall(_QUOTED.sub("''", text)))
    return Literals(tuple(strings), tuple(numbers))


def mentioned(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Name the columns whose names stand in a rule outside its quoted strings.

    A name too many costs a few rows to try; one too few would make the rule unreadable to the server.

    Example:
        >>> mentioned("kind <> 'level' AND ends_at >= starts_at", ["ends", "starts_at", "ends_at", "level"])
        ('starts_at', 'ends_at')
    """
    words = set(re.findall(r"\w+", _QUOTED.sub("''", text)))
    return tuple(name for name in names if name in words or f'"{name}"' in text)
