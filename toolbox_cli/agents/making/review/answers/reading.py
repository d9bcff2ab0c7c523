"""Read the numbers of an answer."""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

Data = Mapping[str, Any]
Judge = Callable[[Data, str], bool]
"""Says whether an answer is right for a question's data."""

_NUMBER: Final = r"-?\d+(?:\.\d+)?"
_FIRST: Final = re.compile(rf"(?:at )?({_NUMBER}(?:/\d+)?)")
_ALL: Final = re.compile(_NUMBER)
_LARGEST: Final = 10**9
_LONGEST: Final = 60
_DEEPEST: Final = 4


class UnreadableError(ValueError):
    """It has no number where one is needed."""


def number(text: str) -> Fraction:
    """Read the number that an answer begins with, or that stands behind "at".

    Raises:
        UnreadableError: it has none.

    Example:
        >>> number("at 12 m"), number("3/4"), number("-0.5")
        (Fraction(12, 1), Fraction(3, 4), Fraction(-1, 2))
    """
    found = _FIRST.match(text)
    if found is None:
        raise UnreadableError(text)
    return Fraction(found[1])


def numbers(text: str) -> list[Fraction]:
    """Read all numbers of an answer."""
    return [Fraction(one) for one in _ALL.findall(text)]


def equals(value: Callable[[Data], Fraction | int]) -> Judge:
    """Make a judge of answers that are one number."""
    return lambda data, text: number(text) == value(data)


def is_small(value: Any, depth: int = 0) -> bool:
    """Say whether data can be calculated with: no number and no list is so large that it takes long."""
    if isinstance(value, Mapping):
        return depth < _DEEPEST and len(value) <= _LONGEST and all(is_small(one, depth + 1) for one in value.values())
    if isinstance(value, list | tuple):
        return depth < _DEEPEST and len(value) <= _LONGEST and all(is_small(one, depth + 1) for one in value)
    return not isinstance(value, int | float) or abs(value) <= _LARGEST
