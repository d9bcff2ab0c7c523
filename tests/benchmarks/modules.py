"""A thousand modules of twenty sections, imported: `make bench ARGS=modules`.

Each way runs in a process of its own, in turn, on one server and an empty database each round: the import of files
that are all new, the same again, the same with a hundredth changed, and the rows written by SQLAlchemy one by one.
Seconds are medians, without starting Python. Reading alone is measured with one process and with as many as there are
processors.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from tests.benchmarks.databases import Databases, running
from toolbox_cli.content.modules.writing import as_yaml
from toolbox_cli.core.processes import processors

FIRST, SAME, CHANGED, ROWS = "import, all new", "import, unchanged", "import, 1 % changed", "SQLAlchemy, row by row"
ONE, ALL = "reading alone, one process", "reading alone, all processors"

WORDS: Final = "ground the strap before you touch the board and write down what you saw in the order in which it was"


def module(number: int, sections: int, *, changed: bool = False) -> dict[str, Any]:
    """Make a module; its texts are as long as people's."""
    return {
        "slug": f"module-{number:05}", "title": f"Module {number}", "description": f"What number {number} teaches.",
        "category": ("Safety", "Technical", "Orientation")[number % 3], "estimated_minutes": sections * 2,
        "prerequisites": [f"module-{number - 1:05}"] if number % 10 else [], "tags": ["bench", f"group-{number % 7}"],
        "module_type": "mixed", "interaction_level": "medium", "difficulty_level": number % 5 + 1,
        "sections": [_section(number, place, changed=changed) for place in range(sections)],
    }  # fmt: skip


def _section(number: int, place: int, *, changed: bool) -> dict[str, Any]:
    text = "\n".join(f"{line}. {WORDS} {number * place + line}" for line in range(6))
    made: dict[str, Any] = {
        "key": f"part-{place}", "type": "text", "title": f"Part {place}", "duration_seconds": 120,
        "content": f"{'Changed. ' if changed and place == 3 else ''}{text}\n",
        "completion_criteria": {"type": "time", "value": 60},
    }  # fmt: skip
    if place % 4 == 1:
        made |= {"type": "checklist", "section_config": {"items": [f"Point {item}" for item in range(4)]}}
    elif place % 4 == 2:
        files = [{"name": "main.py", "text": f"print({number})\n"}]
        made |= {"type": "sandbox", "section_config": {"language": "python", "files": files, "runnable": True}}
    return made


def write(folder: Path, modules: int, sections: int) -> None:
    for number in range(modules):
        place = folder / f"{number // 100:03}"
        place.mkdir(exist_ok=True, parents=True)
        (place / f"{number:05}.yaml").write_text(as_yaml(module(number, sections)), encoding="utf-8")


def change(folder: Path, modules: int, sections: int) -> None:
    """Change every hundredth module."""
    for number in range(0, modules, 100):
        file = folder / f"{number // 100:03}" / f"{number:05}.yaml"
        file.write_text(as_yaml(module(number, sections, changed=True)), encoding="utf-8")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=modules")
    parser.add_argument("--modules", type=int, default=1_000)
    parser.add_argument("--sections", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args(sys.argv[2:])
    runs: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with running() as databases:
        for _ in range(asked.rounds):
            for way, took in _round(databases, asked.modules, asked.sections):
                runs[way].append(took)
    _print(runs, asked.modules, asked.sections)


def _round(databases: Databases, modules: int, sections: int) -> Iterator[tuple[str, dict[str, Any]]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, modules, sections)
        yield ONE, _run("read", databases, folder, 0)
        yield ALL, _run("read", databases, folder, processors())
        databases.migrated()
        yield FIRST, _run("import", databases, folder)
        yield SAME, _run("import", databases, folder)
        change(folder, modules, sections)
        yield CHANGED, _run("import", databases, folder)
        databases.migrated()
        yield ROWS, _run("rows", databases, folder)
        databases.drop_others()


def _run(way: str, databases: Databases, folder: Path, *more: int) -> dict[str, Any]:
    address = os.environ.get("TOOLBOX_DATABASE_URL", databases.address("postgres"))
    command = [sys.executable, "-m", "tests.benchmarks.importing", way, address, str(folder), *map(str, more)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _print(runs: dict[str, list[dict[str, Any]]], modules: int, sections: int) -> None:
    title = f"{modules:,} modules, {modules * sections:,} sections"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for heading in ("way", "runs", "s", "reading", "database", "peak MiB"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for way, took in runs.items():
        figures = [_median(took, what) for what in ("s", "read_s", "database_s")]
        shown = ["" if figure is None else f"{figure:.2f}" for figure in figures]
        table.add_row(way, str(len(took)), *shown, f"{_median(took, 'mib'):.0f}")
    Console(width=140).print(table)
    _print_aims(runs)


def _print_aims(runs: dict[str, list[dict[str, Any]]]) -> None:
    def of(way: str, what: str) -> float:
        return _median(runs[way], what) or 0.0

    table = Table(title="\nRatios", title_justify="left", box=None, pad_edge=False)
    for heading in ("of", "ratio", "asked", ""):
        table.add_column(heading, justify="left" if heading == "of" else "right")
    for name, ratio, asked in (
        ("row by row / database part of the import", of(ROWS, "database_s") / of(FIRST, "database_s"), 10.0),
        ("all new / unchanged", of(FIRST, "s") / of(SAME, "s"), 3.0),
        ("reading with one process / with all", of(ONE, "s") / of(ALL, "s"), None),
    ):
        said = "" if asked is None else "met" if ratio >= asked else "not met"
        table.add_row(name, f"{ratio:.3g}", "" if asked is None else f"≥ {asked:g}", said)
    Console(width=140).print(table)


def _median(took: list[dict[str, Any]], what: str) -> float | None:
    found = [run[what] for run in took if what in run]
    return statistics.median(found) if found else None
