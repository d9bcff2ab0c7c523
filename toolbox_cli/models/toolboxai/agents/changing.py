"""More steps: what goes wrong with tasks, and what people and rescuers do with them."""

from typing import Final

from toolbox_cli.models.toolboxai.agents.steps import step

FUNCTIONS: Final = (
    step(
        "agent_attempt_end",
        """
CREATE FUNCTION agent_attempt_end(task uuid, try integer, how text, why text, figures jsonb) RETURNS void
LANGUAGE sql SET search_path FROM CURRENT AS $$
UPDATE agent_task_attempts
SET ended_at = greatest(clock_timestamp(), started_at), outcome = how, error = why, backend = figures ->> 'backend',
    fallback = figures ->> 'fallback', model = figures ->> 'model', prompt_sha256 = figures ->> 'prompt_sha256',
    tokens_in = (figures ->> 'tokens_in')::integer, tokens_out = (figures ->> 'tokens_out')::integer,
    cost_usd = (figures ->> 'cost_usd')::numeric
WHERE task_id = task AND attempt = try
$$""",
        "Records the end of a try.",
    ),
    step(
        "agent_task_fail",
        """
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
$$""",
        "Ends a try without a result, and gives what becomes of the task: pending (tried again, later each time), "
        "failed, dead_letter or cancelled; null where the try is no longer the latest.",
    ),
    step(
        "agent_task_wait",
        """
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
$$""",
        "Ends a try that goes on when other tasks have ended; false where it is no longer the latest or cancelled.",
    ),
    step(
        "agent_task_progress",
        """
CREATE FUNCTION agent_task_progress(task uuid, try integer, percent integer, results jsonb) RETURNS boolean
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE agent_tasks SET progress_percentage = coalesce(percent, progress_percentage),
        intermediate_results = coalesce(results, intermediate_results)
    WHERE id = task AND status = 'running' AND attempt = try;
    RETURN FOUND;
END
$$""",
        "Records how far a try is, and what it has so far; false where it is no longer the latest.",
    ),
    step(
        "agent_tasks_cancel",
        """
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
$$""",
        "Cancels tasks with their parts; one that runs is stopped by its worker. Gives those that were open.",
    ),
    step(
        "agent_tasks_retry",
        """
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
$$""",
        "Lets tasks that failed or were cancelled begin anew, with their parts, with those that their failure "
        "cancelled, and with the whole that came to nothing without them.",
    ),
    step(
        "agent_task_take",
        """
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
$$""",
        "Takes one task's job for a worker, whatever stands before it; null where it does not wait, or has no place.",
    ),
    step(
        "agent_tasks_lost",
        """
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
$$""",
        "Gives tasks whose job nobody works on any more, or whose worker should have stopped them long ago.",
    ),
    step(
        "agent_task_recover",
        """
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
$$""",
        "Takes a lost task from its worker, and gives what becomes of it; null where it is not lost after all.",
    ),
)
