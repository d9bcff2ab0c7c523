"""Prove the rules of a database's platforms: on a clone of their schemas, or in the database itself."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.embedded import EmbeddedServer
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.settings import RECORDS
from toolbox_cli.models import metadata_of
from toolbox_cli.verify.cases import Case, Outcome
from toolbox_cli.verify.constraints.prove import prove
from toolbox_cli.verify.constraints.server.clone import cloned
from toolbox_cli.verify.constraints.server.facts import REPLICA, Fact, read_facts
from toolbox_cli.verify.constraints.trials.session import session
from toolbox_cli.verify.constraints.verdicts import PART, Reading

PURPOSE: Final = "toolbox verify"
HELD: Final = "every session is held to foreign keys and triggers"
_THERE: Final = "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = %s)"


@dataclass(frozen=True, slots=True)
class Way:
    """Where and as whom to prove.

    Attributes:
        scratch: the server for the clone; None proves in the target itself, in a transaction that is rolled back.
        role: whose rights the rows are tried with; only in the target itself, as a clone knows no roles.
    """

    scratch: EmbeddedServer | None
    role: str | None = None

    def __post_init__(self) -> None:
        if self.role is not None and self.scratch is not None:
            raise UsageError(
                "The rights of a role can be proved only where the role is: in the database itself.",
                remedy="Add --live to --as-role.",
            )

    @property
    def live(self) -> bool:
        return self.scratch is None


def verify_constraints(target: Target, platforms: Sequence[str], way: Way) -> list[Case]:
    """Try every rule of some platforms of one database.

    Args:
        target: which database.
        platforms: that live there; the toolkit's own records may be one.
        way: where and as whom.

    Returns:
        One case a rule, by platform and in the order of the models; first one for the database as a whole.

    Raises:
        RefusedError: no clone can be made, or rows can't be tried in the target.
        UsageError: a role together with a clone.

    Effects: reads the target's catalog; live, also writes rows there and takes them back.
    """
    with connect(target, direct=True, purpose=PURPOSE) as live:
        facts = {platform: read_facts(live, target.names.schema(platform)) for platform in platforms}
        missing = [platform for platform in platforms if not _is_there(live, target.names.schema(platform))]
        found = [platform for platform in platforms if platform not in missing]
        with _ground(live, target, found, way) as (connection, where):
            cases = [case for each in found for case in _proved(connection, target.names, each, facts[each], way)]
        whole = _whole(live, next(iter(facts.values()), []), where)
    return [whole, *(_missing(target.names, platform) for platform in missing), *cases]


@contextmanager
def _ground(
    live: psycopg.Connection[Any], target: Target, platforms: Sequence[str], way: Way
) -> Iterator[tuple[psycopg.Connection[Any], int | None]]:
    """Give the connection to prove on, and the clone's version if it is one."""
    if way.scratch is None or not platforms:
        yield live, None
        return
    schemas = [target.names.schema(platform) for platform in platforms]
    with cloned(live, target, schemas, way.scratch) as clone:
        yield clone.connection, clone.server_version


def _proved(
    connection: psycopg.Connection[Any], names: Names, platform: str, facts: Sequence[Fact], way: Way
) -> list[Case]:
    schema = names.schema(platform)
    with session(connection, schema, live=way.live, role=way.role) as opened:
        proof = prove(opened, platform, metadata_of(platform))
    rules = [fact for fact in facts if fact.code != REPLICA]
    return Reading(platform, schema, proof, rules, opened.replica).cases()


def _whole(live: psycopg.Connection[Any], facts: Sequence[Fact], clone: int | None) -> Case:
    """Say what concerns all rules of the database: sessions that are not held to them, and where they were proved."""
    name, own = live.info.dbname, live.info.server_version // 10_000
    findings = [
        Finding(fact.code, Severity.ERROR, fact.name or name, None, HELD, fact.words, remedy=fact.remedy)
        for fact in facts
        if fact.code == REPLICA
    ]
    where = "proved in the database itself" if clone is None else f"proved on a clone under PostgreSQL {clone}"
    outcome = Outcome.FAILED if findings else Outcome.PASSED
    if clone not in (None, own):
        where += f"; the database runs {own}"
        findings.append(Finding("other-version", Severity.NOTE, name, None, f"PostgreSQL {own}", f"PostgreSQL {clone}"))
    return Case(PART, RECORDS, name, HELD, outcome, tuple(findings), where)


def _missing(names: Names, platform: str) -> Case:
    schema = names.schema(platform)
    finding = Finding(
        "schema-missing",
        Severity.ERROR,
        schema,
        remedy=f"Bring the database up: toolbox db upgrade --platform {platform}",
    )
    return Case(PART, platform, schema, "is there", Outcome.FAILED, (finding,), "there is no such schema")


def _is_there(connection: psycopg.Connection[Any], schema: str) -> bool:
    row = connection.execute(_THERE, (schema,)).fetchone()
    return bool(row and row[0])
