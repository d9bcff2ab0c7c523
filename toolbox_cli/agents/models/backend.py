"""What agents make with the help of a language model; without one, or where it fails, the offline generators' own.

Scripts are not here: every line of Luau is made from our templates, and the words in it come from plan and quiz.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

from toolbox_cli.agents.making.lesson.plan import make_plan
from toolbox_cli.agents.making.library import Library
from toolbox_cli.agents.making.quiz.quiz import make_quiz
from toolbox_cli.agents.making.records import LessonPlan, Question, Quiz, Request, Terrain
from toolbox_cli.agents.making.terrain.land import make_terrain
from toolbox_cli.agents.models.asking.account import Asked, Spent
from toolbox_cli.agents.models.asking.conversation import Conversation
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

_MOST_QUESTIONS = 20


@dataclass(frozen=True)
class Made(Generic[Of]):
    """What a step gives.

    Attributes:
        asked: what it asked of a model; None where none is configured.
    """

    record: Of
    asked: Asked | None = None


class Backend:
    """Makes the parts of a lesson.

    Args:
        endpoint: whom to ask; None for nobody.
        library: the reference data.
        spent: what the workflow used before, by its attempts' rows.
        notes: of a review that sent the last version back.
    """

    def __init__(
        self, endpoint: Endpoint | None, library: Library, *, spent: Spent | None = None, notes: Sequence[str] = ()
    ) -> None:
        self._endpoint, self._library = endpoint, library
        self._spent, self._notes = spent or Spent(), tuple(notes)

    @classmethod
    def configured(
        cls, settings: ModelSettings, library: Library, *, spent: Spent | None = None, notes: Sequence[str] = ()
    ) -> "Backend":
        """Open the backend that the configuration wants; asks nobody yet.

        Raises:
            ConfigurationError: the model can't be asked so.
            MissingExtraError: what asks it is not installed.
        """
        asked = endpoint(settings)
        if asked is not None:
            require()
        return cls(asked, library, spent=spent, notes=notes)

    def plan(self, request: Request) -> Made[LessonPlan]:
        """Plan the lesson; a model words it.

        Raises:
            UsageError: no objective or place fits.
        """
        plan = make_plan(request, self._library)

        def prompt() -> Prompt:
            return lesson_prompt(self._brief(request, plan), self._library)

        return self._asked(plan, prompt, LessonWords, lambda words: worded(plan, words))

    def quiz(self, request: Request, plan: LessonPlan) -> Made[Quiz]:
        """Make the quiz; a model chooses its questions and sets their scenes.

        Raises:
            UsageError: there are not as many different questions as are asked for.
        """
        quiz = make_quiz(request, plan, self._library)
        if self._endpoint is None:
            return Made(quiz)
        pool, skill = self._pool(request, plan, quiz), skill_of(plan.objectives[0])

        def prompt() -> Prompt:
            return quiz_prompt(self._brief(request, plan), self._library, pool, skill)

        return self._asked(quiz, prompt, QuizChoice, lambda choice: chosen_quiz(quiz, pool, skill, choice))

    def terrain(self, request: Request, plan: LessonPlan) -> Made[Terrain]:
        """Make the land; a model chooses what it looks like."""
        terrain = make_terrain(request, plan, self._library)

        def prompt() -> Prompt:
            return land_prompt(self._brief(request, plan), self._library)

        return self._asked(terrain, prompt, LandChoice, lambda choice: landed(request, plan, self._library, choice))

    def _brief(self, request: Request, plan: LessonPlan) -> Brief:
        return Brief.of(request, plan, self._library, self._notes)

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
            return Made(offline)
        taken, asked = Conversation(self._endpoint, prompt(), shape, take, self._spent).run()
        return Made(offline if taken is None else taken, asked)
