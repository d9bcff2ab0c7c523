"""Every code of an issue has a meaning that can be told without a name, and every meaning is of a code that is made."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.support.commands import ROOT
from toolbox_cli.lms.runs.telling.meanings import MEANINGS, meaning_of

LMS: Final = ROOT / "toolbox_cli" / "lms"
MAKERS: Final = {"fault", "note", "of_file", "of_row", "doubt"}
"""What makes faults of a code without its prefix."""
OF_FILES: Final = {"lms-classes", "lms-users", "lms-roles"}
"""Names of files, which stand where codes do."""
HERE: Final = ("sources", "sync", "jobs")


def words(node: ast.AST) -> Iterator[str]:
    """Give the codes that a piece of code may make."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from re.findall(r"(?:^|')(lms-[a-z-]+)(?:'|$)", node.value)
    if isinstance(node, ast.Assign) and any(isinstance(name, ast.Name) and name.id == "code" for name in node.targets):
        yield from short(node.value)
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in MAKERS:
            yield from (code for argument in node.args[:2] for code in short(argument))


def short(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and re.fullmatch(r"[a-z]+(-[a-z]+)*", str(node.value)):
        yield f"lms-{str(node.value).removeprefix('lms-')}"


def codes(file: Path) -> Iterator[str]:
    if file.suffix == ".sql":
        yield from re.findall(r"'(lms-[a-z-]+)'", file.read_text(encoding="utf-8"))
    elif file.suffix == ".py":
        yield from (code for node in ast.walk(ast.parse(file.read_bytes())) for code in words(node))


def test_every_code_has_a_meaning_and_every_meaning_a_code() -> None:
    made = {code for room in HERE for file in (LMS / room).rglob("*.*") for code in codes(file)}
    assert made - OF_FILES - set(MEANINGS) == set()
    assert set(MEANINGS) - made == set()


def test_a_meaning_is_sentences_without_anything_to_fill_in() -> None:
    for code, meaning in MEANINGS.items():
        assert re.fullmatch(r"[A-Z].*\.", meaning), code
        assert not re.search(r"%s|\{|\?", meaning), code
    assert meaning_of("lms-of-tomorrow") is None
