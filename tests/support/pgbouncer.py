"""PgBouncer between the tests and their server."""

import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.support.servers import Database
from tests.support.tools import find_tool

PORT: Final = 6432

_CONFIGURATION: Final = """
[databases]
* = host={host} port={port} user={user}
[pgbouncer]
unix_socket_dir = {folder}
listen_port = {listen_port}
auth_type = any
{settings}
"""


@contextmanager
def pgbouncer(database: Database, **settings: object) -> Iterator[Database]:
    """Give the same database through a pooler that runs as the server's account; `settings` are PgBouncer's own."""
    server = conninfo_to_dict(database.conninfo)
    sockets = Path(str(server["host"]))
    with tempfile.TemporaryDirectory(prefix="tbp", dir="/tmp") as made:  # noqa: S108  a socket's path is short
        folder = Path(made)
        configuration = folder / "pgbouncer.ini"
        configuration.write_text(
            _CONFIGURATION.format(
                **server,
                folder=folder,
                listen_port=PORT,
                settings="\n".join(f"{name} = {value}" for name, value in settings.items()),
            )
        )
        pooled = make_conninfo(database.conninfo, host=made, port=PORT)
        with _running([str(find_tool("pgbouncer")), str(configuration)], folder, sockets.stat().st_uid) as process:
            _wait(process, pooled)
            yield Database(pooled, database.version)


@contextmanager
def _running(argv: list[str], folder: Path, account: int) -> Iterator[subprocess.Popen[str]]:
    """Run as the account that the server lets in; PgBouncer refuses to be root's."""
    options = {}
    if os.geteuid() == 0:
        found = pwd.getpwuid(account)
        os.chown(folder, found.pw_uid, found.pw_gid)
        options = {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    process = subprocess.Popen(argv, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate()


def _wait(process: subprocess.Popen[str], conninfo: str) -> None:
    while process.poll() is None:
        with suppress(psycopg.OperationalError), psycopg.connect(conninfo):
            return
    raise RuntimeError(process.communicate()[1])
