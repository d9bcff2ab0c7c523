"""Assignments, of many courses at once.

A course that the token's account may not see is left out of the answer, and a hidden assignment out of its course; a
warning says so. Asked without `includenotenrolledcourses`, Moodle answers for the account's own courses alone.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from toolbox_cli.core.http.errors import HttpError
from toolbox_cli.core.http.reply import Reply
from toolbox_cli.lms.sources.moodle import records
from toolbox_cli.lms.sources.moodle.webservice import Service, concerns_everything, rows, told, warnings
from toolbox_cli.lms.sources.reading import scopes
from toolbox_cli.lms.sources.reading.scopes import Reading
from toolbox_cli.lms.sources.reading.values import as_id
from toolbox_cli.lms.sources.records import Broken, Event, Kind, Scope

FUNCTION: Final = "mod_assign_get_assignments"
AT_ONCE: Final = 50


def events(service: Service, course_ids: Sequence[str]) -> Iterator[Event]:
    """Give each course's assignments; what goes wrong with many courses is tried again with each alone."""
    for at in range(0, len(course_ids), AT_ONCE):
        yield from _batch(service, course_ids[at : at + AT_ONCE])


def read(service: Service, course_ids: Sequence[str]) -> Reply:
    """Ask for the assignments of some courses."""
    arguments = {"courseids": course_ids, "includenotenrolledcourses": 1}
    return service.read(FUNCTION, arguments, courseids=",".join(course_ids))


def of_course(reply: Reply, course_id: str) -> list[Any] | None:
    """Give the assignments of a course in an answer; None where it says nothing of the course."""
    for course in rows(reply, "courses"):
        if isinstance(course, dict) and as_id(course.get("id")) == course_id:
            found = course.get("assignments")
            return found if isinstance(found, list) else None
    return None


def _batch(service: Service, course_ids: Sequence[str]) -> Iterator[Event]:
    try:
        reply = read(service, course_ids)
        hidden = [told(reply, one) for one in warnings(reply) if one.get("item") != "course"]
    except HttpError as error:
        if concerns_everything(error):
            raise
        if len(course_ids) == 1:
            scope = Scope(Kind.ASSIGNMENT, course_ids[0])
            yield Broken(scope, scopes.unreadable(scope, error))
            return
        hidden = ["in one of the courses something is wrong"]
    if hidden and len(course_ids) > 1:
        for course_id in course_ids:
            yield from _batch(service, [course_id])
        return
    for course_id in course_ids:
        yield from _course(reply, course_id, hidden)


def _course(reply: Reply, course_id: str, hidden: list[str]) -> Iterator[Event]:
    scope = Scope(Kind.ASSIGNMENT, course_id)
    found = of_course(reply, course_id)
    if found is None:
        said = [told(reply, one) for one in warnings(reply) if as_id(one.get("itemid")) == course_id]
        why = f"Moodle leaves this course out: {said[0] if said else 'it does not say why'}."
        remedy = "Give the token's account moodle/course:view and moodle/course:viewhiddencourses for the whole site."
        yield Broken(scope, scopes.fault(scope, "forbidden", why, reply.place, remedy))
        return
    reading = Reading(scope)
    for why in hidden:
        reading.doubt("hidden", f"Moodle leaves assignments out: {why}.")
    yield reading.page(reply, found, lambda row: records.assignment(row, course_id))
    yield reading.end()
