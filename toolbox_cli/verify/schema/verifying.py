"""Compare the schemas of a database with what their models stand for, or with those of another database."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import psycopg

from toolbox_cli.core.database.catalog import Catalog, Key, ask_catalog, received_catalog
from toolbox_cli.core.database.links import Links, read_links
from toolbox_cli.core.database.names import VERSION_TABLE, Names, quote
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.settings import RECORDS
from toolbox_cli.db.expected.expected import Workshop, expected_catalog, spare_server
from toolbox_cli.db.expected.ground import Ground, ask_ground, received_ground
from toolbox_cli.verify.cases import Case, Checked, Outcome
from toolbox_cli.verify.places import places_of
from toolbox_cli.verify.schema.comparison import Benches, find_drift
from toolbox_cli.verify.schema.counts import counted
from toolbox_cli.verify.schema.drift import Change, Drift, Side, finding_of, with_objects
from toolbox_cli.verify.schema.fixed_point import Bench
from toolbox_cli.verify.schema.partitions import expand, parents_of
from toolbox_cli.verify.schema.renames import Renames

PART: Final = "schema"
UPGRADE: Final = "Bring it in: toolbox db upgrade"

_BEGIN: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_PATIENCE: Final = "SET LOCAL lock_timeout TO '5s'"
_CLOSED: Final = """
SELECT nspname::text, current_user::text FROM pg_namespace
WHERE nspname = ANY (%s) AND NOT has_schema_privilege(oid, 'USAGE') ORDER BY 1"""


@dataclass(frozen=True, slots=True)
class Live:
    """What a database holds at one moment."""

    connection: psycopg.Connection[Any]
    ground: Ground
    catalogs: Mapping[str, Catalog]

    def links(self, schema: str) -> Callable[[], Links]:
        """Give what reads the links of a schema."""
        return lambda: read_links(self.connection, schema)


def verify_schema(
    connection: psycopg.Connection[Any],
    names: Names,
    workshop: Workshop,
    against: psycopg.Connection[Any] | None = None,
) -> Checked:
    """Compare every platform of a database, field by field; wants USAGE on its schemas and no other right.

    Args:
        connection: idle and in autocommit.
        names: the platforms in the database, and their schemas.
        workshop: where expected catalogs are built and kept.
        against: another database that says how it should be, in place of the models.

    Raises:
        RefusedError: our role may not look into a schema.

    Effects: reads in one snapshot; what is built or tried is rolled back.
    """
    live = look(connection, names)
    other = look(against, names) if against else None
    cases: list[Case] = []
    facts: dict[str, dict[str, Any]] = {}
    for platform, schema in names.schemas.items():
        expected, facts[platform] = _expected(live, other, platform, schema, workshop)
        catalog = _ours(platform, live.catalogs[schema])
        facts[platform]["counts"] = counted(platform, expected.catalog, catalog)
        bench = _benches(live, platform, schema, workshop)
        cases += _cases(_Subject(platform, schema, expected, catalog, live.links(schema), bench, other is None))
    return Checked(tuple(cases), facts)


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


@dataclass(frozen=True, slots=True)
class _Subject:
    """One platform that is compared."""

    platform: str
    schema: str
    expected: Side
    live: Catalog
    links: Callable[[], Links]
    bench: Benches
    by_models: bool


def _expected(
    live: Live, other: Live | None, platform: str, schema: str, workshop: Workshop
) -> tuple[Side, dict[str, Any]]:
    if other is not None:
        catalog = _ours(platform, other.catalogs[schema]).without_range_partitions()
        return Side(catalog, other.links(schema)()), {}
    made = expected_catalog(live.connection, platform, workshop, live.ground)
    return Side(made.catalog, made.links), {"built_on": made.built_on, "remembered": made.remembered}


def _ours(platform: str, catalog: Catalog) -> Catalog:
    """Leave out Alembic's own table among the toolkit's records."""
    if platform != RECORDS:
        return catalog
    return with_objects(catalog, {key: fields for key, fields in catalog.objects.items() if key.table != VERSION_TABLE})


def _benches(live: Live, platform: str, schema: str, workshop: Workshop) -> Benches:
    @contextmanager
    def bench(renames: Renames) -> Iterator[Bench]:
        catalog = live.catalogs[schema]
        if live.ground.rights.tables:
            yield Bench(live.connection, schema, catalog, renames)
            return
        from toolbox_cli.db.expected.building import scratch  # imports SQLAlchemy and all models

        with spare_server(workshop) as server, scratch(server, platform) as place:
            yield Bench(server, place, catalog, renames)

    return bench


def _cases(subject: _Subject) -> list[Case]:
    if not subject.live.objects:
        return [_no_schema(subject)] if subject.expected.catalog.objects else []
    expected, live, drifts = subject.expected, subject.live, list[Drift]()
    if subject.by_models:
        expected, live, drifts = expand(expected, live)
    else:
        live = live.without_range_partitions()
    expected, more = find_drift(expected, live, subject.links, subject.bench, managed=subject.by_models)
    by_key: dict[Key, list[Drift]] = {}
    for drift in (*drifts, *more):
        by_key.setdefault(drift.key, []).append(drift)
    timely = parents_of(live).keys() - parents_of(subject.expected.catalog).keys()
    keys = {key for key in expected.catalog.objects if key.table not in timely}
    return [_case(subject, key, by_key.get(key, [])) for key in sorted(keys | by_key.keys())]


def _case(subject: _Subject, key: Key, drifts: list[Drift]) -> Case:
    findings = tuple(_placed(finding_of(drift, subject.schema), subject.platform, drift) for drift in drifts)
    failed = any(finding.severity is Severity.ERROR for finding in findings)
    whose = "the models have" if subject.by_models else "the other database has"
    claim = f"{key.kind} as {whose} it"
    if any(drift.change is Change.UNMANAGED for drift in drifts):
        claim = f"{key.kind} of somebody else"
    outcome = Outcome.FAILED if failed else Outcome.PASSED
    return Case(PART, subject.platform, f"{subject.schema}.{key.path}", claim, outcome, findings)


def _placed(finding: Finding, platform: str, drift: Drift) -> Finding:
    """Say where the models have it, under the name that they have for it."""
    key = drift.key
    if drift.change is Change.RENAMED and isinstance(drift.expected, str):
        key = key._replace(**{"name" if key.name else "table": drift.expected})
    place = places_of(platform).of(key)
    return replace(finding, file=place.file, line=place.line)


def _no_schema(subject: _Subject) -> Case:
    """Tell once of a schema that is not there, instead of each of its tables."""
    tables = sum(1 for key in subject.expected.catalog.objects if key.kind == "table")
    found = Finding(
        "schema-missing", Severity.ERROR, subject.schema, None, f"{tables} tables", "nothing", remedy=UPGRADE
    )
    return Case(PART, subject.platform, subject.schema, "the schema is there", Outcome.FAILED, (found,))
