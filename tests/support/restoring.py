"""Dump a database and bring it back elsewhere, with the server's own programs."""

import subprocess

from tests.support.servers import SYSTEM_VERSION, Database, system_binaries
from toolbox_cli.core.database.embedded import Binaries


def restored(database: Database, copy: Database) -> None:
    """Dump a database with the server's own programs and bring it back elsewhere, rights and owners apart."""
    system = system_binaries()
    own = Binaries.of_folder(system) if database.version == SYSTEM_VERSION and system else None
    folder = (own or Binaries.of_wheel(database.version)).folder
    dumped = subprocess.run(
        [folder / "pg_dump", "--format=plain", "--no-owner", database.conninfo], capture_output=True, check=True
    )
    command = [folder / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", copy.conninfo]
    subprocess.run(command, input=dumped.stdout, capture_output=True, check=True)
