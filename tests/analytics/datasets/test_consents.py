"""Whose rows may leave: exactly those whose consent the database itself, and what sends grades, take for live."""

from itertools import product
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import Select, join, select

from toolbox_cli.analytics.datasets.consents import MAY_BE_USED
from toolbox_cli.analytics.datasets.quests import QUEST_PROGRESS
from toolbox_cli.analytics.datasets.registry import DATASETS
from toolbox_cli.analytics.extracting.compiling import sql_of
from toolbox_cli.core.database.names import Names
from toolbox_cli.lms.grades.consents import CONSENTED
from toolbox_cli.models.toolboxai.roblox.players import RobloxPlayerProgress as Progress
from toolbox_cli.models.toolboxai.users import User

Connection = psycopg.Connection[Any]

NAMES = Names({name: name for name in ("toolbox", "toolboxai", "pas_in_peace", "frames")})
SETTINGS = [*product((True, False, None), ("2026-01-01", None), (None, "2026-02-01"), (True, False, None))]

GIVEN: LiteralString = """
INSERT INTO users (telegram_id, created_at) SELECT 'parent ' || n, now() FROM generate_series(1, %(count)s) AS n;
INSERT INTO quests (id, user_id, quest_id, title, quest_yaml)
SELECT n, (SELECT min(id) FROM users) + n - 1, 'quest ' || n, 'title', 'yaml' FROM generate_series(1, %(count)s) AS n"""
SET: LiteralString = """
INSERT INTO child_privacy_settings (
    quest_id, consent_given_by_child, consent_timestamp, consent_revoked_at, share_completion_progress)
VALUES (%s, %s, %s, %s, %s)"""
CAME_FAR: LiteralString = """
INSERT INTO quest_progress (user_id, quest_id, current_step, session_count, total_time_minutes, started_at)
SELECT user_id, id, 3, 4, 50, '2026-03-01 12:34+00' FROM quests WHERE id = %s"""
LIVE: LiteralString = """
UPDATE child_privacy_settings SET consent_given_by_child = true, consent_timestamp = '2026-01-01',
    consent_revoked_at = NULL, share_completion_progress = true"""


def told(connection: Connection, statement: Select[Any]) -> list[dict[str, Any]]:
    cursor = connection.cursor()
    cursor.execute(sql_of(statement, NAMES).encode())
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def leave(connection: Connection) -> set[int]:
    """Give the quests whose progress leaves."""
    return {row["quest"] for row in told(connection, QUEST_PROGRESS.select())}


@pytest.fixture
def quests(pas_in_peace_connection: Connection) -> Connection:
    """Give a quest for each way that a child's settings can be."""
    for statement in GIVEN.split(";"):
        pas_in_peace_connection.execute(statement, {"count": len(SETTINGS)})
    for number, settings in enumerate(SETTINGS, 1):
        pas_in_peace_connection.execute(SET, (number, *settings))
    return pas_in_peace_connection


def test_progress_leaves_exactly_where_the_database_would_take_it(quests: Connection) -> None:
    taken = {number for number in range(1, len(SETTINGS) + 1) if _takes(quests, number)}
    assert len(taken) == 1
    as_they_are = quests.execute(
        "SELECT quest_id, consent_given_by_child, consent_timestamp, consent_revoked_at, "
        "share_completion_progress FROM child_privacy_settings"
    ).fetchall()
    quests.execute(LIVE)
    for number in range(1, len(SETTINGS) + 1):
        if number not in taken:
            quests.execute(CAME_FAR, (number,))
    assert len(leave(quests)) == len(SETTINGS)
    for number, *settings in as_they_are:
        quests.execute("DELETE FROM child_privacy_settings WHERE quest_id = %s", (number,))
        quests.execute(SET, (number, *settings))
    assert leave(quests) == taken


def _takes(connection: Connection, number: int) -> bool:
    try:
        with connection.transaction():
            connection.execute(CAME_FAR, (number,))
    except errors.CheckViolation:
        return False
    return True


def test_what_is_revoked_stays_and_leaves_no_more(quests: Connection) -> None:
    quests.execute(LIVE)
    quests.execute(CAME_FAR, (1,))
    assert leave(quests) == {1}
    quests.execute("UPDATE child_privacy_settings SET consent_revoked_at = now() WHERE quest_id = 1")
    assert leave(quests) == set()
    assert quests.execute("SELECT count(*) FROM quest_progress").fetchone() == (1,)
    quests.execute("DELETE FROM child_privacy_settings")
    assert leave(quests) == set()


@pytest.mark.parametrize(("share", "wanted"), [(True, (4, 50.0)), (False, (None, None)), (None, (None, None))])
def test_how_often_a_child_plays_leaves_only_where_it_shares_that(
    quests: Connection, share: bool | None, wanted: tuple[Any, Any]
) -> None:
    quests.execute(LIVE)
    quests.execute("UPDATE child_privacy_settings SET share_play_frequency = %s", (share,))
    quests.execute(CAME_FAR, (1,))
    [row] = told(quests, QUEST_PROGRESS.select())
    assert (row["session_count"], row["total_time_minutes"]) == wanted
    assert row["current_step"] == 3


MADE: LiteralString = """
CREATE TEMP TABLE users (id uuid, age_band text);
CREATE TEMP TABLE roblox_player_progress (
    id uuid, student_id uuid, data_collection_consent bool, age_verified bool, parental_consent_given bool);
INSERT INTO users SELECT gen_random_uuid(), band FROM unnest('{under_13,13_17,adult,unknown}'::text[]) AS band;
INSERT INTO roblox_player_progress SELECT gen_random_uuid(), u.id, c.value, a.value, p.value
FROM users AS u, (VALUES (true), (false), (NULL)) AS c (value), (VALUES (true), (false), (NULL)) AS a (value),
    (VALUES (true), (false), (NULL)) AS p (value)"""


def test_results_in_roblox_leave_exactly_where_grades_are_sent(toolboxai_connection: Connection) -> None:
    for statement in MADE.split(";"):
        toolboxai_connection.execute(statement)
    asked = select(Progress.id).select_from(join(Progress, User, Progress.student_id == User.id)).where(MAY_BE_USED)
    of_temporary_tables = sql_of(asked, NAMES).replace("toolboxai.", "pg_temp.")
    ours = {row[0] for row in toolboxai_connection.execute(of_temporary_tables.encode())}
    sent: LiteralString = (
        f"SELECT p.id FROM roblox_player_progress AS p JOIN users AS u ON u.id = p.student_id WHERE {CONSENTED}"  # noqa: S608, E501
    )
    theirs = {row[0] for row in toolboxai_connection.execute(sent)}
    assert ours == theirs
    assert 0 < len(ours) < 4 * 27


CLASS: LiteralString = """
INSERT INTO users (id, email, username, password_hash, role, age_band) VALUES
    ('00000000-0000-0000-0000-000000000001', 't@school.example', 't', repeat('x', 60), 'teacher', 'adult'),
    ('00000000-0000-0000-0000-000000000002', 's@school.example', 's', repeat('x', 60), 'student', 'under_13');
INSERT INTO lessons (id, title, teacher_id) VALUES
    ('00000000-0000-0000-0000-000000000003', 'l', '00000000-0000-0000-0000-000000000001');
INSERT INTO roblox_sessions (id, lesson_id, teacher_id, place_id) VALUES
    ('00000000-0000-0000-0000-000000000004', '00000000-0000-0000-0000-000000000003',
     '00000000-0000-0000-0000-000000000001', '1');
INSERT INTO quizzes (id, title, subject, grade_level) VALUES
    ('00000000-0000-0000-0000-000000000005', 'q', 'Math', 4);
INSERT INTO roblox_player_progress (id, session_id, student_id, lesson_id, roblox_user_id, roblox_username,
    age_verified, data_collection_consent, parental_consent_given)
VALUES ('00000000-0000-0000-0000-000000000006', '00000000-0000-0000-0000-000000000004',
    '00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000003', '1', 'n', true, true, true);
INSERT INTO roblox_quiz_results (session_id, player_progress_id, quiz_id, quiz_name, total_questions, completed,
    started_at)
VALUES ('00000000-0000-0000-0000-000000000004', '00000000-0000-0000-0000-000000000006',
    '00000000-0000-0000-0000-000000000005', 'q', 3, true, '2026-03-01 10:00+00');
INSERT INTO quiz_attempts (quiz_id, user_id, attempt_number, started_at) VALUES
    ('00000000-0000-0000-0000-000000000005', '00000000-0000-0000-0000-000000000002', 1, '2026-03-01 10:00+00'),
    ('00000000-0000-0000-0000-000000000005', '00000000-0000-0000-0000-000000000002', 2, '2026-03-02 10:00+00')"""


def test_a_parents_word_holds_progress_results_and_what_became_of_them_back(toolboxai_connection: Connection) -> None:
    for statement in CLASS.split(";\n"):
        toolboxai_connection.execute(statement)
    assert _rows(toolboxai_connection) == {"roblox-progress": 1, "quiz-results": 1, "quiz-attempts": 2}
    toolboxai_connection.execute("UPDATE roblox_player_progress SET parental_consent_given = false")
    assert _rows(toolboxai_connection) == {"roblox-progress": 0, "quiz-results": 0, "quiz-attempts": 1}
    toolboxai_connection.execute("UPDATE users SET age_band = '13_17'")
    assert _rows(toolboxai_connection) == {"roblox-progress": 1, "quiz-results": 1, "quiz-attempts": 2}


def _rows(connection: Connection) -> dict[str, int]:
    return {
        name: len(told(connection, DATASETS[name].select()))
        for name in ("roblox-progress", "quiz-results", "quiz-attempts")
    }


def test_feedback_of_who_stays_unnamed_leaves_without_the_student(frames_connection: Connection) -> None:
    frames_connection.execute("INSERT INTO modules (id, module_id, title) VALUES (1, 'm', 'M')")
    frames_connection.execute("INSERT INTO students (id) VALUES ('named'), ('unnamed'), ('unsaid')")
    frames_connection.execute(
        "INSERT INTO module_feedback (module_id, student_id, rating, is_anonymous) "
        "VALUES (1, 'named', 5, false), (1, 'unnamed', 4, true), (1, 'unsaid', 3, NULL)"
    )
    rows = told(frames_connection, DATASETS["module-feedback"].select())
    assert sorted((row["rating"], row["student"]) for row in rows) == [(3, None), (4, None), (5, "named")]
