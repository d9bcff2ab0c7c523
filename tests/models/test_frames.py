"""What the tables of FRAMES LMS refuse and keep, on a real server, built from the models."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import CheckConstraint

from tests.support.revisions import build
from tests.support.servers import Server
from toolbox_cli.models.frames.base import Base

Connection = psycopg.Connection[Any]
Row = dict[str, Any]

BASE = """
INSERT INTO universities (id) VALUES ('u');
INSERT INTO teams (id) VALUES (1);
INSERT INTO students (id) VALUES ('s'), ('s2');
INSERT INTO modules (id, module_id, title) VALUES (1, 'lab-safety-101', 'Lab safety')"""

WHOLE: dict[str, Row] = {
    "universities": {"id": "new"},
    "faculty": {"id": "new"},
    "students": {"id": "new"},
    "modules": {"module_id": "new", "title": "New"},
    "module_sections": {"module_id": 1, "section_number": 1, "section_type": "text", "content": ""},
    "module_assignments": {"module_id": 1, "student_id": "s"},
    "module_progress": {"module_id": 1, "student_id": "s"},
    "module_analytics_events": {"module_id": 1, "student_id": "s", "event_type": "pause"},
    "module_feedback": {"module_id": 1, "student_id": "s"},
    "module_revisions": {"module_id": 1, "revision": 1, "content": "{}", "content_hash": "a" * 64},
    "module_assignment_rules": {"module_id": 1, "rule": "all_incoming_students"},
}
"""A row that stands, of each table that has a CHECK."""

CLOSED = {
    "modules.category": "Safety Technical Orientation",
    "modules.status": "draft published archived",
    "modules.module_type": "text sandbox game interactive guided_struggle mixed",
    "modules.interaction_level": "low medium high",
    "module_sections.section_type": "text video image checklist sandbox game interactive guided_struggle",
    "module_assignments.assignment_type": "required optional recommended",
    "module_assignment_rules.assignment_type": "required optional recommended",
    "module_progress.status": "not_started in_progress completed skipped",
    "module_analytics_events.device_type": "tablet phone desktop",
}

RANGES: dict[str, tuple[list[Any], list[Any]]] = {
    "modules.difficulty_level": ([0, 6], [1, 5, None]),
    "modules.estimated_minutes": ([-1], [0]),
    "modules.revision": ([0], [1]),
    "module_revisions.revision": ([0], [1]),
    "module_assignment_rules.due_days": ([-1], [0]),
    "module_sections.section_number": ([-1], [0]),
    "module_sections.duration_seconds": ([-1], [0]),
    "module_progress.progress_percent": ([-1, 101], [0, 100, None]),
    "module_progress.mastery_score": (["-0.01", "1.01"], ["0", "1"]),
    "module_progress.current_section": ([-1], [0]),
    "module_progress.total_time_seconds": ([-1], [0]),
    "module_progress.pause_count": ([-1], [0]),
    "module_progress.hint_count": ([-1], [0]),
    "module_progress.retry_count": ([-1], [0]),
    "module_progress.error_count": ([-1], [0]),
    "module_analytics_events.struggle_signal": (["-0.01", "1.01"], ["0", "1"]),
    "module_analytics_events.section_number": ([-1], [0]),
    "module_analytics_events.time_elapsed_seconds": ([-1], [0]),
    "module_feedback.rating": ([0, 6], [1, 5]),
    "module_feedback.difficulty_rating": ([0, 6], [1, 5]),
    "module_feedback.engagement_rating": ([0, 6], [1, 5]),
    "module_feedback.clarity_rating": ([0, 6], [1, 5]),
}
"""Column to what is refused and what is accepted."""

NO_EMAILS = ["", "nobody", "@here.example", "no one@here.example", "a@b@c.example"]

SHAPES: dict[str, tuple[list[Any], list[Any]]] = {
    "universities.contact_email": (NO_EMAILS, ["desk@uni.example", None]),
    "faculty.email": (NO_EMAILS, ["o'brien+lab@uni.example", None]),
    "students.email": (NO_EMAILS, ["ümit@uni.example", None]),
    "modules.source_hash": (["", "a" * 63], ["0" * 64, None]),
    "modules.content_hash": (["", "a" * 63, "A" * 64, "g" * 64], ["0" * 64, None]),
    "module_revisions.content_hash": (["", "a" * 63, "A" * 64], ["0" * 64]),
    "module_sections.section_key": (["", "Door", "the door", "-door"], ["the-door", "7"]),
    "modules.module_id": (["", "Lab-Safety", "lab safety", "-lab", "lab-", "a--b"], ["lab-safety-102", "7"]),
}

COLUMNS = RANGES | SHAPES | {column: ([" ", "unheard-of"], [*listed.split()]) for column, listed in CLOSED.items()}

ROWS: dict[str, tuple[str, list[Row], list[Row]]] = {
    "module_revisions_content_check": (
        "module_revisions",
        [{"content": "[]"}, {"content": "1"}],
        [{"content": '{"slug": "lab"}'}],
    ),
    "module_assignment_rules_rule_check": (
        "module_assignment_rules",
        [{"rule": ""}, {"rule": "everybody"}],
        [{}, {"rule": "subsystem_specific", "subsystem": "Power"}],
    ),
    "module_assignment_rules_subsystem_check": (
        "module_assignment_rules",
        [{"rule": "subsystem_specific"}, {"subsystem": "Power"}],
        [{"rule": "subsystem_specific", "subsystem": "Power"}, {}],
    ),
    "module_assignment_rules_due_once_check": (
        "module_assignment_rules",
        [{"due_date": "2030-01-31", "due_days": 14}],
        [{"due_date": "2030-01-31"}, {"due_days": 0}, {}],
    ),
    "module_assignments_assignee_check": (
        "module_assignments",
        [{"student_id": None}],
        [{"student_id": None, "team_id": 1}, {"student_id": None, "university_id": "u"}, {"university_id": "u"}],
    ),
    "module_progress_completed_at_check": (
        "module_progress",
        [{"started_at": "2026-03-02 12:00+00", "completed_at": "2026-03-02 11:59+00"}],
        [{"started_at": "2026-03-02 12:00+00", "completed_at": "2026-03-02 12:00+00"}, {"completed_at": "now"}],
    ),
}
"""CHECK over several columns to its table, rows that are refused, and rows that are accepted."""


def cases() -> Iterator[tuple[str, str, list[Row], list[Row]]]:
    """Give each CHECK's name, its table, and rows outside and inside."""
    for place, (refused, accepted) in COLUMNS.items():
        table, column = place.split(".")
        yield f"{table}_{column}_check", table, [{column: bad} for bad in refused], [{column: ok} for ok in accepted]
    for name, (table, outside, inside) in ROWS.items():
        yield name, table, outside, inside


CASES = list(cases())


@pytest.fixture(scope="module")
def built(server: Server) -> Iterator[Connection]:
    with server.temporary() as made:
        build(made, Base.metadata)
        with made.connect(autocommit=False) as connection:
            yield connection
            connection.rollback()


@pytest.fixture
def connection(built: Connection) -> Iterator[Connection]:
    built.execute("SET LOCAL search_path TO frames")
    built.execute(BASE)
    yield built
    built.rollback()


def insert(connection: Connection, table: str, row: Row) -> None:
    whole = WHOLE[table] | row
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, whole)),
        sql.SQL(", ").join([sql.Placeholder()] * len(whole)),
    )
    connection.execute(statement, list(whole.values()))


@pytest.mark.parametrize(("name", "table", "refused", "accepted"), CASES, ids=[case[0] for case in CASES])
def test_refuses_what_the_document_excludes_and_nothing_at_the_edge(
    connection: Connection, name: str, table: str, refused: list[Row], accepted: list[Row]
) -> None:
    for row in refused:
        with pytest.raises(psycopg.errors.CheckViolation) as error, connection.transaction():
            insert(connection, table, row)
        assert error.value.diag.constraint_name == name, row
    for row in accepted:
        with connection.transaction(force_rollback=True):
            insert(connection, table, row)


def test_every_check_of_the_models_is_tried() -> None:
    tables = Base.metadata.sorted_tables
    checks = [str(found.name) for table in tables for found in table.constraints if isinstance(found, CheckConstraint)]
    assert sorted(checks) == sorted(name for name, *_ in CASES)


def test_updated_at_follows_a_change(connection: Connection) -> None:
    connection.execute("UPDATE modules SET updated_at = '2020-01-01'")
    connection.execute("UPDATE modules SET title = 'Safety in the lab'")
    assert connection.execute("SELECT updated_at = now() FROM modules").fetchone() == (True,)


def test_updated_at_stays_as_the_statement_sets_it(connection: Connection) -> None:
    connection.execute("UPDATE modules SET title = 'Imported', updated_at = '2020-01-01 00:00+00'")
    assert connection.execute("SELECT updated_at = '2020-01-01 00:00+00' FROM modules").fetchone() == (True,)


def test_an_event_without_a_time_happens_now_in_the_default_partition(connection: Connection) -> None:
    insert(connection, "module_analytics_events", {})
    found = connection.execute('SELECT tableoid::regclass::text, "timestamp" = now() FROM module_analytics_events')
    assert found.fetchall() == [("module_analytics_events_default", True)]


def test_an_event_needs_a_time(connection: Connection) -> None:
    with pytest.raises(psycopg.errors.NotNullViolation):
        insert(connection, "module_analytics_events", {"timestamp": None})


def test_events_of_a_student_go_with_the_student(connection: Connection) -> None:
    insert(connection, "module_analytics_events", {})
    insert(connection, "module_analytics_events", {"student_id": "s2"})
    connection.execute("DELETE FROM students WHERE id = 's'")
    assert connection.execute("SELECT student_id FROM module_analytics_events").fetchall() == [("s2",)]


def test_a_module_in_use_keeps_its_university(connection: Connection) -> None:
    connection.execute("UPDATE modules SET university_id = 'u'")
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        connection.execute("DELETE FROM universities")


def test_a_student_gets_a_module_once(connection: Connection) -> None:
    insert(connection, "module_assignments", {})
    insert(connection, "module_assignments", {"student_id": "s2"})
    with pytest.raises(psycopg.errors.UniqueViolation):
        insert(connection, "module_assignments", {})


def test_a_new_module_is_a_draft_with_empty_lists(connection: Connection) -> None:
    columns = "status, module_type, revision, estimated_minutes, difficulty_level, prerequisites, required_components"
    found = connection.execute(f"SELECT {columns} FROM modules").fetchone()
    assert found == ("draft", "text", 1, 10, 1, [], [])


def test_a_team_and_a_university_get_a_module_once(connection: Connection) -> None:
    for target in ({"team_id": 1}, {"university_id": "u"}):
        insert(connection, "module_assignments", {"student_id": None, **target})
        insert(connection, "module_assignments", {"student_id": "s", **target})
        with pytest.raises(psycopg.errors.UniqueViolation), connection.transaction():
            insert(connection, "module_assignments", {"student_id": None, **target})
        connection.execute("DELETE FROM module_assignments WHERE student_id IS NOT NULL")


def test_a_rule_stands_once(connection: Connection) -> None:
    insert(connection, "module_assignment_rules", {})
    insert(connection, "module_assignment_rules", {"university_id": "u"})
    with pytest.raises(psycopg.errors.UniqueViolation):
        insert(connection, "module_assignment_rules", {})


def test_a_section_without_a_key_gets_one(connection: Connection) -> None:
    row = {"section_type": "text", "content": ""}
    for number in (7, 8):
        insert(connection, "module_sections", {"module_id": 1, "section_number": number, **row})
    found = connection.execute("SELECT DISTINCT section_key FROM module_sections WHERE section_key ~ '^section-.{36}$'")
    assert len(found.fetchall()) == 2


def test_a_revision_stays_as_it_is_while_its_module_is_there(connection: Connection) -> None:
    insert(connection, "module_revisions", {})
    connection.execute("CREATE TEMPORARY TABLE modules (id integer)")  # in which there is no module
    for change in (
        "UPDATE module_revisions SET made_by = 'me'", "DELETE FROM module_revisions", "TRUNCATE module_revisions",
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            connection.execute(change)
    connection.execute("DELETE FROM frames.modules")
    assert connection.execute("SELECT count(*) FROM module_revisions").fetchone() == (0,)
