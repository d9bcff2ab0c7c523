import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Json, Trigger, column, now, pinned, programs
from toolbox_cli.models.frames.base import Base
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import SHA256, positive, shaped


class ModuleRevision(Base):
    """A module as it was at one revision; it stays readable when the module goes on."""

    __tablename__ = "module_revisions"
    __table_args__ = (
        *positive("revision"),
        shaped("content_hash", SHA256),
        CheckConstraint("jsonb_typeof(content) = 'object'", name="content"),
        {"comment": "Modules as they were at each revision. Append-only: a revision goes with its module alone."},
    )

    module_id: Mapped[int] = column(
        "Module that was revised.",
        Privacy.NONE,
        ForeignKey("frames.modules.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    revision: Mapped[int] = column(
        "Number of the revision in the module, from 1.", Privacy.NONE, primary_key=True, autoincrement=False
    )
    content: Mapped[Json] = column(
        "The whole module with its sections, in the canonical form of module files.", Privacy.NONE
    )
    content_hash: Mapped[str] = column(
        "SHA-256 of the canonical form, in hexadecimal digits.", Privacy.NONE, String(64)
    )
    made_at: Mapped[datetime.datetime] = column("When the revision was made.", Privacy.NONE, server_default=now())
    made_by: Mapped[str | None] = column(
        "Account that made it; null for what another program wrote into the tables.", Privacy.IDENTIFIER, String(255)
    )


programs(Base.metadata).functions.append(
    pinned(
        "refuse_revision_change",
        "Refuses to change a revision, or to delete it while its module is there.",
        """
CREATE FUNCTION refuse_revision_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM modules WHERE id = OLD.module_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'insufficient_privilege',
        MESSAGE = TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' is refused',
        HINT = 'Make a new revision with: toolbox modules import';
END
$$""",
    )
)
programs(Base.metadata).triggers.append(
    Trigger(
        "append_only",
        "module_revisions",
        """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON module_revisions
FOR EACH ROW EXECUTE FUNCTION refuse_revision_change();
ALTER TABLE module_revisions ENABLE ALWAYS TRIGGER append_only""",
    )
)
programs(Base.metadata).triggers.append(
    Trigger(
        "append_only_whole",
        "module_revisions",
        """
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON module_revisions
FOR EACH STATEMENT EXECUTE FUNCTION refuse_revision_change();
ALTER TABLE module_revisions ENABLE ALWAYS TRIGGER append_only_whole""",
    )
)
