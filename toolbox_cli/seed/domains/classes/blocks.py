"""The domain of school classes: a block is a class."""

from collections.abc import Mapping, Sequence
from typing import Final

from toolbox_cli.seed.domains.classes import amounts
from toolbox_cli.seed.domains.classes.playing import play
from toolbox_cli.seed.domains.classes.roster import roster
from toolbox_cli.seed.domains.classes.rows import earned, lessons, live, people, published, results, standing
from toolbox_cli.seed.making.domain import Context
from toolbox_cli.seed.making.text import Row
from toolbox_cli.seed.profiles.shape import Profile

TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "users": people.USERS,
    "educational_content": lessons.CONTENT,
    "content_objectives": lessons.OBJECTIVES,
    "quizzes": lessons.QUIZZES,
    "quiz_questions": lessons.QUESTIONS,
    "quiz_options": lessons.OPTIONS,
    "lessons": lessons.LESSONS,
    "roblox_content": published.PUBLISHED,
    "roblox_sessions": live.SESSIONS,
    "roblox_player_progress": live.PROGRESS,
    "roblox_quiz_results": results.RESULTS,
    "quiz_attempts": results.ATTEMPTS,
    "roblox_achievements": earned.EARNED,
    "user_progress": standing.STANDING,
}
AFTERWARDS: Final[Sequence[str]] = ()


def blocks(profile: Profile) -> int:
    return profile.class_count


def expected(profile: Profile) -> Mapping[str, int]:
    return amounts.expected(profile)


def make(context: Context, block: int) -> Mapping[str, list[Row]]:
    school_class = roster(context, block)
    played = play(context, school_class)
    progress = live.Progress(context, school_class, played)
    found = results.Results(context, school_class, played)
    return {
        "users": people.users(context, school_class),
        **lessons.own_content(context, school_class),
        "lessons": lessons.lessons(context, school_class),
        "roblox_content": published.published(context, school_class),
        "roblox_sessions": live.sessions(context, school_class),
        "roblox_player_progress": progress.rows,
        "roblox_quiz_results": found.results,
        "quiz_attempts": found.attempts,
        "roblox_achievements": earned.earned(context, school_class, played, progress),
        "user_progress": standing.standing(context, school_class, played, progress),
    }
