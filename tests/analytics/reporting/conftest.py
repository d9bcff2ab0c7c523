import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.analytics.reporting.made import school, write_export
from tests.support.seeding import seed_database
from tests.support.servers import Database, Server
from toolbox_cli.analytics.reporting.asking import Wanted, make
from toolbox_cli.analytics.reporting.showing.html import as_html
from toolbox_cli.analytics.reporting.told import Told
from toolbox_cli.core.runtime import Runtime

NOW = datetime.datetime(2026, 11, 3, 12, tzinfo=datetime.UTC)

Telling = Callable[..., Told]
Page = Callable[[str], str]


@pytest.fixture(scope="package")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month of a school, as files."""
    return write_export(tmp_path_factory.mktemp("exports"), school())


@pytest.fixture
def runtime(tmp_path: Path) -> Runtime:
    return Runtime(environ={}, working_folder=tmp_path, now=lambda: NOW)


@pytest.fixture(scope="package")
def _told() -> dict[tuple[object, ...], Told]:
    return {}


@pytest.fixture
def tell(runtime: Runtime, exported: Path, _told: dict[tuple[object, ...], Told]) -> Telling:
    """Make a report of those files, or of others; the same one is made once."""

    def told(
        report: str, of: str | None = "2026-10", *, source: Path = exported, engine: str = "duckdb", **more: Path | None
    ) -> Told:
        key = (report, of, source, engine, more.get("rates"))
        if key not in _told:
            _told[key] = make(runtime, Wanted(report, None, of, str(source), engine, more.get("rates")))
        return _told[key]

    return told


@pytest.fixture(scope="package")
def _pages() -> dict[str, str]:
    return {}


@pytest.fixture
def page(tell: Telling, _pages: dict[str, str]) -> Page:
    """Give a report of those files as a page; drawn once."""

    def written(report: str) -> str:
        if report not in _pages:
            _pages[report] = as_html(tell(report))
        return _pages[report]

    return written


@pytest.fixture(scope="package")
def seeded(server: Server) -> Iterator[Database]:
    """A school of sample data with signals, paths, and what persons wrote in both."""
    with server.temporary(server.template) as made:
        seed_database(made, "all", students=60)
        made.execute(
            "UPDATE frames.module_analytics_events SET struggle_signal = (id % 90)::numeric / 100,"
            " pattern_detected = CASE id % 31 WHEN 0 THEN 'stuck' WHEN 1 THEN 'made up' END"
        )
        made.execute(
            "UPDATE toolboxai.usage_analytics SET endpoint = endpoint || '?name=Ada#' || response_time_ms"
            " WHERE response_time_ms % 3 = 0"
        )
        made.execute(
            "UPDATE toolboxai.agent_tasks SET task_type = 'generate_script' WHERE task_type = 'generate_content'"
        )
        made.execute(
            "INSERT INTO toolboxai.agent_task_attempts"
            " (task_id, attempt, worker, started_at, ended_at, outcome, backend, tokens_in, tokens_out, cost_usd)"
            " SELECT id, 1, 'here', started_at, completed_at, 'completed', 'model', 900, 100, 0.012345"
            " FROM toolboxai.agent_tasks WHERE started_at IS NOT NULL"
        )
        yield made
