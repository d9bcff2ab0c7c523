"""Blackboard Learn, as the user sees it whom its administrator bound our application to."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from toolbox_cli.core.http.auth import Auth, TokenAuth, client_credentials
from toolbox_cli.core.http.client import Client, Parameters
from toolbox_cli.core.http.clock import Clock
from toolbox_cli.core.http.errors import ForbiddenError, NotFoundError
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.core.http.links import path_of
from toolbox_cli.core.http.reply import Reply
from toolbox_cli.lms.sources.blackboard import records
from toolbox_cli.lms.sources.blackboard.quota import Quota
from toolbox_cli.lms.sources.reading import grading
from toolbox_cli.lms.sources.reading.membership import in_course
from toolbox_cli.lms.sources.reading.rows import LeftOut, Row
from toolbox_cli.lms.sources.reading.scopes import Make, Reading, honest, note
from toolbox_cli.lms.sources.reading.steady import Pages, steadily
from toolbox_cli.lms.sources.reading.values import as_number
from toolbox_cli.lms.sources.records import Complete, Course, Event, Fault, Grade, Kind, Page, Pushed, Role, Scope
from toolbox_cli.lms.sources.source import Knows, Tried

PAGE: Final = 100
OF_COURSE: Final = 200
"""Rows of a page, of the whole site and of a course: a site refuses to be asked for more.

Source: https://community.blackboard.com/community/developers/blog/2019/08, "Paging Limits".
"""
_API: Final = "/learn/api/public"


def signed(base_url: str, client_id: str, client_secret: str, token_url: str | None = None) -> TokenAuth:
    """Sign in by an application's key and secret."""
    return client_credentials(token_url or f"{_root(base_url)}/v1/oauth2/token", client_id, client_secret)


def opened(
    base_url: str,
    auth: Auth,
    quota: Quota,
    *,
    limits: Limits | None = None,
    clock: Clock | None = None,
    ca_file: Path | None = None,
) -> Client:
    """Give a client for a Learn at its root address, such as `https://learn.school.edu`."""
    return Client(_root(base_url), auth, limits=limits, pace=quota, clock=clock, ca_file=ca_file)


class Blackboard:
    """Reads a site's courses and people, and each course's members and gradebook.

    Every list of a course costs a call of the day's quota, so it is looked at before each kind whether that will do.

    Args:
        client: see `opened`, with the same quota.
        quota: what is left of the day.
        zone: for the dates of courses and terms.
        roles: what course roles mean that the institution made up, by their id; None leaves one out.
    """

    knows = Knows(dates=False, tombstones=False, changes=True)
    cannot = (
        "Blackboard allows a site so many calls a day (10,000 unless more were agreed on); each course costs one for"
        " its members and one for its gradebook.",
        "It does not say who was removed; a list of changes never shows it.",
        "A membership counts as changed only when it changes itself, not when its person or course does.",
        "It does not say when an enrollment begins and ends; Disabled is what was taken back at its source.",
        "Without the entitlements to see externalId and e-mail they are missing, without a word.",
        "People with the system role SystemAdmin are listed only for users who have it too.",
        "Organizations, guests and calculated columns are left out.",
        "Members of merged courses are those of the course that they were enrolled in, where it is read too.",
    )

    def __init__(
        self,
        client: Client,
        quota: Quota,
        *,
        zone: datetime.tzinfo = datetime.UTC,
        roles: Mapping[str, Role | None] | None = None,
    ) -> None:
        self._client, self._quota, self._zone = client, quota, zone
        self._roles = roles or {}

    def close(self) -> None:
        self._client.close()

    def test(self) -> Tried:
        """Read the version and one person."""
        learn = self._get("v1/system/version").json(dict).get("learn") or {}
        people = _rows(self._get("v1/users", {"limit": 1}))
        notes = [f"{self._quota.left} calls are left of today's."] if self._quota.left is not None else []
        if not people:
            notes.append("Nobody is listed: either there is nobody, or the entitlement system.user.VIEW is missing.")
        notes += [
            f"{field} can't be seen: an entitlement is missing."
            for field in ("externalId", "contact")
            if people and field not in people[0]
        ]
        version = ".".join(str(learn[part]) for part in ("major", "minor", "patch") if part in learn)
        return Tried(version or None, tuple(notes or ["The application may read people."]))

    def courses(self, since: datetime.datetime | None = None) -> Iterator[Event]:
        scope = Scope(Kind.COURSE)
        return honest(scope, self._courses(scope, since))

    def users(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        scope = Scope(Kind.USER)
        return honest(scope, self._users(scope, since))

    def enrollments(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        read = [course.id for course in courses]
        self._quota.need(len(read), f"Reading the members of {len(read)} courses")
        known = frozenset(read)
        for course_id in read:
            scope = Scope(Kind.ENROLLMENT, course_id)
            yield from honest(scope, self._members(scope, known, since))

    def assignments(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read gradebooks; whole ones always, since columns can't be asked for by when they changed."""
        read = [course.id for course in courses]
        self._quota.need(len(read), f"Reading the gradebooks of {len(read)} courses")
        for course_id in read:
            scope = Scope(Kind.ASSIGNMENT, course_id)
            path = path_of("v2", "courses", course_id, "gradebook", "columns")
            yield from honest(scope, self._list(scope, path, {}, self._column(course_id)))

    def push_grade(self, grade: Grade) -> Pushed:
        """Write a score into a column of the gradebook."""
        grading.check(grade, bonus=True)
        column = path_of("v2", "courses", grade.course_id, "gradebook", "columns", grade.assignment_id)
        path = f"{column}/{path_of('users', grade.user_id)}"
        body: dict[str, Any] = {"score": float(grade.score)}
        if grade.comment:
            body["feedback"] = grade.comment
        self._quota.need(2, "Writing a grade")
        return grading.write(
            grade,
            lambda: _score(self._client.patch(path, json=body, idempotent=True)),
            lambda: _score(self._client.get(path)),
        )

    def _courses(self, scope: Scope, since: datetime.datetime | None) -> Iterator[Event]:
        terms, faults = self._terms(scope)
        if faults:
            yield Page(scope, (), faults)
        yield from self._list(scope, "v3/courses", _since(since), lambda row: records.course(row, self._zone, terms))

    def _terms(self, scope: Scope) -> tuple[dict[str, records.Term], tuple[Fault, ...]]:
        """Read the terms; who may not see them still reads courses."""
        terms: dict[str, records.Term] = {}
        try:
            for reply in self._pages("v1/terms", {}):
                for sent in _rows(reply):
                    row = Row(Kind.COURSE, sent if isinstance(sent, dict) else {}, reply.place)
                    try:
                        terms.update([records.term(row, self._zone)])
                    except LeftOut:
                        continue
        except (ForbiddenError, NotFoundError) as error:
            message = "The names and dates of terms can't be read; their ids stand for them."
            return {}, (note(scope, "terms-hidden", message, field="term", remedy=error.remedy),)
        return terms, ()

    def _users(self, scope: Scope, since: datetime.datetime | None) -> Iterator[Event]:
        seen = False
        reading = Reading(scope)
        for reply, rows in self._steady(reading, "v1/users", {"sort": "created", **_since(since)}):
            seen |= any(isinstance(row, dict) and "externalId" in row for row in rows)
            yield reading.page(reply, rows, records.user)
        if reading.rows and not seen:
            message = "Nobody comes with an externalId: an entitlement to see it is missing."
            remedy = "Let the application's user have system.user.VIEW; until then merged people look like new ones."
            yield Page(scope, (), (note(scope, "sis-ids-hidden", message, field="externalId", remedy=remedy),))
        if since is None or reading.why_not:
            yield reading.end()

    def _members(self, scope: Scope, read: frozenset[str], since: datetime.datetime | None) -> Iterator[Event]:
        reading = Reading(scope)
        params = {"sort": "created", **_since(since)}
        path = path_of("v1", "courses", scope.key, "users")
        pages = self._steady(reading, path, params)
        events = in_course(reading, pages, lambda row: records.enrollment(row, scope.key, read, self._roles))
        return (event for event in events if since is None or not isinstance(event, Complete))

    def _column(self, course_id: str) -> Make:
        return lambda row: records.assignment(row, course_id, self._zone)

    def _list(self, scope: Scope, path: str, params: Parameters, make: Make) -> Iterator[Event]:
        reading = Reading(scope)
        for reply, rows in self._steady(reading, path, params):
            yield reading.page(reply, rows, make)
        if "modified" not in params or reading.why_not:
            yield reading.end()

    def _steady(self, reading: Reading, path: str, params: Parameters) -> Pages:
        """Give pages with their rows; a list of changes is never complete, and so read once."""
        reading.asked_rows = _page_of(path)

        def pages() -> Pages:
            return ((reply, _rows(reply)) for reply in self._pages(path, params))

        return pages() if "modified" in params else steadily(reading, pages)

    def _pages(self, path: str, params: Parameters) -> Iterator[Reply]:
        """Give pages as long as one names the next; before each, the quota must do."""
        self._quota.need(1, "Reading on")
        yield from self._client.pages(path, {**params, "limit": _page_of(path)}, step=self._next)

    def _next(self, reply: Reply) -> str | None:
        to = _next(reply)
        if to is not None:
            self._quota.need(1, "Reading on")
        return to

    def _get(self, path: str, params: Parameters | None = None) -> Reply:
        self._quota.need(1, "Reading this")
        return self._client.get(path, params)


def _root(base_url: str) -> str:
    root = base_url.rstrip("/")
    return root if root.endswith(_API) else root + _API


def _page_of(path: str) -> int:
    return OF_COURSE if "/courses/" in path else PAGE


def _rows(reply: Reply) -> list[Any]:
    rows = reply.json(dict).get("results")
    if not isinstance(rows, list):
        reply.unexpected("an object without results")
    return rows


def _next(reply: Reply) -> str | None:
    paging = reply.json(dict).get("paging")
    if paging is None:
        return None
    to = paging.get("nextPage") if isinstance(paging, dict) else 0
    if not isinstance(to, str | None):
        reply.unexpected("paging that can't be read")
    return to or None


def _since(since: datetime.datetime | None) -> Mapping[str, str]:
    if since is None:
        return {}
    moment = since.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {"modified": moment, "modifiedCompare": "greaterOrEqual"}


def _score(reply: Reply) -> Decimal | None:
    try:
        return as_number(reply.json(dict).get("score"))
    except ValueError:
        return None
