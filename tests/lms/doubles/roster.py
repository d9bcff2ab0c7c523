"""A roster as plain records: what every double serves, each in its system's words.

    roster = district(students=30)
    roster.people["u7"] = replace(roster.people["u7"], family_name="Ng")

Ids are whatever a system's ids look like; a test that needs numbers gives numbers.
"""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class School:
    id: str
    name: str


@dataclass(frozen=True)
class Term:
    id: str
    name: str
    starts_on: datetime.date
    ends_on: datetime.date


@dataclass(frozen=True)
class Course:
    """A class; `sections` are parts of it, where the system knows them."""

    id: str
    title: str
    school_id: str
    term_id: str
    grade: str | None = None
    sections: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """`role` is student, teacher, assistant, admin, or something that is left out, such as parent."""

    id: str
    given_name: str
    family_name: str
    role: str = "student"
    username: str | None = None
    email: str | None = None
    sis_id: str | None = None
    grade: str | None = None
    enabled: bool = True


@dataclass(frozen=True)
class Enrollment:
    """`standing` is active, future, ended or inactive."""

    id: str
    course_id: str
    person_id: str
    role: str = "student"
    standing: str = "active"
    section: str | None = None
    begins_on: datetime.date | None = None
    ends_on: datetime.date | None = None


@dataclass(frozen=True)
class Assignment:
    id: str
    course_id: str
    title: str
    points: Decimal | None = Decimal(100)
    due_at: datetime.datetime | None = None


@dataclass
class Roster:
    """Everything of one district, by id."""

    schools: dict[str, School] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    enrollments: dict[str, Enrollment] = field(default_factory=dict)
    assignments: dict[str, Assignment] = field(default_factory=dict)


def district(*, courses: int = 2, students: int = 5, id_from: int = 1) -> Roster:
    """Make a district: in each course all students, one teacher of its own and one assignment.

    Args:
        courses: of one school and one term.
        students: besides one teacher a course.
        id_from: ids are numbers from here on, each kind's by itself.
    """
    made = Roster()
    made.schools["1"] = School("1", "Oak School")
    made.terms["1"] = Term("1", "Autumn", datetime.date(2026, 8, 24), datetime.date(2026, 12, 18))
    for at in range(courses + students):
        role = "teacher" if at < courses else "student"
        own = str(id_from + at)
        made.people[own] = Person(
            own, f"Given{at}", f"Family{at}", role, f"user{at}", f"user{at}@school.example", f"S{at:05}",
        )  # fmt: skip
    people = list(made.people.values())
    number = id_from
    for at in range(courses):
        own = str(id_from + at)
        made.courses[own] = Course(own, f"Course {at}", "1", "1", "5")
        due = datetime.datetime(2026, 10, 1 + at % 28, 21, 59, tzinfo=datetime.UTC)
        made.assignments[own] = Assignment(own, own, f"Essay {at}", Decimal(50), due)
        for person in (people[at], *people[courses:]):
            made.enrollments[str(number)] = Enrollment(str(number), own, person.id, person.role)
            number += 1
    return made
