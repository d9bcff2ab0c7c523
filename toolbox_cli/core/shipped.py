"""Where the files are that ship beside the code: in a checkout and in an install."""

from functools import cache
from pathlib import Path


@cache
def shipped(name: str) -> Path:
    """Find `migrations`, `seeds` or `alembic.ini`.

    Raises:
        FileNotFoundError: neither the checkout nor the install holds it.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_shipped", package.parent):
        if (folder / name).exists():
            return folder / name
    raise FileNotFoundError(name)
