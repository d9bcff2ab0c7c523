"""OneRoster by REST as a source."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from toolbox_cli.core.findings import Severity
from toolbox_cli.core.http.client import Client
from toolbox_cli.core.http.errors import (
    ForbiddenError,
    HttpError,
    NotFoundError,
    RejectedError,
    UnauthorizedError,
)
from toolbox_cli.lms.sources.errors import RefusedGradeError, SourceError
from toolbox_cli.lms.sources.oneroster import words
from toolbox_cli.lms.sources.oneroster.rest.gradebook import Gradebook
from toolbox_cli.lms.sources.oneroster.rest.lists.failing import (
    BrokenListError,
    explained,
    not_served,
    of_error,
)
from toolbox_cli.lms.sources.oneroster.rest.lists.reading import LIMIT, Listing, ListReader, Part, rows_of
from toolbox_cli.lms.sources.oneroster.rest.places import Places
from toolbox_cli.lms.sources.oneroster.rest.readers.assignments import Assignments
from toolbox_cli.lms.sources.oneroster.rest.readers.courses import Around, Courses
from toolbox_cli.lms.sources.oneroster.rest.readers.enrollments import Enrollments
from toolbox_cli.lms.sources.oneroster.rest.readers.lookups import Lookup, V, catalogue_course, look_up, session
from toolbox_cli.lms.sources.oneroster.rest.readers.rows import Reader, Row
from toolbox_cli.lms.sources.oneroster.rest.readers.users import Users
from toolbox_cli.lms.sources.reading import scopes
from toolbox_cli.lms.sources.reading.scopes import concerns_all
from toolbox_cli.lms.sources.records import (
    Broken,
    Complete,
    Course,
    Event,
    Fault,
    Grade,
    Kind,
    Page,
    Pushed,
    Record,
    Role,
    Scope,
)
from toolbox_cli.lms.sources.source import Knows, Tried

_ROSTERING: Final = {
    "orgs": Kind.COURSE,
    "academicSessions": Kind.COURSE,
    "courses": Kind.COURSE,
    "classes": Kind.COURSE,
    "users": Kind.USER,
    "enrollments": Kind.ENROLLMENT,
}
_GRADEBOOK: Final = {"categories": Kind.ASSIGNMENT, "lineItems": Kind.ASSIGNMENT}
_NEEDED: Final = ("classes", "users", "enrollments")
_WRONG_BASE: Final = (
    "Ask for the whole base address: 1.1 is often at /ims/oneroster/v1p1, rostering of 1.2 at "
    "/ims/oneroster/rostering/v1p2, and not every server that speaks 1.2 is found there."
)


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


class RestSource:
    """A server that speaks OneRoster 1.1 or 1.2.

    Args:
        client: its base address is `places.rostering`; closed with the source.
        places: where the server has what.
        limit: rows asked for at once; the server may give fewer.
        roles: further words for roles, by `words.plain` word; None leaves one out.
        zone: of moments that have none.
        today: when 1.2's roles are held or not.
        score_status: the server's word for a grade that is final.
    """

    def __init__(  # noqa: PLR0913  a source has as many settings
        self,
        client: Client,
        places: Places,
        *,
        limit: int = LIMIT,
        roles: Mapping[str, Role | None] | None = None,
        zone: datetime.tzinfo = datetime.UTC,
        today: Callable[[], datetime.date] = _today,
        score_status: str = "fully graded",
    ) -> None:
        self.knows = Knows(standing=False, tombstones=True, changes=True)
        self.cannot: tuple[str, ...] = (
            "Many servers never say what was removed: who is missing in a whole list is gone, which the limits of the "
            "integration guard, and changes alone never show it.",
            "Whether an enrollment is active is known by its dates alone.",
            "What changed since a moment may leave out people and classes of which only relations changed: read "
            "everything from time to time.",
            "Somebody in two schools, or with two roles, may be two people there.",
        )
        self._client, self._places, self._limit = client, places, limit
        self._roles, self._zone, self._today = roles or {}, zone, today
        self._gradebook = Gradebook(client, places.gradebook, places.rostering, score_status)
        self._answered = False

    def test(self) -> Tried:
        """Sign in and read a page of each list."""
        answers = {name: self._tried(name) for name in (*_ROSTERING, *_GRADEBOOK)}
        errors = {name: answer for name, answer in answers.items() if isinstance(answer, HttpError)}
        if not self._answered:
            first = errors[_NEEDED[0]]
            raise self._wrong_base(first) if isinstance(first, NotFoundError) else first
        if "lineItems" in errors:
            self._without_gradebook()
        people = answers["users"]
        spoken = _spoken(people) if isinstance(people, list) else None
        return Tried(spoken or self._places.version, tuple(_notes(answers)))

    def courses(self, since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read classes, after what they refer to."""

        def reader() -> Reader:
            schools = self._looked_up("orgs", lambda row: row.text("name") or row.id or "")
            sessions = self._looked_up("academicSessions", session)
            around = Around(schools, sessions, self._looked_up("courses", catalogue_course))
            return Courses(around)

        return self._events("classes", reader, since)

    def users(self, courses: Iterable[Course] = (), since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read people."""
        return self._events("users", lambda: Users(self._roles, self._today), since)

    def enrollments(self, courses: Iterable[Course] = (), since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read who is in which class."""
        return self._events("enrollments", lambda: Enrollments(self._roles), since)

    def assignments(self, courses: Iterable[Course] = (), since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read line items, where the server has a gradebook; else nothing is said of them."""

        def reader() -> Reader:
            categories = self._looked_up("categories", lambda row: row.text("title") or row.id or "")
            return Assignments(categories, self._zone)

        return self._events("lineItems", reader, since)

    def push_grade(self, grade: Grade) -> Pushed:
        """Write one grade as the one result that a student has of a line item."""
        if not self.knows.grades:
            raise RefusedGradeError("This server has no gradebook for us.")
        return self._gradebook.push(grade)

    def close(self) -> None:
        self._client.close()

    def _events(self, name: str, make: Callable[[], Reader], since: datetime.datetime | None) -> Iterator[Event]:
        listing = self._listing(name, since)
        scope = Scope(listing.kind)
        try:
            yield from self._read(scope, listing, make, since)
        except BrokenListError as error:
            yield from _said(scope, error.others)
            yield Broken(scope, error.fault)
        except HttpError as error:
            yield self._failure(scope, name, error)

    def _read(
        self, scope: Scope, listing: Listing, make: Callable[[], Reader], since: datetime.datetime | None
    ) -> Iterator[Event]:
        reader, lost, older = make(), 0, 0
        for part in self._parts(listing):
            self._answered = True
            rows = [Row(listing.kind, sent, place) for place, sent in part.rows]
            records = tuple(record for row in rows if (record := _record(reader, row)) is not None)
            lost += sum(row.lost for row in rows)
            older += sum(_older(row, since) for row in rows)
            faults = (*part.faults, *(fault for row in rows for fault in row.faults))
            if records or faults:
                yield Page(scope, records, faults)
        yield from _said(scope, (*reader.summary(), *_ignored(listing, older)))
        if lost:
            yield Broken(scope, _lossy(listing, lost))
        elif since is None:
            yield Complete(scope)

    def _parts(self, listing: Listing) -> Iterator[Part]:
        """Read a list; where the server refuses to filter it, all of it."""
        try:
            yield from ListReader(self._client, listing, self._limit).parts()
        except RejectedError as error:
            if listing.where is None or error.status != 400:
                raise
            note = replace(of_error(error, listing.kind, listing.name), severity=Severity.NOTE)
            yield Part((), (replace(note, code="lms-filter-refused", field="filter"),))
            yield from ListReader(self._client, replace(listing, where=None), self._limit).parts()

    def _failure(self, scope: Scope, name: str, error: HttpError) -> Event:
        """Say what a failed list means.

        Raises:
            SourceError: the base path is wrong.
            HttpError: it concerns everything.
        """
        if name in _GRADEBOOK and (not_served(error) or isinstance(error, ForbiddenError | UnauthorizedError)):
            self._without_gradebook()
            code = "lms-no-gradebook" if not_served(error) else "lms-forbidden"
            severity = Severity.NOTE if not_served(error) else Severity.WARNING
            message = f"There is no gradebook for us, so nothing is known of assignments: {error.message}"
            return Page(scope, (), (Fault(code, message, scope.kind, place=name, severity=severity),))
        if concerns_all(error):
            raise error
        if isinstance(error, NotFoundError) and not self._answered:
            raise self._wrong_base(error) from None
        return Broken(scope, of_error(error, scope.kind, name))

    def _looked_up(self, name: str, read: Callable[[Row], V]) -> Lookup[V]:
        reader = ListReader(self._client, self._listing(name, None), self._limit)
        try:
            found = look_up(reader, read)
        finally:
            self._answered |= reader.answered
        self._answered |= found.there
        return found

    def _listing(self, name: str, since: datetime.datetime | None) -> Listing:
        where = None
        if since is not None:
            where = f"dateLastModified>='{since.astimezone(datetime.UTC).strftime('%Y-%m-%dT%H:%M:%SZ')}'"
        if name in _GRADEBOOK:
            return Listing(f"{self._places.gradebook}/{name}", name, _GRADEBOOK[name], name, where)
        return Listing(name, name, _ROSTERING[name], name, where)

    def _tried(self, name: str) -> list[Any] | HttpError:
        """Read a page of a list; gives the error where that can't be read."""
        params: dict[str, str | int] = {"limit": self._limit, "offset": 0, "sort": "sourcedId", "orderBy": "asc"}
        try:
            rows = rows_of(self._client.get(self._listing(name, None).path, params), name)
        except HttpError as error:
            if concerns_all(error) and not (isinstance(error, UnauthorizedError) and name in _GRADEBOOK):
                raise
            return error
        self._answered |= name in _ROSTERING
        return rows

    def _wrong_base(self, error: HttpError) -> SourceError:
        message = f"Nothing of OneRoster is served at {self._places.rostering}: {error.message}"
        return SourceError(message, remedy=_WRONG_BASE)

    def _without_gradebook(self) -> None:
        self.knows = replace(self.knows, assignments=False, grades=False)


def _spoken(people: Iterable[Any]) -> str | None:
    """Give the version by what people look like: addresses and papers say otherwise at times."""
    members = {name for one in people if isinstance(one, dict) for name in one}
    return "1.2" if "roles" in members else "1.1" if "role" in members else None


def _notes(answers: Mapping[str, list[Any] | HttpError]) -> Iterator[str]:
    for name, answer in answers.items():
        if isinstance(answer, HttpError):
            said = explained(answer.reply) if answer.reply else None
            yield f"{name} can't be read: {said or answer.message}"
        elif not answer and name in _NEEDED:
            yield f"{name} has no rows: look whether rights are missing there."
    if isinstance(answers["lineItems"], HttpError):
        yield "There is no gradebook for us: assignments are not read, and grades can't be sent."


def _record(reader: Reader, row: Row) -> Record | None:
    if row.id is None:
        return None
    record = reader.read(row)
    return None if row.unsaid else record


def _older(row: Row, since: datetime.datetime | None) -> bool:
    """Tell whether a row is older than what was asked for."""
    try:
        changed = words.moment(row.text("dateLastModified") or "", datetime.UTC)
    except ValueError:
        return False
    return since is not None and changed is not None and changed < since.replace(microsecond=0)


def _ignored(listing: Listing, older: int) -> Iterator[Fault]:
    if older:
        message = f"{older:,} rows of {listing.name} are older than asked for: the server does not filter by date."
        yield Fault("lms-filter-ignored", message, listing.kind, field="filter", severity=Severity.NOTE)


def _said(scope: Scope, faults: Iterable[Fault]) -> Iterator[Page]:
    found = tuple(faults)
    if found:
        yield Page(scope, (), found)


def _lossy(listing: Listing, lost: int) -> Fault:
    message = f"{lost:,} rows of {listing.name} can't be told apart: nothing is removed because it is missing there."
    return scopes.fault(Scope(listing.kind), "rows-lost", message, listing.name, "Correct those rows there.")
