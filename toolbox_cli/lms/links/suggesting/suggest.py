"""Propose ties, each with a score and its reasons; nothing is changed."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString, NamedTuple

from toolbox_cli.lms.database import Connection, Integration, rows
from toolbox_cli.lms.links.suggesting.titles import Alike, Titles, words

LEAST: Final = 0.5

_UNKNOWN: Final = 0.95
_OTHER_SUBJECT: Final = 0.6
_NEXT_GRADE: Final = 0.8
_OTHER_GRADE: Final = 0.5
_SHORT_FORM: Final = 4
"""Letters that a subject's short form has at least, such as Math."""

_REMOTE: Final = """
SELECT 'course' AS kind, c.id, l.name AS integration, c.external_course_id AS external_id, NULL AS course, c.title,
       c.subject, c.grade_level AS grade, NULL::numeric AS points, coalesce(c.linked_content_ids, '{}') AS linked,
       NULL::uuid AS content, NULL::uuid AS quiz
FROM lms_courses AS c JOIN lms_integrations AS l ON l.id = c.lms_integration_id
WHERE c.status = 'active' AND l.removed_at IS NULL
  AND (%(integrations)s::uuid[] IS NULL OR l.id = ANY (%(integrations)s))
UNION ALL
SELECT 'assignment', a.id, l.name, a.external_assignment_id, c.external_course_id, a.title, c.subject, c.grade_level,
       a.points_possible, coalesce(c.linked_content_ids, '{}'), a.toolboxai_content_id, a.toolboxai_quiz_id
FROM lms_assignments AS a
JOIN lms_courses AS c ON c.id = a.lms_course_id JOIN lms_integrations AS l ON l.id = c.lms_integration_id
WHERE a.status = 'active' AND c.status = 'active' AND l.removed_at IS NULL
  AND (a.toolboxai_content_id IS NULL OR a.toolboxai_quiz_id IS NULL)
  AND (%(integrations)s::uuid[] IS NULL OR l.id = ANY (%(integrations)s))
ORDER BY 1 DESC, integration, course, external_id"""
"""Courses, and assignments that something can still be tied to."""

_CONTENTS: Final = """
SELECT id, title, subject, grade_level AS grade, id AS content, NULL::numeric AS points
FROM educational_content WHERE is_template IS NOT TRUE ORDER BY title, id"""
_QUIZZES: Final = """
SELECT q.id, q.title, q.subject, q.grade_level AS grade, q.content_id AS content,
       (SELECT sum(coalesce(n.points, 1)) FROM quiz_questions AS n WHERE n.quiz_id = q.id) AS points
FROM quizzes AS q ORDER BY q.title, q.id"""
"""What of ours something can be tied to."""


class Ours(NamedTuple):
    """Content or a quiz.

    Attributes:
        content: itself, or what the quiz is about.
        points: of all questions of a quiz.
    """

    id: uuid.UUID
    title: str
    subject: str
    grade: int
    content: uuid.UUID | None
    points: Any


class Remote(NamedTuple):
    """A course or assignment; of an assignment, subject, grade and linked content are its course's."""

    kind: str
    id: uuid.UUID
    integration: str
    external_id: str
    course: str | None
    title: str
    subject: str | None
    grade: int | None
    points: Any
    linked: Sequence[uuid.UUID]
    content: uuid.UUID | None
    quiz: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A proposed tie.

    Attributes:
        what: content or quiz.
        score: 0 to 1.
        reasons: what speaks for it and against it.
    """

    remote: Remote
    what: str
    ours: Ours
    score: float
    reasons: tuple[str, ...]

    @property
    def command(self) -> str:
        """What makes the tie."""
        return f"toolbox lms link {self.remote.id} --{self.what} {self.ours.id}"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which suggestions are asked for.

    Attributes:
        kinds: course, assignment or both.
        least: lowest score.
        best: how many for each course or assignment, of contents and of quizzes.
    """

    kinds: frozenset[str] = frozenset({"course", "assignment"})
    least: float = LEAST
    best: int = 1


def suggest(connection: Connection, integrations: Sequence[Integration], asked: Asked) -> list[Suggestion]:
    """Propose ties of what is not tied yet, the surest first.

    The time grows with the number of assignments, and not with that of quizzes: of those only the thousand with the
    rarest common words are looked at.

    Args:
        connection: whose search_path begins with the platform's schema.
        integrations: whose courses and assignments; of all when empty.
        asked: which.
    """
    values = {"integrations": [one.id for one in integrations] or None}
    shelves = {"content": _Shelf(connection, "content", _CONTENTS), "quiz": _Shelf(connection, "quiz", _QUIZZES)}
    found = [
        one
        for row in rows(connection, _REMOTE, values)
        if row["kind"] in asked.kinds
        for shelf in shelves.values()
        for one in shelf.ties(Remote(**row), asked)
    ]
    return sorted(found, key=lambda one: -one.score)


class _Shelf:
    """All content, or all quizzes."""

    def __init__(self, connection: Connection, what: str, query: LiteralString) -> None:
        self._what = what
        self._ours = [Ours(**row) for row in rows(connection, query, {})]
        self._titles = Titles([one.title for one in self._ours])

    def ties(self, remote: Remote, asked: Asked) -> list[Suggestion]:
        """Propose ties of one course or assignment, the best first."""
        if self._closed(remote):
            return []
        alike = self._titles.like(remote.title)
        near = [self._judge(remote, one) for one in alike if one.ratio >= asked.least]
        fit = [one for one in near if one.score >= asked.least and self._allowed(remote, one.ours)]
        fit.sort(key=lambda one: (-one.score, _same_points(remote, one.ours) is not True, one.ours.title))
        return fit[: asked.best]

    def _closed(self, remote: Remote) -> bool:
        """Tell whether nothing of this kind can be tied to it."""
        if remote.kind == "course":
            return self._what == "quiz"
        return (remote.quiz if self._what == "quiz" else remote.content) is not None

    def _allowed(self, remote: Remote, ours: Ours) -> bool:
        if remote.kind == "course":
            return ours.id not in remote.linked
        return remote.content is None or ours.content in {None, remote.content}

    def _judge(self, remote: Remote, alike: Alike) -> Suggestion:
        ours = self._ours[alike.place]
        score, reasons = alike.ratio, [_said_of_title(remote, ours, alike)]
        for factor, reason in (_subject(remote.subject, ours.subject), _grade(remote.grade, ours.grade)):
            score *= factor
            reasons += [reason] if reason else []
        reasons += _further(remote, ours)
        return Suggestion(remote, self._what, ours, round(score, 2), tuple(reasons))


def _said_of_title(remote: Remote, ours: Ours, alike: Alike) -> str:
    if words(remote.title).keys() == words(ours.title).keys():
        return "same title"
    said = f"words in common: {', '.join(alike.common)}" if alike.common else "similar spelling"
    return said if alike.numbers else f"{said}, but other numbers"


def _subject(there: str | None, here: str) -> tuple[float, str | None]:
    if there is None:
        return _UNKNOWN, None
    one, other = sorted((" ".join(words(there)), " ".join(words(here))), key=len)
    if one == other or len(one) >= _SHORT_FORM and other.startswith(one):
        return 1, f"same subject, {here}"
    return _OTHER_SUBJECT, f"other subject, {there} there and {here} here"


def _grade(there: int | None, here: int) -> tuple[float, str | None]:
    if there is None:
        return _UNKNOWN, None
    if there == here:
        return 1, f"same grade, {here}"
    apart = f"grade {there} there and {here} here"
    return (_NEXT_GRADE if abs(there - here) == 1 else _OTHER_GRADE), apart


def _further(remote: Remote, ours: Ours) -> Iterator[str]:
    """Say what does not count in the score and helps to decide."""
    if remote.kind == "assignment" and ours.content in remote.linked:
        yield "its course uses that content"
    same = _same_points(remote, ours)
    if same is not None:
        yield (
            f"{ours.points:g} points on both sides" if same else f"{remote.points:g} points there, {ours.points:g} here"
        )


def _same_points(remote: Remote, ours: Ours) -> bool | None:
    return bool(remote.points == ours.points) if remote.points and ours.points else None
