"""Values that several datasets take: closed lists, bands, persons, lengths of time, numbers out of documents."""

from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Double, Numeric, Text, case, cast, func, null, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import InstrumentedAttribute

from toolbox_cli.analytics.masking.masks import Band, Cut, Keep, OneOf, Pseudonym, RowKey, Unit

USER: Final = Pseudonym("toolboxai.user")
AUTHOR: Final = Pseudonym("toolboxai.author")
"""Who made, taught, asked for or judged what others see: many know who that was, and are not to know the user by it."""
SIGN_IN: Final = Pseudonym("toolboxai.user_session")

TASK: Final = RowKey("toolboxai.agent_task")
WORKFLOW: Final = RowKey("toolboxai.agent_workflow")

DAY: Final = Cut(Unit.DAY)
MONTH: Final = Cut(Unit.MONTH)

GRADES: Final = Band((1, 3, 6, 9))
"""School grades as they are grouped in schools."""

LEVELS: Final = OneOf(("easy", "medium", "hard", "BEGINNER", "INTERMEDIATE", "ADVANCED", "EXPERT"))
"""Difficulty, in the words that the documents use."""

LENGTH: Final = Keep("a length of time, not a moment")
WHETHER: Final = Keep("whether, not when")

_MEASURABLE: Final = "? (@ > -1000000000000000 && @ < 1000000000000000)"
"""Keeps numbers alone, and of them those that are exact as floats where they are whole."""


def seconds_between(begin: InstrumentedAttribute[Any], end: InstrumentedAttribute[Any]) -> ColumnElement[float]:
    """Give the length of time between two moments."""
    return cast(func.extract("epoch", end - begin), Double)


def json_number(document: InstrumentedAttribute[Any], *path: str) -> ColumnElement[float]:
    """Give a number that a JSON document has at a place; null where it has none, or one beyond all measure."""
    return cast(func.jsonb_path_query_first(document, _numbers_at(*path)), Double)


def json_total(document: InstrumentedAttribute[Any], *path: str) -> ColumnElement[int]:
    """Add up the whole numbers that a JSON document has at a place; `*` in the path stands for every name."""
    found = func.jsonb_path_query(document, _numbers_at(*path)).column_valued("found")
    total = select(func.coalesce(func.sum(cast(found, Numeric)), 0)).scalar_subquery()
    return cast(total, BigInteger)


def _numbers_at(*path: str) -> ColumnElement[Any]:
    names = "".join(f".{name}" for name in path)
    return cast(f"${names} {_MEASURABLE}", JSONPATH)


def json_word(document: InstrumentedAttribute[Any], *path: str) -> ColumnElement[str]:
    """Give a text that a JSON document has at a place, for a mask that knows the words; null where it has none."""
    return cast(func.jsonb_extract_path_text(document, *path), Text)


def json_length(document: InstrumentedAttribute[Any]) -> ColumnElement[int]:
    """Count the elements of a JSON list; null where it is none."""
    length = cast(func.jsonb_array_length(document), BigInteger)
    return case((func.jsonb_typeof(document) == "array", length), else_=cast(null(), BigInteger))
