"""What somebody with two exports, or with a look at the database, could put together: rows, order and moments."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.analytics.exporting.events import KEY, table_of
from tests.support.commands import CommandLine
from tests.support.servers import Database, Server
from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.datasets.kinds import Kind
from toolbox_cli.analytics.datasets.registry import DATASETS
from toolbox_cli.analytics.masking.masks import Cut, Pseudonym

THINGS: Final = frozenset(
    {
        "agent-tasks",
        "content",
        "generated-scripts",
        "lessons",
        "modules",
        "quizzes",
        "roblox-classes",
        "roblox-sessions",
    }
)
"""Datasets of things that others see too, beside whoever made them or asked for them."""

LOGS: Final = frozenset({"educational-metrics", "module-events", "usage-events"})
"""So many rows that each keeps its own number; what they tell is by the hour."""

TIMED: Final = frozenset({"agent-tasks"})
"""Whose moments are the figures: how long a workflow took, of several tasks."""

OF_PERSONS = [dataset for dataset in DATASETS.values() if dataset.person]


@pytest.mark.parametrize("dataset", OF_PERSONS, ids=lambda one: one.name)
def test_no_number_of_a_persons_row_is_the_same_for_two_recipients(dataset: Dataset) -> None:
    plain = [name for name in dataset.key if not isinstance(dataset.column(name).mask, Pseudonym | Cut)]
    assert bool(plain) == (dataset.name in THINGS | LOGS), plain


@pytest.mark.parametrize("dataset", OF_PERSONS, ids=lambda one: one.name)
def test_no_moment_beside_a_person_is_exact(dataset: Dataset) -> None:
    exact = [one.name for one in dataset if one.kind is Kind.MOMENT and not isinstance(one.mask, Cut)]
    assert bool(exact) == (dataset.name in TIMED), exact


FEEDBACK: Final = """
INSERT INTO frames.modules (id, module_id, title) VALUES (1, 'one', 'One');
INSERT INTO frames.students (id) SELECT 'student-' || n FROM generate_series(1, 40) AS n;
INSERT INTO frames.module_feedback (module_id, student_id, rating, is_anonymous, created_at)
SELECT 1, 'student-' || n, 4, CASE n % 3 WHEN 0 THEN true WHEN 1 THEN false END,
    '2026-03-01'::timestamptz + n * '7h'::interval
FROM generate_series(1, 40) AS n"""


@pytest.fixture(scope="module")
def rated(server: Server) -> Iterator[Database]:
    """Forty students rated a module, one after the other, two of each three of them unnamed."""
    with server.temporary(server.template) as made:
        made.execute(FEEDBACK)
        yield made


@pytest.mark.parametrize("privacy", ["pseudonymous", "identified"])
def test_nothing_tells_the_place_of_who_wished_to_stay_unnamed(
    cli: CommandLine, rated: Database, tmp_path: Path, privacy: str
) -> None:
    given = ("--privacy", privacy, "--basis", "a test", "--to", "out")
    done = cli("analytics", "export", "module-feedback", *given, database=rated, environ={"TOOLBOX_SECRET_KEYS": KEY})
    assert done.exit_code == 0, done.stderr
    rows: list[dict[str, Any]] = table_of(tmp_path / "out", "module-feedback").to_pylist()
    unnamed = [row for row in rows if row["student"] is None]
    assert len(rows) == 40
    assert len(unnamed) == 26
    assert {row["feedback_id"] for row in unnamed} == {None}
    assert {(row["created_at"].day, row["created_at"].hour) for row in unnamed} == {(1, 0)}
    named = [place for place, row in enumerate(rows) if row["student"] is not None]
    assert named == [*range(named[0], named[0] + 14)], "rows stand as they came"


def test_rows_are_not_in_the_order_of_the_roster_that_they_came_by(
    cli: CommandLine, rated: Database, tmp_path: Path
) -> None:
    given = ("--to", "out")
    done = cli("analytics", "export", "module-students", *given, database=rated, environ={"TOOLBOX_SECRET_KEYS": KEY})
    assert done.exit_code == 0, done.stderr
    students = table_of(tmp_path / "out", "module-students").column("student").to_pylist()
    assert len(students) == 40
    assert students == sorted(students)
