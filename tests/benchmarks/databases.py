"""A server of the benchmarks' own, and databases on it."""

import os
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from toolbox_cli.core.database.embedded import Binaries, EmbeddedServer

TOOLBOX: Final = [str(Path(sysconfig.get_path("scripts")) / "toolbox")]
TEMPLATE: Final = "bench_migrated"


class Databases:
    """Databases of one server, made as they are needed."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.numbers = count()
        self.made: list[str] = []

    def fresh(self, template: str = "template1") -> str:
        """Create a database and point toolbox at it; gives its name."""
        name = f"bench_{next(self.numbers)}"
        self._maintain(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        self.made.append(name)
        os.environ["TOOLBOX_DATABASE_URL"] = self.address(name)
        return name

    def address(self, name: str) -> str:
        """Give the URL of a database."""
        return self.server.url(name)

    def migrated(self) -> str:
        """Create a database with all schemas and the reference data, and point toolbox at it; gives its name."""
        if TEMPLATE not in self.made:
            name = self.fresh()
            for command in (["db", "upgrade"], ["seed", "reference"]):
                subprocess.run([*TOOLBOX, *command], capture_output=True, check=True)
            self._maintain(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (name, TEMPLATE))))
            self.made[-1] = TEMPLATE
        return self.fresh(TEMPLATE)

    def drop_others(self, *kept: str) -> None:
        """Drop every database but those, and the template."""
        for name in [name for name in self.made if name not in {TEMPLATE, *kept}]:
            self._maintain(sql.SQL("DROP DATABASE {} (FORCE)").format(sql.Identifier(name)))
            self.made.remove(name)

    def upgrade(self) -> Sequence[str]:
        """Make ready an upgrade of an empty database."""
        self.fresh()
        return [*TOOLBOX, "db", "upgrade"]

    def psql(self, file: Path) -> Sequence[str]:
        """Make ready the same SQL through psql."""
        program = str(Binaries.of_wheel(18).folder / "psql")
        return [program, "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", str(file), self.address(self.fresh())]

    def _maintain(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running() -> Iterator[Databases]:
    """Run a server of our own; leave neither it nor its folder behind."""
    unlike_an_installation = ("TOOLBOX_", "PG", "XDG_CACHE", "PYTHONDONTWRITEBYTECODE")
    for name in [name for name in os.environ if name.startswith(unlike_an_installation)]:
        del os.environ[name]
    home = Path(tempfile.mkdtemp(prefix="tb-bench-"))
    home.chmod(0o711)
    server = EmbeddedServer(home / "home", parameters={"fsync": "off", "full_page_writes": "off"})
    try:
        server.start()
        yield Databases(server)
    finally:
        server.stop()
        shutil.rmtree(home)
