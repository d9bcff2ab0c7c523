"""Questions of equations, functions, data and chances."""

import re
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import Final

from toolbox_cli.agents.making.review.answers.reading import Data, Judge, equals, number, numbers

_RULE: Final = re.compile(r"y = (-?\d*)x(\^2)?(?: ([+-]) (\d+))?")
_POINT: Final = re.compile(r"\(([^)]*)\)")


def _inequality(data: Data, text: str) -> bool:
    """Compare with p x + q > r solved, which turns its sign where p is negative."""
    end, p = Fraction(data["r"] - data["q"], data["p"]), data["p"]
    _, sign, told = text.split()
    return sign == (">" if p > 0 else "<") and Fraction(told) == end


def _proportional(_: Data, text: str) -> bool:
    found = _RULE.fullmatch(text)
    return found is not None and not found[2] and not found[4]


def _pair(data: Data, text: str) -> bool:
    x, y = numbers(text)
    return (x + y, x - y) == (data["sum"], data["difference"])


def _no_function(_: Data, text: str) -> bool:
    points = {tuple(map(int, one.split(","))) for one in _POINT.findall(text)}
    return len({point[0] for point in points}) < len(points)


def _quadratic(data: Data, text: str) -> bool:
    roots = set(numbers(text))
    return len(roots) == 2 and all(x * x + data["b"] * x + data["c"] == 0 for x in roots)


def _roots(data: Data, text: str) -> bool:
    found = numbers(text)
    return len(set(found)) == 2 and all(x * x == data["square"] for x in found)


def _growth(_: Data, text: str) -> bool:
    terms = [Fraction(one) for one in text.split(", ")]
    return len({after / before for before, after in pairwise(terms)}) == 1


def _mean(values: list[int]) -> Fraction:
    return Fraction(sum(values), len(values))


def _outlier(data: Data, text: str) -> bool:
    before, after = list(data["values"]), [*data["values"], data["added"]]
    change = {
        "mean": abs(_mean(after) - _mean(before)),
        "median": abs(Fraction(median(after)) - Fraction(median(before))),
        "range": abs((max(after) - min(after)) - (max(before) - min(before))),
        "sum": abs(data["added"]),
    }
    return min(change, key=lambda name: change[name]) in text.split()


def _widest(data: Data, text: str) -> bool:
    spread = {name: max(values) - min(values) for name, values in data["sets"].items()}
    return max(spread, key=lambda name: spread[name]) in text.split()


JUDGES: Final[Mapping[str, Judge]] = {
    "add_equation": equals(lambda d: d["q"] - d["p"]),
    "times_equation": lambda d, t: d["p"] * number(t) == d["q"],
    "two_step_equation": lambda d, t: d["p"] * number(t) + d["q"] == d["r"],
    "inequality": _inequality,
    "which_proportional": _proportional,
    "slope": equals(lambda d: Fraction(d["two"][1] - d["one"][1], d["two"][0] - d["one"][0])),
    "steeper": equals(lambda d: max(Fraction(d["k"]), Fraction(d["litres"], d["minutes"]))),
    "pair_of_equations": _pair,
    "function_value": equals(lambda d: d["a"] * d["input"] + d["b"]),
    "no_function": _no_function,
    "quadratic": _quadratic,
    "square_root_equation": _roots,
    "vertex": lambda d, t: numbers(t) == [d["h"], d["k"]],
    "y_intercept": equals(lambda d: d["c"]),
    "next_term": lambda d, t: number(t) * d["terms"][-2] == d["terms"][-1] ** 2,
    "which_growth": _growth,
    "mean": equals(lambda d: _mean(d["values"])),
    "median": equals(lambda d: Fraction(median(d["values"]))),
    "spread": equals(lambda d: max(d["values"]) - min(d["values"])),
    "outlier": _outlier,
    "compare_spread": _widest,
    "draw": equals(lambda d: Fraction(d["red"], d["red"] + d["blue"] + d["green"])),
    "expected": lambda d, t: number(t) * d["sides"] == d["wanted"] * d["times"],
    "conditional": equals(lambda d: Fraction(d["both"], d["club"])),
    "independent": equals(lambda d: Fraction(1, d["a"] * d["b"])),
}
