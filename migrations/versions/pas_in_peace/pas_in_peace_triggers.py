"""`updated_at` follows every change, except where the statement sets it itself: ours."""

from alembic import op

revision = "pas_in_peace_triggers"
down_revision = "pas_in_peace_safeguards"
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
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON quest_builder_sessions
FOR EACH ROW WHEN (NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at)
EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON user_tracks
FOR EACH ROW WHEN (NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at)
EXECUTE FUNCTION touch_updated_at()""")


def downgrade() -> None:
    op.execute("""
DROP TRIGGER touch_updated_at ON user_tracks;
DROP TRIGGER touch_updated_at ON quest_builder_sessions;
DROP FUNCTION touch_updated_at()""")
