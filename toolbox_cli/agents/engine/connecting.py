"""The connections of a worker: what they bear, and what is asked of the way to the server."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from toolbox_cli.core.database.connect import connect, conninfo_of
from toolbox_cli.core.database.names import quote
from toolbox_cli.core.database.pooler import shares_backends
from toolbox_cli.core.database.queue import has_queue, sees_queue, sight
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import MissingExtraError, RefusedError
from toolbox_cli.core.settings import RECORDS

if TYPE_CHECKING:
    from psycopg_pool import ConnectionPool

PURPOSE: Final = "toolbox agents"
KEPT_ALIVE: Final = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "connect_timeout": 10,
}
"""A way that takes everything and answers nothing is noticed within half a minute."""

SIGHT: Final = f"SET search_path TO {RECORDS}"
"""The queue's functions name no schema."""

OPENED: Final[dict[str, Any]] = {"min_size": 1, "timeout": 10, "open": True}

MOST: Final = 8
"""Connections that one worker takes its steps on: each is short."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a worker reaches its database.

    Attributes:
        conninfo: libpq's text.
        pooled: whether a transaction pooler stands between: nothing lasts longer than a transaction there.
        schema: of the learning platform.
    """

    conninfo: str
    pooled: bool
    schema: str

    @property
    def kept(self) -> dict[str, Any]:
        """Keywords of each connection: behind a transaction pooler no statement stays prepared."""
        return {"prepare_threshold": None} if self.pooled else {}

    def configure(self, connection: psycopg.Connection[Any]) -> None:
        """Let a new connection, in autocommit, see the queue; behind a transaction pooler its role does."""
        if not self.pooled:
            connection.execute(SIGHT)


def way_to(target: Target) -> Way:
    """Look at the way to a database, once.

    Raises:
        UnreachableError: no connection came about.
        RefusedError: the queue is not there, or a pooler stands between and the role does not see it.
    """
    with connect(target, purpose=PURPOSE) as connection:
        pooled = shares_backends(target, connection)
        schema = target.names.schema("toolboxai")
        if not has_queue(connection) or not _has_steps(connection, schema):
            raise RefusedError(
                "The database lacks what workers need: their queue, or the steps of tasks.",
                remedy="Bring it to its newest revision first: toolbox db upgrade",
            )
        if pooled and not sees_queue(connection):
            raise RefusedError(
                f"Behind a transaction pooler the role must have {RECORDS} on its search_path.",
                remedy=sight(connection),
            )
    given = conninfo_of(target)
    kept_alive = {name: value for name, value in KEPT_ALIVE.items() if name not in conninfo_to_dict(given)}
    return Way(make_conninfo(given, **kept_alive, application_name=PURPOSE), pooled, schema)


def pool_of(way: Way, concurrency: int) -> "ConnectionPool[psycopg.Connection[Any]]":
    """Open the connections that steps are taken on.

    Raises:
        MissingExtraError: the extra `agents` is not installed.
    """
    try:
        from psycopg_pool import ConnectionPool
    except ImportError:
        raise MissingExtraError("procrastinate", "agents") from None
    most = min(concurrency, MOST) + 1
    kept = {**way.kept, "autocommit": True}
    return ConnectionPool(way.conninfo, kwargs=kept, configure=way.configure, max_size=most, **OPENED)


def _has_steps(connection: psycopg.Connection[Any], schema: str) -> bool:
    """Say whether a platform's schema has the newest of the functions that workers call."""
    step = f"{quote(schema)}.agent_task_recover"
    return connection.execute("SELECT to_regproc(%s)", (step,)).fetchone() != (None,)
