"""What people do on the platform, and what may fail when they do."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from toolbox_cli.seed.domains.activity.errors import Failure
from toolbox_cli.seed.making.text import Raw, raw

_VALIDATION: Final = Failure("validation", "ANSWER_FORMAT", "The answer is none of the options.", "low", 422)
_SAVING: Final = Failure("system", "SAVE_FAILED", "What was done could not be saved.", "high", 500)
_TIMEOUT: Final = Failure("network", "GATEWAY_TIMEOUT", "The content service did not answer in time.", "medium", 504)
_MODEL: Final = Failure(
    "ai", "ANSWER_SHAPE", "The language model's answer did not have the form that was asked for.", "medium", 502
)


class Event(NamedTuple):
    """Something that people do; its columns are in COPY's format.

    Attributes:
        head: type, category and name.
        failed: the same, for when it fails.
        ms: what it takes when little goes on.
        sizes: of request and answer, bytes.
        on_content: whether it concerns content.
        model_ms: what a language model takes of it; 0 where none is asked.
        failures: what may go wrong.
    """

    head: tuple[Raw, Raw, Raw]
    failed: tuple[Raw, Raw, Raw]
    endpoint: Raw
    method: Raw
    ms: int
    sizes: tuple[int, int]
    on_content: bool
    model_ms: int
    properties: Raw
    failures: tuple[Failure, ...]


def _event(
    kind: str, name: str, request: str, costs: tuple[int, int, int], *, content: bool = False, model_ms: int = 0
) -> Event:
    method, endpoint = request.split(" ")
    ms, *sizes = costs
    failures = (_VALIDATION, _SAVING, _TIMEOUT) if method == "POST" else (_TIMEOUT, _SAVING)
    heads = [(Raw(kind), Raw(category), Raw(name)) for category in ("user_action", "error")]
    return Event(
        heads[0], heads[1], Raw(endpoint), Raw(method), ms, (sizes[0], sizes[1]), content, model_ms,
        raw({"feature": kind.partition("_")[0], "content": content}), (_MODEL,) if model_ms else failures,
    )  # fmt: skip


_HOME: Final = _event("page_view", "dashboard_opened", "GET /api/v1/dashboard", (60, 0, 14_000))
_LESSON: Final = _event("page_view", "lesson_opened", "GET /api/v1/lessons/{lesson}", (75, 0, 22_000), content=True)
_ACTIVITY: Final = _event(
    "content_view", "activity_started", "POST /api/v1/content/{content}/start", (90, 240, 900), content=True
)
_QUIZ: Final = _event("quiz_attempt", "quiz_opened", "GET /api/v1/quizzes/{quiz}", (70, 0, 9_000), content=True)
_HINT: Final = _event("help_view", "hint_opened", "GET /api/v1/quizzes/{quiz}/hint", (45, 0, 700), content=True)
_BADGES: Final = _event("page_view", "achievements_opened", "GET /api/v1/achievements", (50, 0, 6_000))
_JOINED: Final = _event("game_event", "session_joined", "POST /api/v1/roblox/join", (110, 380, 500), content=True)
_REACHED: Final = _event(
    "game_event", "checkpoint_reached", "POST /api/v1/roblox/progress", (55, 420, 120), content=True
)
_CLASS: Final = _event("page_view", "class_opened", "GET /api/v1/classes/{class}", (140, 0, 38_000))
_REPORT: Final = _event(
    "report_view", "lesson_report_opened", "GET /api/v1/reports/lesson", (420, 0, 64_000), content=True
)
_GENERATE: Final = _event(
    "content_generation", "content_requested", "POST /api/v1/content/generate", (260, 1_800, 30_000), content=True,
    model_ms=9_000,
)  # fmt: skip
_PLUGIN: Final = _event("plugin_call", "plugin_connected", "POST /api/v1/plugin/register", (40, 600, 200))
_SYNC: Final = _event("plugin_call", "script_synced", "POST /api/v1/plugin/scripts", (120, 9_000, 180), content=True)
_PEOPLE: Final = _event("page_view", "people_listed", "GET /api/v1/users", (210, 0, 52_000))
_SCHOOL: Final = _event("report_view", "school_report_opened", "GET /api/v1/reports/school", (900, 0, 90_000))
_CHILD: Final = _event("page_view", "child_progress_opened", "GET /api/v1/children/{child}", (95, 0, 16_000))
_CONSENT: Final = _event("page_view", "consent_opened", "GET /api/v1/consents", (40, 0, 4_000))

STRUGGLING: Final = (_HOME, _LESSON, _ACTIVITY, _QUIZ, _HINT, _HINT, _HINT, _BADGES)
"""What students who struggle do on the web: they ask for help more often."""

DONE: Final[Mapping[tuple[str, str], tuple[Event, ...]]] = {
    ("student", "web"): (_HOME, _LESSON, _LESSON, _ACTIVITY, _QUIZ, _QUIZ, _HINT, _BADGES),
    ("student", "mobile"): (_HOME, _LESSON, _QUIZ, _HINT, _BADGES),
    ("student", "roblox"): (_JOINED, _REACHED, _REACHED, _REACHED, _QUIZ),
    ("teacher", "web"): (_HOME, _CLASS, _CLASS, _REPORT, _REPORT, _LESSON, _GENERATE),
    ("teacher", "mobile"): (_HOME, _CLASS, _REPORT),
    ("teacher", "api"): (_PLUGIN, _SYNC, _SYNC),
    ("admin", "web"): (_HOME, _PEOPLE, _SCHOOL),
    ("admin", "mobile"): (_HOME, _SCHOOL),
    ("parent", "web"): (_HOME, _CHILD, _CHILD, _CONSENT),
    ("parent", "mobile"): (_HOME, _CHILD, _CHILD),
}
"""Role and kind of session to what is done in it, each as often as the others there."""
