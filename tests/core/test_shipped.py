import shutil
import sys
from pathlib import Path

import pytest

from tests.support.commands import ROOT
from toolbox_cli.core.shipped import shipped


@pytest.mark.parametrize("name", ["migrations", "seeds", "alembic.ini"])
def test_a_checkout_has_everything_beside_the_code(name: str) -> None:
    assert shipped(name) == ROOT / name


def test_an_install_has_it_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "installed" / "core"
    package.mkdir(parents=True)
    (tmp_path / "seeds").mkdir()  # another project's, beside our package in site-packages
    (tmp_path / "installed" / "_shipped" / "seeds").mkdir(parents=True)
    for name in ("__init__.py", "core/__init__.py"):
        (tmp_path / "installed" / name).touch()
    shutil.copy(ROOT / "toolbox_cli" / "core" / "shipped.py", package)
    monkeypatch.syspath_prepend(tmp_path)
    try:
        from installed.core.shipped import shipped as of_install  # type: ignore[import-not-found]

        assert of_install("seeds") == tmp_path / "installed" / "_shipped" / "seeds"
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "installed"]:
            del sys.modules[name]


def test_what_is_shipped_nowhere_is_told() -> None:
    with pytest.raises(FileNotFoundError, match="fixtures-of-nobody"):
        shipped("fixtures-of-nobody")
