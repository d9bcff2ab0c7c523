"""Planned classes in Roblox, and each student's visits to them; the live records are of the classes themselves."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.seed.domains.classes.playing import Attempt, Played
from toolbox_cli.seed.domains.classes.roster import SchoolClass
from toolbox_cli.seed.domains.classes.rows.live import place_id
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Raw, Row

GAME_COLUMNS: Final = (
    "id", "content_id", "teacher_id", "session_name", "roblox_place_id", "roblox_universe_id", "max_players",
    "current_players", "status", "started_at", "ended_at", "session_data", "analytics_data", "created_at",
)  # fmt: skip
PLAYER_COLUMNS: Final = (
    "id", "game_session_id", "user_id", "roblox_user_id", "joined_at", "left_at", "duration_seconds", "progress_data",
    "achievements", "performance_metrics",
)  # fmt: skip

COMING: Final = 0.5
"""Share of classes that have planned one more."""

_SPARE: Final = 5
_NO_ACHIEVEMENTS: Final = Raw("{}")


def game_rows(context: Context, school_class: SchoolClass, played: Played) -> Iterator[Row]:
    """Plan a class for each session that took place, and for some classes one that is still to come."""
    key, number = context.run.uuids("roblox_game_sessions"), school_class.number << 24
    teacher, size, lessons = school_class.teacher.key, len(school_class.students) + _SPARE, school_class.lessons
    place = int(place_id(school_class.number)), int(context.universe_id)
    percents = _percents(played)
    for lesson in lessons:
        for session in lesson.sessions:
            scores = percents.get(session.number, [])
            average = round(sum(scores) / len(scores), 2) if scores else None
            yield (
                f"{key}{number + session.number:015x}", lesson.content_key, teacher, lesson.title, *place, size, 0,
                "completed", session.starts_at, session.ends_at,
                {"ended": session.status.lower(), "at_home": session.at_home},
                {"players": len(session.present), "quizzes_finished": len(scores), "average_percent": average},
                lesson.planned_at,
            )  # fmt: skip
    chance = context.chance("games", school_class.number)
    if lessons and chance.happens(COMING):
        number += sum(len(lesson.sessions) for lesson in lessons)
        lesson, written = chance.pick(lessons), school_class.days[-1].school.at(0.3 + 0.6 * chance.unit())
        yield (
            f"{key}{number:015x}", lesson.content_key, teacher, f"{lesson.title}: once more"[:200], None, None, size, 0,
            "planning", None, None, None, None, written,
        )  # fmt: skip


def _percents(played: Played) -> dict[int, list[float]]:
    """Give the scores of each session's finished quizzes."""
    percents: dict[int, list[float]] = {}
    for one in played.attempts:
        if one.visit and one.completed_at:
            percents.setdefault(one.visit.session.number, []).append(one.percent)
    return percents


def player_rows(context: Context, school_class: SchoolClass, played: Played) -> Iterator[Row]:
    """Write each visit down."""
    unit, first = context.chance("players", school_class.number).unit, school_class.number << 24
    key, games = context.run.uuids("roblox_player_sessions"), context.run.uuids("roblox_game_sessions")
    finished: dict[int, list[Attempt]] = {}
    for one in played.attempts:
        if one.visit and one.completed_at:
            finished.setdefault(one.visit.number, []).append(one)
    for visit in played.visits:
        made = finished.get(visit.number, ())
        best = max([one.percent for one in made]) if made else "null"
        yield (
            f"{key}{first + visit.number:015x}", f"{games}{first + visit.session.number:015x}", visit.student.key,
            visit.student.roblox_id, visit.joined_at, visit.left_at, (visit.left_at - visit.joined_at).seconds,
            Raw(f'{{"attempts":{len(made)},"best_percent":{best}}}'), _NO_ACHIEVEMENTS,
            Raw(f'{{"frames_per_second":{40 + int(21 * unit())},"ping_ms":{25 + int(110 * unit())}}}'),
        )  # fmt: skip
