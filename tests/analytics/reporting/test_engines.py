"""The same measures, written once, give the same figures on DuckDB over files, on PostgreSQL, and on Spark."""

import datetime
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.school import target
from tests.support.servers import Database
from toolbox_cli.analytics.datasets.registry import named
from toolbox_cli.analytics.reporting.choices import Span
from toolbox_cli.analytics.reporting.engines.cluster import over_cluster
from toolbox_cli.analytics.reporting.engines.engine import Engine
from toolbox_cli.analytics.reporting.engines.files import over_files
from toolbox_cli.analytics.reporting.engines.live import extracted
from toolbox_cli.analytics.reporting.engines.server import over_servers
from toolbox_cli.analytics.reporting.measures import adoption, billing, learning, operations
from toolbox_cli.analytics.reporting.measures.measure import Measure
from toolbox_cli.analytics.reporting.periods import Period, Terms, period_of
from toolbox_cli.analytics.reporting.reports.inquiry import Inquiry

TODAY: Final = datetime.date(2026, 10, 1)
SEPTEMBER: Final = period_of(None, "2026-09", TODAY, Terms.of("09-01,01-01,05-01"))

MEASURES: Final = [
    (f"{module.__name__.rpartition('.')[2]}.{name}", found)
    for module in (learning, adoption, operations, billing)
    for name, found in sorted(vars(module).items())
    if isinstance(found, Measure)
]
ALL: Final = named(sorted({dataset for _, one in MEASURES for dataset in one.datasets}))
OVER_TIME: Final = {"learning.activity", "adoption.activity", "adoption.sessions", "adoption.scripts"}


def figures(engine: Engine, period: Period, *, leaving_out: str = "-") -> dict[str, list[list[Any]]]:
    """Work every measure out but those whose names begin so; rows in one order."""
    inquiry = Inquiry(engine, period, TODAY)
    found = {}
    for name, measure in MEASURES:
        if name.startswith(leaving_out):
            continue
        rows = inquiry.rows(measure, *([period.span] if name in OVER_TIME else []))
        found[name] = sorted(([row[key] for key in sorted(row)] for row in rows), key=repr)
    assert not inquiry.missing
    return found


def without_pseudonyms(name: str, rows: list[list[Any]]) -> list[list[Any]]:
    """Leave out keys that are pseudonyms in one place and keys in the other: they group rows and are told nowhere."""
    if name in {"billing.universities", "billing.module_use", "billing.modules_completed"}:
        return sorted(([value for value in row if not isinstance(value, str)] for row in rows), key=repr)
    return rows


def assert_same(one: dict[str, list[list[Any]]], other: dict[str, list[list[Any]]]) -> None:
    for name, rows in one.items():
        here, there = (without_pseudonyms(name, found) for found in (rows, other[name]))
        assert len(here) == len(there), name
        for left, right in zip(here, there, strict=True):
            assert all(is_same(a, b) for a, b in zip(left, right, strict=True)), (name, left, right)


def is_same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return type(one) is type(other) and bool(one == other)


@pytest.fixture(scope="module")
def files(seeded: Database) -> Iterator[dict[str, list[Path]]]:
    with extracted([target(seeded)], ALL, SEPTEMBER) as found:
        yield found


@pytest.fixture(scope="module")
def by_files(files: dict[str, Sequence[Path]]) -> dict[str, list[list[Any]]]:
    with over_files(files, ALL, SEPTEMBER, "") as engine:
        return figures(engine, SEPTEMBER)


def test_there_is_something_to_compare(by_files: dict[str, list[list[Any]]]) -> None:
    empty = {name for name, rows in by_files.items() if not rows or not any(any(row) for row in rows)}
    assert empty <= {"operations.deployments", "operations.judgements"}


def test_postgresql_gives_the_same_figures(seeded: Database, by_files: dict[str, list[list[Any]]]) -> None:
    with over_servers([target(seeded)], SEPTEMBER) as engine:
        assert_same(by_files, figures(engine, SEPTEMBER))


@pytest.fixture
def _hasty_spark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Spark compile no code for a few rows: that takes longer than reading them."""
    settings = {"wholeStage": "false", "factoryMode": "NO_CODEGEN"}
    lines = "".join(f"spark.sql.codegen.{name} {value}\n" for name, value in settings.items())
    (tmp_path / "spark-defaults.conf").write_text(f"{lines}spark.sql.adaptive.enabled false\n")
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


@pytest.mark.needs("java")
@pytest.mark.usefixtures("_hasty_spark")
def test_spark_gives_the_same_figures(files: dict[str, Sequence[Path]], by_files: dict[str, list[list[Any]]]) -> None:
    with over_cluster("local[2]", files, ALL, SEPTEMBER, "") as engine:
        assert_same(figures(engine, SEPTEMBER, leaving_out="billing."), by_files)


def test_a_term_goes_by_weeks_on_both(seeded: Database) -> None:
    term = period_of(Span.TERM, "2026-T1", TODAY, Terms.of("09-01,01-01,05-01"))
    measure, datasets = learning.activity, named(learning.activity.datasets)
    with extracted([target(seeded)], datasets, term) as held, over_files(held, datasets, term, "") as engine:
        here = Inquiry(engine, term, TODAY).rows(measure, Span.TERM, by=["day"])
    with over_servers([target(seeded)], term) as engine:
        assert Inquiry(engine, term, TODAY).rows(measure, Span.TERM, by=["day"]) == here
    assert {row["day"].weekday() for row in here} == {0}
