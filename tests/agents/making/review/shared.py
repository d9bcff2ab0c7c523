"""One good environment, and how to spoil a copy of it."""

from functools import cache
from typing import Any

from toolbox_cli.agents.making.environment import make_environment
from toolbox_cli.agents.making.library import Library, library
from toolbox_cli.agents.making.records import Environment, Question, Request
from toolbox_cli.agents.making.review.judgement import Part, Review
from toolbox_cli.agents.making.review.whole import review

LIBRARY: Library = library()
ASKED = Request(
    objective="math-5-add-unlike-fractions", grade=5, environment="island", duration_minutes=20, questions=6, seed=3
)


@cache
def good() -> Environment:
    return make_environment(ASKED, LIBRARY)


def reviewed(**parts: Any) -> Review:
    return review(good().model_copy(update=parts), LIBRARY)


def plan(**fields: Any) -> Any:
    return good().plan.model_copy(update=fields)


def quiz(**fields: Any) -> Any:
    return good().quiz.model_copy(update=fields)


def terrain(**fields: Any) -> Any:
    return good().terrain.model_copy(update=fields)


def with_first(**fields: Any) -> Any:
    """Give the quiz with another first question."""
    first, *others = good().quiz.questions
    return quiz(questions=(first.model_copy(update=fields), *others))


def with_script(source: str) -> Any:
    """Give the scripts with another source of the first."""
    first, *others = good().scripts
    return (first.model_copy(update={"source": source}), *others)


def codes(found: Review, part: Part) -> set[str]:
    return {one.code for one in found.parts[part].reasons}


def swapped(question: Question) -> Question:
    """Mark a wrong answer as the right one."""
    place = next(n for n, one in enumerate(question.options) if not one.right)
    options = tuple(one.model_copy(update={"right": number == place}) for number, one in enumerate(question.options))
    return question.model_copy(update={"options": options})
