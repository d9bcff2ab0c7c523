"""Schoology, as a district's or school's own application key sees it."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

from toolbox_cli.core.http.auth import OAuth1
from toolbox_cli.core.http.client import Client
from toolbox_cli.core.http.clock import Clock
from toolbox_cli.core.http.errors import (
    ForbiddenError,
    HttpError,
    NotFoundError,
    UnauthorizedError,
    UnexpectedReplyError,
)
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.core.http.links import path_of
from toolbox_cli.core.http.pacing import QuotaPace
from toolbox_cli.core.http.reply import Reply
from toolbox_cli.lms.settings.definitions import SAY_ROLE, SAY_ZONE
from toolbox_cli.lms.sources.errors import RefusedGradeError
from toolbox_cli.lms.sources.reading import grading
from toolbox_cli.lms.sources.reading.membership import in_course
from toolbox_cli.lms.sources.reading.rows import LeftOut, Row
from toolbox_cli.lms.sources.reading.scopes import Make, Reading, concerns_all, each, honest, note, unreadable
from toolbox_cli.lms.sources.reading.values import as_id, as_number, told
from toolbox_cli.lms.sources.records import (
    Course,
    Enrollment,
    Event,
    Fault,
    Grade,
    Kind,
    Page,
    Pushed,
    Record,
    Role,
    Scope,
    User,
)
from toolbox_cli.lms.sources.schoology import records
from toolbox_cli.lms.sources.schoology.lists import by_type, pages, rows_of, total_of
from toolbox_cli.lms.sources.source import Knows, Tried

T = TypeVar("T")
Roles = Mapping[str, Role | str | None]
"""What the roles of people are, by id; see `records.role`."""
REMEDY: Final = (
    "Use a key of the district or school, not a personal one: since June 2025 those can't read other people. Check the"
    " clock of this machine too, since signatures hold the time."
)


def opened(
    base_url: str,
    key: str,
    secret: str,
    *,
    limits: Limits | None = None,
    clock: Clock | None = None,
    ca_file: Path | None = None,
) -> Client:
    """Give a client for Schoology, usually at `https://api.schoology.com/v1`; each try is signed anew."""
    root = base_url.rstrip("/").removesuffix("/v1")
    return Client(
        f"{root}/v1", OAuth1(key, secret, token=""), limits=limits, pace=QuotaPace(), clock=clock, ca_file=ca_file
    )


class Schoology:
    """Reads sections of all courses, people, and each section's enrollments and assignments.

    Args:
        client: see `opened`.
        zone: that due dates are written in; None is UTC, with a note, since Schoology doesn't say.
        roles: what roles of people mean, by their title, where a school made up its own; None leaves one out.
    """

    knows = Knows(dates=False, tombstones=False, changes=False)
    cannot = (
        "Schoology has no list of changes: every sync reads everything.",
        "It does not say who was removed: whoever is missing from a list that was read to its end is gone.",
        "In a section it knows admins and members alone: co-teachers and assistants are teachers, all others students.",
        "An enrollment has no dates; those of a section are its grading periods'.",
        "Due dates come without a time zone.",
        "The SIS id (school_uid) and the e-mail address may be blank.",
        "Whoever moves to another section gets another enrollment, and grades belong to enrollments.",
        "Parents, and people who only asked to join, are left out.",
    )

    def __init__(
        self,
        client: Client,
        *,
        zone: datetime.tzinfo | None = None,
        roles: Mapping[str, Role | None] | None = None,
    ) -> None:
        self._client, self._zone, self._roles = client, zone, roles or {}
        self._left_out: set[str] = set()

    def close(self) -> None:
        self._client.close()

    def test(self) -> Tried:
        """Read one person and the roles.

        Raises:
            UnauthorizedError: with the usual reason.
        """
        try:
            reply = self._client.get("users", {"start": 0, "limit": 1})
        except UnauthorizedError as error:
            raise UnauthorizedError(error.message, remedy=REMEDY, reply=error.reply) from None
        people, total = rows_of(reply, "user"), total_of(reply)
        notes = [f"The key can read {total} people." if total else "The key can read people."]
        if not people:
            notes = ["Nobody is listed: either there is nobody, or the key is not one of the district or school."]
        notes += [fault.message for fault in self._role_ids(Scope(Kind.USER))[1]]
        return Tried("v1", tuple(notes))

    def courses(self, since: datetime.datetime | None = None) -> Iterator[Event]:
        scope = Scope(Kind.COURSE)
        return honest(scope, self._sections(scope))

    def users(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        scope = Scope(Kind.USER)
        return honest(scope, self._users(scope))

    def enrollments(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        return each((Scope(Kind.ENROLLMENT, course.id) for course in courses), self._enrollments)

    def assignments(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        told_once: list[bool] = []
        scopes = (Scope(Kind.ASSIGNMENT, course.id) for course in courses)
        return each(scopes, lambda scope: self._assignments(scope, told_once))

    def push_grade(self, grade: Grade) -> Pushed:
        """Write a grade of an enrollment; the answer has a code of its own for each grade, and is read back."""
        grading.check(grade, bonus=True)
        if not grade.enrollment_id:
            raise RefusedGradeError("Schoology grades enrollments, and the person's in this section is not known.",
                                    remedy="Sync the section, so that its enrollments are known.")  # fmt: skip
        path = path_of("sections", grade.course_id, "grades")
        ids = {"assignment_id": grade.assignment_id, "enrollment_id": grade.enrollment_id}
        item = {"type": "assignment", **ids, "grade": grading.plain(grade.score)}
        if grade.comment:
            item["comment"] = grade.comment
        body = {"grades": {"grade": [item]}}
        return grading.write(
            grade,
            lambda: _taken(self._client.put(path, json=body, idempotent=True), ids),
            lambda: _stored(self._client.get(path, {**ids, "start": 0, "limit": 200}), ids),
        )

    def _sections(self, scope: Scope) -> Iterator[Event]:
        """Read the sections of every course, of past periods too: else they would all vanish when a period ends."""
        periods, faults = self._looked_up(scope, "gradingperiods", "gradingperiods", records.period)
        if faults:
            yield Page(scope, (), faults)
        listing, reading = Reading(scope), Reading(scope)
        for reply, rows in pages(self._client, listing, "courses", "course"):
            parents, faults = listing.records(reply, rows, records.parent)
            if faults:
                yield Page(scope, (), faults)
            for parent in parents:
                yield from self._sections_of(reading, parent, periods)
        if listing.why_not:
            reading.doubt(*listing.why_not)
        yield reading.end()

    def _sections_of(self, reading: Reading, parent: Any, periods: Mapping[str, records.Period]) -> Iterator[Event]:
        path = path_of("courses", parent.id, "sections")
        try:
            for reply, rows in pages(self._client, reading, path, "section", {"include_past": 1}):
                yield reading.page(reply, rows, lambda row: records.section(row, parent, periods))
        except HttpError as error:
            if concerns_all(error):
                raise
            yield Page(reading.scope, (), (unreadable(reading.scope, error),))
            reading.doubt("incomplete", "The sections of a course can't be read.")

    def _users(self, scope: Scope) -> Iterator[Event]:
        """Read active people and then inactive ones, which are a list of their own.

        Whoever is made inactive meanwhile is in both and so seen; whoever is made active is in none, which the number
        of active ones then gives away.
        """
        roles, faults = self._role_ids(scope)
        if faults:
            yield Page(scope, (), faults)
        self._left_out = set()
        reading, unknown = Reading(scope), set[str]()
        active = None
        for path in ("users", "users/inactive"):
            make = self._user(roles, unknown, enabled=path == "users")
            for reply, rows in pages(self._client, reading, path, "user"):
                active = total_of(reply) if path == "users" else active
                yield reading.page(reply, rows, make)
        after = total_of(self._client.get("users", {"start": 0, "limit": 1}))
        if after != active:
            reading.doubt("moved", f"There were {active} active people, and then {after} when all were read.")
        if unknown:
            yield Page(scope, (), tuple(_unknown(scope, title) for title in sorted(unknown)))
        yield reading.end()

    def _enrollments(self, scope: Scope) -> Iterator[Event]:
        reading = Reading(scope)
        rows = pages(self._client, reading, path_of("sections", scope.key, "enrollments"), "enrollment")
        return in_course(reading, rows, lambda row: self._enrollment(row, scope.key))

    def _enrollment(self, row: Row, section_id: str) -> Enrollment:
        made = records.enrollment(row, section_id)
        if made.user_id in self._left_out:
            raise LeftOut
        return made

    def _assignments(self, scope: Scope, told_once: list[bool]) -> Iterator[Event]:
        reading, zone = Reading(scope), self._zone or datetime.UTC
        path = path_of("sections", scope.key, "assignments")
        for reply, rows in by_type(self._client, reading, path, "assignment"):
            page = reading.page(reply, rows, lambda row: records.assignment(row, scope.key, zone), overlapping=True)
            yield page
            if self._zone is None and not told_once and any(getattr(one, "due_at", None) for one in page.records):
                told_once.append(True)
                message = "Due dates say no time zone; UTC was taken."
                yield Page(scope, (), (note(scope, "no-zone", message, field="due", remedy=SAY_ZONE),))
        yield reading.end()

    def _user(self, roles: Roles, unknown: set[str], *, enabled: bool) -> Make:
        """Give what makes people; titles of roles that nobody explained are kept in `unknown`."""

        def make(row: Row) -> User:
            try:
                made = records.user(row, roles, enabled=enabled)
            except LeftOut:
                self._left_out.add(row.id or "")  # their enrollments would be of nobody
                raise
            title = roles.get(as_id(row.get("role_id")) or "")
            if made.role is None and title is not None:
                unknown.add(title)
            return made

        return make

    def _role_ids(self, scope: Scope) -> tuple[Roles, tuple[Fault, ...]]:
        """Read what roles are.

        Raises:
            UnexpectedReplyError: there are none, though no school is without.
        """
        roles, faults = self._looked_up(scope, "roles", "role", lambda row: records.role(row, self._roles))
        if not roles and not faults:
            raise UnexpectedReplyError("The list of roles can't be relied on: it is empty.")
        return roles, faults

    def _looked_up(
        self, scope: Scope, path: str, name: str, read: Callable[[Row], tuple[str, T]]
    ) -> tuple[dict[str, T], tuple[Fault, ...]]:
        """Read a short list that others refer to; whoever may not see it still reads those.

        Raises:
            UnexpectedReplyError: it is not whole, so that what refers to it would seem changed.
        """
        found: dict[str, T] = {}
        reading = Reading(scope)

        def make(row: Row) -> Record:
            found.update([read(row)])
            raise LeftOut

        try:
            for reply, rows in pages(self._client, reading, path, name, short=True):
                reading.records(reply, rows, make)
                reading.records(reply, reply.json(dict).get(f"building_{name}") or (), make)
        except (ForbiddenError, NotFoundError) as error:
            message = f"The list of {path} can't be read, so what they say is missing."
            return {}, (note(scope, f"{path}-hidden", message, remedy=error.remedy),)
        if reading.why_not and reading.partial:
            raise UnexpectedReplyError(f"The list of {path} can't be relied on. {reading.why_not[1]}")
        return found, ()


def _unknown(scope: Scope, title: str) -> Fault:
    message = f"The role {told(title)} is not known: its people come without one."
    return note(scope, "role", message, field="role_id", remedy=SAY_ROLE)


def _item(rows: object, ids: Mapping[str, str]) -> Mapping[str, Any] | None:
    """Find the grade that was meant in a list of some; a list of one needs no ids."""
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    meant = [row for row in found if all(as_id(row.get(name)) in {None, value} for name, value in ids.items())]
    return meant[0] if len(meant) == 1 else None


def _taken(reply: Reply, ids: Mapping[str, str]) -> None:
    """Look what became of the one grade that was sent; it proves nothing, so nothing is given."""
    body = reply.json(dict)
    grades = body.get("grades")
    item = _item(grades.get("grade") if isinstance(grades, dict) else body.get("grade"), ids)
    code = as_id(item.get("response_code")) if item else None
    if code and code.startswith("4") and code != "429":
        said = reply.redactor.excerpt(str((item or {}).get("message", "")))
        raise RefusedGradeError(f"Schoology answered {code} to this grade: {said or 'no reason'}",
                                remedy="Sync the section: whoever moved has another enrollment now.")  # fmt: skip


def _stored(reply: Reply, ids: Mapping[str, str]) -> Decimal | None:
    grades = reply.json(dict).get("grades")
    item = _item(grades.get("grade") if isinstance(grades, dict) else None, ids)
    try:
        return as_number(item.get("grade")) if item else None
    except ValueError:
        return None
