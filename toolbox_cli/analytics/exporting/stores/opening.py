"""Finds the store that an address means."""

import re
from pathlib import Path
from typing import Final

from toolbox_cli.analytics.exporting.stores.folder import FolderStore
from toolbox_cli.analytics.exporting.stores.store import Store
from toolbox_cli.core.errors import UsageError

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


def store_at(to: str, dataset: str) -> Store:
    """Give the place of a dataset.

    Args:
        to: a folder, or `s3://bucket/prefix`.
        dataset: its name.

    Raises:
        UsageError: it is an address of another kind.
    """
    scheme = _SCHEME.match(to)
    if scheme is None:
        return FolderStore(Path(to), dataset)
    if scheme[0].lower() == "s3://":
        from toolbox_cli.analytics.exporting.stores.objects import ObjectStore

        return ObjectStore(to, dataset)
    raise UsageError(f"{scheme[0]} is no kind of place that exports can go to.", remedy="Name a folder, or s3://...")
