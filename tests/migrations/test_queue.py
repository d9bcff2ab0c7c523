"""The queue's tables are those that the installed procrastinate would make."""

from importlib.metadata import version

import procrastinate.schema
import psycopg
import pytest

from tests.support.revisions import catalog
from tests.support.servers import Database
from toolbox_cli.core.database.catalog import LAYOUT, OWNERSHIP, Catalog, compare

pytestmark = pytest.mark.every_version


def queue(database: Database, schema: str) -> Catalog:
    """Give what of a schema belongs to the queue."""
    found = catalog(database, schema)
    own = {
        key: fields
        for key, fields in found.objects.items()
        if any("procrastinate" in part for part in (key.table, key.name))
    }
    return Catalog(found.schema, found.server_version, own)


def install(database: Database) -> None:
    """Let the package make its tables as it would where nobody else does, in a schema of its own."""
    with psycopg.connect(database.conninfo) as connection:
        connection.execute("CREATE SCHEMA beside; SET LOCAL search_path TO beside")
        # Alembic writes four spaces for a tab in `--sql` output, so ours has none.
        connection.execute(procrastinate.schema.SchemaManager.get_schema().replace("\t", "    ").encode())


def test_the_queue_is_the_installed_packages_comments_aside(database: Database) -> None:
    install(database)
    theirs, ours = queue(database, "beside"), queue(database, "toolbox")
    assert len(theirs.objects) > 60
    assert compare(theirs, ours, ignore=OWNERSHIP | LAYOUT | {"comment"}) == []


def test_the_package_is_of_the_version_that_the_revision_says() -> None:
    assert version("procrastinate").startswith("3.10.")
