"""What a run did as CSV (RFC 4180) that a spreadsheet opens without running anything in it."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from toolbox_cli.lms.runs.telling.differences import Field, Record, text_of

CHANGES: Final = (
    "run", "number", "kind", "action", "external_id", "course", "person", "applied", "field", "before", "before_is",
    "after", "after_is",
)  # fmt: skip
ISSUES: Final = (
    "run", "number", "severity", "code", "kind", "external_id", "field", "meaning", "message", "remedy", "place",
)  # fmt: skip

_FORMULA: Final = re.compile(r"\s*[=+\-@\uff0b\uff0d\uff1d\uff20'|%]|[\t\r\n]")
"""How a cell begins that a spreadsheet may take for a formula, and what we would mistake for our own mark."""


def changes_sheet(run: int, records: Iterable[Record]) -> Iterator[str]:
    """Write a line for each field that differs.

    Whether there was a value is said apart from it, since an empty cell tells nothing: `before_is` and `after_is` are
    value, empty (a text without a sign), null (no value) or hidden (a name, and nobody asked for names).
    """
    yield _line(CHANGES)
    for one in records:
        said = (run, one.number, one.kind, one.action, one.key, one.course, one.person, one.applied)
        for field in one.fields or (Field("", None, None),):
            before = _value(field.before, hidden=field.hidden)
            after = _value(field.after, hidden=field.hidden)
            yield _line((*map(safe, said), field.name, *before, *after))


def issues_sheet(run: int, issues: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Write a line for each issue."""
    yield _line(ISSUES)
    for one in issues:
        yield _line([safe(cell) for cell in (run, *(one[name] for name in ISSUES[1:]))])


def safe(value: Any) -> str:
    """Give a cell's text: what a spreadsheet would run begins with an apostrophe, which makes it text.

    Numbers stay what they are.

    Example:
        >>> safe("=1+1"), safe("Ada"), safe(-5), safe("-5")
        ("'=1+1", 'Ada', '-5', "'-5")
    """
    if value is None:
        return ""
    text = text_of(value).replace("\0", "\\0")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return text if is_number or not _FORMULA.match(text) else f"'{text}"


def _value(value: Any, *, hidden: bool) -> tuple[str, str]:
    if hidden:
        return "", "hidden"
    if value is None:
        return "", "null"
    return safe(value), "value" if value != "" else "empty"


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
