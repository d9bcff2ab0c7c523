"""Prove a platform whose schema was changed a moment ago, in the transaction that takes the change back."""

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from sqlalchemy import Column, Enum, Integer, MetaData, Table
from sqlalchemy.dialects.postgresql import CreateEnumType
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.schema import CreateIndex, CreateTable, SchemaItem

from toolbox_cli.models import metadata_of
from toolbox_cli.models.base import platform_metadata, programs
from toolbox_cli.verify.cases import Case
from toolbox_cli.verify.constraints.prove import prove
from toolbox_cli.verify.constraints.server.facts import read_facts
from toolbox_cli.verify.constraints.trials.session import session
from toolbox_cli.verify.constraints.verdicts import Reading

Connection = psycopg.Connection[Any]
DIALECT = dialect()


def proved(connection: Connection, platform: str, statement: str = "SELECT") -> list[Case]:
    """Change a schema by a statement, and give what the proof then says.

    Args:
        connection: idle and in autocommit; the schema is called as the platform.
        platform: whose models.
        statement: several may stand in it.
    """
    with session(connection, platform) as opened:
        connection.execute(statement.encode())
        facts = read_facts(connection, platform)
        proof = prove(opened, platform, metadata_of(platform))
    return Reading(platform, platform, proof, facts, opened.replica).cases()


def findings(cases: Iterable[Case]) -> list[str]:
    """Give "code object" of each finding, sorted; the object without its schema."""
    return sorted(f"{one.code} {one.object.partition('.')[2]}" for case in cases for one in case.findings)


SMALL = "small"
"""Schema of models that a test makes for itself."""


def small_models(*parts: SchemaItem, **tables: Sequence[SchemaItem]) -> MetaData:
    """Make models: `parts` in a table `thing` with a key, and other tables by name."""
    metadata = platform_metadata(SMALL)
    for name, items in {**tables, **({"thing": parts} if parts else {})}.items():
        Table(name, metadata, Column("id", Integer, primary_key=True), *items)
    return metadata


def definition(metadata: MetaData) -> str:
    """Write what builds models."""
    made = [str(CreateEnumType(kind).compile(dialect=DIALECT)) for kind in enums(metadata)]
    for table in metadata.sorted_tables:
        made.append(str(CreateTable(table).compile(dialect=DIALECT)))
        made += [str(CreateIndex(index).compile(dialect=DIALECT)) for index in table.indexes]
    made += [function.sql for function in programs(metadata).functions]
    made += [trigger.sql for trigger in programs(metadata).triggers]
    return ";\n".join(made)


def enums(metadata: MetaData) -> list[Enum]:
    kinds = (column.type for table in metadata.sorted_tables for column in table.columns)
    return list({kind.name: kind for kind in kinds if isinstance(kind, Enum)}.values())


def proved_small(connection: Connection, metadata: MetaData, statement: str = "SELECT") -> list[Case]:
    """Build models, change them by a statement, give what the proof says, and take it all back."""
    connection.execute(f"CREATE SCHEMA {SMALL}")
    try:
        with session(connection, SMALL) as opened:
            connection.execute(definition(metadata).encode())
            connection.execute(statement.encode())
            proof = prove(opened, SMALL, metadata)
    finally:
        connection.execute(f"DROP SCHEMA {SMALL}")
    return Reading(SMALL, SMALL, proof, (), opened.replica).cases()
