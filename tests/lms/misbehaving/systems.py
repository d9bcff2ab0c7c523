"""The systems of the matrix: each a double on a socket, or files in a folder, and the adapter that reads it.

A system serves `roster`, which is the reference; `shown` is what it gives instead while it misbehaves.
"""

import itertools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr

from tests.lms.doubles import blackboard, canvas, lti, moodle, oneroster, schoology
from tests.lms.doubles.roster import Assignment, Course, Person, Roster
from tests.lms.misbehaving.files import Files
from tests.support.clocks import Stopped
from tests.support.web import Trouble, Web
from toolbox_cli.core.http.clock import Clock
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.lms.settings.reading import read_settings
from toolbox_cli.lms.sources.connecting.connection import Connection
from toolbox_cli.lms.sources.connecting.kinds import KINDS
from toolbox_cli.lms.sources.source import Source

PAGE_ROWS = 12
PATIENT = Limits(connect_s=10, read_s=10, total_s=10, attempts=3, wait_initial_s=1, wait_max_s=4, body_bytes=1 << 20)
HASTY = replace(PATIENT, read_s=0.5, total_s=0.5, attempts=2)
"""For what drips."""


@dataclass(frozen=True)
class List:
    """A list of a system, as troubles find it.

    Attributes:
        kind: of the records that are lost when it is read wrongly.
        path: pattern of its address; Moodle's function.
        rows_at: the member of an answer that holds the rows; None where the answer is the rows.
        id_at: the member of a row that is its id.
        course: whose it is, where calls go to one address.
        paged: whether it comes in pages.
    """

    kind: str
    path: str
    rows_at: str | None
    id_at: str
    course: str | None = None
    paged: bool = True


class System:
    """A vendor's system.

    Attributes:
        name: in the matrix.
        kind: of the integration.
        unsaid: fields of people that it can't tell.
        people, roll: the list of people, and that of the first course's members.
        due_at: the list of the first course's assignments, and the member that says when one is due.
        front: ids of people who join before everybody else.
        flat: enrollments of all courses are one list.
        settings: of the integration.
    """

    name: ClassVar[str]
    kind: ClassVar[str]
    unsaid: ClassVar[frozenset[str]] = frozenset()
    keeps_people: ClassVar[bool] = False
    front: ClassVar[tuple[str, str]] = ("100", "1001")
    flat: ClassVar[bool] = False
    people: List
    roll: List
    assignments: List
    due_at: str
    double: Any
    roster: Roster

    def __init__(self, web: Web) -> None:
        self.web, self.settings, self.stopped = web, dict[str, Any](), Stopped()
        self.former: dict[str, Person] = {}

    @property
    def clock(self) -> Clock:
        """Give a clock that nobody waits by, and that still sees what takes its time."""
        stopped = self.stopped
        return Clock(stopped.now, lambda: time.monotonic() + stopped.passed_s, stopped.sleep, lambda: stopped.chance)

    @property
    def lists(self) -> tuple[List, ...]:
        return (self.people,) if self.people.path == self.roll.path else (self.people, self.roll)

    def serve(self, roster: Roster) -> None:
        """Begin to serve a roster."""
        raise NotImplementedError

    def show(self, roster: Roster) -> None:
        """Give this roster instead, which is not the truth."""
        self.double.roster = roster

    def settle(self) -> None:
        """Serve the roster as it is now, without trouble."""
        self.web.calm()
        self.settings.clear()
        self.show(self.roster)
        self.double.page_rows = PAGE_ROWS

    def trouble(self, where: List, trouble: Trouble, *, page: int = 1, times: float = 1) -> None:
        self.web.trouble(trouble, path=where.path, nth=page if where.paged else 1, times=times)

    def source(self, limits: Limits = PATIENT) -> Source:
        return KINDS[self.kind].open(self._connection(limits))

    def leaves(self, person: str) -> None:
        """Let somebody leave the district."""
        gone = self.roster.people.pop(person)
        if self.keeps_people:
            self.former[person] = gone
        for own, row in list(self.roster.enrollments.items()):
            if row.person_id == person:
                del self.roster.enrollments[own]

    def title(self, course: Course) -> str:
        return course.title

    def assignment_id(self, assignment: Assignment) -> str:
        return assignment.id

    def _connection(self, limits: Limits) -> Connection:
        given = {"settings": read_settings(self.kind, self.settings), "limits": limits, "clock": self.clock}
        return Connection(self.kind, **self._signed(), **given)

    def _signed(self) -> Mapping[str, Any]:
        raise NotImplementedError


class OneRoster12(System):
    name, kind, flat = "oneroster-1.2", "oneroster", True
    version: ClassVar[Any] = "1.2"
    auth: ClassVar[Any] = "oauth2"
    due_at = "dueDate"

    def serve(self, roster: Roster) -> None:
        self.roster = roster
        self.double = oneroster.OneRosterDouble(self.web, roster, version=self.version, auth=self.auth)
        self.double.page_rows = PAGE_ROWS
        self.people = self._list("user", "users")
        self.roll = self._list("enrollment", "enrollments")
        self.assignments = self._list("assignment", "lineItems")

    def _list(self, kind: str, name: str) -> List:
        return List(kind, self.double.path(name), name, "sourcedId")

    def _signed(self) -> Mapping[str, Any]:
        secret = SecretStr(oneroster.SECRET)
        return {
            "base_url": self.double.rostering, "auth": self.auth, "client_id": oneroster.KEY, "secret": secret,
            "token_url": f"{self.web.url}/token",
        }  # fmt: skip


class OneRoster11(OneRoster12):
    name, version, auth = "oneroster-1.1", "1.1", "oauth1"


class Canvas(System):
    name = kind = "canvas"
    unsaid = frozenset({"role", "enabled"})
    due_at = "due_at"

    def serve(self, roster: Roster) -> None:
        self.roster = roster
        self.double = canvas.CanvasDouble(self.web, roster)
        self.double.page_rows = PAGE_ROWS
        first = next(iter(roster.courses))
        self.people = List("user", "/api/v1/accounts/self/users", None, "id")
        self.roll = List("enrollment", f"/api/v1/courses/{first}/enrollments", None, "id")
        self.assignments = List("assignment", "/api/v1/courses/*/assignments", None, "id")

    def _signed(self) -> Mapping[str, Any]:
        return {"base_url": self.web.url, "auth": "token", "secret": SecretStr(canvas.TOKEN)}


class Moodle(System):
    name = kind = "moodle"
    unsaid = frozenset({"role"})
    front = ("3", "4")
    people = List("user", "core_user_get_users", "users", "id", paged=False)
    assignments = List("assignment", "mod_assign_get_assignments", "courses", "id", paged=False)

    def serve(self, roster: Roster) -> None:
        self.roster = roster
        self.double = moodle.MoodleDouble(self.web, roster)
        self.double.page_rows = PAGE_ROWS
        first = next(iter(roster.courses))
        self.roll = List("enrollment", "core_enrol_get_enrolled_users", None, "id", course=first)

    def trouble(self, where: List, trouble: Trouble, *, page: int = 1, times: float = 1) -> None:
        nth = page if where.paged else 1
        self.double.trouble(trouble, where.path, course=where.course, nth=nth, times=times)

    def settle(self) -> None:
        super().settle()
        self.double.rights = set(moodle.RIGHTS)

    def _signed(self) -> Mapping[str, Any]:
        return {"base_url": self.web.url, "auth": "token", "secret": SecretStr(moodle.TOKEN)}


class Schoology(System):
    name = kind = "schoology"
    people = List("user", "/v1/users", "user", "uid")
    assignments = List("assignment", "/v1/sections/*/assignments", "assignment", "id")
    due_at = "due"

    def serve(self, roster: Roster) -> None:
        self.roster = roster
        self.double = schoology.SchoologyDouble(self.web, roster)
        self.double.page_rows = PAGE_ROWS
        first = next(iter(roster.courses))
        self.roll = List("enrollment", f"/v1/sections/{first}/enrollments", "enrollment", "id")
        self.settings["zone"] = "UTC"

    def settle(self) -> None:
        super().settle()
        self.settings["zone"] = "UTC"

    def title(self, course: Course) -> str:
        return f"{course.title}: Section A"

    def _signed(self) -> Mapping[str, Any]:
        base_url, secret = f"{self.web.url}/v1", SecretStr(schoology.SECRET)
        return {"base_url": base_url, "auth": "oauth1", "client_id": schoology.KEY, "secret": secret}


class Blackboard(System):
    name = kind = "blackboard"
    unsaid = frozenset({"role"})
    people = List("user", "/learn/api/public/v1/users", "results", "id")
    assignments = List("assignment", "*/gradebook/columns", "results", "id")
    due_at = "grading"

    def serve(self, roster: Roster) -> None:
        self.roster = roster
        self.double = blackboard.BlackboardDouble(self.web, roster)
        self.double.page_rows = PAGE_ROWS
        first = next(iter(roster.courses))
        self.roll = List("enrollment", f"/learn/api/public/v1/courses/{first}/users", "results", "id")

    def _signed(self) -> Mapping[str, Any]:
        secret = SecretStr(blackboard.SECRET)
        return {"base_url": self.web.url, "auth": "oauth2", "client_id": blackboard.KEY, "secret": secret}


class LtiPlatform(System):
    """People are listed by course alone, and nobody is ever known to be gone for good."""

    name = kind = "lti"
    unsaid = frozenset({"role", "enabled"})
    keeps_people = True
    due_at = "endDateTime"

    def __init__(self, web: Web, key: rsa.RSAPrivateKey) -> None:
        super().__init__(web)
        self._key = key

    def serve(self, roster: Roster) -> None:
        self.roster = roster
        self.double = lti.LtiDouble(self.web, roster, self._key.public_key(), self.stopped.now)
        self.contexts = [
            {"course": own, "members": self.double.memberships_url(own), "lineitems": self.double.lineitems_url(own)}
            for own in roster.courses
        ]
        self.settle()
        first = next(iter(roster.courses))
        self.people = self.roll = List(
            "enrollment", f"*/CourseSection/{first}/bindings/1/memberships", "members", "user_id"
        )
        self.assignments = List("assignment", f"{lti.SERVICES}/*/lineitems", None, "id")

    def settle(self) -> None:
        super().settle()
        self.settings["lti"] = {"contexts": self.contexts}
        self.double.items.clear()
        for row in self.roster.assignments.values():
            self.double.add(row.course_id, row.title, row.points or Decimal(100), own=row.id)
            if row.due_at:
                self.double.items[row.id][1][self.due_at] = row.due_at.isoformat()

    def assignment_id(self, assignment: Assignment) -> str:
        address = f"{self.web.url}{lti.SERVICES}/{assignment.course_id}/lineitems/{assignment.id}"
        return f"{address}/lineitem?type_id=1"

    def _signed(self) -> Mapping[str, Any]:
        pem = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        return {
            "base_url": self.web.url, "auth": "oauth2", "client_id": lti.CLIENT_ID, "secret": SecretStr(pem),
            "token_url": self.double.token_url,
        }  # fmt: skip


class Csv(System):
    """Files in a folder: nothing of HTTP happens to them."""

    name = kind = "oneroster-csv"
    flat = True
    people = List("user", "users", None, "sourcedId")
    roll = List("enrollment", "enrollments", None, "sourcedId")
    assignments = List("assignment", "lineItems", None, "sourcedId")
    due_at = "dueDate"

    def __init__(self, web: Web, folder: Path) -> None:
        super().__init__(web)
        self._folder, self._number = folder, itertools.count()

    def serve(self, roster: Roster) -> None:
        self.roster, self.double = roster, Files(roster)

    def settle(self) -> None:
        super().settle()
        self.double.changes.clear()

    def spoil(self, file: str, change: Callable[[bytes], bytes]) -> None:
        """Change a file when it is delivered."""
        self.double.changes[file] = change

    def _signed(self) -> Mapping[str, Any]:
        folder = self._folder / str(next(self._number))
        self.double.write(folder)
        return {"base_url": str(folder)}


SYSTEMS = ("oneroster-1.1", "oneroster-1.2", "oneroster-csv", "moodle", "canvas", "schoology", "blackboard", "lti")
_ONLINE: Mapping[str, Callable[[Web], System]] = {
    one.name: one for one in (OneRoster11, OneRoster12, Moodle, Canvas, Schoology, Blackboard)
}


def system_of(name: str, web: Web, folder: Path, key: rsa.RSAPrivateKey) -> System:
    """Make a system, which serves nothing yet."""
    if name == Csv.name:
        return Csv(web, folder)
    return LtiPlatform(web, key) if name == LtiPlatform.name else _ONLINE[name](web)
