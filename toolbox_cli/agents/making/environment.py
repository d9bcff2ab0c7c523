"""Make a whole lesson in one go: what the agents make one after the other."""

from toolbox_cli.agents.making import VERSION
from toolbox_cli.agents.making.lesson.plan import make_plan
from toolbox_cli.agents.making.library import Library
from toolbox_cli.agents.making.quiz.quiz import make_quiz
from toolbox_cli.agents.making.records import Environment, Request
from toolbox_cli.agents.making.script.scripts import make_scripts
from toolbox_cli.agents.making.terrain.land import make_terrain


def make_environment(request: Request, library: Library) -> Environment:
    """Make plan, quiz, land and scripts for a request.

    Raises:
        UsageError: no objective or place fits, or there are too few questions.
    """
    plan = make_plan(request, library)
    quiz = make_quiz(request, plan, library)
    return Environment(
        version=VERSION,
        request=request,
        plan=plan,
        quiz=quiz,
        terrain=make_terrain(request, plan, library),
        scripts=make_scripts(plan, quiz, library),
    )
