"""Moodle, as one web service token sees it."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from toolbox_cli.core.http.client import Client
from toolbox_cli.lms.sources.errors import RefusedGradeError
from toolbox_cli.lms.sources.moodle import looking, records
from toolbox_cli.lms.sources.moodle.grades import Gradebook
from toolbox_cli.lms.sources.moodle.lists import assignments, enrollments, people
from toolbox_cli.lms.sources.moodle.lists.rolls import Rolls
from toolbox_cli.lms.sources.moodle.webservice import Service, concerns_everything
from toolbox_cli.lms.sources.reading.scopes import Reading, honest
from toolbox_cli.lms.sources.records import Course, Event, Grade, Kind, Page, Pushed, Role, Scope
from toolbox_cli.lms.sources.source import Knows, Tried

COURSES: Final = "core_course_get_courses"


class Moodle:
    """Reads courses, people, enrollments and assignments, and grades assignments.

    People are held against the rolls of the courses that are given, so these should be all.

    Args:
        client: see `webservice.opened`.
        token: of an external service whose account may see everything.
        roles: what roles mean that the institution made up, by short name; None leaves one out.
        zone: in which courses begin and end, which Moodle tells as moments.
    """

    knows = Knows(dates=False)
    cannot = (
        "Moodle has no list of changes: every sync reads everything.",
        "It does not say who was removed: whoever is missing from a list that was read to its end is gone.",
        "An enrollment is active or it is not: whether it was switched off, has ended or is yet to begin is not told, "
        "nor when it begins and ends.",
        "Courses, and people, come in one answer each, however many they are.",
        "People without an e-mail address are found by their enrollments alone.",
        "There are no schools and terms, only categories; of a course its category's number is kept.",
        "An idnumber that several accounts have tells nobody apart, and is taken from none of them.",
        "Of activities only assignments are read and graded, and only those that are graded in points.",
        "In courses with separate groups the token's account needs moodle/site:accessallgroups; without it Moodle "
        "leaves people out and does not say so.",
        "A grade that a teacher changed there is overwritten when a new one is sent.",
    )

    def __init__(
        self,
        client: Client,
        token: str,
        *,
        roles: Mapping[str, Role | None] | None = None,
        zone: datetime.tzinfo = datetime.UTC,
    ) -> None:
        self._service = Service(client, token)
        self._roles = {**records.ROLES, **(roles or {})}
        self._zone = zone
        self._rolls = Rolls(self._service)
        self._gradebook = Gradebook(self._service, self._rolls)

    def close(self) -> None:
        self._service.client.close()

    def test(self) -> Tried:
        """Sign in, look which functions the service lacks, and whether people are hidden."""
        return looking.look(self._service)

    def courses(self, since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read all courses: one that the account may not enter keeps Moodle from listing any."""
        scope = Scope(Kind.COURSE)
        return honest(scope, self._courses(scope), everywhere=concerns_everything)

    def users(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read everybody, and the rolls of these courses, which `enrollments` then has."""
        events = people.events(self._service, self._rolls, courses)
        return honest(Scope(Kind.USER), events, everywhere=concerns_everything)

    def enrollments(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        for course in courses:
            yield from enrollments.events(self._rolls.of(course.id), course.id, self._roles)
            if notes := self._rolls.notes():
                yield Page(Scope(Kind.ENROLLMENT, course.id), (), notes)

    def assignments(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        return assignments.events(self._service, [course.id for course in courses])

    def push_grade(self, grade: Grade) -> Pushed:
        [outcome] = self.push_grades([grade])
        if isinstance(outcome, RefusedGradeError):
            raise outcome
        return outcome

    def push_grades(self, grades: Sequence[Grade]) -> list[Pushed | RefusedGradeError]:
        """Write many grades, those of an assignment in calls of 50; a class one by one takes Moodle a minute.

        Returns:
            What became of each, in the given order.

        Raises:
            UnreachableError: of the rest nothing was written; sending all of them again is harmless.
        """
        return self._gradebook.push(grades)

    def _courses(self, scope: Scope) -> Iterator[Event]:
        reply = self._service.read(COURSES)
        reading = Reading(scope)
        yield reading.page(reply, reply.json(list), lambda row: records.course(row, self._zone))
        yield reading.end()
