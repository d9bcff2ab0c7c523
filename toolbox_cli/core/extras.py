"""Optional packages, looked for before any work is done that would need them."""

import importlib.util

from toolbox_cli.core.errors import MissingExtraError


def require(extra: str, *packages: str) -> None:
    """See that packages are there, without loading them.

    Raises:
        MissingExtraError: one is not; names the extra that brings it.
    """
    for package in packages:
        if importlib.util.find_spec(package) is None:
            raise MissingExtraError(package, extra)
