"""Plan a lesson for an objective, a grade, a place and a time."""

from collections.abc import Sequence
from typing import Final

from toolbox_cli.agents.making.lesson.activities import activities, minutes_of
from toolbox_cli.agents.making.library import Library
from toolbox_cli.agents.making.records import Adaptation, LessonPlan, Mechanics, Request, Term, TerrainSize
from toolbox_cli.agents.making.understanding import Choice, chosen
from toolbox_cli.content.reference.learning import Objective
from toolbox_cli.core.chance import Chance

_MOST_TERMS: Final = 6
_SIZES: Final[tuple[tuple[int, TerrainSize], ...]] = ((30, "small"), (60, "medium"), (240, "large"))
_SHORT_WORDS: Final = frozenset(
    {"a", "among", "an", "and", "at", "by", "from", "in", "of", "on", "or", "the", "to", "with"}
)
_NAMES: Final = {"dna": "DNA", "pythagoras": "Pythagoras", "newtons": "Newton's", "earths": "Earth's", "earth": "Earth"}

_TALK: Final = (
    "What was hardest today, and what helped you?",
    "Where outside school could you use this?",
    "Which answer did you change, and why?",
    "What would you tell somebody who missed this lesson?",
    "Which question do you still have?",
)
_SUPPORT: Final = {
    "Mathematics": "Begin with smaller numbers, and let {things} be moved and counted while thinking.",
    "Science": "Show a labelled picture at {spot}, and let each term be heard as well as read.",
    "Language Arts": "Offer sentence beginnings at {spot}, and let texts be read aloud.",
    "Social Studies": "Offer a word list with pictures at {spot}, and let partners read together.",
    "Computer Science": "Offer the first steps as cards that only have to be put in order.",
}
_STRETCH: Final = {
    "Mathematics": "Find a second way to solve the last task, and show that both give the same.",
    "Science": "Plan a test whose result could prove your explanation wrong.",
    "Language Arts": "Rewrite your text for a younger reader, and say what you changed and why.",
    "Social Studies": "Tell the same event or choice from the side of somebody else.",
    "Computer Science": "Find an input for which your solution fails, and mend it.",
}


def make_plan(request: Request, library: Library) -> LessonPlan:
    """Plan the lesson that a request asks for.

    Raises:
        UsageError: no objective or place fits.
    """
    choice = chosen(request, library)
    chance = Chance("plan", choice.key, choice.grade, choice.place_key, request.duration_minutes, request.seed)
    objective, place = choice.objective, choice.place
    vocabulary = _vocabulary(choice, library, chance)
    steps = activities(request, choice, vocabulary, library, chance)
    goal = _goal(objective)
    spots, things = chance.some(place.spots, 2), chance.pick(place.things)
    return LessonPlan(
        title=f"{topic_of(choice.key)} {_titled(place.where.split())}",
        description=f"{objective.description} The lesson plays {place.where}, in {len(steps)} steps.",
        subject=objective.subject,
        grade=choice.grade,
        objectives=(choice.key,),
        environment=choice.place_key,
        terrain_size=next(size for most, size in _SIZES if request.duration_minutes <= most),
        difficulty=request.difficulty,
        duration_minutes=request.duration_minutes,
        summary=f"{place.scene} You learn to {goal}.",
        vocabulary=vocabulary,
        activities=steps,
        reflection=tuple(chance.some(_TALK, 2)),
        support=_SUPPORT[objective.subject].format(things=things, spot=spots[0]),
        stretch=_STRETCH[objective.subject],
        mechanics=_mechanics(request, choice, library, [one.kind for one in steps], chance),
        accessibility=_accessibility(len(steps)),
    )


def topic_of(key: str) -> str:
    """Give the words of an objective's stable key as a title.

    Example:
        >>> topic_of("math-5-add-unlike-fractions")
        'Add Unlike Fractions'
    """
    return _titled(key.split("-")[2:])


def _titled(words: Sequence[str]) -> str:
    told = [_NAMES.get(word, word if word in _SHORT_WORDS else word.capitalize()) for word in words]
    return " ".join(told)


def _goal(objective: Objective) -> str:
    return objective.title[:1].lower() + objective.title[1:]


def _vocabulary(choice: Choice, library: Library, chance: Chance) -> tuple[Term, ...]:
    """Choose terms in the order of the table, those of the objective before those of lessons that serve it."""
    held = dict(library.knowledge[choice.key].terms) if choice.key in library.knowledge else {}
    for _, lesson in library.lessons_for(choice.key):
        for one in lesson.content_data.vocabulary:
            held.setdefault(one.term, one.meaning)
    most = min(_MOST_TERMS, max(4, minutes_of(choice.grade) // 2))
    taken = set(chance.some(list(held), most)) if len(held) > most + 2 else set(list(held)[:most])
    return tuple(Term(term=term, meaning=meaning) for term, meaning in held.items() if term in taken)


def _mechanics(request: Request, choice: Choice, library: Library, kinds: Sequence[str], chance: Chance) -> Mechanics:
    fitting = [
        key
        for key, one in sorted(library.achievements.items())
        if one.is_active and (one.criteria.get("activity_kind") in kinds or one.criteria.get("objective") == choice.key)
    ]
    rewards = ["first-steps", *chance.some(fitting, 2), "lesson-complete", "quiz-passed"]
    points = {"easy": 10, "medium": 15, "hard": 20}[request.difficulty]
    return Mechanics(
        rewards=tuple(key for key in rewards if key in library.achievements),
        teams=chance.happens(0.5),
        hints=3 if choice.grade <= 5 else 2,
        quiz_gate=True,
        checkpoints=len(kinds),
        points_per_checkpoint=points,
        points_per_question=2 * points,
    )


def _accessibility(steps: int) -> tuple[Adaptation, ...]:
    return (
        Adaptation(need="captions", text="Every sound has a caption on the screen."),
        Adaptation(need="read_aloud", text="Every task and answer can be read aloud."),
        Adaptation(need="simple_controls", text=f"All {steps} steps can be done with walking and one key or button."),
        Adaptation(
            need="meaning_without_colour", text="Right and wrong are told by words and signs, never by colour alone."
        ),
        Adaptation(need="no_time_pressure", text="Nothing is lost by taking longer; a gate waits."),
    )
