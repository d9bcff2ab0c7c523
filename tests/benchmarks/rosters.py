"""A roster by REST at 100 rows a page: whose time is it? `make bench ARGS=rosters`.

Reads users and enrollments of a OneRoster server: by the adapter, and by the barest loop that fetches pages up to the
first empty one and parses their JSON; what the adapter asks beyond that makes sure of the end. The server is a process
of its own and has its rows in memory: once it answers as fast as it can, and once after so many milliseconds a page,
which is little. CPU is that of the client alone, its imports left out; whatever else passes is waiting for the server.
Figures are medians of whole processes, in turn.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from rich.console import Console
from rich.table import Table

from tests.lms.doubles.oneroster import BASES, TOKEN, OneRosterDouble
from tests.lms.doubles.roster import district
from tests.support.web import Answer, Asked, Web
from toolbox_cli.core.http.auth import Bearer
from toolbox_cli.core.http.client import Client
from toolbox_cli.lms.sources.oneroster.rest.places import places
from toolbox_cli.lms.sources.oneroster.rest.source import RestSource
from toolbox_cli.lms.sources.records import Complete, Page

LISTS: Final = ("users", "enrollments")
PAGE_ROWS: Final = 100
ALL: Final = 10**9
HEADERS: Final = {"RateLimit-Limit": "100", "RateLimit-Remaining": "99", "RateLimit-Reset": "60"}


@dataclass
class Way:
    """One way to read, from one server."""

    server: str
    name: str
    runs: list[Mapping[str, float]] = field(default_factory=list)

    def median(self, what: str) -> float:
        return statistics.median(run[what] for run in self.runs)


def serve(courses: int, students: int, page_ms: float) -> None:
    """Serve until the input ends; says first where."""
    with Web() as web:
        double = OneRosterDouble(web, district(courses=courses, students=students))
        double.page_rows = ALL
        base = BASES[double.version][0]
        held = {
            name: double._list(Asked("GET", f"{base}/{name}", f"{base}/{name}?limit={ALL}&sort=sourcedId", {}, b"", 0,
                                     {"list": name})).body[name]
            for name in LISTS
        }  # fmt: skip
        pages: dict[str, Answer] = {}
        wait = threading.Event()

        def page(asked: Asked) -> Answer:
            wait.wait(page_ms / 1000)
            if asked.target not in pages:
                name, offset = asked.parts["list"], int(asked.query["offset"])
                rows = held[name][offset : offset + min(int(asked.query["limit"]), PAGE_ROWS)]
                body = json.dumps({name: rows}).encode()
                pages[asked.target] = Answer(body, headers={**HEADERS, "Content-Type": "application/json"})
            return pages[asked.target]

        web.on("GET", f"{base}/{{list}}", page)
        web.on("GET", "/asked", lambda _: {"requests": len(web.asked)})
        sys.stdout.write(f"{web.url}\n")
        sys.stdout.flush()
        sys.stdin.read()


def by_adapter(url: str) -> int:
    """Read by the adapter; gives how many rows came."""
    source = RestSource(Client(places(url).rostering, Bearer(TOKEN)), places(url), limit=PAGE_ROWS)
    rows = 0
    for read in (source.users, source.enrollments):
        complete = False
        for event in read(()):
            rows += len(event.records) if isinstance(event, Page) else 0
            complete |= isinstance(event, Complete)
        if not complete:
            raise SystemExit("the list was not read to its end")
    source.close()
    return rows


def by_loop(url: str) -> int:
    """Fetch the pages and parse them, no more; gives how many rows came."""
    rows = 0
    with httpx.Client(base_url=places(url).rostering, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        for name in LISTS:
            offset, came = 0, -1
            while came:
                asked: dict[str, str | int] = {
                    "limit": PAGE_ROWS, "offset": offset, "sort": "sourcedId", "orderBy": "asc",
                }  # fmt: skip
                came = len(json.loads(client.get(f"/{name}", params=asked).content)[name])
                offset += came
                rows += came
    return rows


WAYS: Final[Mapping[str, Callable[[str], int]]] = {
    "httpx and json alone": by_loop,
    "OneRoster by REST": by_adapter,
}


def read(way: str, url: str) -> None:
    """Read once, and say what it took."""
    asked = _asked(url)
    before = resource.getrusage(resource.RUSAGE_SELF)
    started_s = time.perf_counter()
    rows = WAYS[way](url)
    seconds = time.perf_counter() - started_s
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    took = {"s": seconds, "cpu_s": cpu_s, "rows": rows, "mib": after.ru_maxrss / 1024}
    sys.stdout.write(json.dumps({**took, "requests": _asked(url) - asked - 1}))


def _asked(url: str) -> int:
    """Give how many requests the server has had."""
    return int(httpx.get(f"{url}/asked").json()["requests"])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=rosters")
    parser.add_argument("--courses", type=int, default=10)
    parser.add_argument("--students", type=int, default=2000)
    parser.add_argument("--page-ms", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args(sys.argv[2:])
    ways = []
    for page_ms in (0.0, asked.page_ms):
        server = f"{page_ms:g} ms a page" if page_ms else "at once"
        here = [Way(server, name) for name in WAYS]
        with serving(asked.courses, asked.students, page_ms) as url:
            for counted in range(asked.rounds + 1):
                for way in here:
                    run = _ran("read", way.name, url)
                    way.runs += [run] if counted else []
        ways += here
    _print(ways)


@contextmanager
def serving(courses: int, students: int, page_ms: float) -> Iterator[str]:
    """Run the server in a process of its own; gives where it is."""
    command = [sys.executable, "-m", "tests.benchmarks.rosters", "serve", str(courses), str(students), str(page_ms)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdin
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait()


def _ran(*arguments: str) -> Mapping[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.rosters", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _print(ways: list[Way]) -> None:
    rows = ways[0].median("rows")
    if {way.median("rows") for way in ways} != {rows}:
        raise SystemExit("the ways did not read the same rows")
    title = f"{rows:,.0f} rows of {' and '.join(LISTS)}, {PAGE_ROWS} a page"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    headings = [
        "server answers",
        "read by",
        "requests",
        "s",
        "ratio",
        "CPU s",
        "µs a row",
        "CPU ratio",
        "waiting %",
        "peak MiB",
    ]
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="left" if number < 2 else "right")
    for way in ways:
        bare = next(other for other in ways if other.server == way.server)
        seconds, cpu_s = way.median("s"), way.median("cpu_s")
        table.add_row(
            way.server, way.name, f"{way.median('requests'):.0f}", f"{seconds:.2f}",
            f"{seconds / bare.median('s'):.2f}", f"{cpu_s:.2f}",
            f"{cpu_s / rows * 1e6:.0f}", f"{cpu_s / bare.median('cpu_s'):.2f}",
            f"{max(0.0, 1 - cpu_s / seconds) * 100:.0f}", f"{way.median('mib'):.0f}",
        )  # fmt: skip
    Console(width=140).print(table)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
    else:
        read(*sys.argv[2:])
