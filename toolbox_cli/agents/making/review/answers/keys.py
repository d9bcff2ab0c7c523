"""Whether the key of a question is right."""

from collections.abc import Iterator
from typing import Final

from toolbox_cli.agents.making.library import Library
from toolbox_cli.agents.making.records import Question
from toolbox_cli.agents.making.review.answers import figures, numbers, unknowns
from toolbox_cli.agents.making.review.answers.facts import KINDS, fits_fact
from toolbox_cli.agents.making.review.answers.reading import is_small

JUDGES: Final = {**numbers.JUDGES, **figures.JUDGES, **unknowns.JUDGES}


class UnknownError(Exception):
    """The data of a question don't tell its answer."""


def wrong_marks(question: Question, library: Library) -> list[str]:
    """Give the answers that are marked otherwise than they are found to be.

    Raises:
        UnknownError: the data of the question don't tell.
    """
    return [text for text, right in _answers(question) if _fits(question, text, library) != right]


def _answers(question: Question) -> Iterator[tuple[str, bool]]:
    if question.answer is not None:
        yield question.answer, True
    yield from ((one.text, one.right) for one in question.options)


def _fits(question: Question, text: str, library: Library) -> bool:
    """Say whether an answer is right; one that can't be read is not."""
    kind = question.data.get("kind")
    if not isinstance(kind, str) or not is_small(question.data):
        raise UnknownError
    if kind in KINDS:
        try:
            return fits_fact(question.data, question.ask, text, library)
        except (LookupError, ValueError, TypeError, AttributeError) as error:
            raise UnknownError from error
    if kind not in JUDGES:
        raise UnknownError
    try:
        return JUDGES[kind](question.data, text)
    except ValueError:
        return False
    except (LookupError, TypeError, ArithmeticError, AttributeError) as error:
        raise UnknownError from error
