"""A double, and the source that reads it, in stopped time."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.lms.doubles.oneroster import OneRosterDouble
from tests.lms.doubles.roster import Roster
from tests.lms.sources.gathering import Gathered, gather
from tests.lms.sources.patience import PATIENT
from tests.lms.sources.systems import ticking
from tests.support.clocks import NOON, Stopped
from tests.support.web import Answer, Trouble, Web, altered
from toolbox_cli.core.http.auth import Auth
from toolbox_cli.core.http.client import Client
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.lms.sources.oneroster.rest.places import Places
from toolbox_cli.lms.sources.oneroster.rest.source import RestSource
from toolbox_cli.lms.sources.records import Grade, Kind, Scope

USERS = Scope(Kind.USER)
ENROLLMENTS = Scope(Kind.ENROLLMENT)
COURSES = Scope(Kind.COURSE)
ASSIGNMENTS = Scope(Kind.ASSIGNMENT)
TODAY = datetime.date(2026, 9, 1)


@dataclass
class Server:
    web: Web
    double: OneRosterDouble
    source: RestSource
    stopped: Stopped

    @property
    def roster(self) -> Roster:
        return self.double.roster

    def users(self, since: datetime.datetime | None = None) -> Gathered:
        return gather(self.source.users((), since))

    def enrollments(self, since: datetime.datetime | None = None) -> Gathered:
        return gather(self.source.enrollments((), since))

    def courses(self, since: datetime.datetime | None = None) -> Gathered:
        return gather(self.source.courses(since))

    def assignments(self) -> Gathered:
        return gather(self.source.assignments(()))

    def trouble(self, trouble: Trouble, name: str = "users", *, page: int = 1, times: float = 1) -> None:
        self.web.trouble(trouble, path=self.double.path(name), nth=page, times=times)

    def grade(self, score: str = "40", **more: Any) -> Grade:
        """Make a grade of the first course's assignment for its last person."""
        assignment = next(iter(self.roster.assignments.values()))
        person = list(self.roster.people)[-1]
        given: dict[str, Any] = {
            "key": "k1", "course_id": assignment.course_id, "assignment_id": assignment.id, "user_id": person,
            "score": Decimal(score), "points": Decimal(50), "graded_at": NOON,
        }  # fmt: skip
        return Grade(**{**given, **more})


def connect(
    double: OneRosterDouble, auth: Auth, *, places: Places | None = None, limits: Limits = PATIENT, **more: Any
) -> Server:
    """Open a source on a double."""
    stopped = Stopped()
    there = places or Places(double.rostering, double.gradebook, double.version)
    client = Client(there.rostering, auth, limits=limits, clock=ticking(stopped))
    return Server(double.web, double, RestSource(client, there, today=lambda: TODAY, **more), stopped)


def rows(name: str, change: Any) -> Trouble:
    """Answer as the server does, with the rows changed."""
    return altered(lambda answer: Answer({name: change(answer.body[name])}, answer.status, answer.headers))
