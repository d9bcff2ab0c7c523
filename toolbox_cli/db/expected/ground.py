"""What a server is like where the models are to be written down, and what it lets us do there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import psycopg
from psycopg import Cursor
from psycopg.rows import class_row


class Rights(NamedTuple):
    """What may be made in a transaction that is rolled back: schemas, temporary tables."""

    schemas: bool
    tables: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """One database's server, as far as it decides how stored expressions are written.

    Attributes:
        server_version: as `server_version_num`.
        extensions: name to version.
        standby: replays another server's changes, and takes none.
        create: whether our role may make schemas.
        temporary: whether it may make temporary tables.
    """

    server_version: int
    extensions: Mapping[str, str]
    standby: bool
    create: bool
    temporary: bool

    @property
    def rights(self) -> Rights:
        return Rights(self.create and not self.standby, self.temporary and not self.standby)


_QUERY: Final = """
SELECT current_setting('server_version_num')::integer AS server_version,
       (SELECT coalesce(json_object_agg(extname, extversion ORDER BY extname), '{}') FROM pg_extension) AS extensions,
       pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean AS standby,
       has_database_privilege(current_database(), 'CREATE') AS "create",
       has_database_privilege(current_database(), 'TEMPORARY') AS temporary"""


def ask_ground(connection: psycopg.Connection[Any]) -> Cursor[Ground]:
    """Ask, in a pipeline or not; the answer is the cursor's only row."""
    return connection.cursor(row_factory=class_row(Ground)).execute(_QUERY)


def read_ground(connection: psycopg.Connection[Any]) -> Ground:
    """Ask, and wait for the answer."""
    return received_ground(ask_ground(connection))


def received_ground(cursor: Cursor[Ground]) -> Ground:
    """Take what `ask_ground` asked for."""
    [found] = cursor.fetchall()
    return found
