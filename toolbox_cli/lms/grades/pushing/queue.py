"""The grades that wait to be sent, each taken on its own and given back with what became of it.

Taking one counts the try and commits before anything is sent. Whoever dies in the middle leaves the grade as it was
with a try more: the next run takes it again, and sending it twice is harmless.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg.rows import class_row

from toolbox_cli.lms.database import Connection
from toolbox_cli.lms.grades.consents import CONSENTED, WITHHELD
from toolbox_cli.lms.grades.pushing.checking import Waiting, objections
from toolbox_cli.lms.grades.rules import Graded

LONGEST_WAIT: Final = timedelta(days=1)
LONGEST_REASON: Final = 1_000
"""Characters of a reason that are kept."""
BEGUN: Final = "Sending began, and nobody said what became of it."

UNSENT: Final[LiteralString] = """
a.id = g.lms_assignment_id AND c.id = a.lms_course_id AND g.status IN ('pending', 'failed')
AND a.status = 'active' AND c.status = 'active' AND a.grade_passback_enabled IS NOT FALSE"""
"""Of grade `g`, assignment `a` and course `c`: it is to be sent; those of other assignments wait."""

_DUE: Final[LiteralString] = """
(g.status = 'pending' OR g.last_attempt_at IS NULL OR g.last_attempt_at <= now() - least(
    %(longest)s, %(backoff)s * power(2, least(greatest(coalesce(g.attempt_count, 0), 1) - 1, 20))))"""

_GIVE_UP: Final[LiteralString] = f"""
UPDATE lms_grade_passbacks AS g SET status = 'dead'
FROM lms_assignments AS a, lms_courses AS c
WHERE {UNSENT} AND c.lms_integration_id = %(integration)s AND g.attempt_count >= %(attempts)s"""  # noqa: S608  text of ours
"""Let go of those that were tried often enough: what ended none of the tries is not known."""

_QUEUE: Final[LiteralString] = f"""
SELECT g.id FROM lms_grade_passbacks AS g, lms_assignments AS a, lms_courses AS c
WHERE {UNSENT} AND c.lms_integration_id = %(integration)s AND {_DUE}
ORDER BY g.created_at, g.id LIMIT %(limit)s"""  # noqa: S608  text of ours

_SENT_SINCE: Final[LiteralString] = """
    SELECT FROM lms_grade_passbacks AS o
    WHERE o.lms_assignment_id = g.lms_assignment_id AND o.user_id = g.user_id AND o.attempt_count > 0
      AND o.created_at < g.created_at AND o.created_at >= g.graded_at"""
"""Grades before a grade `g` that were made after its result was reached: it corrects them, and must be dated later."""

_TAKE: Final[LiteralString] = f"""
WITH RECURSIVE taken AS (
    SELECT g.*, a.external_assignment_id, a.points_possible AS points_now, a.lock_date, c.external_course_id,
           c.id AS course_id, c.lms_integration_id
    FROM lms_grade_passbacks AS g, lms_assignments AS a, lms_courses AS c
    WHERE {UNSENT} AND g.id = %(id)s FOR UPDATE OF g
),
account AS (
    SELECT i.* FROM lms_identities AS i
    JOIN taken AS g ON i.lms_integration_id = g.lms_integration_id AND i.external_user_id = g.external_user_id
),
chain AS (
    SELECT id, merged_into_id, user_id, opted_out FROM account
    UNION
    SELECT i.id, i.merged_into_id, i.user_id, i.opted_out FROM chain JOIN lms_identities AS i
    ON i.id = chain.merged_into_id
)
SELECT g.id::text, g.external_assignment_id AS assignment_id, g.external_course_id AS course_id,
       g.external_user_id AS user_id, e.external_enrollment_id AS enrollment_id, g.score, g.points_possible AS points,
       g.points_now, coalesce(g.graded_at, g.created_at) AS reached_at, g.lock_date AS locks_at,
       CASE WHEN EXISTS ({_SENT_SINCE}) THEN g.created_at ELSE coalesce(g.graded_at, g.created_at) END AS graded_at,
       i.status IS NOT DISTINCT FROM 'present' AS present,
       EXISTS (SELECT FROM chain WHERE merged_into_id IS NULL AND user_id = g.user_id) AS same_person,
       EXISTS (SELECT FROM chain WHERE opted_out) AS opted_out, e.id IS NOT NULL AS enrolled,
       NOT EXISTS (SELECT FROM quiz_attempts AS t WHERE t.id = g.quiz_attempt_id AND EXISTS ({WITHHELD}))
       AND NOT EXISTS (
           SELECT FROM roblox_quiz_results AS r JOIN roblox_player_progress AS p ON p.id = r.player_progress_id
           JOIN users AS u ON u.id = p.student_id WHERE r.id = g.roblox_quiz_result_id AND NOT {CONSENTED}
       ) AS consented,
       array_remove(ARRAY[i.given_name, i.family_name, i.username, i.email], NULL) AS names,
       coalesce(g.attempt_count, 0) AS attempts
FROM taken AS g LEFT JOIN account AS i ON true
LEFT JOIN lms_enrollments AS e
    ON e.lms_course_id = g.course_id AND e.lms_identity_id = i.id AND e.role = 'student' AND e.status = 'active'"""  # noqa: S608  text of ours

_COUNT_TRY: Final = """
UPDATE lms_grade_passbacks
SET attempt_count = coalesce(attempt_count, 0) + 1, last_attempt_at = clock_timestamp(), error_message = %(reason)s
WHERE id = %(id)s"""

_RECORD: Final = """
UPDATE lms_grade_passbacks SET status = %(status)s, error_message = %(reason)s
WHERE id = %(id)s AND (status IN ('pending', 'failed') OR %(status)s = 'success')"""
"""Only what was sent stands before a grade that came in its place meanwhile."""

_TAKE_BACK: Final = """
UPDATE lms_grade_passbacks SET attempt_count = greatest(attempt_count - 1, 0), error_message = %(reason)s
WHERE id = ANY (%(ids)s::uuid[]) AND status IN ('pending', 'failed')"""


@dataclass(frozen=True, slots=True)
class Dead:
    """A grade that can't be sent."""

    reason: str


@dataclass(slots=True)
class Queue:
    """The grades of an integration that wait.

    Attributes:
        connection: in autocommit; whose search_path begins with the platform's schema.
    """

    connection: Connection
    integration: Graded
    _values: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        rules = self.integration.rules
        self._values = {
            "integration": self.integration.id, "attempts": rules.attempts, "backoff": rules.backoff,
            "longest": LONGEST_WAIT,
        }  # fmt: skip

    def give_up(self) -> int:
        """Let go of those that were tried often enough; gives how many."""
        return self.connection.execute(_GIVE_UP, self._values).rowcount

    def due(self, limit: int | None) -> list[UUID]:
        """Give those that are to be sent now, oldest first."""
        return [key for (key,) in self.connection.execute(_QUEUE, {**self._values, "limit": limit})]

    def take(self, key: UUID) -> Waiting | Dead | None:
        """Take one to send it, and count the try; what speaks against sending it lets it die.

        Returns:
            None where it is not to be sent any more.
        """
        with self.connection.transaction():
            cursor = self.connection.cursor(row_factory=class_row(Waiting))
            one = cursor.execute(_TAKE, {"id": key}).fetchone()
            if one is None:
                return None
            if reason := objections(one, bonus=self.integration.rules.bonus):
                self.record(one, "dead", reason)
                return Dead(reason)
            self.connection.execute(_COUNT_TRY, {"id": key, "reason": BEGUN})
            return one

    def record(self, one: Waiting, status: str, reason: str | None = None) -> None:
        """Keep what became of one that was taken."""
        said = without_names(reason, one.names) if reason else None
        self.connection.execute(_RECORD, {"id": one.id, "status": status, "reason": said})

    def take_back(self, some: Iterable[Waiting], reason: str) -> None:
        """Let tries not count that failed for a reason of the system's own."""
        ids = [one.id for one in some]
        self.connection.execute(_TAKE_BACK, {"ids": ids, "reason": reason[:LONGEST_REASON]})


def without_names(text: str, names: Iterable[str]) -> str:
    """Give an answer without a student's names in it, cut to what is kept.

    Example:
        >>> without_names("Ada Byron is not enrolled.", ["Ada", "Byron"])
        '... ... is not enrolled.'
    """
    said = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if name.strip())
    plain = re.sub(rf"(?<!\w)(?:{said})(?!\w)", "...", text, flags=re.IGNORECASE) if said else text
    return plain[:LONGEST_REASON]
