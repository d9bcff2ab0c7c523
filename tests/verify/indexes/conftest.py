"""Tables of our own beside the platforms', to try what their indexes don't have."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import MetaData, Table
from sqlalchemy.schema import SchemaItem

from tests.support.servers import Database
from toolbox_cli.core.database.build import build_schema
from toolbox_cli.models.base import platform_metadata

Build = Callable[..., MetaData]


@pytest.fixture
def build(empty_database: Database) -> Build:
    """Build table `t` of schema `place` from its columns and indexes, and whatever other tables are given."""

    def made(*items: SchemaItem, others: Callable[[MetaData], Any] = lambda _: None) -> MetaData:
        metadata = platform_metadata("place")
        others(metadata)
        Table("t", metadata, *items)
        with empty_database.engine().begin() as connection:
            build_schema(connection, metadata)
        return metadata

    return made


@pytest.fixture
def connection(empty_database: Database) -> Iterator[psycopg.Connection[Any]]:
    with empty_database.connect() as made:
        yield made
