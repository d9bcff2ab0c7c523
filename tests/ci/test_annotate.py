"""Findings as GitHub shows them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import ROOT

ANNOTATE = ROOT / ".ci" / "annotate"


def result(level: str, code: str, text: str, file: str | None = None, line: int | None = None) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": file}, "region": {"startLine": line}}
    found = {"ruleId": code, "level": level, "message": {"text": text}, "locations": [{"logicalLocations": []}]}
    return {**found, "locations": [{"physicalLocation": place}]} if file else found


def annotate(folder: Path, *results: dict[str, Any]) -> tuple[list[str], str]:
    """Give the lines on stdout and the summary."""
    report, page = folder / "report.sarif", folder / "summary.md"
    report.write_text(json.dumps({"version": "2.1.0", "runs": [{"results": results}]}))
    done = subprocess.run(
        [sys.executable, "-I", ANNOTATE, report],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env={"GITHUB_STEP_SUMMARY": str(page)},
    )
    assert done.stderr == ""
    return done.stdout.splitlines(), page.read_text()


def test_each_level_has_its_command(tmp_path: Path) -> None:
    lines, _ = annotate(
        tmp_path, result("note", "c", "three"), result("error", "a", "one"), result("warning", "b", "two")
    )
    assert lines == ["::error title=a::one", "::warning title=b::two", "::notice title=c::three"]


def test_a_place_is_named_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "a, b.py").touch()
    lines, _ = annotate(
        tmp_path, result("error", "a", "here", "models/a, b.py", 7), result("error", "a", "away", "gone.py", 7)
    )
    assert lines == ["::error title=a,file=models/a%2C b.py,line=7::here", "::error title=a::away"]


def test_nothing_in_a_message_is_taken_for_a_command(tmp_path: Path) -> None:
    lines, page = annotate(tmp_path, result("error", "a", "100 %\n::error::x | <b>\r\\"))
    assert lines == ["::error title=a::100 %25%0A::error::x | <b>%0D\\"]
    assert "| error | `a` | 100 % ::error::x \\| &lt;b> \\\\ |" in page


def test_what_github_would_drop_is_in_the_summary(tmp_path: Path) -> None:
    many = [result("error", f"e{number}", "x") for number in range(30)]
    lines, page = annotate(tmp_path, *many, result("warning", "w", "y"))
    assert [line.partition("::")[2].split()[0] for line in lines] == ["error"] * 10 + ["warning"]
    assert page.count("| error |") == 30
    assert page.count("| warning |") == 1


def test_no_findings(tmp_path: Path) -> None:
    lines, page = annotate(tmp_path)
    assert lines == []
    assert page == "### toolbox verify\n\nNo findings.\n\n"


def test_a_broken_report_fails(tmp_path: Path) -> None:
    (tmp_path / "report.sarif").write_text("{")
    with pytest.raises(subprocess.CalledProcessError):
        subprocess.run([sys.executable, ANNOTATE, tmp_path / "report.sarif"], check=True, capture_output=True)
