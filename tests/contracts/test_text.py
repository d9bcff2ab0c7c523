"""The project's text names no machine that it was written on and no host that packages come from."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.support.commands import ROOT

FOREIGN: Final = re.compile(
    r"""
    (?<![\w.~-]) / (?: root | work | Users ) /      # somebody's own folders
    | \b (?: pypi | npmjs | anaconda ) \. (?: org | com )
    | pythonhosted \.
    | \b (?: deb | security | archive | ports ) \. (?: debian | ubuntu ) \.
    """,
    re.VERBOSE,
)


def texts() -> Iterator[tuple[str, str]]:
    """Give every text file that git holds, but this one, with its path."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and path != Path(__file__):
            yield name, path.read_bytes().decode(errors="replace")


def test_no_foreign_names() -> None:
    found = [
        f"{name}:{number}: {match[0]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        for match in [FOREIGN.search(line)]
        if match
    ]
    assert found == []


def test_the_rule_can_fail() -> None:
    told = ("see /work/notes", "cd /root/x", "https://pypi.org/simple", "http://deb.debian.org/debian", "/Users/ann/x")
    assert all(FOREIGN.search(line) for line in told)
    assert not any(FOREIGN.search(line) for line in (".github/workflows/ci.yml", "the root/work folder", "/var/lib/x"))
