"""Roblox integration: the six tables of document 000, with the index names that its installations carry.

Document 000 refers to `lessons`, `achievements`, `achievementtype` and `difficultylevel` as existing, and no document
defines them: they stand here with what we take them to mean. Of server defaults only those that the document states or
its examples need: keys, universe, client, the start of a quiz.
Right after this revision its tables hold 36 indexes and 71 constraints, as the document counts them.
"""

from collections.abc import Sequence

from alembic import op

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None
document = "000"

ENUMS = {
    "achievementtype": ("MILESTONE", "STREAK", "COMPLETION", "MASTERY", "SPECIAL"),
    "difficultylevel": ("BEGINNER", "INTERMEDIATE", "ADVANCED", "EXPERT"),
    "robloxcontenttype": ("SCRIPT", "MODEL", "TERRAIN", "GUI", "ANIMATION", "SOUND", "TEXTURE", "MESH"),
    "robloxsessionstatus": ("ACTIVE", "PAUSED", "COMPLETED", "DISCONNECTED", "ERROR"),
}
"""The types may stand already: the document's installations keep them."""

CREATED_TYPE = """
DO $$ BEGIN
    CREATE TYPE {name} AS ENUM ({labels});
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
"""

REFERRED = """
CREATE TABLE IF NOT EXISTS lessons (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    content_id UUID REFERENCES educational_content(id),
    teacher_id UUID REFERENCES users(id),
    title VARCHAR(200) NOT NULL,
    description TEXT,
    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE TABLE IF NOT EXISTS achievements (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    name VARCHAR(200) NOT NULL,
    description TEXT,
    achievement_type achievementtype NOT NULL,
    points INTEGER,
    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW()
);
"""
"""What the document takes to be there, and no document defines; it may stand already."""

TAKEN_OVER = ("lessons", "achievements", *ENUMS)
"""Tables and types that this revision leaves as they are where they stand already."""

TABLES = """
CREATE TABLE roblox_sessions (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    lesson_id UUID NOT NULL REFERENCES lessons(id),
    teacher_id UUID NOT NULL REFERENCES users(id),
    universe_id VARCHAR(100) NOT NULL DEFAULT '8505376973',
    place_id VARCHAR(100) NOT NULL,
    server_id VARCHAR(200),
    job_id VARCHAR(200),
    client_id VARCHAR(100) NOT NULL DEFAULT '2214511122270781418',
    access_token_hash VARCHAR(255),
    refresh_token_hash VARCHAR(255),
    token_expires_at TIMESTAMPTZ,
    websocket_session_id VARCHAR(200) UNIQUE,
    websocket_connection_active BOOLEAN,
    last_heartbeat TIMESTAMPTZ,
    status robloxsessionstatus,
    max_players INTEGER,
    current_players INTEGER,
    sync_frequency_seconds INTEGER,
    last_sync_at TIMESTAMPTZ,
    sync_errors INTEGER,
    sync_data JSONB,
    coppa_consent_verified BOOLEAN,
    audit_log JSONB,
    parental_consent_ids VARCHAR[],
    started_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    last_activity_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ,
    updated_at TIMESTAMPTZ
);
CREATE TABLE roblox_templates (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    creator_id UUID NOT NULL REFERENCES users(id),
    name VARCHAR(200) NOT NULL,
    description TEXT,
    category VARCHAR(100) NOT NULL,
    subject_area VARCHAR(100) NOT NULL,
    grade_level_min INTEGER NOT NULL CHECK (grade_level_min >= 1 AND grade_level_min <= 12),
    grade_level_max INTEGER NOT NULL CHECK (grade_level_max >= 1 AND grade_level_max <= 12),
    template_type robloxcontenttype NOT NULL,
    base_structure JSONB NOT NULL,
    customization_points JSONB,
    variable_definitions JSONB,
    learning_objectives_template JSONB,
    assessment_criteria JSONB,
    difficulty_scales JSONB,
    adaptation_rules JSONB,
    required_assets JSONB,
    script_templates JSONB,
    ui_templates JSONB,
    model_specifications JSONB,
    ai_generation_prompts JSONB,
    parameter_constraints JSONB,
    quality_thresholds JSONB,
    usage_count INTEGER,
    success_rate DOUBLE PRECISION CHECK (success_rate >= 0 AND success_rate <= 100),
    average_rating DOUBLE PRECISION CHECK (average_rating >= 0 AND average_rating <= 5),
    performance_metrics JSONB,
    version VARCHAR(20),
    is_active BOOLEAN,
    is_public BOOLEAN,
    coppa_compliant BOOLEAN,
    age_appropriate_content BOOLEAN,
    content_warnings JSONB,
    created_at TIMESTAMPTZ,
    updated_at TIMESTAMPTZ,
    CHECK (grade_level_min <= grade_level_max)
);
CREATE TABLE roblox_content (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    lesson_id UUID NOT NULL REFERENCES lessons(id),
    template_id UUID REFERENCES roblox_templates(id),
    title VARCHAR(200) NOT NULL,
    content_type robloxcontenttype NOT NULL,
    version VARCHAR(20),
    place_id VARCHAR(100),
    asset_id VARCHAR(100),
    model_id VARCHAR(100),
    script_content TEXT,
    content_data JSONB NOT NULL,
    roblox_properties JSONB,
    educational_metadata JSONB,
    ai_generated BOOLEAN,
    ai_model VARCHAR(100),
    generation_parameters JSONB,
    generation_prompt TEXT,
    is_deployed BOOLEAN,
    deployed_at TIMESTAMPTZ,
    deployment_hash VARCHAR(64),
    usage_count INTEGER,
    performance_metrics JSONB,
    user_feedback JSONB,
    coppa_compliant BOOLEAN,
    content_rating VARCHAR(10),
    created_at TIMESTAMPTZ,
    updated_at TIMESTAMPTZ
);
CREATE TABLE roblox_player_progress (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id UUID NOT NULL REFERENCES roblox_sessions(id),
    student_id UUID NOT NULL REFERENCES users(id),
    lesson_id UUID NOT NULL REFERENCES lessons(id),
    roblox_user_id VARCHAR(100) NOT NULL,
    roblox_username VARCHAR(100) NOT NULL,
    progress_percentage DOUBLE PRECISION CHECK (progress_percentage >= 0 AND progress_percentage <= 100),
    checkpoints_completed JSONB,
    objectives_met JSONB,
    score INTEGER CHECK (score >= 0),
    time_spent_seconds INTEGER CHECK (time_spent_seconds >= 0),
    actions_completed INTEGER,
    mistakes_made INTEGER,
    hints_used INTEGER,
    current_position JSONB,
    current_activity VARCHAR(200),
    last_interaction TIMESTAMPTZ,
    team_id VARCHAR(100),
    collaborative_actions INTEGER,
    peer_interactions INTEGER,
    difficulty_adjustments JSONB,
    learning_path JSONB,
    performance_trends JSONB,
    age_verified BOOLEAN,
    parental_consent_given BOOLEAN,
    data_collection_consent BOOLEAN,
    joined_at TIMESTAMPTZ,
    left_at TIMESTAMPTZ,
    session_duration_seconds INTEGER,
    disconnections INTEGER,
    created_at TIMESTAMPTZ,
    updated_at TIMESTAMPTZ,
    UNIQUE (session_id, student_id, roblox_user_id)
);
CREATE TABLE roblox_quiz_results (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id UUID NOT NULL REFERENCES roblox_sessions(id),
    player_progress_id UUID NOT NULL REFERENCES roblox_player_progress(id),
    quiz_id UUID REFERENCES quizzes(id),
    quiz_name VARCHAR(200) NOT NULL,
    quiz_type VARCHAR(100),
    difficulty_level difficultylevel,
    total_questions INTEGER NOT NULL CHECK (total_questions > 0),
    correct_answers INTEGER CHECK (correct_answers >= 0),
    incorrect_answers INTEGER,
    skipped_questions INTEGER,
    raw_score DOUBLE PRECISION,
    percentage_score DOUBLE PRECISION CHECK (percentage_score >= 0 AND percentage_score <= 100),
    weighted_score DOUBLE PRECISION,
    bonus_points INTEGER,
    time_allocated_seconds INTEGER,
    time_taken_seconds INTEGER,
    average_time_per_question DOUBLE PRECISION,
    question_responses JSONB,
    response_patterns JSONB,
    learning_gaps JSONB,
    in_game_location JSONB,
    game_context JSONB,
    interactive_elements JSONB,
    difficulty_adjustments JSONB,
    hints_provided INTEGER,
    help_requests INTEGER,
    improvement_from_previous DOUBLE PRECISION,
    consistency_score DOUBLE PRECISION,
    confidence_indicators JSONB,
    completed BOOLEAN,
    passed BOOLEAN,
    retry_count INTEGER,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    completed_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ
);
CREATE TABLE roblox_achievements (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id UUID NOT NULL REFERENCES roblox_sessions(id),
    student_id UUID NOT NULL REFERENCES users(id),
    base_achievement_id UUID REFERENCES achievements(id),
    achievement_name VARCHAR(200) NOT NULL,
    achievement_type achievementtype NOT NULL,
    description TEXT,
    in_game_badge_id VARCHAR(100),
    roblox_asset_id VARCHAR(100),
    game_location_earned JSONB,
    points_awarded INTEGER,
    difficulty_multiplier DOUBLE PRECISION,
    rarity_bonus INTEGER,
    trigger_conditions JSONB NOT NULL,
    performance_context JSONB,
    peer_comparison JSONB,
    icon_url VARCHAR(500),
    badge_color VARCHAR(7),
    animation_data JSONB,
    is_shareable BOOLEAN,
    shared_count INTEGER,
    likes_received INTEGER,
    current_progress DOUBLE PRECISION,
    milestone_data JSONB,
    earned_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ
);
"""

INDEXES = """
CREATE INDEX idx_roblox_session_active ON roblox_sessions (websocket_connection_active);
CREATE INDEX idx_roblox_session_last_activity ON roblox_sessions (last_activity_at);
CREATE INDEX idx_roblox_session_lesson ON roblox_sessions (lesson_id);
CREATE INDEX idx_roblox_session_status ON roblox_sessions (status);
CREATE INDEX idx_roblox_session_teacher ON roblox_sessions (teacher_id);
CREATE INDEX idx_roblox_session_universe ON roblox_sessions (universe_id, place_id);
CREATE INDEX idx_roblox_template_active ON roblox_templates (is_active, is_public);
CREATE INDEX idx_roblox_template_category ON roblox_templates (category);
CREATE INDEX idx_roblox_template_grade ON roblox_templates (grade_level_min, grade_level_max);
CREATE INDEX idx_roblox_template_subject ON roblox_templates (subject_area);
CREATE INDEX idx_roblox_template_type ON roblox_templates (template_type);
CREATE INDEX idx_roblox_content_deployed ON roblox_content (is_deployed);
CREATE INDEX idx_roblox_content_lesson ON roblox_content (lesson_id);
CREATE INDEX idx_roblox_content_place ON roblox_content (place_id);
CREATE INDEX idx_roblox_content_type ON roblox_content (content_type);
CREATE INDEX idx_roblox_content_version ON roblox_content (version);
CREATE INDEX idx_roblox_progress_lesson ON roblox_player_progress (lesson_id);
CREATE INDEX idx_roblox_progress_roblox_user ON roblox_player_progress (roblox_user_id);
CREATE INDEX idx_roblox_progress_session ON roblox_player_progress (session_id);
CREATE INDEX idx_roblox_progress_student ON roblox_player_progress (student_id);
CREATE INDEX idx_roblox_quiz_completion ON roblox_quiz_results (completed, passed);
CREATE INDEX idx_roblox_quiz_performance ON roblox_quiz_results (percentage_score);
CREATE INDEX idx_roblox_quiz_player ON roblox_quiz_results (player_progress_id);
CREATE INDEX idx_roblox_quiz_session ON roblox_quiz_results (session_id);
CREATE INDEX idx_roblox_achievement_earned ON roblox_achievements (earned_at);
CREATE INDEX idx_roblox_achievement_session ON roblox_achievements (session_id);
CREATE INDEX idx_roblox_achievement_student ON roblox_achievements (student_id);
CREATE INDEX idx_roblox_achievement_type ON roblox_achievements (achievement_type);
"""

DROPPED = """
DROP TABLE roblox_achievements, roblox_quiz_results, roblox_player_progress, roblox_content, roblox_templates,
    roblox_sessions, achievements, lessons;
"""

DROPPED_TYPE = """
DO $$ BEGIN
    DROP TYPE {name};
EXCEPTION WHEN dependent_objects_still_exist THEN NULL;
END $$;
"""
"""A type that somebody else's table uses stays, as it was there before."""


def upgrade() -> None:
    op.execute("".join(CREATED_TYPE.format(name=name, labels=_listed(labels)) for name, labels in ENUMS.items()))
    op.execute(REFERRED)
    op.execute(TABLES)
    op.execute(INDEXES)


def downgrade() -> None:
    op.execute(DROPPED)
    op.execute("".join(DROPPED_TYPE.format(name=name) for name in ENUMS))


def _listed(labels: Sequence[str]) -> str:
    return ", ".join(f"'{label}'" for label in labels)
