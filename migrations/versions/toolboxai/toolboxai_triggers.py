"""`updated_at` kept by the database: ours, documents 001 and 000 leave it to every program that writes.

A statement that sets the column itself is believed.
"""

from alembic import op

revision = "toolboxai_triggers"
down_revision = "toolboxai_indexes"
branch_labels = None
depends_on = None
document = None

FUNCTION = """
CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$
"""

TOUCHED = (
    "users",
    "learning_objectives",
    "educational_content",
    "lessons",
    "achievements",
    "quizzes",
    "user_progress",
    "ai_agents",
    "agent_tasks",
    "roblox_scripts",
    "lms_integrations",
    "lms_courses",
    "lms_assignments",
    "lms_grade_passbacks",
    "collaboration_sessions",
    "roblox_sessions",
    "roblox_templates",
    "roblox_content",
    "roblox_player_progress",
)

TRIGGER = """
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON {table}
FOR EACH ROW WHEN (NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at)
EXECUTE FUNCTION touch_updated_at()"""


def upgrade() -> None:
    op.execute(FUNCTION)
    op.execute(";".join(TRIGGER.format(table=table) for table in TOUCHED))


def downgrade() -> None:
    op.execute(";\n".join(f"DROP TRIGGER touch_updated_at ON {table}" for table in TOUCHED))
    op.execute("DROP FUNCTION touch_updated_at()")
