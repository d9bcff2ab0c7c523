"""What stands in the database, and what a system's roster says is to stand there."""

from collections import Counter
from typing import Any

import psycopg

from tests.lms.doubles.roster import Person, Roster
from tests.lms.misbehaving.systems import System

World = dict[str, Counter[tuple[Any, ...]]]
"""By kind its rows; how often each stands there, so that two are not one."""

_FIELDS = ("username", "email", "given_name", "family_name", "sis_id", "role", "enabled")
_QUERIES = {
    "course": "SELECT external_course_id, title FROM lms_courses WHERE status = 'active'",
    "user": "SELECT external_user_id, username, email, given_name, family_name, sis_id, role, is_enabled"
    " FROM lms_identities WHERE status = 'present'",
    "enrollment": "SELECT c.external_course_id, i.external_user_id, e.role, e.status FROM lms_enrollments AS e"
    " JOIN lms_courses AS c ON c.id = e.lms_course_id JOIN lms_identities AS i ON i.id = e.lms_identity_id"
    " WHERE e.status <> 'removed'",
    "assignment": "SELECT a.external_assignment_id, c.external_course_id, a.title, a.points_possible::float, a.due_date"
    " FROM lms_assignments AS a JOIN lms_courses AS c ON c.id = a.lms_course_id WHERE a.status = 'active'",
    "account": "SELECT i.external_user_id, u.email, u.first_name, u.last_name, u.role FROM users AS u"
    " JOIN lms_identities AS i ON i.user_id = u.id WHERE u.is_active AND i.merged_into_id IS NULL",
}


def held(connection: psycopg.Connection[Any], system: System) -> World:
    """Give what stands in the database."""
    found = {kind: Counter(connection.execute(query).fetchall()) for kind, query in _QUERIES.items()}
    found["user"] = Counter({_said(row, system): count for row, count in found["user"].items()})
    return found


def truth(system: System, roster: Roster | None = None) -> World:
    """Give what is to stand there of a roster; the system's own unless another is given."""
    real = roster or system.roster
    people = {**system.former, **real.people}
    roles = _roles(real, people, system)
    return {
        "course": Counter((one.id, system.title(one)) for one in real.courses.values()),
        "user": Counter(_said(_person(one), system) for one in people.values()),
        "enrollment": Counter(
            (one.course_id, one.person_id, one.role, one.standing) for one in real.enrollments.values()
        ),
        "assignment": Counter(
            (system.assignment_id(one), one.course_id, one.title, float(one.points or 0), one.due_at)
            for one in real.assignments.values()
        ),
        "account": Counter(
            (one.id, one.email, one.given_name, one.family_name, roles[one.id])
            for one in people.values() if one.enabled and roles[one.id]
        ),
    }  # fmt: skip


def keys(world: World) -> dict[str, set[tuple[str, ...]]]:
    """Give what each row is of, whatever else it says."""
    lengths = {"enrollment": 3}
    return {kind: {row[: lengths.get(kind, 1)] for row in rows} for kind, rows in world.items()}


def without(world: World, people: set[str]) -> World:
    """Leave everything out that is of these people."""
    place = {"user": 0, "account": 0, "enrollment": 1}
    return {
        kind: Counter({row: n for row, n in rows.items() if kind not in place or row[place[kind]] not in people})
        for kind, rows in world.items()
    }


def _person(one: Person) -> tuple[Any, ...]:
    return (one.id, *(getattr(one, name) for name in _FIELDS))


def _said(row: tuple[Any, ...], system: System) -> tuple[Any, ...]:
    told = zip(_FIELDS, row[1:], strict=True)
    return (row[0], *(value for name, value in told if name not in system.unsaid))


def _roles(roster: Roster, people: dict[str, Person], system: System) -> dict[str, str | None]:
    """Give what accounts are: by the system's word or, where it has none for people, by their courses."""
    if "role" not in system.unsaid:
        return {own: one.role for own, one in people.items()}
    in_courses: dict[str, set[str]] = {}
    for row in roster.enrollments.values():
        in_courses.setdefault(row.person_id, set()).add(row.role)
    roles = {own: "teacher" if "teacher" in held else "student" for own, held in in_courses.items()}
    return {own: roles.get(own, one.role if own in system.former else None) for own, one in people.items()}
