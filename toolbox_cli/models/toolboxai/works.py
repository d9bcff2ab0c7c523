"""What agents have left for Roblox, and what the database refuses: that it is deployed on an agent's word alone.

The triggers fire after the row is written, so that keys and CHECKs speak first. Their functions run with the rights of
their owner, because who deploys may not be allowed to read judgements, and with `pg_temp` last, because a temporary
table of the same name would otherwise stand in for the real one.
"""

import datetime
import uuid
from typing import Annotated, Final

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped

from toolbox_cli.models.base import Function, Trigger, column, now, pinned, programs
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.models.rules import SHA256, shaped
from toolbox_cli.models.toolboxai.base import Base

MakingTask = Annotated[
    uuid.UUID,
    column("Task whose result it is a part of.", Privacy.NONE, ForeignKey("toolboxai.agent_tasks.id"), index=True),
]
WholeHash = Annotated[
    str, column("SHA-256 of that whole result, 64 hexadecimal digits: what agent_reviews judges.", Privacy.NONE)
]
ObjectHash = Annotated[
    str,
    column("SHA-256 of it as it was stored, 64 hexadecimal digits: shows whether it has changed since.", Privacy.NONE),
]
MadeAt = Annotated[
    datetime.datetime,
    column("When it was stored, by the database's clock.", Privacy.NONE, server_default=now()),
]


class AgentMadeContent(Base):
    __tablename__ = "agent_made_content"
    __table_args__ = (
        shaped("content_sha256", SHA256),
        shaped("object_sha256", SHA256),
        {"comment": "Objects for Roblox that agents have made: they are deployed only after a person's judgement."},
    )

    roblox_content_id: Mapped[uuid.UUID] = column(
        "The object; the row goes with it.",
        Privacy.NONE,
        ForeignKey("toolboxai.roblox_content.id", ondelete="CASCADE"),
        primary_key=True,
    )
    task_id: Mapped[MakingTask]
    content_sha256: Mapped[WholeHash]
    object_sha256: Mapped[ObjectHash]
    made_at: Mapped[MadeAt]


class AgentMadeScript(Base):
    __tablename__ = "agent_made_scripts"
    __table_args__ = (
        shaped("content_sha256", SHA256),
        shaped("object_sha256", SHA256),
        {"comment": "Scripts that agents have made: they go to Studio only after a person's judgement."},
    )

    roblox_script_id: Mapped[uuid.UUID] = column(
        "The script; the row goes with it.",
        Privacy.NONE,
        ForeignKey("toolboxai.roblox_scripts.id", ondelete="CASCADE"),
        primary_key=True,
    )
    task_id: Mapped[MakingTask]
    content_sha256: Mapped[WholeHash]
    object_sha256: Mapped[ObjectHash]
    made_at: Mapped[MadeAt]


CONTENT_HASH: Final = Function(
    "roblox_content_hash",
    """
CREATE FUNCTION roblox_content_hash(content roblox_content) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
SELECT encode(sha256(convert_to(jsonb_build_object(
    'title', content.title,
    'content_type', content.content_type,
    'script_content', content.script_content,
    'content_data', content.content_data,
    'roblox_properties', content.roblox_properties
)::text, 'UTF8')), 'hex')
$$""",
    "Gives the SHA-256, in hexadecimal digits, of all that players meet of an object.",
)

SCRIPT_HASH: Final = Function(
    "roblox_script_hash",
    """
CREATE FUNCTION roblox_script_hash(script roblox_scripts) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
SELECT encode(sha256(convert_to(jsonb_build_object(
    'name', script.name,
    'script_type', script.script_type,
    'content', script.content,
    'dependencies', to_jsonb(script.dependencies)
)::text, 'UTF8')), 'hex')
$$""",
    "Gives the SHA-256, in hexadecimal digits, of a script and of where it runs.",
)

REQUIRE_JUDGEMENT: Final = pinned(
    "require_agent_judgement(uuid, text, text, text)",
    "Refuses an object that agents have made, unless a person has approved exactly its content.",
    """
CREATE FUNCTION require_agent_judgement(task uuid, whole text, stored text, present text) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    judgement agent_reviews;
    judge users;
    fault text;
BEGIN
    -- What has changed since the agents made it needs a judgement of its own: of its present hash.
    SELECT * INTO judgement FROM agent_reviews
    WHERE task_id = task AND content_sha256 = CASE WHEN present = stored THEN whole ELSE present END
    ORDER BY id DESC LIMIT 1;
    SELECT * INTO judge FROM users WHERE id = judgement.reviewed_by;
    fault := CASE
        WHEN judgement.id IS NULL AND present <> stored THEN 'it has changed, and nobody has judged the change'
        WHEN judgement.id IS NULL THEN 'no person has judged it'
        WHEN NOT judgement.approved THEN 'the latest judgement of it does not approve it'
        WHEN judge.is_active IS FALSE THEN 'the account of who approved it is closed'
        WHEN judge.role IS NULL OR judge.role NOT IN ('teacher', 'admin', 'developer')
            THEN 'who approved it is no teacher, administrator or developer'
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            SCHEMA = current_schema(), TABLE = 'agent_reviews', CONSTRAINT = 'agent_reviews_before_deployment',
            MESSAGE = 'what agents have made in task ' || task || ' may not be deployed, because ' || fault,
            HINT = 'A person judges it first: toolbox agents review approve ' || task || ' --by USER';
    END IF;
END
$$""",
)

CONTENT_JUDGED: Final = pinned(
    "refuse_unjudged_content",
    "Refuses to deploy an object that agents have made without a person's judgement of exactly this.",
    """
CREATE FUNCTION refuse_unjudged_content() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    made agent_made_content;
    present text;
BEGIN
    SELECT * INTO made FROM agent_made_content WHERE roblox_content_id = NEW.id;
    IF made.task_id IS NOT NULL THEN
        present := roblox_content_hash(NEW);
        -- What is deployed and stays as it is may be counted and measured whatever is judged later.
        IF TG_OP = 'INSERT' OR OLD.is_deployed IS NOT TRUE OR present <> roblox_content_hash(OLD) THEN
            PERFORM require_agent_judgement(made.task_id, made.content_sha256, made.object_sha256, present);
        END IF;
    END IF;
    RETURN NULL;
END
$$""",
)

CONTENT_KEPT: Final = pinned(
    "keep_agent_made_content",
    "Refuses to forget or to change that agents have made an object, as long as it is there.",
    """
CREATE FUNCTION keep_agent_made_content() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    object roblox_content;
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- Who deploys it at the same time waits, and meets this row then.
        SELECT * INTO object FROM roblox_content WHERE id = NEW.roblox_content_id FOR NO KEY UPDATE;
        IF object.is_deployed THEN
            PERFORM require_agent_judgement(
                NEW.task_id, NEW.content_sha256, NEW.object_sha256, roblox_content_hash(object)
            );
        END IF;
        RETURN NULL;
    ELSIF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT FROM roblox_content WHERE id = OLD.roblox_content_id) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'insufficient_privilege',
        MESSAGE = TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME || ' keeps what agents have made: ' || TG_OP || ' is refused',
        HINT = 'Delete the object itself, and its row here goes with it.';
END
$$""",
)

SCRIPT_JUDGED: Final = pinned(
    "refuse_unjudged_script",
    "Refuses to deploy a script that agents have made without a person's judgement of exactly this.",
    """
CREATE FUNCTION refuse_unjudged_script() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    made agent_made_scripts;
    present text;
BEGIN
    SELECT * INTO made FROM agent_made_scripts WHERE roblox_script_id = NEW.id;
    IF made.task_id IS NOT NULL THEN
        present := roblox_script_hash(NEW);
        -- What is deployed and stays as it is may be counted and measured whatever is judged later.
        IF TG_OP = 'INSERT' OR OLD.deployed_to_studio IS NOT TRUE OR present <> roblox_script_hash(OLD) THEN
            PERFORM require_agent_judgement(made.task_id, made.content_sha256, made.object_sha256, present);
        END IF;
    END IF;
    RETURN NULL;
END
$$""",
)

SCRIPT_KEPT: Final = pinned(
    "keep_agent_made_scripts",
    "Refuses to forget or to change that agents have made a script, as long as it is there.",
    """
CREATE FUNCTION keep_agent_made_scripts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    object roblox_scripts;
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- Who deploys it at the same time waits, and meets this row then.
        SELECT * INTO object FROM roblox_scripts WHERE id = NEW.roblox_script_id FOR NO KEY UPDATE;
        IF object.deployed_to_studio THEN
            PERFORM require_agent_judgement(
                NEW.task_id, NEW.content_sha256, NEW.object_sha256, roblox_script_hash(object)
            );
        END IF;
        RETURN NULL;
    ELSIF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT FROM roblox_scripts WHERE id = OLD.roblox_script_id) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'insufficient_privilege',
        MESSAGE = TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME || ' keeps what agents have made: ' || TG_OP || ' is refused',
        HINT = 'Delete the object itself, and its row here goes with it.';
END
$$""",
)

FUNCTIONS: Final = (
    CONTENT_HASH, SCRIPT_HASH, REQUIRE_JUDGEMENT, CONTENT_JUDGED, SCRIPT_JUDGED, CONTENT_KEPT, SCRIPT_KEPT,
)  # fmt: skip

TRIGGERS: Final = (
    Trigger(
        "agent_judgement",
        "roblox_content",
        """
CREATE TRIGGER agent_judgement AFTER INSERT OR UPDATE ON roblox_content
FOR EACH ROW WHEN (NEW.is_deployed) EXECUTE FUNCTION refuse_unjudged_content()""",
    ),
    Trigger(
        "judged_first",
        "agent_made_content",
        """
CREATE TRIGGER judged_first AFTER INSERT ON agent_made_content
FOR EACH ROW EXECUTE FUNCTION keep_agent_made_content()""",
    ),
    Trigger(
        "kept",
        "agent_made_content",
        """
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON agent_made_content
FOR EACH ROW EXECUTE FUNCTION keep_agent_made_content()""",
    ),
    Trigger(
        "kept_whole",
        "agent_made_content",
        """
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON agent_made_content
FOR EACH STATEMENT EXECUTE FUNCTION keep_agent_made_content()""",
    ),
    Trigger(
        "agent_judgement",
        "roblox_scripts",
        """
CREATE TRIGGER agent_judgement AFTER INSERT OR UPDATE ON roblox_scripts
FOR EACH ROW WHEN (NEW.deployed_to_studio) EXECUTE FUNCTION refuse_unjudged_script()""",
    ),
    Trigger(
        "judged_first",
        "agent_made_scripts",
        """
CREATE TRIGGER judged_first AFTER INSERT ON agent_made_scripts
FOR EACH ROW EXECUTE FUNCTION keep_agent_made_scripts()""",
    ),
    Trigger(
        "kept",
        "agent_made_scripts",
        """
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON agent_made_scripts
FOR EACH ROW EXECUTE FUNCTION keep_agent_made_scripts()""",
    ),
    Trigger(
        "kept_whole",
        "agent_made_scripts",
        """
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON agent_made_scripts
FOR EACH STATEMENT EXECUTE FUNCTION keep_agent_made_scripts()""",
    ),
)

programs(Base.metadata).functions.extend(FUNCTIONS)
programs(Base.metadata).triggers.extend(TRIGGERS)
