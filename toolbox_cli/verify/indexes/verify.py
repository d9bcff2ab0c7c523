"""Look at every index of a platform: usable for what it is declared for, and neither broken nor superfluous."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from sqlalchemy import MetaData

from toolbox_cli.core.database.names import Names, quote
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.db.declared.indexes import DeclaredForeignKey, DeclaredIndex
from toolbox_cli.models import metadata_of
from toolbox_cli.verify.cases import Case, Outcome
from toolbox_cli.verify.indexes.explain import SETTINGS
from toolbox_cli.verify.indexes.live import LiveIndex
from toolbox_cli.verify.indexes.proof import Proof, prove
from toolbox_cli.verify.indexes.subject import Subject, read_subject

PART: Final = "indexes"
LOCK_TIMEOUT_S: Final = 2
STATEMENT_TIMEOUT_S: Final = 30

_NO_TABLE: Final = "The table is not there."
_OTHER: Final = "works, and does what no other index does"
_DIFF: Final = "See the statement that makes it with: toolbox db diff"
_UNUSABLE: Final = "Compare its definition with the models: toolbox verify schema"
_DROP: Final = "Every write pays for it: drop it in a revision."
_ADD: Final = "Add an index in a revision: whoever deletes what it refers to reads this whole table."
_KEPT: Final = "Kept, as the package has none: what it refers to is seldom deleted, and this table is short."


def verify_indexes(connection: psycopg.Connection[Any], names: Names, platform: str) -> list[Case]:
    """Say of every index and foreign key of a platform whether it serves.

    Args:
        connection: idle and in autocommit, as it is again afterwards.
        names: the schemas of the database.
        platform: whose models count; `toolbox` for the toolkit's own records.

    Returns:
        A case per index of the models, per further index on their tables, and per foreign key, by name. What can't be
        known from here, without a right to read or on a standby, is skipped with its reason.

    Effects: one transaction that is rolled back; in it empty temporary tables, for indexes whose work the planner
        gives to another.
    """
    return verify_tables(connection, metadata_of(platform), names.schema(platform))


def verify_tables(connection: psycopg.Connection[Any], metadata: MetaData, schema: str) -> list[Case]:
    """Do the same for any tables, which live in `schema`."""
    with _transaction(connection, schema):
        subject = read_subject(connection, metadata, schema)
        proofs = prove(connection, subject)
    cases = (
        *(_declared(subject, declared, live, proofs.get(declared)) for declared, live in subject.pairs),
        *(_other(subject, index) for index in subject.others),
        *(_foreign_key(subject, key) for key in subject.foreign_keys),
    )
    return sorted(cases, key=lambda case: case.object)


@contextmanager
def _transaction(connection: psycopg.Connection[Any], schema: str) -> Iterator[None]:
    connection.execute(
        f"BEGIN; SET LOCAL search_path = {quote(schema)}, pg_temp; SET LOCAL lock_timeout = '{LOCK_TIMEOUT_S}s';"
        f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT_S}s'; {SETTINGS}"
    )
    try:
        yield
    finally:
        connection.rollback()


def _declared(subject: Subject, declared: DeclaredIndex, live: LiveIndex | None, proof: Proof | None) -> Case:
    path = subject.path(declared.table, live.name if live else declared.name)
    claim = f"serves {' and '.join(shape.tail for shape in declared.shapes)}" if declared.shapes else "serves"
    if declared.table not in subject.tables:
        return _skipped(subject, path, claim, _NO_TABLE)
    if live is None:
        missing = Finding("index-missing", Severity.ERROR, path, None, claim, "no such index", remedy=_DIFF)
        return _case(subject, path, claim, [missing])
    findings = [*_broken(subject, live), *_spare(subject, live, declared.kept)]
    for shape, instead in proof.failed if proof else ():
        found = f"the planner {instead}"
        findings.append(Finding("index-unusable", Severity.ERROR, path, None, shape.tail, found, remedy=_UNUSABLE))
    if proof and proof.unknown:
        return _skipped(subject, path, claim, proof.unknown, findings)
    return _case(subject, path, claim, findings, proof.how if proof else None)


def _other(subject: Subject, index: LiveIndex) -> Case:
    findings = [*_broken(subject, index), *_spare(subject, index, kept=False)]
    return _case(subject, subject.path(index.table, index.name), _OTHER, findings)


def _foreign_key(subject: Subject, key: DeclaredForeignKey) -> Case:
    path, columns = subject.path(key.table, key.name), set(key.columns)
    claim = f"an index leads to its rows by ({', '.join(key.columns)})"
    if key.table not in subject.tables:
        return _skipped(subject, path, claim, _NO_TABLE)
    by = next((index for index in subject.live.get(key.table, ()) if _leads(index, columns)), None)
    if by is not None:
        return _case(subject, path, claim, (), f"by {by.name}")
    if broken := _should_lead(subject, key):
        return _skipped(subject, path, claim, f"{broken} should, which is a finding of its own.")
    severity, remedy = (Severity.NOTE, _KEPT) if key.kept else (Severity.WARNING, _ADD)
    found = Finding("foreign-key-unindexed", severity, path, None, claim, "none does", remedy=remedy)
    return _case(subject, path, claim, [found])


def _leads(index: LiveIndex, columns: set[str]) -> bool:
    whole = index.predicate is None or all(index.predicate == f"{column} IS NOT NULL" for column in columns)
    finds = index.method == "btree" or (index.method == "hash" and len(columns) == 1)
    return index.valid and whole and finds and set(index.keys[: len(columns)]) == columns


def _should_lead(subject: Subject, key: DeclaredForeignKey) -> str | None:
    """Name a declared index that would lead to a foreign key's rows, if it were there and whole."""
    columns = set(key.columns)
    broken = (
        declared.name
        for declared, live in subject.pairs
        if declared.table == key.table and set(declared.keys[: len(columns)]) == columns and not (live and live.valid)
    )
    return next(broken, None)


def _broken(subject: Subject, index: LiveIndex) -> Iterator[Finding]:
    if index.valid:
        return
    path, name = subject.path(index.table, index.name), subject.quoted(index.name)
    verb = "DROP" if index in subject.others else "REINDEX"
    found = "invalid, as one that was not built to its end: writes pay for it, and no query uses it"
    yield Finding(
        "index-invalid", Severity.ERROR, path, None, "valid", found, remedy=f"{verb} INDEX CONCURRENTLY {name}"
    )


def _spare(subject: Subject, index: LiveIndex, kept: bool) -> Iterator[Finding]:
    spare = subject.spare.get(index.name)
    if spare is None:
        return
    yield Finding(
        "index-prefix" if spare.prefix else "index-duplicate",
        Severity.NOTE if kept else Severity.WARNING,
        subject.path(index.table, index.name),
        None,
        "work that no other index does",
        f"{spare.by.name} ({', '.join(spare.by.keys)}) does it",
        remedy="Kept, as the documents have both." if kept else _DROP,
    )


def _case(subject: Subject, path: str, claim: str, findings: Iterable[Finding], detail: str | None = None) -> Case:
    made = tuple(findings)
    failed = any(finding.severity is not Severity.NOTE for finding in made)
    return Case(PART, subject.platform, path, claim, Outcome.FAILED if failed else Outcome.PASSED, made, detail)


def _skipped(subject: Subject, path: str, claim: str, why: str, findings: Iterable[Finding] = ()) -> Case:
    made = tuple(findings)
    if any(finding.severity is not Severity.NOTE for finding in made):
        return _case(subject, path, claim, made, why)
    return Case(PART, subject.platform, path, claim, Outcome.SKIPPED, made, why)
