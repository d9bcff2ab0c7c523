"""The members of courses, each course read once for all that is told of it.

An end of the list is believed where the platform is known to say that there is more: one that gives a part and is
silent about it would have everybody else removed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from toolbox_cli.core.http.client import Client
from toolbox_cli.core.http.errors import HttpError
from toolbox_cli.core.http.links import next_page
from toolbox_cli.core.http.reply import Reply
from toolbox_cli.lms.sources.lti import roles
from toolbox_cli.lms.sources.lti.platform import MEMBERS, Context, asked, pages
from toolbox_cli.lms.sources.reading.rows import LeftOut, Row
from toolbox_cli.lms.sources.reading.scopes import Reading, concerns_all, unreadable
from toolbox_cli.lms.sources.reading.steady import Pages, steadily
from toolbox_cli.lms.sources.reading.values import as_id, clean, told
from toolbox_cli.lms.sources.records import Broken, Enrollment, Fault, Kind, Role, Scope, Standing, User

PAGE: Final = 100

_OF_PEOPLE: Final = frozenset(
    {"name", "given_name", "family_name", "email", "lis_person_sourcedid", "ext_user_username"}
)
"""Fields that are the person's, not the membership's."""
_STANDINGS: Final[Mapping[str, Standing]] = {"active": Standing.ACTIVE, "inactive": Standing.INACTIVE}


class Member(NamedTuple):
    """Somebody in a course, once for each role."""

    user: User
    enrollments: tuple[Enrollment, ...]


@dataclass
class Roll:
    """A course's members.

    Attributes:
        title: the course's.
        about: what the platform says of the course.
        members: all of them, unless `broken`.
        broken: why these are not all; nothing may be removed then.
        partial: members may be missing.
    """

    course_id: str
    title: str | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    broken: Fault | None = None
    partial: bool = False

    @property
    def enrollments(self) -> tuple[Enrollment, ...]:
        """Everybody in it; nobody where that would be half of them."""
        found = () if self.partial else tuple(self.members.values())
        return tuple(enrollment for member in found for enrollment in member.enrollments)

    def faults_of(self, kind: Kind) -> tuple[Fault, ...]:
        """What is wrong with people, or with memberships."""
        of_people = kind is Kind.USER
        return tuple(replace(fault, kind=kind) for fault in self.faults if (fault.field in _OF_PEOPLE) is of_people)


class Rolls:
    """Reads rolls; each reader gets a roll that another has read, and never the same one again."""

    def __init__(
        self, client: Client, contexts: Iterable[Context], known: Mapping[str, Role | None] = roles.ROLES
    ) -> None:
        self.contexts = {context.course_id: context for context in contexts}
        self._client, self._known = client, known
        self._kept: dict[str, tuple[Roll, set[Kind]]] = {}
        self._says_more: bool | None = None

    def of(self, course_id: str, reader: Kind) -> Roll:
        """Give the roll of a course that was launched from.

        Raises:
            HttpError: it concerns everything.
        """
        roll, readers = self._kept.pop(course_id, (None, set()))
        if roll is None or reader in readers:
            roll, readers = self._read(self.contexts[course_id]), set()
        if reader is not Kind.ENROLLMENT:
            self._kept[course_id] = (roll, {*readers, reader})
        return roll

    def look(self, context: Context) -> tuple[Reply, list[Any]]:
        """Ask for one member; gives however many come.

        Raises:
            HttpError: they can't be read.
        """
        reply = self._client.send(asked(context.memberships_url, MEMBERS, {"limit": 1}))
        return reply, _members(reply, context)

    def _read(self, context: Context) -> Roll:
        roll = Roll(context.course_id)
        reading = Reading(Scope(Kind.ENROLLMENT, context.course_id))
        try:
            self._pages(context, roll, reading)
            self._judge(context, reading)
        except HttpError as error:
            if concerns_all(error):
                raise
            roll.broken, roll.partial = unreadable(reading.scope, error), True
            return roll
        end = reading.end()
        if isinstance(end, Broken):
            roll.broken, roll.partial = end.fault, reading.partial
        return roll

    def _pages(self, context: Context, roll: Roll, reading: Reading) -> None:
        def make(row: Row) -> User:
            made = _member(row, context.course_id, self._known)
            roll.members.setdefault(made.user.id, made)
            return made.user

        def look() -> Pages:
            for reply in pages(self._client, context.memberships_url, MEMBERS, {"limit": PAGE}):
                yield reply, _members(reply, context)

        reading.asked_rows = PAGE
        for reply, sent in steadily(reading, look):
            _describe(roll, reply)
            roll.faults += reading.records(reply, sent, make)[1]

    def _judge(self, context: Context, reading: Reading) -> None:
        """Doubt an end that came without a Link, if this platform cuts lists short in silence.

        That shows when it is asked for one member of several: it must give one and say that there are more, or all.
        """
        if reading.pages > 1:
            self._says_more = True
        if self._says_more is None and reading.rows > 1:
            reply, few = self.look(context)
            self._says_more = next_page(reply) is not None or len(few) >= reading.rows
        if self._says_more is False:
            reading.doubt("incomplete", "The platform gives a part of a list and does not say that there is more.")


def _members(reply: Reply, context: Context) -> list[Any]:
    """Give the members on a page.

    Raises:
        UnexpectedReplyError: this is no page of this course's members.
    """
    sent = reply.json(dict)
    found, about = sent.get("members"), sent.get("context")
    if not isinstance(found, list):
        reply.unexpected("JSON, but no members")
    course_id = as_id(about.get("id")) if isinstance(about, dict) else None
    if course_id not in {None, context.course_id}:
        reply.unexpected(f"the members of another course, {told(course_id)}")
    return found


def _describe(roll: Roll, reply: Reply) -> None:
    about = reply.json(dict).get("context")
    if not roll.about and isinstance(about, dict):
        titles = [about.get(name) for name in ("title", "label")]
        roll.title = next((clean(title) for title in titles if isinstance(title, str) and clean(title)), None)
        roll.about = about


def _member(row: Row, course_id: str, known: Mapping[str, Role | None]) -> Member:
    own_id = row.own_id("user_id")
    sent = row.get("roles")
    words = [word for word in sent if isinstance(word, str)] if isinstance(sent, list) else []
    what = roles.held(words, known)
    if what.test:
        raise LeftOut
    _told_of_roles(row, what, words)
    removed, standing = _standing(row)
    enrollments = tuple(
        Enrollment(course_id, own_id, role, standing=standing, removed=removed,
                   primary=what.primary and role is Role.TEACHER)
        for role in what.roles
    )  # fmt: skip
    return Member(_user(row, own_id), enrollments)


def _user(row: Row, own_id: str) -> User:
    given, family = row.text("given_name"), row.text("family_name")
    if not given and not family:
        given = row.text("name")
    return User(
        own_id, row.text("ext_user_username"), row.text("email"), given, family, row.text("lis_person_sourcedid")
    )


def _told_of_roles(row: Row, what: roles.Held, words: list[str]) -> None:
    for word in what.unknown:
        row.fault("role", f"{told(word)} is no role that is known; it was left out.", "roles",
                  remedy="Say in the integration's settings what it means.")  # fmt: skip
    if not words:
        row.fault("role", "There is no role, so this person is not in the course.", "roles")


def _standing(row: Row) -> tuple[bool, Standing | None]:
    """Give whether a membership was removed, and how it stands; one that says nothing is active."""
    status = (row.text("status") or "active").lower()
    if status != "deleted" and status not in _STANDINGS:
        row.fault("value", f"{told(status)} is no status of a member.", "status")
    return status == "deleted", _STANDINGS.get(status)
