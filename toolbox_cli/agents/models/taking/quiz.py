"""A quiz that a model chose: each question is asked in our words, and each key is ours or proved.

A model's own question is a calculation. It gives the expression; the sentence that asks for its value, and the value,
are ours. What it chooses from the list keeps its answers as they are. Scenes and hints are its own.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from toolbox_cli.agents.making.quiz.skills import SKILLS
from toolbox_cli.agents.making.records import Level, Option, Question, Quiz, Record
from toolbox_cli.agents.models.asking.conversation import NotTakenError, faults_told
from toolbox_cli.agents.models.taking.sums import LONGEST, Skill, Sum, SumError, holds, read_number, read_sum, shown
from toolbox_cli.agents.models.taking.texts import Said
from toolbox_cli.core.chance import Chance

_LEVELS: Final[tuple[Level, ...]] = ("easy", "medium", "hard")
_TURNS: Final = re.compile(
    r"[?\d\"“”:;]|[.!]\s|\b(?:answer|answers|before|choose|correct|each|except|false|first|give|ignore|instead|leave|not|"
    r"now|opposite|pick|question|reduce|replace|result|results|reverse|round|simplify|swap|take|tick|true|write|wrong|"
    r"add|adds|decimal|divide|divides|double|doubles|fraction|half|halve|halves|minus|multiply|plus|percent|product|"
    r"quotient|remainder|subtract|sum|times|triple|twice)\b",
    re.IGNORECASE,
)
"""What could turn the question behind a scene into another one, or answer it: orders, and words for calculating."""
_STOP: Final = (".", "!")
_NUMBERS: Final = re.compile(r"(?<![\w/.])-?\d+(?:\s?/\s?\d+|\.\d+)?(?![\w/]|\.\d)")


def _sets_only_a_scene(text: str) -> str:
    if _TURNS.search(text) or not text.endswith(_STOP):
        raise ValueError("a scene is one statement without digits, quotes, orders and words for calculating")
    return text


Scene = Annotated[Said, Field(max_length=160), AfterValidator(_sets_only_a_scene)]
Number = Annotated[Said, Field(max_length=20)]


CALCULATED: Final = frozenset({maker.__name__ for makers in SKILLS.values() for maker in makers} | {"calculation"})
"""Kinds of questions that a scene can stand before: others are recognised by how they are asked."""


class Pick(Record):
    key: Annotated[Said, Field(max_length=80, description="of a question of the list")]
    hint: Said
    scene: Scene | None = None


class Mistake(Record):
    answer: Number
    why: Annotated[Said, Field(description="the misconception that leads to it")]


class Calculation(Record):
    expression: Annotated[Said, Field(max_length=LONGEST, description="such as 3/4 + 1/8")]
    answer: Number
    steps: Annotated[tuple[Annotated[Said, Field(max_length=120)], ...], Field(min_length=1, max_length=5)]
    mistakes: Annotated[tuple[Mistake, ...], Field(min_length=3, max_length=3)]
    hint: Said
    scene: Scene | None = None


class QuizChoice(Record):
    picks: Annotated[tuple[Pick, ...], Field(max_length=20)] = ()
    calculations: Annotated[tuple[Calculation, ...], Field(max_length=10)] = ()


def chosen_quiz(quiz: Quiz, pool: Sequence[Question], skill: Skill | None, choice: QuizChoice) -> Quiz:
    """Make the quiz that a model chose.

    Args:
        quiz: the offline generator's: its title and how many questions it has.
        pool: what could be chosen.
        skill: what calculations may be; None for none.
        choice: the model's.

    Raises:
        ValueError: a key can't be proved, or the choice doesn't make a quiz; all faults at once.
    """
    faults = [*_faults_of_numbers(quiz, skill, choice)]
    by_key = {one.key: one for one in pool}
    questions: list[Question] = []
    for place, pick in enumerate(choice.picks):
        try:
            questions.append(_picked(pick, by_key))
        except ValueError as error:
            faults.append(f"- picks.{place}: {faults_told(error)}")
    for place, one in enumerate(choice.calculations if skill else ()):
        try:
            questions.append(_calculated(one, skill, quiz))
        except ValueError as error:
            faults.append(f"- calculations.{place}: {faults_told(error)}")
    missing = {one.difficulty for one in quiz.questions} - {one.difficulty for one in questions}
    if missing and not faults:
        faults.append(f"- there is no question that is {' and none that is '.join(sorted(missing))}")
    if faults:
        raise NotTakenError("\n".join(faults))
    return _assembled(quiz, questions)


def _faults_of_numbers(quiz: Quiz, skill: Skill | None, choice: QuizChoice) -> Iterator[str]:
    wanted, own = len(quiz.questions), len(choice.calculations)
    if len(choice.picks) + own != wanted:
        yield f"- there are {len(choice.picks) + own} questions, and the quiz has {wanted}"
    if own and skill is None:
        yield "- calculations: this objective has none; choose from the list alone"
    elif own > wanted // 2:
        yield f"- calculations: there are {own}, and {wanted // 2} may be"
    if len({pick.key for pick in choice.picks}) < len(choice.picks):
        yield "- picks: a question is chosen twice"


def _picked(pick: Pick, by_key: Mapping[str, Question]) -> Question:
    question = by_key.get(pick.key)
    if question is None:
        raise NotTakenError("the list has no question of this key")
    return _told(question, pick.scene, pick.hint)


def _calculated(one: Calculation, skill: Skill | None, quiz: Quiz) -> Question:
    """Make a question of a calculation.

    Raises:
        SumError: it is wrong, or can't be checked.
    """
    asked = read_sum(one.expression)
    _serves(asked, skill)
    if read_number(one.answer) != asked.value:
        raise SumError(f"{asked.text} comes to {shown(asked.value, asked.kind)}, not to {one.answer}")
    if [holds(step) for step in one.steps][-1] != asked.value:
        raise SumError("the last step does not end in the answer")
    wrong = [(read_number(mistake.answer), mistake.why) for mistake in one.mistakes]
    if len({asked.value, *(value for value, _ in wrong)}) != len(wrong) + 1:
        raise SumError("two of the answers are the same number")
    worked = "; ".join(one.steps)
    options = [Option(text=shown(asked.value, asked.kind), right=True, why=worked)]
    options += [Option(text=shown(value, asked.kind), right=False, why=why) for value, why in wrong]
    question = Question(
        key="calculation",
        type="multiple_choice",
        ask=f"What is {asked.text}?",
        options=tuple(Chance("calculation", asked.text, quiz.grade).some(options, len(options))),
        hint=one.hint,
        worked=worked,
        difficulty=_LEVELS[asked.level],
        points=asked.level + 1,
        time_limit_s=60 + 30 * asked.level,
        objective=quiz.questions[0].objective,
        data={"kind": "calculation", "expression": asked.text},
    )
    return _told(question, one.scene, one.hint)


def _serves(asked: Sum, skill: Skill | None) -> None:
    if skill is None or not set(asked.operators) <= skill.operators or asked.kind not in skill.numbers:
        raise SumError("this is not what the objective teaches")
    if asked.kind == "whole" and any(value.denominator > 1 for value in asked.values):
        raise SumError("it does not stay with whole numbers")


def _told(question: Question, scene: str | None, hint: str) -> Question:
    """Put a scene before a question, and a hint beside it.

    Raises:
        ValueError: the hint or the scene holds the answer, or all is too long.
    """
    if scene and question.data["kind"] not in CALCULATED:
        raise NotTakenError("this question takes no scene")
    for text in filter(None, (scene, hint)):
        if any(_holds(text, right) for right in question.right):
            raise NotTakenError("the hint or the scene holds the answer")
    ask = f"{scene} {question.ask}" if scene else question.ask
    return Question.model_validate({**question.model_dump(), "ask": ask, "hint": hint})


def _holds(text: str, answer: str) -> bool:
    """Tell whether a text has an answer in it, as it is written or as a number of the same value."""
    if re.search(rf"(?<![\w/.]){re.escape(answer)}(?![\w/]|\.\d)", text, re.IGNORECASE):
        return True
    value = _value(answer)
    return value is not None and any(_value(found) == value for found in _NUMBERS.findall(text))


def _value(text: str) -> Fraction | None:
    try:
        return read_number(re.sub(r"\s*/\s*", "/", text))
    except SumError:
        return None


def _assembled(quiz: Quiz, questions: Sequence[Question]) -> Quiz:
    """Put questions in order, from easy to hard, and number them."""
    ordered = sorted(questions, key=lambda one: _LEVELS.index(one.difficulty))
    numbered = [
        {**one.model_dump(), "key": f"q{number:02d}-{one.data['kind'].replace('_', '-')}"}
        for number, one in enumerate(ordered, 1)
    ]
    minutes = -(-sum(one.time_limit_s for one in ordered) // 60)
    return Quiz.model_validate({**quiz.model_dump(), "questions": numbered, "time_limit_s": 60 * minutes})
