"""What a newcomer's machine lacks is said in a sentence, before anything is made."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import ROOT

LACKING = """#!/bin/sh
case "$*" in *"{said}"*) exit 1;; esac
exec "{python}" "$@"
"""


def make_venv(python: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / ".ci" / "make-venv", python, folder], capture_output=True, text=True, check=False, timeout=60
    )


def lacking(folder: Path, said: str) -> str:
    """Make a Python that fails whenever its command line holds `said`."""
    program = folder / "python3"
    program.write_text(LACKING.format(said=said, python=sys.executable))
    program.chmod(0o755)
    return str(program)


def test_no_python(tmp_path: Path) -> None:
    done = make_venv("python-that-is-nowhere", tmp_path / "made")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("There is no python-that-is-nowhere here. Install Python 3.11 or newer")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("sys.version_info < (3, 11)", "toolbox needs Python 3.11 or newer"),
        ("import ensurepip", f"apt-get install python{sys.version_info[0]}.{sys.version_info[1]}-venv"),
    ],
)
def test_a_python_that_will_not_do(tmp_path: Path, said: str, told: str) -> None:
    done = make_venv(lacking(tmp_path, said), tmp_path / "made")
    assert done.returncode == 1
    assert told in done.stderr
    assert not (tmp_path / "made").exists()


def test_make_lists_its_targets() -> None:
    done = subprocess.run(["make", "-C", ROOT], capture_output=True, text=True, check=True)
    for target in ("quickstart", "test", "lint", "bench", "soak", "docs", "clean"):
        assert f"make {target} " in done.stdout
