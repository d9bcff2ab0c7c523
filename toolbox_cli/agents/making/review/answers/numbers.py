"""Questions of whole numbers, decimals, fractions, powers and ratios."""

from collections.abc import Mapping
from fractions import Fraction
from math import gcd
from typing import Final

from toolbox_cli.agents.making.review.answers.reading import Data, Judge, UnreadableError, equals, number
from toolbox_cli.agents.making.review.sums import calculated

_LARGEST_EXPONENT: Final = 40


def _power(base: int, exponent: int) -> int:
    if not 0 <= exponent <= _LARGEST_EXPONENT or abs(base) > 1000:
        raise UnreadableError("a power too large")
    value: int = base**exponent
    return value


def _read_power(text: str) -> int:
    base, exponent = text.split("^")
    return _power(int(base), int(exponent))


def _equal_groups(data: Data, text: str) -> bool:
    return text == f"{data['a']} groups of {data['b']}"


def _operation(data: Data, text: str) -> bool:
    one, sign, two = text.split()
    return sign == "x" and {int(one), int(two)} == {data["a"], data["b"]}


def _estimate(data: Data, text: str) -> bool:
    exact = data["a"] * data["b"]
    return bool(abs(number(text) - exact) < Fraction(8, 100) * exact)


def _compare(data: Data, text: str) -> bool:
    one, two = Fraction(data["a"], data["b"]), Fraction(data["c"], data["d"])
    if text == "They are equal.":
        return one == two
    return text != "It can't be known." and number(text) == max(one, two)


def _simplify_ratio(data: Data, text: str) -> bool:
    p, q = map(int, text.split(" : "))
    return p * data["blue"] == q * data["red"] and gcd(p, q) == 1


def _calculation(data: Data, text: str) -> bool:
    """Judge a calculation that a language model added."""
    return number(text) == calculated(data["expression"])


JUDGES: Final[Mapping[str, Judge]] = {
    "calculation": _calculation,
    "multiply": equals(lambda d: d["a"] * d["b"]),
    "divide": lambda d, t: number(t) * d["each"] == d["whole"],
    "missing_factor": lambda d, t: number(t) * d["a"] == d["product"],
    "equal_groups": _equal_groups,
    "operation": _operation,
    "two_steps": equals(lambda d: d["a"] * d["b"] - d["c"]),
    "boats": equals(lambda d: -(-d["people"] // d["seats"])),
    "estimate": _estimate,
    "add_decimals": equals(lambda d: Fraction(d["a"] + d["b"], 100)),
    "subtract_decimals": equals(lambda d: Fraction(d["a"] - d["b"], 100)),
    "multiply_decimals": equals(lambda d: Fraction(d["a"] * d["b"], 100)),
    "temperature": equals(lambda d: d["start"] + d["change"]),
    "apart": equals(lambda d: abs(d["b"] - d["a"])),
    "opposite": lambda d, t: number(t) + d["number"] == 0,
    "power": equals(lambda d: _power(d["base"], d["exponent"])),
    "multiply_powers": lambda d, t: _read_power(t) == _power(d["base"], d["m"] + d["n"]),
    "divide_powers": lambda d, t: _read_power(t) == _power(d["base"], d["m"] - d["n"]),
    "name_fraction": equals(lambda d: Fraction(d["taken"], d["parts"])),
    "unit_order": equals(lambda d: Fraction(1, min(d["bottoms"]))),
    "parts_of_set": equals(lambda d: Fraction(d["whole"] * d["top"], d["bottom"])),
    "equivalent": equals(lambda d: Fraction(d["top"], d["bottom"])),
    "missing_numerator": lambda d, t: number(t) * d["bottom"] == d["top"] * d["new"],
    "compare": _compare,
    "over_half": lambda d, t: number(t) > Fraction(1, 2),
    "add_fractions": equals(lambda d: Fraction(d["a"], d["b"]) + Fraction(d["c"], d["d"])),
    "subtract_fractions": equals(lambda d: Fraction(d["a"], d["b"]) - Fraction(d["c"], d["d"])),
    "simplify_ratio": _simplify_ratio,
    "share_in_ratio": lambda d, t: number(t) * (d["a"] + d["b"]) == d["whole"] * d["b"],
    "unit_rate": lambda d, t: number(t) * d["hours"] == d["way"],
    "percent": lambda d, t: number(t) * 100 == d["share"] * d["whole"],
    "constant": lambda d, t: number(t) * d["x"] == d["y"] * d["other"],
}
