"""What a class has in Roblox: published content, sessions, and the students' progress in them."""

import datetime
import hashlib
from typing import Final

from toolbox_cli.core.chance import Chance
from toolbox_cli.seed.domains.classes.playing import Played, Visit
from toolbox_cli.seed.domains.classes.roster import SchoolClass
from toolbox_cli.seed.domains.classes.timetable import Lesson, Session
from toolbox_cli.seed.making.calendar import written
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.keys import dashed
from toolbox_cli.seed.making.text import Raw, Row, array, raw

SESSIONS: Final = (
    "id", "lesson_id", "teacher_id", "universe_id", "place_id", "server_id", "job_id", "client_id",
    "access_token_hash", "refresh_token_hash", "token_expires_at", "websocket_session_id", "last_heartbeat", "status",
    "max_players", "sync_frequency_seconds", "last_sync_at", "sync_errors", "sync_data", "coppa_consent_verified",
    "audit_log", "parental_consent_ids", "started_at", "ended_at", "last_activity_at", "created_at", "updated_at",
)  # fmt: skip
PROGRESS: Final = (
    "id", "session_id", "student_id", "lesson_id", "roblox_user_id", "roblox_username", "progress_percentage",
    "checkpoints_completed", "objectives_met", "score", "time_spent_seconds", "actions_completed", "mistakes_made",
    "hints_used", "current_position", "last_interaction", "team_id", "collaborative_actions", "peer_interactions",
    "difficulty_adjustments", "learning_path", "age_verified", "parental_consent_given", "data_collection_consent",
    "joined_at", "left_at", "session_duration_seconds", "disconnections", "created_at", "updated_at",
)  # fmt: skip

_HOUR: Final = datetime.timedelta(hours=1)
_SECOND: Final = datetime.timedelta(seconds=1)
_TEAMS: Final = tuple(f"team-{number}" for number in range(1, 6))
_CHECKPOINTS: Final = tuple(raw([f"checkpoint-{n}" for n in range(1, count + 1)]) for count in range(11))
_STEPS: Final = ("explore", "collect", "build", "quiz")
_PATHS: Final = tuple(raw(list(_STEPS[:count])) for count in range(len(_STEPS) + 1))
_EASED: Final = raw([{"to": "easier", "because": "mistakes"}])
_HARDENED: Final = raw([{"to": "harder", "because": "no mistakes"}])
_SYNC_S: Final = 30


def sessions(context: Context, school_class: SchoolClass) -> list[Row]:
    """Make the sessions; all of them are over, and the parents of all present children had agreed."""
    chance = context.chance("classes/sessions", school_class.number)
    return [
        _session(context, school_class, lesson, session, chance)
        for lesson in school_class.lessons
        for session in lesson.sessions
    ]


def _session(context: Context, school_class: SchoolClass, lesson: Lesson, session: Session, chance: Chance) -> Row:
    starts, ends, status = session.starts_at, session.ends_at, session.status
    access, refresh, server = (hashlib.sha256(f"{session.key}/{use}".encode()).hexdigest() for use in _SECRETS)
    opened = starts - datetime.timedelta(minutes=5)
    return (
        session.key, lesson.key, school_class.teacher.key, context.universe_id, place_id(school_class.number),
        dashed(server), dashed(server[32:]), context.client_id, access, refresh, opened + _HOUR,
        f"ws-{dashed(session.key)}", ends, status, len(school_class.students) + 5, _SYNC_S, ends,
        0 if status == "COMPLETED" else chance.between(1, 6), Raw(f'{{"players":{len(session.present)}}}'), True,
        Raw(
            f'[{{"at":"{starts.isoformat()}","event":"started"}},'
            f'{{"at":"{ends.isoformat()}","event":"{status.lower()}"}}]'
        ),
        _consents(context, school_class, session), starts, ends, ends, opened, ends,
    )  # fmt: skip


_SECRETS: Final = ("access", "refresh", "server")


def place_id(block: int) -> str:
    """Give the class's place in Roblox."""
    return str(70_000_000_000 + block)


def _consents(context: Context, school_class: SchoolClass, session: Session) -> Raw | None:
    """Name the consents of the parents of the children under 13."""
    number = school_class.number
    keys = [
        dashed(context.run.uuid("parental_consents", number, student.number))
        for student in session.present
        if student.age_band == "under_13"
    ]
    return array(*keys) if keys else None


class Progress:
    """The making of the progress rows of a class.

    Attributes:
        rows: in the order of the visits, as all lists are.
        percents: how far the student was after the visit.
        before: how far they were before it.
        seconds: how long they played.
        measures: what else achievements ask for.
    """

    def __init__(self, context: Context, school_class: SchoolClass, played: Played) -> None:
        self.rows: list[Row] = []
        self.percents: list[float] = []
        self.before: list[float] = []
        self.seconds: list[int] = []
        self.measures: dict[str, list[int]] = {
            "score": [], "mistakes_made": [], "hints_used": [], "collaborative_actions": [],
        }  # fmt: skip
        self._prefix = context.run.uuid("roblox_player_progress", school_class.number, 0)[:-6]
        self._chance = context.chance("classes/progress", school_class.number)
        self._reached: dict[tuple[str, str], float] = {}
        self._met = {lesson.key: _met(lesson) for lesson in school_class.lessons}
        for visit in played.visits:
            self._add(visit)

    def _add(self, visit: Visit) -> None:
        number, lesson, session, student, joined, left, skill = visit
        unit = self._chance.unit
        percent = self._percent(visit)
        stay, wrong = (left - joined) // _SECOND, 1.0 - skill
        came, went = written(joined), written(left)
        mistakes, hints = int(14 * wrong * (0.5 + unit())), int(9 * wrong * (0.3 + 1.2 * unit()))
        together, score = int(8 * unit()), int(10 * percent * (0.8 + 0.2 * unit()))
        played_s = stay - int(stay * 0.15 * unit())
        self.percents.append(percent)
        self.seconds.append(played_s)
        for values, value in zip(self.measures.values(), (score, mistakes, hints, together), strict=True):
            values.append(value)
        self.rows.append((
            f"{self._prefix}{number:06x}", session.key, student.key, lesson.key, student.roblox_id,
            student.roblox_name, percent, _CHECKPOINTS[int(percent) // 10], self._met[lesson.key][int(percent) // 50],
            score, played_s,
            5 + int(percent * (0.3 + 0.2 * unit())), mistakes, hints,
            Raw(f'{{"x":{int(400 * unit()) - 200},"y":{int(40 * unit())},"z":{int(400 * unit()) - 200}}}'), went,
            _TEAMS[student.number % 5], together, together + int(12 * unit()),
            _EASED if wrong > 0.6 else _HARDENED if wrong < 0.12 else None, _PATHS[1 + int(percent) // 34], True,
            student.parental_consent, student.data_consent, came, went, stay,
            (unit() < 0.04) + (session.status == "DISCONNECTED"), came, went,
        ))  # fmt: skip

    def _percent(self, visit: Visit) -> float:
        """Choose how far a student got: as their skill is; further on where they were there before."""
        place = (visit.student.key, visit.lesson.key)
        before = self._reached.get(place, 0.0)
        share = 0.35 + 0.75 * visit.skill + 0.12 * self._chance.normal()
        if visit.session.status != "COMPLETED":
            share *= 0.3 + 0.6 * self._chance.unit()
        percent = round(min(100.0, max(2.0, before, 100.0 * share + 0.3 * before)), 1)
        self._reached[place] = percent
        self.before.append(before)
        return percent


def _met(lesson: Lesson) -> tuple[Raw, Raw, Raw]:
    """Write which objectives are met below 50 percent, from there on, and at 100."""
    keys = list(lesson.objectives)
    return raw([]), raw(keys[: (len(keys) + 1) // 2]), raw(keys)
