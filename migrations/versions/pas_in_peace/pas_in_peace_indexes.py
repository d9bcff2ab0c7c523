"""An index for each foreign key that had none: ours; document 002 takes it that they come by themselves."""

from alembic import op

revision = "pas_in_peace_indexes"
down_revision = "pas_in_peace_checks"
branch_labels = None
depends_on = None
document = None


def upgrade() -> None:
    op.execute("""
CREATE INDEX quests_user_id_idx ON quests (user_id);
CREATE INDEX quests_psychologist_review_id_idx ON quests (psychologist_review_id);
CREATE INDEX user_quest_library_quest_id_idx ON user_quest_library (quest_id);
CREATE INDEX quest_progress_quest_id_idx ON quest_progress (quest_id);
CREATE INDEX quest_ratings_quest_id_idx ON quest_ratings (quest_id)""")


def downgrade() -> None:
    op.execute("""
DROP INDEX quest_ratings_quest_id_idx, quest_progress_quest_id_idx, user_quest_library_quest_id_idx,
    quests_psychologist_review_id_idx, quests_user_id_idx""")
