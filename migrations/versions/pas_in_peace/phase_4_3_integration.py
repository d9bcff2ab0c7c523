"""Integration with inner_edu, as document 002 writes it: quest graphs, marketplace, reviews, progress, tracks.

It takes "Extended User Model" (3 columns), "Extended Quest Model" (12 columns) and "New Tables Created" (6 tables),
keeps integer keys, and goes back to `unified_integration` exactly. Enum labels are lower case, as deployed. A quest
and its review point at each other; document 002 names no behaviour of that link on deletion: an erased review leaves
its quest standing.
"""

from alembic import op

revision = "phase_4_3_integration"
down_revision = "unified_integration"
branch_labels = None
depends_on = None
document = "002"

EXTENDED = """
CREATE TYPE usermode AS ENUM ('educational', 'therapeutic');
CREATE TYPE recoverytrack AS ENUM ('self_work', 'child_connection', 'negotiation', 'community');
CREATE TYPE trackphase AS ENUM ('awareness', 'expression', 'action', 'mastery');

ALTER TABLE users
    ADD mode usermode DEFAULT 'educational',
    ADD parent_name VARCHAR(255),
    ADD learning_profile JSON;

ALTER TABLE quests
    ADD graph_structure JSON,
    ADD psychological_module VARCHAR(100),
    ADD location VARCHAR(100),
    ADD age_range VARCHAR(20),
    ADD is_public BOOLEAN DEFAULT false,
    ADD rating DOUBLE PRECISION DEFAULT 0.0,
    ADD plays_count INTEGER DEFAULT 0,
    ADD psychologist_reviewed BOOLEAN DEFAULT false,
    ADD psychologist_review_id INTEGER,
    ADD reviewed_at TIMESTAMP,
    ADD reveal_count INTEGER DEFAULT 0,
    ADD last_reveal_at TIMESTAMP;
CREATE INDEX ix_quests_psychological_module ON quests (psychological_module);
CREATE INDEX ix_quests_is_public ON quests (is_public);
"""

CREATED = """
CREATE TABLE psychologist_reviews (
    id SERIAL PRIMARY KEY,
    quest_id INTEGER UNIQUE NOT NULL REFERENCES quests ON DELETE CASCADE,
    reviewer_name VARCHAR(255),
    reviewer_credentials VARCHAR(500),
    emotional_safety_score INTEGER NOT NULL,
    therapeutic_correctness_score INTEGER NOT NULL,
    age_appropriateness_score INTEGER NOT NULL,
    reveal_timing_score INTEGER NOT NULL,
    overall_score DOUBLE PRECISION,
    is_approved BOOLEAN DEFAULT false,
    strengths TEXT,
    concerns TEXT,
    recommendations TEXT,
    modification_notes TEXT,
    review_duration_minutes INTEGER,
    created_at TIMESTAMP NOT NULL DEFAULT now(),
    reviewed_at TIMESTAMP NOT NULL DEFAULT now()
);
CREATE INDEX ix_psychologist_reviews_is_approved ON psychologist_reviews (is_approved);
CREATE INDEX ix_psychologist_reviews_reviewed_at ON psychologist_reviews (reviewed_at);
ALTER TABLE quests
    ADD FOREIGN KEY (psychologist_review_id) REFERENCES psychologist_reviews ON DELETE SET NULL;

CREATE TABLE quest_builder_sessions (
    id SERIAL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    conversation_history JSON DEFAULT '[]',
    current_stage VARCHAR(50) DEFAULT 'greeting',
    current_graph JSON,
    quest_context JSON,
    created_at TIMESTAMP NOT NULL DEFAULT now(),
    updated_at TIMESTAMP DEFAULT now()
);
CREATE INDEX ix_quest_builder_sessions_user_created ON quest_builder_sessions (user_id, created_at);

CREATE TABLE user_quest_library (
    id SERIAL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    quest_id INTEGER NOT NULL REFERENCES quests ON DELETE CASCADE,
    added_at TIMESTAMP NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX ix_user_quest_library_user_quest ON user_quest_library (user_id, quest_id);

CREATE TABLE quest_progress (
    id SERIAL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    quest_id INTEGER NOT NULL REFERENCES quests ON DELETE CASCADE,
    current_step INTEGER DEFAULT 0,
    completed BOOLEAN DEFAULT false,
    session_count INTEGER DEFAULT 0,
    total_time_minutes DOUBLE PRECISION DEFAULT 0.0,
    started_at TIMESTAMP NOT NULL DEFAULT now(),
    completed_at TIMESTAMP,
    last_played_at TIMESTAMP
);
CREATE UNIQUE INDEX ix_quest_progress_user_quest ON quest_progress (user_id, quest_id);
CREATE INDEX ix_quest_progress_last_played ON quest_progress (last_played_at);

CREATE TABLE quest_ratings (
    id SERIAL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    quest_id INTEGER NOT NULL REFERENCES quests ON DELETE CASCADE,
    rating INTEGER NOT NULL,
    review_text TEXT,
    created_at TIMESTAMP NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX ix_quest_ratings_user_quest ON quest_ratings (user_id, quest_id);

CREATE TABLE user_tracks (
    id SERIAL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    track_type recoverytrack NOT NULL,
    current_phase trackphase DEFAULT 'awareness',
    completion_percentage INTEGER DEFAULT 0,
    weeks_active INTEGER DEFAULT 0,
    days_active INTEGER DEFAULT 0,
    total_activities INTEGER DEFAULT 0,
    completed_activities INTEGER DEFAULT 0,
    last_activity_at TIMESTAMP,
    started_at TIMESTAMP NOT NULL DEFAULT now(),
    updated_at TIMESTAMP DEFAULT now()
);
CREATE UNIQUE INDEX ix_user_tracks_user_track ON user_tracks (user_id, track_type);
"""

DROPPED = """
ALTER TABLE quests
    DROP last_reveal_at,
    DROP reveal_count,
    DROP reviewed_at,
    DROP psychologist_review_id,
    DROP psychologist_reviewed,
    DROP plays_count,
    DROP rating,
    DROP is_public,
    DROP age_range,
    DROP location,
    DROP psychological_module,
    DROP graph_structure;
ALTER TABLE users DROP learning_profile, DROP parent_name, DROP mode;
DROP TABLE user_tracks, quest_ratings, quest_progress, user_quest_library, quest_builder_sessions, psychologist_reviews;
DROP TYPE trackphase, recoverytrack, usermode;
"""


def upgrade() -> None:
    op.execute(EXTENDED)
    op.execute(CREATED)


def downgrade() -> None:
    op.execute(DROPPED)
