"""An index for every foreign key of document 004 that has none. Ours."""

from collections.abc import Mapping, Sequence

from alembic import op

from toolbox_cli.core.database.already import add_indexes

revision = "frames_indexes"
down_revision = "frames_checks"
branch_labels = None
depends_on = None
document = None

INDEXED: Mapping[str, Sequence[str]] = {
    "faculty": ("university_id",),
    "teams": ("university_id",),
    "students": ("university_id", "team_id"),
    "modules": ("created_by_id", "university_id"),
    "module_assignments": ("university_id", "team_id", "assigned_by_id"),
    "module_analytics_events": ("student_id",),
    "module_feedback": ("student_id",),
}


def upgrade() -> None:
    add_indexes(INDEXED)


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
