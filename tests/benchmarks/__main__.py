"""Measure toolbox against its peers, and print a table: `make bench`.

Figures are medians of whole processes on this machine; read the ratios, not the milliseconds.
"""

import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict
from rich.console import Console
from rich.table import Table

from tests.benchmarks import agents, exporting, modules, reports, rosters, seeding, signals, syncing
from tests.benchmarks.databases import TOOLBOX, Databases, running
from tests.benchmarks.distance import far_away
from tests.benchmarks.timing import Case, Measured, measure
from toolbox_cli.core.database.embedded.host.folders import SOCKET_NAME

PYTHON = sys.executable
ALEMBIC = [str(Path(sysconfig.get_path("scripts")) / "alembic"), "upgrade", "heads"]
PASS = [PYTHON, "-c", "pass"]

FAR_MS = 20
"""Added to each round trip, as between two regions."""


def main() -> None:
    """Measure the cases that are named like a word of the command line, or all, and print the table."""
    own = {
        "agents": agents.main, "export": exporting.main, "modules": modules.main, "reports": reports.main,
        "rosters": rosters.main,
        "seeding": seeding.main, "signals": signals.main, "syncing": syncing.main,
    }  # fmt: skip
    alone = own.get("".join(sys.argv[1:2]))
    if alone:
        alone()
        return
    with ExitStack() as stack:
        databases = stack.enter_context(running())
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ["XDG_CACHE_HOME"] = folder
        file = Path(folder) / "upgrade.sql"
        databases.fresh()
        written = subprocess.run([*TOOLBOX, "db", "upgrade", "--sql"], capture_output=True, text=True, check=True)
        lines = [line for line in written.stdout.splitlines(True) if line.strip() not in {"BEGIN;", "COMMIT;"}]
        file.write_text("".join(lines), encoding="utf-8")
        subprocess.run([*TOOLBOX, "db", "upgrade"], capture_output=True, check=True)
        near = os.environ["TOOLBOX_DATABASE_URL"]
        port = stack.enter_context(far_away(databases.server.status().socket_folder / SOCKET_NAME, FAR_MS))
        far = f"postgresql://toolbox@127.0.0.1:{port}/{conninfo_to_dict(near)['dbname']}"
        cases = [*_cases(databases, file), *_verify_cases("", near), *_verify_cases(f", {FAR_MS} ms away", far)]
        wanted = [case for case in cases if not sys.argv[1:] or any(word in case.name for word in sys.argv[1:])]
        _print([measure(case) for case in wanted])


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


def _verify_cases(where: str, url: str) -> list[Case]:
    """Compare one migrated database with its models, at home or far away; all look at the same tables."""

    def ours(*options: str) -> Callable[[], Sequence[str]]:
        def ready() -> Sequence[str]:
            os.environ["TOOLBOX_DATABASE_URL"] = url
            return [*TOOLBOX, "verify", "schema", *options]

        return ready

    def peer(which: str) -> Callable[[], Sequence[str]]:
        return lambda: [PYTHON, "-m", "tests.benchmarks.peers", which, url]

    return [
        Case(f"verify schema{where}", ours(), "alembic check", peer("alembic"), aim=0.5, rounds=5),
        Case(
            f"verify schema --no-cache{where}", ours("--no-cache"), "alembic check", peer("alembic"), aim=1, rounds=5
        ),
        Case(
            f"verify schema --no-cache{where}", ours("--no-cache"), "SQLAlchemy's Inspector, table by table",
            peer("inspector"), aim=1, rounds=3,
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


if __name__ == "__main__":
    main()
