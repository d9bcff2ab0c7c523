"""The shared tables: one folder a platform, one file an aggregate. No I/O, no sessions."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import MetaData


def metadata_of(platform: str) -> "MetaData":
    """Give a platform's tables, all of them imported."""
    import_module(f"{__name__}.{platform}")
    found: MetaData = import_module(f"{__name__}.{platform}.base").Base.metadata
    return found
