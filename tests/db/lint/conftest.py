import shutil
from pathlib import Path

import pytest

from tests.db.lint.writing import write
from toolbox_cli.core.shipped import shipped
from toolbox_cli.db.lint import placing
from toolbox_cli.db.revisions.lineage import history
from toolbox_cli.db.revisions.running import execution


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder of revisions that is a copy of those that ship, for a test to add to."""
    folder = tmp_path / "checkout"
    shutil.copytree(shipped("migrations"), folder / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(shipped("alembic.ini"), folder)
    for module in (history, execution, placing):
        monkeypatch.setattr(module, "shipped", lambda name: folder / name)
    return folder


@pytest.fixture
def added(checkout: Path) -> "Added":
    return Added(checkout)


class Added:
    """Revisions of `frames` that follow the newest one that ships."""

    def __init__(self, checkout: Path) -> None:
        self.folder = checkout / "migrations" / "versions" / "frames"
        self.down = history.read_history().head("frames").id

    def __call__(self, body: str, id: str = "frames_tried") -> list[str]:
        """Add a revision; give the lines of its file."""
        made = write(self.folder, body, id=id, down=self.down)
        self.down = id
        history._read.cache_clear()
        return made.path.read_text(encoding="utf-8").split("\n")
