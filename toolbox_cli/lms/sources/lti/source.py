"""LTI Advantage as a source: what launches have told of, and no more."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from toolbox_cli.core.http.client import Client
from toolbox_cli.lms.sources.lti import roles as words
from toolbox_cli.lms.sources.lti.gradebook import lineitems
from toolbox_cli.lms.sources.lti.gradebook.lineitems import LineItems, Wanted
from toolbox_cli.lms.sources.lti.gradebook.scores import Scores
from toolbox_cli.lms.sources.lti.members import Roll, Rolls
from toolbox_cli.lms.sources.lti.platform import Context
from toolbox_cli.lms.sources.reading.scopes import Reading, each, fault, note
from toolbox_cli.lms.sources.reading.values import without_secrets
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
    Role,
    Scope,
)
from toolbox_cli.lms.sources.source import Knows, Tried

_HIDDEN: Final = (
    ("email", "email", "emails-hidden", "e-mail addresses"),
    ("sis_id", "lis_person_sourcedid", "sis-ids-hidden", "the student information system's ids"),
)
"""Of a person: our field, the platform's, the code and the words for it."""
_GIVE: Final = "launch from one, and give its addresses by `toolbox lms settings NAME --file contexts.yaml`."
_SHARE: Final = "Let the platform share it with this tool, in the tool's privacy settings there."


class Lti:
    """Reads the members of courses that somebody launched us from, and grades line items there.

    The list of courses and that of people are never complete: others may be where nobody launched from.

    Args:
        client: see `platform.opened`; closed with the source.
        contexts: the courses, as launches told of them.
        roles: what further words for roles mean, by their name in small letters; None leaves one out.
        zone: of moments that have none.
    """

    def __init__(
        self,
        client: Client,
        contexts: Sequence[Context],
        *,
        roles: Mapping[str, Role | None] | None = None,
        zone: datetime.tzinfo = datetime.UTC,
    ) -> None:
        graded = any(context.lineitems_url for context in contexts)
        self.knows = Knows(standing=False, dates=False, assignments=graded, grades=graded)
        self.cannot: tuple[str, ...] = (
            "Courses can't be looked for: only those are known that somebody launched from, and whose address of "
            "members was given.",
            "So it is never known that a course or a person is gone; only who is no longer in a course.",
            "Most platforms list active members alone: who has left, whose time is over or has not begun is missing "
            "alike.",
            "When an enrollment begins and ends is not told.",
            "A suspended account may be shown as active; Moodle does so.",
            "Moodle shows whoever is both student and teacher as student alone, an assistant as student, and a manager "
            "as teacher.",
            "There is no list of changes that one could rely on: every sync reads everything.",
            "Mentors, and a platform's test users, are left out.",
            "A grade that a teacher changed there later is not overwritten.",
        )
        self._client, self._zone = client, zone
        self._rolls = Rolls(client, contexts, {**words.ROLES, **(roles or {})})
        self._items = LineItems(client, self._rolls.contexts)
        self._scores = Scores(client, self._items, self._learns)
        self._learners: dict[str, Roll] = {}

    def close(self) -> None:
        self._client.close()

    def test(self) -> Tried:
        """Sign in, and read a member and the line items of the first course."""
        contexts = list(self._rolls.contexts.values())
        if not contexts:
            return Tried(None, (f"No course is known, so nothing was tried: {_GIVE}",))
        _, members = self._rolls.look(contexts[0])
        first = members[0] if members and isinstance(members[0], dict) else None
        notes = [f"Courses known from launches: {len(contexts)}."]
        notes += [] if first else [f"The course {contexts[0].course_id} shows nobody."]
        for _, sent, _, what in _HIDDEN if first else ():
            if not (first or {}).get(sent):
                notes.append(f"The first person comes without {what}. {_SHARE}")
        graded = [context.course_id for context in contexts if context.lineitems_url]
        for course_id in graded[:1]:
            found = sum(len(rows) for _, rows in self._items.pages(course_id))
            notes.append(f"The course {course_id} has {found} line items.")
        return Tried("1.3", tuple(notes))

    def courses(self, since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read what the courses are called; one that can't be read stays as it is."""
        scope = Scope(Kind.COURSE)
        if not self._rolls.contexts:
            yield Page(scope, (), (fault(scope, "no-launch", f"No course is known: {_GIVE}"),))
        for course_id, context in self._rolls.contexts.items():
            roll = self._rolls.of(course_id, Kind.COURSE)
            if roll.about:
                title = roll.title or context.title or course_id
                course = Course(course_id, title, raw=without_secrets(roll.about))
                yield Page(scope, (course,))
            elif roll.broken:
                yield Page(scope, (), (replace(roll.broken, kind=Kind.COURSE),))

    def users(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read the members of these courses, each person once."""
        scope = Scope(Kind.USER)
        seen: set[str] = set()
        shown: set[str] = set()
        for course in courses:
            if course.id not in self._rolls.contexts:
                continue
            roll = self._rolls.of(course.id, Kind.USER)
            people = tuple(member.user for own_id, member in roll.members.items() if own_id not in seen)
            seen |= roll.members.keys()
            shown |= {ours for ours, *_ in _HIDDEN if any(getattr(user, ours) for user in people)}
            faults = roll.faults_of(Kind.USER)
            if people or faults:
                yield Page(scope, people, faults)
        if seen and (hidden := tuple(_hidden(scope, shown))):
            yield Page(scope, (), hidden)

    def enrollments(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read who is in these courses."""
        for course in courses:
            scope = Scope(Kind.ENROLLMENT, course.id)
            if course.id not in self._rolls.contexts:
                yield Broken(scope, _unknown(scope))
                continue
            roll = self._rolls.of(course.id, Kind.ENROLLMENT)
            yield Page(scope, roll.enrollments, roll.faults_of(Kind.ENROLLMENT))
            yield Broken(scope, roll.broken) if roll.broken else Complete(scope)

    def assignments(self, courses: Iterable[Course], since: datetime.datetime | None = None) -> Iterator[Event]:
        """Read the line items of these courses; nothing is said of those whose launch told of none."""
        known = (self._rolls.contexts.get(course.id) for course in courses)
        graded = [context.course_id for context in known if context and context.lineitems_url]
        return each((Scope(Kind.ASSIGNMENT, course_id) for course_id in graded), self._line_items)

    def line_item(self, course_id: str, wanted: Wanted) -> str:
        """Give the id of a line item for something of ours, which is made where there is none; keep it.

        Raises:
            UnreachableError: it is not there.
        """
        return self._items.made(course_id, wanted)

    def push_grade(self, grade: Grade) -> Pushed:
        """Write one score and read it back."""
        return self._scores.push(grade)

    def _line_items(self, scope: Scope) -> Iterator[Event]:
        reading = Reading(scope)
        seen: dict[tuple[str, str], str] = {}
        for reply, rows in self._items.pages(scope.key):
            yield reading.page(reply, rows, lambda row: lineitems.assignment(row, scope.key, self._zone, seen))
        yield reading.end()

    def _learns(self, course_id: str, user_id: str) -> bool | None:
        """Tell whether somebody is a learner, as far as the course's members can be read."""
        if course_id not in self._learners:
            self._learners[course_id] = self._rolls.of(course_id, Kind.ASSIGNMENT)
        roll = self._learners[course_id]
        member = roll.members.get(user_id)
        if member is None:
            return None if roll.broken else False
        return any(enrollment.role is Role.STUDENT for enrollment in member.enrollments)


def _hidden(scope: Scope, shown: set[str]) -> Iterator[Fault]:
    for ours, sent, code, what in _HIDDEN:
        if ours not in shown:
            yield note(scope, code, f"Nobody comes with {what}.", field=sent, remedy=_SHARE)


def _unknown(scope: Scope) -> Fault:
    message = "No launch has told where the members of this course are."
    return fault(
        scope, "no-launch", message, remedy="Launch from the course once, and give the address of its members."
    )
