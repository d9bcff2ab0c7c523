"""Find courses, assignments, content and quizzes by what people call them."""

import uuid
from collections.abc import Sequence
from typing import Final, NamedTuple

from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.lms.database import Connection, Integration, Row, rows

_TARGETS: Final = """
SELECT 'course' AS kind, c.id, l.id AS integration_id, l.name AS integration, c.external_course_id AS external_id,
       NULL AS course, c.title, c.status, coalesce(c.linked_content_ids, '{}') AS contents, NULL::uuid AS quiz,
       NULL::numeric AS points, NULL::boolean AS graded
FROM lms_courses AS c JOIN lms_integrations AS l ON l.id = c.lms_integration_id
WHERE c.id = %(key)s OR l.name = %(integration)s AND c.external_course_id = %(external)s
UNION ALL
SELECT 'assignment', a.id, l.id, l.name, a.external_assignment_id, c.external_course_id, a.title, a.status,
       array_remove(ARRAY[a.toolboxai_content_id], NULL), a.toolboxai_quiz_id, a.points_possible,
       a.grade_passback_enabled IS NOT FALSE AND l.grade_passback_enabled IS NOT FALSE
FROM lms_assignments AS a
JOIN lms_courses AS c ON c.id = a.lms_course_id JOIN lms_integrations AS l ON l.id = c.lms_integration_id
WHERE a.id = %(key)s OR l.name = %(integration)s AND (
    a.external_assignment_id = %(external)s
    OR c.external_course_id || ':' || a.external_assignment_id = %(external)s)
ORDER BY kind DESC, status, course, external_id LIMIT 100"""
"""Courses and assignments of a key here, or of an integration and a key there."""

_CONTENTS: Final = """
SELECT id, title, subject, grade_level, is_template IS TRUE AS is_template FROM educational_content
WHERE id = %(key)s OR lower(title) = lower(%(said)s) ORDER BY title, grade_level, id LIMIT 100"""
"""Content of a key or title."""

_QUIZZES: Final = """
SELECT q.id, q.title, q.subject, q.grade_level, q.content_id, count(n.id) AS questions,
       coalesce(sum(coalesce(n.points, 1)) FILTER (WHERE n.id IS NOT NULL), 0) AS points
FROM quizzes AS q LEFT JOIN quiz_questions AS n ON n.quiz_id = q.id
WHERE q.id = %(key)s OR lower(q.title) = lower(%(said)s)
GROUP BY q.id ORDER BY q.title, q.grade_level, q.id LIMIT 100"""
"""Quizzes of a key or title, with the points of all their questions."""


class Target(NamedTuple):
    """A course or assignment at the other side.

    Attributes:
        kind: course or assignment.
        course: of an assignment, its course's key there.
        contents: keys of our content that it is linked with.
        quiz: key of our quiz that it is linked with.
        points: of a full result.
        graded: whether results may be sent back; None for a course.
    """

    kind: str
    id: uuid.UUID
    integration: Integration
    external_id: str
    course: str | None
    title: str
    status: str
    contents: tuple[uuid.UUID, ...]
    quiz: uuid.UUID | None
    points: float | None
    graded: bool | None

    def __str__(self) -> str:
        """Name it for a sentence."""
        return f"{self.kind} {self.external_id}"


def target_named(connection: Connection, said: str) -> Target:
    """Find a course or assignment.

    Args:
        connection: whose search_path begins with the platform's schema.
        said: the row's key here, or INTEGRATION:ID, or INTEGRATION:COURSE:ASSIGNMENT.

    Raises:
        UsageError: there is none, or there are several, which are all told.
    """
    integration, colon, external = said.partition(":")
    values = {"key": as_key(said), "integration": integration if colon else None, "external": external}
    found = rows(connection, _TARGETS, values)
    if not found:
        raise UsageError(
            f"There is no course or assignment {said}.",
            remedy="Name it by its key here, or as INTEGRATION:ID, such as district:cls-mat5-a.",
        )
    if len(found) > 1:
        raise _ambiguous(said, [_told(row) for row in found])
    row = found[0]
    key = Integration(row.pop("integration_id"), row.pop("integration"))
    points = row.pop("points")
    return Target(**row | {
        "integration": key, "contents": tuple(row["contents"]), "points": None if points is None else float(points),
    })  # fmt: skip


def content_named(connection: Connection, said: str) -> Row:
    """Find content by key or title: `id`, `title`, `subject`, `grade_level`, `is_template`.

    Raises:
        UsageError: there is none, or there are several, which are all told.
    """
    return _one(said, "content", rows(connection, _CONTENTS, {"key": as_key(said), "said": said}))


def quiz_named(connection: Connection, said: str) -> Row:
    """Find a quiz by key or title: `id`, `title`, `subject`, `grade_level`, `content_id`, `questions`, `points`.

    Raises:
        UsageError: there is none, or there are several, which are all told.
    """
    return _one(said, "quiz", rows(connection, _QUIZZES, {"key": as_key(said), "said": said}))


def as_key(said: str) -> uuid.UUID | None:
    """Read a row's key; None for what is none."""
    try:
        return uuid.UUID(said)
    except ValueError:
        return None


def _one(said: str, what: str, found: list[Row]) -> Row:
    if not found:
        raise UsageError(f"There is no {what} {said}.", remedy="Name it by its key or its whole title.")
    if len(found) > 1:
        raise _ambiguous(said, [(row["id"], f"{row['title']}, {row['subject']} {row['grade_level']}") for row in found])
    return found[0]


def _told(row: Row) -> tuple[uuid.UUID, str]:
    of = f" of course {row['course']}" if row["course"] is not None else ""
    gone = ", no longer there" if row["status"] == "removed" else ""
    return row["id"], f"{row['kind']} {row['external_id']}{of}{gone}"


def _ambiguous(said: str, candidates: Sequence[tuple[uuid.UUID, str]]) -> UsageError:
    findings = [Finding("lms-ambiguous", Severity.ERROR, str(key), found=told) for key, told in candidates]
    return UsageError(f"{said} may be any of these.", remedy="Name one by its key.", findings=findings)
