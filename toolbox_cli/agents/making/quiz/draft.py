"""A question before its answers are in order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from toolbox_cli.core.chance import Chance

Value = Fraction | int | str
"""What an answer says: a number, or what is no number as text."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is written, and its value: two answers of one value are the same answer."""

    text: str
    value: Value


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong answer, and the misconception that leads to it."""

    answer: Answer
    why: str


@dataclass(frozen=True, slots=True)
class Scale:
    """How hard a question is to be, and what it tells of.

    Attributes:
        level: 0 easy, 1 medium, 2 hard.
        ahead: by how many grades the class is ahead of the objective; negative where it is behind.
        things: of the place, as a plural.
    """

    level: int
    ahead: int = 0
    things: str = "stones"

    def most(self, easy: int, medium: int, hard: int) -> int:
        """Give the largest number to be used; a class that is ahead gets larger ones."""
        base = (easy, medium, hard)[self.level]
        return max(easy * 2 // 3, base + base * self.ahead // 6)


@dataclass(frozen=True, slots=True)
class Draft:
    """A question with more wrong answers than are shown.

    Attributes:
        kind: which maker it is from.
        numbers: what decides the answer; JSON.
        wrong: the likeliest first.
        open: whether the answer can be written without choices.
    """

    kind: str
    ask: str
    right: Answer
    wrong: tuple[Wrong, ...]
    hint: str
    worked: str
    numbers: Mapping[str, Any] = field(default_factory=dict)
    open: bool = False


Numbers = list[tuple[Fraction | int, str]]
"""Wrong numbers with the misconceptions that lead to them."""
Maker = Callable[[Chance, Scale], Draft]

WRONG: Final = 3
"""Wrong answers of a question with choices."""


@dataclass(frozen=True, slots=True)
class Told:
    """The words of a calculated question."""

    ask: str
    hint: str
    worked: str


def numeric(
    kind: str,
    numbers: Mapping[str, Any],
    told: Told,
    right: Fraction | int,
    wrong: Sequence[tuple[Fraction | int, str]],
    unit: str = "",
) -> Draft:
    """Make a question whose answers are numbers.

    Args:
        kind: which maker it is from.
        numbers: what decides the answer.
        told: its words.
        right: the right number.
        wrong: wrong numbers with their misconceptions; those that can't be at first sight are left out: below zero,
            or no whole number where `right` is one.
        unit: behind each number, with the blank before it.
    """
    least = 0 if right >= 0 else None
    whole = Fraction(right).denominator == 1
    others = tuple(
        Wrong(Answer(written(value) + unit, value), why)
        for value, why in wrong
        if (least is None or value >= least) and (not whole or Fraction(value).denominator == 1)
    )
    return Draft(
        kind, told.ask, Answer(written(right) + unit, right), others, told.hint, told.worked, numbers, not unit
    )


def worded(
    kind: str, numbers: Mapping[str, Any], told: Told, right: Answer, wrong: Sequence[tuple[Answer, str]]
) -> Draft:
    """Make a question whose answers are more than numbers."""
    others = tuple(Wrong(answer, why) for answer, why in wrong)
    return Draft(kind, told.ask, right, others, told.hint, told.worked, numbers)


def text(words: str) -> Answer:
    """Give an answer of words alone."""
    return Answer(words, words.casefold())


def written(value: Fraction | int) -> str:
    """Write a number as people do: whole, or as a fraction in lowest terms.

    Example:
        >>> written(Fraction(6, 8)), written(Fraction(4, 2)), written(-3)
        ('3/4', '2', '-3')
    """
    return str(Fraction(value))


def lowest(top: int, bottom: int) -> str:
    """Write a fraction, and then the same in lowest terms where that differs.

    Example:
        >>> lowest(6, 8), lowest(5, 6)
        ('6/8 = 3/4', '5/6')
    """
    plain, shortest = f"{top}/{bottom}", written(Fraction(top, bottom))
    return plain if plain == shortest else f"{plain} = {shortest}"


def decimal(hundredths: int) -> str:
    """Write hundredths as a decimal without zeros at its end.

    Example:
        >>> decimal(250), decimal(7), decimal(-1205)
        ('2.5', '0.07', '-12.05')
    """
    sign, whole = ("-" if hundredths < 0 else ""), abs(hundredths)
    tail = f"{whole % 100:02d}".rstrip("0")
    return f"{sign}{whole // 100}" + (f".{tail}" if tail else "")
