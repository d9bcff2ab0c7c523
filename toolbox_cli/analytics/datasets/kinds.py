"""The types of dataset columns: one explicit type each, which pyarrow, DuckDB, Polars and Spark all read."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ARRAY, Boolean, Date, DateTime, Float, Integer, Numeric, String, Uuid
from sqlalchemy.types import TypeEngine


class Kind(StrEnum):
    """What a column holds, by the name that documents and manifests use."""

    TEXT = "string"
    INTEGER = "int64"
    REAL = "float64"
    BOOLEAN = "bool"
    MOMENT = "timestamp[us, UTC]"
    DATE = "date32"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount that must add up to the last digit: a decimal of fixed scale."""

    precision: int = 18
    scale: int = 6

    def __str__(self) -> str:
        return f"decimal128({self.precision}, {self.scale})"


def kind_of(sql_type: TypeEngine[object]) -> Kind:
    """Give the kind of a model's column.

    Raises:
        TypeError: its type has none: JSON and arrays can hold anything, so a dataset names what it takes from them.
    """
    found = next((kind for types, kind in _KINDS if isinstance(sql_type, types)), None)
    if found is None or isinstance(sql_type, ARRAY):
        raise TypeError(f"{sql_type!r} has no kind of its own; name an expression and its kind")
    return found


_KINDS: tuple[tuple[tuple[type, ...], Kind], ...] = (
    ((Boolean,), Kind.BOOLEAN),
    ((Integer,), Kind.INTEGER),
    ((Float, Numeric), Kind.REAL),
    ((DateTime,), Kind.MOMENT),
    ((Date,), Kind.DATE),
    ((String, Uuid), Kind.TEXT),
)
