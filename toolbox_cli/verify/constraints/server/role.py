"""A role whose rights the trials are made with, and what its sessions are set to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from toolbox_cli.core.database.names import quote
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.verify.constraints.server.wire import Command, refuse_errors, run

_ROLE: Final = "SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = $1"

_SETTINGS: Final = """
SELECT DISTINCT ON (known.name) known.name, substr(config, strpos(config, '=') + 1)
FROM pg_db_role_setting AS s
LEFT JOIN pg_roles AS r ON r.oid = s.setrole
CROSS JOIN LATERAL unnest(s.setconfig) AS config
JOIN pg_settings AS known ON lower(known.name) = lower(split_part(config, '=', 1))
WHERE (r.rolname = $1 OR s.setrole = 0)
  AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  AND (known.context = 'user' OR has_parameter_privilege(known.name, 'SET'))
  AND known.name NOT IN ('role', 'statement_timeout', 'lock_timeout')
ORDER BY known.name, s.setrole = 0, s.setdatabase = 0"""


@dataclass(frozen=True, slots=True)
class Role:
    """A role that the connection's own can take on.

    Attributes:
        settings: what the server would set for its sessions, as far as we may set it.
    """

    name: str
    settings: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, connection: psycopg.Connection[Any], name: str) -> "Role":
        """Look a role up.

        Raises:
            RefusedError: there is none, or it can't be taken on.
        """
        known, settings = replies = run(connection, Command(_ROLE, (name,)), Command(_SETTINGS, (name,)))
        refuse_errors(replies)
        if not known.rows:
            raise RefusedError(f"There is no role {name}.", remedy="Name one that the server has.")
        if known.rows[0][0] != "t":
            own = connection.info.user
            raise RefusedError(
                f"The role {own} can't take on the role {name}.",
                remedy=f"Connect as a superuser, or have it granted: GRANT {quote(name)} TO {quote(own)}",
            )
        return cls(name, tuple((str(key), str(value)) for key, value in settings.rows))

    @property
    def is_replica(self) -> bool:
        return dict(self.settings).get("session_replication_role") == "replica"

    def assumed(self) -> Iterator[Command]:
        """Give the statements that take the role on until the next rollback."""
        yield from (Command("SELECT set_config($1, $2, true)", each) for each in self.settings)
        yield Command(f"SET LOCAL ROLE {quote(self.name)}")
