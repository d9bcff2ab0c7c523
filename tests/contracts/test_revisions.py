"""A revision says today what it said when it was written: it knows no model, no setting and no schema's name."""

import ast
import re
import sys
from pathlib import Path
from typing import Final

import pytest

from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.core.shipped import shipped

VERSIONS: Final = shipped("migrations") / "versions"
FILES: Final = sorted(VERSIONS.rglob("*.py"))
ALLOWED: Final = {
    "alembic",
    "toolbox_cli.core.database.already",
    "toolbox_cli.core.database.guards",
    "toolbox_cli.core.database.json_columns",
    "toolbox_cli.core.database.partitioning",
}
"""What revisions may lean on; a change of these must leave the SQL of old revisions as it was."""

QUALIFIED: Final = re.compile(rf"\b(?:{'|'.join((RECORDS, *PLATFORMS))})\.[a-z_]+")

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def constants(tree: ast.Module) -> dict[str, object]:
    """Give what the module says about itself: names at its top that are set to a literal."""
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


@each_file
def test_imports_nothing_that_moves_on(file: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or "")
    assert {name for name in imported if name.partition(".")[0] not in sys.stdlib_module_names} <= ALLOWED


@each_file
def test_names_no_schema(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docstring = ast.get_docstring(tree, clean=False)
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert [found for text in texts if text != docstring for found in QUALIFIED.findall(text)] == []


@each_file
def test_says_what_it_takes_from_where(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    told, said = constants(tree), ast.get_docstring(tree) or ""
    assert told["revision"] == file.stem
    if told["document"]:
        assert re.search(rf"\bdocument {told['document']}\b", said, re.IGNORECASE)
    else:
        assert re.search(r"\bours\b|from no document", said, re.IGNORECASE)
