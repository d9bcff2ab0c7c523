"""Exports of millions of events: `make bench ARGS=export`.

Ours against psql's binary COPY that throws everything away, which is what the server can send, and against connectorx,
polars and pandas, all in processes of their own, with the peak memory of each. What is compared most closely runs in
turn; what takes gigabytes and half a minute comes last, since the system forgets programs' files meanwhile.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg
from cryptography.fernet import Fernet
from psycopg.conninfo import conninfo_to_dict
from rich.console import Console
from rich.table import Table

from tests.benchmarks.databases import TOOLBOX, Databases, running
from toolbox_cli.core.database.embedded import Binaries

ROUNDS: Final = 3
ROWS: Final = 5_000_000
FEW: Final = 1_000_000
"""Rows at which memory is looked at first: it must not grow from here to all of them."""

_COLUMNS: Final = """id AS event_id, module_id, student_id AS student, event_type, section_number,
session_id AS session, device_type, "timestamp" AS happened_at, time_elapsed_seconds AS elapsed_seconds,
struggle_signal, pattern_detected"""
QUERY: Final = f"SELECT {' '.join(_COLUMNS.split())} FROM frames.module_analytics_events"  # noqa: S608

_SCENE: Final = """
INSERT INTO frames.modules (id, module_id, title)
SELECT n, 'module-' || n, 'A module' FROM generate_series(1, 200) AS n;
INSERT INTO frames.students (id) SELECT 'student-' || n FROM generate_series(1, 20000) AS n;
ALTER TABLE frames.module_analytics_events DROP CONSTRAINT module_analytics_events_pkey;
DROP INDEX frames.idx_events_module_student, frames.idx_events_type, frames.idx_events_timestamp,
    frames.module_analytics_events_student_id_idx"""

_MONTH: Final = """
CREATE TABLE frames.events_{month} PARTITION OF frames.module_analytics_events
FOR VALUES FROM ('2025-{month:02d}-01') TO ('{year}-{next:02d}-01')"""

_HAPPEN: Final = """
INSERT INTO frames.module_analytics_events (module_id, student_id, event_type, section_number, session_id, device_type,
    "timestamp", time_elapsed_seconds, struggle_signal, pattern_detected)
SELECT 1 + n %% 200, 'student-' || 1 + (n / 10) * 7919 %% 20000,
    (ARRAY['section_view', 'pause', 'resume', 'hint_used', 'code_run', 'click', 'scroll', 'a new kind'])[1 + n %% 8],
    n %% 12, md5((n / 10)::text), (ARRAY['tablet', 'phone', 'desktop', NULL])[1 + n / 10 %% 4],
    timestamptz '2025-01-01 00:00Z' + n * (interval '365 days' / %(rows)s) + (n * 7919 %% 1000) * interval '1 ms',
    n * 37 %% 3600, CASE WHEN n %% 4 = 0 THEN (n %% 101) / 100.0 END, CASE WHEN n %% 50 = 0 THEN 'stuck' END
FROM generate_series(0::bigint, %(rows)s - 1) AS n"""


@dataclass
class Way:
    """One way to export.

    Attributes:
        command: makes a run ready, and gives its command.
        aim: the most that its time may be of psql's.
        seconds: of each round.
        mib: peak of each round.
        cpu: seconds of processor time of each round, without the server's.
    """

    name: str
    command: Callable[[], Sequence[str]]
    aim: float | None = None
    seconds: list[float] = field(default_factory=list)
    mib: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def run(self) -> None:
        """Run once, and keep what it took."""
        command = self.command()
        started_s = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        _, status, usage = os.wait4(process.pid, 0)
        self.seconds.append(time.perf_counter() - started_s)
        self.mib.append(usage.ru_maxrss / 1024)
        self.cpu.append(usage.ru_utime + usage.ru_stime)
        if status:
            told = process.stderr.read().decode() if process.stderr else ""
            raise SystemExit(f"{self.name} failed:\n{told}")


def main() -> None:
    """Measure, and print a table for few rows and one for all."""
    if len(sys.argv) > 2:
        PEERS[sys.argv[2]](*sys.argv[3:])
        return
    rounds = int(os.environ.get("ROUNDS", ROUNDS))
    with running() as databases, tempfile.TemporaryDirectory() as folder:
        os.environ["TOOLBOX_SECRET_KEYS"] = Fernet.generate_key().decode()
        for rows in (FEW, ROWS):
            url = _filled(databases, rows)
            ways = _ways(url, Path(folder))
            for some in (ways[: -len(PEERS)], ways[-len(PEERS) :]):
                for _ in range(rounds):
                    for way in some:
                        way.run()
            _print(rows, ways)


def _filled(databases: Databases, rows: int) -> str:
    """Make a database with so many events, and point toolbox at it."""
    name = databases.migrated()
    url = databases.address(name)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_SCENE)
        for month in range(1, 13):
            connection.execute(_MONTH.format(month=month, year=2025 + month // 12, next=month % 12 + 1))
        connection.execute("SET session_replication_role = replica")  # foreign keys are not what is measured
        connection.execute(_HAPPEN, {"rows": rows})
        connection.execute("VACUUM (ANALYZE) frames.module_analytics_events")
        connection.execute("CHECKPOINT")
    return url


def _ways(url: str, folder: Path) -> list[Way]:
    psql = str(Binaries.of_wheel(18).folder / "psql")
    copy = f"\\copy ({QUERY}) TO '/dev/null' (FORMAT binary)"

    def ours(*options: str) -> Callable[[], Sequence[str]]:
        def ready() -> Sequence[str]:
            shutil.rmtree(folder / "ours", ignore_errors=True)
            return [*TOOLBOX, "--quiet", "analytics", "export", "module-events", "--to", str(folder / "ours"), *options]

        return ready

    def peer(name: str) -> Callable[[], Sequence[str]]:
        return lambda: [sys.executable, "-m", "tests.benchmarks.exporting", "export", name, url, str(folder / "peer")]

    return [
        Way("psql, binary COPY to nowhere", lambda: [psql, "-X", "-q", url, "-c", copy]),
        Way("toolbox, as it is", ours("--privacy", "identified", "--basis", "a benchmark"), aim=1.3),
        Way("toolbox, pseudonymous", ours(), aim=2),
        *(Way(f"{name}, as it is, one file", peer(name)) for name in PEERS),
    ]


def _connectorx(url: str, file: str) -> None:
    import connectorx
    from pyarrow import parquet

    parquet.write_table(connectorx.read_sql(_by_host(url), QUERY, return_type="arrow"), file, compression="zstd")


def _polars(url: str, file: str) -> None:
    import polars

    polars.read_database_uri(QUERY, url, engine="adbc").write_parquet(file, compression="zstd", compression_level=1)


def _pandas(url: str, file: str) -> None:
    import pandas
    from sqlalchemy import create_engine

    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    frame = pandas.read_sql(QUERY, engine)
    frame.to_parquet(file, compression="zstd", index=False)


def _by_host(url: str) -> str:
    """Give the address as connectorx takes it: the socket's folder as the host."""
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    host = parts["host"].replace("/", "%2F")
    return f"postgresql://{parts['user']}@{host}:{parts.get('port', '5432')}/{parts['dbname']}"


PEERS: Final[Mapping[str, Callable[..., Any]]] = {"connectorx": _connectorx, "polars": _polars, "pandas": _pandas}


def _print(rows: int, ways: Sequence[Way]) -> None:
    table = Table(title=f"{rows:,} events", title_justify="left", box=None, pad_edge=False)
    for title in ("way", "s", "of psql", "aim", "own CPU s", "peak MiB"):
        table.add_column(title, justify="left" if title == "way" else "right")
    least = statistics.median(ways[0].seconds)
    for way in ways:
        took = statistics.median(way.seconds)
        aim = f"≤ {way.aim:g}" if way.aim else ""
        table.add_row(way.name, f"{took:.2f}", f"{took / least:.2f}", aim, f"{min(way.cpu):.2f}", f"{max(way.mib):.0f}")
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
