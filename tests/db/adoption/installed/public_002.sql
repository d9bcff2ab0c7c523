-- Document 002's installation as another project's migrations make it: every default a quoted text, a foreign key by a
-- name of its own, and further tables that refer to ours.
CREATE TYPE conversationstateenum AS ENUM (
    'START', 'EMOTION_CHECK', 'CRISIS_INTERVENTION', 'HIGH_DISTRESS', 'MODERATE_SUPPORT', 'CASUAL_CHAT',
    'LETTER_WRITING', 'GOAL_TRACKING', 'TECHNIQUE_SELECTION', 'TECHNIQUE_EXECUTION', 'END_SESSION');
CREATE TYPE therapyphaseenum AS ENUM ('CRISIS', 'UNDERSTANDING', 'ACTION', 'SUSTAINABILITY');
CREATE TABLE users (
    id SERIAL NOT NULL,
    telegram_id VARCHAR(100) NOT NULL,
    current_state conversationstateenum,
    therapy_phase therapyphaseenum,
    emotional_score FLOAT,
    crisis_level FLOAT,
    total_messages INTEGER,
    total_sessions INTEGER,
    crisis_incidents INTEGER,
    created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL,
    last_activity TIMESTAMP WITHOUT TIME ZONE,
    context JSON,
    consent_given BOOLEAN,
    data_retention_days INTEGER,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ix_users_telegram_id ON users (telegram_id);
CREATE TABLE letters (
    id SERIAL NOT NULL, user_id INTEGER NOT NULL, draft TEXT, PRIMARY KEY (id),
    FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE TABLE talks (
    id SERIAL NOT NULL, user_id INTEGER NOT NULL, started_at TIMESTAMP NOT NULL, PRIMARY KEY (id),
    FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE TABLE messages (
    id SERIAL NOT NULL, user_id INTEGER NOT NULL, talk_id INTEGER, content TEXT NOT NULL, PRIMARY KEY (id),
    FOREIGN KEY (talk_id) REFERENCES talks (id), FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX idx_messages_user ON messages (user_id);

ALTER TABLE users ADD COLUMN recovery_tracks JSON DEFAULT '{}';
ALTER TABLE users ADD COLUMN primary_track VARCHAR(50) DEFAULT 'self_work';
ALTER TABLE users ADD COLUMN recovery_week INTEGER DEFAULT '0';
ALTER TABLE users ADD COLUMN recovery_day INTEGER DEFAULT '0';
CREATE TABLE quests (
    id SERIAL NOT NULL,
    user_id INTEGER NOT NULL,
    quest_id VARCHAR(200) NOT NULL,
    title VARCHAR(300) NOT NULL,
    description TEXT,
    child_name VARCHAR(100),
    child_age INTEGER,
    child_interests JSON DEFAULT '[]',
    quest_yaml TEXT NOT NULL,
    total_nodes INTEGER DEFAULT '0',
    difficulty_level VARCHAR(20),
    family_photos JSON DEFAULT '[]',
    family_memories JSON DEFAULT '[]',
    family_jokes JSON DEFAULT '[]',
    familiar_locations JSON DEFAULT '[]',
    status VARCHAR(50) DEFAULT 'draft',
    moderation_status VARCHAR(50) DEFAULT 'pending',
    moderation_issues JSON DEFAULT '[]',
    moderation_notes TEXT,
    reveal_enabled BOOLEAN DEFAULT 'true',
    reveal_threshold_percentage FLOAT DEFAULT '0.8',
    reveal_message TEXT,
    deployed_to_inner_edu BOOLEAN DEFAULT 'false',
    inner_edu_quest_id VARCHAR(200),
    deployed_at TIMESTAMP WITHOUT TIME ZONE,
    created_at TIMESTAMP WITHOUT TIME ZONE DEFAULT now() NOT NULL,
    last_edited TIMESTAMP WITHOUT TIME ZONE,
    approved_at TIMESTAMP WITHOUT TIME ZONE,
    PRIMARY KEY (id),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    UNIQUE (quest_id)
);
CREATE INDEX ix_quests_quest_id ON quests (quest_id);
CREATE INDEX ix_quests_inner_edu_quest_id ON quests (inner_edu_quest_id);
CREATE TABLE creative_projects (
    id SERIAL NOT NULL, user_id INTEGER NOT NULL, quest_id INTEGER, letter_id INTEGER, PRIMARY KEY (id),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    FOREIGN KEY (quest_id) REFERENCES quests (id) ON DELETE CASCADE,
    FOREIGN KEY (letter_id) REFERENCES letters (id) ON DELETE CASCADE, UNIQUE (quest_id)
);
CREATE TABLE child_privacy_settings (
    id SERIAL NOT NULL,
    quest_id INTEGER NOT NULL,
    share_completion_progress BOOLEAN DEFAULT 'false',
    share_educational_progress BOOLEAN DEFAULT 'false',
    share_achievements BOOLEAN DEFAULT 'false',
    share_play_frequency BOOLEAN DEFAULT 'false',
    notify_both_parents BOOLEAN DEFAULT 'true',
    notification_frequency VARCHAR(20) DEFAULT 'immediate',
    consent_given_by_child BOOLEAN DEFAULT 'false',
    consent_timestamp TIMESTAMP WITHOUT TIME ZONE,
    consent_revoked_at TIMESTAMP WITHOUT TIME ZONE,
    consent_history JSON DEFAULT '[]',
    created_at TIMESTAMP WITHOUT TIME ZONE DEFAULT now() NOT NULL,
    last_updated TIMESTAMP WITHOUT TIME ZONE DEFAULT now(),
    PRIMARY KEY (id),
    FOREIGN KEY (quest_id) REFERENCES quests (id) ON DELETE CASCADE,
    UNIQUE (quest_id)
);
CREATE TABLE track_milestones (
    id SERIAL NOT NULL, user_id INTEGER NOT NULL, track VARCHAR(50) NOT NULL, PRIMARY KEY (id),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TYPE usermode AS ENUM ('educational', 'therapeutic');
ALTER TABLE users ADD COLUMN mode usermode DEFAULT 'educational';
ALTER TABLE users ADD COLUMN parent_name VARCHAR(255);
ALTER TABLE users ADD COLUMN learning_profile JSON;
ALTER TABLE quests ADD COLUMN graph_structure JSON;
ALTER TABLE quests ADD COLUMN psychological_module VARCHAR(100);
ALTER TABLE quests ADD COLUMN location VARCHAR(100);
ALTER TABLE quests ADD COLUMN age_range VARCHAR(20);
ALTER TABLE quests ADD COLUMN is_public BOOLEAN DEFAULT 'false';
ALTER TABLE quests ADD COLUMN rating FLOAT DEFAULT '0.0';
ALTER TABLE quests ADD COLUMN plays_count INTEGER DEFAULT '0';
ALTER TABLE quests ADD COLUMN psychologist_reviewed BOOLEAN DEFAULT 'false';
ALTER TABLE quests ADD COLUMN psychologist_review_id INTEGER;
ALTER TABLE quests ADD COLUMN reviewed_at TIMESTAMP WITHOUT TIME ZONE;
ALTER TABLE quests ADD COLUMN reveal_count INTEGER DEFAULT '0';
ALTER TABLE quests ADD COLUMN last_reveal_at TIMESTAMP WITHOUT TIME ZONE;
CREATE INDEX ix_quests_psychological_module ON quests (psychological_module);
CREATE INDEX ix_quests_is_public ON quests (is_public);
CREATE TABLE psychologist_reviews (
    id SERIAL NOT NULL,
    quest_id INTEGER NOT NULL,
    reviewer_name VARCHAR(255),
    reviewer_credentials VARCHAR(500),
    emotional_safety_score INTEGER NOT NULL,
    therapeutic_correctness_score INTEGER NOT NULL,
    age_appropriateness_score INTEGER NOT NULL,
    reveal_timing_score INTEGER NOT NULL,
    overall_score FLOAT,
    is_approved BOOLEAN DEFAULT 'false',
    strengths TEXT,
    concerns TEXT,
    recommendations TEXT,
    modification_notes TEXT,
    review_duration_minutes INTEGER,
    created_at TIMESTAMP WITHOUT TIME ZONE DEFAULT now() NOT NULL,
    reviewed_at TIMESTAMP WITHOUT TIME ZONE DEFAULT now() NOT NULL,
    FOREIGN KEY (quest_id) REFERENCES quests (id) ON DELETE CASCADE,
    PRIMARY KEY (id),
    UNIQUE (quest_id)
);
CREATE INDEX ix_psychologist_reviews_is_approved ON psychologist_reviews (is_approved);
CREATE INDEX ix_psychologist_reviews_reviewed_at ON psychologist_reviews (reviewed_at);
ALTER TABLE quests ADD CONSTRAINT fk_quests_psychologist_review
    FOREIGN KEY (psychologist_review_id) REFERENCES psychologist_reviews (id) ON DELETE SET NULL;
CREATE TABLE quest_builder_sessions (
    id SERIAL NOT NULL,
    user_id INTEGER NOT NULL,
    conversation_history JSON DEFAULT '[]',
    current_stage VARCHAR(50) DEFAULT 'greeting',
    current_graph JSON,
    quest_context JSON,
    created_at TIMESTAMP WITHOUT TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITHOUT TIME ZONE DEFAULT now(),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (id)
);
CREATE INDEX ix_quest_builder_sessions_user_created ON quest_builder_sessions (user_id, created_at);
CREATE TABLE user_quest_library (
    id SERIAL NOT NULL,
    user_id INTEGER NOT NULL,
    quest_id INTEGER NOT NULL,
    added_at TIMESTAMP WITHOUT TIME ZONE DEFAULT now() NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    FOREIGN KEY (quest_id) REFERENCES quests (id) ON DELETE CASCADE,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ix_user_quest_library_user_quest ON user_quest_library (user_id, quest_id);
CREATE TABLE quest_progress (
    id SERIAL NOT NULL,
    user_id INTEGER NOT NULL,
    quest_id INTEGER NOT NULL,
    current_step INTEGER DEFAULT '0',
    completed BOOLEAN DEFAULT 'false',
    session_count INTEGER DEFAULT '0',
    total_time_minutes FLOAT DEFAULT '0.0',
    started_at TIMESTAMP WITHOUT TIME ZONE DEFAULT now() NOT NULL,
    completed_at TIMESTAMP WITHOUT TIME ZONE,
    last_played_at TIMESTAMP WITHOUT TIME ZONE,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    FOREIGN KEY (quest_id) REFERENCES quests (id) ON DELETE CASCADE,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ix_quest_progress_user_quest ON quest_progress (user_id, quest_id);
CREATE INDEX ix_quest_progress_last_played ON quest_progress (last_played_at);
CREATE TABLE quest_ratings (
    id SERIAL NOT NULL,
    user_id INTEGER NOT NULL,
    quest_id INTEGER NOT NULL,
    rating INTEGER NOT NULL,
    review_text TEXT,
    created_at TIMESTAMP WITHOUT TIME ZONE DEFAULT now() NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    FOREIGN KEY (quest_id) REFERENCES quests (id) ON DELETE CASCADE,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ix_quest_ratings_user_quest ON quest_ratings (user_id, quest_id);
CREATE TYPE recoverytrack AS ENUM ('self_work', 'child_connection', 'negotiation', 'community');
CREATE TYPE trackphase AS ENUM ('awareness', 'expression', 'action', 'mastery');
CREATE TABLE user_tracks (
    id SERIAL NOT NULL,
    user_id INTEGER NOT NULL,
    track_type recoverytrack NOT NULL,
    current_phase trackphase DEFAULT 'awareness',
    completion_percentage INTEGER DEFAULT '0',
    weeks_active INTEGER DEFAULT '0',
    days_active INTEGER DEFAULT '0',
    total_activities INTEGER DEFAULT '0',
    completed_activities INTEGER DEFAULT '0',
    last_activity_at TIMESTAMP WITHOUT TIME ZONE,
    started_at TIMESTAMP WITHOUT TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITHOUT TIME ZONE DEFAULT now(),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ix_user_tracks_user_track ON user_tracks (user_id, track_type);
