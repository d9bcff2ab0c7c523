"""Every setting of an integration: its key, what may be said, what is usual, and what it means."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, NamedTuple

from toolbox_cli.lms.runs.due import USUAL_HOURS
from toolbox_cli.lms.settings.forms import FILE, FILTER, FLAG, LETTERS, ZONE, Form, choice, number, several, text
from toolbox_cli.lms.settings.grading import ATTEMPTS, BACKOFF_MINUTES, Policy, Progress
from toolbox_cli.lms.settings.launches import LAUNCHES
from toolbox_cli.lms.settings.limits import KINDS, Limit
from toolbox_cli.lms.sources.records import Role

SKIP: Final = "skip"
"""In place of a role: whoever has it is left out."""
SAY_ROLE: Final = f"Say what it is: toolbox lms settings NAME --set roles.WORD=student; {SKIP} leaves it out."
SAY_ZONE: Final = "Say which one it means: toolbox lms settings NAME --set zone=America/New_York"
ACCOUNTS: Final = ("student", "teacher")
FULL_SYNC_DAYS: Final = 7
OVERLAP_MINUTES: Final = 60
SCORE_STATUS: Final = "fully graded"

_BY_HTTP: Final = ("oneroster", "canvas", "moodle", "schoology", "blackboard", "lti")
_LTI: Final = ("lti",)
_ONEROSTER: Final = ("oneroster",)
_WITH_BONUS: Final = ("canvas", "schoology", "blackboard", "lti")
"""Moodle stores nothing of a score over the points possible, and a line item of OneRoster names its most."""

_ROLES: Final = tuple(role.value for role in Role)
_POLICIES: Final = tuple(one.value for one in Policy)
_PROGRESSES: Final = tuple(one.value for one in Progress)
_PLACEHOLDER: Final = re.compile(r"[A-Z]+")


class Named(NamedTuple):
    """A setting that a key names.

    Attributes:
        place: the way to its value in the document; of a column, its key.
        name: what stands for the word in capitals; None where there is none.
    """

    key: str
    setting: "Setting"
    place: tuple[str, ...]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, or one for each of some names.

    Attributes:
        key: with dots where the document has a level more; a word in capitals stands for any name of `names`.
        default: what is usual; None where nothing is.
        means: sentences.
        usual: says what is usual where `default` can't.
        names: what the word in capitals may be; empty for any.
        kinds: of systems that have it; empty for all.
        column: that holds it, where that is not `settings`.
        rereads: what was read before would have been read otherwise: the next sync reads everything.
    """

    key: str
    form: Form
    default: Any
    means: str
    usual: str | None = None
    names: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    column: str | None = None
    rereads: bool = False

    @property
    def several(self) -> bool:
        """Whether there is one for each of some names."""
        return _PLACEHOLDER.search(self.key) is not None

    @property
    def usually(self) -> str:
        """What is usual, as text."""
        return self.usual or ("nothing" if self.default is None else self.form.write(self.default))

    def is_of(self, kind: str) -> bool:
        """Tell whether systems of a kind have it."""
        return not self.kinds or kind in self.kinds

    def named(self, key: str) -> Named | None:
        """Give what a key names, where that is this setting."""
        if not self.several:
            return Named(key, self, tuple(key.split("."))) if key == self.key else None
        begin, ending = _PLACEHOLDER.split(self.key)
        name = key.removeprefix(begin).removesuffix(ending)
        if key != f"{begin}{name}{ending}" or not name.strip() or (self.names and name not in self.names):
            return None
        steps = [step if not _PLACEHOLDER.fullmatch(step) else name for step in self.key.split(".")]
        return Named(key, self, tuple(steps), name)


SETTINGS: Final = (
    Setting(
        "zone", ZONE, None,
        "Zone of days and moments that come without one, and the one in which days begin here.",
        "what the system says, or UTC", rereads=True,
    ),
    Setting(
        "roles.WORD", choice(*_ROLES, SKIP), None,
        "What a role is that the institution made up, or means otherwise: of Canvas its label, of Moodle its short "
        f"name, of Schoology its title, of Blackboard its id, of LTI its last word. `{SKIP}` leaves out who has it.",
        "the system's own roles", rereads=True,
    ),
    Setting(
        "accounts", several(*_ROLES), list(ACCOUNTS),
        "Who gets an account here; the others are known, and have none.", rereads=True,
    ),
    Setting(
        "limits.percent", number(0, 100), Limit().percent,
        "A run that would take away more than these percent, and more than `limits.rows`, is held.",
    ),
    Setting("limits.rows", number(0, 1_000_000, whole=True), Limit().rows, "As many may always go."),
    Setting(
        "limits.KIND.percent", number(0, 100), None, "The same for one kind: course, user, enrollment or assignment.",
        "`limits.percent`", names=KINDS,
    ),
    Setting(
        "limits.KIND.rows", number(0, 1_000_000, whole=True), None, "The same for one kind.", "`limits.rows`",
        names=KINDS,
    ),
    Setting(
        "full_sync_days", number(0, 366), FULL_SYNC_DAYS,
        "After so many days everything is read again, where a system tells what changed.",
    ),
    Setting(
        "overlap_minutes", number(0, 10_080), OVERLAP_MINUTES,
        "What changed so long before the last look is read again: views there lag, and clocks differ.",
    ),
    Setting(
        "frequency_hours", number(0, 8_760, whole=True), USUAL_HOURS, "Hours between two planned syncs; 0 is always.",
        column="sync_frequency_hours",
    ),
    Setting(
        "sync.rosters", FLAG, True, "Whether people and enrollments are read.",
        column="roster_sync_enabled", rereads=True,
    ),
    Setting(
        "sync.contents", FLAG, True, "Whether assignments are read.", column="content_sync_enabled", rereads=True
    ),
    Setting("sync.grades", FLAG, True, "Whether grades are sent at all.", column="grade_passback_enabled"),
    Setting(
        "include", FILTER, None, "Only courses that meet all of these fields are read; `*` and `?` as in a shell.",
        "everything", column="filters", rereads=True,
    ),
    Setting(
        "exclude", FILTER, None, "Courses that meet any of these are left out.", column="filters", rereads=True
    ),
    Setting(
        "institution", text("a line of 1 to 200 signs", 200), None, "School or district, as people know it.",
        "the integration's name", column="institution_name",
    ),
    Setting(
        "ca_file", FILE, None, "Certificates to trust in place of the usual ones, as PEM.", "the usual ones",
        kinds=_BY_HTTP,
    ),
    Setting(
        "insecure_http", FLAG, False,
        "Allows addresses that are not https: whoever is on the way reads names of children and the secret.",
        kinds=_BY_HTTP,
    ),
    Setting(
        "account", text("an account's id", 100, r"[\w:.~-]+"), "self", "The account of Canvas that is read.",
        kinds=("canvas",), rereads=True,
    ),
    Setting(
        "version", choice("1.1", "1.2"), None, "The version of OneRoster that the server speaks.",
        "what the address says, or 1.2", kinds=_ONEROSTER, rereads=True,
    ),
    Setting(
        "gradebook", text("an address, a path on the same server, or beside", 500, r"[\x21-\x7e]+"), None,
        "Where OneRoster's gradebook is, `beside` being beside rostering. With it the rights to send grades are asked "
        "for.",
        "beside rostering, without these rights", kinds=_ONEROSTER, rereads=True,
    ),
    Setting(
        "scopes", text("scopes, apart by blanks", 2_000, r"[\x20-\x7e]+"), None,
        "The rights that a token is asked for, where a server names its own.", "those of the standard",
        kinds=_ONEROSTER,
    ),
    Setting(
        "signature", choice("HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"), "HMAC-SHA1", "How `oauth1` signs.",
        kinds=_ONEROSTER,
    ),
    Setting(
        "score_status", text("a line of 1 to 50 signs", 50), SCORE_STATUS,
        "The server's word for a grade that is final; some write `fullyGraded`.", kinds=_ONEROSTER,
    ),
    Setting(
        "lti.contexts", LAUNCHES, None,
        "The courses that somebody launched us from, as launches told of them: `course` is the context's id, `members` "
        "its `context_memberships_url`, `lineitems` the address of its line items. They are on the platform's server.",
        "none", kinds=_LTI, rereads=True,
    ),
    Setting(
        "lti.audience", text("an address", 500, r"[\x21-\x7e]+"), None,
        "Whom what we sign is for, where a platform names another address than that of its tokens.", "the token URL",
        kinds=_LTI,
    ),
    Setting(
        "lti.key_id", text("a line of 1 to 255 signs", 255, r"[\x21-\x7e]+"), None,
        "The id that the platform knows our key by.", "the key's thumbprint", kinds=_LTI,
    ),
    Setting("grades.policy", choice(*_POLICIES), Policy.BEST.value, "Which of a student's results is the grade."),
    Setting(
        "grades.progress", choice(*_PROGRESSES), Progress.FINISHED.value,
        "Progress counts when it is whole, with its best score if there is one; `completion`: each percent of it.",
    ),
    Setting("grades.letters", LETTERS, None, "Letters that are kept beside the score.", "none"),
    Setting(
        "grades.bonus", FLAG, False, "Whether scores may pass the points possible; otherwise they are cut there.",
        kinds=_WITH_BONUS,
    ),
    Setting(
        "grades.attempts", number(1, 1_000, whole=True), ATTEMPTS, "After so many tries a grade is given up."
    ),
    Setting(
        "grades.backoff_minutes", number(0, 1_440), BACKOFF_MINUTES,
        "How long a failed grade waits at first; then twice as long each time, a day at most.",
    ),
)  # fmt: skip
"""In the order in which they are shown."""

DEFAULTS: Final = {one.key: one.default for one in SETTINGS}


def of_kind(kind: str) -> Iterator[Setting]:
    """Give the settings that systems of a kind have."""
    return (one for one in SETTINGS if one.is_of(kind))


def find(key: str) -> Named | None:
    """Find what a key names.

    Example:
        >>> find("limits.user.percent").place
        ('limits', 'user', 'percent')
    """
    return next((named for one in SETTINGS if (named := one.named(key))), None)


def is_group(key: str) -> bool:
    """Tell whether settings stand below a key."""
    return any(known.startswith(f"{key}.") for one in SETTINGS for known in _keys(one))


def nearest(key: str) -> str | None:
    """Give the key that somebody may have meant.

    Example:
        >>> nearest("limit.percent"), nearest("percent"), nearest("limits.users.rows")
        ('limits.percent', 'limits.percent', 'limits.user.rows')
    """
    keys = [known for one in SETTINGS for known in _keys(one)]
    ends = [known for known in keys if known.rpartition(".")[2] == key]
    return next(iter([*ends, *_with_a_near_head(key), *get_close_matches(key, keys, n=1)]), None)


def _with_a_near_head(key: str) -> Iterator[str]:
    """Give the key of a group that was mistyped, whose names nobody can list."""
    head, dot, rest = key.partition(".")
    heads = dict.fromkeys(one.key.partition(".")[0] for one in SETTINGS)
    for near in get_close_matches(head, heads, n=1):
        if find(near + dot + rest):
            yield near + dot + rest
        elif not dot:
            yield next(one.key for one in SETTINGS if one.key.startswith(f"{near}."))


def _keys(one: Setting) -> list[str]:
    if not one.several:
        return [one.key]
    return [_PLACEHOLDER.sub(name, one.key) for name in one.names] or [one.key]
