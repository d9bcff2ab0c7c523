"""What agents make with the help of a language model; without one, or where it fails, the offline generators' own.

Scripts are not here: every line of Luau is made from our templates, and the words in it come from plan and quiz.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from pydantic import BaseModel

from toolbox_cli.agents.making.lesson.plan import make_plan
from toolbox_cli.agents.making.library import Library
from toolbox_cli.agents.making.quiz.quiz import make_quiz
from toolbox_cli.agents.making.records import LessonPlan, Question, Quiz, Request, Terrain
from toolbox_cli.agents.making.review.judgement import Reason as Fault
from toolbox_cli.agents.making.review.lesson import word_reasons
from toolbox_cli.agents.making.review.quiz import question_reasons
from toolbox_cli.agents.making.review.texts import text_reasons
from toolbox_cli.agents.making.terrain.land import make_terrain
from toolbox_cli.agents.models.asking.account import Asked, Reason, Spent
from toolbox_cli.agents.models.asking.conversation import Conversation, NotTakenError
from toolbox_cli.agents.models.asking.prompt import Prompt
from toolbox_cli.agents.models.asking.wire import require
from toolbox_cli.agents.models.endpoint import Endpoint, endpoint
from toolbox_cli.agents.models.taking.land import LandChoice, landed
from toolbox_cli.agents.models.taking.lesson import LessonWords, worded
from toolbox_cli.agents.models.taking.quiz import QuizChoice, chosen_quiz
from toolbox_cli.agents.models.taking.sums import skill_of
from toolbox_cli.agents.models.telling.brief import Brief
from toolbox_cli.agents.models.telling.prompts import land_prompt, lesson_prompt, quiz_prompt
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.sections import ModelSettings

Of = TypeVar("Of")
Shape = TypeVar("Shape", bound=BaseModel)

_MOST_QUESTIONS: Final = 20
_OF_ITS_TIME: Final = 2 / 3
"""What a step may spend with asking, so that some is left for what it makes itself."""
_WHY: Final[Mapping[Reason, str]] = {
    Reason.NOT_CONFIGURED: "Whoever did this has no language model: set agents.model there.",
    Reason.TRIED_BEFORE: "The try before this one failed, and what it used is not known.",
    Reason.SENT_BACK: "What a review sends back is made without a model.",
}
"""Why nobody is asked."""


@dataclass(frozen=True)
class Made(Generic[Of]):
    """What a step gives.

    Attributes:
        asked: what it asked of a model; None where nobody was to be asked.
    """

    record: Of
    asked: Asked | None = None


class Backend:
    """Makes the parts of a lesson.

    Args:
        endpoint: whom to ask; None for nobody.
        library: the reference data.
        spent: what the workflow used before.
        why: nobody is asked although somebody should be; None where nobody should be.
    """

    def __init__(
        self, endpoint: Endpoint | None, library: Library, *, spent: Spent | None = None, why: Reason | None = None
    ) -> None:
        self._endpoint, self._library = endpoint, library
        self._spent, self._why = spent or Spent(), why

    @classmethod
    def configured(
        cls, settings: ModelSettings, library: Library, *, spent: Spent | None = None, within_s: float = 0
    ) -> "Backend":
        """Open the backend that the configuration wants; asks nobody yet.

        Args:
            settings: of the model.
            library: the reference data.
            spent: what the workflow used before.
            within_s: how long each step may take; 0 for as long as it likes.

        Raises:
            ConfigurationError: the model can't be asked so.
            MissingExtraError: what asks it is not installed.
        """
        asked = checked(settings)
        if asked is None:
            return cls(None, library, why=Reason.NOT_CONFIGURED)
        if within_s:
            asked = replace(asked, patience_s=min(asked.patience_s, _OF_ITS_TIME * within_s))
        return cls(asked, library, spent=spent)

    def plan(self, request: Request) -> Made[LessonPlan]:
        """Plan the lesson; a model words it.

        Raises:
            UsageError: no objective or place fits.
        """
        plan = make_plan(request, self._library)

        def prompt() -> Prompt:
            return lesson_prompt(self._brief(request, plan), self._library)

        def take(words: LessonWords) -> LessonPlan:
            made = worded(plan, words)
            return _approvable(made, word_reasons(made))

        return self._asked(plan, prompt, LessonWords, take)

    def quiz(self, request: Request, plan: LessonPlan) -> Made[Quiz]:
        """Make the quiz; a model chooses its questions and sets their scenes.

        Raises:
            UsageError: there are not as many different questions as are asked for.
        """
        quiz = make_quiz(request, plan, self._library)
        if self._endpoint is None:
            return self._unasked(quiz)
        pool, skill = self._pool(request, plan, quiz), skill_of(plan.objectives[0])

        def prompt() -> Prompt:
            return quiz_prompt(self._brief(request, plan), self._library, pool, skill)

        def take(choice: QuizChoice) -> Quiz:
            made = chosen_quiz(quiz, pool, skill, choice)
            return _approvable(made, question_reasons(made, plan, self._library))

        return self._asked(quiz, prompt, QuizChoice, take)

    def terrain(self, request: Request, plan: LessonPlan) -> Made[Terrain]:
        """Make the land; a model chooses what it looks like."""
        terrain = make_terrain(request, plan, self._library)

        def prompt() -> Prompt:
            return land_prompt(self._brief(request, plan), self._library)

        def take(choice: LandChoice) -> Terrain:
            made = landed(request, plan, self._library, choice)
            return _approvable(made, text_reasons("terrain", {"name": [made.name]}))

        return self._asked(terrain, prompt, LandChoice, take)

    def _brief(self, request: Request, plan: LessonPlan) -> Brief:
        return Brief.of(request, plan, self._library)

    def _pool(self, request: Request, plan: LessonPlan, quiz: Quiz) -> Sequence[Question]:
        """Give twice as many questions to choose from, where there are."""
        more = request.model_copy(update={"questions": min(_MOST_QUESTIONS, 2 * len(quiz.questions))})
        try:
            return make_quiz(more, plan, self._library).questions
        except UsageError:
            return quiz.questions

    def _asked(
        self, offline: Of, prompt: Callable[[], Prompt], shape: type[Shape], take: Callable[[Shape], Of]
    ) -> Made[Of]:
        if self._endpoint is None:
            return self._unasked(offline)
        taken, asked = Conversation(self._endpoint, prompt(), shape, take, self._spent).run()
        return Made(offline if taken is None else taken, asked)

    def _unasked(self, offline: Of) -> Made[Of]:
        return Made(offline, None if self._why is None else Asked(fallback=self._why, detail=_WHY[self._why]))


def checked(settings: ModelSettings) -> Endpoint | None:
    """Give the endpoint that can be asked here; None where none is configured.

    Raises:
        ConfigurationError: the model can't be asked so.
        MissingExtraError: what asks it is not installed.
    """
    asked = endpoint(settings)
    if asked is not None:
        require()
    return asked


def _approvable(made: Of, faults: Iterable[Fault]) -> Of:
    """Let pass what the review would not refuse; a model learns at once what it finds.

    Raises:
        NotTakenError: it would.
    """
    refused = [f"- {one.place}: {one.found}. {one.remedy}" for one in faults if one.refuses]
    if refused:
        raise NotTakenError("\n".join(refused))
    return made
