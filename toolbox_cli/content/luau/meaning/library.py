"""Luau's own functions over constants, as far as scripts use them to build names and numbers."""

import base64
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

_SIZE_CAP: Final = 1 << 16
_BITS: Final = 0xFFFFFFFF


def plain(value: Any) -> Any:
    """Give a constant as Python has it: a whole number is an `int`."""
    if isinstance(value, float) and abs(value) < 1e15 and value == int(value):
        return int(value)
    return value


def _char(*codes: int) -> str:
    return "".join(map(chr, codes)) if all(0 <= code < 256 for code in codes) else _refuse()


def _refuse() -> Any:
    raise ValueError


def _byte(text: str, start: int = 1, end: int | None = None) -> int:
    return ord(text[start - 1]) if end in (None, start) and start > 0 else _refuse()


def _sub(text: str, start: int, end: int = -1) -> str:
    size = len(text)
    begins = max(start if start > 0 else size + start + 1 if start else 1, 1)
    ends = end if end >= 0 else size + end + 1
    return text[begins - 1 : max(ends, 0)]


def _rep(text: str, count: int, between: str = "") -> str:
    if count * (len(text) + len(between)) > _SIZE_CAP:
        return str(_refuse())
    return between.join([text] * max(count, 0))


def _gsub(text: str, pattern: str, new: str, *_: int) -> str:
    """Replace text; of patterns only those without any meaning of their own."""
    literal = re.sub(r"%(\W)", r"\1", pattern)
    if len(text) > _SIZE_CAP or not isinstance(new, str) or "%" in new:
        return str(_refuse())
    if re.search(r"[\^$*+?.\[\]()\-]", re.sub(r"%\W", "", pattern)) or re.search(r"%\w", pattern):
        return _classes(text, pattern, new)
    return text.replace(literal, new) if literal else str(_refuse())


_CLASSES: Final = {"%d": r"\d", "%s": r"\s", "%a": "[A-Za-z]", "%w": "[A-Za-z0-9]", "%D": r"\D",
                   ".": ".", "%W": "[^A-Za-z0-9]",
                   "%p": r"[!-/:-@\[-`{-~]", "%l": "[a-z]", "%u": "[A-Z]"}  # fmt: skip


def _classes(text: str, pattern: str, new: str) -> str:
    """Replace signs of one class, or of one set of plain signs."""
    one = pattern.removesuffix("+")
    if one in _CLASSES:
        return re.sub(_CLASSES[one] + ("+" if one != pattern else ""), new.replace("\\", "\\\\"), text)
    inside = re.fullmatch(r"\[([A-Za-z0-9_#@!~ ]+)\]\+?", pattern)
    if inside is None:
        return str(_refuse())
    return "".join(new if sign in inside[1] else sign for sign in text)


def _concat(parts: Sequence[Any], between: str = "", start: int = 1, end: int | None = None) -> str:
    return between.join(str(part) for part in parts[start - 1 : end])


def _tonumber(value: Any, base: int = 10) -> float:
    if not isinstance(value, str):
        return float(value)
    text = value.strip().lower()
    if base == 10 and text.startswith(("0x", "-0x")):
        base = 16
    return (
        float(int(text, base))
        if base != 10
        else float(text)
        if re.fullmatch(r"-?[\d.]+(e[+-]?\d+)?", text)
        else (float(_refuse()))
    )


def _tostring(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _format(pattern: str, *values: Any) -> str:
    if re.search(r"%\d{3,}", pattern):
        return str(_refuse())
    return pattern % values


def _xor(*values: int) -> int:
    total = 0
    for value in values:
        total ^= value & _BITS
    return total


def _band(*values: int) -> int:
    total = _BITS
    for value in values:
        total &= value
    return total


def _bor(*values: int) -> int:
    total = 0
    for value in values:
        total |= value & _BITS
    return total


def _decoded(text: str) -> str:
    return base64.b64decode(text.encode("latin-1"), validate=True).decode("latin-1")


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "string.char": _char, "string.byte": _byte, "string.sub": _sub, "string.rep": _rep, "string.gsub": _gsub,
    "string.reverse": lambda text: text[::-1], "string.lower": lambda text: text.lower(),
    "string.upper": lambda text: text.upper(), "string.len": lambda text: len(text), "string.format": _format,
    "table.concat": _concat, "tonumber": _tonumber, "tostring": _tostring, "utf8.char": _char,
    "bit32.bxor": _xor, "bit32.band": _band, "bit32.bor": _bor, "bit32.bnot": lambda value: ~value & _BITS,
    "bit32.lshift": lambda value, by: (value << by) & _BITS if 0 <= by < 32 else _refuse(),
    "bit32.rshift": lambda value, by: (value & _BITS) >> by if 0 <= by < 32 else _refuse(),
    "math.floor": lambda value: value // 1, "math.abs": abs, "math.max": max, "math.min": min,
    "math.sqrt": lambda value: value**0.5, "math.pow": lambda value, by: value**by if abs(by) < 64 else _refuse(),
}  # fmt: skip

TYPES: Final = {
    path: "string" if path in ("tostring", "table.concat", "utf8.char") else "number" for path in FUNCTIONS
} | {f"string.{name}": "string" for name in ("char", "sub", "rep", "gsub", "reverse", "lower", "upper", "format")}
"""What each gives when its arguments are not known."""

METHODS: Final = frozenset(path.removeprefix("string.") for path in FUNCTIONS if path.startswith("string."))
