"""What a measurement in percent should reach.

- `comprehension` with a quiz: the quiz's `passing_score`, 70 where it says none;
- `engagement` and `progress`: 80, the rate of completion that document 003 aims at.

Every other measurement, and those in another unit, keep the benchmark that they have.
"""

from typing import Final

from toolbox_cli.analytics.computing.signal import Signal

_UPDATE: Final = """
WITH found AS (
    SELECT e.id, e.recorded_at, e.benchmark_value AS held, CASE
        WHEN e.metric_type = 'comprehension' THEN coalesce(q.passing_score, 70)
        ELSE 80 END::numeric AS target
    FROM educational_analytics AS e LEFT JOIN quizzes AS q ON q.id = e.quiz_id
    WHERE e.recorded_at >= %(begin)s::timestamptz AND e.recorded_at < %(end)s::timestamptz
        AND coalesce(e.metric_unit, 'percentage') = 'percentage'
        AND (e.metric_type = 'comprehension' AND q.id IS NOT NULL OR e.metric_type IN ('engagement', 'progress'))
)
UPDATE educational_analytics AS e SET benchmark_value = f.target FROM found AS f
WHERE e.id = f.id AND e.recorded_at = f.recorded_at AND f.held IS DISTINCT FROM f.target
    AND e.recorded_at >= %(begin)s::timestamptz AND e.recorded_at < %(end)s::timestamptz"""

SIGNAL: Final = Signal(
    "benchmark_value", "toolboxai", "educational_analytics", __doc__ or "", time="recorded_at", update=_UPDATE
)
