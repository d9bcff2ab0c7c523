"""How likely it is that a student of modules needs somebody now, 0 to 1; worked out when it is asked for, kept nowhere.

From the events of the last 180 days before the moment that is asked about, over all modules of a student:

- struggle = trouble / (trouble + done + 6), in the half points of `struggle_signal`;
- gone = 6 / (6 + done) where the module of the latest event is not complete, and that event is 14 days old or older; 0
  everywhere else.

    at_risk = 1 - (1 - struggle) × (1 - gone), to two places

Either is enough: who struggles and stays, and who went away without a sign of trouble, the more so the less was done by
then. A student without events in that time has no score.
"""

import datetime
from collections.abc import Iterator
from typing import Final, NamedTuple

from toolbox_cli.analytics.computing.signals.frames.marks import DONE, TROUBLE
from toolbox_cli.core.database.transaction import Connection

SCORES: Final = f"""
WITH worked AS (
    SELECT student_id, module_id, sum({TROUBLE}) AS trouble, sum({DONE}) AS done, max("timestamp") AS last_at,
        bool_or(event_type = 'module_complete') AS complete,
        max(max("timestamp")) OVER (PARTITION BY student_id) AS latest
    FROM module_analytics_events
    WHERE "timestamp" >= %(at)s::timestamptz - interval '180 days' AND "timestamp" < %(at)s::timestamptz
    GROUP BY student_id, module_id
), persons AS (
    SELECT student_id, sum(trouble) AS trouble, sum(done) AS done,
        bool_or(NOT complete AND last_at = latest AND latest <= %(at)s::timestamptz - interval '14 days') AS gone
    FROM worked GROUP BY student_id
), parts AS (
    SELECT student_id, trouble / (trouble + done + 6) AS struggle, CASE WHEN gone THEN 6 / (6 + done) ELSE 0 END AS gone
    FROM persons
)
SELECT student_id, round(struggle, 2)::float8 AS struggle, round(gone, 2)::float8 AS gone,
    round(1 - (1 - struggle) * (1 - gone), 2)::float8 AS score
FROM parts ORDER BY student_id"""  # noqa: S608  text of ours


class Risk(NamedTuple):
    """A student's score, and what it is made of."""

    student: str
    struggle: float
    gone: float
    score: float


def risks(connection: Connection, at: datetime.datetime) -> Iterator[Risk]:
    """Give the scores of all students with events in the 180 days before a moment, by key.

    Args:
        connection: with the schema of frames as search path.
        at: later events are not looked at.
    """
    return map(Risk._make, connection.execute(SCORES.encode(), {"at": at}))
