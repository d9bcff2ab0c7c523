"""Wait until a database answers: for containers that start before it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import psycopg

from toolbox_cli.core.database.connect import CONNECT_TIMEOUT_S, connect
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import UnreachableError

PURPOSE: Final = "toolbox db wait"
_PAUSE_S: Final = (0.1, 1.0)
_SHORTEST_S: Final = 2
"""libpq takes less for this."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A database that answered.

    Attributes:
        waited_s: how long that took.
    """

    target: Target
    waited_s: float


def wait(target: Target, timeout_s: float, tell: Callable[[str], None] = lambda _: None) -> Answered:
    """Try to connect until that works.

    Args:
        target: which database.
        timeout_s: when to give up; 0 tries once.
        tell: told why it does not work yet.

    Raises:
        UnreachableError: it did not answer in time; says why.
        RefusedError: it answers, and does not let the role in.
        ConfigurationError: the address is not one of PostgreSQL.
    """
    began = time.monotonic()
    pause_s = _PAUSE_S[0]
    while True:
        try:
            _ask(target, began + timeout_s - time.monotonic())
            return Answered(target, time.monotonic() - began)
        except UnreachableError as error:
            left_s = began + timeout_s - time.monotonic()
            if left_s <= 0:
                raise UnreachableError(f"After {timeout_s:g} s: {error.message}", remedy=error.remedy) from error
            tell(error.message)
            time.sleep(min(pause_s, left_s))
            pause_s = min(pause_s * 2, _PAUSE_S[1])


def _ask(target: Target, left_s: float) -> None:
    with connect(target if target.embedded else _impatient(target, left_s), purpose=PURPOSE) as connection:
        connection.execute("SELECT 1")


def _impatient(target: Target, left_s: float) -> Target:
    """Give the same database with an address that gives up when the time is over."""
    try:
        given = psycopg.conninfo.conninfo_to_dict(target.conninfo).get("connect_timeout", CONNECT_TIMEOUT_S)
        timeout_s = max(_SHORTEST_S, min(int(given or CONNECT_TIMEOUT_S), round(left_s)))
        return replace(target, conninfo=psycopg.conninfo.make_conninfo(target.conninfo, connect_timeout=timeout_s))
    except (psycopg.ProgrammingError, ValueError):
        return target  # connecting says what is wrong with it
