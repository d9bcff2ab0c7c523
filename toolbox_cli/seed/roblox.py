"""Load a classroom into the learning platform."""

import datetime
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from toolbox_cli import __version__
from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.copying import copy_rows
from toolbox_cli.core.database.locks import SEEDS, lock_transaction
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.settings import Settings
from toolbox_cli.seed.classroom import classroom

PLATFORM: Final = "toolboxai"
PROFILE: Final = "roblox/classroom"
WAIT_S: Final = 30
"""How long to wait for another seeding of the same database."""

ORDER: Final = (
    "users", "achievements", "roblox_templates", "learning_objectives", "educational_content", "content_objectives",
    "lessons", "quizzes", "quiz_questions", "quiz_options", "roblox_content", "roblox_sessions",
    "roblox_player_progress", "roblox_quiz_results", "quiz_attempts", "user_progress", "roblox_achievements",
)  # fmt: skip
"""Tables in an order that satisfies their foreign keys."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """What a seeding wrote, or what an earlier one had written.

    Attributes:
        as_of: the day that the rows take as today.
        tables: rows by table.
        already: whether they were there before.
    """

    as_of: datetime.date
    tables: Mapping[str, int]
    already: bool = False


def seed_roblox(
    target: Target,
    settings: Settings,
    *,
    seed: int,
    today: datetime.date,
    as_of: datetime.date | None = None,
    dry_run: bool = False,
) -> Seeded:
    """Load the classroom of a seed, in one transaction; a second time it changes nothing.

    Args:
        target: the database that holds the learning platform.
        settings: environment and Roblox application.
        seed: what all random choices start from.
        today: the day to take as today, where the seed is new.
        as_of: another such day; None accepts what an earlier run took.
        dry_run: roll it back in the end.

    Raises:
        RefusedError: this is production, the database is not upgraded, or the seed is loaded as of another day.
        LockedError: another seeding goes on.

    Effects: writes the tables of `ORDER`, `toolbox.seed_runs` and `toolbox.audit_log`; commits.
    """
    refuse_production(settings)
    with connect(target, autocommit=False, purpose="toolbox seed") as connection, _upgraded():
        lock_transaction(connection, SEEDS, wait_s=WAIT_S)
        if held := _held(connection, seed):
            if as_of not in {None, held.as_of}:
                raise RefusedError(f"Seed {seed} is loaded as of {held.as_of}.", remedy="Choose another --seed.")
            return held
        day = as_of or today
        rows = classroom(seed, day, settings.roblox, _achievements(connection, target))
        counts = {table: copy_rows(connection, target.names, PLATFORM, table, rows[table]) for table in ORDER}
        _record(connection, settings, seed, day, counts)
        if dry_run:
            connection.rollback()
    return Seeded(day, counts)


def refuse_production(settings: Settings) -> None:
    """Refuse to mix made-up people with real ones.

    Raises:
        RefusedError: this is production.
    """
    if settings.production:
        raise RefusedError(
            "Sample data is never loaded in production: made-up children would stand beside real ones.",
            remedy="Seed a development database: TOOLBOX_ENV=development.",
        )


@contextmanager
def _upgraded() -> Iterator[None]:
    """Explain what is missing in a database that is not upgraded."""
    try:
        yield
    except (
        psycopg.errors.InvalidSchemaName,
        psycopg.errors.UndefinedTable,
        psycopg.errors.UndefinedColumn,
        psycopg.errors.UndefinedObject,
    ) as error:
        raise RefusedError(
            "The database is not at its newest revision.", remedy="Bring it there with: toolbox db upgrade"
        ) from error


def _held(connection: psycopg.Connection, seed: int) -> Seeded | None:
    """Give the run that already loaded this seed."""
    row = connection.execute(
        "SELECT (as_of AT TIME ZONE 'UTC')::date, tables FROM toolbox.seed_runs WHERE profile = %s AND seed = %s",
        (PROFILE, seed),
    ).fetchone()
    if row is None:
        return None
    as_of, tables = row  # jsonb keeps no order of its keys
    rows = {name: tables[key]["rows"] for name in ORDER if (key := f"{PLATFORM}.{name}") in tables}
    return Seeded(as_of, rows, already=True)


def _achievements(connection: psycopg.Connection, target: Target) -> dict[str, uuid.UUID]:
    """Give the achievements that the platform defines, slug to key."""
    table = sql.Identifier(target.names.schema(PLATFORM), "achievements")
    return dict(connection.execute(sql.SQL("SELECT slug, id FROM {} WHERE slug IS NOT NULL").format(table)).fetchall())


def _record(
    connection: psycopg.Connection, settings: Settings, seed: int, as_of: datetime.date, counts: Mapping[str, int]
) -> None:
    tables = {f"{PLATFORM}.{table}": {"rows": count} for table, count in counts.items()}
    connection.execute(
        "INSERT INTO toolbox.seed_runs"
        " (domain, run_key, profile, seed, as_of, tables, started_at, finished_at, tool_version)"
        " VALUES ('classes', lpad(to_hex(%s::bigint), 8, '0'), %s, %s, %s, %s, transaction_timestamp(),"
        " clock_timestamp(), %s)",
        (
            seed,
            PROFILE,
            seed,
            datetime.datetime.combine(as_of, datetime.time(), datetime.UTC),
            Jsonb(tables),
            __version__,
        ),
    )
    command = f"toolbox seed roblox --seed {seed} --as-of {as_of}"
    record_change(connection, Change(command, settings.env, PLATFORM, counts))
