"""Statements over the models as SQL text: the driver's protocol for bulk takes no parameters."""

from typing import Any, Final

from sqlalchemy import ARRAY, JSON, ColumnElement, Double, Float, Numeric, Select, Text, case, cast, func
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import CIDR, INET, MACADDR
from sqlalchemy.orm import InstrumentedAttribute

from toolbox_cli.analytics.datasets.dataset import Column
from toolbox_cli.analytics.datasets.kinds import Kind
from toolbox_cli.core.database.names import Names

_DIALECT: Final = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]  # `%` stays as it is
_WORDED: Final = (INET, CIDR, MACADDR, JSON, ARRAY)
"""Types that the driver has no Arrow type for, or one of its own."""


def sql_of(statement: Select[Any], names: Names) -> str:
    """Give a statement as text, with its values in it and the schemas' real names."""
    compiled = statement.compile(
        dialect=_DIALECT,
        schema_translate_map=names.translate_map,
        render_schema_translate=True,
        compile_kwargs={"literal_binds": True},
    )
    return str(compiled)


def readable(column: Column) -> ColumnElement[Any]:
    """Give a column's value in a type that the driver has an Arrow type for, where we read that one well.

    UUIDs, exact numerics and moments stay as they are: the server would take longer over what we do with them.
    """
    value: ColumnElement[Any] = column.value  # type: ignore[assignment]
    if isinstance(value.type, _WORDED):
        return cast(value, Text)
    if column.kind is Kind.REAL and isinstance(value.type, Numeric) and not isinstance(value.type, Float):
        return cast(value, Double)
    return finite(value) if column.kind is Kind.DATE else value


def finite(moment: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """Give a moment; null where it is the end of all days, which no file has a word for."""
    return case((func.isfinite(moment), moment))
