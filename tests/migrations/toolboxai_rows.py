"""A row for each table of documents 001 and 000, written as their installations write: every key is `ONE`."""

from typing import Any, Final

from tests.support.servers import Database

ONE: Final = "11111111-1111-4111-8111-111111111111"

ROWS: Final = """
SET search_path TO toolboxai;
INSERT INTO users (id, username, email, password_hash, role, grade_level, settings, created_by, audit_log)
    VALUES (:one, 'ada', 'ada@school.example', 'hash', 'teacher', 7, '{"theme": "dark"}', :one, '[{"by": "import"}]');
INSERT INTO users (username, email, password_hash, role, created_at, updated_at)
    VALUES ('old', 'old@school.example', 'hash', NULL, '2024-03-31 01:30:00+01', '2024-03-31 03:30:00+02');
INSERT INTO user_sessions (id, user_id, token, ip_address, expires_at)
    VALUES (:one, :one, 'token', '2001:db8::1', now() + '1 day');
INSERT INTO learning_objectives (id, title, subject, grade_level) VALUES (:one, 'Add fractions', 'Mathematics', 5);
INSERT INTO educational_content (id, title, subject, grade_level, environment_type, content_data, generated_scripts,
    created_by)
    VALUES (:one, 'Islands', 'Mathematics', 5, 'island', '{"acts": [1, 2]}', ARRAY['{"a": 1}'::jsonb], :one);
INSERT INTO content_objectives VALUES (:one, :one);
INSERT INTO lessons (id, content_id, teacher_id, title) VALUES (:one, :one, :one, 'Monday');
INSERT INTO achievements (id, name, achievement_type, points) VALUES (:one, 'First steps', 'MILESTONE', 10);
INSERT INTO quizzes (id, title, subject, grade_level, content_id, created_by)
    VALUES (:one, 'Fractions', 'Mathematics', 5, :one, :one);
INSERT INTO quiz_questions (id, quiz_id, question_type, question_text, order_index)
    VALUES (:one, :one, 'multiple_choice', '1/2 + 1/4?', 0);
INSERT INTO quiz_options (id, question_id, option_text, is_correct, order_index) VALUES (:one, :one, '3/4', true, 0);
INSERT INTO quiz_attempts (id, quiz_id, user_id, session_id, attempt_number, score, passed, answers)
    VALUES (:one, :one, :one, :one, 1, 87.50, true, '{"1": "3/4"}');
INSERT INTO user_progress (id, user_id, content_id, progress_type, completion_percentage, next_recommended_content)
    VALUES (:one, :one, :one, 'lesson', 33.33, :one);
INSERT INTO ai_agents (id, name, agent_type, version, model_config, capabilities)
    VALUES (:one, 'Writer', 'content', '1.0', '{}', ARRAY['{"can": "write"}'::jsonb]);
INSERT INTO agent_tasks (id, agent_id, workflow_id, task_type, task_name, input_data, status, created_by)
    VALUES (:one, :one, :one, 'write', 'Write a lesson', '{}', 'running', :one);
INSERT INTO agent_states (id, agent_id, workflow_id, state_type, state_data, sequence_number, quality_score)
    VALUES (:one, :one, :one, 'situation', '{}', 1, 0.95);
INSERT INTO agent_metrics (id, agent_id, task_id, metric_type, metric_value)
    VALUES (:one, :one, :one, 'execution_time', 12.3456);
INSERT INTO roblox_plugins (id, studio_id, user_id, plugin_version) VALUES (:one, 'studio', :one, '1.0');
INSERT INTO roblox_scripts (id, content_id, name, script_type, content, created_by, reviewed_by)
    VALUES (:one, :one, 'Door', 'server', 'return 1', :one, :one);
INSERT INTO roblox_terrain (id, content_id, name, terrain_type, created_by) VALUES (:one, :one, 'Isle', 'island', :one);
INSERT INTO roblox_game_sessions (id, content_id, teacher_id, roblox_place_id, session_name)
    VALUES (:one, :one, :one, 9007199254740993, 'Class 5b');
INSERT INTO roblox_player_sessions (id, game_session_id, user_id, left_at) VALUES (:one, :one, :one, now() + '1 hour');
INSERT INTO lms_integrations (id, platform_name, institution_name, base_url, auth_type)
    VALUES (:one, 'canvas', 'School', 'https://lms.school.example', 'oauth2');
INSERT INTO lms_courses (id, lms_integration_id, external_course_id, title, start_date, linked_content_ids)
    VALUES (:one, :one, 'c-1', 'Mathematics', '2024-09-01', ARRAY[:one]::uuid[]);
INSERT INTO lms_assignments (id, lms_course_id, external_assignment_id, title, points_possible, due_date,
    toolboxai_content_id, toolboxai_quiz_id)
    VALUES (:one, :one, 'a-1', 'Fractions', 10.5, '2024-10-27 02:30:00+01', :one, :one);
INSERT INTO lms_grade_passbacks (id, lms_assignment_id, user_id, external_user_id, score, quiz_attempt_id, progress_id)
    VALUES (:one, :one, :one, 'u-1', 9.19, :one, :one);
INSERT INTO websocket_connections (id, user_id, session_id, connection_id, socket_id, connection_type)
    VALUES (:one, :one, :one, 'c', 's', 'roblox');
INSERT INTO collaboration_sessions (id, content_id, session_name, session_type, owner_id)
    VALUES (:one, :one, 'Review', 'review', :one);
INSERT INTO collaboration_participants (id, session_id, user_id, role) VALUES (:one, :one, :one, 'owner');
INSERT INTO collaboration_changes (id, session_id, user_id, change_type, change_data, change_sequence)
    VALUES (:one, :one, :one, 'script_update', '{}', 1);
INSERT INTO usage_analytics (id, event_type, event_category, event_name, user_id, session_id, content_id, agent_id,
    tags, recorded_at) VALUES (:one, 'page_view', 'user_action', 'home', :one, :one, :one, :one,
    ARRAY['{"a": 1}'::jsonb], '2024-02-29 23:59:59.999999+00');
INSERT INTO usage_analytics (event_type, event_category, event_name, recorded_at)
    VALUES ('page_view', 'user_action', 'home', '2024-03-01 00:00:00+00');
INSERT INTO educational_analytics (id, user_id, content_id, quiz_id, learning_objective_id, metric_type, metric_value,
    recorded_at) VALUES (:one, :one, :one, :one, :one, 'engagement', 0.5, '2024-02-29 12:00:00+00');
INSERT INTO error_logs (id, error_type, error_message, user_id, session_id, agent_id, task_id)
    VALUES (:one, 'network', 'Timed out.', :one, :one, :one, :one);
INSERT INTO system_health_checks (id, service_name, status, warnings) VALUES (:one, 'fastapi', 'healthy', '{slow}');
INSERT INTO roblox_sessions (id, lesson_id, teacher_id, place_id, status, parental_consent_ids)
    VALUES (:one, :one, :one, 'place-1', 'ACTIVE', '{consent-1}');
INSERT INTO roblox_templates (id, creator_id, name, category, subject_area, grade_level_min, grade_level_max,
    template_type, base_structure) VALUES (:one, :one, 'Quiz hall', 'quiz', 'Mathematics', 3, 6, 'GUI', '{}');
INSERT INTO roblox_content (id, lesson_id, template_id, title, content_type, content_data)
    VALUES (:one, :one, :one, 'Hall', 'TERRAIN', '{}');
INSERT INTO roblox_player_progress (id, session_id, student_id, lesson_id, roblox_user_id, roblox_username,
    progress_percentage) VALUES (:one, :one, :one, :one, 'r-1', 'Ada', 75.5);
INSERT INTO roblox_quiz_results (id, session_id, player_progress_id, quiz_id, quiz_name, total_questions,
    correct_answers, difficulty_level) VALUES (:one, :one, :one, :one, 'Fractions', 10, 8, 'ADVANCED');
INSERT INTO roblox_achievements (id, session_id, student_id, base_achievement_id, achievement_name, achievement_type,
    trigger_conditions) VALUES (:one, :one, :one, :one, 'First steps', 'MILESTONE', '{}');
"""

Rows = dict[str, list[dict[str, Any]]]


def fill(database: Database) -> None:
    """Write the rows, into the state right after revision 002."""
    with database.connect() as connection:
        connection.execute(ROWS.replace(":one", f"'{ONE}'").encode())


def rows(database: Database) -> Rows:
    """Read every row of every table that has a name of its own, by its text; partitions count as their table."""
    with database.connect() as connection:
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'toolboxai'::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname"
        ).fetchall()
        return {
            table: [
                row for (row,) in connection.execute(f"SELECT to_jsonb(t) FROM toolboxai.{table} AS t ORDER BY t::text")
            ]
            for (table,) in tables
        }


def kept(before: Rows, after: Rows) -> Rows:
    """Reduce `after` to the columns that `before` has."""
    columns = {table: list(found[0]) for table, found in before.items()}
    return {table: [{name: row[name] for name in columns[table]} for row in after[table]] for table in before}
