"""An index for each foreign key that had none: ours; document 002 takes it that they come by themselves."""

from collections.abc import Mapping, Sequence

from alembic import op

from toolbox_cli.core.database.already import add_indexes

revision = "pas_in_peace_indexes"
down_revision = "pas_in_peace_checks"
branch_labels = None
depends_on = None
document = None

INDEXED: Mapping[str, Sequence[str]] = {
    "quests": ("user_id", "psychologist_review_id"),
    "user_quest_library": ("quest_id",),
    "quest_progress": ("quest_id",),
    "quest_ratings": ("quest_id",),
}


def upgrade() -> None:
    add_indexes(INDEXED)


def downgrade() -> None:
    op.execute("""
DROP INDEX quest_ratings_quest_id_idx, quest_progress_quest_id_idx, user_quest_library_quest_id_idx,
    quests_psychologist_review_id_idx, quests_user_id_idx""")
