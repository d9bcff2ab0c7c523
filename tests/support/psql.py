"""Runs SQL text with psql, as a database administrator would."""

import subprocess

from tests.support.servers import SYSTEM_VERSION, Database, system_binaries
from toolbox_cli.core.database.embedded import Binaries


def psql(database: Database, text: str) -> subprocess.CompletedProcess[str]:
    """Feed a script to the psql of the server's own version; it stops at the first error."""
    system = system_binaries()
    binaries = (
        Binaries.of_folder(system)
        if database.version == SYSTEM_VERSION and system
        else Binaries.of_wheel(database.version)
    )
    argv = [
        binaries.program("psql"),
        "--no-psqlrc",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        f"--dbname={database.conninfo}",
    ]
    return subprocess.run(argv, input=text, capture_output=True, text=True, check=False)
