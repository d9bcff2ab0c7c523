"""Real PostgreSQL servers for the suite: one of each version, started when the first test wants it.

All processes of a run (the controller and its workers) share one folder. Whoever needs a server first starts it and
builds its template database, under a file lock; the warden stops and removes everything when the controller is gone.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import Engine, NullPool, create_engine

from tests.support.template import build_template
from toolbox_cli.core.database.embedded import Binaries, EmbeddedServer

WHEEL_VERSIONS: Final = (18, 16)
SYSTEM_VERSION: Final = 15
SYSTEM_FOLDERS: Final = (f"/usr/lib/postgresql/{SYSTEM_VERSION}/bin", f"/usr/pgsql-{SYSTEM_VERSION}/bin")
TEMPLATE: Final = "template_toolbox"

PARAMETERS: Final = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "autovacuum": "off",
    "jit": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
}
"""Nothing here has to survive a power cut, no background work may disturb a test that counts, and compiling a query
that runs once takes longer than running it."""

MEMORY: Final = "/dev/shm"  # noqa: S108  the folder inside is one of its own
PLENTY_BYTES: Final = 10 * 1024**3
"""Several times of what a whole run takes."""

_numbers = count(1)


@dataclass(frozen=True)
class Database:
    """One database of a real server.

    Attributes:
        conninfo: libpq's text.
        version: major version of the server.
    """

    conninfo: str
    version: int

    @property
    def name(self) -> str:
        return str(conninfo_to_dict(self.conninfo)["dbname"])

    @property
    def url(self) -> str:
        """The address as `TOOLBOX_DATABASE_URL` takes it."""
        return as_url(self.conninfo)

    def with_options(self, options: str) -> "Database":
        """Give the same database for sessions with these settings, such as `-c role=reader`."""
        return Database(make_conninfo(self.conninfo, options=options), self.version)

    def connect(self, **options: Any) -> psycopg.Connection[Any]:
        """Open a connection; in autocommit unless told otherwise."""
        return psycopg.connect(self.conninfo, **{"autocommit": True, **options})

    def engine(self, **options: Any) -> Engine:
        """Give an SQLAlchemy engine that keeps no connection open."""
        url = self.url.replace("postgresql://", "postgresql+psycopg://")
        return create_engine(url, **{"poolclass": NullPool, **options})

    def execute(self, statement: str, parameters: Any = None) -> list[Any]:
        """Run one statement on a connection of its own, committed; give the rows, if any."""
        with self.connect() as connection:
            cursor = connection.execute(statement, parameters)
            return [] if cursor.description is None else cursor.fetchall()


def as_url(conninfo: str) -> str:
    """Write libpq's text as a URL; the socket's folder goes into the query."""
    parts = conninfo_to_dict(conninfo)
    user, name, host = (str(parts.pop(key, "") or "") for key in ("user", "dbname", "host"))
    given = {"host": host, **{key: str(value) for key, value in parts.items() if value is not None}}
    query = urlencode(given, quote_via=quote)
    return f"postgresql://{quote(user, safe='')}@/{quote(name, safe='')}?{query}"


@dataclass(frozen=True)
class Server:
    """A running server of one version, shared by the whole run."""

    version: int
    conninfo: str
    folder: Path = field(repr=False)

    def database(self, name: str) -> Database:
        return Database(make_conninfo(self.conninfo, dbname=name), self.version)

    @property
    def maintenance(self) -> Database:
        """The database to create and drop others from."""
        return self.database("postgres")

    @cached_property
    def template(self) -> str:
        """Name of the database that holds the whole schema and that nobody is connected to; built at first use."""
        with _locked(self.folder / "template.lock"):
            done, failed = self.folder / "template.done", self.folder / "template.failed"
            if failed.exists():
                raise RuntimeError(f"the template database could not be built:\n{failed.read_text()}")
            if not done.exists():
                self._build_template(failed)
                done.touch()
        return TEMPLATE

    def _build_template(self, failed: Path) -> None:
        self.create(TEMPLATE)
        try:
            build_template(self.database(TEMPLATE).url)
        except BaseException as error:
            failed.write_text(f"{type(error).__name__}: {error}")
            raise

    def create(self, name: str, template: str = "template0") -> Database:
        """Create a database; a copy of `template`'s files, which without fsync is the quickest way."""
        self.maintenance.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.database(name)

    def drop(self, name: str) -> None:
        self.maintenance.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @contextmanager
    def temporary(self, template: str = "template0") -> Iterator[Database]:
        """Give a database that is dropped afterwards, whoever is still connected."""
        name = f"t{os.getpid()}_{next(_numbers)}"
        try:
            yield self.create(name, template)
        finally:
            self.drop(name)


def run_folder() -> Path:
    """Make the folder of one run: its path is short, as sockets need, and other accounts may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="tbt", dir=_quick_folder()))
    folder.chmod(0o711)
    (folder / "homes").mkdir(mode=0o711)
    return folder


def _quick_folder() -> str:
    """Choose where servers keep their files: in memory if there is plenty of it.

    A database has over a thousand files, and ext4 makes new ones slowly where thousands were removed a moment ago: with
    a database a test that is an eighth of all processor time.
    """
    with suppress(OSError, ValueError):
        memory, told = os.statvfs(MEMORY), Path("/proc/meminfo").read_text().split()
        available_bytes = int(told[told.index("MemAvailable:") + 1]) * 1024
        runs_programs = not memory.f_flag & os.ST_NOEXEC
        if runs_programs and min(memory.f_bavail * memory.f_frsize, available_bytes) > PLENTY_BYTES:
            return MEMORY
    return "/tmp"  # noqa: S108  $TMPDIR may be too long for a socket


def watch_over(folder: Path) -> subprocess.Popen[bytes]:
    """Start the process that clears `folder` away as soon as this one is gone, however it went."""
    warden = Path(__file__).with_name("warden.py")
    return subprocess.Popen(
        [sys.executable, "-I", str(warden), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def dismiss(warden: subprocess.Popen[bytes]) -> None:
    """Let the warden clear away, and wait for it."""
    assert warden.stdin is not None
    warden.stdin.close()
    warden.wait(timeout=60)


def versions_present() -> tuple[int, ...]:
    """List the major versions that this machine can run, newest first."""
    return (*WHEEL_VERSIONS, SYSTEM_VERSION) if system_binaries() else WHEEL_VERSIONS


def system_binaries() -> Path | None:
    """Find the binaries of the system's own PostgreSQL of the oldest version that is supported."""
    candidates = [Path(folder) for folder in SYSTEM_FOLDERS]
    config = shutil.which("pg_config")
    if config:
        asked = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
        version = subprocess.run([config, "--version"], capture_output=True, text=True, check=True).stdout
        candidates += [Path(asked)] if version.startswith(f"PostgreSQL {SYSTEM_VERSION}.") else []
    return next((folder for folder in candidates if (folder / "initdb").exists()), None)


def server_of(version: int, run: Path) -> Server:
    """Give the run's server of one version; start it if this is the first to ask."""
    folder = run / str(version)
    folder.mkdir(mode=0o711, exist_ok=True)
    with _locked(folder / "server.lock"):
        noted = folder / "conninfo.json"
        if not noted.exists():
            noted.write_text(json.dumps(_start(version, folder / "home")))
        return Server(version, json.loads(noted.read_text()), folder)


def _start(version: int, home: Path) -> str:
    system = system_binaries()
    if version == SYSTEM_VERSION and system is not None:
        binaries = Binaries.of_folder(system)
    else:
        binaries = Binaries.of_wheel(version)
    server = EmbeddedServer(home, binaries=binaries, parameters=PARAMETERS)
    server.start()
    return str(server.conninfo("postgres"))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
