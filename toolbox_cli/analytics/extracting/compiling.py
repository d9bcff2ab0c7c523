"""Statements over the models as SQL text: the driver's protocol for bulk takes no parameters."""

from typing import Any, Final

from sqlalchemy import ARRAY, JSON, ColumnElement, Select, Text, Uuid, cast
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import CIDR, INET, MACADDR

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


def readable(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Give a value in a type that every Arrow reader knows.

    UUIDs and numerics stay as they are: the server would take several times as long to write them out as we do.
    """
    if isinstance(value.type, _WORDED) and not isinstance(value.type, Uuid):
        return cast(value, Text)
    return value
