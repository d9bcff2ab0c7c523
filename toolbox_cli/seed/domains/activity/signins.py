"""Sign-ins: when the roster says, with what people have, from school or from home."""

import datetime
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256, sha512
from typing import Final, NamedTuple

from toolbox_cli.core.chance import Chance
from toolbox_cli.seed.domains.activity.clients import BROWSERS, PLAYERS, STUDIO, Client
from toolbox_cli.seed.domains.classes.people import Person, Student
from toolbox_cli.seed.domains.classes.roster import CLASSES_A_SCHOOL, SchoolClass
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Raw, Row, array, raw

SESSION_COLUMNS: Final = (
    "id", "user_id", "token", "refresh_token", "session_type", "ip_address", "user_agent", "device_id",
    "browser_fingerprint", "country", "timezone", "locale", "created_at", "expires_at", "refresh_expires_at",
    "last_activity", "is_active", "revoked_at", "revoked_reason", "security_events",
)  # fmt: skip
CONNECTION_COLUMNS: Final = (
    "id", "user_id", "session_id", "connection_id", "socket_id", "connection_type", "client_info",
    "subscribed_channels", "permissions", "connected_at", "last_ping", "is_active", "disconnected_at",
    "disconnect_reason", "message_count", "last_message_at", "rate_limit_hits",
)  # fmt: skip

CONNECTED: Final = 0.6
"""Share of sign-ins that open a WebSocket connection."""

_TOKEN: Final = datetime.timedelta(hours=8)
_REFRESH: Final = datetime.timedelta(days=14)
_SECOND: Final = datetime.timedelta(seconds=1)
_EXAMPLE_NETWORK: Final = "198.51.100"
"""RFC 5737: addresses that only documents use, as 2001:db8 of RFC 3849."""

_SIGNED_OUT: Final = 0.4
_PASSWORD_CHANGED: Final = 0.01
_CONNECTIONS: Final = {"web": "dashboard", "mobile": "mobile", "roblox": "roblox", "api": "plugin"}
_MAY_WRITE: Final = raw({"read": True, "write": True})
_MAY_READ: Final = raw({"read": True, "write": False})
_NOTHING: Final = raw([])
_NEW_DEVICE: Final = raw([{"event": "new_device", "severity": "low"}])


class SignIn(NamedTuple):
    """One sign-in session.

    Attributes:
        key: of the row in `user_sessions`; 32 hexadecimal digits without dashes.
        kind: web, roblox, api or mobile.
        address: of the network, in COPY's format.
        country: in COPY's format; None where it can't be told.
        load: how busy the platform is then, from 0 to 1.
    """

    key: str
    person: Person
    begins: datetime.datetime
    ends: datetime.datetime
    kind: str
    client: Client
    address: Raw
    country: Raw | None
    load: float


class _Manners(NamedTuple):
    """How people of a role use the platform.

    Attributes:
        minutes: how long their sessions take.
        kind: of sessions that are not of the web, and the share of these.
    """

    minutes: tuple[int, int]
    kind: str
    share: float


_MANNERS: Final[Mapping[str, _Manners]] = {
    "student": _Manners((8, 42), "roblox", 0.15),
    "teacher": _Manners((15, 100), "api", 0.25),
    "admin": _Manners((10, 60), "web", 0.0),
    "parent": _Manners((3, 15), "web", 0.0),
}


def sign_ins(context: Context, school_class: SchoolClass) -> list[SignIn]:
    """List all sign-ins of a class, person by person, earliest first."""
    chance, first = context.chance("sign-ins", school_class.number), school_class.number << 24
    key, number = context.run.uuids("user_sessions"), first
    midnight = datetime.datetime.combine(context.as_of, datetime.time(), datetime.UTC) - _SECOND
    starts = [day.school.start for day in school_class.days]
    school = Raw(f"{_EXAMPLE_NETWORK}.{1 + school_class.number // CLASSES_A_SCHOOL % 254}")
    found = []
    for person in school_class.people:
        browser = chance.pick(BROWSERS[person.device])
        home = Raw(f"2001:db8:{chance.below(65536):x}:{school_class.number & 0xFFFF:x}::{person.number + 1:x}")
        country = Raw(person.locale[-2:]) if person.locale[-3:-2] == "_" else None
        until = (person.leaves_at if isinstance(person, Student) else None) or midnight
        for begins in person.sign_ins:
            place = bisect(starts, begins) - 1
            at_school = person.role != "parent" and place >= 0 and begins < school_class.days[place].school.end
            kind, client, lasts = _manner(person, browser, chance)
            ends = min(begins + lasts, until)
            load = 0.55 + 0.45 * chance.unit() if at_school else 0.35
            address = school if at_school else home
            found.append(SignIn(f"{key}{number:015x}", person, begins, ends, kind, client, address, country, load))
            number += 1
    return found


def session_rows(context: Context, school_class: SchoolClass, found: Sequence[SignIn]) -> Iterator[Row]:
    """Write sign-ins as rows of `user_sessions`."""
    unit = context.chance("sessions", school_class.number).unit
    for one in found:
        person, share, tokens = one.person, unit(), sha512(one.key.encode()).hexdigest()
        renewable = one.begins + _REFRESH
        closed = person.leaves_at if isinstance(person, Student) else None
        active, revoked, reason = share >= _SIGNED_OUT, None, None
        if closed is not None and closed < renewable:
            active, revoked, reason = False, closed, "The account was closed."
        elif share < _PASSWORD_CHANGED:
            active, revoked, reason = False, one.ends, "The password was changed."
        device = sha256(f"{person.key}{one.client.agent}".encode()).hexdigest()
        yield (
            one.key, person.key, tokens[:64], tokens[64:], one.kind, one.address, one.client.agent, device[:32],
            device[32:], one.country, person.zone, person.locale.replace("_", "-"), one.begins, one.begins + _TOKEN,
            renewable, one.ends, active, revoked, reason, _NEW_DEVICE if 0.5 < share < 0.52 else _NOTHING,
        )  # fmt: skip


def connection_rows(context: Context, school_class: SchoolClass, found: Sequence[SignIn]) -> Iterator[Row]:
    """Give some of the sign-ins a WebSocket connection."""
    unit = context.chance("connections", school_class.number).unit
    key, number = context.run.uuids("websocket_connections"), school_class.number << 24
    leads = array({"channel": f"class:{school_class.number}"}, {"channel": "announcements"})
    follows = array({"channel": f"class:{school_class.number}"})
    for one in found:
        if unit() >= CONNECTED:
            continue
        lasted = (one.ends - one.begins).seconds
        opened = one.begins + datetime.timedelta(seconds=min(2 + int(6 * unit()), lasted))
        told, teaches = int(lasted * (0.01 + 0.06 * unit())), one.person.role == "teacher"
        yield (
            f"{key}{number:015x}", one.person.key, one.key, f"conn-{context.run.key}-{number:x}",
            f"sock-{context.run.key}-{number:x}", _CONNECTIONS[one.kind], one.client.info,
            leads if teaches else follows, _MAY_WRITE if teaches else _MAY_READ, opened, one.ends, False, one.ends,
            "ping timeout" if unit() < 0.08 else "client closed", told, one.ends if told else None,
            int(3 * unit()) if told > 120 else 0,
        )  # fmt: skip
        number += 1


def _manner(person: Person, browser: Client, chance: Chance) -> tuple[str, Client, datetime.timedelta]:
    """Say of what kind a session is, with what program, and how long it takes: less where somebody struggles."""
    manners = _MANNERS[person.role]
    low, high = manners.minutes
    tired = 2 / 3 if isinstance(person, Student) and person.struggling else 1.0
    lasts = datetime.timedelta(seconds=int(60 * tired * (low + (high - low) * chance.unit() * chance.unit())))
    if chance.unit() < manners.share:
        return manners.kind, STUDIO if manners.kind == "api" else PLAYERS[browser.device], lasts
    return "mobile" if browser.device == "mobile" else "web", browser, lasts
