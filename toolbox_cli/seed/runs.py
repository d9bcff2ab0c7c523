"""Which seedings a database holds, as `toolbox.seed_runs` has them."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from toolbox_cli import __version__
from toolbox_cli.seed.making.domain import Context, Domain
from toolbox_cli.seed.making.keys import Run


@dataclass(frozen=True, slots=True)
class Held:
    """A seeding that a database holds.

    Attributes:
        tables: "schema.table" to its rows and, where keys are integers, their first and last.
    """

    domain: str
    run_key: str
    profile: str
    seed: int
    as_of: datetime.date
    options: Mapping[str, Any]
    tables: Mapping[str, Mapping[str, int]]

    @property
    def run(self) -> Run:
        return Run(self.run_key)


def held_runs(connection: psycopg.Connection[Any]) -> list[Held]:
    """List the seedings of a database, oldest first."""
    query = (
        "SELECT domain, run_key, profile, seed, (as_of AT TIME ZONE 'UTC')::date AS as_of, options, tables"
        " FROM toolbox.seed_runs ORDER BY id"
    )
    return connection.cursor(row_factory=class_row(Held)).execute(query).fetchall()


def record_run(
    connection: psycopg.Connection[Any],
    domain: Domain,
    context: Context,
    options: Mapping[str, Any],
    tables: Mapping[str, Mapping[str, int]],
) -> None:
    """Write down what a seeding wrote.

    Args:
        connection: in the transaction of the seeding.
        domain: what was seeded.
        context: what decided its rows.
        options: what they are told from when the same is asked for again.
        tables: "schema.table" to its rows and, where keys are integers, their first and last.

    Effects: one INSERT; never commits.
    """
    connection.execute(
        "INSERT INTO toolbox.seed_runs"
        " (domain, run_key, profile, seed, as_of, options, tables, started_at, finished_at, tool_version)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, transaction_timestamp(), clock_timestamp(), %s)",
        (
            domain.name, context.run.key, context.profile.name, context.seed,
            datetime.datetime.combine(context.as_of, datetime.time(), datetime.UTC),
            Jsonb(options), Jsonb(tables), __version__,
        ),
    )  # fmt: skip
