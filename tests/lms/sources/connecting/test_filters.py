"""Filters choose courses, and nothing that is left out comes in by another way."""

import datetime
from collections.abc import Iterable, Iterator

import pytest

from tests.lms.sources.gathering import gather
from toolbox_cli.lms.sources.connecting.filtering import Filtered
from toolbox_cli.lms.sources.connecting.filters import Filters, read_filters, read_rules
from toolbox_cli.lms.sources.records import (
    Assignment,
    Complete,
    Course,
    Enrollment,
    Event,
    Grade,
    Kind,
    Page,
    Pushed,
    Role,
    Scope,
    User,
)
from toolbox_cli.lms.sources.source import Knows, Tried

COURSES = (
    Course("1", "Maths", school="Oak School", term="2026 Autumn"),
    Course("2", "Arts", school="Oak School", term="2026 Spring"),
    Course("3", "Maths", school="Elm School", term="2026 Autumn"),
    Course("4", "Nowhere"),
)


class Whole:
    """A source that lists everything flat."""

    knows = Knows(changes=True)
    cannot = ("fly",)
    closed = False

    def test(self) -> Tried:
        return Tried("1")

    def courses(self, since: datetime.datetime | None = None) -> Iterator[Event]:
        yield Page(Scope(Kind.COURSE), COURSES[:2])
        yield Page(Scope(Kind.COURSE), COURSES[2:])
        yield Complete(Scope(Kind.COURSE))

    def users(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        yield Page(Scope(Kind.USER), (User("u"),))
        yield Complete(Scope(Kind.USER))

    def enrollments(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        rows = tuple(Enrollment(course, "u", Role.STUDENT) for course in ("1", "2", "3", "4", "unheard-of"))
        yield Page(Scope(Kind.ENROLLMENT), rows)
        yield Complete(Scope(Kind.ENROLLMENT))

    def assignments(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        yield Page(Scope(Kind.ASSIGNMENT), tuple(Assignment(f"a{one.id}", one.id, "A") for one in COURSES))
        yield Complete(Scope(Kind.ASSIGNMENT))

    def push_grade(self, grade: Grade) -> Pushed:
        return Pushed.WRITTEN

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("include", "exclude", "left"),
    [
        (["school=Oak School"], [], "12"),
        (["school=oak*"], [], "12"),
        (["school=Oak School,term=2026 autumn"], [], "1"),
        (["school=Oak School", "school=Elm School"], [], "123"),
        ([], ["term=* Spring"], "134"),
        (["school=Oak School"], ["course=1"], "2"),
        (["course=[3]"], [], "3"),
        ([], ["school=Oak"], "1234"),
    ],
)
def test_courses_are_chosen(include: list[str], exclude: list[str], left: str) -> None:
    filters = Filters(read_rules(include)[0], read_rules(exclude)[0])
    assert read_filters(filters.as_document()) == filters
    source = Filtered(Whole(), filters)
    courses = gather(source.courses())
    assert "".join(courses.ids) == left
    assert courses.complete == {Scope(Kind.COURSE)}
    enrolled = gather(source.enrollments(courses.records))
    assert [row.course_id for row in enrolled.records] == [*left, "unheard-of"]
    assert "".join(row.course_id for row in gather(source.assignments([])).records) == left
    assert gather(source.users([])).ids == ["u"]


def test_filters_that_leave_nothing_make_nothing_complete() -> None:
    """A school that was mistyped must not look like a school that is empty."""
    found = gather(Filtered(Whole(), Filters({"school": ("Oka School",)})).courses())
    assert not found.records
    assert not found.complete
    assert found.broken[Scope(Kind.COURSE)].code == "lms-filters-leave-nothing"
    assert "Of 4 courses" in found.broken[Scope(Kind.COURSE)].message


def test_changes_alone_are_not_asked_for() -> None:
    """A course that did not change does not say again that it is left out, and its enrollments would come in."""
    source = Filtered(Whole(), Filters({"course": ("1",)}))
    assert source.knows.changes is False
    assert source.cannot[0] == "fly"
    assert len(source.cannot) == 3


def test_what_can_not_be_read_is_told() -> None:
    assert read_rules(["school=", "Oak", "colour=red", "term=a,course=b"]) == (
        {"term": ("a",), "course": ("b",)},
        ["school=", "Oak", "colour=red"],
    )
