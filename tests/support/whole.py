"""A database with all platforms in it: installed from the documents, with rows, and compared as a whole."""

from typing import Any, Final

from tests.migrations import frames_rows, pas_in_peace_rows, toolboxai_rows
from tests.support.revisions import catalog, differences
from tests.support.servers import Database
from tests.support.template import NAMES
from toolbox_cli.core.database.catalog import Catalog, Difference
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.db.revisions.lineage.history import read_history

SCHEMAS: Final = (RECORDS, *PLATFORMS)

Catalogs = dict[str, Catalog]

HEADS: Final = {platform: read_history().head(platform).id for platform in SCHEMAS}

LOGGED: Final = "SELECT platform, revision, direction, sql_sha256 FROM toolbox.migration_log ORDER BY id"


def target_of(database: Database) -> Target:
    return Target(database.url, NAMES, "the test suite")


def fill(database: Database) -> None:
    """Write rows into the state that the documents' installations have."""
    toolboxai_rows.fill(database)
    database.execute("SET search_path TO pas_in_peace; " + pas_in_peace_rows.ROWS)
    database.execute("SET search_path TO frames; " + frames_rows.ROWS)


def catalogs(database: Database) -> Catalogs:
    """Read all that the platforms and the records consist of; what is not there reads as empty."""
    return {schema: catalog(database, schema) for schema in SCHEMAS}


def drift(expected: Catalogs, found: Catalogs) -> list[Difference]:
    """List what differs, the order of columns included."""
    return [each for schema in SCHEMAS for each in differences(expected[schema], found[schema])]


def log(database: Database) -> list[tuple[Any, ...]]:
    """Read which revisions were applied, in order, with the hashes of their SQL."""
    return database.execute(LOGGED)


def at(database: Database) -> set[str]:
    """Read the revisions that a database is at."""
    return {revision for (revision,) in database.execute("SELECT version_num FROM toolbox.alembic_version")}
