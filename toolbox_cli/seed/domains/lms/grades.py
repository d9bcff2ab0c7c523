"""Grades that go back: what the students' attempts gave, under their own names."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Final

from toolbox_cli.core.chance import Chance
from toolbox_cli.seed.domains.classes.playing import Played
from toolbox_cli.seed.domains.classes.roster import SchoolClass
from toolbox_cli.seed.domains.lms.courses import Assignment
from toolbox_cli.seed.domains.lms.systems import System, external_user
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Row

COLUMNS: Final = (
    "id", "lms_assignment_id", "user_id", "external_user_id", "score", "points_possible", "percentage", "letter_grade",
    "quiz_attempt_id", "progress_id", "created_at", "status", "attempt_count", "last_attempt_at", "error_message",
    "updated_at",
)  # fmt: skip

MOST_TRIES: Final = 5
"""After so many a grade is given up."""

_LETTERS: Final = ((90.0, "A"), (80.0, "B"), (70.0, "C"), (60.0, "D"), (0.0, "F"))
_REFUSED: Final = (
    "404: the assignment is not there any more.",
    "400: the student is not enrolled in the course.",
    "The server did not answer within 30 s.",
)
_GIVEN_UP: Final = 0.3


def grade_rows(
    context: Context, school_class: SchoolClass, system: System, assignments: Sequence[Assignment], played: Played
) -> Iterator[Row]:
    """Send back the finished attempts at quizzes that are assignments."""
    wanted = context.profile.lms
    chance = context.chance("lms/grades", school_class.number)
    number = school_class.number << 24
    key, sending = context.run.uuids("lms_grade_passbacks"), _Sending(context, wanted.failing, chance)
    graded = {one.lesson.number: one for one in assignments}
    for attempt in played.attempts:
        assignment = graded.get(attempt.lesson.number)
        if assignment is None or attempt.completed_at is None or not chance.happens(wanted.passed_back):
            continue
        who, points, percent = attempt.student, assignment.points, attempt.percent
        external = external_user(context, system, school_class.number, who.number)
        yield (
            f"{key}{number:015x}", assignment.key, who.key, external,
            round(percent * points / 100, 2), points, percent, letter_of(percent), attempt.key, None,
            attempt.completed_at, *sending.send(attempt.completed_at),
        )  # fmt: skip
        number += 1


def letter_of(percent: float) -> str:
    """Give the letter of a percentage.

    Example:
        >>> letter_of(89.99)
        'B'
    """
    return next(letter for least, letter in _LETTERS if percent >= least)


class _Sending:
    """Says what came of sending: nothing is sent on the day that is today."""

    def __init__(self, context: Context, failing: float, chance: Chance) -> None:
        self._midnight = datetime.datetime.combine(context.as_of, datetime.time(), datetime.UTC)
        self._failing, self._chance = failing, chance

    def send(self, made: datetime.datetime) -> tuple[object, ...]:
        """Give the columns from status to updated_at of a grade that was made then."""
        chance = self._chance
        sent = made + datetime.timedelta(seconds=60 + chance.below(3_600))
        if sent >= self._midnight:
            return "pending", 0, None, None, made
        if not chance.happens(self._failing):
            return "success", 1, sent, None, sent
        tries = MOST_TRIES if chance.happens(_GIVEN_UP) else chance.between(1, MOST_TRIES - 1)
        last = min(sent + datetime.timedelta(hours=tries - 1), self._midnight - datetime.timedelta(seconds=1))
        return "dead" if tries == MOST_TRIES else "failed", tries, last, chance.pick(_REFUSED), last
