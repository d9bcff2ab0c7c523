"""Build a platform's schema straight from its models: what a migrated database must equal."""

from sqlalchemy import Connection, MetaData, text

from toolbox_cli.models.base import programs


def build_schema(connection: Connection, metadata: MetaData, schema: str | None = None) -> None:
    """Create schema, tables, functions, triggers and default partitions of one platform.

    Args:
        connection: in a transaction; left open.
        metadata: the platform's own.
        schema: the name to build under; the platform's own name when None. Must not exist.

    Effects: DDL on `connection`, search_path set for the rest of the transaction; never commits.
    """
    name = schema or str(metadata.schema)
    quoted = connection.dialect.identifier_preparer.quote(name)
    connection.execute(text(f"CREATE SCHEMA {quoted}"))
    connection.execute(text(f"SET LOCAL search_path TO {quoted}"))
    metadata.create_all(connection.execution_options(schema_translate_map={metadata.schema: name}), checkfirst=False)
    made = programs(metadata)
    statements = [
        f"CREATE TABLE {child} PARTITION OF {parent} DEFAULT" for parent, child in made.default_partitions.items()
    ]
    statements += [function.sql for function in made.functions]
    statements += [trigger.sql for trigger in made.triggers]
    plain = connection.execution_options(no_parameters=True)  # a % in a function's body is a %
    for statement in statements:
        plain.exec_driver_sql(statement)
