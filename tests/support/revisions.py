"""Moves a database along the revisions of one platform, by the same environment as `toolbox db upgrade`."""

from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData

from tests.support.servers import Database
from tests.support.template import NAMES
from toolbox_cli.core.database.build import build_schema
from toolbox_cli.core.database.catalog import OWNERSHIP, Catalog, Difference, compare, read_catalog
from toolbox_cli.core.database.steps import Run
from toolbox_cli.core.shipped import shipped


def upgrade(database: Database, target: str) -> None:
    """Go up to a revision: `frames@head`, or a revision's own name."""
    _move(database, command.upgrade, target)


def downgrade(database: Database, target: str) -> None:
    """Go down to a revision; `frames@base` takes back everything of a platform."""
    _move(database, command.downgrade, target)


def _move(database: Database, direction: Any, target: str) -> None:
    config = Config(shipped("alembic.ini"))
    with database.engine().connect() as connection:
        config.attributes["run"] = Run(NAMES, connection)
        direction(config, target)


def build(database: Database, metadata: MetaData) -> None:
    """Create a platform's schema straight from its models."""
    with database.engine().begin() as connection:
        build_schema(connection, metadata)


def catalog(database: Database, schema: str) -> Catalog:
    with database.connect() as connection:
        return read_catalog(connection, schema)


def differences(expected: Catalog, found: Catalog) -> list[Difference]:
    """Compare all but who owns it: the order of columns counts too."""
    return compare(expected, found, ignore=OWNERSHIP)
