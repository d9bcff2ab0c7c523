"""Prove a platform whose schema was changed a moment ago, in the transaction that takes the change back."""

from collections.abc import Iterable
from typing import Any

import psycopg

from toolbox_cli.models import metadata_of
from toolbox_cli.verify.cases import Case
from toolbox_cli.verify.constraints.prove import prove
from toolbox_cli.verify.constraints.server.facts import read_facts
from toolbox_cli.verify.constraints.trials.session import session
from toolbox_cli.verify.constraints.verdicts import Reading

Connection = psycopg.Connection[Any]


def proved(connection: Connection, platform: str, statement: str = "SELECT") -> list[Case]:
    """Change a schema by a statement, and give what the proof then says.

    Args:
        connection: idle and in autocommit; the schema is called as the platform.
        platform: whose models.
        statement: several may stand in it.
    """
    with session(connection, platform) as opened:
        connection.execute(statement.encode())
        facts = read_facts(connection, platform)
        proof = prove(opened, platform, metadata_of(platform))
    return Reading(platform, platform, proof, facts, opened.replica).cases()


def findings(cases: Iterable[Case]) -> list[str]:
    """Give "code object" of each finding, sorted; the object without its schema."""
    return sorted(f"{one.code} {one.object.partition('.')[2]}" for case in cases for one in case.findings)
