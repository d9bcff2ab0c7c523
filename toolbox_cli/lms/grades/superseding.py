"""Grades that are not sent, since a later one of the same student and assignment is there."""

from collections.abc import Sequence
from typing import Final, LiteralString
from uuid import UUID

from toolbox_cli.lms.database import Connection

LATER: Final[LiteralString] = """
SELECT FROM lms_grade_passbacks AS later
WHERE later.lms_assignment_id = g.lms_assignment_id AND later.user_id = g.user_id
  AND later.status IN ('pending', 'failed', 'success')
  AND (coalesce(later.created_at, '-infinity'), later.id) > (coalesce(g.created_at, '-infinity'), g.id)"""
"""The grades that go in place of a grade `g`."""

_SUPERSEDE: Final[LiteralString] = f"""
WITH superseded AS (
    UPDATE lms_grade_passbacks AS g SET status = 'superseded'
    FROM lms_assignments AS a JOIN lms_courses AS c ON c.id = a.lms_course_id
    WHERE a.id = g.lms_assignment_id AND c.lms_integration_id = ANY (%(integrations)s)
      AND g.status IN ('pending', 'failed', 'dead') AND EXISTS ({LATER})
    RETURNING c.lms_integration_id
)
SELECT lms_integration_id, count(*) FROM superseded GROUP BY 1"""  # noqa: S608  text of ours


def supersede(connection: Connection, integrations: Sequence[UUID]) -> dict[UUID, int]:
    """Take out of the queue what a later grade goes in place of: what was reached last to be sent must be sent last.

    Returns:
        How many, by integration.

    Effects: writes `lms_grade_passbacks`; never commits.
    """
    return dict(connection.execute(_SUPERSEDE, {"integrations": list(integrations)}).fetchall())
