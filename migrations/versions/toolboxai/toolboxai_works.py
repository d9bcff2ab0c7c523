"""What agents have made for Roblox is deployed only after a person's judgement of exactly that. Taken from no document.

Objects that are there already are nobody's work here: nothing changes for them.
"""

from alembic import op

revision = "toolboxai_works"
down_revision = "toolboxai_agents"
branch_labels = None
depends_on = None
document = None

TABLE = """
CREATE TABLE agent_works (
    id UUID NOT NULL DEFAULT gen_random_uuid(),
    task_id UUID NOT NULL,
    content_sha256 TEXT NOT NULL,
    roblox_content_id UUID,
    roblox_script_id UUID,
    object_sha256 TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT agent_works_pkey PRIMARY KEY (id),
    CONSTRAINT agent_works_roblox_content_id_key UNIQUE (roblox_content_id),
    CONSTRAINT agent_works_roblox_script_id_key UNIQUE (roblox_script_id),
    CONSTRAINT agent_works_one_object_check CHECK (num_nonnulls(roblox_content_id, roblox_script_id) = 1),
    CONSTRAINT agent_works_content_sha256_check CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT agent_works_object_sha256_check CHECK (object_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT agent_works_task_id_fkey FOREIGN KEY (task_id) REFERENCES agent_tasks (id),
    CONSTRAINT agent_works_roblox_content_id_fkey
        FOREIGN KEY (roblox_content_id) REFERENCES roblox_content (id) ON DELETE CASCADE,
    CONSTRAINT agent_works_roblox_script_id_fkey
        FOREIGN KEY (roblox_script_id) REFERENCES roblox_scripts (id) ON DELETE CASCADE
);
CREATE INDEX agent_works_task_id_idx ON agent_works (task_id)
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
    "require_agent_judgement(agent_works, text)": """
CREATE FUNCTION require_agent_judgement(work agent_works, present text) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    judgement agent_reviews;
    judge users;
    fault text;
BEGIN
    -- What has changed since the agents made it needs a judgement of its own: of its present hash.
    SELECT * INTO judgement FROM agent_reviews
    WHERE task_id = work.task_id
        AND content_sha256 = CASE WHEN present = work.object_sha256 THEN work.content_sha256 ELSE present END
    ORDER BY reviewed_at DESC, approved LIMIT 1;
    SELECT * INTO judge FROM users WHERE id = judgement.reviewed_by;
    fault := CASE
        WHEN judgement.id IS NULL AND present <> work.object_sha256
            THEN 'it has changed, and nobody has judged the change'
        WHEN judgement.id IS NULL THEN 'agents made it, and no person has judged it'
        WHEN NOT judgement.approved THEN 'the latest judgement of it does not approve it'
        WHEN judge.is_active IS FALSE THEN 'the account of who approved it is closed'
        WHEN judge.role IS NULL OR judge.role NOT IN ('teacher', 'admin', 'developer')
            THEN 'who approved it is no teacher, administrator or developer'
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            SCHEMA = current_schema(), TABLE = 'agent_works', CONSTRAINT = 'agent_works_judged',
            MESSAGE = coalesce(work.roblox_content_id, work.roblox_script_id)
                || ' may not be deployed, because ' || fault,
            HINT = 'A person judges it first: toolbox agents review approve ' || work.task_id || ' --by USER';
    END IF;
END
$$""",
    "refuse_unjudged_content": """
CREATE FUNCTION refuse_unjudged_content() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    work agent_works;
    present text;
BEGIN
    SELECT * INTO work FROM agent_works WHERE roblox_content_id = NEW.id;
    IF work.id IS NOT NULL THEN
        present := roblox_content_hash(NEW);
        -- What is deployed and stays as it is may be counted and measured whatever is judged later.
        IF TG_OP = 'INSERT' OR OLD.is_deployed IS NOT TRUE OR present <> roblox_content_hash(OLD) THEN
            PERFORM require_agent_judgement(work, present);
        END IF;
    END IF;
    RETURN NULL;
END
$$""",
    "refuse_unjudged_script": """
CREATE FUNCTION refuse_unjudged_script() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    work agent_works;
    present text;
BEGIN
    SELECT * INTO work FROM agent_works WHERE roblox_script_id = NEW.id;
    IF work.id IS NOT NULL THEN
        present := roblox_script_hash(NEW);
        IF TG_OP = 'INSERT' OR OLD.deployed_to_studio IS NOT TRUE OR present <> roblox_script_hash(OLD) THEN
            PERFORM require_agent_judgement(work, present);
        END IF;
    END IF;
    RETURN NULL;
END
$$""",
    "keep_agent_works": """
CREATE FUNCTION keep_agent_works() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM roblox_content WHERE id = NEW.roblox_content_id AND is_deployed)
            OR EXISTS (SELECT FROM roblox_scripts WHERE id = NEW.roblox_script_id AND deployed_to_studio) THEN
            PERFORM require_agent_judgement(NEW, NEW.object_sha256);
        END IF;
        RETURN NULL;
    ELSIF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT FROM roblox_content WHERE id = OLD.roblox_content_id)
            AND NOT EXISTS (SELECT FROM roblox_scripts WHERE id = OLD.roblox_script_id) THEN
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
CREATE TRIGGER agent_judgement AFTER INSERT OR UPDATE ON roblox_scripts
FOR EACH ROW WHEN (NEW.deployed_to_studio) EXECUTE FUNCTION refuse_unjudged_script();
CREATE TRIGGER judged_first AFTER INSERT ON agent_works
FOR EACH ROW EXECUTE FUNCTION keep_agent_works();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON agent_works
FOR EACH ROW EXECUTE FUNCTION keep_agent_works();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON agent_works
FOR EACH STATEMENT EXECUTE FUNCTION keep_agent_works()
"""

COMMENTS = """
COMMENT ON TABLE agent_works IS 'Which objects for Roblox agents have made: they are deployed only after a person''s judgement.';
COMMENT ON COLUMN agent_works.id IS 'Key.';
COMMENT ON COLUMN agent_works.task_id IS 'Task whose result it is a part of.';
COMMENT ON COLUMN agent_works.content_sha256 IS 'SHA-256 of that whole result, 64 hexadecimal digits: what agent_reviews judges.';
COMMENT ON COLUMN agent_works.roblox_content_id IS 'The object; the row goes with it. Null for a script.';
COMMENT ON COLUMN agent_works.roblox_script_id IS 'The script; the row goes with it. Null for another object.';
COMMENT ON COLUMN agent_works.object_sha256 IS 'SHA-256 of the object as it was stored, 64 hexadecimal digits: it shows whether it has changed since.';
COMMENT ON COLUMN agent_works.made_at IS 'When it was stored, by the database''s clock.'
"""

DROPPED = """
DROP TRIGGER agent_judgement ON roblox_content;
DROP TRIGGER agent_judgement ON roblox_scripts;
DROP TABLE agent_works;
DROP FUNCTION refuse_unjudged_content();
DROP FUNCTION refuse_unjudged_script();
DROP FUNCTION keep_agent_works();
DROP FUNCTION roblox_content_hash(roblox_content);
DROP FUNCTION roblox_script_hash(roblox_scripts)
"""


def upgrade() -> None:
    op.execute(TABLE)
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
    op.execute("DROP FUNCTION require_agent_judgement(agent_works, text)")
    op.execute(DROPPED)
