import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.lms.doubles.lti import CLIENT_ID, LtiDouble
from tests.lms.doubles.roster import Enrollment, Roster, district
from tests.lms.sources.gathering import Gathered, gather
from tests.lms.sources.patience import PATIENT
from tests.support.clocks import NOON, Stopped
from tests.support.web import Trouble, Web
from toolbox_cli.core.http.client import Client
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.lms.sources.lti.platform import Context, Platform, opened
from toolbox_cli.lms.sources.lti.source import Lti
from toolbox_cli.lms.sources.records import Course, Grade, Kind, Scope

MEMBERSHIPS = "*/CourseSection/{}/bindings/1/memberships"
SCORES = "*/lineitem/scores"


def pem_of(key: Any, password: bytes | None = None) -> str:
    locked = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked).decode()


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def client_of(platform: Platform, contexts: Sequence[Context], stopped: Stopped, limits: Limits = PATIENT) -> Client:
    """Give a client that waits for nothing, but whose limits are measured by real time."""
    clock = replace(stopped.clock, elapsed_s=time.monotonic)
    return opened(platform, contexts, limits=limits, clock=clock)


@dataclass
class Tool:
    """A tool that knows two courses of a platform."""

    web: Web
    double: LtiDouble
    stopped: Stopped
    platform: Platform
    contexts: Sequence[Context]
    source: Lti
    others: list[Lti] = field(default_factory=list)

    @property
    def roster(self) -> Roster:
        return self.double.roster

    def again(self, contexts: Sequence[Context] | None = None, **more: Any) -> Lti:
        """Give another source, as a later run has it."""
        known = self.contexts if contexts is None else contexts
        self.others.append(Lti(client_of(self.platform, known, self.stopped), known, **more))
        return self.others[-1]

    def courses(self) -> list[Course]:
        return [Course(context.course_id, context.course_id) for context in self.contexts]

    def users(self) -> Gathered:
        return gather(self.source.users(self.courses()))

    def enrollments(self) -> Gathered:
        return gather(self.source.enrollments(self.courses()))

    def of_course(self, course: str) -> Scope:
        return Scope(Kind.ENROLLMENT, course)

    def trouble(self, course: str, trouble: Trouble, *, page: int = 1, times: float = 1) -> None:
        """Let a page of a course's members go wrong."""
        self.web.trouble(trouble, path=MEMBERSHIPS.format(course), nth=page, times=times)

    def enroll(self, person: str, **more: Any) -> None:
        own = str(900 + len(self.roster.enrollments))
        self.roster.enrollments[own] = Enrollment(own, "1", person, **more)

    def grade(self, score: str = "40", **more: Any) -> Grade:
        given: dict[str, Any] = {
            "key": "k1", "course_id": "1", "assignment_id": self.double.item_url("1"), "user_id": "3",
            "score": Decimal(score), "points": Decimal(50), "graded_at": NOON,
        }  # fmt: skip
        return Grade(**{**given, **more})

    def scores(self) -> list[Any]:
        """Give the scores that were posted, in order."""
        return [asked.json() for asked in self.web.asked if asked.path.endswith("/scores")]

    @property
    def stored(self) -> Decimal | None:
        held = self.double.scores.get(("1", "3"))
        return held[0] if held else None


@pytest.fixture
def tool(web: Web, key: rsa.RSAPrivateKey, limits: Limits) -> Iterator[Tool]:
    stopped = Stopped()
    double = LtiDouble(web, district(), key.public_key(), stopped.now)
    double.page_rows = 4
    contexts = [Context(own, double.memberships_url(own), double.lineitems_url(own)) for own in double.roster.courses]
    platform = Platform(web.url, double.token_url, CLIENT_ID, pem_of(key))
    source = Lti(client_of(platform, contexts, stopped, limits), contexts)
    made = Tool(web, double, stopped, platform, contexts, source)
    yield made
    for one in (source, *made.others):
        one.close()
