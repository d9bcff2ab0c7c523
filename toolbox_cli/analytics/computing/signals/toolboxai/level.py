"""What a student's best score in a content amounts to: novice, developing, proficient or advanced.

With p as the highest `passing_score` of the content's quizzes, 70 where none says one:

- `novice`: a best score under p / 2;
- `developing`: from there to under p;
- `proficient`: from p to under (p + 100) / 2;
- `advanced`: from there on.

Without a score it is null. So it is for who withholds consent, and for rows of nobody.
"""

from typing import Final

from toolbox_cli.analytics.computing.signal import Signal
from toolbox_cli.analytics.computing.signals.toolboxai.learners import WITHHELD

_UPDATE: Final = """
WITH passing AS (
    SELECT content_id, max(passing_score) AS score FROM quizzes WHERE content_id IS NOT NULL GROUP BY content_id
), judged AS (
    SELECT u.id, u.mastery_level AS held, coalesce(p.score, 70) AS pass,
        CASE WHEN u.user_id IS NOT NULL AND w.user_id IS NULL THEN u.best_score END AS best
    FROM user_progress AS u LEFT JOIN passing AS p USING (content_id) LEFT JOIN withheld AS w ON w.user_id = u.user_id
    WHERE coalesce(u.last_interaction, '-infinity') >= %(begin)s::timestamptz
), found AS (
    SELECT id, held, CASE
        WHEN best < pass / 2.0 THEN 'novice'
        WHEN best < pass THEN 'developing'
        WHEN best < (pass + 100) / 2.0 THEN 'proficient'
        WHEN best IS NOT NULL THEN 'advanced' END AS level
    FROM judged
)
UPDATE user_progress AS u SET mastery_level = f.level FROM found AS f
WHERE u.id = f.id AND f.held IS DISTINCT FROM f.level"""

SIGNAL: Final = Signal(
    "mastery_level", "toolboxai", "user_progress", __doc__ or "", time="last_interaction", update=_UPDATE,
    before=WITHHELD, by_month=False,
)  # fmt: skip
