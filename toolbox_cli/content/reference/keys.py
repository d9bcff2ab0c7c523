"""Keys of reference data: the same in every installation, whoever writes the row.

A UUID reads 5eed0000-0000-8TTT-aNNN-NNNNNNNNNNNN: the table, and the stable key. Integers have a range of their own.
"""

import hashlib
import uuid
from functools import lru_cache
from typing import Final

PREFIX: Final = "5eed"
"""How every seeded UUID and every seeded key of text begins."""

REFERENCE_RUN: Final = "00000000"

REFERENCE_INTEGERS: Final = range(900_000_000, 1_000_000_000)
"""Integer keys of reference data."""


def reference_uuid(table: str, name: str) -> uuid.UUID:
    """Give the key of a row of the reference data.

    Example:
        >>> str(reference_uuid("achievements", "first-steps"))[:9]
        '5eed0000-'
    """
    return uuid.UUID(f"{uuids_of(REFERENCE_RUN, table)}{digest(name)[:15]}")


def reference_integer(table: str, name: str) -> int:
    """Give the integer key of a row of the reference data."""
    return REFERENCE_INTEGERS[int(digest(f"{table}/{name}")[:12], 16) % len(REFERENCE_INTEGERS)]


def uuids_of(run: str, table: str) -> str:
    """Give how the UUIDs of a table begin in a run; 15 hexadecimal digits follow."""
    return f"{PREFIX}{run}8{digest(table)[:3]}a"


@lru_cache(maxsize=1000)
def digest(text: str) -> str:
    """Give 32 hexadecimal digits that stand for a text."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
