"""Compare the schemas of a database with what their models stand for, or with those of another database."""

from dataclasses import dataclass, replace
from typing import Any, Final

import psycopg

from toolbox_cli.core.database.catalog import Catalog, Key
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.db.drift.drift import Change, Drift, finding_of
from toolbox_cli.db.drift.live import Compared, compare_live, look, ours
from toolbox_cli.db.drift.partitions import parents_of
from toolbox_cli.db.drift.wanted import wanted_sides
from toolbox_cli.db.expected.expected import Workshop
from toolbox_cli.verify.cases import Case, Checked, Outcome
from toolbox_cli.verify.places import places_of
from toolbox_cli.verify.schema.counts import counted

PART: Final = "schema"
UPGRADE: Final = "Bring it in: toolbox db upgrade"


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
    for platform, wanted in wanted_sides(live, names, workshop, other).items():
        schema, expected = names.schemas[platform], wanted.side
        facts[platform] = {"built_on": wanted.built_on, "remembered": wanted.remembered} if other is None else {}
        catalog = ours(platform, live.catalogs[schema])
        facts[platform]["counts"] = counted(platform, expected.catalog, catalog)
        subject = _Subject(platform, schema, expected.catalog, by_models=other is None)
        if catalog.objects:
            compared = compare_live(live, platform, schema, expected, workshop, managed=subject.by_models)
            cases += _cases(subject, compared)
        elif expected.catalog.objects:
            cases.append(_no_schema(subject))
    return Checked(tuple(cases), facts)


@dataclass(frozen=True, slots=True)
class _Subject:
    """One platform that is compared."""

    platform: str
    schema: str
    expected: Catalog
    by_models: bool


def _cases(subject: _Subject, compared: Compared) -> list[Case]:
    by_key: dict[Key, list[Drift]] = {}
    for drift in compared.drifts:
        by_key.setdefault(drift.key, []).append(drift)
    timely = parents_of(compared.live).keys() - parents_of(subject.expected).keys()
    keys = {key for key in compared.expected.catalog.objects if key.table not in timely}
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
    tables = sum(1 for key in subject.expected.objects if key.kind == "table")
    found = Finding(
        "schema-missing", Severity.ERROR, subject.schema, None, f"{tables} tables", "nothing", remedy=UPGRADE
    )
    return Case(PART, subject.platform, subject.schema, "the schema is there", Outcome.FAILED, (found,))
