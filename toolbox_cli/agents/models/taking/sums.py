"""Calculations of a model, worked out anew: exactly, by a reader of our own, and within bounds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from toolbox_cli.agents.making.quiz.skills import SKILLS

LONGEST: Final = 60
"""Characters of an expression."""
_MOST_SIGNS: Final = 4
_LARGEST: Final = 1_000_000
_LARGEST_BOTTOM: Final = 1000

_TOKEN: Final = re.compile(r"\s*(?:((?:\d{1,4}/\d{1,3}|\d{1,6}\.\d{1,3}|\d{1,6})(?![\d/.]))|([-+x/()]))")
_SIGNS: Final = str.maketrans({"×": "x", "*": "x", "·": "x", "÷": "/", "−": "-", "–": "-", "X": "x", ":": "/"})
_NUMBER: Final = re.compile(r"-?(?:\d{1,6}/\d{1,6}|\d{1,7}\.\d{1,4}|\d{1,7})")


class SumError(ValueError):
    """This is no calculation that we can check."""


@dataclass(frozen=True)
class Skill:
    """What calculations serve an objective.

    Attributes:
        numbers: whole, decimal or fraction.
    """

    operators: frozenset[str]
    numbers: frozenset[str]

    @property
    def told(self) -> str:
        names = {"whole": "whole numbers", "decimal": "decimals such as 2.5", "fraction": "fractions such as 3/4"}
        return " or ".join(names[one] for one in sorted(self.numbers))


_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "multiply": ("x", "whole"), "divide": ("/", "whole"), "two_steps": ("x+-", "whole"),
    "add_decimals": ("+", "decimal"), "subtract_decimals": ("-", "decimal"), "multiply_decimals": ("x", "decimal"),
    "add_fractions": ("+", "fraction"), "subtract_fractions": ("-", "fraction"),
}  # fmt: skip
"""Of the offline generator's questions, those that ask for nothing but a value."""


def skill_of(objective: str) -> Skill | None:
    """Give what calculations serve an objective; None where none do."""
    held = [_KINDS[maker.__name__] for maker in SKILLS.get(objective, ()) if maker.__name__ in _KINDS]
    if not held:
        return None
    return Skill(frozenset("".join(signs for signs, _ in held)), frozenset(numbers for _, numbers in held))


@dataclass(frozen=True)
class Sum:
    """A calculation.

    Attributes:
        text: as it is asked, with one blank around each sign.
        value: what it comes to.
        operators: its signs, in their order.
        numbers: as they are written.
        values: of each part, the whole one last.
    """

    text: str
    value: Fraction
    operators: tuple[str, ...]
    numbers: tuple[str, ...]
    values: tuple[Fraction, ...]

    @property
    def kind(self) -> str:
        """Such as whole: what its numbers are."""
        joined = " ".join(self.numbers)
        return "fraction" if "/" in joined else "decimal" if "." in joined else "whole"

    @property
    def level(self) -> int:
        """How hard it is: 0 easy, 1 medium, 2 hard."""
        bottoms = {number.partition("/")[2] for number in self.numbers}
        unlike = self.kind == "fraction" and len(bottoms) > 1
        return min(2, len(self.operators) - 1 + unlike + (max(self.values) > 200))


def read_sum(text: str) -> Sum:
    """Read a calculation.

    Args:
        text: numbers, the signs + - x / and brackets; 3/4 without blanks is a fraction.

    Raises:
        SumError: it is none, or goes beyond what children calculate.

    Example:
        >>> one = read_sum("3/4 + 1/8 * 2")
        >>> one.text, one.value
        ('3/4 + 1/8 x 2', Fraction(1, 1))
    """
    if len(text) > LONGEST:
        raise SumError(f"an expression has at most {LONGEST} characters")
    reading = _Reading(_tokens(text.translate(_SIGNS).strip()))
    value = reading.sum()
    reading.ended()
    operators = tuple(token for token in reading.tokens if token in {"+", "-", "x", "/"})
    if not 1 <= len(operators) <= _MOST_SIGNS:
        raise SumError(f"an expression has one to {_MOST_SIGNS} signs")
    if "/" in operators and any("/" in part and part != "/" for part in reading.tokens):
        raise SumError("fractions are not divided here: one would not see which / is which")
    shown = " ".join(reading.tokens).replace("( ", "(").replace(" )", ")")
    numbers = tuple(token for token in reading.tokens if token[0].isdigit())
    return Sum(shown, value, operators, numbers, tuple(reading.values))


def read_number(text: str) -> Fraction:
    """Read an answer.

    Raises:
        SumError: it is no number alone.
    """
    plain = text.translate(_SIGNS).strip()
    if not _NUMBER.fullmatch(plain):
        raise SumError(f"{plain[:20]!r} is no number alone, such as 12, 3/4 or 2.5")
    try:
        return Fraction(plain)
    except ZeroDivisionError:
        raise SumError("nothing can be divided by 0") from None


def holds(equation: str) -> Fraction:
    """Give what all sides of an equation come to.

    Raises:
        SumError: they come to different values, or are no calculations.
    """
    sides = equation.split("=")
    if not 2 <= len(sides) <= 4:
        raise SumError("a step is an equation, such as 3/4 = 6/8")
    values = [_side(side) for side in sides]
    if len(set(values)) > 1:
        raise SumError(f"{equation.strip()[:LONGEST]} does not hold")
    return values[0]


def shown(value: Fraction, kind: str) -> str:
    """Write a value as the numbers of its question are written.

    Raises:
        SumError: it has no end as a decimal.
    """
    if kind != "decimal" or value.denominator == 1:
        return str(value)
    for places in range(1, 7):
        if (scaled := value * 10**places).denominator == 1:
            sign, whole = ("-" if scaled < 0 else ""), abs(int(scaled))
            return f"{sign}{whole // 10**places}.{whole % 10**places:0{places}d}"
    raise SumError("the value has no end as a decimal")


def _side(text: str) -> Fraction:
    plain = text.translate(_SIGNS).strip()
    return read_number(plain) if _NUMBER.fullmatch(plain) else read_sum(text).value


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise SumError(f"there is no number and no sign at {text[at : at + 10]!r}")
        tokens.append(found[1] or found[2])
        at = found.end()
    return tokens


class _Reading:
    """Goes through tokens: products before sums, brackets before both."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.values: list[Fraction] = []
        self._at = 0

    def ended(self) -> None:
        if self._at < len(self.tokens):
            raise SumError(f"{self.tokens[self._at]!r} stands where it can't")

    def sum(self) -> Fraction:
        value = self._product()
        while (sign := self._taken("+-")) is not None:
            other = self._product()
            value = self._kept(value + other if sign == "+" else value - other)
        return value

    def _product(self) -> Fraction:
        value = self._part()
        while (sign := self._taken("x/")) is not None:
            other = self._part()
            if sign == "/" and other == 0:
                raise SumError("nothing can be divided by 0")
            value = self._kept(value * other if sign == "x" else value / other)
        return value

    def _part(self) -> Fraction:
        if self._taken("(") is not None:
            value = self.sum()
            if self._taken(")") is None:
                raise SumError("a bracket is not closed")
            return value
        token = self.tokens[self._at] if self._at < len(self.tokens) else ""
        if not token[:1].isdigit():
            raise SumError(f"a number is missing before {token or 'the end'!r}")
        self._at += 1
        return self._kept(read_number(token))

    def _taken(self, signs: str) -> str | None:
        token = self.tokens[self._at] if self._at < len(self.tokens) else ""
        if token and token in signs:
            self._at += 1
            return token
        return None

    def _kept(self, value: Fraction) -> Fraction:
        if not 0 <= value <= _LARGEST or value.denominator > _LARGEST_BOTTOM:
            raise SumError("a number on the way is below 0, or too large")
        self.values.append(value)
        return value
