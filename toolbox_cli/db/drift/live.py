"""What a database holds at one moment, and where texts of it that read otherwise are entered anew."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from toolbox_cli.core.database.catalog import Catalog, ask_catalog, received_catalog
from toolbox_cli.core.database.links import Links, read_links
from toolbox_cli.core.database.names import VERSION_TABLE, Names, quote
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.settings import RECORDS
from toolbox_cli.db.drift.comparison import Benches, find_drift
from toolbox_cli.db.drift.drift import Drift, Side, with_objects
from toolbox_cli.db.drift.fixed_point import Bench
from toolbox_cli.db.drift.partitions import expand
from toolbox_cli.db.drift.renames import Renames
from toolbox_cli.db.expected.expected import Workshop, spare_server
from toolbox_cli.db.expected.ground import Ground, ask_ground, received_ground

_BEGIN: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_PATIENCE: Final = "SET LOCAL lock_timeout TO '5s'"
_CLOSED: Final = """
SELECT nspname::text, current_user::text FROM pg_namespace
WHERE nspname = ANY (%s) AND NOT has_schema_privilege(oid, 'USAGE') ORDER BY 1"""


@dataclass(frozen=True, slots=True)
class Live:
    """What a database holds at one moment.

    Attributes:
        connection: idle and in autocommit.
        catalogs: by the schema's name.
    """

    connection: psycopg.Connection[Any]
    ground: Ground
    catalogs: Mapping[str, Catalog]

    def links(self, schema: str) -> Callable[[], Links]:
        """Give what reads the links of a schema."""
        return lambda: read_links(self.connection, schema)


def look(connection: psycopg.Connection[Any], names: Names) -> Live:
    """Read the schemas of a database as they are at one moment, in one round trip.

    Raises:
        RefusedError: our role may not look into one of them.
    """
    schemas = list(names.schemas.values())
    with connection.pipeline():
        connection.execute(_BEGIN)
        connection.execute(_PATIENCE)
        ground = ask_ground(connection)
        closed = connection.execute(_CLOSED, (schemas,))
        asked = {schema: ask_catalog(connection, schema) for schema in schemas}
        connection.execute("ROLLBACK")
    for schema, role in closed:
        raise RefusedError(
            f"The role {role} may not look into schema {schema}.",
            remedy=f"As its owner: GRANT USAGE ON SCHEMA {quote(schema)} TO {quote(role)}",
        )
    read = {schema: received_catalog(cursor, connection, schema) for schema, cursor in asked.items()}
    return Live(connection, received_ground(ground), read)


def ours(platform: str, catalog: Catalog) -> Catalog:
    """Leave out Alembic's own table among the toolkit's records."""
    if platform != RECORDS:
        return catalog
    return with_objects(catalog, {key: fields for key, fields in catalog.objects.items() if key.table != VERSION_TABLE})


@dataclass(frozen=True, slots=True)
class Compared:
    """What came out of a comparison.

    Attributes:
        expected: how it should be, in the names that the live side uses, with the months that are there.
        live: how it is, without what was told of its months.
        drifts: what differs; each cause once.
        given: how it should be, in its own names.
        seen: how it is, with everything.
    """

    expected: Side
    live: Catalog
    drifts: tuple[Drift, ...]
    given: Side
    seen: Catalog


def compare_live(
    live: Live, platform: str, schema: str, expected: Side, workshop: Workshop, *, managed: bool = True
) -> Compared:
    """Find what parts a platform's live schema from how it should be.

    Args:
        live: what the database holds.
        platform: whose schema.
        schema: what it is called there.
        expected: how it should be.
        workshop: where texts are entered when the database does not let us.
        managed: it is how our models or revisions have it: what stands on none of its tables is somebody else's, and
            which months there are is time's business.

    Effects: temporary tables, in a transaction that is rolled back; only where texts differ.
    """
    seen, given, drifts = ours(platform, live.catalogs[schema]), expected, list[Drift]()
    if managed:
        expected, catalog, drifts = expand(given, seen)
    else:
        catalog = seen.without_range_partitions()
    benches = _benches(live, platform, schema, workshop)
    expected, more = find_drift(expected, catalog, live.links(schema), benches, managed=managed)
    return Compared(expected, catalog, (*drifts, *more), given, seen)


def _benches(live: Live, platform: str, schema: str, workshop: Workshop) -> Benches:
    @contextmanager
    def bench(renames: Renames) -> Iterator[Bench]:
        catalog = live.catalogs[schema]
        if live.ground.rights.tables:
            yield Bench(live.connection, schema, catalog, renames)
            return
        from toolbox_cli.db.expected.building import scratch, write  # imports SQLAlchemy and all models

        with spare_server(workshop) as server, scratch(server, write(platform)) as place:
            yield Bench(server, place, catalog, renames)

    return bench
