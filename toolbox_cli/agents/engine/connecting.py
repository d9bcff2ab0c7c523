"""The connections of a worker: what they bear, and what is asked of the way to the server."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from toolbox_cli.core.database.connect import connect, conninfo_of
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


def way_to(target: Target) -> Way:
    """Look at the way to a database, once.

    Raises:
        UnreachableError: no connection came about.
        RefusedError: the queue is not there, or a pooler stands between and the role does not see it.
    """
    with connect(target, purpose=PURPOSE) as connection:
        pooled = shares_backends(target, connection)
        if not has_queue(connection):
            raise RefusedError("The database has no queue yet.", remedy="Bring it up to date: toolbox db upgrade")
        if pooled and not sees_queue(connection):
            raise RefusedError(
                f"Behind a transaction pooler the role must have {RECORDS} on its search_path.",
                remedy=sight(connection),
            )
    text = make_conninfo(conninfo_of(target), **_bearing(conninfo_of(target), pooled=pooled))
    return Way(text, pooled, target.names.schema("toolboxai"))


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
    return ConnectionPool(way.conninfo, kwargs={**way.kept, "autocommit": True}, max_size=most, **OPENED)


def _bearing(conninfo: str, *, pooled: bool) -> dict[str, Any]:
    given = conninfo_to_dict(conninfo)
    bears: dict[str, Any] = {name: value for name, value in KEPT_ALIVE.items() if name not in given}
    if not pooled:
        bears["options"] = f"{given.get('options', '')} -csearch_path={RECORDS}".strip()
    return {**bears, "application_name": PURPOSE}
