"""Random choices that are the same on every machine.

Only `Random.random` and arithmetic that IEEE 754 rounds the same everywhere: the methods of the standard library may
change between versions, and exp, log and cos differ between C libraries.
"""

import hashlib
from bisect import bisect
from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import sqrt
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Chance:
    """Choices of one block.

    Attributes:
        unit: gives a number from 0 up to, and not, 1.
    """

    __slots__ = ("unit",)

    def __init__(self, *decisive: object) -> None:
        """Start from all that decides what is chosen."""
        told = "/".join(map(str, decisive)).encode()
        self.unit = Random(int.from_bytes(hashlib.blake2b(told, digest_size=16).digest())).random  # noqa: S311

    def below(self, end: int) -> int:
        """Give a whole number from 0 up to, and not, `end`."""
        return int(self.unit() * end)

    def between(self, low: int, high: int) -> int:
        """Give a whole number from `low` to `high`, both of them possible."""
        return low + int(self.unit() * (high - low + 1))

    def pick(self, things: Sequence[T]) -> T:
        """Give one of them."""
        return things[int(self.unit() * len(things))]

    def happens(self, share: float) -> bool:
        """Say yes in that share of the times."""
        return self.unit() < share

    def normal(self) -> float:
        """Give a number of mean 0 and deviation 1, nearly normally distributed; between -3.5 and 3.5."""
        unit = self.unit
        return (unit() + unit() + unit() + unit() - 2.0) * _SPREAD

    def count(self, mean: float) -> int:
        """Give a whole number with that mean: its floor or the one above."""
        return int(mean + self.unit())

    def some(self, things: Sequence[T], number: int) -> list[T]:
        """Give that many different ones of them, in no order; all of them when there are no more."""
        held = list(things)
        for place in range(min(number, len(held))):
            other = place + int(self.unit() * (len(held) - place))
            held[place], held[other] = held[other], held[place]
        return held[:number]


class Weighted(Generic[T]):
    """Things that are chosen each with its weight."""

    __slots__ = ("_ends", "_things")

    def __init__(self, weights: Mapping[T, float]) -> None:
        self._things = tuple(weights)
        self._ends = tuple(accumulate(weights.values()))

    def pick(self, chance: Chance) -> T:
        """Give one of them."""
        return self._things[min(bisect(self._ends, chance.unit() * self._ends[-1]), len(self._things) - 1)]


def rising(value: float) -> float:
    """Bend any number into 0 to 1, 0 to a half: the shape of a logistic curve, without exp."""
    return 0.5 + 0.5 * value / sqrt(1.0 + value * value)


_SPREAD = sqrt(3.0)
