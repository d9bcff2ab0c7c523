"""A folder of remembered catalogs: a file is whole or not there, and a broken one is as good as none."""

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

KEPT: Final = 8
"""How many files a platform may have: one a server version and set of extensions, and those of older models."""


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Give the user's own cache folder for catalogs; it need not exist."""
    if sys.platform == "linux":  # platformdirs gives the same, and costs every command its import
        base = Path(environ.get("XDG_CACHE_HOME") or Path(environ.get("HOME", "/")) / ".cache") / "toolbox"
    else:
        from platformdirs import user_cache_path

        base = user_cache_path("toolbox", appauthor=False)
    return base / "expected"


def recall(file: Path) -> Any:
    """Give what was remembered; None where nothing was, or where the file is not as it was written."""
    with suppress(OSError, ValueError):
        digest, _, content = file.read_bytes().partition(b"\n")
        if hashlib.sha256(content).hexdigest().encode() == digest:
            return json.loads(content)
    return None


def remember(file: Path, content: Any) -> None:
    """Write a file in one step, and clear away the oldest of its kind; a folder that can't be written is no matter."""
    written = json.dumps(content, separators=(",", ":")).encode()
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".", dir=file.parent)
        try:
            with os.fdopen(descriptor, "wb") as partial:
                partial.write(hashlib.sha256(written).hexdigest().encode() + b"\n" + written)
            Path(name).rename(file)
        finally:
            Path(name).unlink(missing_ok=True)
        _forget_oldest(file)


def _forget_oldest(file: Path) -> None:
    kind = file.name.partition("-")[0]
    held = sorted(file.parent.glob(f"{kind}-*"), key=lambda one: one.stat().st_mtime, reverse=True)
    for old in held[KEPT:]:
        old.unlink(missing_ok=True)
