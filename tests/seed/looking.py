"""Look at what a seeding left."""

import datetime
import hashlib
from collections.abc import Iterable
from typing import Final

from tests.support.servers import Database

DAY: Final = datetime.date(2026, 10, 1)


def content(database: Database, schema: str, tables: Iterable[str]) -> dict[str, bytes]:
    """Give what COPY gives of each table, in the order of its rows' text."""
    found = {}
    with database.connect() as connection:
        for table in tables:
            with connection.cursor().copy(
                f"COPY (SELECT * FROM {schema}.{table} AS t ORDER BY t::text) TO STDOUT"
            ) as copy:
                found[table] = b"".join(bytes(part) for part in copy)
    return found


def hashes(database: Database, schema: str, tables: Iterable[str]) -> dict[str, str]:
    """Hash each table's content."""
    return {table: hashlib.sha256(data).hexdigest() for table, data in content(database, schema, tables).items()}


def counts(database: Database, schema: str, tables: Iterable[str]) -> dict[str, int]:
    """Count each table's rows."""
    return {table: database.execute(f"SELECT count(*) FROM {schema}.{table}")[0][0] for table in tables}
