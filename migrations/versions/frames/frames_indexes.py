"""An index for every foreign key of document 004 that has none. Ours."""

from alembic import op

revision = "frames_indexes"
down_revision = "frames_checks"
branch_labels = None
depends_on = None
document = None


def upgrade() -> None:
    op.execute("""
CREATE INDEX faculty_university_id_idx ON faculty (university_id);
CREATE INDEX teams_university_id_idx ON teams (university_id);
CREATE INDEX students_university_id_idx ON students (university_id);
CREATE INDEX students_team_id_idx ON students (team_id);
CREATE INDEX modules_created_by_id_idx ON modules (created_by_id);
CREATE INDEX modules_university_id_idx ON modules (university_id);
CREATE INDEX module_assignments_university_id_idx ON module_assignments (university_id);
CREATE INDEX module_assignments_team_id_idx ON module_assignments (team_id);
CREATE INDEX module_assignments_assigned_by_id_idx ON module_assignments (assigned_by_id);
CREATE INDEX module_analytics_events_student_id_idx ON module_analytics_events (student_id);
CREATE INDEX module_feedback_student_id_idx ON module_feedback (student_id)""")


def downgrade() -> None:
    op.execute("""
DROP INDEX module_feedback_student_id_idx;
DROP INDEX module_analytics_events_student_id_idx;
DROP INDEX module_assignments_assigned_by_id_idx;
DROP INDEX module_assignments_team_id_idx;
DROP INDEX module_assignments_university_id_idx;
DROP INDEX modules_university_id_idx;
DROP INDEX modules_created_by_id_idx;
DROP INDEX students_team_id_idx;
DROP INDEX students_university_id_idx;
DROP INDEX teams_university_id_idx;
DROP INDEX faculty_university_id_idx""")
