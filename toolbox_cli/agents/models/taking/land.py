"""The look of the land; every height, way and place is made and proved by the generator."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from toolbox_cli.agents.making.library import Library
from toolbox_cli.agents.making.records import LessonPlan, Material, Record, Request, Terrain
from toolbox_cli.agents.making.terrain.land import make_terrain
from toolbox_cli.agents.making.terrain.walking import reached
from toolbox_cli.agents.models.asking.conversation import NotTakenError
from toolbox_cli.agents.models.taking.texts import Heading


class LandChoice(Record):
    name: Heading
    ground: Annotated[tuple[Material, Material, Material], Field(description="low down, in the middle, high up")]
    caves: bool = False


def landed(request: Request, plan: LessonPlan, library: Library, choice: LandChoice) -> Terrain:
    """Make the land that a model chose.

    Raises:
        ValueError: it can't be walked on.
    """
    if len(set(choice.ground)) < len(choice.ground):
        raise NotTakenError("- ground: choose three materials that differ")
    place = library.places[plan.environment]
    caves = place.caves or choice.caves
    chosen = place.model_copy(update={"ground": list(choice.ground), "caves": caves})
    held = replace(library, places={**library.places, plan.environment: chosen})
    terrain = make_terrain(request, plan, held).model_copy(update={"name": choice.name})
    if not set(terrain.checkpoints) <= reached(terrain):
        raise NotTakenError("- caves: a place can't be reached on foot; choose without")
    return terrain
