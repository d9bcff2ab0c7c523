"""Packages that are kept whole, because nothing but their own programs can show them."""

import hashlib
from pathlib import Path
from typing import Any, Final

from toolbox_cli.content.modules.converting import one_line

_ZIPS: Final = frozenset({".h5p", ".zip"})


def package_of(path: Path) -> dict[str, Any]:
    """Name a package as an asset: a file with its size and hash."""
    name = one_line(path.resolve().name) or "package"
    if not path.is_file():
        return {"name": name}
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    kind = {"media_type": "application/zip"} if path.suffix.lower() in _ZIPS else {}
    return {"name": name, **kind, "size_bytes": path.stat().st_size, "sha256": digest}
