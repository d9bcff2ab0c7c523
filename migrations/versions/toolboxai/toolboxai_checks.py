"""What the columns plainly mean, as CHECKs: ours, beyond the few that documents 001 and 000 state.

Percentages and ratios, counts that cannot be negative, grades, ends after starts, closed value lists, shapes of text.
Every row in the way is listed before anything changes.
"""

from collections.abc import Mapping

from toolbox_cli.core.database.guards import Rule, add_checks, drop_checks

revision = "toolboxai_checks"
down_revision = "toolboxai_columns"
branch_labels = None
depends_on = None
document = None

CHECKS: Mapping[str, Mapping[str, str]] = {
    "users": {
        "age_band": "age_band IN ('under_13', '13_17', 'adult', 'unknown')",
        "email": r"email ~ '^[^@\s]+@[^@\s]+$'",
        "failed_login_count": "failed_login_count >= 0",
        "grade_level": "grade_level BETWEEN 1 AND 12",
        "login_count": "login_count >= 0",
        "role": "role IN ('student', 'teacher', 'admin', 'developer', 'parent')",
        "version": "version > 0",
    },
    "user_sessions": {
        "country": "country ~ '^[A-Z]{2}$'",
        "expires_after_created": "expires_at >= created_at",
        "refresh_expires_after_created": "refresh_expires_at >= created_at",
        "session_type": "session_type IN ('web', 'roblox', 'api', 'mobile')",
    },
    "educational_content": {
        "duration_minutes": "duration_minutes >= 0",
        "grade_level": "grade_level BETWEEN 1 AND 12",
        "max_students": "max_students > 0",
        "version": "version > 0",
    },
    "lessons": {
        "ends_after_starts": "ends_at >= starts_at",
        "grade_level": "grade_level BETWEEN 1 AND 12",
        "status": "status IN ('draft', 'scheduled', 'active', 'completed', 'archived')",
    },
    "achievements": {
        "points": "points >= 0",
        "slug": "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'",
    },
    "quizzes": {
        "grade_level": "grade_level BETWEEN 1 AND 12",
        "max_attempts": "max_attempts > 0",
        "passing_score": "passing_score BETWEEN 0 AND 100",
        "time_limit": "time_limit >= 0",
    },
    "quiz_questions": {
        "order_index": "order_index >= 0",
        "points": "points >= 0",
        "time_limit": "time_limit >= 0",
    },
    "quiz_options": {
        "order_index": "order_index >= 0",
    },
    "quiz_attempts": {
        "attempt_number": "attempt_number > 0",
        "completed_after_started": "completed_at >= started_at",
        "score": "score >= 0 AND score < 'Infinity'",
        "time_taken": "time_taken >= 0",
    },
    "user_progress": {
        "attempts_count": "attempts_count >= 0",
        "best_score": "best_score >= 0 AND best_score < 'Infinity'",
        "completion_percentage": "completion_percentage BETWEEN 0 AND 100",
        "current_streak": "current_streak >= 0",
        "mastery_level": "mastery_level IN ('novice', 'developing', 'proficient', 'advanced')",
        "max_streak": "max_streak >= 0",
        "progress_type": "progress_type IN ('lesson', 'quiz', 'activity', 'project')",
        "time_spent_seconds": "time_spent_seconds >= 0",
    },
    "ai_agents": {
        "agent_type": "agent_type IN ('supervisor', 'content', 'quiz', 'terrain', 'script', 'review')",
        "max_concurrent_tasks": "max_concurrent_tasks > 0",
        "priority": "priority BETWEEN 0 AND 10",
        "retry_count": "retry_count >= 0",
        "timeout_seconds": "timeout_seconds >= 0",
    },
    "agent_tasks": {
        "completed_after_started": "completed_at >= started_at",
        "duration_seconds": "duration_seconds >= 0",
        "not_own_parent": "parent_task_id <> id",
        "priority": "priority BETWEEN 0 AND 10",
        "progress_percentage": "progress_percentage BETWEEN 0 AND 100",
        "retry_count": "retry_count >= 0",
        "status": "status IN ('waiting', 'pending', 'running', 'completed', 'failed', 'cancelled', 'dead_letter')",
    },
    "agent_states": {
        "confidence_score": "confidence_score BETWEEN 0 AND 1",
        "quality_score": "quality_score BETWEEN 0 AND 1",
        "sequence_number": "sequence_number >= 0",
        "state_type": "state_type IN ('situation', 'problem', 'action', 'result', 'context')",
    },
    "roblox_plugins": {
        "port": "port BETWEEN 1 AND 65535",
        "status": "status IN ('active', 'inactive', 'error')",
    },
    "roblox_scripts": {
        "script_type": "script_type IN ('server', 'client', 'module')",
    },
    "roblox_terrain": {
        "complexity_score": "complexity_score >= 0",
    },
    "roblox_game_sessions": {
        "current_players": "current_players BETWEEN 0 AND max_players",
        "ended_after_started": "ended_at >= started_at",
        "max_players": "max_players > 0",
        "status": "status IN ('planning', 'active', 'paused', 'completed')",
    },
    "roblox_player_sessions": {
        "duration_seconds": "duration_seconds >= 0",
        "left_after_joined": "left_at >= joined_at",
    },
    "lms_integrations": {
        "auth_type": "auth_type IN ('oauth2', 'api_key', 'basic', 'oauth1', 'token')",
        "last_sync_status": "last_sync_status IN ('success', 'partial', 'failed', 'held')",
        "platform_name": "platform_name IN ('schoology', 'canvas', 'blackboard', 'moodle', 'oneroster', 'oneroster-csv', 'lti')",
        "sync_frequency_hours": "sync_frequency_hours >= 0",
    },
    "lms_courses": {
        "end_after_start": "end_date >= start_date",
        "enrollment_count": "enrollment_count >= 0",
        "grade_level": "grade_level BETWEEN 1 AND 12",
        "instructor_email": r"instructor_email ~ '^[^@\s]+@[^@\s]+$'",
    },
    "lms_assignments": {
        "lock_after_unlock": "lock_date >= unlock_date",
        "points_possible": "points_possible >= 0 AND points_possible < 'Infinity'",
    },
    "lms_grade_passbacks": {
        "attempt_count": "attempt_count >= 0",
        "percentage": "percentage BETWEEN 0 AND 100",
        "points_possible": "points_possible >= 0 AND points_possible < 'Infinity'",
        "score": "score >= 0 AND score < 'Infinity'",
        "status": "status IN ('pending', 'success', 'failed', 'dead')",
    },
    "websocket_connections": {
        "connection_type": "connection_type IN ('dashboard', 'roblox', 'plugin', 'mobile')",
        "disconnected_after_connected": "disconnected_at >= connected_at",
        "message_count": "message_count >= 0",
        "rate_limit_hits": "rate_limit_hits >= 0",
    },
    "collaboration_sessions": {
        "current_participants": "current_participants BETWEEN 0 AND max_participants",
        "ended_after_started": "ended_at >= started_at",
        "max_participants": "max_participants > 0",
        "session_type": "session_type IN ('content_editing', 'live_class', 'review')",
        "status": "status IN ('planning', 'active', 'paused', 'ended')",
    },
    "collaboration_participants": {
        "contribution_count": "contribution_count >= 0",
        "duration_seconds": "duration_seconds >= 0",
        "left_after_joined": "left_at >= joined_at",
        "role": "role IN ('owner', 'moderator', 'participant', 'observer')",
    },
    "collaboration_changes": {
        "change_sequence": "change_sequence >= 0",
        "change_type": "change_type IN ('content_edit', 'script_update', 'terrain_modify')",
    },
    "usage_analytics": {
        "ai_processing_time_ms": "ai_processing_time_ms >= 0",
        "country": "country ~ '^[A-Z]{2}$'",
        "cpu_usage_percent": "cpu_usage_percent BETWEEN 0 AND 100",
        "database_query_time_ms": "database_query_time_ms >= 0",
        "device_type": "device_type IN ('desktop', 'mobile', 'tablet')",
        "event_category": "event_category IN ('user_action', 'system_event', 'error')",
        "memory_usage_mb": "memory_usage_mb >= 0",
        "request_size_bytes": "request_size_bytes >= 0",
        "response_size_bytes": "response_size_bytes >= 0",
        "response_time_ms": "response_time_ms >= 0",
        "status_code": "status_code BETWEEN 100 AND 599",
    },
    "educational_analytics": {
        "attempts_before_success": "attempts_before_success >= 0",
        "grade_level": "grade_level BETWEEN 1 AND 12",
        "metric_unit": "metric_unit IN ('percentage', 'seconds', 'count', 'score')",
        "session_duration_seconds": "session_duration_seconds >= 0",
        "time_to_completion_seconds": "time_to_completion_seconds >= 0",
    },
    "error_logs": {
        "environment": "environment IN ('development', 'staging', 'production')",
        "error_type": "error_type IN ('validation', 'system', 'network', 'ai')",
        "last_seen_after_first_seen": "last_seen >= first_seen",
        "occurrence_count": "occurrence_count > 0",
        "severity": "severity IN ('low', 'medium', 'high', 'critical')",
        "status": "status IN ('new', 'investigating', 'resolved', 'ignored')",
    },
    "system_health_checks": {
        "active_connections": "active_connections >= 0",
        "cache_hit_rate": "cache_hit_rate BETWEEN 0 AND 100",
        "cpu_usage_percent": "cpu_usage_percent BETWEEN 0 AND 100",
        "db_response_time_ms": "db_response_time_ms >= 0",
        "disk_usage_percent": "disk_usage_percent BETWEEN 0 AND 100",
        "memory_usage_mb": "memory_usage_mb >= 0",
        "overall_score": "overall_score BETWEEN 0 AND 100",
        "response_time_ms": "response_time_ms >= 0",
        "status": "status IN ('healthy', 'degraded', 'unhealthy')",
    },
    "roblox_sessions": {
        "current_players": "current_players BETWEEN 0 AND max_players",
        "ended_after_started": "ended_at >= started_at",
        "max_players": "max_players > 0",
        "sync_errors": "sync_errors >= 0",
        "sync_frequency_seconds": "sync_frequency_seconds >= 0",
    },
    "roblox_templates": {
        "usage_count": "usage_count >= 0",
    },
    "roblox_content": {
        "usage_count": "usage_count >= 0",
    },
    "roblox_player_progress": {
        "actions_completed": "actions_completed >= 0",
        "collaborative_actions": "collaborative_actions >= 0",
        "disconnections": "disconnections >= 0",
        "hints_used": "hints_used >= 0",
        "left_after_joined": "left_at >= joined_at",
        "mistakes_made": "mistakes_made >= 0",
        "peer_interactions": "peer_interactions >= 0",
        "session_duration_seconds": "session_duration_seconds >= 0",
    },
    "roblox_quiz_results": {
        "answers_within_total": "coalesce(correct_answers, 0) + coalesce(incorrect_answers, 0) + coalesce(skipped_questions, 0) <= total_questions",
        "average_time_per_question": "average_time_per_question >= 0 AND average_time_per_question < 'Infinity'",
        "bonus_points": "bonus_points >= 0",
        "completed_after_started": "completed_at >= started_at",
        "consistency_score": "consistency_score >= 0 AND consistency_score < 'Infinity'",
        "help_requests": "help_requests >= 0",
        "hints_provided": "hints_provided >= 0",
        "incorrect_answers": "incorrect_answers >= 0",
        "raw_score": "raw_score >= 0 AND raw_score < 'Infinity'",
        "retry_count": "retry_count >= 0",
        "skipped_questions": "skipped_questions >= 0",
        "time_allocated_seconds": "time_allocated_seconds >= 0",
        "time_taken_seconds": "time_taken_seconds >= 0",
        "weighted_score": "weighted_score >= 0 AND weighted_score < 'Infinity'",
    },
    "roblox_achievements": {
        "badge_color": "badge_color ~ '^#[0-9A-Fa-f]{6}$'",
        "current_progress": "current_progress >= 0 AND current_progress < 'Infinity'",
        "difficulty_multiplier": "difficulty_multiplier >= 0 AND difficulty_multiplier < 'Infinity'",
        "likes_received": "likes_received >= 0",
        "points_awarded": "points_awarded >= 0",
        "rarity_bonus": "rarity_bonus >= 0",
        "shared_count": "shared_count >= 0",
    },
}

RULES = [
    Rule(table, f"{table}_{name}_check", expression)
    for table, checks in CHECKS.items()
    for name, expression in checks.items()
]


def upgrade() -> None:
    add_checks(RULES)


def downgrade() -> None:
    drop_checks(RULES)
