"""Lists that change while they are read."""

from typing import Any

from tests.lms.sources.systems import System
from tests.support.web import Answer, Exchange, Trouble, altered


def changed_page(change: Any) -> Trouble:
    """Answer with the rows of a course changed."""
    return altered(lambda answer: Answer(change(answer.body)))


def leaves_before_page(system: System, course: str, page: int) -> None:
    """Let the first person of a course leave just before a page is asked for."""

    def answer(exchange: Exchange) -> bool:
        first = next(own for own, row in system.roster.enrollments.items() if row.course_id == course)
        del system.roster.enrollments[first]
        return exchange.send(exchange.handle())

    system.trouble_with_course(course, answer, page=page)
