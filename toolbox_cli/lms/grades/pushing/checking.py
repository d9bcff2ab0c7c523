"""What speaks against sending a grade: systems take nonsense without a word, so it is found here."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from toolbox_cli.lms.sources.records import Grade


@dataclass(frozen=True, slots=True)
class Waiting:
    """A grade that waits to be sent, and what is known of whom and what it is about.

    Attributes:
        reached_at: when the result was reached.
        graded_at: the same or, of a correction, when it was made: later than that of every grade sent before.
        points_now: of the assignment, which may have changed since.
        present: the account is there.
        same_person: the account is still the student's.
        enrolled: the student is active in the course.
        consented: the result may be used.
    """

    id: str
    assignment_id: str
    course_id: str
    user_id: str
    enrollment_id: str | None
    score: Decimal | None
    points: Decimal | None
    points_now: Decimal | None
    reached_at: datetime.datetime | None
    graded_at: datetime.datetime | None
    locks_at: datetime.datetime | None
    present: bool
    same_person: bool
    opted_out: bool
    enrolled: bool
    consented: bool
    names: tuple[str, ...] = ()
    attempts: int = 0

    def as_grade(self, *, bonus: bool = False) -> Grade:
        """Give it as a source takes it.

        Args:
            bonus: whether the score may pass the points possible.

        Raises:
            ValueError: something speaks against sending it.
        """
        if self.score is None or self.points is None or self.graded_at is None:
            raise ValueError(self.id)
        return Grade(
            self.id, self.course_id, self.assignment_id, self.user_id, self.score, self.points, self.graded_at,
            self.enrollment_id, bonus=bonus,
        )  # fmt: skip


def objections(one: Waiting, *, bonus: bool) -> str | None:
    """Give all that speaks against sending a grade, in sentences; None where nothing does.

    Args:
        one: the grade.
        bonus: whether a score may pass the points possible.
    """
    found = (*_of_person(one), *_of_score(one, bonus=bonus), *_of_assignment(one))
    return " ".join(found) or None


def _of_person(one: Waiting) -> Iterator[str]:
    if not one.present:
        yield "The student's account is not there any more."
    elif not one.same_person:
        yield "The account is not the student's any more."
    elif not one.enrolled:
        yield "The student is not active in the course."
    if one.opted_out:
        yield "The student is left out of all exchange."
    if not one.consented:
        yield "The consents that the result rests on are not there."


def _of_score(one: Waiting, *, bonus: bool) -> Iterator[str]:
    if one.score is None or one.points is None or one.points <= 0:
        yield "It has no score, or no points possible."
    elif one.score < 0 or (one.score > one.points and not bonus):
        yield f"The score {one.score:f} is not between 0 and {one.points:f}."
    if one.reached_at is None:
        yield "Nobody said when it was reached."


def _of_assignment(one: Waiting) -> Iterator[str]:
    if one.points != one.points_now:
        now = "no points" if one.points_now is None else f"{one.points_now:f} points"
        yield f"The assignment has {now} now; collecting makes a grade that fits."
    if one.locks_at and one.reached_at and one.reached_at > one.locks_at:
        yield f"The assignment takes nothing since {one.locks_at.astimezone(datetime.UTC):%Y-%m-%d %H:%M} UTC."
