"""The reference roster, and what happens in it between two syncs."""

import datetime
from dataclasses import replace
from decimal import Decimal

from tests.lms.doubles.roster import Assignment, Course, Enrollment, Person, Roster, district
from tests.lms.misbehaving.systems import System

STUDENTS = 30
"""In pages of 12: one that is lost is within the usual limits, so nothing but honest reading saves it."""
LEAVER, SECOND = "30", "31"
LARGE = 9_007_199_254_740_993
"""No float is this number."""


def reference() -> Roster:
    """Make two courses of 30 students, one teacher each; ids from 10, since Moodle has its own below."""
    made = district(courses=2, students=STUDENTS, id_from=10)
    made.enrollments = {f"2{own:>04}": replace(row, id=f"2{own:>04}") for own, row in made.enrollments.items()}
    return made


def joins(system: System, own: str, *, first: bool = False, courses: tuple[str, ...] = ("10", "11")) -> None:
    """Let a student come, at the end of all lists or before everybody."""
    roster = system.roster
    person = Person(own, f"Given{own}", f"Family{own}", "student", f"new{own}", f"new{own}@school.example", f"S{own}")
    rows = {f"{n}{own}": Enrollment(f"{n}{own}", course, own) for n, course in enumerate(courses, 1 if first else 3)}
    people, enrollments = dict(roster.people), dict(roster.enrollments)
    for held, new in ((roster.people, {own: person}), (roster.enrollments, rows)):
        held.clear()
        before = people if held is roster.people else enrollments
        held.update({**new, **before} if first else {**before, **new})  # type: ignore[arg-type]


def term_goes_on(system: System) -> None:
    """Let one student leave the district and another come: what the misbehaving sync should see."""
    system.leaves(LEAVER)
    joins(system, "301")


def term_goes_on_again(system: System) -> None:
    """Change something of everything: what the clean sync after it must see."""
    roster = system.roster
    system.leaves(SECOND)
    joins(system, "302", courses=("10",))
    own = next(own for own, row in roster.enrollments.items() if row.person_id == "20" and row.course_id == "11")
    del roster.enrollments[own]
    roster.people["21"] = replace(roster.people["21"], family_name="Ng", email="ng@school.example")
    roster.courses["10"] = replace(roster.courses["10"], title="Renamed")
    due = datetime.datetime(2026, 12, 1, 8, tzinfo=datetime.UTC)
    roster.assignments["10"] = replace(roster.assignments["10"], due_at=due, points=Decimal(80))
    if not system.keeps_people:
        roster.courses["12"] = Course("12", "New", "1", "1")
        roster.enrollments["5000"] = Enrollment("5000", "12", "10", "teacher")
    roster.assignments["77"] = Assignment("77", "11", "Another", Decimal(10), due)
    del roster.assignments["11"]
