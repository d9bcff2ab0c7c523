"""What somebody with two exports, or with a look at the database, could put together: rows, order and moments."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.analytics.exporting.events import EVENTS, KEY, happen, set_scene, table_of
from tests.models.toolboxai.rows import insert
from tests.support.commands import CommandLine
from tests.support.servers import Database, Server
from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.datasets.kinds import Kind
from toolbox_cli.analytics.datasets.registry import DATASETS
from toolbox_cli.analytics.masking.masks import Cut, Keep, Pseudonym, RowKey

THINGS: Final = frozenset(
    {
        "content",
        "lessons",
        "modules",
        "quizzes",
        "roblox-classes",
        "roblox-sessions",
    }
)
"""Datasets of things that others see too, beside whoever made them; what is counted by them names them."""

OF_PERSONS = [dataset for dataset in DATASETS.values() if dataset.person]


@pytest.mark.parametrize("dataset", OF_PERSONS, ids=lambda one: one.name)
def test_no_number_of_a_persons_row_is_the_same_for_two_recipients(dataset: Dataset) -> None:
    plain = [name for name in dataset.key if isinstance(dataset.column(name).mask, Keep)]
    assert bool(plain) == (dataset.name in THINGS), plain


def test_nothing_that_is_hidden_in_one_dataset_is_plain_in_another() -> None:
    """Tasks have an asker: rows that tell a task are found again by a plain key of their own, or of the task."""
    masks: dict[str, set[str]] = {}
    for column in (one for dataset in DATASETS.values() for one in dataset):
        for read in (attribute.property.columns[0] for attribute in column.made_from):
            keys = {key.column for key in read.foreign_keys} or {read}
            for named in keys:
                if named.primary_key and isinstance(column.mask, Keep | RowKey):
                    masks.setdefault(str(named), set()).add(f"{column.mask} {getattr(column.mask, 'domain', '')}")
    assert {name: told for name, told in masks.items() if len(told) > 1} == {}


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda one: one.name)
def test_rows_that_tell_a_key_of_a_recipients_own_have_no_other_key(dataset: Dataset) -> None:
    if any(isinstance(column.mask, RowKey) for column in dataset):
        assert [name for name in dataset.key if isinstance(dataset.column(name).mask, Pseudonym | RowKey)]


@pytest.mark.parametrize("dataset", OF_PERSONS, ids=lambda one: one.name)
def test_no_moment_beside_a_person_is_exact(dataset: Dataset) -> None:
    assert _exact_moments(dataset) == []


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda one: one.name)
def test_no_moment_beside_a_task_is_exact(dataset: Dataset) -> None:
    """Who asked for the task stands in another dataset, under the same key."""
    if any(isinstance(column.mask, RowKey) for column in dataset):
        assert _exact_moments(dataset) == []


def _exact_moments(dataset: Dataset) -> list[str]:
    return [one.name for one in dataset if one.kind is Kind.MOMENT and not isinstance(one.mask, Cut)]


def test_two_recipients_have_no_key_of_an_event_in_common_and_one_has_each_again(
    cli: CommandLine, database: Database, tmp_path: Path
) -> None:
    set_scene(database)
    with database.connect() as connection:
        happen(connection, 60)
    held: dict[str, set[int]] = {}
    for place, whose in (("a", "North"), ("b", "South"), ("again", "North")):
        given = ("--to", place, "--recipient", whose)
        done = cli("analytics", "export", EVENTS, *given, database=database, environ={"TOOLBOX_SECRET_KEYS": KEY})
        assert done.exit_code == 0, done.stderr
        held[place] = set(table_of(tmp_path / place, EVENTS).column("event_id").to_pylist())
    assert held["a"] == held["again"]
    assert not held["a"] & held["b"]
    in_database = {key for (key,) in database.execute("SELECT id FROM frames.module_analytics_events")}
    assert len(held["a"]) == len(in_database) == 60
    assert not in_database & (held["a"] | held["b"])


@pytest.mark.parametrize("dataset", OF_PERSONS, ids=lambda one: one.name)
def test_who_made_what_others_see_is_not_told_as_a_user_too(dataset: Dataset) -> None:
    """A thing is found again by its own key, and so is whoever is known to have made it."""
    domains = {one.mask.domain for one in dataset if isinstance(one.mask, Pseudonym)}
    if dataset.name in THINGS:
        assert dataset.person is not None
        assert "author" in str(dataset.column(dataset.person).mask.domain).split(".")  # type: ignore[union-attr]
        assert not domains & {"toolboxai.user", "frames.student", "frames.faculty"}


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


def test_rows_under_keys_of_the_recipients_own_are_in_the_order_of_those(
    cli: CommandLine, database: Database, tmp_path: Path
) -> None:
    with database.connect() as connection:
        connection.execute("SET search_path = toolboxai, public")
        for _ in range(40):
            insert(connection, "agent_tasks")
    done = cli(
        "analytics", "export", "agent-tasks", "--to", "out", database=database, environ={"TOOLBOX_SECRET_KEYS": KEY}
    )
    assert done.exit_code == 0, done.stderr
    tasks = table_of(tmp_path / "out", "agent-tasks").column("task_id").to_pylist()
    assert len(tasks) == 40
    assert tasks == sorted(tasks)
