"""What systems do wrong, each put upon one system that serves its roster."""

import datetime
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.lms.doubles.roster import Assignment, Enrollment, Person, Roster
from tests.lms.misbehaving.district import LARGE, joins
from tests.lms.misbehaving.systems import Csv, List, Moodle, System
from tests.support.web import Answer, Exchange, Trouble, altered, instead, link

Apply = Callable[[System], None]
Rows = Callable[[list[Any]], list[Any]]


def on_lists(make: Callable[[], Trouble], *, page: int = 2, times: float = 1, first: bool = False) -> Apply:
    """Let a page of people and one of a course's members go wrong; or the first of these lists alone."""

    def apply(system: System) -> None:
        for where in system.lists[:1] if first else system.lists:
            system.trouble(where, make(), page=page, times=times)

    return apply


def with_rows(where: List, change: Rows) -> Trouble:
    """Answer as the system does, with its rows changed."""

    def changed(answer: Answer) -> Answer:
        body = change(answer.body) if where.rows_at is None else None
        if where.rows_at is not None:
            body = {**answer.body, where.rows_at: change(answer.body[where.rows_at])}
        return Answer(body, answer.status, answer.headers)

    return altered(changed)


def clamped(system: System) -> None:
    system.double.page_rows = 5


def empty_page(system: System) -> None:
    """Give a page without a row of those that stand there, and go on as ever."""
    for where in system.lists:
        if where.paged:
            system.trouble(where, with_rows(where, lambda _: []), page=2)


def repeated(system: System) -> None:
    """Give the rows of the first page again in place of those of the second."""
    for where in system.lists:
        if where.paged:
            _repeat(system, where)


def _repeat(system: System, where: List) -> None:
    kept: list[Any] = []

    def keep(rows: list[Any]) -> list[Any]:
        kept[:] = rows
        return rows

    system.trouble(where, with_rows(where, keep), page=1)
    system.trouble(where, with_rows(where, lambda rows: list(kept)), page=2)


def leaving(system: System) -> None:
    """Let somebody leave who was on the first page, so that everybody after them moves up."""
    for where, own in zip(system.lists, ("13", "14"), strict=False):
        _meanwhile(system, where, lambda own=own: system.leaves(own))  # type: ignore[misc]


def joining(system: System) -> None:
    """Let somebody come before everybody, so that everybody moves down."""
    for where, own in zip(system.lists, system.front, strict=False):
        _meanwhile(system, where, lambda own=own: joins(system, own, first=True))  # type: ignore[misc]


def _meanwhile(system: System, where: List, change: Callable[[], None]) -> None:
    def answer(exchange: Exchange) -> bool:
        change()
        return exchange.send(exchange.handle())

    system.trouble(where, answer, page=2)


def bad_link(value: str) -> Apply:
    return on_lists(lambda: link(value.encode().decode("latin-1")), page=1)


def bad_member(name: str, value: Any) -> Apply:
    """Let an answer say this of its next page."""
    return on_lists(lambda: altered(lambda answer: replace(answer, body={**answer.body, name: value})), page=1)


def said(body: Any) -> Apply:
    return on_lists(lambda: instead(Answer(body)), times=math.inf)


def shows_few(system: System) -> None:
    """Show a handful of people, and their enrollments, as if there were no others."""
    few = set(list(system.roster.people)[:6])
    system.show(_only(system.roster, few))


def shows_nobody(system: System) -> None:
    system.show(_only(system.roster, set()))


def shows_no_course(system: System) -> None:
    system.show(replace(system.roster, courses={}, enrollments={}, assignments={}))


def _only(roster: Roster, people: set[str]) -> Roster:
    return replace(
        roster,
        people={own: one for own, one in roster.people.items() if own in people},
        enrollments={own: row for own, row in roster.enrollments.items() if row.person_id in people},
    )


def hides_rights(system: System) -> None:
    assert isinstance(system, Moodle)
    system.double.rights = {"viewfullnames"}


def twice(system: System) -> None:
    """Let another record come with the id of one that is on the page, in place of nothing."""
    for where in system.lists:
        system.trouble(where, with_rows(where, lambda rows, at=where.id_at: _doubled(rows, at)))  # type: ignore[misc]


def _doubled(rows: list[Any], id_at: str) -> list[Any]:
    return [*rows, {**rows[-2], id_at: rows[-1][id_at]}]


def nul(system: System) -> None:
    """Let a name hold NUL; what is stored is the name without it."""
    roster = system.roster
    if isinstance(system, Csv):
        system.spoil("users", lambda data: data.replace(b"Family10", b"Fam\x00ily10"))
        return
    shown = dict(roster.people)
    shown["20"] = replace(shown["20"], family_name="Fam\x00ily" + shown["20"].family_name.removeprefix("Family"))
    system.show(replace(roster, people=shown))


def large_ids(system: System) -> None:
    """Let people, enrollments and an assignment come whose ids differ in the last bit alone."""
    roster = system.roster
    for own in (str(LARGE), str(LARGE + 1)):
        roster.people[own] = Person(own, "Large", own, "student", f"u{own}", f"u{own}@school.example", f"S{own}")
        roster.enrollments[own] = Enrollment(own, "10", own)
        roster.assignments[own] = Assignment(own, "10", f"Large {own}", due_at=None)
    system.settle()


def zones(system: System) -> None:
    """Let one moment come without a zone, in the integration's, and others with one that is not UTC."""
    system.settings["zone"] = "America/Denver"
    _due(system, {"10": "2026-11-15T13:00:00", "11": "2026-10-15T13:00:00+05:30"})
    _truly(system, "10", datetime.datetime(2026, 11, 15, 20, tzinfo=datetime.UTC))
    _truly(system, "11", datetime.datetime(2026, 10, 15, 7, 30, tzinfo=datetime.UTC))


def without_zones(system: System) -> None:
    """Let moments come that never say a zone, one of summer time and one of winter time."""
    system.settings["zone"] = "America/Denver"
    _due(system, {"10": "2026-10-15 13:00:00", "11": "2026-11-15 13:00:00"})
    _truly(system, "10", datetime.datetime(2026, 10, 15, 19, tzinfo=datetime.UTC))
    _truly(system, "11", datetime.datetime(2026, 11, 15, 20, tzinfo=datetime.UTC))


def zones_of_files(system: System) -> None:
    assert isinstance(system, Csv)
    system.settings["zone"] = "America/Denver"
    assignments = system.roster.assignments
    _truly(system, "10", datetime.datetime(2026, 11, 15, 20, tzinfo=datetime.UTC))
    _truly(system, "11", datetime.datetime(2026, 10, 15, 7, 30, tzinfo=datetime.UTC))
    new = {own: row.due_at.isoformat().encode() for own, row in assignments.items() if row.due_at}
    system.spoil(
        "lineItems",
        lambda data: data.replace(new["10"], b"2026-11-15T13:00:00").replace(new["11"], b"2026-10-15T13:00:00+05:30"),
    )


def _due(system: System, by_assignment: dict[str, str]) -> None:
    where = system.assignments

    def changed(rows: list[Any]) -> list[Any]:
        return [_with_due(row, system.due_at, by_assignment) for row in rows]

    system.trouble(where, with_rows(where, changed), times=math.inf)


def _with_due(row: dict[str, Any], at: str, by_assignment: dict[str, str]) -> dict[str, Any]:
    own = str(row.get("sourcedId", row.get("id")))
    own = own.partition("/lineitems/")[2].partition("/")[0] or own
    if own not in by_assignment:
        return row
    return {**row, at: {**row[at], "due": by_assignment[own]} if at == "grading" else by_assignment[own]}


def _truly(system: System, own: str, due_at: datetime.datetime) -> None:
    system.roster.assignments[own] = replace(system.roster.assignments[own], due_at=due_at)


def file(change: Callable[[bytes], bytes]) -> Apply:
    """Deliver people and enrollments spoiled."""

    def apply(system: System) -> None:
        assert isinstance(system, Csv)
        for where in system.lists:
            system.spoil(where.path, change)

    return apply


def repeated_lines(data: bytes) -> bytes:
    header, *lines = data.splitlines(keepends=True)
    return b"".join([header, *lines, *lines[:5]])


def other_line_of_same_id(data: bytes) -> bytes:
    header, *lines = data.splitlines(keepends=True)
    own = lines[5].split(b",")[0]
    other = own + b"," + lines[7].partition(b",")[2]
    return b"".join([header, *lines, other])


def header_alone(data: bytes) -> bytes:
    return data.splitlines(keepends=True)[0]


def cut_file(data: bytes) -> bytes:
    return data[: len(data) // 2]
