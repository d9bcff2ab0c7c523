"""Build a platform's schema straight from its models: what a migrated database must equal."""

from typing import Any

from sqlalchemy import Connection, MetaData, create_mock_engine
from sqlalchemy.dialects.postgresql.psycopg import dialect as psycopg_dialect

from toolbox_cli.models.base import programs


def build_schema(connection: Connection, metadata: MetaData, schema: str | None = None) -> None:
    """Create schema, tables, functions, triggers and default partitions of one platform, in one round trip.

    Args:
        connection: in a transaction; left open.
        metadata: the platform's own.
        schema: the name to build under; the platform's own name when None. Must not exist.

    Effects: DDL on `connection`, search_path set for the rest of the transaction; never commits.
    """
    # Without parameters a % in a function's body is a %, and the server takes many statements at once.
    connection.exec_driver_sql(schema_sql(metadata, schema), execution_options={"no_parameters": True})


def schema_sql(metadata: MetaData, schema: str | None = None) -> str:
    """Write the statements that create what a platform's models say, for one transaction."""
    made = programs(metadata)
    dialect = psycopg_dialect(paramstyle="named")  # type: ignore[no-untyped-call]  # leaves a % alone
    quoted = dialect.identifier_preparer.quote(schema or str(metadata.schema))
    statements = [f"CREATE SCHEMA {quoted}", f"SET LOCAL search_path TO {quoted}"]

    def write(statement: Any, *_: object, **__: object) -> None:
        statements.append(str(statement.compile(dialect=dialect, **_translated(metadata, schema))).strip())

    metadata.create_all(create_mock_engine("postgresql+psycopg://", write), checkfirst=False)
    statements += [
        f"CREATE TABLE {child} PARTITION OF {parent} DEFAULT" for parent, child in made.default_partitions.items()
    ]
    statements += [composite.sql.strip() for composite in made.composites]
    statements += [function.sql.strip() for function in made.functions]
    statements += [trigger.sql.strip() for trigger in made.triggers]
    return ";\n".join(statements)


def _translated(metadata: MetaData, schema: str | None) -> dict[str, Any]:
    return {"schema_translate_map": {metadata.schema: schema}, "render_schema_translate": True} if schema else {}
