"""The double answers as the platform that was recorded."""

import json
from typing import Any

import pytest

from tests.lms.doubles.lti import TYPES
from tests.lms.sources.gathering import gather
from tests.lms.sources.lti.conftest import Tool
from tests.support.commands import ROOT
from tests.support.web import Answer, Asked, instead
from toolbox_cli.core.http.errors import MalformedLinkError
from toolbox_cli.core.http.links import parse_links
from toolbox_cli.lms.sources.lti.platform import Context
from toolbox_cli.lms.sources.records import Role

RECORDED = ROOT / "fixtures" / "lms" / "recorded" / "lti"


def recorded(name: str) -> Any:
    return json.loads((RECORDED / f"{name}.json").read_text())


def header(name: str, of: str) -> str:
    lines = (RECORDED / f"{name}.headers").read_text().splitlines()
    return next(line.partition(": ")[2] for line in lines if line.startswith(f"{of}:"))


def asked(target: str, **parts: str) -> Asked:
    return Asked("GET", target.partition("?")[0], target, {}, b"", 1, parts)


def test_members_have_the_same_fields(tool: Tool) -> None:
    ours, theirs = tool.double._members(asked("/", course="1")).body, recorded("nrps_all")
    assert ours.keys() == theirs.keys()
    assert ours["context"].keys() == theirs["context"].keys()
    assert {frozenset(row) for row in ours["members"]} == {frozenset(row) for row in theirs["members"]}
    assert {role for row in theirs["members"] for role in row["roles"]} == {"Learner", "Instructor"}


def test_pages_of_members_are_linked_alike(tool: Tool) -> None:
    ours = tool.double._members(asked("/?limit=3", course="1")).headers["Link"]
    for page in ("nrps_p1", "nrps_p2"):
        theirs = parse_links(header(page, "Link"))["next"]
        assert theirs.partition("?")[2].startswith("limit=3&from=")
    assert parse_links(ours)["next"].endswith("?limit=3&from=3")


def test_line_items_and_results_have_the_same_fields(tool: Tool) -> None:
    made = tool.double._item("1")
    assert made.keys() == recorded("li_create").keys()
    assert made.keys() <= recorded("li_list")[0].keys()
    tool.source.push_grade(tool.grade())
    (ours,) = tool.double._results(asked("/?user_id=3", item="1")).body
    (theirs,) = recorded("results")
    assert ours.keys() == theirs.keys()
    assert ours["timestamp"].endswith("+00:00")
    assert theirs["timestamp"].endswith("+00:00")


def test_link_of_line_items_is_wrong_in_the_same_way(tool: Tool) -> None:
    ours = tool.double._listed(asked("/?limit=1", course="1")).headers["Link"].encode("latin-1").decode()
    theirs = header("li_list_p1", "Link")
    for sent in (ours, theirs):
        assert "rel=“next”" in sent
        assert "&amp;limit=1&amp;from=" in sent
    assert header("score_older", "Content-Type").startswith(TYPES["score"])
    assert (RECORDED / "score_older.headers").read_text().startswith("HTTP/1.0 409 ")


def test_what_was_recorded_is_read(tool: Tool) -> None:

    contexts = [Context("2", tool.double.memberships_url("2"), tool.double.lineitems_url("2"))]
    tool.web.on("GET", "/mod/lti/services.php/CourseSection/2/bindings/1/memberships", Answer(recorded("nrps_all")))
    tool.web.on("GET", "/mod/lti/services.php/2/lineitems", Answer(recorded("li_list")))
    source = tool.again(contexts)
    courses = gather(source.courses()).records
    assert [(course.id, course.title) for course in courses] == [("2", "Test course: XS")]
    found = gather(source.enrollments(courses))
    assert tool.of_course("2") in found.complete
    roles = {row.user_id: row.role for row in found.records}
    assert roles["103"] == roles["105"] == Role.TEACHER
    assert roles["111"] == roles["104"] == Role.STUDENT
    people = {user.id: user for user in gather(source.users(courses)).records}
    assert (people["3"].given_name, people["3"].family_name) == ("Jan", "Novotný")
    assert (people["3"].sis_id, people["3"].username) == ("1", "tool_generator_000001")
    (item,) = gather(source.assignments(courses)).records
    assert (item.title, item.points) == ("Tool activity", 100)


def test_a_recorded_link_ends_nothing(tool: Tool) -> None:

    wrong = header("li_list_p1", "Link").encode().decode("latin-1")
    tool.web.trouble(instead(Answer(recorded("li_list_p1"), headers={"Link": wrong})), path="*/lineitems")
    with pytest.raises(MalformedLinkError, match="can't be read"):
        list(tool.source._items.pages("1"))
