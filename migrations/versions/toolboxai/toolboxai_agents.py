"""Tasks of agents that many workers do at once: tries, needs, the steps between states. Taken from no document.

The queue holds only wake-up calls; `agent_tasks` is the record. A task that has a job holds one of its agent's places.
"""

from alembic import op

from toolbox_cli.core.database.already import take_indexes
from toolbox_cli.core.database.guards import Rule, add_checks, drop_checks

revision = "toolboxai_agents"
down_revision = "toolboxai_lms"
branch_labels = None
depends_on = None
document = None

TASKS = """
ALTER TABLE agent_tasks
    ADD attempt INTEGER NOT NULL DEFAULT 0,
    ADD job_id BIGINT,
    ADD run_after TIMESTAMPTZ,
    ADD cancel_requested_at TIMESTAMPTZ,
    ADD blocked_by UUID,
    ADD CONSTRAINT agent_tasks_blocked_by_fkey
        FOREIGN KEY (blocked_by) REFERENCES agent_tasks (id) ON DELETE SET NULL;
CREATE INDEX agent_tasks_blocked_by_idx ON agent_tasks (blocked_by);
CREATE INDEX agent_tasks_ready_idx ON agent_tasks (agent_id, priority DESC NULLS LAST, created_at, id)
    WHERE status = 'pending' AND job_id IS NULL;
CREATE INDEX agent_tasks_held_idx ON agent_tasks (agent_id) WHERE job_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS agent_tasks_workflow_id_idx ON agent_tasks (workflow_id, created_at);
CREATE INDEX IF NOT EXISTS agent_tasks_dead_letter_idx ON agent_tasks (completed_at) WHERE status = 'dead_letter'
"""

INDEXED = {
    ("agent_tasks", "agent_tasks_workflow_id_idx"): "btree (workflow_id, created_at)",
    ("agent_tasks", "agent_tasks_dead_letter_idx"):
        "btree (completed_at) WHERE ((status)::text = 'dead_letter'::text)",
}  # fmt: skip

RULES = [
    Rule("agent_tasks", "agent_tasks_attempt_check", "attempt >= 0"),
    Rule("agent_tasks", "agent_tasks_job_id_check", "job_id IS NULL OR status IN ('pending', 'running')"),
]

TABLES = """
CREATE TABLE agent_task_needs (
    task_id UUID NOT NULL REFERENCES agent_tasks (id) ON DELETE CASCADE,
    needs_id UUID NOT NULL REFERENCES agent_tasks (id) ON DELETE CASCADE,
    must_succeed BOOLEAN NOT NULL DEFAULT true,
    PRIMARY KEY (task_id, needs_id)
);
CREATE INDEX agent_task_needs_needs_id_idx ON agent_task_needs (needs_id);

CREATE TABLE agent_task_attempts (
    task_id UUID NOT NULL REFERENCES agent_tasks (id) ON DELETE CASCADE,
    attempt INTEGER NOT NULL CHECK (attempt > 0),
    worker TEXT NOT NULL,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    ended_at TIMESTAMPTZ,
    outcome TEXT,
    error TEXT,
    backend TEXT,
    fallback TEXT,
    model TEXT,
    prompt_sha256 TEXT CHECK (prompt_sha256 ~ '^[0-9a-f]{64}$'),
    tokens_in INTEGER CHECK (tokens_in >= 0),
    tokens_out INTEGER CHECK (tokens_out >= 0),
    cost_usd NUMERIC(12, 6) CHECK (cost_usd >= 0 AND cost_usd < 'Infinity'),
    PRIMARY KEY (task_id, attempt),
    CONSTRAINT agent_task_attempts_outcome_check
        CHECK (outcome IN ('completed', 'failed', 'timed_out', 'cancelled', 'lost', 'waited')),
    CONSTRAINT agent_task_attempts_outcome_with_end_check CHECK ((outcome IS NOT NULL) = (ended_at IS NOT NULL)),
    CONSTRAINT agent_task_attempts_ended_after_started_check CHECK (ended_at >= started_at),
    CONSTRAINT agent_task_attempts_fallback_check CHECK (fallback IS NULL OR backend = 'offline')
);
CREATE INDEX agent_task_attempts_ended_at_idx ON agent_task_attempts (ended_at);

CREATE TABLE agent_reviews (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id UUID NOT NULL REFERENCES agent_tasks (id),
    content_sha256 TEXT NOT NULL CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
    approved BOOLEAN NOT NULL,
    reviewed_by UUID NOT NULL REFERENCES users (id),
    note TEXT,
    reviewed_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX agent_reviews_task_id_idx ON agent_reviews (task_id);
CREATE INDEX agent_reviews_reviewed_by_idx ON agent_reviews (reviewed_by)
"""

HISTORY = """
CREATE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'insufficient_privilege',
        MESSAGE = TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' is refused',
        HINT = 'Write a new row that corrects the old one.';
END
$$;
CREATE FUNCTION keep_open_agent_tasks() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'insufficient_privilege',
        MESSAGE = TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME || ' keeps open tasks: ' || TG_OP || ' is refused',
        HINT = 'Others wait for it, or a worker does it: cancel it first.';
END
$$;
CREATE TRIGGER open_stays BEFORE DELETE ON agent_tasks
FOR EACH ROW WHEN (OLD.status IN ('waiting', 'pending', 'running')) EXECUTE FUNCTION keep_open_agent_tasks();
CREATE TRIGGER ended_stays BEFORE UPDATE ON agent_task_attempts
FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL
    OR (NEW.task_id, NEW.attempt, NEW.worker, NEW.started_at)
        IS DISTINCT FROM (OLD.task_id, OLD.attempt, OLD.worker, OLD.started_at))
EXECUTE FUNCTION refuse_history_change();
ALTER TABLE agent_task_attempts ENABLE ALWAYS TRIGGER ended_stays;
CREATE FUNCTION keep_agent_task_attempts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM agent_tasks WHERE id = OLD.task_id) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'insufficient_privilege',
            MESSAGE = TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' is refused',
            HINT = 'Delete the task itself, and its tries go with it.';
    END IF;
    RETURN OLD;
END
$$;
DO $$
BEGIN
    EXECUTE 'ALTER FUNCTION keep_agent_task_attempts SET search_path TO ' || quote_ident(current_schema()) || ', pg_temp';
END
$$;
CREATE TRIGGER kept BEFORE DELETE ON agent_task_attempts
FOR EACH ROW EXECUTE FUNCTION keep_agent_task_attempts();
ALTER TABLE agent_task_attempts ENABLE ALWAYS TRIGGER kept;
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON agent_task_attempts
FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change();
ALTER TABLE agent_task_attempts ENABLE ALWAYS TRIGGER kept_whole;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON agent_reviews
FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change();
ALTER TABLE agent_reviews ENABLE ALWAYS TRIGGER append_only
"""

# The functions see the queue, which stands in the schema of the toolkit's own records.
STEPS = """
DO $path$ BEGIN PERFORM set_config('search_path', current_setting('search_path') || ', toolbox', true); END $path$;
CREATE FUNCTION agent_tasks_wake(woken uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    made bigint[];
BEGIN
    made := (SELECT procrastinate_defer_jobs_v1(array_agg(
        ROW(coalesce(agent_id::text, 'any'), 'agents.run', coalesce(priority, 5), NULL, NULL,
            jsonb_build_object('task', id), NULL)::procrastinate_job_to_defer_v1
        ORDER BY priority DESC NULLS LAST, created_at, id)) FROM agent_tasks WHERE id = ANY (woken));
    UPDATE agent_tasks AS t SET job_id = j.id FROM procrastinate_jobs AS j
    WHERE j.id = ANY (made) AND t.id = (j.args ->> 'task')::uuid;
END
$$;
CREATE FUNCTION agent_tasks_admit(agents uuid[]) RETURNS integer
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    agent uuid;
    free integer;
    chosen uuid[];
    admitted uuid[] := '{}';
BEGIN
    FOR agent IN SELECT DISTINCT one FROM unnest(agents) AS one ORDER BY one NULLS FIRST LOOP
        free := (SELECT max_concurrent_tasks FROM ai_agents WHERE id = agent);
        IF free IS NOT NULL THEN
            PERFORM pg_advisory_xact_lock(hashtextextended('agent ' || agent, 0));
            free := (SELECT a.max_concurrent_tasks - (
                SELECT count(*) FROM agent_tasks AS t WHERE t.agent_id = agent AND t.job_id IS NOT NULL)
                FROM ai_agents AS a WHERE a.id = agent);
            CONTINUE WHEN free <= 0;
        END IF;
        SELECT array_agg(ready.id) INTO chosen FROM (
            SELECT id FROM agent_tasks
            WHERE agent_id IS NOT DISTINCT FROM agent AND status = 'pending' AND job_id IS NULL
                AND (run_after IS NULL OR run_after <= clock_timestamp())
            ORDER BY priority DESC NULLS LAST, created_at, id LIMIT free FOR NO KEY UPDATE SKIP LOCKED) AS ready;
        admitted := admitted || chosen;
    END LOOP;
    IF cardinality(admitted) > 0 THEN
        PERFORM agent_tasks_wake(admitted);
    END IF;
    RETURN cardinality(admitted);
END
$$;
CREATE FUNCTION agent_tasks_release(candidates uuid[]) RETURNS uuid[]
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    looked uuid[] := candidates;
    stopped uuid[];
    agents uuid[] := '{}';
BEGIN
    WHILE cardinality(looked) > 0 LOOP
        PERFORM FROM agent_tasks WHERE id = ANY (looked) AND status = 'waiting' ORDER BY id FOR NO KEY UPDATE;
        WITH broken AS (
            SELECT DISTINCT ON (n.task_id) n.task_id, b.id, b.task_name, b.status, coalesce(b.blocked_by, b.id) AS root
            FROM agent_task_needs AS n JOIN agent_tasks AS b ON b.id = n.needs_id
            WHERE n.task_id = ANY (looked) AND n.must_succeed AND b.status IN ('failed', 'cancelled', 'dead_letter')
            ORDER BY n.task_id, b.id
        ), ended AS (
            UPDATE agent_tasks AS t
            SET status = 'cancelled', blocked_by = broken.root,
                completed_at = greatest(clock_timestamp(), t.started_at),
                error_message = format('It needs "%s", which ended as %s.', broken.task_name, broken.status),
                error_details = jsonb_build_object('kind', 'blocked', 'needs', broken.id)
            FROM broken WHERE t.id = broken.task_id AND t.status = 'waiting' RETURNING t.id
        )
        SELECT array_agg(id) INTO stopped FROM ended;
        WITH freed AS (
            UPDATE agent_tasks AS t SET status = 'pending'
            WHERE t.id = ANY (looked) AND t.status = 'waiting' AND NOT EXISTS (
                SELECT FROM agent_task_needs AS n JOIN agent_tasks AS b ON b.id = n.needs_id
                WHERE n.task_id = t.id AND b.status <> 'completed'
                    AND (n.must_succeed OR b.status NOT IN ('failed', 'cancelled', 'dead_letter')))
            RETURNING t.agent_id
        )
        SELECT agents || coalesce(array_agg(DISTINCT agent_id), '{}') INTO agents FROM freed;
        EXIT WHEN stopped IS NULL;
        looked := ARRAY(SELECT DISTINCT task_id FROM agent_task_needs WHERE needs_id = ANY (stopped));
    END LOOP;
    RETURN agents;
END
$$;
CREATE FUNCTION agent_tasks_submit(tasks jsonb) RETURNS integer
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    agents uuid[];
    waiting uuid[];
BEGIN
    PERFORM FROM agent_tasks WHERE id IN (
        SELECT (need ->> 'id')::uuid
        FROM jsonb_array_elements(tasks) AS task, jsonb_array_elements(task -> 'needs') AS need)
    ORDER BY id FOR SHARE;
    INSERT INTO agent_tasks (id, agent_id, parent_task_id, workflow_id, task_type, task_name, input_data, context_data,
        status, priority, created_by, assigned_at, run_after)
    SELECT n.id, n.agent_id, n.parent_task_id, n.workflow_id, n.task_type, n.task_name, n.input_data, n.context_data,
        CASE WHEN jsonb_array_length(n.needs) > 0 THEN 'waiting' ELSE 'pending' END,
        coalesce(n.priority, a.priority, 5), n.created_by, CASE WHEN n.agent_id IS NOT NULL THEN now() END, n.run_after
    FROM jsonb_to_recordset(tasks) AS n (id uuid, agent_id uuid, parent_task_id uuid, workflow_id uuid, task_type text,
        task_name text, input_data jsonb, context_data jsonb, priority integer, created_by uuid, run_after timestamptz,
        needs jsonb)
    LEFT JOIN ai_agents AS a ON a.id = n.agent_id;
    INSERT INTO agent_task_needs (task_id, needs_id, must_succeed)
    SELECT (task ->> 'id')::uuid, (need ->> 'id')::uuid, (need ->> 'must_succeed')::boolean
    FROM jsonb_array_elements(tasks) AS task, jsonb_array_elements(task -> 'needs') AS need;
    waiting := ARRAY(SELECT (task ->> 'id')::uuid FROM jsonb_array_elements(tasks) AS task
        WHERE jsonb_array_length(task -> 'needs') > 0);
    agents := ARRAY(SELECT DISTINCT (task ->> 'agent_id')::uuid FROM jsonb_array_elements(tasks) AS task);
    PERFORM agent_tasks_admit(agents || agent_tasks_release(waiting));
    RETURN jsonb_array_length(tasks);
END
$$;
CREATE FUNCTION agent_task_begin(task uuid, job bigint, worker text) RETURNS jsonb
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    t agent_tasks;
BEGIN
    SELECT * INTO t FROM agent_tasks WHERE id = task FOR NO KEY UPDATE;
    IF t.job_id IS DISTINCT FROM job OR job IS NULL THEN
        DELETE FROM procrastinate_jobs WHERE id = job;
        RETURN NULL;
    ELSIF t.status = 'running' THEN
        UPDATE agent_task_attempts AS a SET ended_at = greatest(clock_timestamp(), a.started_at), outcome = 'lost',
            error = 'The queue gave its job to another worker.'
        WHERE a.task_id = task AND a.attempt = t.attempt AND a.ended_at IS NULL;
    END IF;
    UPDATE agent_tasks AS s
    SET status = 'running', attempt = t.attempt + 1, started_at = clock_timestamp(), completed_at = NULL,
        duration_seconds = NULL, run_after = NULL
    WHERE s.id = task RETURNING s.* INTO t;
    INSERT INTO agent_task_attempts (task_id, attempt, worker, started_at)
    VALUES (task, t.attempt, worker, t.started_at);
    RETURN (SELECT jsonb_build_object(
        'id', t.id, 'attempt', t.attempt, 'retry_count', coalesce(t.retry_count, 0), 'task_type', t.task_type,
        'task_name', t.task_name, 'input', t.input_data, 'context', t.context_data,
        'intermediate', t.intermediate_results, 'workflow_id', t.workflow_id, 'parent_task_id', t.parent_task_id,
        'created_by', t.created_by, 'agent_id', t.agent_id, 'agent', a.name, 'agent_type', a.agent_type,
        'agent_version', a.version, 'settings', a.model_config,
        'timeout_s', coalesce(a.timeout_seconds, 300), 'needs', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('id', b.id, 'task_type', b.task_type, 'status', b.status,
                'output', b.output_data, 'error', b.error_message) ORDER BY b.created_at, b.id), '[]')
            FROM agent_task_needs AS n JOIN agent_tasks AS b ON b.id = n.needs_id WHERE n.task_id = t.id))
        FROM (SELECT) AS one LEFT JOIN ai_agents AS a ON a.id = t.agent_id);
END
$$;
CREATE FUNCTION agent_task_complete(task uuid, try integer, output jsonb, figures jsonb) RETURNS boolean
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    t agent_tasks;
    now_at timestamptz;
BEGIN
    SELECT * INTO t FROM agent_tasks
    WHERE id = task AND status = 'running' AND attempt = try AND cancel_requested_at IS NULL FOR NO KEY UPDATE;
    IF t.id IS NULL THEN
        RETURN false;
    END IF;
    now_at := greatest(clock_timestamp(), t.started_at);
    UPDATE agent_tasks AS s
    SET status = 'completed', output_data = output, completed_at = now_at, progress_percentage = 100,
        duration_seconds = extract(epoch FROM now_at - t.started_at)::integer, job_id = NULL,
        error_message = NULL, error_details = NULL
    WHERE s.id = task;
    PERFORM agent_attempt_end(task, try, 'completed', NULL, figures);
    DELETE FROM procrastinate_jobs WHERE id = t.job_id;
    PERFORM agent_tasks_admit(t.agent_id || agent_tasks_release(
        ARRAY(SELECT task_id FROM agent_task_needs WHERE needs_id = task)));
    RETURN true;
END
$$;
CREATE FUNCTION agent_attempt_end(task uuid, try integer, how text, why text, figures jsonb) RETURNS void
LANGUAGE sql SET search_path FROM CURRENT AS $$
UPDATE agent_task_attempts
SET ended_at = greatest(clock_timestamp(), started_at), outcome = how, error = why, backend = figures ->> 'backend',
    fallback = figures ->> 'fallback', model = figures ->> 'model', prompt_sha256 = figures ->> 'prompt_sha256',
    tokens_in = (figures ->> 'tokens_in')::integer, tokens_out = (figures ->> 'tokens_out')::integer,
    cost_usd = (figures ->> 'cost_usd')::numeric
WHERE task_id = task AND attempt = try
$$;
CREATE FUNCTION agent_task_fail(task uuid, try integer, how text, failure jsonb, policy jsonb, figures jsonb)
RETURNS text LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    t agent_tasks;
    becomes text;
    tries integer;
    wait_s float := 0;
    now_at timestamptz;
    agents uuid[] := '{}';
BEGIN
    SELECT * INTO t FROM agent_tasks WHERE id = task AND status = 'running' AND attempt = try FOR NO KEY UPDATE;
    IF t.id IS NULL THEN
        RETURN NULL;
    END IF;
    now_at := greatest(clock_timestamp(), t.started_at);
    tries := coalesce(t.retry_count, 0);
    IF how = 'cancelled' OR t.cancel_requested_at IS NOT NULL THEN
        becomes := 'cancelled';
    ELSIF policy ->> 'then' = 'again' THEN
        becomes := 'pending';
    ELSIF policy ->> 'then' = 'stop' THEN
        becomes := 'failed';
    ELSIF tries < coalesce((SELECT retry_count FROM ai_agents WHERE id = t.agent_id), 3) THEN
        becomes := 'pending';
        wait_s := random() * least((policy ->> 'cap_s')::float, (policy ->> 'base_s')::float * 2 ^ least(tries, 60));
        tries := tries + 1;
    ELSE
        becomes := 'dead_letter';
    END IF;
    UPDATE agent_tasks AS s
    SET status = becomes, retry_count = tries, job_id = NULL,
        error_message = CASE WHEN t.cancel_requested_at IS NULL THEN failure ->> 'message' ELSE t.error_message END,
        error_details = CASE WHEN t.cancel_requested_at IS NULL THEN failure ELSE t.error_details END,
        run_after = CASE WHEN wait_s > 0 THEN clock_timestamp() + make_interval(secs => wait_s) END,
        completed_at = CASE WHEN becomes <> 'pending' THEN now_at END,
        duration_seconds = CASE WHEN becomes <> 'pending' THEN extract(epoch FROM now_at - t.started_at)::integer END
    WHERE s.id = task;
    PERFORM agent_attempt_end(
        task, try, CASE WHEN becomes = 'cancelled' THEN becomes ELSE how END, failure ->> 'message', figures);
    DELETE FROM procrastinate_jobs WHERE id = t.job_id;
    IF becomes <> 'pending' THEN
        agents := agent_tasks_release(ARRAY(SELECT task_id FROM agent_task_needs WHERE needs_id = task));
    END IF;
    PERFORM agent_tasks_admit(t.agent_id || agents);
    RETURN becomes;
END
$$;
CREATE FUNCTION agent_task_wait(task uuid, try integer, needs jsonb, context jsonb, figures jsonb) RETURNS boolean
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    t agent_tasks;
BEGIN
    PERFORM FROM agent_tasks WHERE id IN (SELECT (need ->> 'id')::uuid FROM jsonb_array_elements(needs) AS need)
    ORDER BY id FOR SHARE;
    SELECT * INTO t FROM agent_tasks
    WHERE id = task AND status = 'running' AND attempt = try AND cancel_requested_at IS NULL FOR NO KEY UPDATE;
    IF t.id IS NULL THEN
        RETURN false;
    END IF;
    INSERT INTO agent_task_needs (task_id, needs_id, must_succeed)
    SELECT task, (need ->> 'id')::uuid, (need ->> 'must_succeed')::boolean FROM jsonb_array_elements(needs) AS need
    ON CONFLICT (task_id, needs_id) DO UPDATE SET must_succeed = excluded.must_succeed;
    IF EXISTS (
        WITH RECURSIVE above AS (
            SELECT needs_id FROM agent_task_needs WHERE task_id = task
            UNION SELECT n.needs_id FROM above JOIN agent_task_needs AS n ON n.task_id = above.needs_id
        ) SELECT FROM above WHERE needs_id = task
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'TB002', MESSAGE = 'task ' || task || ' would wait for itself';
    END IF;
    UPDATE agent_tasks AS s
    SET status = 'waiting', job_id = NULL, context_data = coalesce(context, s.context_data) WHERE s.id = task;
    PERFORM agent_attempt_end(task, try, 'waited', NULL, figures);
    DELETE FROM procrastinate_jobs WHERE id = t.job_id;
    PERFORM agent_tasks_admit(t.agent_id || agent_tasks_release(ARRAY[task]));
    RETURN true;
END
$$;
CREATE FUNCTION agent_task_progress(task uuid, try integer, percent integer, results jsonb) RETURNS boolean
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE agent_tasks SET progress_percentage = coalesce(percent, progress_percentage),
        intermediate_results = coalesce(results, intermediate_results)
    WHERE id = task AND status = 'running' AND attempt = try;
    RETURN FOUND;
END
$$;
CREATE FUNCTION agent_tasks_cancel(tasks uuid[], reason text) RETURNS uuid[]
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    known uuid[] := '{}';
    reached uuid[];
    jobs bigint[];
    agents uuid[];
BEGIN
    LOOP
        reached := ARRAY(
            WITH RECURSIVE parts AS (
                SELECT id FROM agent_tasks WHERE id = ANY (tasks)
                UNION SELECT t.id FROM parts JOIN agent_tasks AS t ON t.parent_task_id = parts.id
            ) SELECT id FROM parts);
        EXIT WHEN reached <@ known;
        PERFORM FROM agent_tasks WHERE id = ANY (reached) ORDER BY id FOR NO KEY UPDATE;
        known := reached;
    END LOOP;
    SELECT array_agg(id), array_agg(job_id) FILTER (WHERE job_id IS NOT NULL), array_agg(DISTINCT agent_id)
    INTO reached, jobs, agents FROM (
        SELECT id, agent_id, CASE status WHEN 'pending' THEN job_id END AS job_id FROM agent_tasks
        WHERE id = ANY (reached) AND status IN ('waiting', 'pending', 'running') ORDER BY id FOR NO KEY UPDATE) AS open;
    UPDATE agent_tasks AS t
    SET status = CASE t.status WHEN 'running' THEN t.status ELSE 'cancelled' END,
        job_id = CASE t.status WHEN 'running' THEN t.job_id END,
        completed_at = CASE t.status WHEN 'running' THEN NULL ELSE greatest(clock_timestamp(), t.started_at) END,
        cancel_requested_at = CASE t.status WHEN 'running' THEN coalesce(t.cancel_requested_at, clock_timestamp()) END,
        error_message = reason, error_details = jsonb_build_object('kind', 'cancelled', 'message', reason)
    WHERE t.id = ANY (reached);
    DELETE FROM procrastinate_jobs WHERE id = ANY (jobs);
    PERFORM agent_tasks_admit(agents || agent_tasks_release(
        ARRAY(SELECT DISTINCT task_id FROM agent_task_needs WHERE needs_id = ANY (reached))));
    RETURN coalesce(reached, '{}');
END
$$;
CREATE FUNCTION agent_tasks_retry(tasks uuid[]) RETURNS uuid[]
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    reached uuid[];
BEGIN
    reached := ARRAY(
        WITH RECURSIVE ended AS NOT MATERIALIZED (
            SELECT id, parent_task_id, blocked_by, status FROM agent_tasks
            WHERE status IN ('failed', 'cancelled', 'dead_letter')
        ), anew AS (
            SELECT id FROM ended WHERE id = ANY (tasks)
            UNION SELECT more.id FROM anew CROSS JOIN LATERAL (
                SELECT id FROM ended WHERE blocked_by = anew.id
                UNION ALL SELECT id FROM ended WHERE parent_task_id = anew.id
                UNION ALL SELECT whole.id FROM ended AS part JOIN ended AS whole ON whole.id = part.parent_task_id
                WHERE part.id = anew.id AND whole.status <> 'cancelled') AS more
        ) SELECT id FROM anew);
    reached := ARRAY(
        SELECT id FROM agent_tasks WHERE id = ANY (reached) AND status IN ('failed', 'cancelled', 'dead_letter')
        ORDER BY id FOR NO KEY UPDATE);
    UPDATE agent_tasks SET status = 'waiting', retry_count = 0, run_after = NULL, cancel_requested_at = NULL,
        blocked_by = NULL, completed_at = NULL, duration_seconds = NULL, error_message = NULL, error_details = NULL,
        progress_percentage = 0
    WHERE id = ANY (reached);
    PERFORM agent_tasks_admit(agent_tasks_release(reached));
    RETURN reached;
END
$$;
CREATE FUNCTION agent_task_take(task uuid, worker bigint) RETURNS bigint
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    t agent_tasks;
    taken bigint;
BEGIN
    SELECT * INTO t FROM agent_tasks WHERE id = task AND status = 'pending' FOR NO KEY UPDATE;
    IF t.id IS NULL THEN
        RETURN NULL;
    ELSIF t.job_id IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('agent ' || t.agent_id, 0));
        IF (SELECT count(*) FROM agent_tasks WHERE agent_id = t.agent_id AND job_id IS NOT NULL)
            >= (SELECT max_concurrent_tasks FROM ai_agents WHERE id = t.agent_id)
        THEN
            RETURN NULL;
        END IF;
        PERFORM agent_tasks_wake(ARRAY[task]);
    END IF;
    UPDATE procrastinate_jobs AS j SET status = 'doing', worker_id = worker
    WHERE j.id = (SELECT job_id FROM agent_tasks WHERE id = task) AND j.status = 'todo' RETURNING j.id INTO taken;
    RETURN taken;
END
$$;
CREATE FUNCTION agent_tasks_lost(stalled_s float, overdue_s float, task uuid DEFAULT NULL)
RETURNS TABLE (task_id uuid, attempt integer, job_id bigint) LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
    RETURN QUERY SELECT t.id, t.attempt, t.job_id FROM agent_tasks AS t
    LEFT JOIN procrastinate_jobs AS j ON j.id = t.job_id
    LEFT JOIN procrastinate_workers AS w ON w.id = j.worker_id
    LEFT JOIN ai_agents AS a ON a.id = t.agent_id
    WHERE t.job_id IS NOT NULL AND (task IS NULL OR t.id = task) AND (
        j.id IS NULL OR j.status NOT IN ('todo', 'doing') OR (t.status = 'running' AND j.status = 'todo')
        OR (j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => stalled_s)))
        OR (t.status = 'pending' AND j.status = 'doing' AND EXISTS (
            SELECT FROM procrastinate_events AS e WHERE e.job_id = j.id AND e.type = 'started'
                AND e.at < now() - make_interval(secs => stalled_s)))
        OR (t.status = 'running'
            AND t.started_at < now() - make_interval(secs => nullif(coalesce(a.timeout_seconds, 300), 0) + overdue_s)));
END
$$;
CREATE FUNCTION agent_task_recover(task uuid, try integer, job bigint, stalled_s float, overdue_s float, policy jsonb)
RETURNS text LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    t agent_tasks;
BEGIN
    SELECT * INTO t FROM agent_tasks WHERE id = task AND attempt = try AND job_id = job FOR NO KEY UPDATE SKIP LOCKED;
    IF t.id IS NULL OR NOT EXISTS (SELECT FROM agent_tasks_lost(stalled_s, overdue_s, task)) THEN
        RETURN NULL;
    ELSIF t.status = 'running' THEN
        RETURN agent_task_fail(task, try, 'lost', '{"kind": "lost", "message": "Its worker is gone."}', policy, NULL);
    END IF;
    DELETE FROM procrastinate_jobs WHERE id = job;
    UPDATE agent_tasks SET job_id = NULL WHERE id = task;
    PERFORM agent_tasks_admit(ARRAY[t.agent_id]);
    RETURN t.status;
END
$$;
DO $path$ BEGIN
    PERFORM set_config('search_path', regexp_replace(current_setting('search_path'), ', toolbox$', ''), true);
END $path$
"""

COMMENTS = """
COMMENT ON COLUMN agent_tasks.attempt IS 'Number of the latest try, 0 before the first; only who has it may write a result.';
COMMENT ON COLUMN agent_tasks.job_id IS 'Job of the queue that holds a place among the agent''s concurrent tasks; null if it has none.';
COMMENT ON COLUMN agent_tasks.run_after IS 'Not before this; null for at once.';
COMMENT ON COLUMN agent_tasks.cancel_requested_at IS 'When somebody asked to cancel it while it ran; null if nobody did.';
COMMENT ON COLUMN agent_tasks.blocked_by IS 'Task whose failure cancelled it; null if none did.';
COMMENT ON TABLE agent_task_needs IS 'Which tasks wait for which others.';
COMMENT ON COLUMN agent_task_needs.task_id IS 'Task that waits.';
COMMENT ON COLUMN agent_task_needs.needs_id IS 'Task that it waits for.';
COMMENT ON COLUMN agent_task_needs.must_succeed IS 'True if it is cancelled where the other does not complete; false if any end will do.';
COMMENT ON TABLE agent_task_attempts IS 'Every try of a task. Append-only, but for its end.';
COMMENT ON COLUMN agent_task_attempts.task_id IS 'Task that was tried.';
COMMENT ON COLUMN agent_task_attempts.attempt IS 'Number of the try, from 1.';
COMMENT ON COLUMN agent_task_attempts.worker IS 'Machine and process that tried.';
COMMENT ON COLUMN agent_task_attempts.started_at IS 'When it began.';
COMMENT ON COLUMN agent_task_attempts.ended_at IS 'When it ended; null while it runs.';
COMMENT ON COLUMN agent_task_attempts.outcome IS 'completed, failed, timed_out, cancelled, lost (with its worker) or waited (for other tasks).';
COMMENT ON COLUMN agent_task_attempts.error IS 'Why it did not complete; may quote the input.';
COMMENT ON COLUMN agent_task_attempts.backend IS 'Whose result stands: offline (our generators), or model (a language model''s proposal).';
COMMENT ON COLUMN agent_task_attempts.fallback IS 'Why the offline generator''s result stands although a model was to be asked; null if none was, or its proposal was taken.';
COMMENT ON COLUMN agent_task_attempts.model IS 'Language model that was asked; null if none was.';
COMMENT ON COLUMN agent_task_attempts.prompt_sha256 IS 'SHA-256 of what the model was asked, 64 hexadecimal digits; null if none was.';
COMMENT ON COLUMN agent_task_attempts.tokens_in IS 'Tokens that the model read.';
COMMENT ON COLUMN agent_task_attempts.tokens_out IS 'Tokens that the model wrote.';
COMMENT ON COLUMN agent_task_attempts.cost_usd IS 'What the model cost, in US dollars.';
COMMENT ON TABLE agent_reviews IS 'What persons thought of what agents made. Append-only: a later judgement is a row of its own.';
COMMENT ON COLUMN agent_reviews.id IS 'Key, in the order of writing: of several judgements of the same the last one counts.';
COMMENT ON COLUMN agent_reviews.task_id IS 'Task whose result was judged.';
COMMENT ON COLUMN agent_reviews.content_sha256 IS 'SHA-256 of what was judged, 64 hexadecimal digits: the judgement is of nothing else.';
COMMENT ON COLUMN agent_reviews.approved IS 'Whether it may be used.';
COMMENT ON COLUMN agent_reviews.reviewed_by IS 'Person who judged.';
COMMENT ON COLUMN agent_reviews.note IS 'Why, in the person''s words.';
COMMENT ON COLUMN agent_reviews.reviewed_at IS 'When, by the database''s clock.'
"""

DROPPED = """
DROP TABLE agent_reviews;
DROP TABLE agent_task_attempts;
DROP FUNCTION agent_task_recover;
DROP FUNCTION agent_tasks_lost;
DROP FUNCTION agent_task_take;
DROP FUNCTION agent_tasks_retry;
DROP FUNCTION agent_tasks_cancel;
DROP FUNCTION agent_task_progress;
DROP FUNCTION agent_task_wait;
DROP FUNCTION agent_task_fail;
DROP FUNCTION agent_attempt_end;
DROP FUNCTION agent_task_complete;
DROP FUNCTION agent_task_begin;
DROP FUNCTION agent_tasks_submit;
DROP FUNCTION agent_tasks_release;
DROP FUNCTION agent_tasks_admit;
DROP FUNCTION agent_tasks_wake;
DROP TRIGGER open_stays ON agent_tasks;
DROP FUNCTION keep_open_agent_tasks;
DROP FUNCTION keep_agent_task_attempts;
DROP FUNCTION refuse_history_change;
DROP TABLE agent_task_needs
"""

TAKEN_BACK = """
DROP INDEX agent_tasks_ready_idx;
DROP INDEX agent_tasks_dead_letter_idx;
DROP INDEX agent_tasks_workflow_id_idx;
ALTER TABLE agent_tasks
    DROP attempt, DROP job_id, DROP run_after, DROP cancel_requested_at, DROP blocked_by
"""


def upgrade() -> None:
    take_indexes(INDEXED)
    op.execute(TASKS)
    add_checks(RULES)
    op.execute(TABLES)
    op.execute(HISTORY)
    op.execute(STEPS)
    op.execute(COMMENTS)


def downgrade() -> None:
    op.execute(DROPPED)
    drop_checks(RULES)
    op.execute(TAKEN_BACK)
