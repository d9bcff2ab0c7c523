"""Every fault has an example that triggers it, and says what else it does; every code that the package names is there.

A reader of examples is a file in `readers` with `read(folder) -> findings`.
"""

import re
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

from tests.support.commands import ROOT
from toolbox_cli.content.faults.fault import Example
from toolbox_cli.content.faults.registry import faults

EXAMPLES: Final = [
    pytest.param(fault.code, example, id=f"{fault.code}-{number}")
    for fault in faults().values()
    for number, example in enumerate(fault.examples)
]
ROOMS: Final = ("content", "modules", "quests")


@pytest.mark.parametrize(("code", "example"), EXAMPLES)
def test_the_example_has_the_fault(code: str, example: Example, tmp_path: Path) -> None:
    for name, text in example.files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    reader = import_module(f"tests.content.faults.readers.{example.reader}")
    assert {found.code for found in reader.read(tmp_path)} == {code, *example.also}


@pytest.mark.parametrize("code", faults())
def test_every_fault_is_told_whole(code: str) -> None:
    fault = faults()[code]
    assert re.fullmatch(r"M[0-6]\d\d|Q\d\d", code)
    assert fault.examples
    assert fault.title[0].isupper()
    assert not fault.title.endswith(".")
    assert fault.means.endswith(".")
    assert fault.remedy.endswith(".")


def test_the_code_and_the_registry_agree() -> None:
    families = ROOT / "toolbox_cli" / "content" / "faults" / "families"
    files = [file for room in ROOMS for file in (ROOT / "toolbox_cli" / room).rglob("*.py")]
    used = {
        code
        for file in files
        if families not in file.parents
        for code in re.findall(r'"(M[0-6]\d\d|Q\d\d)"', file.read_text(encoding="utf-8"))
    }
    assert used == {*faults()}
