"""The student's own average before this measurement.

    historical_average = the mean of the student's earlier values of the same metric and unit, to four places

Earlier is a smaller `recorded_at`: measurements of the same moment don't know each other, and the first has null. So
have measurements of nobody, and of who withholds consent.
"""

from typing import Final

from toolbox_cli.analytics.computing.signal import Signal
from toolbox_cli.analytics.computing.signals.toolboxai.learners import WITHHELD

_CARRIED: Final = (
    "DROP TABLE IF EXISTS pg_temp.carried",
    """
CREATE TEMPORARY TABLE carried (user_id uuid, metric_type text, unit text, total numeric, number bigint,
    PRIMARY KEY (user_id, metric_type, unit)) ON COMMIT DROP""",
    """
INSERT INTO carried
SELECT user_id, metric_type, coalesce(metric_unit, ''), sum(metric_value), count(*) FROM educational_analytics
WHERE recorded_at < %(begin)s::timestamptz AND user_id IS NOT NULL AND metric_value <> 'NaN' GROUP BY 1, 2, 3""",
    "ANALYZE carried",
)
"""Each student's sums up to the month that is worked through."""

_CARRY: Final = """
INSERT INTO carried AS c
SELECT user_id, metric_type, coalesce(metric_unit, ''), sum(metric_value), count(*) FROM educational_analytics
WHERE recorded_at >= %(begin)s::timestamptz AND recorded_at < %(end)s::timestamptz AND user_id IS NOT NULL
    AND metric_value <> 'NaN'
GROUP BY 1, 2, 3
ON CONFLICT (user_id, metric_type, unit)
DO UPDATE SET total = c.total + excluded.total, number = c.number + excluded.number"""

_UPDATE: Final = """
WITH measured AS (
    SELECT e.id, e.recorded_at, e.historical_average AS held, e.user_id IS NOT NULL AND w.user_id IS NULL AS counts,
        coalesce(c.total, 0)
            + coalesce(sum(e.metric_value) FILTER (WHERE e.metric_value <> 'NaN') OVER earlier, 0) AS total,
        coalesce(c.number, 0) + count(*) FILTER (WHERE e.metric_value <> 'NaN') OVER earlier AS number
    FROM educational_analytics AS e LEFT JOIN withheld AS w ON w.user_id = e.user_id
    LEFT JOIN carried AS c
        ON c.user_id = e.user_id AND c.metric_type = e.metric_type AND c.unit = coalesce(e.metric_unit, '')
    WHERE e.recorded_at >= %(begin)s::timestamptz AND e.recorded_at < %(end)s::timestamptz
    WINDOW earlier AS (
        PARTITION BY e.user_id, e.metric_type, e.metric_unit ORDER BY e.recorded_at
        GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), found AS (
    SELECT id, recorded_at, held, CASE WHEN counts THEN round(total / nullif(number, 0), 4) END AS average FROM measured
)
UPDATE educational_analytics AS e SET historical_average = f.average FROM found AS f
WHERE e.id = f.id AND e.recorded_at = f.recorded_at AND f.held IS DISTINCT FROM f.average
    AND e.recorded_at >= %(begin)s::timestamptz AND e.recorded_at < %(end)s::timestamptz"""

SIGNAL: Final = Signal(
    "historical_average", "toolboxai", "educational_analytics", __doc__ or "", time="recorded_at", update=_UPDATE,
    before=(*WITHHELD, *_CARRIED), after=(_CARRY,),
)  # fmt: skip
