"""Rows in COPY's text format."""

import datetime
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

Row = Sequence[object]
"""One row's values, in the order of its table's columns.

None, bool, int, float, str, UUIDs as text, dates, aware datetimes, dict and list (JSON documents), tuple (an array),
and `Raw` (written as it is).
"""


class Raw(str):
    """Text in COPY's format already: a document that was written beforehand."""

    __slots__ = ()


def encode(rows: Iterable[Row]) -> bytes:
    """Write rows, one a line.

    Raises:
        KeyError: a value's type is not among those of `Row`.
    """
    writers = _WRITERS
    lines = ["\t".join([value if type(value) is Raw else writers[type(value)](value) for value in row]) for row in rows]
    lines.append("")
    return "\n".join(lines).encode()


def raw(document: Any) -> Raw:
    """Write a JSON document once, for many rows."""
    return Raw(_document(document))


def plain(text: str) -> Raw:
    """Write a long text once, for many rows."""
    return Raw(_text(text))


def array(*values: object) -> Raw:
    """Write an array once, for many rows."""
    return Raw(_array(values))


_SPECIAL: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _text(value: str) -> str:
    return value.translate(_SPECIAL) if "\\" in value or "\n" in value or "\t" in value or "\r" in value else value


_dumps: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _document(value: Any) -> str:
    text = _dumps(value)
    return text.replace("\\", "\\\\") if "\\" in text else text  # JSON itself escapes tabs and line ends


def _array(values: tuple[object, ...]) -> str:
    return _text("{" + ",".join("NULL" if value is None else _element(value) for value in values) + "}")


def _element(value: object) -> str:
    text = _dumps(value) if isinstance(value, dict | list) else str(value)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _moment(value: datetime.datetime) -> str:
    return value.isoformat(" ")


_WRITERS: Final[Mapping[type, Callable[[Any], str]]] = {
    type(None): lambda _: "\\N",
    str: _text,
    Raw: str.__str__,
    int: int.__repr__,
    bool: lambda value: "t" if value else "f",
    float: float.__repr__,
    datetime.datetime: _moment,
    datetime.date: datetime.date.isoformat,
    dict: _document,
    list: _document,
    tuple: _array,
}
