"""Values as Luau literals: whatever a text holds, it stays a text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from typing import Any, Final

_SHORT: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_WIDTH: Final = 100
_LARGEST: Final = 2**53


def literal(value: Any, indent: int = 0) -> str:
    r"""Write a value.

    Args:
        value: None, bool, int, float, str, or a sequence or mapping of such with names as keys.
        indent: tabs before the lines of a table that takes several.

    Raises:
        TypeError: it has no literal.
        ValueError: a number that Luau can't hold, or a key that is no name.

    Example:
        >>> literal('say "hi"'), literal([1, True, None]), literal({"ask": "a"})
        ('"say \\"hi\\""', '{ 1, true, nil }', '{ ask = "a" }')
    """
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, Mapping):
        return _table([f"{_name(key)} = {literal(held, indent + 1)}" for key, held in value.items()], indent)
    if isinstance(value, Sequence):
        return _table([literal(held, indent + 1) for held in value], indent)
    raise TypeError(f"{type(value).__name__} has no literal")


def quoted(text: str) -> str:
    r"""Write a text between double quotes; signs that can hide or turn what is read become escapes.

    Example:
        >>> quoted("5 > 3"), quoted("a\u202eb"), quoted("\0")
        ('"5 > 3"', '"a\\u{202E}b"', '"\\0"')
    """
    return f'"{"".join(_signs(text))}"'


def rows(values: Sequence[Sequence[int]], indent: int = 1) -> str:
    """Write whole numbers as a table of tables, in lines that can be read."""
    tabs = "\t" * indent
    lines = ["{"]
    for row in values:
        lines.append(f"{tabs}{{")
        lines += [f"{tabs}\t{line}," for line in _wrapped(map(str, row))]
        lines.append(f"{tabs}}},")
    return "\n".join([*lines, f"{tabs[:-1]}}}"])


def numbers(values: Sequence[int], indent: int = 1) -> str:
    """Write whole numbers as a table, in lines that can be read."""
    tabs = "\t" * indent
    return "\n".join(["{", *(f"{tabs}{line}," for line in _wrapped(map(str, values))), f"{tabs[:-1]}}}"])


def _wrapped(words: Iterable[str]) -> Iterator[str]:
    line = ""
    for word in words:
        if line and len(line) + len(word) > _WIDTH:
            yield line
            line = ""
        line = f"{line}, {word}" if line else word
    if line:
        yield line


def _table(parts: Sequence[str], indent: int) -> str:
    if not parts:
        return "{}"
    flat = f"{{ {', '.join(parts)} }}"
    if len(flat) + 4 * indent <= _WIDTH and "\n" not in flat:
        return flat
    tabs = "\t" * (indent + 1)
    return "\n".join(["{", *(f"{tabs}{part}," for part in parts), f"{tabs[:-1]}}}"])


def _number(value: float) -> str:
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise ValueError(f"{value} is too large for a number of Luau")
        return str(value)
    if not isfinite(value):
        raise ValueError(f"{value} is no number")
    return repr(value)


def _name(key: object) -> str:
    if not isinstance(key, str) or not key.isascii() or not key.isidentifier() or key in _RESERVED:
        raise ValueError(f"{key!r} is no name")
    return key


def _signs(text: str) -> Iterator[str]:
    for number, sign in enumerate(text):
        if sign in _SHORT:
            yield _SHORT[sign]
        elif sign.isprintable():
            yield sign
        elif ord(sign) < 128:
            digit_follows = text[number + 1 : number + 2].isdigit()
            yield f"\\{ord(sign):03d}" if digit_follows else f"\\{ord(sign)}"
        elif 0xD800 <= ord(sign) <= 0xDFFF:
            yield "\\u{FFFD}"
        else:
            yield f"\\u{{{ord(sign):04X}}}"


_RESERVED: Final = frozenset(
    ("and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local", "nil", "not", "or")
    + ("repeat", "return", "then", "true", "until", "while", "continue", "type", "export")
)
