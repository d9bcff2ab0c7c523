"""How well a student has got hold of a module, 0 to 1, from accuracy, speed and struggle.

Judged from half of the module on: `completed`, or 50 percent done. Before that, and for what was skipped, it is null.
With `share` as the part that is done (all of it when completed), and `sections` as the number of the module's:

- accuracy = d / (d + errors + retries + hints / 2), where d = share × sections, and at least 1;
- speed = share × the module's estimated time / the time spent, and at most 1; unknown where either is 0;
- calm = 1 - the mean `struggle_signal` of the student's events in the module; unknown without any.

    mastery_score = (0.5 accuracy + 0.2 speed + 0.3 calm) / the weights of those that are known, to two places

Nobody is rewarded for rushing: who takes half of the estimated time is as fast as who takes all of it.
"""

from typing import Final

from toolbox_cli.analytics.computing.signal import Signal

_UPDATE: Final = """
WITH judged AS (
    SELECT p.id, p.module_id, p.student_id, p.mastery_score AS held, m.estimated_minutes, p.total_time_seconds,
        p.status = 'completed' OR coalesce(p.status, '') <> 'skipped' AND p.progress_percent >= 50 AS counts,
        CASE WHEN p.status = 'completed' THEN 1.0 ELSE coalesce(p.progress_percent, 0) / 100.0 END AS share,
        coalesce(p.error_count, 0) + coalesce(p.retry_count, 0) + coalesce(p.hint_count, 0) / 2.0 AS trouble
    FROM module_progress AS p JOIN modules AS m ON m.id = p.module_id
    WHERE coalesce(p.last_accessed_at, '-infinity') >= %(begin)s::timestamptz
), sections AS (
    SELECT module_id, count(*) AS number FROM module_sections GROUP BY module_id
), struggled AS (
    SELECT e.module_id, e.student_id, avg(e.struggle_signal) AS mean
    FROM module_analytics_events AS e JOIN judged AS j USING (module_id, student_id)
    WHERE j.counts GROUP BY e.module_id, e.student_id
), parts AS (
    SELECT j.id, j.held, j.counts, j.trouble, greatest(j.share * coalesce(s.number, 1), 1.0) AS done,
        least(j.share * j.estimated_minutes * 60 / nullif(j.total_time_seconds, 0), 1.0) AS speed,
        j.share * j.estimated_minutes > 0 AND j.total_time_seconds > 0 AS timed, 1.0 - t.mean AS calm
    FROM judged AS j LEFT JOIN sections AS s USING (module_id) LEFT JOIN struggled AS t USING (module_id, student_id)
), found AS (
    SELECT id, held, CASE WHEN counts THEN round(
        (0.5 * done / (done + trouble) + CASE WHEN timed THEN 0.2 * speed ELSE 0 END + coalesce(0.3 * calm, 0))
        / (0.5 + CASE WHEN timed THEN 0.2 ELSE 0 END + CASE WHEN calm IS NULL THEN 0 ELSE 0.3 END), 2) END AS score
    FROM parts
)
UPDATE module_progress AS p SET mastery_score = f.score FROM found AS f
WHERE p.id = f.id AND f.held IS DISTINCT FROM f.score"""

SIGNAL: Final = Signal(
    "mastery_score", "frames", "module_progress", __doc__ or "", time="last_accessed_at", update=_UPDATE, by_month=False
)
