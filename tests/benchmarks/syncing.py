"""A district's OneRoster files, synced and loaded in other ways: `make bench ARGS=syncing`.

The district has 100,000 people and a million enrollments; a tenth of it is synced as well, to see what memory depends
on. Everything runs on one server, in turn, each time in a process of its own; seconds are medians, without starting
Python. Between two nights the tables are vacuumed and analyzed, as autovacuum does it. After the changed night the
first files come again, which changes as much back.

Ways that go row by row take a sample, and are told for all rows.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg
from rich.console import Console
from rich.table import Table

from tests.benchmarks.databases import Databases, running
from tests.benchmarks.districts import District

SCALE: Final = 10
"""How much smaller the small district is."""
COPY, PARSE = "COPY to an unlogged stage", "reading alone, no database"
FIRST, SAME, CHANGED = "sync, first", "sync, nothing changed", "sync, 1 % changed"
MERGE_NEW, MERGE_SAME = "Session.merge, all new", "Session.merge, nothing changed"


@dataclass
class Way:
    """One way, with what each run of it took."""

    name: str
    runs: list[Mapping[str, float]] = field(default_factory=list)

    def median(self, what: str) -> float:
        return statistics.median(run[what] for run in self.runs)


@dataclass(frozen=True)
class Aim:
    """What a ratio is to be at most.

    Attributes:
        done: what was asked for; None where nothing was.
        aim: what we aim at.
    """

    name: str
    ratio: float
    done: float | None = None
    aim: float | None = None


class Bench:
    """Runs every way on one district.

    Args:
        databases: where.
        folders: the files of both nights.
    """

    def __init__(self, databases: Databases, folders: tuple[Path, Path]) -> None:
        self.databases, self.folders = databases, folders
        names = (COPY, PARSE, FIRST, SAME, CHANGED, MERGE_NEW, MERGE_SAME)
        self.ways = {name: Way(name) for name in names}

    def __getitem__(self, name: str) -> float:
        """Give the seconds of a way."""
        return self.ways[name].median("s")

    def run(self, rounds: int, *, compare: bool = True) -> None:
        """Run everything so often, from an empty database each time.

        Args:
            rounds: how often.
            compare: also the ways row by row.
        """
        for _ in range(rounds):
            name = self.databases.migrated()
            address = self.databases.address(name)
            self._nights(address)
            if compare:
                for way in (MERGE_NEW, MERGE_SAME):
                    self._part(way, "merge", address, "new" if way is MERGE_NEW else "same")
            self.databases.drop_others()

    def _nights(self, address: str) -> None:
        connected(address)
        monday, tuesday = self.folders
        for way, folder, expected in (
            (FIRST, monday, "insert"), (SAME, monday, None), (CHANGED, tuesday, "update"), (SAME, tuesday, None),
            (CHANGED, monday, "update"), (SAME, monday, None),
        ):  # fmt: skip
            self._part(COPY, "copy", address, folder)
            self._part(PARSE, "parse", folder)
            said = self._part(way, "sync", address, folder)
            if said["status"] != "success" or (expected is None) != (not said["changes"]):
                raise SystemExit(f"{way} ended otherwise: {said}")
            maintained(address)

    def _part(self, way: str, *arguments: object) -> Mapping[str, Any]:
        command = [sys.executable, "-m", "tests.benchmarks.loading", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        run: dict[str, Any] = json.loads(done.stdout)
        self.ways[way].runs.append(run)
        return run


def connected(address: str) -> None:
    """Make the integration."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO toolboxai.lms_integrations (platform_name, institution_name, base_url, auth_type, name)"
            " VALUES ('oneroster-csv', 'A district', '/nowhere', 'basic', 'district')"
        )


def maintained(address: str) -> None:
    """Do what autovacuum does until the next night."""
    with psycopg.connect(address, autocommit=True) as connection:
        tables = ("users", "lms_courses", "lms_identities", "lms_enrollments", "lms_sync_changes")
        connection.execute("VACUUM (ANALYZE) " + ", ".join(f"toolboxai.{name}" for name in tables))
        connection.execute("CHECKPOINT")


def aims(bench: Bench) -> Iterator[Aim]:
    """Give the ratios."""
    copied, parsed = bench[COPY], bench[PARSE]
    yield Aim("nothing changed / (COPY + reading)", bench[SAME] / (copied + parsed), 3, 2.1)
    yield Aim("1 % changed / (COPY + reading)", bench[CHANGED] / (copied + parsed), 3, 2.1)
    yield Aim("(nothing changed - reading) / COPY", (bench[SAME] - parsed) / copied, 3, 2.1)
    yield Aim("(1 % changed - reading) / COPY", (bench[CHANGED] - parsed) / copied, None, 2.1)
    yield Aim("(first - reading) / COPY", (bench[FIRST] - parsed) / copied)
    if bench.ways[MERGE_NEW].runs:
        yield Aim("first / Session.merge", bench[FIRST] / bench[MERGE_NEW])
        yield Aim("nothing changed / Session.merge", bench[SAME] / bench[MERGE_SAME])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=syncing")
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--enrollments", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    asked = parser.parse_args(sys.argv[2:])
    with running() as databases, tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)

        def bench(name: str, scale: int) -> Bench:
            nights = (District(asked.users // scale, asked.enrollments // scale, night) for night in (0, 1))
            monday, tuesday = (each.write(Path(folder) / name / str(each.night)) for each in nights)
            return Bench(databases, (monday, tuesday))

        small, large = bench("small", SCALE), bench("large", 1)
        small.run(1, compare=False)
        large.run(asked.rounds)
        _print(small, large)


def _print(small: Bench, large: Bench) -> None:
    rows = large.ways[COPY].runs[0]["rows"]
    table = Table(title=f"{rows:,} rows of OneRoster CSV", title_justify="left", box=None, pad_edge=False)
    for heading in ("way", "runs", "s", "from", "to", "rows/s", "to COPY", "peak MiB", f"at 1:{SCALE}"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for name, way in large.ways.items():
        seconds = [run["s"] for run in way.runs]
        less = small.ways[name]
        table.add_row(
            name, str(len(seconds)), f"{large[name]:.2f}", f"{min(seconds):.2f}", f"{max(seconds):.2f}",
            f"{rows / large[name]:,.0f}", f"{large[name] / large[COPY]:.2f}", f"{way.median('mib'):.0f}",
            f"{less.median('mib'):.0f}" if less.runs else "",
        )  # fmt: skip
    Console(width=140).print(table)
    _print_aims(aims(large))


def _print_aims(found: Iterator[Aim]) -> None:
    table = Table(title="\nRatios", title_justify="left", box=None, pad_edge=False)
    for heading in ("of", "ratio", "asked", "aim", ""):
        table.add_column(heading, justify="left" if heading == "of" else "right")
    for one in found:
        limits = [limit for limit in (one.done, one.aim) if limit is not None]
        said = "" if not limits else "aim met" if one.ratio <= limits[-1] else _met(one)
        asked, aim = (f"≤ {limit:g}" if limit else "" for limit in (one.done, one.aim))
        table.add_row(one.name, f"{one.ratio:.3g}", asked, aim, said)
    Console(width=140).print(table)


def _met(one: Aim) -> str:
    return "met" if one.done is not None and one.ratio <= one.done else "not met"
