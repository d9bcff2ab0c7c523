import datetime
import math
from decimal import Decimal
from typing import Any

import pytest

from tests.lms.doubles.lti import TYPES
from tests.lms.sources.gathering import gather
from tests.lms.sources.lti.conftest import SCORES, Tool
from tests.support.clocks import NOON
from tests.support.web import Answer, Exchange, altered, cut_before, html_page, instead, link, throttled
from toolbox_cli.core.http.errors import HttpError, MalformedLinkError, NoConnectionError
from toolbox_cli.lms.sources.errors import RefusedGradeError, SourceError
from toolbox_cli.lms.sources.lti.gradebook.lineitems import Wanted
from toolbox_cli.lms.sources.lti.platform import Context
from toolbox_cli.lms.sources.records import Kind, Pushed, Scope

QUIZ = Wanted("quiz-7", "final", "Quiz 7", Decimal(50))
MOODLES_LINK = "<http://a.example/l?limit=1&amp;from=1>; rel=“next”".encode().decode("latin-1")
LATER = datetime.timedelta(minutes=5)


def done_but_cut(exchange: Exchange) -> bool:
    """Do what was asked, and hang up before the answer."""
    exchange.handle()
    return False


def of(course: str) -> Scope:
    return Scope(Kind.ASSIGNMENT, course)


def test_reads_line_items(tool: Tool) -> None:
    own = tool.double.add("1", "Quiz 7", Decimal("12.5"), "quiz-7", "final")
    tool.double.items[own][1].update(
        startDateTime="2026-09-01T08:00:00+02:00", endDateTime="2026-09-02T22:00:00Z", note="x"
    )
    found = gather(tool.source.assignments(tool.courses()))
    assert found.complete == {of("1"), of("2")}
    assert len(found.records) == 3
    (item,) = [item for item in found.records if item.title == "Quiz 7"]
    assert (item.id, item.course_id, item.points) == (tool.double.item_url(own), "1", Decimal("12.5"))
    assert item.opens_at == datetime.datetime(2026, 9, 1, 6, tzinfo=datetime.UTC)
    assert item.due_at == datetime.datetime(2026, 9, 2, 22, tzinfo=datetime.UTC)
    assert item.raw == {"resourceId": "quiz-7", "tag": "final"}
    asked = next(asked for asked in tool.web.asked if asked.path.endswith("/lineitems"))
    assert asked.headers["accept"] == TYPES["items"]
    assert asked.query == {"type_id": "1"}


def test_a_link_that_moodle_sends_is_refused_and_not_ignored(tool: Tool) -> None:
    tool.web.trouble(link(MOODLES_LINK), path="*/1/lineitems", times=2)
    found = gather(tool.source.assignments(tool.courses()))
    assert found.complete == {of("2")}
    assert "Link" in found.broken[of("1")].message
    with pytest.raises(MalformedLinkError):
        tool.source.push_grade(tool.grade())
    assert not tool.scores()


def test_linked_pages_of_line_items_are_followed(tool: Tool) -> None:
    own = tool.double.add("1", "Quiz 8", Decimal(10))
    more = Answer([tool.double._item(own)], headers={"Content-Type": TYPES["items"]})
    tool.web.on("GET", "/more", more)
    tool.web.trouble(
        altered(lambda answer: Answer(answer.body[:1], headers={"Link": f'<{tool.web.url}/more>; rel="next"'})),
        path="*/1/lineitems",
    )
    found = gather(tool.source.assignments(tool.courses()[:1]))
    assert found.ids == [tool.double.item_url("1"), tool.double.item_url(own)]
    assert of("1") in found.complete


@pytest.mark.parametrize("body", [{"error": "no"}, "fine", {"lineItems": []}])
def test_what_is_no_list_breaks_its_course_alone(tool: Tool, body: Any) -> None:
    tool.web.trouble(instead(Answer(body)), path="*/1/lineitems")
    found = gather(tool.source.assignments(tool.courses()))
    assert found.complete == {of("2")}
    assert found.broken[of("1")].code == "lms-unreadable"


def test_nothing_is_said_of_line_items_that_no_launch_told_of(tool: Tool) -> None:
    source = tool.again([Context("1", tool.double.memberships_url("1")), tool.contexts[1]])
    found = gather(source.assignments(tool.courses()))
    assert found.complete == {of("2")}
    assert not found.broken
    with pytest.raises(RefusedGradeError, match="No launch"):
        source.push_grade(tool.grade())


def test_twins_points_and_moments_that_are_wrong_are_told(tool: Tool) -> None:
    tool.double.add("1", "Quiz 7", Decimal(10), "quiz-7", "final")
    twin = tool.double.add("1", "Quiz 7", Decimal(10), "quiz-7", "final")
    odd = tool.double.add("1", "Odd", Decimal(0))
    tool.double.items["1"][1]["endDateTime"] = "2026-10-01T12:00:00"
    tool.double.items["2"][1]["scoreMaximum"] = "many"
    found = gather(tool.source.assignments(tool.courses()))
    assert found.fault("lms-line-item-twice").id == tool.double.item_url(twin)
    assert found.fault("lms-no-zone").field == "endDateTime"
    assert {fault.id for fault in found.faults if fault.code == "lms-value"} == {
        tool.double.item_url(odd), tool.double.item_url("2"),
    }  # fmt: skip
    assert tool.double.item_url(odd) not in found.ids
    assert len(found.complete) == 2


def test_a_line_item_is_made_once_and_found_again(tool: Tool) -> None:
    made = tool.source.line_item("1", QUIZ)
    assert tool.source.line_item("1", QUIZ) == made
    later = tool.again()
    assert later.line_item("1", QUIZ) == made
    assert later.line_item("1", QUIZ._replace(tag="draft")) != made
    assert later.line_item("2", QUIZ) != made
    assert [item["tag"] for _, item in tool.double.items.values() if item["resourceId"]] == ["final", "draft", "final"]
    posted = next(asked for asked in tool.web.asked if asked.method == "POST" and asked.path.endswith("/lineitems"))
    assert posted.headers["content-type"] == TYPES["item"]
    assert posted.json() == {"label": "Quiz 7", "scoreMaximum": 50, "resourceId": "quiz-7", "tag": "final"}


def test_of_twins_always_the_same_is_taken(tool: Tool) -> None:
    first = tool.double.add("1", "Quiz 7", Decimal(10), "quiz-7", "final")
    tool.double.add("1", "Quiz 7", Decimal(10), "quiz-7", "final")
    assert tool.source.line_item("1", QUIZ) == tool.double.item_url(first)
    tool.double.items = dict(reversed(tool.double.items.items()))
    assert tool.source.line_item("1", QUIZ) == tool.double.item_url(first)


def test_a_line_item_whose_answer_was_lost_is_not_made_twice(tool: Tool) -> None:
    tool.web.trouble(done_but_cut, method="POST", path="*/lineitems", times=math.inf)
    made = tool.source.line_item("1", QUIZ)
    assert [own for own, (_, item) in tool.double.items.items() if item["resourceId"]] == [
        own for own in tool.double.items if tool.double.item_url(own) == made
    ]


def test_a_line_item_that_was_not_made_is_told(tool: Tool) -> None:
    tool.web.trouble(cut_before(), method="POST", path="*/lineitems", times=math.inf)
    with pytest.raises(NoConnectionError):
        tool.source.line_item("1", QUIZ)
    tool.web.calm()
    tool.web.trouble(instead(Answer({}, 201)), method="POST", path="*/lineitems")
    with pytest.raises(SourceError, match="does not have it"):
        tool.source.line_item("1", QUIZ)
    with pytest.raises(SourceError, match="resourceId"):
        tool.source.line_item("1", QUIZ._replace(resource_id=""))


def test_a_line_item_is_not_made_where_the_list_can_not_be_read(tool: Tool) -> None:
    tool.web.trouble(link(MOODLES_LINK), method="GET", path="*/lineitems", times=math.inf)
    with pytest.raises(MalformedLinkError):
        tool.source.line_item("1", QUIZ)
    assert len(tool.double.items) == 2


def test_writes_a_score(tool: Tool) -> None:
    assert tool.source.push_grade(tool.grade("40.25", comment="Well done")) is Pushed.WRITTEN
    assert tool.stored == Decimal("40.25")
    assert tool.scores() == [
        {
            "userId": "3", "scoreGiven": 40.25, "scoreMaximum": 50, "timestamp": "2026-09-01T12:00:00.000Z",
            "activityProgress": "Completed", "gradingProgress": "FullyGraded", "comment": "Well done",
        }
    ]  # fmt: skip
    posted = next(asked for asked in tool.web.asked if asked.path.endswith("/scores"))
    assert posted.target.endswith("/lineitem/scores?type_id=1")
    assert posted.headers["content-type"] == TYPES["score"]
    read = next(asked for asked in tool.web.asked if asked.path.endswith("/results"))
    assert read.query == {"type_id": "1", "user_id": "3"}


def test_points_are_those_of_the_line_item_there(tool: Tool) -> None:
    tool.double.items["1"][1]["scoreMaximum"] = 30
    assert tool.source.push_grade(tool.grade("33.33", points=Decimal(100))) is Pushed.WRITTEN
    assert tool.stored == Decimal("9.999")


def test_the_same_score_twice_is_there_once(tool: Tool) -> None:
    for source in (tool.source, tool.source, tool.again()):
        assert source.push_grade(tool.grade()) is Pushed.WRITTEN
    assert tool.stored == 40
    assert len({score["timestamp"] for score in tool.scores()}) == 1
    assert not tool.stopped.slept


@pytest.mark.parametrize("again", [True, False])
def test_another_score_of_the_same_moment_replaces_the_first(tool: Tool, again: bool) -> None:
    tool.source.push_grade(tool.grade("40"))
    source = tool.again() if again else tool.source
    assert source.push_grade(tool.grade("45")) is Pushed.WRITTEN
    assert tool.stored == 45
    sent = [score["timestamp"] for score in tool.scores()]
    assert sent[-1] == "2026-09-01T12:00:01.000Z"
    assert again or sent == sorted(set(sent))
    assert tool.stopped.now() >= NOON + datetime.timedelta(seconds=1)


def test_later_scores_count_and_earlier_ones_do_not(tool: Tool) -> None:
    tool.source.push_grade(tool.grade("40", graded_at=NOON - LATER))
    assert tool.source.push_grade(tool.grade("45")) is Pushed.WRITTEN
    with pytest.raises(RefusedGradeError, match=r"45 stands there since 2026-09-01T12:00:00.000Z"):
        tool.again().push_grade(tool.grade("30", graded_at=NOON - LATER))
    assert tool.stored == 45


def test_moments_are_written_in_utc_to_the_millisecond(tool: Tool) -> None:
    east = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
    moment = (NOON - LATER + datetime.timedelta(microseconds=123_999)).astimezone(east)
    tool.source.push_grade(tool.grade(graded_at=moment))
    assert tool.scores()[0]["timestamp"] == "2026-09-01T11:55:00.123Z"


def test_no_score_is_of_the_future(tool: Tool) -> None:
    tool.source.push_grade(tool.grade("40", graded_at=NOON + datetime.timedelta(days=30)))
    assert tool.double.scores["1", "3"][1] <= NOON + datetime.timedelta(seconds=1)
    tool.stopped.sleep(60)
    assert tool.again().push_grade(tool.grade("45", graded_at=NOON + datetime.timedelta(seconds=30))) is Pushed.WRITTEN


def test_the_future_begins_by_the_clock_of_the_platform(tool: Tool) -> None:
    tool.double.ahead_s = -120
    tool.source.push_grade(tool.grade())
    assert tool.double.scores["1", "3"][1] <= tool.double.time() + datetime.timedelta(seconds=1)


def test_a_score_of_the_future_that_stands_there_is_told(tool: Tool) -> None:
    tool.double.scores["1", "3"] = (Decimal(20), NOON + datetime.timedelta(days=2))
    with pytest.raises(RefusedGradeError, match="in the future"):
        tool.source.push_grade(tool.grade())


def test_a_lost_answer_is_read_back(tool: Tool) -> None:
    tool.web.trouble(done_but_cut, path=SCORES)
    assert tool.source.push_grade(tool.grade()) is Pushed.WRITTEN
    assert [score["timestamp"] for score in tool.scores()] == ["2026-09-01T12:00:00.000Z"] * 2
    tool.web.trouble(done_but_cut, path=SCORES, times=math.inf)
    assert tool.source.push_grade(tool.grade("45", graded_at=NOON + datetime.timedelta(seconds=1))) is Pushed.WRITTEN


def test_a_score_that_may_be_lost_is_unknown(tool: Tool) -> None:
    tool.web.trouble(cut_before(), path=SCORES, times=math.inf)
    assert tool.source.push_grade(tool.grade()) is Pushed.UNKNOWN
    assert tool.stored is None


@pytest.mark.parametrize("trouble", [html_page(404), html_page(), instead(Answer([]))])
def test_a_score_that_can_not_be_read_back_is_unknown(tool: Tool, trouble: Any) -> None:
    tool.web.trouble(trouble, path="*/results", times=math.inf)
    assert tool.source.push_grade(tool.grade()) is Pushed.UNKNOWN
    assert tool.source.push_grade(tool.grade()) is Pushed.UNKNOWN
    assert tool.stored == 40


def test_a_score_that_was_surely_not_written_can_be_tried_again(tool: Tool) -> None:
    tool.source.push_grade(tool.grade())
    with tool.web.refusing(), pytest.raises(NoConnectionError):
        tool.source.push_grade(tool.grade("45"))
    tool.web.trouble(throttled(), path=SCORES, times=math.inf)
    with pytest.raises(HttpError):
        tool.source.push_grade(tool.grade("45"))


def test_a_bonus_is_written(tool: Tool) -> None:
    assert tool.source.push_grade(tool.grade("50.5", bonus=True)) is Pushed.WRITTEN


@pytest.mark.parametrize(("score", "more"), [("50.5", {}), ("-1", {}), ("NaN", {}), ("1", {"points": Decimal(0)})])
def test_nonsense_is_refused_before_it_is_sent(tool: Tool, score: str, more: dict[str, Any]) -> None:
    with pytest.raises(RefusedGradeError):
        tool.source.push_grade(tool.grade(score, **more))
    assert not tool.web.asked


@pytest.mark.parametrize("user", ["1", "2", "999"])
def test_who_is_no_learner_is_refused_before_it_is_sent(tool: Tool, user: str) -> None:
    with pytest.raises(RefusedGradeError, match="no learner"):
        tool.source.push_grade(tool.grade(user_id=user))
    assert not tool.scores()


def test_whoever_may_be_a_learner_is_left_to_the_platform(tool: Tool) -> None:
    tool.trouble("1", html_page(), times=math.inf)
    assert tool.source.push_grade(tool.grade()) is Pushed.WRITTEN
    with pytest.raises(RefusedGradeError, match="400"):
        tool.source.push_grade(tool.grade(user_id="999"))


def test_members_are_read_once_for_many_scores(tool: Tool) -> None:
    for user in ("3", "4", "5", "6"):
        assert tool.source.push_grade(tool.grade(user_id=user)) is Pushed.WRITTEN
    asked = [asked.path for asked in tool.web.asked]
    assert sum(path.endswith("memberships") for path in asked) == 4, "two pages, looked at twice"
    assert sum(path.endswith("lineitems") for path in asked) == 1


@pytest.mark.parametrize("own", ["http://localhost:1/lineitem", "1", ""])
def test_a_line_item_that_the_course_has_not_is_refused(tool: Tool, own: str) -> None:
    with pytest.raises(RefusedGradeError):
        tool.source.push_grade(tool.grade(assignment_id=own))
    with pytest.raises(RefusedGradeError):
        tool.source.push_grade(tool.grade(assignment_id=tool.double.item_url("2")))
    assert not tool.scores()


def test_a_line_item_of_another_host_gets_no_score(tool: Tool) -> None:
    away = {**tool.double._item("1"), "id": "http://localhost:1/lineitem"}
    tool.web.trouble(altered(lambda answer: Answer([away], headers=answer.headers)), path="*/lineitems")
    with pytest.raises(RefusedGradeError, match="is not asked"):
        tool.source.push_grade(tool.grade(assignment_id="http://localhost:1/lineitem"))


def test_a_score_that_is_stored_otherwise_is_refused(tool: Tool) -> None:
    tool.double.stores = lambda score: min(score, Decimal(30))
    with pytest.raises(RefusedGradeError, match="took 40 and stored 30"):
        tool.source.push_grade(tool.grade())


def test_results_of_others_are_not_taken_for_ones_own(tool: Tool) -> None:
    tool.source.push_grade(tool.grade("40", user_id="4"))
    wrong = instead(Answer([{"userId": "4", "resultScore": 40, "resultMaximum": 50}, None, {"userId": "3"}]))
    tool.web.trouble(wrong, path="*/results", times=math.inf)
    assert tool.source.push_grade(tool.grade("40")) is Pushed.UNKNOWN
