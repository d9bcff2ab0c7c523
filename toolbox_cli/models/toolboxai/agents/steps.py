"""The steps that a worker takes with a task, each one call: begin, complete, fail, wait; and what they share.

Rows are locked in the order in which tasks need each other, then agents in the order of their keys; whoever holds an
agent waits for no row. What is decided on other tasks' states is asked in a statement after the one that locked.
"""

from typing import Final

from toolbox_cli.models.base import Function


def step(name: str, sql: str, purpose: str) -> Function:
    """Make a function that sees the queue, which stands in the schema of the toolkit's own records.

    Args:
        name: with nothing behind it.
        sql: CREATE FUNCTION up to the language, then `AS`.
        purpose: for who reads about the schema.
    """
    path = "DO $path$ BEGIN PERFORM set_config('search_path', {}, true); END $path$"
    wide = path.format("current_setting('search_path') || ', toolbox'")
    narrow = path.format("regexp_replace(current_setting('search_path'), ', toolbox$', '')")
    return Function(name, f"{wide};\n{sql.strip()};\n{narrow}", purpose)


FUNCTIONS: Final = (
    Function(
        "refuse_history_change",
        """
CREATE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'insufficient_privilege',
        MESSAGE = TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' is refused',
        HINT = 'Write a new row that corrects the old one.';
END
$$""",
        "Refuses to change or delete what was recorded of agents.",
    ),
    step(
        "agent_tasks_wake",
        """
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
$$""",
        "Queues a job for each of some tasks.",
    ),
    step(
        "agent_tasks_admit",
        """
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
$$""",
        "Gives jobs to tasks that are due, of each agent as many as may run at once; who has a job holds a place.",
    ),
    step(
        "agent_tasks_release",
        """
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
$$""",
        "Lets waiting tasks go on whose needs have ended, cancels those that need what failed, and gives their agents.",
    ),
    step(
        "agent_tasks_submit",
        """
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
$$""",
        "Takes new tasks with their needs, and queues those that may run.",
    ),
    step(
        "agent_task_begin",
        """
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
$$""",
        "Begins a try of a task, and gives what the worker has to know; null where the job is not the task's.",
    ),
    step(
        "agent_task_complete",
        """
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
$$""",
        "Ends a try with a result, and lets those go on who wait for it; false where the try is no longer the latest, "
        "or its task was cancelled.",
    ),
)
