"""Grades: one result a line item and student, believed only when it is read back."""

import math
import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.lms.doubles.oneroster import imsx
from tests.lms.sources.contract import done_but_cut
from tests.lms.sources.oneroster.rest.connecting import Server
from tests.support.web import Answer, cut_before, instead, unauthorized
from toolbox_cli.core.http.errors import ForbiddenError, NoConnectionError, UnauthorizedError
from toolbox_cli.lms.sources.errors import RefusedGradeError
from toolbox_cli.lms.sources.oneroster.rest.gradebook import result_id
from toolbox_cli.lms.sources.records import Pushed


def trouble(server: Server, what: Any, method: str = "PUT") -> None:
    server.web.trouble(what, method=method, path="*/results/*", times=math.inf)


def test_writes_a_grade_once_however_often_it_is_sent(server: Server) -> None:
    for _ in range(2):
        assert server.source.push_grade(server.grade("40.25", comment="Well done")) is Pushed.WRITTEN
    ((own, result),) = server.double.results.items()
    assert own == result["sourcedId"] == result_id("1", "7")
    assert uuid.UUID(own).version == 5
    assert (result["score"], result["scoreStatus"], result["scoreDate"]) == (40.25, "fully graded", "2026-09-01")
    assert (result["lineItem"]["sourcedId"], result["student"]["sourcedId"]) == ("1", "7")
    assert result["comment"] == "Well done"


def test_ids_never_change() -> None:
    """What was sent by an earlier version must be found again."""
    assert result_id("item", "user") == "3c1d40d4-d845-5844-891f-21a45115c555"
    assert result_id("a", "b:c") != result_id("a:b", "c")


def test_a_later_grade_replaces_an_earlier_one(server: Server) -> None:
    server.source.push_grade(server.grade("10"))
    assert server.source.push_grade(server.grade("45", key="k2")) is Pushed.WRITTEN
    assert list(server.double.scores.values()) == [Decimal(45)]


def test_scores_are_on_the_scale_of_the_line_item(server: Server) -> None:
    server.roster.assignments["1"] = replace(server.roster.assignments["1"], points=Decimal(10))
    assert server.source.push_grade(server.grade("40")) is Pushed.WRITTEN
    assert list(server.double.scores.values()) == [Decimal(8)]


@pytest.mark.parametrize(
    ("score", "more"), [("50.5", {}), ("50.5", {"bonus": True}), ("-1", {}), ("NaN", {}), ("1", {"points": Decimal(0)})]
)
def test_refuses_nonsense_before_it_is_sent(server: Server, score: str, more: dict[str, Any]) -> None:
    with pytest.raises(RefusedGradeError):
        server.source.push_grade(server.grade(score, **more))
    assert not server.web.asked


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"status": "tobedeleted"}, "removed"),
        ({"class": {"sourcedId": "2"}}, "not of the class"),
        ({"resultValueMin": 45}, "less than 45"),
    ],
)
def test_refuses_what_does_not_fit_the_line_item(server: Server, members: dict[str, Any], why: str) -> None:
    server.double.row = lambda name, row: {**row, **members}
    with pytest.raises(RefusedGradeError, match=why):
        server.source.push_grade(server.grade())
    assert not server.double.results


def test_refuses_a_line_item_that_is_not_there(server: Server) -> None:
    with pytest.raises(RefusedGradeError, match="no such line item"):
        server.source.push_grade(server.grade(assignment_id="77"))


def test_a_server_without_gradebook_takes_none(server: Server) -> None:
    server.double.lists -= {"lineItems"}
    with pytest.raises(RefusedGradeError):
        server.source.push_grade(server.grade())
    server.source.test()
    asked = len(server.web.asked)
    with pytest.raises(RefusedGradeError, match="no gradebook"):
        server.source.push_grade(server.grade())
    assert len(server.web.asked) == asked


@pytest.mark.parametrize("status", [400, 404, 405, 422, 501])
def test_a_grade_that_the_server_refuses_is_refused(server: Server, status: int) -> None:
    trouble(server, instead(imsx(status, "grading is closed", "invaliddata")))
    with pytest.raises(RefusedGradeError, match="grading is closed"):
        server.source.push_grade(server.grade())


def test_a_success_that_says_failure_is_refused(server: Server) -> None:
    trouble(server, instead(imsx(200, "not enrolled", "invaliddata")))
    with pytest.raises(RefusedGradeError, match="not enrolled"):
        server.source.push_grade(server.grade())


def test_a_server_that_acknowledges_and_forgets_is_not_believed(server: Server) -> None:
    server.double.stores = lambda result: None
    assert server.source.push_grade(server.grade()) is Pushed.UNKNOWN


def test_a_grade_that_is_stored_otherwise_is_refused(server: Server) -> None:
    server.double.stores = lambda result: {**result, "score": 30}
    with pytest.raises(RefusedGradeError, match="30"):
        server.source.push_grade(server.grade())


@pytest.mark.parametrize("members", [{"status": "tobedeleted"}, {"student": {"sourcedId": "6"}}, {"score": None}])
def test_another_result_than_ours_proves_nothing(server: Server, members: dict[str, Any]) -> None:
    server.double.stores = lambda result: {**result, **members}
    assert server.source.push_grade(server.grade()) is Pushed.UNKNOWN


def test_a_score_as_text_counts(server: Server) -> None:
    server.double.stores = lambda result: {**result, "score": "40.00"}
    assert server.source.push_grade(server.grade()) is Pushed.WRITTEN


def test_a_lost_answer_is_read_back(server: Server) -> None:
    trouble(server, done_but_cut())
    assert server.source.push_grade(server.grade()) is Pushed.WRITTEN


@pytest.mark.parametrize("what", [cut_before(), instead(Answer("oops", 502))])
def test_a_grade_that_may_be_lost_is_unknown(server: Server, what: Any) -> None:
    trouble(server, what)
    assert server.source.push_grade(server.grade()) is Pushed.UNKNOWN
    assert not server.double.results


def test_a_result_that_can_not_be_read_is_unknown(server: Server) -> None:
    trouble(server, instead(imsx(403, "write only", "forbidden")), "GET")
    assert server.source.push_grade(server.grade()) is Pushed.UNKNOWN
    assert server.double.results


@pytest.mark.parametrize(
    ("what", "error"),
    [(unauthorized(), UnauthorizedError), (instead(imsx(403, "no", "forbidden")), ForbiddenError)],
)
def test_what_concerns_all_grades_is_raised(server: Server, what: Any, error: type[Exception]) -> None:
    trouble(server, what)
    with pytest.raises(error):
        server.source.push_grade(server.grade())


def test_a_grade_that_was_surely_not_written_can_be_tried_again(server: Server) -> None:
    with server.web.refusing(), pytest.raises(NoConnectionError):
        server.source.push_grade(server.grade())
    assert server.source.push_grade(server.grade()) is Pushed.WRITTEN
