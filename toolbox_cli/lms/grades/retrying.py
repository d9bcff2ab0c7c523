"""Put grades that were given up, or wait after a failure, back into the queue."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, LiteralString

from toolbox_cli.core.errors import UsageError
from toolbox_cli.lms.database import Connection, Row, rows
from toolbox_cli.lms.grades.superseding import LATER

_MEANT: Final[LiteralString] = """
FROM lms_grade_passbacks AS g
JOIN lms_assignments AS a ON a.id = g.lms_assignment_id
JOIN lms_courses AS c ON c.id = a.lms_course_id
JOIN lms_integrations AS i ON i.id = c.lms_integration_id
WHERE (%(ids)s::uuid[] IS NULL OR g.id = ANY (%(ids)s))
  AND (%(assignment)s::text IS NULL OR a.external_assignment_id = %(assignment)s OR a.id::text = %(assignment)s)
  AND (%(integration)s::text IS NULL OR i.name = %(integration)s OR i.id::text = %(integration)s)"""

_LOOK: Final[LiteralString] = f"""
SELECT count(DISTINCT a.id) AS assignments, array_agg(g.id) AS ids {_MEANT}"""

_RETRY: Final[LiteralString] = f"""
WITH meant AS (
    SELECT g.id, i.name AS integration, c.external_course_id AS course, a.external_assignment_id AS assignment
    {_MEANT} AND g.status IN ('dead', 'failed') AND NOT EXISTS ({LATER})
),
retried AS (
    UPDATE lms_grade_passbacks AS g SET status = 'pending', attempt_count = 0
    FROM meant AS m WHERE m.id = g.id AND g.status IN ('dead', 'failed')
    RETURNING m.integration, m.course, m.assignment
)
SELECT integration, course, assignment, count(*) AS grades FROM retried GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""  # noqa: S608  text of ours
"""The reason of the last failure stays until the next try."""


@dataclass(frozen=True, slots=True)
class Meant:
    """Which grades: what is None limits nothing.

    Attributes:
        ids: keys of grades.
        assignment: its key here or there.
        integration: its name or key.
    """

    ids: Sequence[str] | None = None
    assignment: str | None = None
    integration: str | None = None


def retry(connection: Connection, meant: Meant) -> list[Row]:
    """Put dead and failed grades back into the queue, as if they had not been tried.

    One that a later grade went in place of stays where it is: it would be sent over the later one.

    Returns:
        How many, by assignment.

    Raises:
        UsageError: nothing is meant, a key is none, there is no such grade, or several assignments have that key.

    Effects: writes `lms_grade_passbacks`; never commits.
    """
    values = {"ids": _keys(meant.ids), "assignment": meant.assignment, "integration": meant.integration}
    if all(value is None for value in values.values()):
        raise UsageError(
            "It is not said which grades.", remedy="Name some by their ids, or say --assignment or --integration."
        )
    (found,) = rows(connection, _LOOK, values)
    there = set(found["ids"] or ())
    missing = [str(key) for key in values["ids"] or () if key not in there]
    if missing or not there:
        said = f"no grade {', '.join(missing)}" if missing else "no grade like that"
        raise UsageError(f"There is {said}.", remedy="See which there are with: toolbox lms grades status --dead")
    if meant.assignment is not None and found["assignments"] > 1:
        raise UsageError(
            f"{found['assignments']} assignments have the key {meant.assignment}.",
            remedy="Say which by --integration, or by its own id.",
        )
    return rows(connection, _RETRY, values)


def _keys(said: Sequence[str] | None) -> list[uuid.UUID] | None:
    if not said:
        return None
    try:
        return [uuid.UUID(one) for one in said]
    except ValueError:
        raise UsageError("A grade's id is a UUID.", remedy="See them with: toolbox lms grades status --dead") from None
