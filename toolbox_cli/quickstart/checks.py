"""Show on the live database that rows and constraints stand: each probe is refused, and nothing of it stays."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import MetaData

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
    table: str
    statement: str
    constraint: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check found.

    Attributes:
        says: what it looked at, in words.
        broken: the rules or tables for which it does not hold, `schema.table.rule`; none when all is well.
    """

    says: str
    broken: tuple[str, ...] = ()


PROBES: Final = (
    Probe(
        "progress of more than 100 percent",
        "toolboxai",
        "roblox_player_progress",
        "UPDATE {schema}.roblox_player_progress SET progress_percentage = 101",
        "roblox_player_progress_progress_percentage_check",
    ),
    Probe(
        "a quiz result with more right answers than questions",
        "toolboxai",
        "roblox_quiz_results",
        "UPDATE {schema}.roblox_quiz_results SET correct_answers = total_questions + 1",
        "roblox_quiz_results_answers_within_total_check",
    ),
    Probe(
        "two accounts with one e-mail address",
        "toolboxai",
        "users",
        "UPDATE {schema}.users SET email = 'same@example.org'",
        "users_email_key",
    ),
    Probe(
        "a session of a lesson that does not exist",
        "toolboxai",
        "roblox_sessions",
        "UPDATE {schema}.roblox_sessions SET lesson_id = gen_random_uuid()",
        "roblox_sessions_lesson_id_fkey",
    ),
)

_CONSTRAINTS: Final = """
SELECT n.nspname || '.' || t.relname || '.' || k.conname,
       k.convalidated AND coalesce((to_jsonb(k)->>'conenforced')::boolean, true)  -- a column of 18
FROM pg_constraint AS k JOIN pg_class AS t ON t.oid = k.conrelid JOIN pg_namespace AS n ON n.oid = t.relnamespace
WHERE n.nspname = ANY (%s) AND k.contype IN ('c', 'f', 'p', 'u', 'x')"""


def check(connection: psycopg.Connection, names: Names) -> tuple[Outcome, ...]:
    """Look for rules that are gone or don't bind, and try a few of them in transactions that are rolled back.

    Args:
        connection: in no transaction.
        names: the database's schemas.
    """
    found: dict[str, bool] = dict(connection.execute(_CONSTRAINTS, (list(names.schemas.values()),)).fetchall())
    missing = tuple(sorted(declared_rules(names) - found.keys()))
    weak = tuple(sorted(name for name, binds in found.items() if not binds))
    probes = (probe for probe in PROBES if probe.platform in names.platforms)
    return (
        Outcome("every constraint is there", missing),
        Outcome("every constraint is valid and enforced", weak),
        *(_try(connection, names, probe) for probe in probes),
    )


def check_rows(
    connection: psycopg.Connection, names: Names, expected: Mapping[str, Mapping[str, int]]
) -> tuple[Outcome, dict[str, dict[str, int]]]:
    """Count the rows of the seeded tables, what others have put there included.

    Args:
        connection: any.
        names: the database's schemas.
        expected: platform to table to the rows that were loaded.

    Returns:
        The outcome, and rows by platform and table, in the order of `expected`.
    """
    counted = {
        platform: {table: _count(connection, names.schema(platform), table) for table in tables}
        for platform, tables in expected.items()
    }
    fewer = tuple(
        f"{names.schema(platform)}.{table}"
        for platform, tables in counted.items()
        for table, rows in tables.items()
        if rows < expected[platform][table]
    )
    return Outcome("every row of the classroom is there", fewer), counted


def declared_rules(names: Names) -> set[str]:
    """Name every constraint that the models declare, `schema.table.rule`."""
    rules = set()
    for platform, schema in names.schemas.items():
        metadata: MetaData = importlib.import_module(f"toolbox_cli.models.{platform}.base").Base.metadata
        for table in metadata.tables.values():
            rules |= {f"{schema}.{table.name}.{rule.name}" for rule in table.constraints if rule.name}
    return rules


def _try(connection: psycopg.Connection, names: Names, probe: Probe) -> Outcome:
    """Run a probe's statement; where there is no row to change, nothing can be said against the rule."""
    schema = names.schema(probe.platform)
    rule = f"{schema}.{probe.table}.{probe.constraint}"
    try:
        with connection.transaction(force_rollback=True):
            changed = connection.execute(sql.SQL(probe.statement).format(schema=sql.Identifier(schema))).rowcount
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg.errors.IntegrityError as error:
        refused_by = error.diag.constraint_name
    else:
        refused_by = None if changed else probe.constraint
    return Outcome(f"refused: {probe.says}", () if refused_by == probe.constraint else (rule,))


def _count(connection: psycopg.Connection, schema: str, table: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))).fetchone()
    return int(row[0]) if row else 0
