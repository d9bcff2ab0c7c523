"""The activities of a lesson, whose minutes add up."""

from collections.abc import Iterator, Sequence
from typing import Final

from toolbox_cli.agents.making.library import Idea, Library, Phase
from toolbox_cli.agents.making.records import Activity, Request, Term
from toolbox_cli.agents.making.understanding import Choice
from toolbox_cli.content.reference.learning import Lesson
from toolbox_cli.core.chance import Chance

_ARCS: Final[dict[int, tuple[Phase, ...]]] = {
    3: ("begin", "learn", "end"),
    4: ("begin", "learn", "use", "end"),
    5: ("begin", "learn", "use", "use", "end"),
    6: ("begin", "learn", "learn", "use", "use", "end"),
    7: ("begin", "learn", "learn", "use", "use", "use", "end"),
    8: ("begin", "begin", "learn", "learn", "use", "use", "use", "end"),
}
_STEPS: Final = ((20, 3), (30, 4), (45, 5), (70, 6), (110, 7), (240, 8))
"""Up to how many minutes a lesson has how many activities."""
_SHARES: Final[dict[str, int]] = {"begin": 3, "learn": 5, "use": 5, "end": 2}


def minutes_of(grade: int) -> int:
    """Tell how long students of a grade stay with one activity."""
    return 6 + grade


def activities(
    request: Request, choice: Choice, vocabulary: Sequence[Term], library: Library, chance: Chance
) -> tuple[Activity, ...]:
    """Choose activities for the place; a lesson of the library that plays there gives its own."""
    told = next(_of_lessons(choice, library), None)
    if told is not None:
        shares = [one.minutes for one in told.content_data.activities]
        minutes = apportioned(request.duration_minutes, shares)
        return tuple(
            Activity(name=one.name, kind=one.kind, minutes=number, text=one.text)
            for one, number in zip(told.content_data.activities, minutes, strict=True)
        )
    arc = _ARCS[next(steps for most, steps in _STEPS if request.duration_minutes <= most)]
    ideas = _ideas(arc, choice, library, chance)
    minutes = apportioned(request.duration_minutes, [_SHARES[phase] for phase in arc])
    words = iter(_endless([one.term for one in vocabulary]))
    spots = iter(_endless(chance.some(choice.place.spots, len(choice.place.spots))))
    goal = choice.objective.title[:1].lower() + choice.objective.title[1:]
    return tuple(
        Activity(
            name=idea.name,
            kind=idea.kind,
            minutes=number,
            text=idea.text.format(
                spot=next(spots), things=chance.pick(choice.place.things), goal=goal, term=next(words)
            ),
        )
        for idea, number in zip(ideas, minutes, strict=True)
    )


def apportioned(whole: int, shares: Sequence[int]) -> list[int]:
    """Part whole minutes by shares, so that they add up and each part has one at least.

    Args:
        whole: not less than there are shares.
        shares: positive.

    Example:
        >>> apportioned(40, [3, 5, 5, 5, 2])
        [6, 10, 10, 10, 4]
    """
    total = sum(shares)
    parts = [max(1, whole * share // total) for share in shares]
    by_rest = sorted(range(len(shares)), key=lambda place: (-(whole * shares[place] % total), place))
    place = 0
    while (missing := whole - sum(parts)) != 0:
        at = by_rest[place % len(parts)]
        if missing > 0:
            parts[at] += 1
        elif parts[at] > 1:
            parts[at] -= 1
        place += 1
    return parts


def _of_lessons(choice: Choice, library: Library) -> Iterator[Lesson]:
    for _, lesson in library.lessons_for(choice.key):
        same_place = lesson.environment_type in {choice.place_key, *choice.place.words}
        if same_place and lesson.grade_level == choice.grade and lesson.objectives[0] == choice.key:
            yield lesson


def _ideas(arc: Sequence[Phase], choice: Choice, library: Library, chance: Chance) -> list[Idea]:
    found: list[Idea] = []
    names: set[str] = set()
    for phase in arc:
        fitting = [
            one
            for _, one in sorted(library.ideas.items())
            if one.phase == phase
            and choice.grade >= one.least_grade
            and (not one.subjects or choice.objective.subject in one.subjects)
        ]
        fresh = [one for one in fitting if one not in found and (one.after is None or one.after in names)]
        kinds = {one.kind for one in found}
        found.append(chance.pick([one for one in fresh if one.kind not in kinds] or fresh))
        names.add(found[-1].name)
    return found


def _endless(things: Sequence[str]) -> Iterator[str]:
    while True:
        yield from things
