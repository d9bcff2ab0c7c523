"""Finds the store that an address means."""

import re
from typing import Final

from toolbox_cli.analytics.exporting.stores.folder import FolderStore
from toolbox_cli.analytics.exporting.stores.store import Store
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.runtime import Runtime

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


def store_at(runtime: Runtime, to: str, dataset: str) -> Store:
    """Give the place of a dataset.

    Args:
        runtime: whose working folder, environment and settings count.
        to: a folder, or `s3://bucket/prefix`.
        dataset: its name.

    Raises:
        UsageError: it is an address of another kind.
        ConfigurationError: the address of the object store can't be used.
    """
    scheme = _SCHEME.match(to)
    if scheme is None:
        return FolderStore(runtime.working_folder / to, dataset)
    if scheme[0].lower() == "s3://":
        from toolbox_cli.analytics.exporting.stores.objects import ObjectStore
        from toolbox_cli.analytics.exporting.stores.s3 import filesystem

        return ObjectStore(to, dataset, filesystem(runtime.environ, runtime.settings.analytics.s3_endpoint))
    raise UsageError(f"{scheme[0]} is no kind of place that exports can go to.", remedy="Name a folder, or s3://...")
