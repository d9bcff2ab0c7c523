"""The average of who was measured in the same, in months that are over and groups of 10 persons or more.

Peers share metric, unit, content, subject and grade, and the month (in UTC) of `recorded_at`. Each of them counts once,
with the mean of their own measurements:

    peer_average = the mean over persons of each person's mean, to four places

It is null under 10 persons, and where all of them have the same mean, which the average would tell of each.

All peers have the same value, their own part in it: an average without oneself would let two of them take the
difference and know each other. A running month is left as it is, since an average that moves while one person after
the other is measured tells what each of them got; in a month that is over only what comes late or is deleted moves it.
Measurements of nobody, and of who withholds consent, neither count nor get an average.
"""

from typing import Final

from toolbox_cli.analytics.computing.signal import Signal
from toolbox_cli.analytics.computing.signals.toolboxai.learners import WITHHELD

_UPDATE: Final = """
WITH measured AS (
    SELECT e.id, e.recorded_at, e.peer_average AS held, e.metric_value AS value, e.metric_type,
        CASE WHEN w.user_id IS NULL THEN e.user_id END AS person, coalesce(e.metric_unit, '') AS unit,
        coalesce(e.content_id::text, '') AS content, coalesce(e.subject, '') AS subject,
        coalesce(e.grade_level, 0) AS grade
    FROM educational_analytics AS e LEFT JOIN withheld AS w ON w.user_id = e.user_id
    WHERE e.recorded_at >= %(begin)s::timestamptz AND e.recorded_at < %(end)s::timestamptz
), persons AS (
    SELECT metric_type, unit, content, subject, grade, avg(value) AS mean FROM measured
    WHERE person IS NOT NULL AND value <> 'NaN' GROUP BY metric_type, unit, content, subject, grade, person
), peers AS (
    SELECT metric_type, unit, content, subject, grade, round(avg(mean), 4) AS average FROM persons
    GROUP BY metric_type, unit, content, subject, grade HAVING count(*) >= %(persons)s AND min(mean) < max(mean)
), found AS (
    SELECT m.id, m.recorded_at, m.held, CASE WHEN m.person IS NOT NULL THEN p.average END AS average
    FROM measured AS m LEFT JOIN peers AS p USING (metric_type, unit, content, subject, grade)
)
UPDATE educational_analytics AS e SET peer_average = f.average FROM found AS f
WHERE e.id = f.id AND e.recorded_at = f.recorded_at AND f.held IS DISTINCT FROM f.average
    AND e.recorded_at >= %(begin)s::timestamptz AND e.recorded_at < %(end)s::timestamptz"""

SIGNAL: Final = Signal(
    "peer_average", "toolboxai", "educational_analytics", __doc__ or "", time="recorded_at", update=_UPDATE,
    before=WITHHELD, settled=True,
)  # fmt: skip
