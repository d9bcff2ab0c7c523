"""What a student does best after a content.

An author's contents of one subject stand in a row: by grade, then by difficulty (1 easy or beginner, 3 hard or
advanced, 4 expert, 2 everything else), then by age; templates don't. The mastery levels proficient and advanced count
as mastered.

- mastered: the nearest of the next 10 in the row that the student has not mastered; null where there is none;
- not mastered, in fewer than 3 attempts: the same content again;
- not mastered, in 3 attempts or more: the nearest of the 10 before it that the student has not mastered, or else the
  same content again.

Only contents of the same author come into question: what a teacher made for a class is shown to no other. It is null
without a mastery level, for a content without an author, for closed accounts, and for who withholds consent.
"""

from typing import Final

from toolbox_cli.analytics.computing.signal import Signal
from toolbox_cli.analytics.computing.signals.toolboxai.learners import WITHHELD

_ROWS: Final = (
    "DROP TABLE IF EXISTS pg_temp.near",
    """
CREATE TEMPORARY TABLE near ON COMMIT DROP AS
WITH placed AS (
    SELECT id, created_by, subject, row_number() OVER (
        PARTITION BY created_by, subject ORDER BY grade_level, CASE lower(difficulty_level)
            WHEN 'easy' THEN 1 WHEN 'beginner' THEN 1 WHEN 'hard' THEN 3 WHEN 'advanced' THEN 3 WHEN 'expert' THEN 4
            ELSE 2 END, created_at, id) AS place
    FROM educational_content WHERE is_template IS NOT TRUE AND created_by IS NOT NULL
)
SELECT c.id AS content_id, step, n.id AS other
FROM placed AS c CROSS JOIN generate_series(-10, 10) AS step
JOIN placed AS n ON n.created_by = c.created_by AND n.subject = c.subject AND n.place = c.place + step
WHERE step <> 0""",
    "CREATE INDEX ON near (content_id)",
    "ANALYZE near",
)
"""What stands near each content in its author's row."""

_UPDATE: Final = """
WITH judged AS (
    SELECT u.id, u.user_id, u.content_id, u.next_recommended_content AS held,
        coalesce(u.attempts_count, 0) >= 3 AS tried, u.mastery_level IN ('proficient', 'advanced') AS mastered,
        u.mastery_level IS NOT NULL AND c.created_by IS NOT NULL AND p.is_active IS NOT FALSE
            AND p.id IS NOT NULL AND w.user_id IS NULL AS counts
    FROM user_progress AS u LEFT JOIN educational_content AS c ON c.id = u.content_id
    LEFT JOIN users AS p ON p.id = u.user_id LEFT JOIN withheld AS w ON w.user_id = u.user_id
    WHERE coalesce(u.last_interaction, '-infinity') >= %(begin)s::timestamptz
), steps AS (
    SELECT j.id, min(abs(n.step)) * CASE WHEN j.mastered THEN 1 ELSE -1 END AS step
    FROM judged AS j JOIN near AS n ON n.content_id = j.content_id AND (n.step > 0) = j.mastered
    WHERE j.counts AND (j.mastered OR j.tried) AND NOT EXISTS (
        SELECT FROM user_progress AS done WHERE done.user_id = j.user_id AND done.content_id = n.other
            AND done.mastery_level IN ('proficient', 'advanced'))
    GROUP BY j.id, j.mastered
), found AS (
    SELECT j.id, j.held, CASE
        WHEN j.counts THEN coalesce(n.other, CASE WHEN NOT j.mastered THEN j.content_id END) END AS next
    FROM judged AS j LEFT JOIN steps AS s USING (id)
    LEFT JOIN near AS n ON n.content_id = j.content_id AND n.step = s.step
)
UPDATE user_progress AS u SET next_recommended_content = f.next FROM found AS f
WHERE u.id = f.id AND f.held IS DISTINCT FROM f.next"""

SIGNAL: Final = Signal(
    "next_recommended_content", "toolboxai", "user_progress", __doc__ or "", time="last_interaction", update=_UPDATE,
    before=(*WITHHELD, *_ROWS), by_month=False,
)  # fmt: skip
