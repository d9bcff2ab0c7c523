"""The review of a quiz."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.agents.making.library import Library
from toolbox_cli.agents.making.records import Environment, LessonPlan, Question, Quiz
from toolbox_cli.agents.making.review.answers.keys import UnknownError, wrong_marks
from toolbox_cli.agents.making.review.judgement import Reason
from toolbox_cli.agents.making.review.sums import equations, false_equations
from toolbox_cli.agents.making.review.texts import reading_reasons, text_reasons

_PROVED, _CALCULATED, _TOLD, _BELIEVED = 1.0, 0.9, 0.8, 0.5
"""How sure a key is: found out anew; in a worked answer whose sums hold; in a worked answer; not at all."""
_SHORTEST_GIVEN_AWAY: Final = 4
"""Letters of an answer that a hint can give away; a number may stand in it for other reasons."""


def quiz_reasons(environment: Environment, library: Library) -> Iterator[Reason]:
    """Find what is wrong with the quiz."""
    yield from _whole(environment)
    yield from question_reasons(environment.quiz, environment.plan, library)


def question_reasons(quiz: Quiz, plan: LessonPlan, library: Library) -> Iterator[Reason]:
    """Find what is wrong with the questions of a quiz, their keys and words."""
    for question in quiz.questions:
        yield from _key(question, library)
        yield from _help(question)
        if question.objective not in library.objectives:
            told = f"there is no {question.objective}"
            yield _reason("no-objective", question.key, told, "Name an objective that there is.", 0.1)
    yield from text_reasons("quiz", {"title": [quiz.title, quiz.description]})
    yield from text_reasons("quiz", {one.key: _texts(one) for one in quiz.questions})
    texts = [text for one in quiz.questions for text in (one.ask, one.hint, one.worked)]
    yield from reading_reasons("quiz", texts, (one.term for one in plan.vocabulary), quiz.grade)


def quiz_confidence(environment: Environment, library: Library) -> float:
    """Say how much of the keys the review found out by itself."""
    questions = environment.quiz.questions
    return sum(_sure(one, library) for one in questions) / len(questions)


def _reason(code: str, place: str, found: str, remedy: str, costs: float, *, refuses: bool = False) -> Reason:
    return Reason(code=code, part="quiz", place=place, found=found, remedy=remedy, costs=costs, refuses=refuses)


def _whole(environment: Environment) -> Iterator[Reason]:
    request, plan, quiz = environment.request, environment.plan, environment.quiz
    if (quiz.subject, quiz.grade) != (plan.subject, plan.grade):
        told = f"{quiz.subject} for grade {quiz.grade}"
        yield _reason("other-lesson", "quiz", told, "Ask about the lesson's subject, for its grade.", 0.3, refuses=True)
    if len(quiz.questions) != request.questions:
        told = f"{len(quiz.questions)} questions in place of {request.questions}"
        yield _reason("questions", "quiz", told, "Ask as many questions as are asked for.", 0.2, refuses=True)
    needed = sum(one.time_limit_s for one in quiz.questions)
    if quiz.time_limit_s < needed:
        told = f"{quiz.time_limit_s} s for questions that may take {needed} s"
        yield _reason("time", "quiz", told, "Let the quiz take as long as its questions.", 0.1)
    places = [
        [option.right for option in one.options].index(True) for one in quiz.questions if one.type == "multiple_choice"
    ]
    if len(places) > 3 and len(set(places)) == 1:
        told = f"it is always answer {places[0] + 1}"
        yield _reason("same-place", "quiz", told, "Mix the answers.", 0.15)


def _key(question: Question, library: Library) -> Iterator[Reason]:
    try:
        wrong = wrong_marks(question, library)
    except UnknownError:
        wrong = []
    for text in wrong:
        told = f"{text!r} is marked otherwise than it is"
        yield _reason("wrong-key", question.key, told, "Calculate the answer anew.", 0.3, refuses=True)
    explained = [question.worked, *(one.why for one in question.options if one.right)]
    for found in {false for text in explained for false in false_equations(text)}:
        yield _reason("wrong-sum", question.key, found, "Calculate the way to the answer anew.", 0.2, refuses=True)


def _help(question: Question) -> Iterator[Reason]:
    for text in question.right:
        if len(text) >= _SHORTEST_GIVEN_AWAY and text.isalpha() and text.casefold() in question.hint.casefold().split():
            yield _reason("hint-tells", question.key, text, "Help without giving the answer away.", 0.05)
    if question.hint.casefold() == question.worked.casefold():
        yield _reason("hint-is-solution", question.key, question.hint[:80], "Give a hint of its own.", 0.1)


def _texts(question: Question) -> list[str]:
    options = [text for one in question.options for text in (one.text, one.why)]
    return [question.ask, question.hint, question.worked, *options, *filter(None, [question.answer])]


def _sure(question: Question, library: Library) -> float:
    try:
        wrong_marks(question, library)
    except UnknownError:
        told = all(text.casefold() in question.worked.casefold() for text in question.right)
        if not told:
            return _BELIEVED
        return _CALCULATED if equations(question.worked) else _TOLD
    return _PROVED
