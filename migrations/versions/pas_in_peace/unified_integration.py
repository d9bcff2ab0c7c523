"""Parents, their quests and the child's privacy settings: the database that document 002 starts from.

Document 002 calls this state `unified_integration` and goes back to it. It is its tables without what its sections
"Extended User Model", "Extended Quest Model" and "New Tables Created" add.
"""

from alembic import op

revision = "unified_integration"
down_revision = None
branch_labels = ("pas_in_peace",)
depends_on = None
document = "002"

CREATED = """
CREATE TYPE conversationstateenum AS ENUM (
    'START', 'EMOTION_CHECK', 'CRISIS_INTERVENTION', 'HIGH_DISTRESS', 'MODERATE_SUPPORT', 'CASUAL_CHAT',
    'LETTER_WRITING', 'GOAL_TRACKING', 'TECHNIQUE_SELECTION', 'TECHNIQUE_EXECUTION', 'END_SESSION');
CREATE TYPE therapyphaseenum AS ENUM ('CRISIS', 'UNDERSTANDING', 'ACTION', 'SUSTAINABILITY');

CREATE TABLE users (
    id SERIAL PRIMARY KEY,
    telegram_id VARCHAR(100) NOT NULL,
    current_state conversationstateenum,
    therapy_phase therapyphaseenum,
    emotional_score DOUBLE PRECISION,
    crisis_level DOUBLE PRECISION,
    total_messages INTEGER,
    total_sessions INTEGER,
    crisis_incidents INTEGER,
    created_at TIMESTAMP NOT NULL,
    last_activity TIMESTAMP,
    context JSON,
    consent_given BOOLEAN,
    data_retention_days INTEGER,
    recovery_tracks JSON DEFAULT '{}',
    primary_track VARCHAR(50) DEFAULT 'self_work',
    recovery_week INTEGER DEFAULT 0,
    recovery_day INTEGER DEFAULT 0
);
CREATE UNIQUE INDEX ix_users_telegram_id ON users (telegram_id);

CREATE TABLE quests (
    id SERIAL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    quest_id VARCHAR(200) UNIQUE NOT NULL,
    title VARCHAR(300) NOT NULL,
    description TEXT,
    child_name VARCHAR(100),
    child_age INTEGER,
    child_interests JSON DEFAULT '[]',
    quest_yaml TEXT NOT NULL,
    total_nodes INTEGER DEFAULT 0,
    difficulty_level VARCHAR(20),
    family_photos JSON DEFAULT '[]',
    family_memories JSON DEFAULT '[]',
    family_jokes JSON DEFAULT '[]',
    familiar_locations JSON DEFAULT '[]',
    status VARCHAR(50) DEFAULT 'draft',
    moderation_status VARCHAR(50) DEFAULT 'pending',
    moderation_issues JSON DEFAULT '[]',
    moderation_notes TEXT,
    reveal_enabled BOOLEAN DEFAULT true,
    reveal_threshold_percentage DOUBLE PRECISION DEFAULT 0.8,
    reveal_message TEXT,
    deployed_to_inner_edu BOOLEAN DEFAULT false,
    inner_edu_quest_id VARCHAR(200),
    deployed_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL DEFAULT now(),
    last_edited TIMESTAMP,
    approved_at TIMESTAMP
);
CREATE INDEX ix_quests_quest_id ON quests (quest_id);
CREATE INDEX ix_quests_inner_edu_quest_id ON quests (inner_edu_quest_id);

CREATE TABLE child_privacy_settings (
    id SERIAL PRIMARY KEY,
    quest_id INTEGER UNIQUE NOT NULL REFERENCES quests ON DELETE CASCADE,
    share_completion_progress BOOLEAN DEFAULT false,
    share_educational_progress BOOLEAN DEFAULT false,
    share_achievements BOOLEAN DEFAULT false,
    share_play_frequency BOOLEAN DEFAULT false,
    notify_both_parents BOOLEAN DEFAULT true,
    notification_frequency VARCHAR(20) DEFAULT 'immediate',
    consent_given_by_child BOOLEAN DEFAULT false,
    consent_timestamp TIMESTAMP,
    consent_revoked_at TIMESTAMP,
    consent_history JSON DEFAULT '[]',
    created_at TIMESTAMP NOT NULL DEFAULT now(),
    last_updated TIMESTAMP DEFAULT now()
);
"""

DROPPED = """
DROP TABLE child_privacy_settings, quests, users;
DROP TYPE therapyphaseenum, conversationstateenum;
"""


def upgrade() -> None:
    op.execute(CREATED)


def downgrade() -> None:
    op.execute(DROPPED)
