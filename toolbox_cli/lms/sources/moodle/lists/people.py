"""Everybody, and proof that it is.

Moodle's list of users has no pages, and leaves out without a word whoever the token's account may not see, and whose
e-mail address it may not see, since it is asked for everybody with an address. So it is held against the rolls of the
courses: who is in a course and not on the list is asked for by id, and who is still missing then is hidden.

Source: Moodle, `core_user_external::get_users` ("Return the user only if all the searched fields are returned").
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, Final, NamedTuple

from toolbox_cli.core.http.reply import Reply
from toolbox_cli.lms.sources.moodle import records
from toolbox_cli.lms.sources.moodle.lists.rolls import Rolls
from toolbox_cli.lms.sources.moodle.webservice import Service, rows, told, warnings
from toolbox_cli.lms.sources.reading import scopes
from toolbox_cli.lms.sources.reading.rows import LeftOut, Row
from toolbox_cli.lms.sources.reading.scopes import Make, Reading
from toolbox_cli.lms.sources.reading.values import as_id, clean
from toolbox_cli.lms.sources.records import Broken, Course, Event, Kind, Record, Scope

LIST: Final = "core_user_get_users"
BY_FIELD: Final = "core_user_get_users_by_field"
AT_ONCE: Final = 200
"""Ids in one call: PHP takes no more than 1,000 fields of a form."""

RIGHTS: Final[Mapping[str, str]] = {
    "username": "moodle/user:viewalldetails",
    "firstname": "moodle/site:viewfullnames",
    "lastname": "moodle/site:viewfullnames",
    "suspended": "moodle/user:viewhiddendetails",
}
"""What each row shows to whoever may see it, and the capability that shows it."""

SEE_EMAILS: Final = (
    "Give the token's account moodle/site:viewuseridentity for the whole site, and let the setting showuseridentity "
    "contain email."
)


class _Enrolled(NamedTuple):
    """Who is in the courses, and how many of those could not be read."""

    users: Set[str]
    unread: int


def events(service: Service, rolls: Rolls, courses: Iterable[Course]) -> Iterator[Event]:
    """Give everybody; nobody at all where fields are hidden, since they would be taken as empty."""
    scope = Scope(Kind.USER)
    reading = Reading(scope)
    reply = service.read(LIST, {"criteria": [{"key": "email", "value": "%"}]})
    listed = rows(reply, "users")
    for warning in warnings(reply):
        reading.doubt("incomplete", f"Moodle warns: {told(reply, warning)}.")
    enrolled = _enrolled(rolls, courses)
    found = list(_found(service, sorted(enrolled.users - _ids(listed), key=_by_number)))
    hidden = hidden_fields([*listed, *(row for _, more in found for row in more)])
    if hidden:
        yield Broken(scope, scopes.fault(scope, "fields-hidden", _hides(hidden), reply.place, remedy(hidden)))
        return
    shared = Counter(clean(str(row.get("idnumber") or "")) for row in _objects([*listed, *_rows(found)]))
    make = _making(shared, _unlisted(service, enrolled.users))
    yield reading.page(reply, listed, make)
    for answer, more in found:
        yield reading.page(answer, more, make)
    _doubt(reading, enrolled, _ids(listed), _rows(found))
    yield reading.end()


def hidden_fields(sent: Iterable[Any]) -> list[str]:
    """Name the fields that some row lacks which always has them for whoever may see them."""
    return [field for field in RIGHTS if any(field not in row for row in _objects(sent))]


def remedy(hidden: Iterable[str]) -> str:
    """Say which capabilities show hidden fields."""
    rights = ", ".join(dict.fromkeys(RIGHTS[field] for field in hidden))
    return f"Give the token's account {rights} for the whole site."


def by_id(service: Service, users: Sequence[str]) -> tuple[Reply, list[Any]]:
    """Ask for some people by id; who is not in the answer is hidden or was never there."""
    reply = service.read(BY_FIELD, {"field": "id", "values": users}, ids=f"{users[0]}-{users[-1]}")
    return reply, reply.json(list)


def _hides(hidden: Iterable[str]) -> str:
    names = ", ".join(hidden)
    return f"Moodle hides {names} of people from the token's account, so it hides people too. Nobody is read."


def _enrolled(rolls: Rolls, courses: Iterable[Course]) -> _Enrolled:
    users: set[str] = set()
    unread = 0
    for course in courses:
        roll = rolls.kept(course.id)
        users.update(member.user for member in roll.members)
        unread += roll.broken is not None
    return _Enrolled(users, unread)


def _found(service: Service, missing: list[str]) -> Iterator[tuple[Reply, list[Any]]]:
    for at in range(0, len(missing), AT_ONCE):
        yield by_id(service, missing[at : at + AT_ONCE])


def _doubt(reading: Reading, enrolled: _Enrolled, listed: Set[str], found: list[Any]) -> None:
    """Say what keeps the list from being everybody."""
    missing = sorted(enrolled.users - listed - _ids(found), key=_by_number)
    if missing:
        reading.doubt(
            "people-hidden",
            f"{len(missing)} people who are in courses are hidden from the token's account, such as {missing[0]}.",
        )
    living = [row for row in _objects(found) if not records.is_mangled(row.get("username"), row.get("email"))]
    if any("email" not in row for row in living):
        reading.doubt(
            "emails-hidden", f"People whose e-mail address is hidden are missing in Moodle's list. {SEE_EMAILS}"
        )
    if any(row.get("email") for row in living):
        reading.doubt("list-short", "Moodle's list lacks people who are in courses and should be on it.")
    if enrolled.unread:
        reading.doubt(
            "unchecked", f"{enrolled.unread} courses can't be read, so it can't be told that everybody is listed."
        )


def _unlisted(service: Service, enrolled: Set[str]) -> frozenset[str]:
    """Give the token's own account, where it is in no course: it works for us, and learns nothing."""
    reply = service.read("core_webservice_get_site_info")
    own = as_id(reply.json(dict).get("userid"))
    if own is None:
        reply.unexpected("nothing of whose the token is")
    return frozenset({own} - enrolled)


def _making(shared: Mapping[str, int], unlisted: Set[str]) -> Make:
    def make(row: Row) -> Record:
        own_id = row.own_id("id")
        if own_id in unlisted or row.get("username") == "guest":
            raise LeftOut
        return records.user(row, own_id, shared)

    return make


def _rows(found: list[tuple[Reply, list[Any]]]) -> list[Any]:
    return [row for _, more in found for row in more]


def _objects(sent: Iterable[Any]) -> Iterator[dict[str, Any]]:
    return (row for row in sent if isinstance(row, dict))


def _ids(sent: Iterable[Any]) -> set[str]:
    return {own for row in _objects(sent) if (own := as_id(row.get("id")))}


def _by_number(own: str) -> tuple[int, str]:
    return len(own), own
