"""Which system a school has, and how such a system names things."""

import datetime
from dataclasses import dataclass
from typing import Final, NamedTuple

from toolbox_cli.core.chance import Chance, Weighted
from toolbox_cli.seed.domains.classes.people import numbers_of
from toolbox_cli.seed.domains.classes.roster import CLASSES_A_SCHOOL, school_name
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.names import spelled
from toolbox_cli.seed.making.text import Row, raw

COLUMNS: Final = (
    "id", "platform_name", "institution_name", "base_url", "api_version", "auth_type", "client_id", "auth_endpoint",
    "token_endpoint", "sync_frequency_hours", "grade_passback_enabled", "roster_sync_enabled", "content_sync_enabled",
    "is_active", "last_sync_at", "last_sync_status", "sync_error_message", "health_check_url", "created_at",
    "updated_at", "name", "filters", "settings", "cursor_at", "last_full_sync_at", "last_success_at",
)  # fmt: skip


class Kind(NamedTuple):
    """A kind of system.

    Attributes:
        key: how it writes the key of a thing; `{thing}` and `{number}` stand in it.
        token_path: where tokens are fetched; None where there are none to fetch.
        deltas: whether it tells what changed since a moment.
    """

    platform: str
    auth: str
    version: str
    api_path: str
    token_path: str | None
    key: str
    deltas: bool = False


_BLACKBOARD: Final = "/learn/api/public"
_ONEROSTER: Final = "/ims/oneroster/rostering/v1p2"
_KINDS: Final = Weighted(
    {
        Kind("canvas", "token", "v1", "/api/v1", "/login/oauth2/token", "{number}"): 35.0,
        Kind("schoology", "oauth1", "v1", "/v1", None, "{number}"): 25.0,
        Kind("moodle", "token", "4.3", "/webservice/rest", None, "{number}"): 15.0,
        Kind("oneroster", "oauth2", "1.2", _ONEROSTER, "/oauth/token", "{thing}-{number}", deltas=True): 15.0,
        Kind("blackboard", "oauth2", "v3", _BLACKBOARD, f"{_BLACKBOARD}/v1/oauth2/token", "_{number}_1"): 10.0,
    }
)  # fmt: skip
_NONE: Final = raw({})
_STATUSES: Final = Weighted({"success": 88.0, "partial": 8.0, "held": 3.0, "failed": 1.0})
PROBLEMS: Final = {
    "success": None,
    "partial": "3 records were refused: they are of people who are not there.",
    "held": "The sync would have removed 14 % of the enrollments: it waits for somebody's yes.",
    "failed": "The server answered 503 three times in a row.",
}


@dataclass(frozen=True, slots=True)
class System:
    """A school's system.

    Attributes:
        key: of the row in `lms_integrations`; 32 hexadecimal digits without dashes.
        url: of its interface.
        synced_at: when it was last read.
        status: what came of that.
        name: what people and jobs call it; no other seeding has the same.
        since: when it was connected.
    """

    key: str
    school: int
    kind: Kind
    url: str
    synced_at: datetime.datetime
    status: str
    since: datetime.datetime
    name: str

    def external(self, thing: str, number: int) -> str:
        """Write the key that a thing has there."""
        return self.kind.key.format(thing=thing, number=number)

    def row(self, synced: Row) -> Row:
        """Make the row of `lms_integrations`; it is paused and has no secret, since nobody answers there.

        Args:
            synced: what its syncs give to its last columns.
        """
        kind, root = self.kind, self.url.removesuffix(self.kind.api_path)
        login = f"{root}/login/oauth2/auth" if kind.platform == "canvas" else None
        return (
            self.key, kind.platform, school_name(self.school * CLASSES_A_SCHOOL), self.url, kind.version, kind.auth,
            f"toolbox-{self.school + 1}", login, f"{root}{kind.token_path}" if kind.token_path else None, 24, True,
            True, True, False, self.synced_at, self.status, PROBLEMS[self.status], None, self.since, self.synced_at,
            self.name, _NONE, _NONE, *synced,
        )  # fmt: skip


def system_of(context: Context, block: int) -> System:
    """Give the system of a class's school; the first class of the school makes its row."""
    school = block // CLASSES_A_SCHOOL
    chance = Chance(context.run.key, "lms", "school", school)
    kind = _KINDS.pick(chance)
    midnight = datetime.datetime.combine(context.as_of, datetime.time(), datetime.UTC)
    first = datetime.datetime.combine(context.profile.first_day(context.as_of), datetime.time(), datetime.UTC)
    spelt = f"{spelled(school_name(school * CLASSES_A_SCHOOL))}-{school + 1}"
    host = f"{kind.platform}.{spelt}.example"
    return System(
        context.run.uuid("lms_integrations", school * CLASSES_A_SCHOOL, 0),
        school,
        kind,
        f"https://{host}{kind.api_path}",
        midnight - datetime.timedelta(seconds=chance.between(600, 20_000)),
        _STATUSES.pick(chance),
        first + datetime.timedelta(hours=1),
        f"{kind.platform}-{spelt}-{context.run.key}",
    )


def external_user(context: Context, system: System, block: int, number: int) -> str:
    """Write the key that a class's person has there."""
    return system.external("user", block * numbers_of(context) + number + 1)
