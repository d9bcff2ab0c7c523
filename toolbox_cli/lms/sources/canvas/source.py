"""Canvas, as one account's token sees it."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

from toolbox_cli.core.http.auth import Auth
from toolbox_cli.core.http.client import Call, Client, Parameters
from toolbox_cli.core.http.clock import Clock
from toolbox_cli.core.http.errors import HttpError, UnauthorizedError
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.core.http.links import parse_links, path_of
from toolbox_cli.core.http.pacing import BucketPace
from toolbox_cli.core.http.reply import Reply
from toolbox_cli.lms.sources.canvas import records
from toolbox_cli.lms.sources.reading import grading
from toolbox_cli.lms.sources.reading.membership import in_course
from toolbox_cli.lms.sources.reading.scopes import Make, Reading, concerns_all, each, honest, note
from toolbox_cli.lms.sources.reading.steady import steadily
from toolbox_cli.lms.sources.reading.values import as_number
from toolbox_cli.lms.sources.records import Course, Event, Fault, Grade, Kind, Page, Pushed, Role, Scope
from toolbox_cli.lms.sources.source import Knows, Tried

PAGE: Final = 100
COURSE_STATES: Final = ("created", "claimed", "available", "completed")
_API: Final = "/api/v1"


class Hidden(NamedTuple):
    """A field that Canvas leaves out, without a word, for whoever may not see it."""

    field: str
    code: str
    what: str
    remedy: str


_HIDDEN: Final = (
    Hidden(
        "sis_user_id",
        "sis-ids-hidden",
        "the student information system's ids",
        'Give the token\'s role the permission "SIS Data - read"; until then merged people look like new ones.',
    ),
    Hidden(
        "email",
        "emails-hidden",
        "e-mail addresses",
        'Give the token\'s role the permission "Users - view primary email address".',
    ),
)


def throttles(reply: Reply) -> bool:
    """Tell a 403 that means "slower", which Canvas sent until 2025 and self-hosted ones still do, from a refusal."""
    return "rate limit exceeded" in reply.text[:500].casefold()


PACE: Final = BucketPace("X-Rate-Limit-Remaining", floor=100, refill_per_s=10, throttle=throttles)
"""A request is charged 50 before it runs, and its cost after it; a full bucket is 600 and fills by 10 a second."""


def opened(
    base_url: str,
    auth: Auth,
    *,
    limits: Limits | None = None,
    clock: Clock | None = None,
    ca_file: Path | None = None,
) -> Client:
    """Give a client for a Canvas at its root address, such as `https://school.instructure.com`."""
    root = base_url.rstrip("/").removesuffix(_API)
    return Client(root + _API, auth, limits=limits, pace=PACE, clock=clock, ca_file=ca_file)


class Canvas:
    """Reads an account's courses and people, and each course's enrollments and assignments.

    A course is what Canvas calls one; its sections are not told apart, since its gradebook doesn't either.

    Args:
        client: see `opened`.
        account: id of the account, or `self`: the topmost that the token's owner is an administrator of.
        zone: for dates where a course names none.
        roles: what roles mean that the institution made up, by their label, None leaving one out; others are what
            they are made from.
    """

    knows = Knows(tombstones=False, changes=False)
    cannot = (
        "Canvas has no list of changes: every sync reads everything.",
        "It does not say who was removed: whoever is missing from a list that was read to its end is gone.",
        "Sections of a course are not told apart; whoever is in several is listed once.",
        "Observers and Test Students are left out.",
        "A suspended login can't be seen.",
        "Of a merged person one SIS id is shown, and enrollments are those of the account that is left.",
    )

    def __init__(
        self,
        client: Client,
        *,
        account: str = "self",
        zone: datetime.tzinfo = datetime.UTC,
        roles: Mapping[str, Role | None] | None = None,
    ) -> None:
        self._client, self._account, self._zone = client, account, zone
        self._roles = roles or {}

    def close(self) -> None:
        self._client.close()

    def test(self) -> Tried:
        """Read an account and one person of it."""
        account = self._client.get(path_of("accounts", self._account)).json(dict)
        reply = self._client.get(path_of("accounts", self._account, "users"), {"per_page": 1, "include[]": "email"})
        notes = [f"The token works in the account {account.get('name') or self._account}."]
        people = reply.json(list)
        if not people:
            notes.append("The account shows nobody: either it is empty, or the token may not see people.")
        for hidden in _HIDDEN if people else ():
            if hidden.field not in people[0]:
                notes.append(f"The token can't see {hidden.what}. {hidden.remedy}")
        return Tried("v1", tuple(notes))

    def courses(self, since: datetime.datetime | None = None) -> Iterator[Event]:
        params = {"state[]": COURSE_STATES, "include[]": ("term", "account_name")}
        scope = Scope(Kind.COURSE)
        path = path_of("accounts", self._account, "courses")
        return self._honest(scope, self._list(scope, path, params, lambda row: records.course(row, self._zone)))

    def users(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        scope = Scope(Kind.USER)
        return self._honest(scope, self._users(scope))

    def enrollments(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        for course in courses:
            scope = Scope(Kind.ENROLLMENT, course.id)
            yield from self._honest(scope, self._enrollments(scope, self._zone_of(course)))

    def assignments(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        scopes = (Scope(Kind.ASSIGNMENT, course.id) for course in courses)
        return each(scopes, self._assignments, concerns_everything)

    def push_grade(self, grade: Grade) -> Pushed:
        """Write a grade in points; hidden ones of assignments that are posted by hand stay unseen there."""
        grading.check(grade, bonus=True)
        path = path_of("courses", grade.course_id, "assignments", grade.assignment_id, "submissions", grade.user_id)
        form = {"submission[posted_grade]": grading.plain(grade.score)}

        def put() -> Decimal | None:
            return _score(self._client.send(Call("PUT", path, form=form, idempotent=True)))

        return grading.write(grade, put, lambda: _score(self._client.get(path)))

    def _users(self, scope: Scope) -> Iterator[Event]:
        path = path_of("accounts", self._account, "users")
        reading, unseen = Reading(scope), set(_HIDDEN)
        for reply, rows in steadily(reading, lambda: self._pages(reading, path, {"include[]": "email"})):
            unseen -= {hidden for hidden in unseen for row in rows if isinstance(row, dict) and hidden.field in row}
            yield reading.page(reply, rows, records.user)
        if reading.rows:
            yield Page(scope, (), tuple(_fault(scope, hidden) for hidden in _HIDDEN if hidden in unseen))
        yield reading.end()

    def _enrollments(self, scope: Scope, zone: datetime.tzinfo) -> Iterator[Event]:
        reading = Reading(scope)
        pages = self._pages(
            reading, path_of("courses", scope.key, "enrollments"), {"state[]": tuple(records.STANDINGS)}
        )
        return in_course(reading, pages, lambda row: records.enrollment(row, scope.key, zone, self._roles))

    def _assignments(self, scope: Scope) -> Iterator[Event]:
        path = path_of("courses", scope.key, "assignments")
        return self._list(scope, path, {}, lambda row: records.assignment(row, scope.key, self._zone))

    def _list(self, scope: Scope, path: str, params: Parameters, make: Make) -> Iterator[Event]:
        """Read a list by numbers of pages; that of enrollments goes by bookmarks, which hold still."""
        reading = Reading(scope)
        for reply, rows in steadily(reading, lambda: self._pages(reading, path, params)):
            yield reading.page(reply, rows, make)
        yield reading.end()

    def _pages(self, reading: Reading, path: str, params: Parameters) -> Iterator[tuple[Reply, Sequence[object]]]:
        """Give the pages by their Link headers, which Canvas sends with the last one too.

        One without it came through something that took it away, and nobody knows whether it was the last. Nor does
        Canvas name a page that has no rows.
        """
        reading.asked_rows = PAGE
        named = False
        for reply in self._client.pages(path, {**params, "per_page": PAGE}):
            links, rows = _links(reply), reply.json(list)
            if not links:
                reading.doubt("incomplete", "A page came without the Link header that says whether there are more.")
            if not rows and (named or "next" in links):
                reading.doubt("incomplete", "A page came without rows, though the list goes on there.")
            named = "next" in links
            yield reply, rows

    def _honest(self, scope: Scope, events: Iterator[Event]) -> Iterator[Event]:
        return honest(scope, events, everywhere=concerns_everything)

    def _zone_of(self, course: Course) -> datetime.tzinfo:
        return records.zone_of((course.raw or {}).get("time_zone"), self._zone)


def concerns_everything(error: HttpError) -> bool:
    """Tell whether an error ends everything.

    Canvas answers 401 to whoever may not do one thing too; only with WWW-Authenticate it means the token.

    Source: Canvas LMS API documentation, "OAuth2", storing tokens.
    """
    if isinstance(error, UnauthorizedError) and error.reply and "www-authenticate" not in error.reply.headers:
        return False
    return concerns_all(error)


def _links(reply: Reply) -> Mapping[str, str]:
    try:
        return parse_links(reply.headers.get("link", ""))
    except ValueError:
        return {}


def _fault(scope: Scope, hidden: Hidden) -> Fault:
    message = f"Nobody comes with {hidden.what}: the token may not see them."
    return note(scope, hidden.code, message, field=hidden.field, remedy=hidden.remedy)


def _score(reply: Reply) -> Decimal | None:
    """Give the score as it was entered: what counts in the end may be less, by rules about lateness."""
    submission = reply.json(dict)
    entered = submission.get("entered_score")
    try:
        return as_number(submission.get("score") if entered is None else entered)
    except ValueError:
        return None
