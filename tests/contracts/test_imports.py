"""Help is quick: it imports none of the heavy libraries."""

import subprocess
import sys
from typing import Final

import pytest

from tests.support.commands import ROOT

HEAVY: Final = {"sqlalchemy", "alembic", "pydantic", "httpx"}


def imported(*argv: str) -> set[str]:
    """Run a command line and list the packages that it imported."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "toolbox_cli", *argv],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = (line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:"))
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_imports_nothing_heavy(option: str) -> None:
    found = imported(option)
    assert "typer" in found
    assert found & HEAVY == set()


def test_a_groups_help_imports_nothing_heavy() -> None:
    assert imported("db", "--help") & HEAVY <= {"pydantic"}  # Typer's own, for the options on the way
