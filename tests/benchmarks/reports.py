"""A report over five million events on DuckDB, against the same queries in PostgreSQL: `make bench ARGS=reports`.

Both answer the measures of the report on learning that read events, in turn and in one run; PostgreSQL as it comes, on
a partition of its own that was vacuumed and analyzed, DuckDB over the files that an export writes. Rows are made in the
database itself: students by modules, days and hours of one month.
"""

import argparse
import datetime
import statistics
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import psycopg
from rich.console import Console
from rich.table import Table

from tests.benchmarks.databases import TOOLBOX, running
from toolbox_cli.analytics.datasets.registry import named
from toolbox_cli.analytics.reporting.choices import Span
from toolbox_cli.analytics.reporting.engines.engine import Engine
from toolbox_cli.analytics.reporting.engines.files import over_files
from toolbox_cli.analytics.reporting.engines.live import extracted
from toolbox_cli.analytics.reporting.engines.server import over_servers
from toolbox_cli.analytics.reporting.measures import learning
from toolbox_cli.analytics.reporting.periods import Terms, period_of
from toolbox_cli.analytics.reporting.reports.inquiry import Inquiry
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.settings import PLATFORMS, RECORDS

AIM: Final = 5.0
"""How many times as fast DuckDB is to be, at least."""

TODAY: Final = datetime.date(2026, 11, 1)
OCTOBER: Final = period_of(None, "2026-10", TODAY, Terms.of("09-01,01-01,05-01"))
DATASETS: Final = named(["module-events"])

QUERIES: Final[dict[str, Callable[[Inquiry], Any]]] = {
    "active students": lambda inquiry: inquiry.rows(learning.active),
    "activity by day": lambda inquiry: inquiry.rows(learning.activity, Span.MONTH, by=["day"]),
    "who struggles, by module": lambda inquiry: inquiry.rows(learning.struggle, by=["module_id", "outcome"]),
}

_ROWS: Final = """
SET session_replication_role = replica;
CREATE TABLE frames.module_analytics_events_2026_10 PARTITION OF frames.module_analytics_events
FOR VALUES FROM ('2026-10-01 00:00+00') TO ('2026-11-01 00:00+00');
INSERT INTO frames.modules (id, module_id, title)
SELECT n, 'module-' || n, 'Module ' || n FROM generate_series(1, 40) AS n;
INSERT INTO frames.students (id) SELECT 'student-' || n FROM generate_series(1, 20000) AS n;
INSERT INTO frames.module_analytics_events (
    module_id, student_id, event_type, section_number, session_id, device_type, "timestamp", time_elapsed_seconds,
    struggle_signal)
SELECT 1 + (n * 7919 %% 40), 'student-' || 1 + (n * 104729 %% 20000),
    (ARRAY['section_view', 'click', 'scroll', 'pause', 'code_run', 'hint_used'])[1 + n %% 6], n %% 12,
    'session-' || n / 25, (ARRAY['tablet', 'phone', 'desktop'])[1 + n %% 3],
    '2026-10-01 00:00+00'::timestamptz + make_interval(secs => n * 48271 %% 2678400), n %% 3600,
    (n %% 101)::numeric / 100
FROM generate_series(1, %(rows)s::bigint) AS n;
RESET session_replication_role;
"""


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="reports")
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args([word for word in sys.argv[1:] if word != "reports"])
    with ExitStack() as stack:
        databases = stack.enter_context(running())
        url = databases.address(databases.fresh())
        subprocess.run([*TOOLBOX, "db", "upgrade"], capture_output=True, check=True)
        _fill(url, given.rows)
        names = Names({name: name for name in (RECORDS, *PLATFORMS)})
        targets = [Target(url, names, "the benchmark")]
        began = perf_counter()
        files = stack.enter_context(extracted(targets, DATASETS, OCTOBER))
        written_s = perf_counter() - began
        engines: dict[str, Engine] = {
            "duckdb": stack.enter_context(over_files(files, DATASETS, OCTOBER, "")),
            "postgresql": stack.enter_context(over_servers(targets, OCTOBER)),
        }
        _print(_measure(engines, given.rounds), given.rows, written_s, files)


def _fill(url: str, rows: int) -> None:
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(_ROWS, {"rows": rows})
        connection.execute("VACUUM (ANALYZE) frames.module_analytics_events")


def _measure(engines: dict[str, Engine], rounds: int) -> dict[str, dict[str, list[float]]]:
    """Give the seconds of each query on each engine; a first round warms both and compares their answers."""
    taken: dict[str, dict[str, list[float]]] = {name: {one: [] for one in engines} for name in QUERIES}
    for number in range(rounds + 1):
        for name, query in QUERIES.items():
            answers = []
            for one, engine in engines.items():
                began = perf_counter()
                answers.append(query(Inquiry(engine, OCTOBER, TODAY)))
                if number:
                    taken[name][one].append(perf_counter() - began)
            assert answers[0] == answers[1], f"{name}: the engines differ"  # noqa: S101
    return taken


def _print(taken: dict[str, dict[str, list[float]]], rows: int, written_s: float, files: dict[str, list[Path]]) -> None:
    table = Table(title=f"The report on learning over {rows:,} events", title_justify="left", box=None, pad_edge=False)
    for title in ("query", "DuckDB, s", "PostgreSQL, s", "ratio", "aim"):
        table.add_column(title, justify="left" if title == "query" else "right")
    sums = [0.0, 0.0]
    for name, by_engine in taken.items():
        here, there = (statistics.median(seconds) for seconds in by_engine.values())
        sums = [sums[0] + here, sums[1] + there]
        table.add_row(name, f"{here:.3f}", f"{there:.3f}", f"{there / here:.1f}", "")
    table.add_row("all of them", f"{sums[0]:.3f}", f"{sums[1]:.3f}", f"{sums[1] / sums[0]:.1f}", f"≥ {AIM:g}")
    size = sum(file.stat().st_size for held in files.values() for file in held) / 1e6
    console = Console(width=100)
    console.print(table)
    console.print(f"The files, {size:.0f} MB, were written from the live tables in {written_s:.1f} s.")


if __name__ == "__main__":
    main()
