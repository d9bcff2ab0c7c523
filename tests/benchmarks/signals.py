"""Signals over a million events against what the server takes for the same rows anyway: `make bench ARGS=signals`.

Each round takes a copy of one filled database for each way: all events scanned once and then written once by a plain
UPDATE without any thought; our signal for the first time, when each event is written; again, when none is.
`make bench ARGS="signals risk"` measures on sample data how often the at-risk score is right instead, and how much
mastery that is computed from events is like that which the sample's students have.
"""

import argparse
import datetime
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator
from time import perf_counter
from typing import Any, Final

import psycopg
from rich.console import Console
from rich.table import Table

from tests.analytics.computing.truth import mastery_agrees, rates, truth_of
from tests.benchmarks.databases import Databases, running
from toolbox_cli.analytics.computing.registry import SIGNALS
from toolbox_cli.analytics.computing.risk import risks
from toolbox_cli.analytics.computing.running import Span, compute
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.settings import PLATFORMS, RECORDS, Environment, Settings
from toolbox_cli.seed.domains import COMMANDS
from toolbox_cli.seed.loading.months import make_months
from toolbox_cli.seed.profiles.reading import profile_files, read_profile
from toolbox_cli.seed.seeding import seed
from toolbox_cli.seed.wishes import Wishes

FIRST, AS_OF = datetime.date(2026, 4, 1), datetime.date(2026, 10, 1)
NOW: Final = datetime.datetime(2026, 10, 1, tzinfo=datetime.UTC)

AIM: Final = 2.0
"""What a first run may cost at most, as a multiple of the plain scan and update of the same rows."""

AGAIN_AIM: Final = 0.5

SITTING: Final = 25
"""Events of a student in a module, one a minute or so."""

FILL: Final = """
SELECT setseed(0.42);
INSERT INTO students (id) SELECT 's' || n FROM generate_series(1, %(students)s) AS n;
INSERT INTO modules (id, module_id, title) SELECT 1000000 + n, 'bench-' || n, 'Module' FROM generate_series(1, 50) AS n;
INSERT INTO module_analytics_events (module_id, student_id, event_type, event_data, section_number, session_id,
    device_type, "timestamp", time_elapsed_seconds)
SELECT 1000001 + w %% 50, 's' || 1 + w %% %(students)s,
    (ARRAY['section_view', 'section_complete', 'click', 'scroll', 'code_run', 'hint_used', 'error_encountered',
        'retry', 'pause', 'resume'])[1 + floor(10 * random())],
    jsonb_build_object('element', 'next'), 1 + n / 5, 'session-' || w, 'desktop',
    begun + n * interval '50 seconds' + random() * interval '20 seconds', n * 60
FROM (SELECT w, %(first)s::timestamptz + random() * (%(last)s::timestamptz - %(first)s::timestamptz) AS begun
      FROM generate_series(0, %(sittings)s - 1) AS w ORDER BY 2) AS sittings, generate_series(0, %(each)s - 1) AS n
WHERE begun + n * interval '90 seconds' < %(last)s::timestamptz"""

SCAN: Final = "SELECT count(*), count(struggle_signal), max(time_elapsed_seconds) FROM module_analytics_events"
WRITE: Final = "UPDATE module_analytics_events SET struggle_signal = 0.33"

BARE, FIRST_RUN, AGAIN, PATTERN = (
    "one scan, one plain UPDATE", "struggle_signal, first run", "struggle_signal, nothing new",
    "pattern_detected, first run",
)  # fmt: skip


def filled(databases: Databases, rows: int) -> str:
    """Make the database that rounds copy."""
    name = databases.migrated()
    with psycopg.connect(databases.address(name)) as connection:
        make_months(connection, "frames", ["module_analytics_events"], FIRST, AS_OF)
    with psycopg.connect(databases.address(name), cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute("SET search_path TO frames")
        sittings = rows // SITTING
        told = {"students": sittings // 4, "sittings": sittings, "each": SITTING, "first": FIRST, "last": AS_OF}
        connection.execute(FILL, told)
    with psycopg.connect(databases.address(name), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return name


def _bare(connection: psycopg.Connection[Any]) -> int:
    connection.execute(SCAN)
    return connection.execute(WRITE).rowcount


def _signal(connection: psycopg.Connection[Any], name: str) -> int:
    return compute(connection, SIGNALS[name], Span(None, NOW), Environment.DEVELOPMENT).changed


def _timed(address: str, way: str) -> tuple[float, int]:
    with psycopg.connect(address) as connection:
        connection.execute("SELECT set_config('search_path', 'frames', true), set_config('TimeZone', 'UTC', true)")
        began = perf_counter()
        changed = _bare(connection) if way == BARE else _signal(connection, way.partition(",")[0])
        connection.commit()
        return perf_counter() - began, changed


def _round(databases: Databases, template: str) -> Iterator[tuple[str, float, int]]:
    for ways in ((BARE,), (FIRST_RUN, AGAIN), (PATTERN,)):
        address = databases.address(databases.fresh(template))
        yield from ((way, *_timed(address, way)) for way in ways)
        databases.drop_others(template)


def speed(rows: int, rounds: int) -> None:
    """Measure and print how long signals take."""
    took: dict[str, list[float]] = defaultdict(list)
    changed: dict[str, int] = {}
    with running() as databases:
        template = filled(databases, rows)
        for _ in range(rounds):
            for way, seconds, number in _round(databases, template):
                took[way].append(seconds)
                changed[way] = number
    table = Table(title=f"{rows:,} events in six months; medians", title_justify="left", box=None, pad_edge=False)
    for heading in ("way", "rows written", "s", "to the plain one", "aim"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    bare = statistics.median(took[BARE])
    aims = {FIRST_RUN: f"≤ {AIM:g}", AGAIN: f"≤ {AGAIN_AIM:g}"}
    for way, seconds in took.items():
        median = statistics.median(seconds)
        table.add_row(way, f"{changed[way]:,}", f"{median:.2f}", f"{median / bare:.2f}", aims.get(way, ""))
    Console(width=140).print(table)


def risk(students: int, first: int, seeds: int) -> None:
    """Measure and print how often the at-risk score is right, over sample data of several seeds."""
    table = Table(
        title=f"at-risk score on sample data, profile school, {students:,} pupils", title_justify="left", box=None,
        pad_edge=False,
    )  # fmt: skip
    for heading in ("seed", "scored", "in need", "threshold", "named", "precision", "recall", "mastery, r"):
        table.add_column(heading, justify="right")
    with running() as databases:
        for number in range(first, first + seeds):
            for row in _risk_rows(databases, students, number):
                table.add_row(*row)
    Console(width=140).print(table)


def _risk_rows(databases: Databases, students: int, number: int) -> Iterator[tuple[str, ...]]:
    profile = read_profile(profile_files()["school"], students=students)
    wishes = Wishes(domains=COMMANDS["frames"], profile=profile, seed=number, today=AS_OF)
    name = databases.migrated()
    names = Names({schema: schema for schema in (RECORDS, *PLATFORMS)})
    seed(Target(databases.address(name), names, "the benchmark"), Settings(), wishes)
    with psycopg.connect(databases.address(name)) as connection:
        connection.execute("SELECT set_config('search_path', 'frames', true), set_config('TimeZone', 'UTC', true)")
        agrees = mastery_agrees(connection, NOW)
        scores = [(one.student, one.score) for one in risks(connection, NOW)]
    truth = truth_of(wishes, AS_OF)
    needy = sum(truth[student].needs_somebody for student, _ in scores)
    for threshold in (0.25, 0.5, 0.75):
        found = rates(scores, truth, threshold)
        yield (
            str(number), f"{len(scores):,}", f"{needy / len(scores):.0%}", f"{threshold:g}", f"{found.named:,}",
            f"{found.precision:.2f}", f"{found.recall:.2f}", f"{agrees:.2f}",
        )  # fmt: skip
    databases.drop_others()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=signals")
    parser.add_argument("what", nargs="?", choices=("speed", "risk"), default="speed")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--students", type=int, default=8_000, help="pupils; university students are a fourth")
    parser.add_argument("--first", type=int, default=4, help="seed")
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args(sys.argv[2:])
    if asked.what == "risk":
        risk(asked.students, asked.first, asked.seeds)
    else:
        speed(asked.rows, asked.rounds)
