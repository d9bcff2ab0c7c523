"""Keys that come from the seed, and show that they do."""

import hashlib
import uuid
from typing import Final

PREFIX: Final = "5eed"
"""How every seeded UUID begins."""


def seeded_uuid(seed: int, table: str, name: object) -> uuid.UUID:
    """Give the key of a seeded row: the same for the same seed, table and name; version 8, beginning with `PREFIX`.

    Example:
        >>> str(seeded_uuid(42, "users", 1))[:4]
        '5eed'
    """
    digest = hashlib.blake2b(f"{seed}/{table}/{name}".encode(), digest_size=16).hexdigest()
    return uuid.UUID(f"{PREFIX}{digest[4:12]}8{digest[13:16]}a{digest[17:]}")
