"""Run the checks of data over one database, as it stood at one moment."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

from toolbox_cli.core.database.names import Names
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.settings import RECORDS, Settings
from toolbox_cli.models import metadata_of
from toolbox_cli.verify.cases import Case, Outcome
from toolbox_cli.verify.data import patterns
from toolbox_cli.verify.data.check import Check
from toolbox_cli.verify.data.checks import CHECKS
from toolbox_cli.verify.data.samples import broken_of, sampled
from toolbox_cli.verify.data.unproved import CLAIM, unproved

PART: Final = "data"
STATEMENT_TIMEOUT_S: Final = 60
LOCK_TIMEOUT_S: Final = 2

_REASONS: Final[Mapping[type[psycopg.Error], str]] = {
    psycopg.errors.InsufficientPrivilege: "The role may not read that",
    psycopg.errors.QueryCanceled: "It took longer than allowed",
    psycopg.errors.LockNotAvailable: "Somebody has locked a table",
    psycopg.errors.UndefinedTable: "A table is not there",
    psycopg.errors.UndefinedColumn: "A column is not there",
    psycopg.errors.UndefinedFunction: "A function is not there, or a column is of another type",
    psycopg.errors.UndefinedObject: "A type is not there",
    psycopg.errors.InvalidSchemaName: "The schema is not there",
}
"""Why a check may not know, which is no fault of the rows."""

NO_ANSWER: Final = tuple(_REASONS)


@dataclass(frozen=True, slots=True)
class Expected:
    """What queries may name: how things are configured, and how secrets look."""

    universe_id: str
    client_id: str
    production: bool
    hash: str = patterns.HASH
    password: str = patterns.PASSWORD
    encrypted: str = patterns.ENCRYPTED
    plain_seed: str = patterns.PLAIN_SEED


def expected_of(settings: Settings) -> Expected:
    """Take what queries may name from the configuration."""
    return Expected(settings.roblox.universe_id, settings.roblox.client_id, settings.production)


def verify_data(
    connection: psycopg.Connection[Any],
    names: Names,
    settings: Settings,
    *,
    platforms: Sequence[str] | None = None,
    timeout_s: int = STATEMENT_TIMEOUT_S,
) -> list[Case]:
    """Look for rows that should not be.

    Args:
        connection: idle and in autocommit, as it is again afterwards; on a standby too.
        names: the schemas of the database.
        settings: for the Roblox application and the kind of installation.
        platforms: the only ones; None for all that live here and the toolkit's own records.
        timeout_s: for each check.

    Returns:
        A case per check, and one per platform for its unproved constraints, in the order of the checks. A check that
        can't know, without a right or a table, is skipped with its reason.

    Effects: reads, in one snapshot.
    """
    chosen = (RECORDS, *names.platforms) if platforms is None else platforms
    asked = [Question.of(names, platform, check) for platform in chosen for check in CHECKS[platform]]
    expected = asdict(expected_of(settings))
    with _snapshot(connection, timeout_s):
        answers = _ask(connection, asked, expected, timeout_s)
        constraints = [_constraints(connection, names, platform) for platform in chosen]
    cases = [question.case(answer) for question, answer in zip(asked, answers, strict=True)]
    return [*cases, *constraints]


@dataclass(frozen=True, slots=True)
class Question:
    """A check of one database."""

    platform: str
    path: str
    check: Check
    query: sql.Composed

    @classmethod
    def of(cls, names: Names, platform: str, check: Check) -> "Question":
        """Write a check's query with the schemas of a database."""
        table = metadata_of(platform).tables[f"{platform}.{check.table}"]
        schemas = {name: sql.Identifier(schema) for name, schema in names.schemas.items()}
        query = sampled(sql.SQL(check.query).format(**schemas), table, check.key)
        return cls(platform, f"{names.schema(platform)}.{check.table}", check, query)

    def case(self, answer: "Answer") -> Case:
        """Judge what the database said."""
        check = self.check
        if isinstance(answer, psycopg.Error):
            return Case(PART, self.platform, self.path, check.claim, Outcome.SKIPPED, detail=_why(answer))
        broken = broken_of(answer)
        if broken is None:
            return _case(self.platform, self.path, check.claim, ())
        found = f"{broken.told}. {check.means}"
        finding = Finding(check.name, check.severity, self.path, check.field, check.claim, found, remedy=check.remedy)
        return _case(self.platform, self.path, check.claim, [finding])


Answer = list[tuple[Any, ...]] | psycopg.Error


@contextmanager
def _snapshot(connection: psycopg.Connection[Any], timeout_s: int) -> Iterator[None]:
    _begin(connection, timeout_s)
    try:
        yield
    finally:
        connection.rollback()


def _begin(connection: psycopg.Connection[Any], timeout_s: int) -> None:
    connection.execute(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = pg_catalog; SET LOCAL jit = off;"
        f"SET LOCAL statement_timeout = '{timeout_s}s'; SET LOCAL lock_timeout = '{LOCK_TIMEOUT_S}s'"
    )


def _ask(
    connection: psycopg.Connection[Any], asked: Sequence[Question], expected: Mapping[str, Any], timeout_s: int
) -> list[Answer]:
    """Send all questions at once; where one of them fails, each alone, in a new snapshot for them all."""
    try:
        with connection.pipeline():
            cursors = [connection.execute(question.query, expected) for question in asked]
            return [cursor.fetchall() for cursor in cursors]
    except NO_ANSWER:
        connection.rollback()
        _begin(connection, timeout_s)
        return [_ask_alone(connection, question, expected) for question in asked]


def _ask_alone(connection: psycopg.Connection[Any], question: Question, expected: Mapping[str, Any]) -> Answer:
    try:
        with connection.transaction():
            return connection.execute(question.query, expected).fetchall()
    except NO_ANSWER as error:
        return error


def _constraints(connection: psycopg.Connection[Any], names: Names, platform: str) -> Case:
    schema = names.schema(platform)
    try:
        with connection.transaction():
            found = list(unproved(connection, metadata_of(platform), schema))
    except NO_ANSWER as error:
        return Case(PART, platform, schema, CLAIM, Outcome.SKIPPED, detail=_why(error))
    return _case(platform, schema, CLAIM, found)


def _case(platform: str, path: str, claim: str, findings: Sequence[Finding]) -> Case:
    failed = any(finding.severity is not Severity.NOTE for finding in findings)
    return Case(PART, platform, path, claim, Outcome.FAILED if failed else Outcome.PASSED, tuple(findings))


def _why(error: psycopg.Error) -> str:
    reason = next(text for kind, text in _REASONS.items() if isinstance(error, kind))
    return f"{reason}: {error.diag.message_primary}."
