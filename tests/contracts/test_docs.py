"""What the documentation says is so: command lines parse, marked ones run, links lead somewhere, tables are whole."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.support.commands import ROOT, process_environment
from tests.support.examples import PAGES, blocks, parse, toolbox_lines
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.settings import VARIABLES

OPERATIONS = ROOT / "docs" / "operations.md"
GENERATED = ROOT / "docs" / "reference"
DECISIONS = ROOT / "docs" / "decisions"

WRITTEN = [page for page in PAGES if GENERATED not in page.parents]
LINES = [
    pytest.param(line, id=f"{page.relative_to(ROOT)}: toolbox {' '.join(line)}")
    for page in WRITTEN
    for block in blocks(page)
    if block.in_shell
    for line in toolbox_lines(block.text)
]
RUNNABLE = [page for page in WRITTEN if any(block.runs for block in blocks(page))]


@pytest.mark.parametrize("line", LINES)
def test_examples_parse(line: tuple[str, ...]) -> None:
    parse(line)


@pytest.mark.parametrize("page", RUNNABLE, ids=lambda page: page.name)
def test_marked_examples_run(page: Path, home: Path, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    shim = programs / "toolbox"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m toolbox_cli "$@"\n')
    shim.chmod(0o755)
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")  # as in a clone of the repository
    environ = process_environment(home)
    script = "\n".join(block.text for block in blocks(page) if block.runs)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env={**environ, "PATH": f"{programs}:{environ['PATH']}", "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "here-document" not in done.stderr  # one that is not ended swallows what stands behind it


def test_the_tutorial_of_modules_takes_ten_commands() -> None:
    page = ROOT / "docs" / "module-tutorial.md"
    assert sum(len(list(toolbox_lines(block.text))) for block in blocks(page) if block.runs) == 10


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"^(`{3,}).*?^\1", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)\)", prose)
    broken = [link for link in links if "://" not in link and not _leads_somewhere(page, unquote(link))]
    assert not broken


def _leads_somewhere(page: Path, link: str) -> bool:
    place, _, anchor = link.partition("#")
    target = (page.parent / place) if place else page
    return target.exists() and (not anchor or anchor in _anchors(target))


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    plain = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower() for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-") for heading in plain}


def test_every_page_is_linked_from_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert pages == set(re.findall(r"\]\(([\w-]+\.md)\)", index))


def test_the_configuration_table_is_whole() -> None:
    """Every setting has a row, and every variable that any page names exists."""
    rows = re.findall(r"^\| `(TOOLBOX_\w+)` \| `([\w.]+)` \|", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE)
    assert dict(rows) == {variable: ".".join(path) for variable, path in VARIABLES.items()}
    guide = [page for page in WRITTEN if DECISIONS not in page.parents]
    named = {name for page in guide for name in re.findall(r"TOOLBOX_[A-Z0-9_]+", page.read_text(encoding="utf-8"))}
    assert named <= {*VARIABLES, *(f"{name}_FILE" for name in VARIABLES), "TOOLBOX_CONFIG"}


def test_the_exit_codes_are_all_there() -> None:
    rows = re.findall(r"^\| (\d+) \|", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(row) for row in rows] == [int(code) for code in Exit]
