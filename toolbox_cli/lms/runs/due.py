"""When the next planned sync of an integration may begin."""

import datetime
from typing import Final, LiteralString

USUAL_HOURS: Final = 24
"""Between two planned syncs, where nothing is said."""
SLACK_SHARE: Final = 0.1
SLACK: Final = datetime.timedelta(minutes=15)
"""How much too early a planned sync may be: jobs of one hour don't begin at the same second every day."""
RETRY: Final = datetime.timedelta(hours=1)
"""How long after a sync that failed the next one is due; then twice as long each time, and at most its period."""
_DOUBLINGS: Final = 10

FAILURES: Final[LiteralString] = """
(SELECT count(*) FROM lms_sync_runs AS f
 WHERE f.lms_integration_id = i.id AND f.mode IN ('full', 'delta') AND f.status = 'failed' AND f.id > coalesce((
     SELECT max(w.id) FROM lms_sync_runs AS w
     WHERE w.lms_integration_id = i.id AND w.mode IN ('full', 'delta')
       AND w.status NOT IN ('failed', 'running')), 0))"""
"""How many of the latest syncs of an integration `i` failed in a row."""


def due_at(begun: datetime.datetime | None, period: datetime.timedelta, failures: int) -> datetime.datetime | None:
    """Give when the next planned sync may begin; None is at once.

    Args:
        begun: when the latest sync did, whatever became of it: a long run does not push the next one away.
        period: between two planned syncs.
        failures: how many of the latest failed in a row: what is over in an hour must not cost a day.

    Example:
        >>> night, day = datetime.datetime(2026, 9, 1, 3), datetime.timedelta(days=1)
        >>> print(due_at(night, day, 0), due_at(night, day, 1), due_at(night, day, 2))
        2026-09-02 02:45:00 2026-09-01 03:54:00 2026-09-01 04:48:00
    """
    if begun is None:
        return None
    wait = min(period, RETRY * 2 ** min(failures - 1, _DOUBLINGS)) if failures else period
    return begun + wait - min(wait * SLACK_SHARE, SLACK)
