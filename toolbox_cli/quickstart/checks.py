"""Show on the live database that rows and constraints stand: each probe is refused, and nothing of it stays."""

from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql

from toolbox_cli.core.database.names import Names


@dataclass(frozen=True, slots=True)
class Probe:
    """A statement that the database must refuse.

    Attributes:
        says: what must not be possible, in words.
        statement: tries it; `{schema}` stands for the platform's schema.
        constraint: the name of the rule that must refuse it.
    """

    says: str
    platform: str
    statement: str
    constraint: str


@dataclass(frozen=True, slots=True)
class Outcome:
    says: str
    held: bool


PROBES: Final = (
    Probe(
        "progress of more than 100 percent",
        "toolboxai",
        "UPDATE {schema}.roblox_player_progress SET progress_percentage = 101",
        "roblox_player_progress_progress_percentage_check",
    ),
    Probe(
        "a quiz result with more right answers than questions",
        "toolboxai",
        "UPDATE {schema}.roblox_quiz_results SET correct_answers = total_questions + 1",
        "roblox_quiz_results_answers_within_total_check",
    ),
    Probe(
        "two accounts with one e-mail address",
        "toolboxai",
        "UPDATE {schema}.users SET email = 'same@example.org'",
        "users_email_key",
    ),
    Probe(
        "a session of a lesson that does not exist",
        "toolboxai",
        "UPDATE {schema}.roblox_sessions SET lesson_id = gen_random_uuid()",
        "roblox_sessions_lesson_id_fkey",
    ),
)

_WEAK: Final = """
SELECT count(*) FROM pg_constraint AS k JOIN pg_namespace AS n ON n.oid = k.connamespace
WHERE n.nspname = ANY (%s) AND NOT (k.convalidated AND coalesce((to_jsonb(k)->>'conenforced')::boolean, true))"""


def check(connection: psycopg.Connection, names: Names) -> tuple[Outcome, ...]:
    """Try every probe in a transaction that is rolled back, and look for constraints that don't bind.

    Args:
        connection: in no transaction.
        names: the database's schemas.
    """
    row = connection.execute(_WEAK, (list(names.schemas.values()),)).fetchone()
    weak = Outcome("every constraint is valid and enforced", held=bool(row and row[0] == 0))
    probes = [probe for probe in PROBES if probe.platform in names.platforms]
    return (weak, *(Outcome(f"refused: {probe.says}", _refused(connection, names, probe)) for probe in probes))


def _refused(connection: psycopg.Connection, names: Names, probe: Probe) -> bool:
    statement = sql.SQL(probe.statement).format(schema=sql.Identifier(names.schema(probe.platform)))
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement)
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg.errors.IntegrityError as error:
        return error.diag.constraint_name == probe.constraint
    return False
