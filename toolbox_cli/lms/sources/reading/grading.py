"""Writing one grade: checked before, and read back when nobody knows what became of it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from toolbox_cli.core.http.errors import ForbiddenError, HttpError, NotFoundError, RejectedError
from toolbox_cli.lms.sources.errors import RefusedGradeError
from toolbox_cli.lms.sources.records import Grade, Pushed

_CLOSE: Final = Decimal("0.005")
"""How far apart two scores may be that are the same: systems keep two decimal places and more."""
_UNTOLD: Final = (RejectedError, NotFoundError, ForbiddenError)
"""What reading one grade back may end with while the system is well."""
_REFUSALS: Final = (RejectedError, NotFoundError)


def check(grade: Grade, *, bonus: bool = False) -> None:
    """Refuse what no system should ever get; those that take it store nonsense without a word.

    Args:
        grade: to write.
        bonus: the system takes scores over the points possible, of grades that may have one.

    Raises:
        RefusedGradeError: it is out of range, or not about somebody's assignment.
    """
    if not (grade.course_id and grade.assignment_id and grade.user_id):
        raise RefusedGradeError("A grade needs a course, an assignment and a person.")
    if not (grade.score.is_finite() and grade.points.is_finite() and grade.points > 0):
        raise RefusedGradeError(f"{grade.score} of {grade.points} is no grade.")
    if grade.score < 0 or (grade.score > grade.points and not (bonus and grade.bonus)):
        raise RefusedGradeError(
            f"{grade.score} is not between 0 and the {grade.points} points possible.",
            remedy="Correct the points of the assignment, or the grade.",
        )
    if grade.graded_at.tzinfo is None:
        raise RefusedGradeError("The moment of the grade says no time zone.")


def write(grade: Grade, put: Callable[[], Decimal | None], read: Callable[[], Decimal | None]) -> Pushed:
    """Write a grade, and make sure of it.

    Args:
        grade: checked.
        put: writes it, and gives the score that the answer shows; None where it shows none.
        read: gives the score that is stored.

    Raises:
        RefusedGradeError: the system says no, or stores something else.
        HttpError: it was certainly not written, or neither writing nor reading works; it may be tried again.
    """
    try:
        shown = put()
    except _REFUSALS as error:
        raise RefusedGradeError(error.message, remedy=error.remedy) from None
    except HttpError as error:
        if not error.doubtful:
            raise
        try:
            return Pushed.WRITTEN if _same(read(), grade) else Pushed.UNKNOWN
        except _UNTOLD:
            return Pushed.UNKNOWN
        except HttpError:
            raise error from None  # it is the system that fails, and not this grade
    if _same(shown, grade):
        return Pushed.WRITTEN
    stored = _read(read)
    if stored is None or _same(stored, grade):
        return Pushed.UNKNOWN if stored is None else Pushed.WRITTEN
    raise RefusedGradeError(
        f"The system took {plain(grade.score)} and stored {plain(stored)}.",
        remedy="Look at the assignment there: its points, late rules and overrides.",
    )


def plain(number: Decimal) -> str:
    """Write a number without an exponent or needless zeros.

    Example:
        >>> plain(Decimal("87.50")), plain(Decimal("1E+2"))
        ('87.5', '100')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _same(score: Decimal | None, grade: Grade) -> bool:
    return score is not None and abs(score - grade.score) <= _CLOSE


def _read(read: Callable[[], Decimal | None]) -> Decimal | None:
    try:
        return read()
    except HttpError:
        return None
