"""What the last events of a module add up to, at the event that completes it.

Looks at the same 15 minutes and counts the same half points as `struggle_signal`. The first that holds:

- `stuck`, at an event of trouble: 8 or more of trouble, and nothing done;
- `confusion_loop`, at an event of trouble: 6 or more of trouble in the event's own section;
- `rapid_progress`, at an event by which something is done: 6 or more of what is done, and no trouble.

Everywhere else it is null. Events without a section count as one section. A pattern of any other name is somebody
else's, and stays.
"""

from typing import Final

from toolbox_cli.analytics.computing.signal import Signal
from toolbox_cli.analytics.computing.signals.frames.marks import BACK, DONE, MARKED, TROUBLE

_UPDATE: Final = f"""
WITH marked AS (
    SELECT id, "timestamp", student_id, module_id, section_number, pattern_detected AS held,
        {TROUBLE} AS trouble, {DONE} AS done
    FROM module_analytics_events
    WHERE "timestamp" >= %(begin)s::timestamptz - {BACK} AND "timestamp" < %(end)s::timestamptz
        AND ({MARKED} OR pattern_detected IN ('stuck', 'confusion_loop', 'rapid_progress'))
), recent AS (
    SELECT id, "timestamp", held, trouble, done, sum(trouble) OVER back AS trouble_back,
        sum(done) OVER back AS done_back, sum(trouble) OVER here AS trouble_here
    FROM marked
    WINDOW
        back AS (
            PARTITION BY student_id, module_id ORDER BY "timestamp" RANGE BETWEEN {BACK} PRECEDING AND CURRENT ROW),
        here AS (
            PARTITION BY student_id, module_id, section_number ORDER BY "timestamp"
            RANGE BETWEEN {BACK} PRECEDING AND CURRENT ROW)
), found AS (
    SELECT id, "timestamp", held, CASE
        WHEN trouble > 0 AND trouble_back >= 8 AND done_back = 0 THEN 'stuck'
        WHEN trouble > 0 AND trouble_here >= 6 THEN 'confusion_loop'
        WHEN done > 0 AND done_back >= 6 AND trouble_back = 0 THEN 'rapid_progress' END AS pattern
    FROM recent WHERE "timestamp" >= %(begin)s::timestamptz
), changed AS (
    SELECT id, "timestamp", pattern FROM found
    WHERE held IS DISTINCT FROM pattern AND (held IS NULL OR held IN ('stuck', 'confusion_loop', 'rapid_progress'))
)
UPDATE module_analytics_events AS e SET pattern_detected = c.pattern FROM changed AS c
WHERE e.id = c.id AND e."timestamp" = c."timestamp"
    AND e."timestamp" >= %(begin)s::timestamptz AND e."timestamp" < %(end)s::timestamptz"""  # noqa: S608  text of ours

SIGNAL: Final = Signal(
    "pattern_detected", "frames", "module_analytics_events", __doc__ or "", time='"timestamp"', update=_UPDATE
)
