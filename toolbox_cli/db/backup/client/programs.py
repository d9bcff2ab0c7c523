"""Which pg_dump, pg_restore and psql fit a server, and how they get to it without showing a password."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psycopg

from toolbox_cli.core.database.connect import CONNECT_TIMEOUT_S
from toolbox_cli.core.database.embedded.binaries import TREES, Binaries
from toolbox_cli.core.errors import ConfigurationError

NEEDED: Final = ("pg_dump", "pg_restore", "psql")
SYSTEM_FOLDERS: Final = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin")
SECRETS: Final = ("sslpassword", "oauth_client_secret")
STEERING: Final = ("PGCLIENTENCODING", "PGAPPNAME")
_VERSION: Final = re.compile(r"\(PostgreSQL\) (\d+)")


@dataclass(frozen=True, slots=True)
class Programs:
    """The client programs of one major version.

    Attributes:
        folder: where they are.
        major: their version.
        preload: a libpq to run them with in place of their own.
    """

    folder: Path
    major: int
    preload: Path | None = None

    def command(self, name: str, *arguments: str) -> list[str]:
        """Give the command line of one of the programs."""
        return [str(self.folder / name), *arguments]

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Give the environment to run them in: ours, without what would steer them elsewhere."""
        kept = {name: value for name, value in os.environ.items() if name not in STEERING}
        preload = {"LD_PRELOAD": str(self.preload)} if self.preload else {}
        return {**kept, **preload, "LC_ALL": "C", **(more or {})}


@dataclass(frozen=True, slots=True)
class Access:
    """How a program gets to a database.

    Attributes:
        conninfo: without password: a command line is there for all to read.
        variables: environment variables that hold the password.
    """

    conninfo: str
    variables: Mapping[str, str]


def choose(server_major: int, *, tls: bool, at_least: int = 0) -> Programs:
    """Choose the programs for a server: of its own version, else of the next newer one.

    Args:
        server_major: the server's version.
        tls: whether they must speak TLS, as the connection that was just made does.
        at_least: the version that wrote the dump, which an older pg_restore can't read.

    Raises:
        ConfigurationError: there are none on this machine.
    """
    wanted = max(server_major, at_least)
    fitting = sorted((found for found in installed() if found.major >= wanted), key=lambda found: found.major)
    for candidate in fitting:
        if not tls:
            return candidate
        for able in (candidate, *_with_our_libpq(candidate)):
            if speaks_tls(able):
                return able
    lacking = " that speak TLS" if tls and fitting else ""
    raise ConfigurationError(
        f"There are no programs of PostgreSQL {wanted} or newer{lacking} on this machine: {', '.join(NEEDED)}.",
        remedy=f"Install them, on Debian or Ubuntu with: apt-get install postgresql-client-{wanted}",
    )


def installed() -> list[Programs]:
    """List what this machine has: the install's own first, then the system's, then the PATH's."""
    own = [_own(major) for major in TREES]
    others = [_of_folder(folder) for folder in dict.fromkeys(_system_folders())]
    return [found for found in (*own, *others) if found is not None]


def access_of(connection: psycopg.Connection, conninfo: str, purpose: str) -> Access:
    """Give what leads a program to the very server of a connection, apart from what others may not see.

    Args:
        connection: open; it knows the host of several, and the folder of sockets, which may not be the programs' own.
        conninfo: the address that it was made with.
        purpose: shown to others as application_name.

    Raises:
        ConfigurationError: it holds a secret that libpq takes from nowhere else.
    """
    parts = psycopg.conninfo.conninfo_to_dict(conninfo)
    held = [name for name in SECRETS if parts.get(name)]
    if held:
        raise ConfigurationError(
            f"The address holds {held[0]}, which can't be handed to pg_dump without showing it to other users.",
            remedy="Use a client key without a password, in a file that only you can read.",
        )
    password = parts.pop("password", None)
    info = connection.info
    found: dict[str, str | int | None] = {
        "host": info.host,
        "port": info.port,
        "user": info.user,
        "dbname": info.dbname,
    }
    if "hostaddr" in parts:
        found["hostaddr"] = info.hostaddr
    fixed = {**parts, **found, "application_name": purpose, "connect_timeout": CONNECT_TIMEOUT_S}
    return Access(psycopg.conninfo.make_conninfo("", **fixed), {"PGPASSWORD": str(password)} if password else {})


def speaks_tls(programs: Programs) -> bool:
    """Try whether the programs' libpq was built with TLS; it says so before it connects anywhere."""
    probe = programs.command("psql", "--no-psqlrc", "--command", "", "sslmode=require host=/nonexistent")
    done = subprocess.run(  # noqa: S603  a program that we chose
        probe, env=programs.environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return "not compiled in" not in done.stderr and "No such file" in done.stderr


def _with_our_libpq(programs: Programs) -> Iterator[Programs]:
    """Lend the programs psycopg's libpq: the install's own has no TLS."""
    spec = find_spec("psycopg_binary")
    if sys.platform != "linux" or spec is None or spec.origin is None:
        return
    for library in Path(spec.origin).parents[1].glob("psycopg_binary.libs/libpq-*.so*"):
        if psycopg.pq.version() // 10_000 >= programs.major:
            yield replace(programs, preload=library)


def _own(major: int) -> Programs | None:
    try:
        folder = Binaries.of_wheel(major).folder
    except ConfigurationError:
        return None
    return Programs(folder, major) if _complete(folder) else None


def _system_folders() -> Iterator[Path]:
    for pattern in SYSTEM_FOLDERS:
        yield from sorted(Path("/").glob(pattern))
    found = shutil.which("pg_dump")
    if found and Path(found).resolve().name == "pg_dump":  # Debian's wrapper picks a version of its own
        yield Path(found).resolve().parent


def _of_folder(folder: Path) -> Programs | None:
    if not _complete(folder):
        return None
    asked: Sequence[str] = [str(folder / "pg_dump"), "--version"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603  a program that we found
    version = _VERSION.search(done.stdout)
    return Programs(folder, int(version[1])) if version else None


def _complete(folder: Path) -> bool:
    return all((folder / name).is_file() for name in NEEDED)
