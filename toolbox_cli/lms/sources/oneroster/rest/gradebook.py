"""Grades on their way back: results of line items."""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from toolbox_cli.core.http.client import Client
from toolbox_cli.core.http.errors import HttpError, NotFoundError, RejectedError
from toolbox_cli.core.http.links import path_of
from toolbox_cli.lms.sources.errors import RefusedGradeError
from toolbox_cli.lms.sources.oneroster.rest.lists.failing import explained, failed, not_served
from toolbox_cli.lms.sources.oneroster.rest.readers.rows import Row
from toolbox_cli.lms.sources.reading import grading
from toolbox_cli.lms.sources.records import Grade, Kind, Pushed

RESULTS: Final = uuid.UUID("6f0a2f0e-6f0b-5d0e-9c39-2a1f5b7c8d10")
"""Namespace of the ids of our results: never change it, or grades that were sent are sent a second time."""
_EXACT: Final = Decimal("0.0001")


def result_id(assignment_id: str, user_id: str) -> str:
    """Give the id of somebody's one result of a line item: whoever sends it again replaces it.

    Example:
        >>> result_id("item", "user") == result_id("item", "user")
        True
    """
    return str(uuid.uuid5(RESULTS, f"{len(assignment_id)}:{assignment_id}:{user_id}"))


@dataclass
class Gradebook:
    """Writes results, and believes only what it reads back: many a server acknowledges what it does not keep.

    Attributes:
        client: asked.
        base: address of the gradebook.
        rostering: address of people.
        score_status: the word for a grade that is final; some vendors spell it `fullyGraded`.
    """

    client: Client
    base: str
    rostering: str
    score_status: str = "fully graded"
    _items: dict[str, Row] = field(default_factory=dict, init=False)

    def push(self, grade: Grade) -> Pushed:
        """Write one grade, as a result of a line item that is there, on the line item's own scale.

        Raises:
            RefusedGradeError: it does not fit the line item, or the server does not take it.
            HttpError: it was certainly not written, and may be tried again.
        """
        grading.check(grade)
        scaled = self._scaled(grade)
        address = f"{self.base}/{path_of('results', result_id(grade.assignment_id, grade.user_id))}"
        return grading.write(scaled, lambda: self._put(address, scaled), lambda: self._held(address, scaled))

    def _put(self, address: str, grade: Grade) -> None:
        try:
            reply = self.client.put(address, json={"result": self._result(grade)}, idempotent=True)
        except HttpError as error:
            if isinstance(error, RejectedError | NotFoundError) or not_served(error):
                raise _refused(error, "The grade is not taken") from None
            raise
        if failed(reply):
            raise RefusedGradeError(f"{reply.place} answered {reply.status}: {explained(reply)}")

    def _held(self, address: str, grade: Grade) -> Decimal | None:
        """Give the score that the server has; None where that is not this grade's result."""
        row = Row(Kind.ASSIGNMENT, self.client.get(address).json(dict).get("result"), "results")
        same = row.ref("lineItem") == grade.assignment_id and row.ref("student") == grade.user_id
        return row.number("score") if same and not row.gone else None

    def _scaled(self, grade: Grade) -> Grade:
        item = self._item(grade.assignment_id)
        if item.gone:
            raise RefusedGradeError(f"The line item {grade.assignment_id} was removed there.")
        if item.ref("class") not in {None, grade.course_id}:
            raise RefusedGradeError(f"The line item {grade.assignment_id} is not of the class {grade.course_id}.")
        most, least = item.number("resultValueMax"), item.number("resultValueMin")
        if most is not None and most > 0:
            score = (grade.score * most / grade.points).quantize(_EXACT)
            grade = grade._replace(score=score, points=most)
        if least is not None and grade.score < least:
            raise RefusedGradeError(f"{grading.plain(grade.score)} is less than {least}, which is the least there.")
        return grade

    def _item(self, assignment_id: str) -> Row:
        if assignment_id not in self._items:
            address = f"{self.base}/{path_of('lineItems', assignment_id)}"
            try:
                sent = self.client.get(address).json(dict).get("lineItem")
            except (NotFoundError, RejectedError) as error:
                raise _refused(error, f"There is no line item {assignment_id}") from None
            self._items[assignment_id] = Row(Kind.ASSIGNMENT, sent, f"lineItems/{assignment_id}")
        return self._items[assignment_id]

    def _result(self, grade: Grade) -> Mapping[str, Any]:
        moment = grade.graded_at.astimezone(datetime.UTC)
        item, user = path_of("lineItems", grade.assignment_id), path_of("users", grade.user_id)
        result = {
            "sourcedId": result_id(grade.assignment_id, grade.user_id),
            "status": "active",
            "dateLastModified": moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z",
            "lineItem": {"href": f"{self.base}/{item}", "sourcedId": grade.assignment_id, "type": "lineItem"},
            "student": {"href": f"{self.rostering}/{user}", "sourcedId": grade.user_id, "type": "user"},
            "scoreStatus": self.score_status,
            "score": float(grade.score),
            "scoreDate": moment.date().isoformat(),
        }
        return {**result, "comment": grade.comment} if grade.comment else result


def _refused(error: HttpError, what: str) -> RefusedGradeError:
    said = explained(error.reply) if error.reply else None
    status = f" ({error.status})" if said else ""
    return RefusedGradeError(f"{what}{status}: {said or error.message}", remedy=error.remedy)
