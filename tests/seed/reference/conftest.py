import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from toolbox_cli.core.shipped import shipped

Edit = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the reference data that ships."""
    shutil.copytree(shipped("seeds") / "agents", tmp_path / "reference" / "agents")
    return Path(shutil.copytree(shipped("seeds") / "reference", tmp_path / "reference", dirs_exist_ok=True))


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Change a text of the copy, which stands there at least once; the first time that it does."""

    def change(file: str, old: str, new: str) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change
