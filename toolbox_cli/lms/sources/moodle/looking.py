"""A look at what a token may do, before anything is synced by it."""

from collections.abc import Iterator
from typing import Any, Final

from toolbox_cli.core.http.errors import HttpError
from toolbox_cli.lms.sources.moodle.lists import assignments, people
from toolbox_cli.lms.sources.moodle.lists.rolls import FUNCTION as ROLL
from toolbox_cli.lms.sources.moodle.records import SITE
from toolbox_cli.lms.sources.moodle.webservice import Service, concerns_everything
from toolbox_cli.lms.sources.reading.values import as_id
from toolbox_cli.lms.sources.source import Tried

READS: Final = ("core_course_get_courses", people.LIST, people.BY_FIELD, ROLL, assignments.FUNCTION)
WRITES: Final = ("mod_assign_save_grade", "mod_assign_save_grades", "mod_assign_get_grades")
_SAMPLE: Final = 50


def look(service: Service) -> Tried:
    """Sign in and read a little.

    Raises:
        HttpError: the token is not taken.
    """
    site = service.read("core_webservice_get_site_info").json(dict)
    release = site.get("release")
    return Tried(str(release) if release else None, tuple(_notes(service, site)))


def _notes(service: Service, site: dict[str, Any]) -> Iterator[str]:
    lacks = _lacks(site)
    for what, functions in (("read everything", READS), ("write grades", WRITES)):
        missing = [name for name in functions if name in lacks]
        if missing:
            yield f"To {what}, the token's service also needs: {', '.join(missing)}."
    if "core_course_get_courses" in lacks:
        return
    try:
        courses = service.read("core_course_get_courses").json(list)
        yield f"The token sees {_count(courses)} courses."
        if not {ROLL, people.BY_FIELD} & lacks:
            yield from _people(service, site, courses)
    except HttpError as error:
        if concerns_everything(error):
            raise
        yield f"{error.message} {error.remedy or ''}".strip()


def _lacks(site: dict[str, Any]) -> set[str]:
    has = {one.get("name") for one in site.get("functions") or [] if isinstance(one, dict)}
    return {*READS, *WRITES} - has if has else set()


def _people(service: Service, site: dict[str, Any], courses: list[Any]) -> Iterator[str]:
    """Compare some people of a course with what the list of users would show of them."""
    ids = _some(service, courses)
    own = as_id(site.get("userid"))
    others = [one for one in ids if one != own]
    if not others:
        yield "No course has people by whom it could be seen whether the token sees everybody."
        return
    _, shown = people.by_id(service, others)
    if len(shown) < len(others):
        yield (
            f"Of {len(others)} people of a course, {len(others) - len(shown)} are hidden from the token's account: "
            "the list of people would be cut short. Give it moodle/user:viewdetails for the whole site."
        )
    hidden = people.hidden_fields(shown)
    if hidden:
        yield f"Of people, {', '.join(hidden)} are hidden. {people.remedy(hidden)}"
    if any("email" not in row for row in shown if isinstance(row, dict)):
        yield f"E-mail addresses of people are hidden, which hides the people too. {people.SEE_EMAILS}"


def _some(service: Service, courses: list[Any]) -> list[str]:
    for course in courses:
        own = as_id(course.get("id")) if isinstance(course, dict) else None
        if own in {None, SITE}:
            continue
        options = [{"name": "limitnumber", "value": _SAMPLE}, {"name": "userfields", "value": "id"}]
        sent = service.read(ROLL, {"courseid": own, "options": options}, courseid=str(own)).json(list)
        found = [one for row in sent if isinstance(row, dict) and (one := as_id(row.get("id")))]
        if found:
            return found
    return []


def _count(courses: list[Any]) -> int:
    return sum(isinstance(one, dict) and as_id(one.get("id")) != SITE for one in courses)
