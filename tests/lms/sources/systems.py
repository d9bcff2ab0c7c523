"""One system of some vendor as tests need it: a double that can misbehave, a source that reads it, stopped time."""

import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.lms.doubles.roster import Roster
from tests.lms.sources.gathering import Gathered, gather
from tests.support.clocks import NOON, Stopped
from tests.support.web import Answer, Trouble, Web, altered
from toolbox_cli.core.http.clock import Clock
from toolbox_cli.lms.sources.records import Course, Grade, Kind, Scope
from toolbox_cli.lms.sources.source import Source

USERS = Scope(Kind.USER)
COURSES = Scope(Kind.COURSE)


def ticking(stopped: Stopped) -> Clock:
    """Give a clock that nobody waits by, and that still sees what takes its time."""
    return Clock(stopped.now, lambda: time.monotonic() + stopped.passed_s, stopped.sleep, lambda: stopped.chance)


@dataclass
class System:
    """A vendor's system under test.

    Attributes:
        double: has a `roster`, `page_rows` (the largest page it gives), `scores`, and `stores`, what becomes of one.
        users_path: where people are listed.
        enrollments_path: where a course's are, with `{}` for its id.
        rows_at: name of the list in an answer's object; None where the answer is the list.
        grade_method: by which a grade is written, and `grade_path`, with `*`.
    """

    web: Web
    double: Any
    source: Source
    stopped: Stopped
    users_path: str
    enrollments_path: str
    rows_at: str | None
    user_id_at: str
    grade_method: str
    grade_path: str

    @property
    def roster(self) -> Roster:
        return self.double.roster

    def courses(self) -> list[Course]:
        return gather(self.source.courses()).records

    def users(self) -> Gathered:
        return gather(self.source.users(self.courses()))

    def enrollments(self) -> Gathered:
        return gather(self.source.enrollments(self.courses()))

    def of_course(self, course: str) -> Scope:
        return Scope(Kind.ENROLLMENT, course)

    def trouble_with_users(self, trouble: Trouble, *, page: int = 1, times: float = 1) -> None:
        self.web.trouble(trouble, path=self.users_path, nth=page, times=times)

    def trouble_with_course(self, course: str, trouble: Trouble, *, page: int = 1, times: float = 1) -> None:
        self.web.trouble(trouble, path=self.enrollments_path.format(course), nth=page, times=times)

    def rows(self, change: Any) -> Trouble:
        """Answer as the system does, with its list of rows changed."""

        def changed(answer: Answer) -> Answer:
            if self.rows_at is None:
                return Answer(change(answer.body), answer.status, answer.headers)
            return Answer(
                {**answer.body, self.rows_at: change(answer.body[self.rows_at])}, answer.status, answer.headers
            )

        return altered(changed)

    def grade(self, score: str = "40", **more: Any) -> Grade:
        """Make a grade of the first course's assignment for its last person."""
        assignment = next(iter(self.roster.assignments.values()))
        enrollment = [row for row in self.roster.enrollments.values() if row.course_id == assignment.course_id][-1]
        given: dict[str, Any] = {
            "key": "k1", "course_id": assignment.course_id, "assignment_id": assignment.id,
            "user_id": enrollment.person_id, "score": Decimal(score), "points": Decimal(50), "graded_at": NOON,
            "enrollment_id": enrollment.id,
        }  # fmt: skip
        return Grade(**{**given, **more})

    def trouble_with_grades(self, trouble: Trouble, *, times: float = 1) -> None:
        self.web.trouble(trouble, method=self.grade_method, path=self.grade_path, times=times)
