"""Build a platform's models under a name that nobody knows, and read what the server made of them."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from toolbox_cli.core.database.build import schema_sql
from toolbox_cli.core.database.catalog import Catalog, read_catalog
from toolbox_cli.core.database.links import Links, read_links
from toolbox_cli.models import metadata_of

_SETTINGS: Final = "SET LOCAL standard_conforming_strings TO on"
"""What would change the meaning of the models' statements."""


@dataclass(frozen=True, slots=True)
class Written:
    """The statements that make one platform, under a name that nobody knows."""

    schema: str
    sql: str


def write(platform: str) -> Written:
    """Write down one platform; asks no server, and imports the platform's models."""
    schema = f"toolbox_models_{secrets.token_hex(8)}"
    return Written(schema, schema_sql(metadata_of(platform), schema))


def build(connection: psycopg.Connection[Any], written: Written) -> tuple[Catalog, Links]:
    """Build one platform, and read it.

    Args:
        connection: idle; our role may make schemas in its database.
        written: the platform.

    Effects: DDL in a transaction that is rolled back; a process that is killed leaves nothing either.
    """
    with scratch(connection, written) as schema:
        return read_catalog(connection, schema), read_links(connection, schema)


@contextmanager
def scratch(connection: psycopg.Connection[Any], written: Written) -> Iterator[str]:
    """Give the name of a schema that holds one platform, until the transaction is rolled back."""
    with connection.transaction(force_rollback=True):
        connection.execute(_SETTINGS)
        connection.execute(written.sql.encode())
        yield written.schema
