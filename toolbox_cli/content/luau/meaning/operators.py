"""Luau's operators over what is known."""

import math
from collections.abc import Callable, Sequence
from typing import Final

from toolbox_cli.content.luau.meaning.values import UNKNOWN, Known, Made, Typed, Value, kind_of, number_in, text_in

_ARITHMETIC: Final[dict[str, Callable[[float, float], float]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: math.floor(a / b),
    "%": lambda a, b: a - math.floor(a / b) * b,
    "^": lambda a, b: a**b,
}


def binary(operator: str, found: Sequence[Value]) -> Value:
    """Give what an operator makes of its operands, which stand as they are written."""
    if operator not in _ARITHMETIC:
        return Typed("boolean")
    numbers = [number_in(one) for one in found]
    known = [one for one in numbers if one is not None]
    if len(known) < len(numbers):
        return UNKNOWN if any(kind_of(one) is None for one in found) and not known else Typed("number")
    order = known[::-1] if operator == "^" else known
    total = order[0]
    try:
        for number in order[1:]:
            pair = (number, total) if operator == "^" else (total, number)
            total = float(_ARITHMETIC[operator](*pair))
    except (ArithmeticError, TypeError, ValueError):
        return Typed("number")
    return Known(total, True)


def unary(operator: str, found: Value) -> Value:
    """Give what an operator makes of its operand."""
    if operator == "not":
        return Typed("boolean")
    if operator == "#":
        text = text_in(found)
        return Known(float(len(text)), True) if text is not None else _length(found)
    number = number_in(found)
    if number is not None:
        return Known(-number, isinstance(found, Known) and found.made)
    return Typed("number") if kind_of(found) == "number" else UNKNOWN


def _length(found: Value) -> Value:
    if (
        isinstance(found, Made)
        and not (found.fields or found.changed)
        and all(one.key is None for one in found.node.fields)
    ):
        return Known(float(len(found.node.fields)), True)
    return Typed("number")


def joined(found: Sequence[Value]) -> Value:
    """Join texts; what is known of the beginning stays known."""
    texts = [written(one) for one in found]
    known = texts.index(None) if None in texts else len(texts)
    begins = "".join(one for one in texts[:known] if one is not None)
    return Known(begins, True) if known == len(texts) else Typed("string", begins)


def written(value: Value) -> str | None:
    """Write a constant as `..` and `tostring` do."""
    text = text_in(value)
    if text is not None:
        return text
    number = number_in(value)
    if number is None:
        return None
    return str(int(number)) if abs(number) < 1e15 and number == int(number) else repr(number)
