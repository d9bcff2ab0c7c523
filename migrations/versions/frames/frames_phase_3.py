"""Phase 3 of document 004, "Advanced Features": adaptive difficulty, mastery, machine learning, feedback.

Its section "Migration Plan" decides what belongs here; `auto_assigned` and `assignment_rule`, which that section leaves
out, stand under "Phase 3" of the planned extensions of `module_assignments`.
"""

from alembic import op

revision = "frames_phase_3"
down_revision = "frames_phase_2"
branch_labels = None
depends_on = None
document = "004"


def upgrade() -> None:
    op.execute("""
ALTER TABLE modules ADD COLUMN adaptive_config JSON;
ALTER TABLE module_assignments
    ADD COLUMN auto_assigned BOOLEAN DEFAULT FALSE,
    ADD COLUMN assignment_rule VARCHAR(255);
ALTER TABLE module_progress
    ADD COLUMN difficulty_adjustments JSON,
    ADD COLUMN mastery_score DECIMAL(3,2);
ALTER TABLE module_analytics_events
    ADD COLUMN struggle_signal DECIMAL(3,2),
    ADD COLUMN pattern_detected VARCHAR(100);
ALTER TABLE module_feedback
    ADD COLUMN engagement_rating INTEGER,
    ADD COLUMN clarity_rating INTEGER,
    ADD COLUMN tags JSON""")


def downgrade() -> None:
    op.execute("""
ALTER TABLE module_feedback
    DROP COLUMN tags,
    DROP COLUMN clarity_rating,
    DROP COLUMN engagement_rating;
ALTER TABLE module_analytics_events
    DROP COLUMN pattern_detected,
    DROP COLUMN struggle_signal;
ALTER TABLE module_progress
    DROP COLUMN mastery_score,
    DROP COLUMN difficulty_adjustments;
ALTER TABLE module_assignments
    DROP COLUMN assignment_rule,
    DROP COLUMN auto_assigned;
ALTER TABLE modules DROP COLUMN adaptive_config""")
