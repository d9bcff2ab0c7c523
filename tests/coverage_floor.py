"""Holds the coverage of what must not break: after `coverage run`, `python -m tests.coverage_floor`.

Lines and branches count each by themselves, so that well-covered lines can't hide branches that nothing takes.
"""

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from coverage import Coverage

FLOOR_PERCENT: Final = 90
ROOT: Final = Path(__file__).parents[1]

AREAS: Final[Mapping[str, str]] = {
    "models": "toolbox_cli/models/*",
    "db": "toolbox_cli/db/*",
    "queries": "*/queries.py",
    "migrations": "migrations/*",
}


def measured(coverage: Coverage, pattern: str) -> dict[str, Any]:
    """Give the totals of the files that `pattern` names."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "coverage.json"
        coverage.json_report(include=[pattern], outfile=str(file))
        totals: dict[str, Any] = json.loads(file.read_text())["totals"]
    return totals


def percent(covered: int, all_of_them: int) -> float:
    return 100 * covered / all_of_them if all_of_them else 100.0


def unmeasured(coverage: Coverage) -> list[str]:
    """Give the files of the areas that `source` in pyproject.toml leaves out, which no floor would hold."""
    measured_folders = [ROOT / folder for folder in coverage.get_option("run:source")]  # type: ignore[union-attr]
    files = [
        file for pattern in AREAS.values() for file in ROOT.glob(pattern.replace("*/queries", "toolbox_cli/**/queries"))
    ]
    return [
        str(file.relative_to(ROOT))
        for file in files
        if not any(file.is_relative_to(folder) for folder in measured_folders)
    ]


def main() -> int:
    coverage = Coverage(messages=False)
    if left_out := unmeasured(coverage):
        sys.stdout.write(f"\nAdd to source of tool.coverage.run in pyproject.toml: {', '.join(left_out)}.\n")
        return 1
    coverage.combine()
    coverage.save()
    too_low = []
    sys.stdout.write(f"\n{'coverage':<12}{'lines':>9}{'branches':>11}\n")
    for area, pattern in AREAS.items():
        totals = measured(coverage, pattern)
        lines = percent(totals["covered_lines"], totals["num_statements"])
        branches = percent(totals["covered_branches"], totals["num_branches"])
        sys.stdout.write(f"{area:<12}{lines:>8.1f}%{branches:>10.1f}%\n")
        if min(lines, branches) < FLOOR_PERCENT:
            too_low.append(area)
    if too_low:
        coverage.report(include=[AREAS[area] for area in too_low], show_missing=True, skip_covered=True)
        sys.stdout.write(f"\nCoverage of {', '.join(too_low)} is below {FLOOR_PERCENT} % of lines or of branches.\n")
    return int(bool(too_low))


if __name__ == "__main__":
    sys.exit(main())
