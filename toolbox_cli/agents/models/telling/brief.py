"""All that a prompt may be made of: a closed record, whose texts stand in the reference data."""

from typing import Annotated, Final, NamedTuple, Self

from pydantic import Field

from toolbox_cli.agents.making.library import Library, Place
from toolbox_cli.agents.making.records import Grade, Key, LessonPlan, Level, Minutes, Record, Request, Subject
from toolbox_cli.agents.models.telling.filtering import MOST_WORDS, known_words
from toolbox_cli.content.reference.learning import ActivityKind, Objective

_MOST_STEPS: Final = 12


class Step(NamedTuple):
    """An activity's place in the lesson."""

    kind: ActivityKind
    minutes: Minutes


class Brief(Record):
    """What a model is told of a lesson.

    Attributes:
        objective: stable key of the reference data.
        environment: likewise, of a place.
        words: of what was asked for, by the alphabet: in their order they could say something.
    """

    subject: Subject
    grade: Grade
    objective: Key
    environment: Key
    difficulty: Level
    questions: Annotated[int, Field(ge=1, le=50)]
    steps: Annotated[tuple[Step, ...], Field(max_length=_MOST_STEPS)]
    words: Annotated[tuple[str, ...], Field(max_length=MOST_WORDS)] = ()

    @classmethod
    def of(cls, request: Request, plan: LessonPlan, library: Library) -> Self:
        """Make the brief of a lesson.

        Args:
            request: of it only the number of questions and known words of the topic are told.
            plan: of it only keys, numbers and kinds are told.
            library: the reference data.

        Raises:
            ValueError: the plan names what the reference data doesn't have.
        """
        brief = cls(
            subject=plan.subject,
            grade=plan.grade,
            objective=plan.objectives[0],
            environment=plan.environment,
            difficulty=plan.difficulty,
            questions=request.questions,
            steps=tuple(Step(one.kind, one.minutes) for one in plan.activities),
            words=tuple(sorted(known_words(request.topic, library))),
        )
        brief.check(library)
        return brief

    def check(self, library: Library) -> None:
        """See that every text in it stands in the reference data.

        Raises:
            ValueError: one doesn't.
        """
        if self.objective not in library.objectives or self.environment not in library.places:
            raise ValueError("the brief names an objective or a place that the reference data doesn't have")
        if known_words(" ".join(self.words), library) != self.words:
            raise ValueError("the brief holds words that the reference data doesn't have")

    def told_objective(self, library: Library) -> Objective:
        return library.objectives[self.objective]

    def told_place(self, library: Library) -> Place:
        return library.places[self.environment]
