"""Find equations in texts, and calculate both of their sides."""

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Final

_SIDE: Final = r"-?\d+(?:\.\d+)?(?:(?: ?[-+x*/^] ?| : )\(?-?\d+(?:\.\d+)?\)?)*"
_CHAIN: Final = re.compile(
    rf"(?<![\w.,)=/*x^:+-])(?<![-+x*/^=] )(?<! : ){_SIDE}(?: ?= ?{_SIDE})+(?! ?[\w(/*^x=+-])(?![.,]\d)"
)
_PART: Final = re.compile(r"\d+(?:\.\d+)?|[-+x*/:^()]")
_SIGNS: Final = str.maketrans("×·⋅÷∶−", "xxx/:-")
"""Other signs for what a calculation does."""
_LARGEST_POWER: Final = 64
_LONGEST: Final = 200


def false_equations(text: str) -> list[str]:
    """Give the equations of a text that are wrong; what has letters in it is none that can be calculated.

    Example:
        >>> false_equations("2/3 = 8/12 and 1/4 = 3/12, so 12 x 4 = 46."), false_equations("x + 2 = 7")
        (['12 x 4 = 46'], [])
    """
    return [chain for chain in equations(text) if not _holds(chain)]


def equations(text: str) -> list[str]:
    """Give the equations of a text that have numbers alone, such as "2/3 = 8/12"."""
    return [found[0] for found in _CHAIN.finditer(text.translate(_SIGNS)) if len(found[0]) <= _LONGEST]


def _holds(chain: str) -> bool:
    values = [calculated(side) for side in chain.split("=")]
    return all(one is None or other is None or one == other for one, other in pairwise(values))


def calculated(side: str) -> Fraction | None:
    """Calculate numbers joined by + - x / ^; None where that can't be done.

    Example:
        >>> calculated("2 + 3 x 4"), calculated("2^3"), calculated("1 / 0")
        (Fraction(14, 1), Fraction(8, 1), None)
    """
    parts = iter([*_PART.findall(side), ""])
    try:
        value, rest = _sum(next(parts), parts)
    except (ValueError, ZeroDivisionError, StopIteration):
        return None
    return value if rest == "" else None


def _sum(first: str, parts: Iterator[str]) -> tuple[Fraction, str]:
    value, sign = _product(first, parts)
    while sign in {"+", "-"}:
        other, after = _product(next(parts), parts)
        value, sign = (value + other if sign == "+" else value - other), after
    return value, sign


def _product(first: str, parts: Iterator[str]) -> tuple[Fraction, str]:
    value, sign = _power(first, parts)
    while sign in {"x", "*", "/", ":"}:
        other, after = _power(next(parts), parts)
        value, sign = (value * other if sign in {"x", "*"} else value / other), after
    return value, sign


def _power(first: str, parts: Iterator[str]) -> tuple[Fraction, str]:
    negative = first == "-"
    value, sign = _number(next(parts) if negative else first, parts)
    if sign == "^":
        exponent, sign = _number(next(parts), parts)
        if exponent.denominator != 1 or abs(exponent) > _LARGEST_POWER or abs(value) > _LARGEST_POWER:
            raise ValueError("a power too large")
        value **= int(exponent)
    return (-value if negative else value), sign


def _number(part: str, parts: Iterator[str]) -> tuple[Fraction, str]:
    if part == "(":
        value, end = _sum(next(parts), parts)
        if end != ")":
            raise ValueError("a bracket that does not close")
        return value, next(parts)
    return Fraction(part), next(parts)
