"""Values to try in a column: what its rules speak of and what lies beside it, and the edges of its type."""

import datetime
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Enum,
    Float,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    SmallInteger,
    String,
    Time,
    Uuid,
)
from sqlalchemy.dialects.postgresql import CIDR, INET, MACADDR
from sqlalchemy.dialects.postgresql.ranges import AbstractRange
from sqlalchemy.types import TypeEngine

from toolbox_cli.verify.constraints.witnesses.literals import Literals
from toolbox_cli.verify.constraints.witnesses.words import shapes, slips

TOKEN: Final = "a0b1c2d3e4f5"  # noqa: S105  a word, and no secret
"""Stands in a value where each row gets a word of its own: twelve hexadecimal digits, the first a letter."""

PLAIN: Final = (TOKEN, f"b{TOKEN[1:]}", f"c{TOKEN[1:]}")
MOST_SLIPPING: Final = 3
"""Words of one column that slips are tried on."""

NUMBERS: Final = (1, 0, 2, -1)
DAY: Final = datetime.date(2026, 1, 1)
MOMENT: Final = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
TICK: Final = datetime.timedelta(microseconds=1)
REAL_DIGITS: Final = 24
"""A floating-point column of at most so many binary digits is a `real`."""

OPAQUE: Final[dict[type[TypeEngine[Any]], tuple[str, ...]]] = {
    Boolean: ("true", "false"),
    JSON: ("{}", "[]", '{"a": 1}', '["a"]', "1", '"a"', "true", "null"),
    Uuid: tuple(f"{n}eed0000-0000-4000-8000-{TOKEN}" for n in "123"),
    Interval: ("1 hour", "0", "2 hours", "-1 hour"),
    Time: ("12:00", "12:00:00.000001", "00:00", "24:00"),
    INET: ("192.0.2.1", "192.0.2.2", "2001:db8::1"),
    CIDR: ("192.0.2.0/24", "198.51.100.0/24"),
    MACADDR: ("08:00:2b:01:02:03", "08:00:2b:01:02:04"),
    LargeBinary: (r"\x00", r"\x0102", r"\x"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value to try.

    Attributes:
        value: as text; None is NULL.
        rank: place among the values of its column, where these have an order.
        origin: the value that it was made from by one slip.
    """

    value: str | None
    rank: int | None = None
    origin: str | None = None

    def apart(self, other: "Candidate") -> int:
        """Say how far two values are from each other: 1 are neighbours."""
        if self.value == other.value:
            return 0
        if self.rank is not None and other.rank is not None:
            return abs(self.rank - other.rank)
        if None in (self.value, other.value):
            return 3
        return 1 if self.value == other.origin or other.value == self.origin else 2


def candidates(column: Column[Any], literals: Literals, words: Sequence[str] = ()) -> tuple[Candidate, ...]:
    """Give the values to try in a column, the plainest first, NULL last where it is allowed.

    Args:
        column: of a model.
        literals: what stands in the rules of the column.
        words: text that is known to keep the rules; then what one slip makes of it is tried in place of other shapes.
    """
    found: dict[str | None, Candidate] = {}
    for candidate in _of(column.type, literals, words):
        if fits(candidate.value, column.type):
            found.setdefault(candidate.value, candidate)
    return (*found.values(), Candidate(None)) if column.nullable else tuple(found.values())


def fits(value: str | None, kind: TypeEngine[Any]) -> bool:
    """Tell what the type itself would refuse or cut: that would not be the rule's doing."""
    if value is None:
        return True
    if isinstance(kind, Enum):
        return value in kind.enums
    if isinstance(kind, String):
        return "\0" not in value and len(value) <= (kind.length or math.inf)
    if isinstance(kind, Numeric) and not isinstance(kind, Float) and kind.precision is not None:
        return value == "NaN" or abs(Decimal(value)) < Decimal(10) ** (kind.precision - (kind.scale or 0))
    return True


def _of(kind: TypeEngine[Any], literals: Literals, words: Sequence[str] = ()) -> Iterator[Candidate]:
    if isinstance(kind, Enum):
        yield from map(Candidate, kind.enums)
    elif isinstance(kind, Integer):
        yield from _ranked(_integers(kind, literals), key=int)
    elif isinstance(kind, Float | Double):
        yield from _ranked(_floats(kind, literals), key=_number_key)
    elif isinstance(kind, Numeric):
        yield from _ranked(_numerics(kind, literals), key=_number_key)
    elif isinstance(kind, DateTime | Date):
        yield from _ranked(_moments(kind, literals), key=_moment_key)
    elif isinstance(kind, ARRAY):
        yield from map(Candidate, _arrays(kind, literals))
    elif isinstance(kind, AbstractRange):
        yield from map(Candidate, _ranges(kind))
    elif isinstance(kind, String):
        yield from _slipping(words) if words else map(Candidate, (*PLAIN, *literals.strings, *shapes(TOKEN)))
    else:
        opaque = (values for known, values in OPAQUE.items() if isinstance(kind, known))
        yield from map(Candidate, next(opaque, ()))


def _ranked(values: Iterable[str], key: Callable[[str], Any]) -> Iterator[Candidate]:
    listed = list(dict.fromkeys(values))
    ranks = {value: rank for rank, value in enumerate(sorted(listed, key=key))}
    return (Candidate(value, ranks[value]) for value in listed)


def _integers(kind: Integer, literals: Literals) -> Iterator[str]:
    bits = 64 if isinstance(kind, BigInteger) else 16 if isinstance(kind, SmallInteger) else 32
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    told = [round_(number) for number in literals.numbers for round_ in (math.floor, math.ceil)]
    beside = [number + step for number in told for step in (0, -1, 1)]
    yield from (str(number) for number in (*NUMBERS, *beside, high, low) if low <= number <= high)


def _numerics(kind: Numeric[Any], literals: Literals) -> Iterator[str]:
    scale = kind.scale if kind.scale is not None else 0 if kind.precision else 6
    step = Decimal(1).scaleb(-scale)
    yield from map(str, NUMBERS)
    for number in literals.numbers:
        yield from (format(number + way, "f") for way in (0, -step, step, -1, 1))
    if kind.precision is not None:
        edge = Decimal(10) ** (kind.precision - scale) - step
        yield from (format(edge, "f"), format(-edge, "f"))
    yield "NaN"


def _floats(kind: Float[Any], literals: Literals) -> Iterator[str]:
    narrow = kind.precision is not None and kind.precision <= REAL_DIGITS
    told = [float(number) for number in literals.numbers]
    yield from (repr(float(number)) for number in NUMBERS)
    for number in told:
        beside = (number * (1 + way * 2**-23) or way * 1e-45 for way in (-1, 1))
        exact = (math.nextafter(number, way * math.inf) for way in (-1, 1))
        yield from (repr(value) for value in (number, *(beside if narrow else exact), number - 1, number + 1))
    yield from ("Infinity", "-Infinity", "NaN")


def _moments(kind: DateTime | Date, literals: Literals) -> Iterator[str]:
    told = [moment for text in literals.strings if (moment := _moment(text)) is not None]
    step = TICK if isinstance(kind, DateTime) else datetime.timedelta(days=1)
    for moment in (MOMENT, *told):
        yield from (_written(moment + way, kind) for way in (datetime.timedelta(0), step, -step))
    yield _written(MOMENT + datetime.timedelta(days=40), kind)
    yield from ("infinity", "-infinity")


def _written(moment: datetime.datetime, kind: DateTime | Date) -> str:
    if not isinstance(kind, DateTime):
        return moment.date().isoformat()
    return (moment if kind.timezone else moment.replace(tzinfo=None)).isoformat(sep=" ")


def _moment(text: str) -> datetime.datetime | None:
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _moment_key(text: str) -> tuple[int, datetime.datetime]:
    side = {"-infinity": -1, "infinity": 1}.get(text, 0)
    return side, (MOMENT if side else _moment(text) or MOMENT)


def _number_key(text: str) -> tuple[bool, Decimal]:
    """Sort as the server does: NaN is greater than every number."""
    return text == "NaN", Decimal(0) if text == "NaN" else Decimal(text)


def _arrays(kind: ARRAY[Any], literals: Literals) -> Iterator[str]:
    elements = [one.value for one in _of(kind.item_type, literals) if fits(one.value, kind.item_type)]
    quoted = ['"' + str(one).replace("\\", "\\\\").replace('"', '\\"') + '"' for one in elements]
    yield "{}"
    yield from (f"{{{one}}}" for one in quoted[:4])
    yield f"{{{','.join(quoted[:2])}}}"


def _ranges(kind: AbstractRange[Any]) -> tuple[str, ...]:
    return (*(written_later(kind, number) for number in (10, 30, 50)), "empty")


def written_later(kind: TypeEngine[Any], number: int) -> str:
    """Give a day, a moment or a range of its own for each number."""
    if isinstance(kind, AbstractRange):
        if "INT" in kind.__visit_name__ or "NUM" in kind.__visit_name__:
            return f"[{number},{number + 1})"
        return f"[{written_later(Date(), number)},{written_later(Date(), number + 1)})"
    if isinstance(kind, DateTime):
        return _written(MOMENT + datetime.timedelta(seconds=number), kind)
    return (MOMENT.date() + datetime.timedelta(days=number)).isoformat()


def _slipping(words: Sequence[str]) -> Iterator[Candidate]:
    yield from map(Candidate, (*words, *PLAIN))
    for word in words[:MOST_SLIPPING]:
        yield from (Candidate(slip, origin=word) for slip in slips(word))


def examples_of(column: Column[Any]) -> Iterator[str]:
    """Give the values that a model shows for a column: `Column(info={"example": ...})`, one or a list."""
    shown = column.info.get("example", ())
    yield from map(str, [shown] if isinstance(shown, str) else shown)
