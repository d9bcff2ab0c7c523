"""Judge answers by other means than those that wrote them: by counting, by trying, from the files as they stand."""

import math
import re
import statistics
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from itertools import count, pairwise
from typing import Any

import yaml

from toolbox_cli.core.shipped import shipped

Data = Mapping[str, Any]


def number(text: str) -> Fraction:
    """Read the number that an answer begins with, or that stands behind "at"."""
    found = re.match(r"(?:at )?(-?\d+(?:/\d+|\.\d+)?)", text)
    assert found, text
    return Fraction(found[1])


def numbers(text: str) -> list[Fraction]:
    return [Fraction(one) for one in re.findall(r"-?\d+(?:\.\d+)?", text)]


def is_number(value: Callable[[Data], Any]) -> Callable[[Data, str], bool]:
    return lambda data, text: number(text) == value(data)


def _counted(data: Data) -> int:
    return len([(row, column) for row in range(data["a"]) for column in range(data["b"])])


def _box(edges: list[int]) -> int:
    a, b, c = edges
    return sum(1 for _ in range(a) for _ in range(b) for _ in range(c))


def _angle(data: Data, text: str) -> bool:
    degrees = data["degrees"]
    fits = {"acute": degrees < 90, "right": degrees == 90, "obtuse": 90 < degrees < 180, "straight": degrees == 180}
    return fits[text.split()[1]]


def _lines(data: Data, text: str) -> bool:
    told = {
        "never meet": "parallel",
        "right angle": "perpendicular",
        "40 degrees": "intersecting, but not perpendicular",
    }
    return next(kind for words, kind in told.items() if words in data["fact"]) == text


def _power(text: str) -> int:
    base, exponent = map(int, text.split("^"))
    return math.prod([base] * exponent)


def _inequality(data: Data, text: str) -> bool:
    _, sign, end = text.split()
    held = {">": lambda x: x > int(end), "<": lambda x: x < int(end), "=": lambda x: x == int(end)}[sign]
    p, q, r = data["p"], data["q"], data["r"]
    return all((p * x + q > r) == held(x) for x in range(-5, 2 * r + 50))


def _proportional(_: Data, text: str) -> bool:
    rule = re.sub(r"(\d)x", r"\1*x", text.removeprefix("y = "))
    values = [(x, eval(rule, {"x": x})) for x in (0, 1, 2, 5)]  # noqa: S307
    return values[0][1] == 0 and len({Fraction(y, x) for x, y in values[1:]}) == 1


def _pair(data: Data, text: str) -> bool:
    x, y = numbers(text)
    return x + y == data["sum"] and x - y == data["difference"]


def _no_function(_: Data, text: str) -> bool:
    pairs = [tuple(map(int, one.split(","))) for one in re.findall(r"\(([^)]*)\)", text)]
    return any(a == c and b != d for a, b in pairs for c, d in pairs)


def _quadratic(data: Data, text: str) -> bool:
    roots = numbers(text)
    return len(set(roots)) == 2 and all(x * x + data["b"] * x + data["c"] == 0 for x in roots)


def _roots(data: Data, text: str) -> bool:
    return set(numbers(text)) == {x for x in range(-400, 401) if x * x == data["square"]}


def _vertex(data: Data, text: str) -> bool:
    lowest = min((x - data["h"]) ** 2 + data["k"] for x in range(-60, 61))
    at = [x for x in range(-60, 61) if (x - data["h"]) ** 2 + data["k"] == lowest]
    return numbers(text) == [at[0], lowest]


def _geometric(_: Data, text: str) -> bool:
    return len({Fraction(b, a) for a, b in pairwise(map(int, text.split(", ")))}) == 1


def _outlier(data: Data, text: str) -> bool:
    measures = {"mean": statistics.mean, "median": statistics.median, "range": lambda v: max(v) - min(v), "sum": sum}
    before, after = data["values"], [*data["values"], data["added"]]
    change = {name: abs(measure(after) - measure(before)) for name, measure in measures.items()}
    return min(change, key=lambda name: change[name]) == text.split()[1]


def _compare_spread(data: Data, text: str) -> bool:
    assert len({statistics.median(values) for values in data["sets"].values()}) == 1
    return max(data["sets"], key=lambda name: max(data["sets"][name]) - min(data["sets"][name])) == text.split()[1]


def _compare(data: Data, text: str) -> bool:
    one, two = Fraction(data["a"], data["b"]), Fraction(data["c"], data["d"])
    if text == "They are equal.":
        return one == two
    return text != "It can't be known." and number(text) == max(one, two)


def _circle(factor: Callable[[Data], Fraction]) -> Callable[[Data, str], bool]:
    return lambda data, text: "π" in text and number(text) == factor(data)


def _sine(data: Data) -> Callable[[str], bool]:
    angle = math.atan2(data["a"], data["b"])
    value = {"sine": math.sin, "cosine": math.cos, "tangent": math.tan}[data["ratio"]](angle)
    return lambda text: math.isclose(float(number(text)), value, rel_tol=1e-9)


def _ratio(data: Data, text: str) -> bool:
    p, q = map(int, text.split(" : "))
    return p * data["blue"] == q * data["red"] and math.gcd(p, q) == 1


def _operation(data: Data, text: str) -> bool:
    one, sign, two = text.split()
    return sign == "x" and sum([data["b"]] * data["a"]) == int(one) * int(two)


def _equal_groups(data: Data, text: str) -> bool:
    found = re.fullmatch(r"(\d+) groups of (\d+)", text)
    return bool(found) and (int(found[1]), int(found[2])) == (data["a"], data["b"])


FITS: Mapping[str, Callable[[Data, str], bool]] = {
    "multiply": is_number(_counted),
    "divide": lambda d, t: number(t) * d["each"] == d["whole"],
    "missing_factor": lambda d, t: d["a"] * number(t) == d["product"],
    "equal_groups": _equal_groups,
    "operation": _operation,
    "two_steps": is_number(lambda d: sum([d["b"]] * d["a"]) - d["c"]),
    "boats": is_number(lambda d: next(n for n in count(1) if n * d["seats"] >= d["people"])),
    "estimate": lambda d, t: abs(number(t) - d["a"] * d["b"]) / (d["a"] * d["b"]) < Fraction(8, 100),
    "add_decimals": is_number(lambda d: Fraction(d["a"], 100) + Fraction(d["b"], 100)),
    "subtract_decimals": is_number(lambda d: Fraction(d["a"], 100) - Fraction(d["b"], 100)),
    "multiply_decimals": is_number(lambda d: sum([Fraction(d["b"], 100)] * d["a"])),
    "temperature": is_number(lambda d: d["start"] + d["change"]),
    "apart": is_number(lambda d: len(range(d["a"], d["b"]))),
    "opposite": lambda d, t: number(t) + d["number"] == 0,
    "power": is_number(lambda d: math.prod([d["base"]] * d["exponent"])),
    "multiply_powers": lambda d, t: _power(t) == d["base"] ** d["m"] * d["base"] ** d["n"],
    "divide_powers": lambda d, t: _power(t) * d["base"] ** d["n"] == d["base"] ** d["m"],
    "name_fraction": is_number(lambda d: sum([Fraction(1, d["parts"])] * d["taken"])),
    "unit_order": is_number(lambda d: max(Fraction(1, one) for one in d["bottoms"])),
    "parts_of_set": is_number(lambda d: len([n for n in range(d["whole"]) if n % d["bottom"] < d["top"]])),
    "equivalent": lambda d, t: number(t) == Fraction(d["top"], d["bottom"]),
    "missing_numerator": lambda d, t: number(t) * d["bottom"] == d["top"] * d["new"],
    "compare": _compare,
    "over_half": lambda _, t: number(t) > Fraction(1, 2),
    "add_fractions": is_number(lambda d: Fraction(d["a"], d["b"]) + Fraction(d["c"], d["d"])),
    "subtract_fractions": is_number(lambda d: Fraction(d["a"], d["b"]) - Fraction(d["c"], d["d"])),
    "area": is_number(_counted),
    "perimeter": is_number(lambda d: sum((d["a"], d["b"], d["a"], d["b"]))),
    "side_of_area": lambda d, t: number(t) * d["a"] == d["area"],
    "volume": is_number(lambda d: _box([d["a"], d["b"], d["c"]])),
    "height_of_box": lambda d, t: number(t) * d["a"] * d["b"] == d["volume"],
    "two_boxes": is_number(lambda d: _box(d["one"]) + _box(d["two"])),
    "angle": _angle,
    "rest_of_angle": lambda d, t: number(t) + d["part"]
    == {"right angle": 90, "straight angle": 180, "full turn": 360}[d["whole"]],
    "lines": _lines,
    "locate": lambda d, t: numbers(t) == [d["right"], d["up"]],
    "distance": is_number(lambda d: math.dist(d["from"], d["to"])),
    "circumference": _circle(lambda d: 2 * d["radius"]),
    "circle_area": _circle(lambda d: Fraction(d["diameter"], 2) ** 2),
    "hypotenuse": lambda d, t: number(t) ** 2 == d["a"] ** 2 + d["b"] ** 2,
    "leg": lambda d, t: number(t) ** 2 + d["a"] ** 2 == d["c"] ** 2,
    "ratio_of_sides": lambda d, t: _sine(d)(t),
    "simplify_ratio": _ratio,
    "share_in_ratio": lambda d, t: number(t) * (d["a"] + d["b"]) == d["whole"] * d["b"],
    "unit_rate": lambda d, t: number(t) * d["hours"] == d["way"],
    "percent": lambda d, t: number(t) * 100 == d["share"] * d["whole"],
    "add_equation": lambda d, t: number(t) + d["p"] == d["q"],
    "times_equation": lambda d, t: d["p"] * number(t) == d["q"],
    "two_step_equation": lambda d, t: d["p"] * number(t) + d["q"] == d["r"],
    "inequality": _inequality,
    "constant": lambda d, t: number(t) * d["x"] == d["y"] * d["other"],
    "which_proportional": _proportional,
    "slope": lambda d, t: number(t) * (d["two"][0] - d["one"][0]) == d["two"][1] - d["one"][1],
    "steeper": is_number(lambda d: max(d["k"], Fraction(d["litres"], d["minutes"]))),
    "pair_of_equations": _pair,
    "function_value": is_number(lambda d: sum([d["a"]] * d["input"]) + d["b"]),
    "no_function": _no_function,
    "quadratic": _quadratic,
    "square_root_equation": _roots,
    "vertex": _vertex,
    "y_intercept": is_number(lambda d: d["a"] * 0**2 + d["b"] * 0 + d["c"]),
    "next_term": lambda d, t: number(t) * d["terms"][-2] == d["terms"][-1] ** 2,
    "which_growth": _geometric,
    "mean": is_number(lambda d: statistics.mean(map(Fraction, d["values"]))),
    "median": is_number(lambda d: statistics.median(d["values"])),
    "spread": is_number(lambda d: max(d["values"]) - min(d["values"])),
    "outlier": _outlier,
    "compare_spread": _compare_spread,
    "draw": is_number(lambda d: statistics.mean(map(Fraction, [1] * d["red"] + [0] * (d["blue"] + d["green"])))),
    "expected": lambda d, t: number(t) * d["sides"] == d["wanted"] * d["times"],
    "conditional": is_number(lambda d: Fraction(d["both"], d["whole"]) / Fraction(d["club"], d["whole"])),
    "independent": is_number(
        lambda d: Fraction(sum(1 for i in range(d["a"]) for j in range(d["b"]) if i == j == 0), d["a"] * d["b"])
    ),
}  # fmt: skip


@cache
def raw(heading: str) -> Mapping[str, Any]:
    """Read what stands under a heading of the files, without the shapes of the program."""
    found: dict[str, Any] = {}
    for file in (shipped("seeds") / "reference" / "toolboxai").rglob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        found |= yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)).get(heading, {})  # noqa: S506
    return found


def fits_fact(data: Data, ask: str, text: str) -> bool:
    """Judge an answer on a fact by the tables."""
    kind = data["kind"]
    if kind == "shipped":
        lesson, name = data["question"].split("/")
        right = raw("educational_content")[lesson]["quiz"]["questions"][name]["right"]
        return text in map(str, right if isinstance(right, list) else [right])
    known = raw("knowledge")[data["objective"]]
    if kind in {"term", "meaning"}:
        term, meaning = (text, ask.removeprefix("Which word is meant? ")) if kind == "term" else (data["term"], text)
        return known["terms"][term] == meaning
    if kind in {"claim", "claims", "true_false"}:
        right, wrong = ({claim[side] for claim in known["claims"]} for side in ("right", "wrong"))
        assert not right & wrong
        return text in right if kind != "true_false" else text == str(ask.removeprefix("True or false? ") in right)
    if kind == "sorts":
        return text in known["sorts"][data["number"]]["kinds"][data["of"]]
    pairs = known["pairs"][data["number"]]
    return pairs["ask"].format(value=pairs["of"][text]) == ask
