"""An index for every foreign key that has none: ours, documents 001 and 000 leave most of them out.

Without one, removing a user or a content reads every table that refers to it from end to end.
"""

from collections.abc import Mapping, Sequence

from alembic import op

from toolbox_cli.core.database.already import add_indexes

revision = "toolboxai_indexes"
down_revision = "toolboxai_checks"
branch_labels = None
depends_on = None
document = None

INDEXED: Mapping[str, Sequence[str]] = {
    "users": ("created_by", "updated_by"),
    "user_sessions": ("user_id",),
    "educational_content": ("created_by",),
    "content_objectives": ("objective_id",),
    "lessons": ("content_id", "teacher_id"),
    "quizzes": ("content_id", "created_by"),
    "quiz_questions": ("quiz_id",),
    "quiz_options": ("question_id",),
    "quiz_attempts": ("user_id", "session_id"),
    "user_progress": ("content_id", "next_recommended_content"),
    "agent_tasks": ("agent_id", "parent_task_id", "created_by"),
    "agent_states": ("agent_id", "reviewed_by"),
    "agent_metrics": ("agent_id", "task_id"),
    "roblox_plugins": ("user_id",),
    "roblox_scripts": ("content_id", "created_by", "reviewed_by"),
    "roblox_terrain": ("content_id", "created_by"),
    "roblox_game_sessions": ("content_id", "teacher_id"),
    "roblox_player_sessions": ("game_session_id", "user_id"),
    "lms_assignments": ("toolboxai_content_id", "toolboxai_quiz_id"),
    "lms_grade_passbacks": ("lms_assignment_id", "user_id", "quiz_attempt_id", "progress_id"),
    "websocket_connections": ("user_id", "session_id"),
    "collaboration_sessions": ("content_id", "owner_id"),
    "collaboration_participants": ("user_id",),
    "collaboration_changes": ("session_id", "user_id"),
    "usage_analytics": ("user_id", "session_id", "content_id", "agent_id"),
    "educational_analytics": ("user_id", "content_id", "quiz_id", "learning_objective_id"),
    "error_logs": ("user_id", "session_id", "agent_id", "task_id"),
    "roblox_templates": ("creator_id",),
    "roblox_content": ("template_id",),
    "roblox_quiz_results": ("quiz_id",),
    "roblox_achievements": ("base_achievement_id",),
}


def upgrade() -> None:
    add_indexes(INDEXED)


def downgrade() -> None:
    names = (f"{table}_{column}_idx" for table, columns in INDEXED.items() for column in columns)
    op.execute(f"DROP INDEX {', '.join(names)}")
