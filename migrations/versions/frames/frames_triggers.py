"""`modules.updated_at` follows every change, except where the statement sets it itself. Ours."""

from alembic import op

revision = "frames_triggers"
down_revision = "frames_indexes"
branch_labels = None
depends_on = None
document = None


def upgrade() -> None:
    op.execute("""
CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON modules
FOR EACH ROW WHEN (NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at)
EXECUTE FUNCTION touch_updated_at()""")


def downgrade() -> None:
    op.execute("""
DROP TRIGGER touch_updated_at ON modules;
DROP FUNCTION touch_updated_at()""")
