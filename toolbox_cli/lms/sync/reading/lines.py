"""Records as lines of text: the form that is copied, digested and compared.

A million enrollments pass here, so this works by columns. A line is the fields of a record with `PART` between them;
nothing is an empty field.
"""

import datetime
import json
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from toolbox_cli.lms.sources.records import Assignment, Course, Enrollment, Kind, Record, Standing, User

PART: Final = "\x1f"
RAW: Final = "\x1e"
"""Between a line and the answer that the record was read from: COPY's delimiter."""

FIELDS: Final = {Kind.COURSE: 11, Kind.USER: 10, Kind.ENROLLMENT: 9, Kind.ASSIGNMENT: 10}
KEYS: Final = {Kind.COURSE: (0,), Kind.USER: (0,), Kind.ENROLLMENT: (0, 1, 3), Kind.ASSIGNMENT: (0, 1)}
"""Places of ids in a line: with a control character there, nothing can be made of the record."""

_CONTROL: Final = re.compile("[\x00\x1e\x1f\ud800-\udfff]")
_NUL: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
_ENCODED: Final = json.JSONEncoder(default=str, ensure_ascii=False).encode
_FLAGS: Final = ("", "t")


class Dated(dict[tuple[Any, ...], str]):
    """Says how enrollments stand by their dates, where the system does not.

    Args:
        today: from when on future ones stand, and until when those that end.
    """

    def __init__(self, today: datetime.date) -> None:
        super().__init__()
        self._today = today

    def __missing__(self, key: tuple[Any, ...]) -> str:
        """Decide it.

        Args:
            key: what the system says, first day and last day.
        """
        said, begins, ends = key
        if said is None:
            said = Standing.ACTIVE
            if begins is not None and begins > self._today:
                said = Standing.FUTURE
            elif ends is not None and ends < self._today:
                said = Standing.ENDED
        self[key] = str(said.value)
        return self[key]


class Lines(NamedTuple):
    """Records as lines.

    Attributes:
        text: all of them, with line feeds between them.
        lost: the ids of records of which none could be made.
    """

    lines: list[str]
    text: str
    lost: list[str]

    def for_copy(self) -> str:
        """Write them as COPY reads them."""
        text = self.text
        if "\\" in text or "\r" in text or text.count("\n") >= len(self.lines):
            text = "\n".join(map(escaped, self.lines))
        return text + "\n" if self.lines else ""


def lines_of(kind: Kind, records: Sequence[Record], dated: Dated) -> Lines:
    """Write records of one kind as lines."""
    columns = _COLUMNS[kind](list(zip(*records, strict=True)), dated)
    lines = list(map(PART.join, zip(*columns, strict=True)))
    text = "\n".join(lines)
    if _clean(text, len(lines) * (FIELDS[kind] - 1)):
        return Lines(lines, text, [])
    lines, lost = _cleaned(kind, list(zip(*columns, strict=True)))
    return Lines(lines, "\n".join(lines), lost)


def raws_of(records: Iterable[Any]) -> list[str]:
    """Write the answers that records were read from, as COPY takes them."""
    return [r"\N" if one.raw is None else escaped(_json(one.raw)) for one in records]


def escaped(text: str) -> str:
    """Write text as COPY reads it."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\n" in text:
        text = text.replace("\n", "\\n")
    return text.replace("\r", "\\r") if "\r" in text else text


def _json(raw: Any) -> str:
    """Write a document; jsonb takes neither NUL nor half a character. Other control characters come escaped."""
    text = _ENCODED(raw)
    if "\\u0000" in text:
        text = _NUL.sub(r"\1 ", text)
    return text if text.isascii() or _encodes(text) else _CONTROL.sub(" ", text)


def _clean(text: str, parts: int) -> bool:
    """Tell whether there are no characters that are in the way."""
    if text.count(PART) != parts or "\x00" in text or RAW in text:
        return False
    return text.isascii() or _encodes(text)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _cleaned(kind: Kind, rows: Iterable[tuple[str, ...]]) -> tuple[list[str], list[str]]:
    """Blank control characters out; leave out records that have them in their ids."""
    lines, lost = [], []
    for row in rows:
        clean = [_CONTROL.sub(" ", part) for part in row]
        if any(clean[place] != row[place] for place in KEYS[kind]):
            lost.append(clean[3 if kind is Kind.ENROLLMENT else 0])
        else:
            lines.append(PART.join(clean))
    return lines, lost


def _texts(column: Sequence[str | None]) -> Sequence[str]:
    return [one or "" for one in column] if None in column else column  # type: ignore[return-value]


def _flags(column: Sequence[bool]) -> list[str]:
    return [_FLAGS[one] for one in column] if True in column else [""] * len(column)


def _lists(column: Sequence[tuple[str, ...]]) -> list[str]:
    return [",".join(one) for one in column]


def _days(column: Sequence[datetime.date | None]) -> list[str]:
    said = {day: "" if day is None else day.isoformat() for day in set(column)}
    return list(map(said.__getitem__, column))


def _moments(column: Sequence[datetime.datetime | None]) -> list[str]:
    return ["" if one is None else one.astimezone(datetime.UTC).isoformat() for one in column]


def _numbers(column: Sequence[Decimal | None]) -> list[str]:
    return ["" if one is None else format(one.normalize(), "f") for one in column]


def _courses(columns: Sequence[Any], dated: Dated) -> Sequence[Sequence[str]]:
    named = dict(zip(Course._fields, columns, strict=True))
    return (
        *(_texts(named[name]) for name in ("id", "title", "description", "subject", "grade")),
        _days(named["starts_on"]), _days(named["ends_on"]), _texts(named["school"]), _texts(named["term"]),
        _flags(named["removed"]), _lists(named["unsaid"]),
    )  # fmt: skip


def _users(columns: Sequence[Any], dated: Dated) -> Sequence[Sequence[str]]:
    named = dict(zip(User._fields, columns, strict=True))
    texts = ("id", "username", "email", "given_name", "family_name", "sis_id", "role", "grade")
    return (*(_texts(named[name]) for name in texts), _flags(named["enabled"]), _flags(named["removed"]))


def _enrollments(columns: Sequence[Any], dated: Dated) -> Sequence[Sequence[str]]:
    named = dict(zip(Enrollment._fields, columns, strict=True))
    begins, ends = named["begins_on"], named["ends_on"]
    dates = zip(named["standing"], begins, ends, strict=True)
    return (
        named["course_id"], named["user_id"], named["role"], _texts(named["id"]),
        list(map(dated.__getitem__, dates)), _days(begins), _days(ends), _flags(named["primary"]),
        _flags(named["removed"]),
    )  # fmt: skip


def _assignments(columns: Sequence[Any], dated: Dated) -> Sequence[Sequence[str]]:
    named = dict(zip(Assignment._fields, columns, strict=True))
    return (
        *(_texts(named[name]) for name in ("id", "course_id", "title", "description", "kind")),
        _numbers(named["points"]), *(_moments(named[name]) for name in ("due_at", "opens_at", "locks_at")),
        _flags(named["removed"]),
    )  # fmt: skip


_COLUMNS: Final = {
    Kind.COURSE: _courses,
    Kind.USER: _users,
    Kind.ENROLLMENT: _enrollments,
    Kind.ASSIGNMENT: _assignments,
}
