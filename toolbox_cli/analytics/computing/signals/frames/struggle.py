"""How hard it goes just now, 0 to 1, at each event of a module.

Looks at the student's events in the module over the last 15 minutes, the event itself and those of the same moment
among them. In half points:

- trouble: 2 for each `hint_used`, `error_encountered`, `retry`, `solution_attempted` that says `"accepted": false`, and
  `game_complete` that says `"passed": false`; 1 for each `pause`;
- done: 2 for each `section_complete`, `task_complete`, `module_complete`, `solution_attempted` that says
  `"accepted": true`, and any other `game_complete`.

    struggle_signal = trouble / (trouble + done + 6), to two places

Without trouble it is 0. One hint alone gives 2 / 8 = 0.25, three in a row 0.50, three beside three finished sections
0.33; 1 is never reached. The 6 is what it takes that a single slip says little.
"""

from typing import Final

from toolbox_cli.analytics.computing.signal import Signal
from toolbox_cli.analytics.computing.signals.frames.marks import BACK, DONE, TROUBLE

_UPDATE: Final = f"""
WITH recent AS (
    SELECT id, "timestamp", struggle_signal AS held, sum({TROUBLE}) OVER back AS trouble, sum({DONE}) OVER back AS done
    FROM module_analytics_events
    WHERE "timestamp" >= %(begin)s::timestamptz - {BACK} AND "timestamp" < %(end)s::timestamptz
    WINDOW back AS (
        PARTITION BY student_id, module_id ORDER BY "timestamp" RANGE BETWEEN {BACK} PRECEDING AND CURRENT ROW)
), changed AS (
    SELECT id, "timestamp", round(trouble::numeric / (trouble + done + 6), 2) AS signal FROM recent
    WHERE "timestamp" >= %(begin)s::timestamptz
        AND held IS DISTINCT FROM round(trouble::numeric / (trouble + done + 6), 2)
)
UPDATE module_analytics_events AS e SET struggle_signal = c.signal FROM changed AS c
WHERE e.id = c.id AND e."timestamp" = c."timestamp"
    AND e."timestamp" >= %(begin)s::timestamptz AND e."timestamp" < %(end)s::timestamptz"""  # noqa: S608  text of ours

SIGNAL: Final = Signal(
    "struggle_signal", "frames", "module_analytics_events", __doc__ or "", time='"timestamp"', update=_UPDATE
)
