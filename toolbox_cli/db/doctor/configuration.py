"""Checks of the configuration on this machine; they ask no database."""

import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.settings import VARIABLES, find_file

_SECRET: Final = re.compile(r"://[^/\s:@]*:[^@\s]+@|\bpassword\b\s*[=:]", re.IGNORECASE)


def readable_secrets(environ: Mapping[str, str], folder: Path, explicit: Path | None) -> Iterator[Finding]:
    """Tell of files with passwords that other users of this machine can read.

    Args:
        environ: for TOOLBOX_CONFIG and the variables that name files.
        folder: the working folder.
        explicit: the file that `--config` names.
    """
    named = [Path(environ[f"{name}_FILE"]) for name in VARIABLES if environ.get(f"{name}_FILE")]
    configured = find_file(environ, folder, explicit)
    for path in [*([configured] if configured else []), *named]:
        mode = path.stat().st_mode
        if mode & (stat.S_IRGRP | stat.S_IROTH) and _SECRET.search(path.read_text(encoding="utf-8")):
            yield Finding(
                "readable-secret",
                Severity.WARNING,
                str(path),
                "mode",
                "0600",
                f"{stat.S_IMODE(mode):04o}, and it holds a password",
                remedy=f"chmod 600 {path}",
            )
