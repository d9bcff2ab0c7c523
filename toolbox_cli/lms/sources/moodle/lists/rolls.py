"""Who is in a course.

Moodle says of nobody how an enrollment stands; it can only leave out those who are not active. So the list is read
twice: everybody, with roles, and who is active. Not "who is active" and "who is not": somebody who is switched between
the two readings would be on neither.
"""

import json
from collections.abc import Collection, Iterable
from typing import Any, Final, NamedTuple

from toolbox_cli.core.http.errors import HttpError, TooManyError
from toolbox_cli.core.http.reply import Reply
from toolbox_cli.lms.sources.moodle.webservice import Service, concerns_everything
from toolbox_cli.lms.sources.reading import scopes
from toolbox_cli.lms.sources.reading.rows import LeftOut, Row
from toolbox_cli.lms.sources.records import Fault, Kind, Scope

FUNCTION: Final = "core_enrol_get_enrolled_users"
PAGE: Final = 500
_STALE: Final = 20
"""Full pages without anybody new, in a row."""


class Member(NamedTuple):
    """Somebody in a course, with the short names of their roles there."""

    user: str
    roles: tuple[str, ...]
    active: bool


class Roll(NamedTuple):
    """A course's members.

    Attributes:
        broken: why these are not all; nothing may be removed then.
        place: what was asked.
    """

    members: tuple[Member, ...] = ()
    faults: tuple[Fault, ...] = ()
    broken: Fault | None = None
    place: str | None = None


class MovedError(HttpError):
    """People came and went while the list of them was read."""


class Rolls:
    """Reads each course's roll; one that was read for another reason before is not read again."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._kept: dict[str, bytes] = {}
        self._notes: list[Fault] = []

    def notes(self) -> tuple[Fault, ...]:
        """Give what there is to say of the rolls that were read since this was asked for."""
        told, self._notes = tuple(self._notes), []
        return told

    def kept(self, course_id: str) -> Roll:
        """Read a roll and keep it for `of`, in few bytes; one with faults is better read again."""
        roll = self._read(course_id)
        if not roll.faults and not roll.broken:
            self._kept[course_id] = json.dumps([roll.members, roll.place]).encode()
        return roll

    def of(self, course_id: str) -> Roll:
        """Give a roll; the one that was kept, once."""
        kept = self._kept.pop(course_id, None)
        if kept is None:
            return self._read(course_id)
        members, place = json.loads(kept)
        return Roll(tuple(Member(user, tuple(roles), active) for user, roles, active in members), place=place)

    def _read(self, course_id: str) -> Roll:
        scope = Scope(Kind.ENROLLMENT, course_id)
        try:
            everybody = self._list(course_id, active=False)
            active = self._active(course_id, everybody)
        except HttpError as error:
            if concerns_everything(error):
                raise
            return Roll(broken=_why(scope, error))
        members = tuple(Member(user, _roles(row), user in active) for user, row in everybody.rows.items())
        return Roll(members, tuple(everybody.faults), _lost(scope, everybody), everybody.place)

    def _active(self, course_id: str, everybody: "_Listed") -> Collection[str]:
        """Tell who is active; that nobody of many is, is asked for twice before it is believed."""
        active = self._list(course_id, active=True).rows
        if everybody.rows and not active:
            active = self._list(course_id, active=True).rows
        return active

    def _list(self, course_id: str, *, active: bool) -> "_Listed":
        """Read a list to the page that holds nobody new, and fewer than a page can.

        Each page begins with the last row of the one before: if that is not there any more, rows have moved up, and
        others were skipped. A full page of people who are all known may be an old one that was sent again: it is asked
        for once more. Then it is as many hidden people who stand between: what comes row by row behind it tells.
        """
        listed, at = _Listed(active), 0
        for _ in range(self._service.client.limits.pages):
            reply = self._page(course_id, at, active=active)
            if reply.trouble:
                self._note(course_id, reply, "asked-again", scopes.asked_again(reply))
            if listed.take(reply):
                at = listed.next_at
            elif listed.stale:
                if listed.stale == 1:
                    self._note(course_id, reply, "moved-on", "A full page held nobody new, and was asked for again.")
                at += listed.stale > 1
            else:
                if 0 < listed.largest < min(PAGE, len(listed.rows)):
                    self._note(course_id, reply, "pages-clamped", scopes.clamped(listed.largest, PAGE))
                return listed
        raise TooManyError(f"{FUNCTION}: course {course_id} has more pages than allowed.")

    def _note(self, course_id: str, reply: Reply, code: str, message: str) -> None:
        self._notes.append(scopes.told_of(Scope(Kind.ENROLLMENT, course_id), code, message, reply.place))

    def _page(self, course_id: str, at: int, *, active: bool) -> Reply:
        options = {"limitfrom": at, "limitnumber": PAGE, "sortby": "id", "userfields": "id" if active else "id,roles"}
        if active:
            options["onlyactive"] = 1
        named = [{"name": name, "value": value} for name, value in options.items()]
        return self._service.read(FUNCTION, {"courseid": course_id, "options": named}, courseid=course_id, limitfrom=at)


class _Listed:
    """A list that is being read, by person.

    Attributes:
        stale: how many full pages without anybody new came last.
        largest: rows of the largest page.
    """

    def __init__(self, active: bool) -> None:
        self.rows: dict[str, Row] = {}
        self.faults: list[Fault] = []
        self.lost = 0
        self.place: str | None = None
        self._active = active
        self.stale = 0
        self._anchor: str | None = None
        self.largest = 0

    @property
    def next_at(self) -> int:
        """Where the next page begins: one row back, unless pages have no more than one."""
        return len(self.rows) - 1 if self.largest > 1 else len(self.rows)

    def take(self, reply: Reply) -> bool:
        """Take a page, and tell whether somebody new was on it.

        Raises:
            MovedError: it does not follow on the last one.
        """
        self.place = self.place or reply.place
        sent, before = reply.json(list), len(self.rows)
        users = [user for number, one in enumerate(sent, 1) if (user := self._row(reply, number, one))]
        new = len(self.rows) > before
        self._follow(reply, users, new=new)
        self._anchor = users[-1] if users else self._anchor
        self.largest = max(self.largest, len(sent))
        self.stale = self.stale + 1 if not new and len(sent) == self.largest > 0 else 0
        return new

    def _follow(self, reply: Reply, users: list[str], *, new: bool) -> None:
        behind = self.stale > 1
        if self.stale > _STALE:
            raise MovedError(f"{reply.place}: the same people come wherever the page begins.", reply=reply)
        if self._anchor is None or self._anchor in users or behind and not new:
            return
        if self.largest > 1 or behind:
            raise MovedError(f"{reply.place}: people came or went while the list was read.", reply=reply)

    def _row(self, reply: Reply, number: int, sent: Any) -> str | None:
        row = Row(Kind.ENROLLMENT, sent if isinstance(sent, dict) else {}, f"{reply.place} row {number}")
        try:
            user = row.own_id("id")
        except LeftOut:
            self.lost += 1
            self.faults += row.faults
            return None
        if not self._active and not isinstance(row.get("roles"), list):
            self.lost += 1
            row.fault("no-role", "There is no list of roles: the token's account may not see it.", "roles")
            self.faults += row.faults
        self.rows.setdefault(user, row)
        return user


def _roles(row: Row) -> tuple[str, ...]:
    sent: Iterable[Any] = row.get("roles") if isinstance(row.get("roles"), list) else ()
    return tuple(str(one.get("shortname", "")) if isinstance(one, dict) else "" for one in sent)


def _lost(scope: Scope, listed: _Listed) -> Fault | None:
    if not listed.lost:
        return None
    why = f"{listed.lost} rows don't say whose they are or in which role. Nothing is removed because of it."
    return scopes.fault(scope, "rows-lost", why, listed.place)


def _why(scope: Scope, error: HttpError) -> Fault:
    if isinstance(error, MovedError):
        place = error.reply.place if error.reply else None
        return scopes.fault(scope, "moved", f"{error.message} Nothing is removed because of it.", place)
    return scopes.unreadable(scope, error)
