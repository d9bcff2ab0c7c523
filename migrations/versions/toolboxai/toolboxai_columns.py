"""Columns and defaults that the documents leave out: ours.

Document 001 knows no age of a user: `age_band` says only what the law asks, and an unknown age counts as under 13.
Lessons and achievements get what planning a lesson and awarding by program need. The defaults of document 000's tables
are for rows to come; those that stand keep what they have, NULL too.
"""

from collections.abc import Mapping, Sequence

from alembic import op

from toolbox_cli.core.database.already import keep_unique

revision = "toolboxai_columns"
down_revision = "002"
branch_labels = None
depends_on = None
document = None

TAKEN_OVER = ("unique",)
"""An adopted installation may have unique indexes: they become the constraints that the documents write."""

UNIQUE: Mapping[str, Sequence[Sequence[str]]] = {
    "users": (("username",), ("email",)),
    "user_sessions": (("token",), ("refresh_token",)),
    "quiz_attempts": (("quiz_id", "user_id", "attempt_number"),),
    "user_progress": (("user_id", "content_id", "progress_type"),),
    "ai_agents": (("name",),),
    "agent_states": (("workflow_id", "state_type", "sequence_number"),),
    "roblox_plugins": (("studio_id", "user_id"),),
    "lms_courses": (("lms_integration_id", "external_course_id"),),
    "lms_assignments": (("lms_course_id", "external_assignment_id"),),
    "websocket_connections": (("connection_id",), ("socket_id",)),
    "collaboration_participants": (("session_id", "user_id"),),
    "roblox_sessions": (("websocket_session_id",),),
    "roblox_player_progress": (("session_id", "student_id", "roblox_user_id"),),
}

ADDED = """
ALTER TABLE users ADD age_band text NOT NULL DEFAULT 'unknown';
ALTER TABLE lessons
    ADD status varchar(20) DEFAULT 'draft',
    ADD subject varchar(50),
    ADD grade_level integer,
    ADD difficulty difficultylevel,
    ADD starts_at timestamptz,
    ADD ends_at timestamptz;
ALTER TABLE achievements
    ADD slug varchar(100) UNIQUE,
    ADD criteria jsonb DEFAULT '{}',
    ADD icon_url varchar(500),
    ADD is_active boolean DEFAULT true;
"""

DROPPED = """
ALTER TABLE achievements DROP slug, DROP criteria, DROP icon_url, DROP is_active;
ALTER TABLE lessons
    DROP status, DROP subject, DROP grade_level, DROP difficulty, DROP starts_at, DROP ends_at;
ALTER TABLE users DROP age_band;
"""

DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "roblox_sessions": {
        "websocket_connection_active": "false",
        "status": "'ACTIVE'",
        "current_players": "0",
        "sync_errors": "0",
        "coppa_consent_verified": "false",
        "created_at": "now()",
        "updated_at": "now()",
    },
    "roblox_templates": {
        "usage_count": "0",
        "is_active": "true",
        "is_public": "false",
        "coppa_compliant": "false",
        "age_appropriate_content": "false",
        "created_at": "now()",
        "updated_at": "now()",
    },
    "roblox_content": {
        "ai_generated": "false",
        "is_deployed": "false",
        "usage_count": "0",
        "coppa_compliant": "false",
        "created_at": "now()",
        "updated_at": "now()",
    },
    "roblox_player_progress": {
        "progress_percentage": "0",
        "score": "0",
        "time_spent_seconds": "0",
        "actions_completed": "0",
        "mistakes_made": "0",
        "hints_used": "0",
        "collaborative_actions": "0",
        "peer_interactions": "0",
        "age_verified": "false",
        "parental_consent_given": "false",
        "data_collection_consent": "false",
        "disconnections": "0",
        "created_at": "now()",
        "updated_at": "now()",
    },
    "roblox_quiz_results": {
        "correct_answers": "0",
        "incorrect_answers": "0",
        "skipped_questions": "0",
        "bonus_points": "0",
        "hints_provided": "0",
        "help_requests": "0",
        "completed": "false",
        "retry_count": "0",
        "created_at": "now()",
    },
    "roblox_achievements": {
        "is_shareable": "false",
        "shared_count": "0",
        "likes_received": "0",
        "created_at": "now()",
    },
}


def upgrade() -> None:
    keep_unique(UNIQUE)
    op.execute(ADDED)
    for table, defaults in DEFAULTS.items():
        changes = (f"ALTER {column} SET DEFAULT {value}" for column, value in defaults.items())
        op.execute(f"ALTER TABLE {table} {', '.join(changes)}")


def downgrade() -> None:
    for table, defaults in DEFAULTS.items():
        op.execute(f"ALTER TABLE {table} {', '.join(f'ALTER {column} DROP DEFAULT' for column in defaults)}")
    op.execute(DROPPED)
