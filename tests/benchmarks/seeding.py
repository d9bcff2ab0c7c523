"""The same rows, loaded in five ways: `make bench ARGS=seeding`, with the district `ARGS="seeding --profile district"`.

Each way starts from a database with schema, partitions, indexes, keys and triggers in place. Seconds are medians of
whole processes, in turn; memory is the sum of the highest that each process of a way had.
"""

import argparse
import pickle
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql
from rich.console import Console
from rich.table import Table

from tests.benchmarks.databases import TOOLBOX, Databases, running
from toolbox_cli.core.database.embedded import Binaries
from toolbox_cli.core.settings import RECORDS
from toolbox_cli.models import metadata_of

SCHEMA: Final = "toolboxai"
SLOW_ROWS: Final = 500_000
"""Above this, only the ways that anybody would take."""
STUDENTS: Final = 3_000
"""About 400,000 rows: enough that starting a program is not what is measured."""
FAKER_ROWS: Final = 3_000
SAMPLE_S: Final = 0.02


@dataclass
class Way:
    """One way to load.

    Attributes:
        name: what people call it.
        command: makes a database ready, and gives the command that loads it.
        rows: how many it loads.
    """

    name: str
    command: Callable[[], Sequence[str]]
    rows: int
    seconds: list[float] = field(default_factory=list)
    peak_mib: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.rows / statistics.median(self.seconds)


class Prepared:
    """The rows of one seeding, in files, and databases that wait for them."""

    def __init__(self, databases: Databases, folder: Path, profile: str, students: int | None) -> None:
        self.databases, self.folder = databases, folder
        self.asked = ["--profile", profile, "--as-of", "2026-10-01"]
        self.asked += ["--students", str(students)] if students else []
        self.tables = [table.name for table in metadata_of(SCHEMA).sorted_tables]
        self.full = databases.migrated()
        self._run([*TOOLBOX, "seed", "roblox", *self.asked])
        self.rows = sum(self._export(table) for table in self.tables)

    def seeded(self, *more: str) -> Sequence[str]:
        """Make ready a seeding of a migrated database."""
        self.databases.migrated()
        return [*TOOLBOX, "seed", "roblox", *self.asked, *more]

    def copied(self) -> Sequence[str]:
        """Make ready psql with one \\copy a table."""
        script = self.folder / "load.sql"
        lines = [f"\\copy {SCHEMA}.{table} FROM '{self.folder / table}.copy'" for table in self.tables]
        script.write_text("\n".join(lines) + "\n", encoding="utf-8")
        program = str(Binaries.of_wheel(18).folder / "psql")
        return [program, "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", str(script), self._emptied()]

    def inserted(self, how: str) -> Sequence[str]:
        """Make ready Python that inserts."""
        url = self._emptied()
        return [sys.executable, "-m", "tests.benchmarks.inserting", how, url, str(self.folder), *self.tables]

    def _emptied(self) -> str:
        """Give a copy of the seeded database without the rows."""
        name = self.databases.fresh(self.full)
        with psycopg.connect(self.databases.address(name), autocommit=True) as connection:
            tables = sql.SQL(", ").join(sql.Identifier(SCHEMA, table) for table in self.tables)
            connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(tables))
            connection.execute(sql.SQL("TRUNCATE {}.seed_runs").format(sql.Identifier(RECORDS)))
        return self.databases.address(name)

    def _export(self, table: str) -> int:
        with psycopg.connect(self.databases.address(self.full)) as connection, connection.cursor() as cursor:
            select = sql.SQL("SELECT * FROM {}").format(sql.Identifier(SCHEMA, table))
            with (
                cursor.copy(sql.SQL("COPY ({}) TO STDOUT").format(select)) as copy,
                (self.folder / f"{table}.copy").open("wb") as file,
            ):
                for part in copy:
                    file.write(part)
            [(count,)] = connection.execute(sql.SQL("SELECT count(*) FROM ({}) AS t").format(select)).fetchall()
            if count <= SLOW_ROWS:
                self._pickle(cursor, select, table)
        return int(count)

    def _pickle(self, cursor: psycopg.Cursor[Any], select: sql.Composed, table: str) -> None:
        cursor.execute(select)
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        with (self.folder / f"{table}.pickle").open("wb") as file:
            pickle.dump(rows, file)

    def _run(self, command: Sequence[str]) -> None:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")


def ways_of(prepared: Prepared) -> list[Way]:
    """Give the ways that are worth the wait at this size."""
    rows = prepared.rows
    ways = [
        Way("psql \\copy of prepared files", prepared.copied, rows),
        Way("toolbox seed", prepared.seeded, rows),
        Way("toolbox seed --bulk", lambda: prepared.seeded("--bulk"), rows),
    ]
    if rows <= SLOW_ROWS:
        ways.append(Way("SQLAlchemy bulk insert", lambda: prepared.inserted("bulk"), rows))
        ways.append(Way("Faker, row by row", lambda: prepared.inserted("faker"), FAKER_ROWS))
    return ways


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=seeding")
    parser.add_argument("--profile", default="school")
    parser.add_argument("--students", type=int, help=f"{STUDENTS} in profile school, unless said otherwise")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args(sys.argv[2:])
    with running() as databases, tempfile.TemporaryDirectory() as folder:
        students = asked.students or (STUDENTS if asked.profile == "school" else None)
        prepared = Prepared(databases, Path(folder), asked.profile, students)
        ways = ways_of(prepared)
        for _ in range(asked.rounds):
            for way in ways:
                seconds, peak = _measured(way.command())
                way.seconds.append(seconds)
                way.peak_mib.append(peak)
                databases.drop_others(prepared.full)
        _print(ways, prepared)


def _measured(command: Sequence[str]) -> tuple[float, float]:
    """Run a command; gives seconds, and the sum of what its processes had at most, in MiB."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    highest: dict[int, int] = {}
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, highest, over))
    watcher.start()
    said, _ = process.communicate()
    seconds = time.perf_counter() - started
    over.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{said}")
    return seconds, sum(highest.values()) / 1024


def _watch(root: int, highest: dict[int, int], over: threading.Event) -> None:
    while not over.wait(SAMPLE_S):
        for pid in _family(root):
            try:
                status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
            except OSError:
                continue
            kib = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)
            highest[pid] = max(highest.get(pid, 0), kib)


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _print(ways: Sequence[Way], prepared: Prepared) -> None:
    title = f"{prepared.rows:,} rows into {len(prepared.tables)} tables of {SCHEMA} ({' '.join(prepared.asked)})"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for heading in ("way", "s", "rows/s", "time to \\copy", "peak MiB"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for way in ways:
        ratio = ways[0].rate / way.rate
        seconds, peak = statistics.median(way.seconds), statistics.median(way.peak_mib)
        table.add_row(way.name, f"{seconds:.2f}", f"{way.rate:,.0f}", f"{ratio:.2f}", f"{peak:.0f}")
    Console(width=120).print(table)
