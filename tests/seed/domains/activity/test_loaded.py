"""The platform's domains in a database: what they say of each other is the same."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.seed.domains.made import profile_of
from tests.seed.domains.seeded import load, subjects_share
from tests.seed.looking import DAY, counts, hashes
from tests.support.commands import CommandLine
from tests.support.servers import Database, Server
from toolbox_cli.seed.domains import ACTIVITY, CLASSES, LMS
from toolbox_cli.seed.wishes import Wishes

DOMAINS: Final = (CLASSES, ACTIVITY, LMS)
PROFILE: Final = profile_of("school", students=100)
WISHES: Final = Wishes(DOMAINS, PROFILE, 42, DAY, processes=0)
TABLES: Final = (*ACTIVITY.content.TABLES, *LMS.content.TABLES)

DISAGREEING: Final = {
    "visits and progress": """
        SELECT count(*) FROM (
            SELECT user_id, joined_at, left_at, roblox_user_id::text FROM roblox_player_sessions
            EXCEPT SELECT student_id, joined_at, left_at, roblox_user_id FROM roblox_player_progress) AS alone""",
    "planned and live": """
        SELECT count(*) FROM (
            SELECT g.content_id, g.teacher_id, g.roblox_place_id::text, g.roblox_universe_id::text, g.started_at
            FROM roblox_game_sessions AS g WHERE status = 'completed'
            EXCEPT SELECT l.content_id, s.teacher_id, s.place_id, s.universe_id, s.started_at
            FROM roblox_sessions AS s JOIN lessons AS l ON l.id = s.lesson_id) AS alone""",
    "comprehension and attempts": """
        SELECT count(*) FROM educational_analytics AS e WHERE metric_type = 'comprehension' AND metric_value <> (
            SELECT max(score) FROM quiz_attempts AS a WHERE a.user_id = e.user_id AND a.quiz_id = e.quiz_id)""",
    "tries before success": """
        SELECT count(*) FROM educational_analytics AS e
        WHERE attempts_before_success IS DISTINCT FROM (
            SELECT min(attempt_number) - 1 FROM quiz_attempts AS a
            WHERE a.user_id = e.user_id AND a.quiz_id = e.quiz_id AND a.passed)""",
    "sign-ins and accounts": """
        SELECT count(*) FROM users AS u CROSS JOIN LATERAL (
            SELECT count(*) AS times, max(created_at) AS latest FROM user_sessions AS s WHERE s.user_id = u.id) AS s
        WHERE u.username <> 'system' AND (u.login_count, u.last_login) IS DISTINCT FROM (s.times, s.latest)""",
    "grades and attempts": """
        SELECT count(*) FROM lms_grade_passbacks AS g JOIN quiz_attempts AS a ON a.id = g.quiz_attempt_id
        JOIN lms_assignments AS s ON s.id = g.lms_assignment_id
        WHERE g.user_id <> a.user_id OR g.percentage <> a.score OR s.toolboxai_quiz_id <> a.quiz_id
           OR g.points_possible <> s.points_possible OR g.created_at <> a.completed_at""",
    "courses and lessons": """
        SELECT count(*) FROM lms_assignments AS s JOIN lms_courses AS c ON c.id = s.lms_course_id
        WHERE NOT s.toolboxai_content_id = ANY (c.linked_content_ids) OR NOT EXISTS (
            SELECT FROM lessons AS l JOIN users AS u ON u.id = l.teacher_id
            WHERE l.content_id = s.toolboxai_content_id AND u.email = c.instructor_email AND l.subject = c.subject)""",
    "grades and accounts": """
        SELECT count(*) FROM lms_grade_passbacks AS g JOIN lms_assignments AS a ON a.id = g.lms_assignment_id
        JOIN lms_courses AS c ON c.id = a.lms_course_id WHERE NOT EXISTS (
            SELECT FROM lms_identities AS i JOIN lms_enrollments AS e ON e.lms_identity_id = i.id
            WHERE i.lms_integration_id = c.lms_integration_id AND i.external_user_id = g.external_user_id
              AND i.user_id = g.user_id AND e.lms_course_id = c.id AND e.role = 'student')""",
    "courses and who is in them": """
        SELECT count(*) FROM lms_courses AS c WHERE enrollment_count <> (
            SELECT count(*) FROM lms_enrollments AS e
            WHERE e.lms_course_id = c.id AND e.role = 'student' AND e.status = 'active')""",
    "runs and their changes": """
        SELECT count(*) FROM (
            SELECT r.id, k.key, a.key, a.value::integer FROM lms_sync_runs AS r
            CROSS JOIN jsonb_each(counts) AS k CROSS JOIN jsonb_each(k.value) AS a
            EXCEPT ALL SELECT run_id, CASE table_name WHEN 'lms_identities' THEN 'user'
                ELSE substring(table_name FROM 'lms_(.*)s$') END, action, count(*)
            FROM lms_sync_changes GROUP BY run_id, table_name, action) AS alone""",
    "changes that no run counts": """
        SELECT (SELECT count(*) FROM lms_sync_changes) - (
            SELECT coalesce(sum(a.value::integer), 0) FROM lms_sync_runs AS r
            CROSS JOIN jsonb_each(counts) AS k CROSS JOIN jsonb_each(k.value) AS a)""",
    "rows and their latest change": """
        SELECT count(*) FROM (
            SELECT DISTINCT ON (row_id) row_id, after FROM lms_sync_changes WHERE applied
            ORDER BY row_id, run_id DESC, number DESC) AS c
        JOIN (SELECT id, to_jsonb(i) AS stands FROM lms_identities AS i
            UNION ALL SELECT id, to_jsonb(e) FROM lms_enrollments AS e) AS s ON s.id = c.row_id
        WHERE s.stands <> to_jsonb(CASE WHEN s.stands ? 'role' AND s.stands ? 'sis_id'
            THEN to_jsonb(jsonb_populate_record(NULL::lms_identities, c.after))
            ELSE to_jsonb(jsonb_populate_record(NULL::lms_enrollments, c.after)) END)""",
    "rows without a partition": """
        SELECT (SELECT count(*) FROM usage_analytics_default) + (SELECT count(*) FROM educational_analytics_default)""",
}


@pytest.fixture(scope="module")
def seeded(server: Server) -> Iterator[Database]:
    with server.temporary(server.template) as made:
        load(made, WISHES)
        yield made


def one(database: Database, query: str) -> Any:
    with database.connect(options="-c search_path=toolboxai") as connection:
        [[value]] = connection.execute(query).fetchall()
        return value


def test_every_table_has_about_the_rows_that_were_expected(seeded: Database) -> None:
    found = counts(seeded, "toolboxai", TABLES)
    expected = {**ACTIVITY.content.expected(PROFILE), **LMS.content.expected(PROFILE)}
    for table in ("lms_courses", "lms_enrollments", "lms_sync_changes"):
        expected[table] = round(expected[table] * subjects_share())
    assert found.keys() == expected.keys()
    for table, rows in found.items():
        assert rows == pytest.approx(expected[table], rel=0.15, abs=10), table
        assert rows, table


@pytest.mark.parametrize("what", DISAGREEING)
def test_no_two_tables_disagree_on(seeded: Database, what: str) -> None:
    assert one(seeded, DISAGREEING[what]) == 0


def test_what_is_loaded_is_sound(seeded: Database, cli: CommandLine) -> None:
    for part in ("schema", "data"):
        done = cli("verify", part, "--platform", "toolboxai", "--fail-on", "warning", database=seeded)
        assert done.exit_code == 0, done.stdout


def test_months_follow_each_other_from_the_first_day(seeded: Database) -> None:
    held = one(
        seeded,
        """
        SELECT string_agg(right(c.relname, 7), ' ' ORDER BY c.relname) FROM pg_inherits AS i
        JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'usage_analytics'::regclass AND c.relname !~ 'default'""",
    )
    assert held == "2026_04 2026_05 2026_06 2026_07 2026_08 2026_09 2026_10"


def test_a_reset_takes_it_all_and_other_processes_make_the_same(seeded: Database) -> None:
    before = hashes(seeded, "toolboxai", TABLES)
    done = load(seeded, Wishes(DOMAINS, PROFILE, 42, DAY, reset=True, bulk=True, processes=2))
    assert sum(done.deleted.values()) == sum(sum(tables.values()) for tables in done.loaded.values())
    assert hashes(seeded, "toolboxai", TABLES) == before
