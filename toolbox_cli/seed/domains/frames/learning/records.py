"""What a student's work leaves: progress, what the student says of the module, and what was assigned."""

import datetime
from typing import Final

from toolbox_cli.core.chance import Chance
from toolbox_cli.seed.domains.frames.learning.study import Work
from toolbox_cli.seed.domains.frames.universities import Campus, Learner
from toolbox_cli.seed.making.text import Raw, Row

_DAY_S: Final = 86_400

_MASTERY_FROM: Final = 0.5
"""Share of a module to do before mastery is judged."""

_PRAISE: Final = (
    "I could use it in the lab the same day.", "Clear, and the examples were ours.", "The practice made it stick.",
)  # fmt: skip
_PLAIN: Final = ("Fine.", "Good, but long.", "The middle part could be shorter.", None, None)
_BLAME: Final = (
    "I got lost in the practice.", "Too much at once.", "I needed a worked example before trying.",
)  # fmt: skip


def progress_row(key: int, work: Work, learner: Learner) -> Row:
    """Write down how far a student came in a module."""
    sections, trouble, end = work.course.sections, work.trouble, work.end
    completed = work.completed
    share = work.done / len(sections)
    return (
        key, work.course.key, learner.key, "completed" if completed else "in_progress", int(100 * share),
        sections[min(work.done, len(sections) - 1)].number, work.sittings[0], end if completed else None, end,
        work.sitting_s * len(work.sittings), trouble.pauses, trouble.hints, trouble.retries, trouble.errors,
        _adjustments(work) if work.course.adaptive else None,
        round(work.mastery, 2) if share >= _MASTERY_FROM else None,
    )  # fmt: skip


def untouched_row(key: int, course: int, learner: Learner, *, skipped: bool) -> Row:
    """Write down that a student did not begin a module that was assigned."""
    status = "skipped" if skipped else "not_started"
    return (key, course, learner.key, status, 0, 1, None, None, None, 0, 0, 0, 0, 0, None, None)


def _adjustments(work: Work) -> Raw | None:
    """Tell when the difficulty changed and why; None where it never did."""
    level = work.course.difficulty
    if work.struggle > 0.6 and level > 1:
        to, reason = level - 1, "struggle"
    elif work.struggle < 0.2 and level < 5:
        to, reason = level + 1, "rapid_progress"
    else:
        return None
    at = (work.sittings[0] + datetime.timedelta(seconds=work.sitting_s // 2)).isoformat()
    return Raw(f'{{"changes":[{{"at":"{at}","from":{level},"to":{to},"reason":"{reason}"}}]}}')


def feedback_row(key: int, work: Work, learner: Learner, campus: Campus, chance: Chance) -> Row:
    """Write down what a student says of a module that is finished."""
    unit, normal = chance.unit, chance.normal
    rating = _stars(3.4 + 2.6 * (work.mastery - 0.5) + 0.6 * normal())
    hard = _stars(3.0 + 1.2 * (work.course.hardness - work.ability) + 0.5 * normal())
    engaged = _stars(rating + (0.5 if work.course.practice else -0.5) + 0.5 * normal())
    clear = _stars(3.6 + 2.2 * (work.mastery - 0.5) + 0.6 * normal())
    said = chance.pick(_PRAISE if rating >= 4 else _BLAME if rating <= 2 else _PLAIN)
    later = datetime.timedelta(seconds=60 + int(1.5 * _DAY_S * unit() * unit()))
    tags = [
        tag
        for tag, holds in (
            ("too_easy", hard <= 2), ("too_hard", hard >= 5), ("confusing", clear <= 2), ("helpful", rating >= 4),
            ("fun", engaged >= 5),
        )
        if holds
    ]  # fmt: skip
    return (
        key, work.course.key, learner.key, rating, hard, said if unit() < 0.6 else None,
        min(work.end + later, campus.end - datetime.timedelta(seconds=1)), unit() < 0.25, engaged, clear, tags,
    )  # fmt: skip


def _stars(value: float) -> int:
    return min(max(int(value + 0.5), 1), 5)
