"""Phase 2 of document 004, "Module Types": types of modules and sections, and signs of struggle.

Its section "Migration Plan" decides what belongs here; `interaction_level` and `difficulty_level`, which that section
leaves out, stand under "Phase 2" of the planned extensions of `modules`.
"""

from alembic import op

revision = "frames_phase_2"
down_revision = "frames_phase_1"
branch_labels = None
depends_on = None
document = "004"


def upgrade() -> None:
    op.execute("""
ALTER TABLE modules
    ADD COLUMN module_type VARCHAR(50) DEFAULT 'text',
    ADD COLUMN interaction_level VARCHAR(20),
    ADD COLUMN required_components JSON DEFAULT '[]',
    ADD COLUMN difficulty_level INTEGER DEFAULT 1;
ALTER TABLE module_sections
    ADD COLUMN section_config JSON,
    ADD COLUMN completion_criteria JSON;
ALTER TABLE module_progress
    ADD COLUMN hint_count INTEGER DEFAULT 0,
    ADD COLUMN retry_count INTEGER DEFAULT 0,
    ADD COLUMN error_count INTEGER DEFAULT 0""")


def downgrade() -> None:
    op.execute("""
ALTER TABLE module_progress
    DROP COLUMN error_count,
    DROP COLUMN retry_count,
    DROP COLUMN hint_count;
ALTER TABLE module_sections
    DROP COLUMN completion_criteria,
    DROP COLUMN section_config;
ALTER TABLE modules
    DROP COLUMN difficulty_level,
    DROP COLUMN required_components,
    DROP COLUMN interaction_level,
    DROP COLUMN module_type""")
