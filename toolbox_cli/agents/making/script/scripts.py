"""The scripts of a lesson: checkpoints, gates with the quiz, the panel that shows it, scores and the leaderboard."""

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

from toolbox_cli.agents.making.library import Library
from toolbox_cli.agents.making.records import LessonPlan, Question, Quiz, Script
from toolbox_cli.agents.making.script.filling import filled, variables
from toolbox_cli.content.reference import studio


class _Wanted(NamedTuple):
    """A script that a lesson has.

    Attributes:
        only_with_gates: whether it belongs to the quiz's gates.
    """

    name: str
    template: str
    only_with_gates: bool = False


_WANTED: Final = (
    _Wanted("Checkpoints", "checkpoint-path"),
    _Wanted("QuizGates", "lesson-gates", only_with_gates=True),
    _Wanted("QuestionPanel", "question-panel", only_with_gates=True),
    _Wanted("Score", "lesson-score"),
    _Wanted("Leaderboard", "lesson-leaderboard"),
)
_PLACES: Final[Mapping[Literal["server", "client", "module"], str]] = {
    "server": "ServerScriptService",
    "client": "StarterPlayerScripts",
    "module": "ServerStorage",
}


def make_scripts(plan: LessonPlan, quiz: Quiz, library: Library) -> tuple[Script, ...]:
    """Write the scripts of a lesson from the templates.

    Raises:
        ValueError: a template has no script, or a value that its variable may not have.
    """
    given = _given(plan, quiz)
    return tuple(
        make_script(one.name, one.template, plan, given, library)
        for one in _WANTED
        if plan.mechanics.quiz_gate or not one.only_with_gates
    )


def make_script(name: str, key: str, plan: LessonPlan, given: Mapping[str, Any], library: Library) -> Script:
    """Write one script.

    Args:
        name: of the script in Studio.
        key: of the template.
        plan: of the lesson.
        given: values by variable; those that the template doesn't have are left out.
        library: has the templates.

    Raises:
        ValueError: the template has no script, or a value is none that its variable may have.
    """
    template = library.templates[key]
    base = template.base_structure
    sources = template.script_templates or {}
    if not isinstance(base, studio.Script):
        raise ValueError(f"the template {key} is no script")  # noqa: TRY004 - a fault of data
    values = variables(
        template, plan.difficulty, {k: v for k, v in given.items() if k in template.variable_definitions}
    )
    return Script(
        name=name,
        script_type=base.runs_on,
        place=_PLACES[base.runs_on],
        template=key,
        description=template.description,
        variables=values,
        source=filled(sources[base.script], values),
    )


def _given(plan: LessonPlan, quiz: Quiz) -> dict[str, Any]:
    mechanics = plan.mechanics
    return {
        "checkpoints": mechanics.checkpoints,
        "behind_gates": mechanics.quiz_gate,
        "points_per_checkpoint": mechanics.points_per_checkpoint,
        "points_per_question": mechanics.points_per_question,
        "questions": [_question(one) for one in quiz.questions],
        "shows_points": not mechanics.teams,
    }


def _question(question: Question) -> dict[str, Any]:
    """Give what the gates need of a question; the written answer without blanks, as the gates compare it."""
    return {
        "ask": question.ask,
        "options": [one.text for one in question.options],
        "right": [place for place, one in enumerate(question.options, 1) if one.right],
        "written": ["".join(question.answer.lower().split())] if question.answer else [],
        "hint": question.hint,
        "worked": question.worked,
    }
