"""The prompts, each made of a brief, the reference data, and questions that the offline generator asks."""

import json
from collections.abc import Iterator, Sequence
from typing import Final, get_args

from pydantic import BaseModel

from toolbox_cli.agents.making.library import Library
from toolbox_cli.agents.making.records import Question
from toolbox_cli.agents.models.asking.prompt import Prompt
from toolbox_cli.agents.models.taking.land import LandChoice
from toolbox_cli.agents.models.taking.lesson import LessonWords
from toolbox_cli.agents.models.taking.quiz import CALCULATED, QuizChoice
from toolbox_cli.agents.models.taking.sums import Skill
from toolbox_cli.agents.models.telling.brief import Brief
from toolbox_cli.content.reference.learning import Material

_RULES: Final = """\
You help to prepare lessons that children play in Roblox. A teacher reads what you write before any child does.
Write plain English that a child of the given grade reads with ease: short sentences, friendly, nothing frightening.
Name no real or invented person, no brand, no website and no address. Ask children for nothing about themselves.
Each text is one line without markup.
Answer with one JSON object and nothing else. It has to fit this JSON schema:
"""


def lesson_prompt(brief: Brief, library: Library) -> Prompt:
    """Ask for the words of a lesson plan."""
    steps = [f"{number}. {kind}, {minutes} minutes" for number, (kind, minutes) in enumerate(brief.steps, 1)]
    task = [
        *_lesson(brief, library),
        "Write the words of the lesson plan: a title, a description for teachers, a summary for students, each "
        "activity's name and task, two questions to reflect on, support for those who find it hard, and a stretch "
        "for those who are quick. Use the terms in the tasks, and give each activity a task of its own. State no "
        "facts beyond the objective and the terms.",
        f"The activities, in this order, with these kinds; give exactly {len(steps)}:",
        *steps,
    ]
    return Prompt(_rules(LessonWords), "\n".join(task))


def quiz_prompt(brief: Brief, library: Library, pool: Sequence[Question], skill: Skill | None) -> Prompt:
    """Ask which questions a quiz has, and for words around them.

    Args:
        brief: of the lesson.
        library: the reference data.
        pool: questions to choose from, by the offline generator.
        skill: what calculations may be added; None for none.
    """
    task = [
        *_lesson(brief, library),
        f"Choose the {brief.questions} questions of the quiz from the list at the end, each by its key.",
        "For each write a hint that helps and does not give the answer away. Where the list says so it may have a "
        "scene: one sentence that tells what is going on at this place, without digits, questions, orders and words "
        "for calculating.",
    ]
    if skill is not None:
        signs = " ".join(sorted(skill.operators))
        task += [
            f"Up to {brief.questions // 2} of them may be calculations of your own instead, with {signs} between "
            f"{skill.told}. Give the expression, the right answer, the steps as equations, and three wrong answers, "
            "each with the misconception that leads to it. Every calculation is checked."
        ]
    task += ["The list:", *(_listed(one) for one in pool)]
    return Prompt(_rules(QuizChoice), "\n".join(task))


def land_prompt(brief: Brief, library: Library) -> Prompt:
    """Ask for the look of the land."""
    lesson = [*_lesson(brief, library)]
    place = brief.told_place(library)
    task = [
        *lesson,
        f"The land has the shape {place.shape}{', with water' if place.water else ''}.",
        "Give it a name, choose the materials of its ground (low down, in the middle, high up), and say whether it "
        "has a cave.",
        f"Materials: {', '.join(get_args(Material))}.",
    ]
    return Prompt(_rules(LandChoice), "\n".join(task))


def _rules(shape: type[BaseModel]) -> str:
    return _RULES + json.dumps(shape.model_json_schema(), separators=(",", ":"))


def _lesson(brief: Brief, library: Library) -> Iterator[str]:
    brief.check(library)
    objective, place = brief.told_objective(library), brief.told_place(library)
    known = library.knowledge.get(brief.objective)
    yield f"Subject: {brief.subject}. Grade: {brief.grade}. Level: {brief.difficulty}."
    yield f"Objective: {objective.title}. {objective.description}"
    yield f"Place: {place.where}. {place.scene} Spots: {', '.join(place.spots)}. Things: {', '.join(place.things)}."
    if known is not None:
        yield f"Terms: {'; '.join(f'{term} ({meaning})' for term, meaning in known.terms.items())}"
    if brief.words:
        yield f"Words of who asked for it: {', '.join(brief.words)}."


def _listed(question: Question) -> str:
    scene = ", may have a scene" if question.data["kind"] in CALCULATED else ""
    return f"{question.key} ({question.difficulty}{scene}): {question.ask} Answer: {' and '.join(question.right)}"
