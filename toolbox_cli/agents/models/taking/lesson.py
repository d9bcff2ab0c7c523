"""The words of a lesson plan; its objective, terms, minutes, kinds, rules and rewards stay."""

from typing import Annotated

from pydantic import Field

from toolbox_cli.agents.making.records import LessonPlan, Record
from toolbox_cli.agents.models.asking.conversation import NotTakenError
from toolbox_cli.agents.models.taking.texts import Heading, Name, Said


class ActivityWords(Record):
    name: Name
    text: Annotated[Said, Field(description="what to do, said to students; one to three sentences")]


class LessonWords(Record):
    title: Heading
    description: Annotated[Said, Field(description="for teachers, at most two sentences")]
    summary: Annotated[Said, Field(description="for students, at most two sentences")]
    activities: Annotated[tuple[ActivityWords, ...], Field(min_length=1, max_length=12)]
    reflection: Annotated[tuple[Said, ...], Field(min_length=1, max_length=3)]
    support: Said
    stretch: Said


def worded(plan: LessonPlan, words: LessonWords) -> LessonPlan:
    """Put a model's words into a plan.

    Raises:
        ValueError: they don't fit it.
    """
    if len(words.activities) != len(plan.activities):
        raise NotTakenError(f"- activities: there are {len(words.activities)}, and the plan has {len(plan.activities)}")
    activities = [
        {**step.model_dump(), "name": said.name, "text": said.text}
        for step, said in zip(plan.activities, words.activities, strict=True)
    ]
    told = words.model_dump(exclude={"activities"})
    return LessonPlan.model_validate({**plan.model_dump(), **told, "activities": activities})
