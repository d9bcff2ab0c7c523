"""Plan people: the accounts there, whoever they are here."""

from collections.abc import Mapping
from typing import Any

import psycopg

from toolbox_cli.lms.sync.planning.faults import tell
from toolbox_cli.lms.sync.planning.texts import statements


def plan_people(connection: psycopg.Connection[Any], values: Mapping[str, Any]) -> None:
    """Plan them, but for whether they get an account here.

    Effects: fills `plan_lms_identities`; makes `known_user`.
    """
    queries = statements("people")
    connection.execute(queries["apart"].encode(), values)
    connection.execute(queries["fresh"].encode(), values)
    connection.execute("ANALYZE fresh_user, apart_user")
    tell(connection, "user", queries["found"])
    for name in ("kept", "vanished", "merged", "inherited", "gone"):
        connection.execute(queries[name].encode(), values)
    tell(connection, "user", queries["found_gone"])
    connection.execute(queries["known"].encode(), values)
    connection.execute("ANALYZE known_user, plan_lms_identities")
