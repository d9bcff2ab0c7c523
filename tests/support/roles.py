"""Roles of a server, which all of its databases share: made for one test, and gone with it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from tests.support.servers import Database

_numbers = count(1)


@contextmanager
def role(database: Database, attributes: str = "NOLOGIN") -> Iterator[str]:
    """Give a role that no other test knows; what it was granted in `database` goes with it."""
    name = f"r{os.getpid()}_{next(_numbers)}"
    database.execute(f"CREATE ROLE {name} {attributes}")
    try:
        yield name
    finally:
        database.execute(f"DROP OWNED BY {name} CASCADE")
        database.execute(f"DROP ROLE {name}")
