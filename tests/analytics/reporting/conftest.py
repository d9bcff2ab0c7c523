import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.analytics.reporting.made import school, write_export
from toolbox_cli.analytics.reporting.asking import Wanted, make
from toolbox_cli.analytics.reporting.told import Told
from toolbox_cli.core.runtime import Runtime

NOW = datetime.datetime(2026, 11, 3, 12, tzinfo=datetime.UTC)

Telling = Callable[..., Told]


@pytest.fixture(scope="package")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month of a school, as files."""
    return write_export(tmp_path_factory.mktemp("exports"), school())


@pytest.fixture
def runtime(tmp_path: Path) -> Runtime:
    return Runtime(environ={}, working_folder=tmp_path, now=lambda: NOW)


@pytest.fixture
def tell(runtime: Runtime, exported: Path) -> Telling:
    """Make a report of those files, or of others."""

    def told(
        report: str, of: str | None = "2026-10", *, source: Path = exported, engine: str = "duckdb", **more: Path | None
    ) -> Told:
        return make(runtime, Wanted(report, None, of, str(source), engine, more.get("rates")))

    return told
