"""A source in memory that takes grades, and answers as told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from toolbox_cli.lms.sources.records import Grade, Pushed
from toolbox_cli.lms.sources.source import Knows, Source

Answer = Pushed | Exception | Callable[[Grade], Pushed]


@dataclass
class Book:
    """Keeps what is written by assignment and student.

    Attributes:
        answers: what the next grades get; those after them are written.
        asked: every grade that came, in order.
    """

    knows: Knows = field(default_factory=Knows)
    answers: list[Answer] = field(default_factory=list)
    asked: list[Grade] = field(default_factory=list)
    held: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    closed: int = 0

    def push_grade(self, grade: Grade) -> Pushed:
        self.asked.append(grade)
        answer = self.answers.pop(0) if self.answers else Pushed.WRITTEN
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            answer = answer(grade)
        if answer is Pushed.WRITTEN:
            self.held[grade.assignment_id, grade.user_id] = grade.score
        return answer

    def close(self) -> None:
        self.closed += 1

    def opened(self, _: object) -> Source:
        return self  # type: ignore[return-value]  # nothing else of it is asked
