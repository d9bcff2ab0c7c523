"""Grades of assignments, into the assignments' own table: what stands in the gradebook alone is overwritten from there.

Moodle takes a grade for somebody who does not exist, and answers "done" to one over the maximum that it does not
store. So everything is checked here, and what was stored is read back, whatever the answer was.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final, NamedTuple

from toolbox_cli.core.http.errors import ForbiddenError, HttpError, NotFoundError, RejectedError
from toolbox_cli.lms.sources.errors import RefusedGradeError, SourceError
from toolbox_cli.lms.sources.moodle.lists import assignments
from toolbox_cli.lms.sources.moodle.lists.rolls import Rolls
from toolbox_cli.lms.sources.moodle.webservice import (
    MissingFunctionError,
    Service,
    concerns_everything,
    rows,
    told,
    warnings,
)
from toolbox_cli.lms.sources.reading import grading
from toolbox_cli.lms.sources.reading.values import as_id, as_number
from toolbox_cli.lms.sources.records import Grade, Pushed

AT_ONCE: Final = 50
"""Grades in one call: 500 took a Moodle 48 seconds."""

_STORED: Final = Decimal("0.00001")
"""What Moodle stores of a grade."""

_NONE_YET: Final = "3"
_REFUSALS: Final = (RejectedError, NotFoundError, ForbiddenError)
_PLAIN_TEXT: Final = 2

Outcome = Pushed | RefusedGradeError


class _Marked(NamedTuple):
    """A grade, and what it is in the points of the assignment there."""

    number: int
    grade: Grade
    score: Decimal


class Gradebook:
    """Writes grades, and remembers for a while what is stored."""

    def __init__(self, service: Service, rolls: Rolls) -> None:
        self._service, self._rolls = service, rolls
        self._columns: dict[tuple[str, str], _Column] = {}
        self._members: dict[str, frozenset[str]] = {}

    def push(self, grades: Sequence[Grade]) -> list[Outcome]:
        """Write grades; see `Moodle.push_grades`."""
        outcomes: dict[int, Outcome] = {}
        marked: dict[_Column, list[_Marked]] = {}
        for number, grade in sorted(enumerate(grades), key=lambda one: one[1].graded_at.timestamp()):
            try:
                grading.check(grade)
                column = self._column(grade)
                marked.setdefault(column, []).append(_Marked(number, grade, column.score(grade)))
            except RefusedGradeError as error:
                outcomes[number] = error
        for column, some in marked.items():
            for batch in _batches(some):
                outcomes |= column.push(batch)
        return [outcomes[number] for number in range(len(grades))]

    def _column(self, grade: Grade) -> "_Column":
        """Give the assignment of a grade.

        Raises:
            RefusedGradeError: there is none that takes it, or the person is not in its course.
            SourceError: it can't be told who is in the course.
        """
        key = (grade.course_id, grade.assignment_id)
        if key not in self._columns:
            self._columns[key] = _Column(self._service, *key, _assignment(self._service, *key))
        if grade.user_id not in self._in_course(grade.course_id):
            raise RefusedGradeError(
                f"The person {grade.user_id} is not in the course {grade.course_id}; Moodle would take the grade "
                "and nobody would see it.",
                remedy="Enroll the person there, or leave the grade out.",
            )
        return self._columns[key]

    def _in_course(self, course_id: str) -> frozenset[str]:
        if course_id not in self._members:
            roll = self._rolls.of(course_id)
            if roll.broken:
                raise SourceError(
                    f"It can't be told who is in the course {course_id}: {roll.broken.message}",
                    remedy=roll.broken.remedy,
                )
            self._members[course_id] = frozenset(member.user for member in roll.members)
        return self._members[course_id]


class _Column:
    """The grades of one assignment, as they are stored there."""

    def __init__(self, service: Service, course_id: str, assignment_id: str, facts: Mapping[str, Any]) -> None:
        self._service, self._course_id, self._id = service, course_id, assignment_id
        self._points = as_number(facts.get("grade")) or Decimal(0)
        self._state = "released" if facts.get("markingworkflow") else ""
        self._stored: dict[str, Decimal] = {}
        self._newest = 0

    def score(self, grade: Grade) -> Decimal:
        """Give a grade in the points of the assignment there.

        Raises:
            RefusedGradeError: it is not graded in points.
        """
        if self._points <= 0:
            raise RefusedGradeError(
                f"The assignment {self._id} is graded by a scale, or not at all.",
                remedy="Let it be graded in points in Moodle.",
            )
        return (grade.score / grade.points * self._points).quantize(_STORED)

    def push(self, batch: Sequence[_Marked]) -> dict[int, Outcome]:
        """Write some grades, of one person each, that are not stored already."""
        stored = self._read([one.grade.user_id for one in batch]) or {}
        open_ones = [one for one in batch if stored.get(one.grade.user_id) != one.score]
        outcomes: dict[int, Outcome] = {one.number: Pushed.WRITTEN for one in batch}
        return outcomes | (self._write(open_ones) if open_ones else {})

    def _write(self, batch: Sequence[_Marked]) -> dict[int, Outcome]:
        error = self._send(batch)
        try:
            stored = self._read([one.grade.user_id for one in batch])
        except HttpError:
            stored = None
        outcomes: dict[int, Outcome] = {}
        for one in batch:
            if stored is not None and stored.get(one.grade.user_id) == one.score:
                outcomes[one.number] = Pushed.WRITTEN
            elif isinstance(error, _REFUSALS) and len(batch) > 1:
                outcomes |= self._write([one])
            else:
                outcomes[one.number] = _missed(one, stored, error)
        return outcomes

    def _send(self, batch: Sequence[_Marked]) -> HttpError | None:
        """Send grades, and give the error after which some may be stored.

        Raises:
            HttpError: certainly nothing was stored, and sending it again later may go well.
        """
        common = {"assignmentid": self._id, "applytoall": 0}
        marks = [self._mark(one) for one in batch]
        try:
            if len(marks) == 1:
                self._service.write("mod_assign_save_grade", {**common, **marks[0]})
            else:
                self._service.write("mod_assign_save_grades", {**common, "grades": marks})
        except HttpError as error:
            if not error.doubtful and (concerns_everything(error) or not isinstance(error, _REFUSALS)):
                raise
            return error
        return None

    def _mark(self, one: _Marked) -> dict[str, Any]:
        mark: dict[str, Any] = {
            "userid": one.grade.user_id,
            "grade": grading.plain(one.score),
            "attemptnumber": -1,
            "addattempt": 0,
            "workflowstate": self._state,
        }
        if one.grade.comment:
            comment = {"text": one.grade.comment, "format": _PLAIN_TEXT}
            mark["plugindata"] = {"assignfeedbackcomments_editor": comment}
        return mark

    def _read(self, users: Sequence[str]) -> Mapping[str, Decimal] | None:
        """Read what is stored, by person: of the assignment, or else of the report of each person's grades.

        Returns:
            None where the token may read neither.
        """
        for read in (self._listed, self._reported):
            with suppress(MissingFunctionError, ForbiddenError):
                return read(users)
        return None

    def _listed(self, _: Sequence[str]) -> Mapping[str, Decimal]:
        """Read what changed since the last reading, by the server's own clock.

        Raises:
            ForbiddenError: the token's account does not see grades.
        """
        asked = {"assignmentids": [self._id], "since": self._newest}
        reply = self._service.read("mod_assign_get_grades", asked, assignment=self._id)
        for warning in warnings(reply):
            if str(warning.get("warningcode")) != _NONE_YET:
                raise ForbiddenError(told(reply, warning), reply=reply)
        for column in rows(reply, "assignments"):
            if isinstance(column, dict) and as_id(column.get("assignmentid")) == self._id:
                for row in column.get("grades") or []:
                    self._take(row)
        return self._stored

    def _take(self, row: Any) -> None:
        user, score = as_id(row.get("userid")), _score(row.get("grade"))
        if user:
            self._stored.pop(user, None)
            if score is not None:
                self._stored[user] = score
            self._newest = max(self._newest, int(row.get("timemodified") or 0))

    def _reported(self, users: Sequence[str]) -> Mapping[str, Decimal]:
        stored = {}
        for user in users:
            reply = self._service.read(
                "gradereport_user_get_grade_items", {"courseid": self._course_id, "userid": user}, user=user
            )
            for report in rows(reply, "usergrades"):
                for item in report.get("gradeitems") or []:
                    ours = item.get("itemmodule") == "assign" and as_id(item.get("iteminstance")) == self._id
                    score = _score(item.get("graderaw")) if ours else None
                    if score is not None:
                        stored[user] = score
        return stored


def _assignment(service: Service, course_id: str, assignment_id: str) -> Mapping[str, Any]:
    """Give what Moodle says of an assignment.

    Raises:
        RefusedGradeError: there is none.
    """
    try:
        reply = assignments.read(service, [course_id])
    except (NotFoundError, ForbiddenError) as error:
        if concerns_everything(error):
            raise
        raise RefusedGradeError(error.message, remedy=error.remedy) from None
    found = assignments.of_course(reply, course_id)
    if found is None:
        said = "; ".join(told(reply, one) for one in warnings(reply)) or "it does not say why"
        raise RefusedGradeError(f"Moodle shows no assignments of the course {course_id}: {said}.")
    for sent in found:
        if isinstance(sent, dict) and as_id(sent.get("id")) == assignment_id:
            return sent
    raise RefusedGradeError(
        f"The course {course_id} has no assignment {assignment_id}.", remedy="Sync the course, and link it again."
    )


def _batches(marked: Sequence[_Marked]) -> Iterator[list[_Marked]]:
    """Give batches in which nobody is twice: of several grades the latest has to be written last."""
    batch: list[_Marked] = []
    for one in marked:
        if len(batch) == AT_ONCE or any(one.grade.user_id == other.grade.user_id for other in batch):
            yield batch
            batch = []
        batch.append(one)
    yield batch


def _missed(one: _Marked, stored: Mapping[str, Decimal] | None, error: HttpError | None) -> Outcome:
    """Tell what a grade is that is not found stored."""
    if isinstance(error, _REFUSALS):
        return RefusedGradeError(error.message, remedy=error.remedy)
    if error is not None or stored is None:
        return Pushed.UNKNOWN
    there = stored.get(one.grade.user_id)
    return RefusedGradeError(
        f"Moodle took {grading.plain(one.score)} without an error and stored "
        f"{'nothing' if there is None else grading.plain(there)}.",
        remedy="Look at the assignment there: its points, its locks and its marking workflow.",
    )


def _score(value: object) -> Decimal | None:
    """Read a stored grade; one below 0 is none."""
    try:
        score = as_number(value)
    except ValueError:
        return None
    return score.quantize(_STORED) if score is not None and score >= 0 else None
