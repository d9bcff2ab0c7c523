"""What agents have made for Roblox is deployed only after a person's judgement of exactly that. Taken from no document.

Objects that are there already are nobody's work here: nothing changes for them.
"""

from alembic import op

revision = "toolboxai_works"
down_revision = "toolboxai_agents"
branch_labels = None
depends_on = None
document = None

TABLES = """
CREATE TABLE agent_made_content (
    roblox_content_id UUID NOT NULL,
    task_id UUID NOT NULL,
    content_sha256 TEXT NOT NULL,
    object_sha256 TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT agent_made_content_pkey PRIMARY KEY (roblox_content_id),
    CONSTRAINT agent_made_content_content_sha256_check CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT agent_made_content_object_sha256_check CHECK (object_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT agent_made_content_roblox_content_id_fkey FOREIGN KEY (roblox_content_id) REFERENCES roblox_content (id) ON DELETE CASCADE,
    CONSTRAINT agent_made_content_task_id_fkey FOREIGN KEY (task_id) REFERENCES agent_tasks (id)
);
CREATE INDEX agent_made_content_task_id_idx ON agent_made_content (task_id);
CREATE TABLE agent_made_scripts (
    roblox_script_id UUID NOT NULL,
    task_id UUID NOT NULL,
    content_sha256 TEXT NOT NULL,
    object_sha256 TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT agent_made_scripts_pkey PRIMARY KEY (roblox_script_id),
    CONSTRAINT agent_made_scripts_content_sha256_check CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT agent_made_scripts_object_sha256_check CHECK (object_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT agent_made_scripts_roblox_script_id_fkey FOREIGN KEY (roblox_script_id) REFERENCES roblox_scripts (id) ON DELETE CASCADE,
    CONSTRAINT agent_made_scripts_task_id_fkey FOREIGN KEY (task_id) REFERENCES agent_tasks (id)
);
CREATE INDEX agent_made_scripts_task_id_idx ON agent_made_scripts (task_id)
"""

HASHES = """
CREATE FUNCTION roblox_content_hash(content roblox_content) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
SELECT encode(sha256(convert_to(jsonb_build_object(
    'title', content.title,
    'content_type', content.content_type,
    'script_content', content.script_content,
    'content_data', content.content_data,
    'roblox_properties', content.roblox_properties
)::text, 'UTF8')), 'hex')
$$;
CREATE FUNCTION roblox_script_hash(script roblox_scripts) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
SELECT encode(sha256(convert_to(jsonb_build_object(
    'name', script.name,
    'script_type', script.script_type,
    'content', script.content,
    'dependencies', to_jsonb(script.dependencies)
)::text, 'UTF8')), 'hex')
$$
"""

PINNED = {
    "require_agent_judgement(uuid, text, text, text)": """
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
    "refuse_unjudged_content": """
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
    "refuse_unjudged_script": """
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
    "keep_agent_made_content": """
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
    "keep_agent_made_scripts": """
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
}

TRIGGERS = """
CREATE TRIGGER agent_judgement AFTER INSERT OR UPDATE ON roblox_content
FOR EACH ROW WHEN (NEW.is_deployed) EXECUTE FUNCTION refuse_unjudged_content();
CREATE TRIGGER judged_first AFTER INSERT ON agent_made_content
FOR EACH ROW EXECUTE FUNCTION keep_agent_made_content();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON agent_made_content
FOR EACH ROW EXECUTE FUNCTION keep_agent_made_content();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON agent_made_content
FOR EACH STATEMENT EXECUTE FUNCTION keep_agent_made_content();
CREATE TRIGGER agent_judgement AFTER INSERT OR UPDATE ON roblox_scripts
FOR EACH ROW WHEN (NEW.deployed_to_studio) EXECUTE FUNCTION refuse_unjudged_script();
CREATE TRIGGER judged_first AFTER INSERT ON agent_made_scripts
FOR EACH ROW EXECUTE FUNCTION keep_agent_made_scripts();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON agent_made_scripts
FOR EACH ROW EXECUTE FUNCTION keep_agent_made_scripts();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON agent_made_scripts
FOR EACH STATEMENT EXECUTE FUNCTION keep_agent_made_scripts()
"""

COMMENTS = """
COMMENT ON TABLE agent_made_content IS 'Objects for Roblox that agents have made: they are deployed only after a person''s judgement.';
COMMENT ON COLUMN agent_made_content.roblox_content_id IS 'The object; the row goes with it.';
COMMENT ON COLUMN agent_made_content.task_id IS 'Task whose result it is a part of.';
COMMENT ON COLUMN agent_made_content.content_sha256 IS 'SHA-256 of that whole result, 64 hexadecimal digits: what agent_reviews judges.';
COMMENT ON COLUMN agent_made_content.object_sha256 IS 'SHA-256 of it as it was stored, 64 hexadecimal digits: shows whether it has changed since.';
COMMENT ON COLUMN agent_made_content.made_at IS 'When it was stored, by the database''s clock.';
COMMENT ON TABLE agent_made_scripts IS 'Scripts that agents have made: they go to Studio only after a person''s judgement.';
COMMENT ON COLUMN agent_made_scripts.roblox_script_id IS 'The script; the row goes with it.';
COMMENT ON COLUMN agent_made_scripts.task_id IS 'Task whose result it is a part of.';
COMMENT ON COLUMN agent_made_scripts.content_sha256 IS 'SHA-256 of that whole result, 64 hexadecimal digits: what agent_reviews judges.';
COMMENT ON COLUMN agent_made_scripts.object_sha256 IS 'SHA-256 of it as it was stored, 64 hexadecimal digits: shows whether it has changed since.';
COMMENT ON COLUMN agent_made_scripts.made_at IS 'When it was stored, by the database''s clock.'
"""

DROPPED = """
DROP TRIGGER agent_judgement ON roblox_content;
DROP TRIGGER agent_judgement ON roblox_scripts;
DROP TABLE agent_made_content;
DROP TABLE agent_made_scripts;
DROP FUNCTION refuse_unjudged_content();
DROP FUNCTION refuse_unjudged_script();
DROP FUNCTION keep_agent_made_content();
DROP FUNCTION keep_agent_made_scripts();
DROP FUNCTION require_agent_judgement(uuid, text, text, text);
DROP FUNCTION roblox_content_hash(roblox_content);
DROP FUNCTION roblox_script_hash(roblox_scripts)
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(HASHES)
    for name, created in PINNED.items():
        op.execute(created)
        op.execute(f"""
DO $$
BEGIN
    EXECUTE 'ALTER FUNCTION {name} SET search_path TO ' || quote_ident(current_schema()) || ', pg_temp';
END
$$""")
    op.execute(TRIGGERS)
    op.execute(COMMENTS)


def downgrade() -> None:
    op.execute(DROPPED)
