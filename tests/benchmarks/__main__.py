"""Measure toolbox against its peers, and print a table: `make bench`.

Figures are medians of whole processes on this machine; read the ratios, not the milliseconds.
"""

import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from rich.console import Console
from rich.table import Table

from tests.benchmarks.timing import Case, Measured, measure
from toolbox_cli.core.database.embedded import Binaries, EmbeddedServer

PYTHON = sys.executable
TOOLBOX = [str(Path(sysconfig.get_path("scripts")) / "toolbox")]
ALEMBIC = [str(Path(sysconfig.get_path("scripts")) / "alembic"), "upgrade", "heads"]
PASS = [PYTHON, "-c", "pass"]


class Databases:
    """Databases of one server, made as they are needed."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.numbers = count()

    def fresh(self) -> str:
        """Create a database and point toolbox at it; gives its name."""
        name = f"bench_{next(self.numbers)}"
        with psycopg.connect(self.server.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        os.environ["TOOLBOX_DATABASE_URL"] = self.server.conninfo(name)
        return name

    def upgrade(self) -> Sequence[str]:
        """Make ready an upgrade of an empty database."""
        self.fresh()
        return [*TOOLBOX, "db", "upgrade"]

    def psql(self, file: Path) -> Sequence[str]:
        """Make ready the same SQL through psql."""
        program = str(Binaries.of_wheel(18).folder / "psql")
        return [program, "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", str(file), self.server.conninfo(self.fresh())]


def main() -> None:
    """Measure every case and print the table."""
    with _databases() as databases, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "upgrade.sql"
        databases.fresh()
        written = subprocess.run([*TOOLBOX, "db", "upgrade", "--sql"], capture_output=True, text=True, check=True)
        lines = [line for line in written.stdout.splitlines(True) if line.strip() not in {"BEGIN;", "COMMIT;"}]
        file.write_text("".join(lines), encoding="utf-8")
        subprocess.run([*TOOLBOX, "db", "upgrade"], capture_output=True, check=True)
        _print([measure(case) for case in _cases(databases, file)])


def _cases(databases: Databases, file: Path) -> list[Case]:
    return [
        Case("toolbox --help", lambda: [*TOOLBOX, "--help"], "python -c pass", lambda: PASS, aim=14),
        Case("toolbox db --help", lambda: [*TOOLBOX, "db", "--help"], "python -c pass", lambda: PASS, aim=14),
        Case(
            "toolbox db upgrade --help", lambda: [*TOOLBOX, "db", "upgrade", "--help"], "python -c pass", lambda: PASS,
            aim=22,
        ),
        Case(
            "db upgrade, nothing to do", lambda: [*TOOLBOX, "db", "upgrade"], "alembic upgrade heads", lambda: ALEMBIC,
            aim=0.6,
        ),
        Case(
            "db upgrade, empty database, less python -c pass", databases.upgrade, "psql -1 -f, the same SQL",
            lambda: databases.psql(file), aim=2, allowance=lambda: PASS, rounds=7,
        ),
        Case(
            "db upgrade, empty database, less its imports", databases.upgrade, "psql -1 -f, the same SQL",
            lambda: databases.psql(file), aim=2, rounds=7,
            allowance=lambda: [PYTHON, "-c", "import toolbox_cli.app, toolbox_cli.db.revisions.running.execution"],
        ),
    ]  # fmt: skip


def _print(results: Sequence[Measured]) -> None:
    table = Table(title="Medians of whole processes", title_justify="left", box=None, pad_edge=False)
    for title, justify in (
        ("what", "left"),
        ("ms", "right"),
        ("against", "left"),
        ("ms", "right"),
        ("ratio", "right"),
        ("aim", "right"),
    ):
        table.add_column(title, justify=justify)
    for result in results:
        aim = f"≤ {result.case.aim:g}" if result.case.aim else ""
        ours, peer = statistics.median(result.ours), statistics.median(result.peer)
        table.add_row(result.case.name, f"{ours:.0f}", result.case.peer_name, f"{peer:.0f}", f"{result.ratio:.2f}", aim)
    Console(width=140).print(table)


@contextmanager
def _databases() -> Iterator[Databases]:
    """Run a server of our own; leave neither it nor its folder behind."""
    for name in [name for name in os.environ if name.startswith(("TOOLBOX_", "PG"))]:
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


if __name__ == "__main__":
    main()
