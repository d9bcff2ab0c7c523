"""What all models share: constraint names, column idioms, and the objects that are not tables."""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from sqlalchemy import BigInteger, DateTime, Integer, MetaData, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import MappedColumn, mapped_column

from toolbox_cli.models.privacy import Privacy

NAMING: Final[Mapping[str, str]] = {
    "pk": "%(table_name)s_pkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
}
"""The names that PostgreSQL itself gives, so that an adopted database and ours agree."""


def now() -> Any:
    """Give the server default of a creation time."""
    return text("now()")


def column(comment: str, privacy: Privacy, *args: Any, **kwargs: Any) -> MappedColumn[Any]:
    """Declare a column with its meaning and its privacy class; the rest is `mapped_column`'s.

    Args:
        comment: what the value is, with unit and range; kept in the database as the column's comment.
        privacy: what the column tells about a person.
        args: type and constraints.
        kwargs: as `mapped_column` takes them.
    """
    info = {"privacy": privacy, **kwargs.pop("info", {})}
    return mapped_column(*args, comment=comment, info=info, **kwargs)


Json = dict[str, Any]
JsonList = list[Any]

TYPE_MAP: Final[Mapping[Any, Any]] = {
    str: Text(),
    int: Integer(),
    uuid.UUID: Uuid(),
    datetime.datetime: DateTime(timezone=True),
    Json: JSONB(none_as_null=True),
    JsonList: JSONB(none_as_null=True),
}
"""What a bare `Mapped[...]` annotation means; everything else names its type."""

UuidKey = Annotated[
    uuid.UUID,
    column("Key.", Privacy.NONE, Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
]
"""Random key of a row that is not a person."""

PersonUuidKey = Annotated[
    uuid.UUID,
    column("Key of a person.", Privacy.IDENTIFIER, Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
]
"""Random key of a row that is a person."""

SerialKey = Annotated[int, column("Key.", Privacy.NONE, Integer, primary_key=True)]
"""Key from the table's own sequence."""

BigIdentityKey = Annotated[int, column("Key.", Privacy.NONE, BigInteger, primary_key=True)]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a platform's schema; `sql` names no schema and ends in `SET search_path FROM CURRENT`.

    Attributes:
        purpose: what it does, a sentence for who reads about the schema.
    """

    name: str
    sql: str
    purpose: str = ""


def pinned(name: str, purpose: str, sql: str) -> Function:
    """Declare a function that reads tables of its own schema, whatever the caller's temporary tables are called."""
    return Function(
        name,
        f"""{sql};
DO $$
BEGIN
    EXECUTE 'ALTER FUNCTION {name} SET search_path TO ' || quote_ident(current_schema()) || ', pg_temp';
END
$$""",
        purpose,
    )


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger on one of a platform's tables; `sql` is the CREATE TRIGGER statement and names no schema."""

    name: str
    table: str
    sql: str


@dataclass(slots=True)
class Programs:
    """Functions, triggers and other statements that make a platform whole, in the order they are created."""

    functions: list[Function] = field(default_factory=list)
    triggers: list[Trigger] = field(default_factory=list)
    default_partitions: dict[str, str] = field(default_factory=dict)
    """Partitioned table to its default partition."""


def platform_metadata(schema: str) -> MetaData:
    """Make a platform's MetaData: its schema's name, the naming convention, and room for its `Programs`."""
    return MetaData(schema=schema, naming_convention=dict(NAMING), info={"programs": Programs()})


def programs(metadata: MetaData) -> Programs:
    """Give the functions and triggers that belong to a platform's tables."""
    found: Programs = metadata.info["programs"]
    return found


TOUCH_UPDATED_AT: Final = Function(
    "touch_updated_at",
    """
CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$""",
    "Sets `updated_at` to the present.",
)
"""Sets `updated_at`; its triggers fire only where the statement left the column unchanged."""


def touch_trigger(table: str) -> Trigger:
    """Keep `updated_at` of `table` true, except where a statement sets it itself."""
    return Trigger(
        "touch_updated_at",
        table,
        f"""
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON {table}
FOR EACH ROW WHEN (NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at)
EXECUTE FUNCTION touch_updated_at()""",
    )
