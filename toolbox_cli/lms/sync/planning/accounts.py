"""Plan accounts: the people here that an integration makes, and what it changes of them.

An e-mail address is nobody's key: no account is ever found by it. One that a person here has, or that several come
with, goes to nobody new, until it is free.
"""

from collections.abc import Mapping
from typing import Any, Final

import psycopg

from toolbox_cli.lms.sync.planning.faults import tell
from toolbox_cli.lms.sync.planning.texts import statements

UNUSABLE: Final = "!roster"
"""In place of a password's hash: no password has it."""

NOWHERE: Final = "@roster.invalid"
"""End of addresses that can't be reached; the domain is reserved for that by RFC 2606."""


def plan_accounts(connection: psycopg.Connection[Any], values: Mapping[str, Any]) -> None:
    """Plan them.

    Effects: fills `plan_users`, and says in `plan_lms_identities` whose the new ones are.
    """
    queries = statements("accounts")
    values = {**values, "nowhere": NOWHERE, "unusable": UNUSABLE}
    for name in ("touched", "wished"):
        connection.execute(queries[name].encode(), values)
    _grant(connection, values)
    for name in ("new", "linked", "linked_held", "values", "changed"):
        connection.execute(queries[name].encode(), values)
    tell(connection, "user", queries["found"])


def _grant(connection: psycopg.Connection[Any], values: Mapping[str, Any]) -> None:
    """Decide who gets which address and name: `granted`."""
    queries = statements("addresses")
    connection.execute("ANALYZE account_wish, account_change")
    connection.execute(queries["waiting"].encode(), values)
    connection.execute(queries["asked"].encode())
    connection.execute("ANALYZE asked")
    connection.execute(queries["granted"].encode())
    connection.execute(queries["still_waiting"].encode())
    connection.execute("ANALYZE granted")
