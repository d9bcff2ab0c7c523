"""How the grades of each assignment stand."""

from collections.abc import Sequence
from typing import Any, Final, LiteralString

from toolbox_cli.lms.database import Connection, Row, rows
from toolbox_cli.lms.grades.rules import Graded

_STANDING: Final[LiteralString] = """
SELECT i.name AS integration, c.external_course_id AS course, a.external_assignment_id AS assignment, a.title,
       count(*) FILTER (WHERE g.status = 'pending') AS pending,
       count(*) FILTER (WHERE g.status = 'failed') AS failed,
       count(*) FILTER (WHERE g.status = 'dead') AS dead,
       count(*) FILTER (WHERE g.status = 'success') AS success,
       count(*) FILTER (WHERE g.status = 'superseded') AS superseded,
       min(g.created_at) FILTER (WHERE g.status IN ('pending', 'failed')) AS oldest,
       a.status <> 'active' OR c.status <> 'active' OR a.grade_passback_enabled IS FALSE AS held
FROM lms_integrations AS i
JOIN lms_courses AS c ON c.lms_integration_id = i.id
JOIN lms_assignments AS a ON a.lms_course_id = c.id
JOIN lms_grade_passbacks AS g ON g.lms_assignment_id = a.id
WHERE i.id = ANY (%(integrations)s)
GROUP BY i.id, c.id, a.id ORDER BY i.name, c.external_course_id, a.external_assignment_id"""
"""Counts of grades by assignment."""

_DEAD: Final[LiteralString] = """
SELECT g.id, i.name AS integration, c.external_course_id AS course, a.external_assignment_id AS assignment,
       g.external_user_id AS account, g.attempt_count AS attempts, g.last_attempt_at, g.error_message AS reason
FROM lms_grade_passbacks AS g
JOIN lms_assignments AS a ON a.id = g.lms_assignment_id
JOIN lms_courses AS c ON c.id = a.lms_course_id
JOIN lms_integrations AS i ON i.id = c.lms_integration_id
WHERE i.id = ANY (%(integrations)s) AND g.status = 'dead'
ORDER BY i.name, g.created_at, g.id LIMIT %(limit)s"""
"""Grades that were given up, oldest first."""


def standing(connection: Connection, integrations: Sequence[Graded]) -> list[Row]:
    """Count grades: one row an assignment that has any, by integration, course and assignment.

    `held` says that unsent ones wait since the assignment is removed, or takes no grades at present.
    """
    return rows(connection, _STANDING, _of(integrations))


def dead_letters(connection: Connection, integrations: Sequence[Graded], limit: int | None = None) -> list[Row]:
    """Give the grades that were given up, with the reason; by account, never by name."""
    return rows(connection, _DEAD, {**_of(integrations), "limit": limit})


def _of(integrations: Sequence[Graded]) -> dict[str, Any]:
    return {"integrations": [one.id for one in integrations]}
