"""Scores: dated so that each platform takes a newer one and none twice, and read back whatever it answers."""

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from toolbox_cli.core.http.client import Client
from toolbox_cli.core.http.errors import ForeignLinkError, HttpError
from toolbox_cli.lms.sources.errors import RefusedGradeError
from toolbox_cli.lms.sources.lti.gradebook.lineitems import LineItems, number
from toolbox_cli.lms.sources.lti.platform import RESULTS, SCORE, below, pages, posted
from toolbox_cli.lms.sources.reading import grading
from toolbox_cli.lms.sources.reading.values import as_id, as_moment, as_number
from toolbox_cli.lms.sources.records import Grade, Pushed

_CONFLICT: Final = 409
_CLOSE: Final = Decimal("0.005")
_TICK: Final = datetime.timedelta(milliseconds=1)
_SECOND: Final = datetime.timedelta(seconds=1)
"""What Moodle compares moments by, whatever is sent."""


class Result(NamedTuple):
    """What stands there; the score in the points of the grade that it is compared with."""

    score: Decimal
    at: datetime.datetime | None


class _Sent(NamedTuple):
    graded_at: datetime.datetime
    dated: datetime.datetime
    score: Decimal


class Scores:
    """Writes scores.

    Args:
        client: asked.
        items: where line items are known.
        learns: tells of somebody in a course whether they are a learner; None where that can't be told.
    """

    def __init__(self, client: Client, items: LineItems, learns: Callable[[str, str], bool | None]) -> None:
        self._client, self._items, self._learns = client, items, learns
        self._sent: dict[tuple[str, str], _Sent] = {}

    def push(self, grade: Grade) -> Pushed:
        """Write one score of a line item that is there.

        Raises:
            RefusedGradeError: it is out of range, not a learner's, or a newer one stands there.
            HttpError: it was certainly not written, and may be tried again.
        """
        grading.check(grade, bonus=True)
        self._items.needed(grade.course_id, grade.assignment_id)
        if self._learns(grade.course_id, grade.user_id) is False:
            raise RefusedGradeError(
                f"The person {grade.user_id} is no learner in the course {grade.course_id}: only learners are graded.",
                remedy="Look at the person's role there.",
            )
        try:
            return grading.write(grade, lambda: self._put(grade), lambda: _score(self._result(grade)))
        except ForeignLinkError as error:
            raise RefusedGradeError(error.message, remedy=error.remedy) from None

    def _put(self, grade: Grade) -> Decimal | None:
        dated = self._dated(grade)
        if self._taken(grade, dated):
            return None
        there = self._stored(grade)
        if there is None or abs(there.score - grade.score) <= _CLOSE:
            return _score(there)
        if there.at is None or whole_second(there.at) != whole_second(dated):
            raise self._outdated(grade, there)
        self._put_after(grade, there, whole_second(there.at) + _SECOND)
        return None

    def _put_after(self, grade: Grade, there: Result, dated: datetime.datetime) -> None:
        """Write over what stands there since the same second; a score of the future would lock out true ones."""
        wait_s = (dated - self._now()).total_seconds()
        if wait_s > 0:
            self._client.clock.sleep(wait_s)
        if not self._taken(grade, dated):
            raise self._outdated(grade, self._stored(grade) or there)

    def _taken(self, grade: Grade, dated: datetime.datetime) -> bool:
        """Send a score; gives whether it was new: one that is sent twice is refused the second time."""
        self._sent[grade.assignment_id, grade.user_id] = _Sent(grade.graded_at, dated, grade.score)
        body: dict[str, object] = {
            "userId": grade.user_id,
            "scoreGiven": number(grade.score),
            "scoreMaximum": number(grade.points),
            "timestamp": written(dated),
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
        }
        if grade.comment:
            body["comment"] = grade.comment
        address = below(grade.assignment_id, "scores")
        reply = self._client.send(posted(address, body, SCORE, idempotent=True, allow=(_CONFLICT,)))
        return reply.status != _CONFLICT

    def _dated(self, grade: Grade) -> datetime.datetime:
        """Give the moment to send: the grade's own, so that sending it again is seen to be that.

        It is never in the platform's future, and later than that of another score that was reached before.
        """
        dated = min(grade.graded_at.astimezone(datetime.UTC), self._now() + _SECOND)
        before = self._sent.get((grade.assignment_id, grade.user_id))
        if before is None or grade.graded_at < before.graded_at:
            return dated
        if (grade.graded_at, grade.score) == (before.graded_at, before.score):
            return before.dated
        return max(dated, before.dated + _TICK)

    def _now(self) -> datetime.datetime:
        """Give the time by the platform's clock."""
        return self._client.clock.now() + self._items.ahead

    def _stored(self, grade: Grade) -> Result | None:
        try:
            return self._result(grade)
        except HttpError:
            return None

    def _result(self, grade: Grade) -> Result | None:
        """Read what stands there; without a page size, since Moodle answers 404 to one."""
        address = below(grade.assignment_id, "results")
        for reply in pages(self._client, address, RESULTS, {"user_id": grade.user_id}):
            for sent in reply.json(list):
                if isinstance(sent, dict) and as_id(sent.get("userId")) == grade.user_id:
                    return _read(sent, grade.points)
        return None

    def _outdated(self, grade: Grade, there: Result) -> RefusedGradeError:
        since = f" since {written(there.at)}" if there.at else ""
        message = f"{grading.plain(there.score)} stands there{since}, which counts as newer than this grade."
        if there.at and there.at > self._now() + _SECOND:
            message += " That is in the future: the platform takes no grade until then."
        return RefusedGradeError(message, remedy="Look at the grade there; change it there if this one should count.")


def written(moment: datetime.datetime) -> str:
    """Write a moment in UTC, to the millisecond.

    Example:
        >>> written(datetime.datetime(2026, 9, 1, 12, 0, 0, 1500, tzinfo=datetime.UTC))
        '2026-09-01T12:00:00.001Z'
    """
    return f"{moment.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def whole_second(moment: datetime.datetime) -> datetime.datetime:
    return moment.replace(microsecond=0)


def _score(result: Result | None) -> Decimal | None:
    return result.score if result else None


def _read(sent: Mapping[str, Any], points: Decimal) -> Result | None:
    """Read a result, which is of 1 point where it does not say of how many."""
    try:
        score, most = as_number(sent.get("resultScore")), as_number(sent.get("resultMaximum"))
    except ValueError:
        return None
    if score is None or (most is not None and most <= 0):
        return None
    try:
        at = as_moment(sent.get("timestamp"), datetime.UTC)
    except ValueError:
        at = None
    return Result(score * points / (most or Decimal(1)), at)
