"""Looks at a copy of a database that is to be read in its place: that it is of the same shape, and how old it is."""

import datetime
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg.rows import class_row

from toolbox_cli.analytics.extracting.extract import at_replica
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.runtime import Runtime

LATE: Final = datetime.timedelta(minutes=1)
"""How far behind a standby may be without being told of."""

_PURPOSE: Final = "toolbox analytics export"
_REVISIONS: Final = "SELECT version_num::text FROM toolbox.alembic_version"
_STATE: Final = """
SELECT (SELECT system_identifier::text FROM pg_control_system()) AS system, pg_is_in_recovery() AS standby,
    CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END - '0/0' AS position,
    pg_last_xact_replay_timestamp() AS replayed_at"""


@dataclass(frozen=True, slots=True)
class _State:
    """How far a server has come.

    Attributes:
        position: in its write-ahead log, in bytes.
        replayed_at: when what a standby shows last was committed; None where it has replayed nothing yet.
    """

    system: str
    standby: bool
    position: int
    replayed_at: datetime.datetime | None


def check_copy(runtime: Runtime, target: Target, url: str | None) -> None:
    """See that a copy can stand for a database, and say so where it is old.

    Args:
        runtime: says it.
        target: the database.
        url: the copy's address; nothing is looked at where there is none.

    Raises:
        UnreachableError: one of the two can't be reached.
        RefusedError: the copy is at other revisions.
    """
    if url is None:
        return
    place = at_replica(target, url)
    with connect(place, direct=True, purpose=_PURPOSE) as copy, connect(target, purpose=_PURPOSE) as database:
        _check_revisions(_revisions(copy), _revisions(database), place.label)
        here, there = _state(copy), _state(database)
    behind = _behind(here, there, runtime.now())
    if behind is not None and here.replayed_at is not None:
        runtime.say(
            f"The standby is {_words(behind)} behind: it shows what was committed until"
            f" {here.replayed_at.astimezone(datetime.UTC):%Y-%m-%d %H:%M:%S} UTC."
        )


def _check_revisions(copy: frozenset[str] | None, database: frozenset[str] | None, label: str) -> None:
    if copy is None or database is None or copy == database:
        return
    lacking, others = ", ".join(sorted(database - copy)), ", ".join(sorted(copy - database))
    raise RefusedError(
        f"The copy {label} is not at the database's revisions:"
        f" {others or 'nothing'} instead of {lacking or 'nothing'}.",
        remedy="Let it catch up, bring it to the same revisions, or leave --replica-url out.",
    )


def _revisions(connection: psycopg.Connection[Any]) -> frozenset[str] | None:
    """Give the revisions that a database is at; None where the role may not know."""
    try:
        return frozenset(row[0] for row in connection.execute(_REVISIONS))
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return frozenset()
    except psycopg.errors.InsufficientPrivilege:
        return None


def _state(connection: psycopg.Connection[Any]) -> _State:
    with connection.cursor(row_factory=class_row(_State)) as cursor:
        [found] = cursor.execute(_STATE)
    return found


def _behind(copy: _State, database: _State, now: datetime.datetime) -> datetime.timedelta | None:
    """Give how old what a standby shows is, where its primary has written since and it is worth a word."""
    is_behind = copy.standby and copy.system == database.system and copy.position < database.position
    age = now - copy.replayed_at if is_behind and copy.replayed_at else datetime.timedelta()
    return age if age > LATE else None


def _words(age: datetime.timedelta) -> str:
    minutes = round(age.total_seconds() / 60)
    return f"{minutes:,} min" if minutes < 120 else f"{round(minutes / 60):,} h"
