"""Make the quiz of a lesson."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from toolbox_cli.agents.making.library import Library
from toolbox_cli.agents.making.quiz.draft import WRONG, Draft, Maker, Scale, Wrong
from toolbox_cli.agents.making.quiz.facts import Fact, facts
from toolbox_cli.agents.making.quiz.skills import SKILLS
from toolbox_cli.agents.making.records import LessonPlan, Level, Option, Question, Quiz, Request
from toolbox_cli.core.chance import Chance
from toolbox_cli.core.errors import UsageError

_LEVELS: Final[tuple[Level, ...]] = ("easy", "medium", "hard")
_MIX: Final[dict[Level, tuple[int, int, int]]] = {"easy": (4, 2, 0), "medium": (2, 3, 1), "hard": (1, 2, 3)}
"""How many of six questions are easy, medium and hard."""
_SECONDS: Final = {"easy": 60, "medium": 90, "hard": 120}
_CALCULATED_OF: Final = 6
"""One of so many questions is on a term where the others are calculated; these are among the first, which are easy."""
_TRIES: Final = 200
_FORM: Final = " Write a fraction in lowest terms, such as 7/4."
"""How an answer is to be written that would be right in other forms too."""


def make_quiz(request: Request, plan: LessonPlan, library: Library) -> Quiz:
    """Make the quiz for a lesson's plan.

    Raises:
        UsageError: there are not as many different questions as are asked for.
    """
    objective = plan.objectives[0]
    chance = Chance("quiz", objective, plan.grade, plan.difficulty, request.questions, request.seed)
    making = _Making(plan, library, chance, request.questions)
    for level in levels(request.questions, plan.difficulty):
        making.add(level)
    questions = in_order(making.questions)
    return Quiz(
        title=f"{plan.title}: quiz"[:200],
        description=f"{len(questions)} questions with worked answers on: {_objective(plan, library)}.",
        subject=plan.subject,
        grade=plan.grade,
        time_limit_s=60 * -(-sum(one.time_limit_s for one in questions) // 60),
        questions=questions,
    )


def in_order(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Put questions from easy to hard, whatever they were made from, and number them so."""
    rising = sorted(questions, key=lambda one: _LEVELS.index(one.difficulty))
    return tuple(
        one.model_copy(update={"key": f"q{number:02d}-{one.data['kind'].replace('_', '-')}"})
        for number, one in enumerate(rising, 1)
    )


def levels(count: int, difficulty: Level) -> list[Level]:
    """Give the level of each question, from easy to hard.

    Example:
        >>> levels(6, "medium")
        ['easy', 'easy', 'medium', 'medium', 'medium', 'hard']
    """
    easy, medium, _ = _MIX[difficulty]
    first, second = round(count * easy / 6), round(count * (easy + medium) / 6)
    return [_LEVELS[(place >= first) + (place >= second)] for place in range(count)]


def _objective(plan: LessonPlan, library: Library) -> str:
    title = library.objectives[plan.objectives[0]].title
    return title[:1].lower() + title[1:]


def _neighbours(objective: str, library: Library) -> list[str]:
    """Give the other objectives of the subject, those of the nearest grades first."""
    one = library.objectives[objective]
    others = [key for key, other in library.objectives.items() if other.subject == one.subject and key != objective]
    return sorted(others, key=lambda key: (abs(library.objectives[key].grade_level - one.grade_level), key))


class _Making:
    """A quiz on its way."""

    def __init__(self, plan: LessonPlan, library: Library, chance: Chance, questions: int) -> None:
        self._plan, self._chance = plan, chance
        self._objective = plan.objectives[0]
        self._ahead = plan.grade - library.objectives[self._objective].grade_level
        self._terms = -(-(questions - 1) // _CALCULATED_OF)
        self._things = library.places[plan.environment].things
        self._makers: Sequence[Maker] = SKILLS.get(self._objective, ())
        self._library = library
        self._reserve = _neighbours(self._objective, library)
        self._facts: list[Fact] = []
        self._learn(self._objective)
        self._asked: set[tuple[str, ...]] = set()
        self._told: dict[str, int] = {}
        self.questions: list[Question] = []

    def add(self, level: Level) -> None:
        """Add a question of a level; where none is left, one of the nearest."""
        number = len(self.questions)
        on_facts = not self._makers or 1 <= number <= self._terms
        sources = (self._fact, self._calculated) if on_facts else (self._calculated, self._fact)
        while True:
            for source in sources:
                if (question := source(level)) is not None:
                    self.questions.append(question)
                    return
            if not self._reserve:
                told = f"There are only {number} different questions on {self._objective}."
                raise UsageError(told, remedy="Ask for fewer questions.")
            self._learn(self._reserve.pop(0))

    def _learn(self, objective: str) -> None:
        held = facts(objective, self._library, self._chance)
        self._facts += self._chance.some(held, len(held))

    def _calculated(self, level: Level) -> Question | None:
        made = sum(question.data["kind"] not in _FACTS for question in self.questions)
        things = self._chance.pick(self._things)
        for attempt in range(_TRIES if self._makers else 0):
            maker = self._makers[(made + attempt // 20) % len(self._makers)]
            draft = maker(self._chance, Scale(_LEVELS.index(level), self._ahead, things))
            options = _options(draft)
            if options is not None and self._is_new(draft.ask, draft.right.text):
                return self._of_draft(draft, options, level)
        return None

    def _fact(self, level: Level) -> Question | None:
        near = sorted(
            self._facts, key=lambda one: (abs(_LEVELS.index(one.level) - _LEVELS.index(level)), self._uses(one))
        )
        for fact in near:
            right = [one.text for one in fact.options if one.right]
            if self._is_new(fact.ask, *(right or [fact.answer or ""])):
                self._facts.remove(fact)
                for use in _subjects(fact):
                    self._told[use] = self._told.get(use, 0) + 1
                return self._of_fact(fact)
        return None

    def _uses(self, fact: Fact) -> int:
        """Count how often what a question is about was asked already."""
        return sum(self._told.get(use, 0) for use in _subjects(fact))

    def _is_new(self, *told: str) -> bool:
        asked = tuple(text.casefold() for text in told)
        if asked in self._asked:
            return False
        self._asked.add(asked)
        return True

    def _of_draft(self, draft: Draft, options: list[Option], level: Level) -> Question:
        written = draft.open and level != "easy" and self._chance.happens(0.25)
        shared = {"ask": draft.ask, "hint": draft.hint, "worked": draft.worked}
        data = {"kind": draft.kind, **draft.numbers}
        if written:
            shared["ask"] += _FORM if "/" in draft.right.text else ""
            return self._question("short_answer", level, data, answer=draft.right.text, **shared)
        mixed = tuple(self._chance.some(options, len(options)))
        return self._question("multiple_choice", level, data, options=mixed, **shared)

    def _of_fact(self, fact: Fact) -> Question:
        options = fact.options if fact.in_order else tuple(self._chance.some(fact.options, len(fact.options)))
        shared = {"ask": fact.ask, "hint": fact.hint, "worked": fact.worked, "answer": fact.answer}
        return self._question(fact.type, fact.level, dict(fact.data), options=options, **shared)

    def _question(self, kind: str, level: Level, data: dict[str, Any], **fields: Any) -> Question:
        return Question(
            key=f"q{len(self.questions) + 1}",
            type=kind,  # type: ignore[arg-type]
            difficulty=level,
            points=_LEVELS.index(level) + 1,
            time_limit_s=_SECONDS[level],
            objective=data.get("objective", self._objective),
            data=data,
            **fields,
        )


_FACTS: Final = frozenset({"term", "meaning", "claim", "claims", "true_false", "sorts", "pairs", "shipped"})


def _subjects(fact: Fact) -> Iterator[str]:
    """Give what a question on facts is about, so that one term or claim is not asked twice before all are once."""
    data = fact.data
    yield fact.type
    if data["kind"] in {"term", "meaning"}:
        yield f"term {data['term']}"
    elif data["kind"] in {"claim", "true_false"}:
        yield f"claim {data['number']}"
    elif data["kind"] == "claims":
        yield from (f"claim {number}" for number in data["numbers"])
    elif data["kind"] in {"sorts", "pairs"}:
        yield f"{data['kind']} {data['number']} {data['of']}"


def _options(draft: Draft) -> list[Option] | None:
    """Choose wrong answers that differ from the right one and from each other, also in value; None if too few do."""
    taken: list[Wrong] = []
    values, texts = {draft.right.value}, {draft.right.text.casefold()}
    for one in draft.wrong:
        if one.answer.value not in values and one.answer.text.casefold() not in texts and len(taken) < WRONG:
            taken.append(one)
            values.add(one.answer.value)
            texts.add(one.answer.text.casefold())
    if len(taken) < WRONG:
        return None
    return [
        Option(text=draft.right.text, right=True, why=draft.worked),
        *(Option(text=one.answer.text, right=False, why=one.why) for one in taken),
    ]
