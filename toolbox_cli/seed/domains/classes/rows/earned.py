"""Achievements that students earn, each once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from toolbox_cli.seed.domains.classes.goals import MEASURES, Goal, State
from toolbox_cli.seed.domains.classes.library import Library
from toolbox_cli.seed.domains.classes.playing import Attempt, Played, Visit
from toolbox_cli.seed.domains.classes.roster import SchoolClass
from toolbox_cli.seed.domains.classes.rows.live import Progress
from toolbox_cli.seed.domains.classes.shared import shared_of
from toolbox_cli.seed.domains.classes.timetable import Lesson
from toolbox_cli.seed.making.calendar import written
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Raw, Row

EARNED: Final = (
    "id", "session_id", "student_id", "base_achievement_id", "achievement_name", "achievement_type", "description",
    "points_awarded", "difficulty_multiplier", "trigger_conditions", "performance_context", "icon_url", "is_shareable",
    "shared_count", "likes_received", "earned_at", "created_at",
)  # fmt: skip

_MULTIPLIERS: Final = {"BEGINNER": 1.0, "INTERMEDIATE": 1.25, "ADVANCED": 1.5, "EXPERT": 2.0}


class _Learner:
    """What a student has reached and earned."""

    __slots__ = ("day", "earned", "lesson", "state")

    def __init__(self) -> None:
        self.earned: set[str] = set()
        self.state: dict[str, float] = dict.fromkeys(MEASURES, 0)
        self.day: object = None
        self.lesson = -1


def earned(context: Context, school_class: SchoolClass, played: Played, progress: Progress) -> list[Row]:
    """Give each student what they meet the conditions of, at the end of the first visit in which they do."""
    library = shared_of(context).library
    goals = [_goals(library, lesson) for lesson in school_class.lessons]
    learners: dict[str, _Learner] = defaultdict(_Learner)
    prefix = context.run.uuid("roblox_achievements", school_class.number, 0)[:-6]
    chance = context.chance("classes/earned", school_class.number)
    attempts = _by_visit(played.attempts)
    rows: list[Row] = []
    for visit in played.visits:
        learner = learners[visit.student.key]
        _advance(learner, visit, progress, attempts.get(visit.number, ()))
        for goal in goals[visit.lesson.number]:
            if goal.slug not in learner.earned and goal.met(learner.state):
                learner.earned.add(goal.slug)
                shared = int(3 * chance.unit())
                left = written(visit.left_at)
                rows.append((
                    f"{prefix}{len(rows):06x}", visit.session.key, visit.student.key, *goal.start,
                    _MULTIPLIERS[visit.lesson.difficulty], goal.conditions, _context(learner.state), goal.icon, True,
                    shared, shared and int(5 * chance.unit()), left, left,
                ))  # fmt: skip
    return rows


def _advance(learner: _Learner, visit: Visit, progress: Progress, attempts: Iterable[Attempt]) -> None:
    """Bring the measures up to date with a visit."""
    state, number = learner.state, visit.number
    percent = progress.percents[number]
    state["progress_percentage"], state["checkpoints"] = percent, percent // 10
    for measure, values in progress.measures.items():
        state[measure] = values[number]
    state["sessions"] += 1
    state["school_days"] += learner.day != visit.session.day.date
    state["team_activities"] += bool(state["collaborative_actions"]) and visit.lesson.content.teams
    if percent >= 100 > progress.before[number]:
        state["lessons"] += 1
        state["lessons_in_a_row"] = 1 + (state["lessons_in_a_row"] if learner.lesson == visit.lesson.number - 1 else 0)
        learner.lesson = visit.lesson.number
    learner.day = visit.session.day.date
    state["percentage_score"] = state["passed"] = state["improvement_from_previous"] = state["attempt_number"] = 0
    for attempt in attempts:
        state["percentage_score"], state["passed"] = attempt.percent, bool(attempt.passed)
        state["improvement_from_previous"] = attempt.improvement or 0
        state["attempt_number"] = attempt.number


def _goals(library: Library, lesson: Lesson) -> list[Goal]:
    """Take the achievements whose conditions a lesson lets be met."""
    kinds, rewards = lesson.content.kinds, lesson.content.rewards
    return [
        goal.after(kinds[goal.kind]) if goal.kind else goal
        for goal in library.goals
        if (not goal.special or not rewards or goal.slug in rewards)
        and (goal.kind is None or goal.kind in kinds)
        and (goal.objective is None or goal.objective in lesson.objectives)
    ]


def _by_visit(attempts: Iterable[Attempt]) -> Mapping[int, list[Attempt]]:
    found: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        if attempt.visit is not None and attempt.number:
            found[attempt.visit.number].append(attempt)
    return found


def _context(state: State) -> Raw:
    return Raw(
        f'{{"lessons":{int(state["lessons"])},"percentage_score":{state["percentage_score"]},'
        f'"progress_percentage":{state["progress_percentage"]}}}'
    )
