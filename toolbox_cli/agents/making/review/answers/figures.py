"""Questions of figures, angles, points and the sides of triangles."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import prod
from typing import Final

from toolbox_cli.agents.making.review.answers.reading import Data, Judge, equals, number, numbers

_WHOLE_DEGREES: Final = {"right angle": 90, "straight angle": 180, "full turn": 360}
_LINES: Final = {
    "never meet": "parallel",
    "right angle": "perpendicular",
    "40 degrees": "intersecting, but not perpendicular",
}


def _angle(data: Data, text: str) -> bool:
    degrees = data["degrees"]
    kind = "acute" if degrees < 90 else "right" if degrees == 90 else "obtuse" if degrees < 180 else "straight"
    return kind in text.split()


def _lines(data: Data, text: str) -> bool:
    return any(words in data["fact"] and kind == text for words, kind in _LINES.items())


def _times_pi(factor: Callable[[Data], Fraction | int]) -> Judge:
    return lambda data, text: "π" in text and number(text) == factor(data)


def _distance(data: Data, text: str) -> bool:
    (a, b), (c, d) = data["from"], data["to"]
    return bool(number(text) ** 2 == (a - c) ** 2 + (b - d) ** 2)


def _ratio_of_sides(data: Data, text: str) -> bool:
    """Compare squares, which are exact: the hypotenuse is a root."""
    a, b = data["a"], data["b"]
    square = a * a + b * b
    top, bottom = {"sine": (a * a, square), "cosine": (b * b, square), "tangent": (a * a, b * b)}[data["ratio"]]
    return number(text) ** 2 == Fraction(top, bottom)


JUDGES: Final[Mapping[str, Judge]] = {
    "area": equals(lambda d: d["a"] * d["b"]),
    "perimeter": equals(lambda d: 2 * (d["a"] + d["b"])),
    "side_of_area": lambda d, t: number(t) * d["a"] == d["area"],
    "volume": equals(lambda d: d["a"] * d["b"] * d["c"]),
    "height_of_box": lambda d, t: number(t) * d["a"] * d["b"] == d["volume"],
    "two_boxes": equals(lambda d: prod(d["one"]) + prod(d["two"])),
    "angle": _angle,
    "rest_of_angle": equals(lambda d: _WHOLE_DEGREES[d["whole"]] - d["part"]),
    "lines": _lines,
    "locate": lambda d, t: numbers(t) == [d["right"], d["up"]],
    "distance": _distance,
    "circumference": _times_pi(lambda d: 2 * d["radius"]),
    "circle_area": _times_pi(lambda d: Fraction(d["diameter"], 2) ** 2),
    "hypotenuse": lambda d, t: number(t) ** 2 == d["a"] ** 2 + d["b"] ** 2,
    "leg": lambda d, t: number(t) ** 2 == d["c"] ** 2 - d["a"] ** 2,
    "ratio_of_sides": _ratio_of_sides,
}
