"""Ask for a workflow."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg

from toolbox_cli.agents.engine.outcomes import NewTask
from toolbox_cli.agents.making.library import Library, library
from toolbox_cli.agents.making.records import Request
from toolbox_cli.agents.making.review.judgement import Thresholds
from toolbox_cli.agents.making.understanding import chosen
from toolbox_cli.agents.models.telling.filtering import known_words
from toolbox_cli.agents.workflow.tasks import ROOT, Asked
from toolbox_cli.content.reference.keys import reference_uuid
from toolbox_cli.core.errors import InputError

_THRESHOLDS: Final = """
SELECT id, quality_thresholds FROM roblox_templates
WHERE id = ANY (%s) AND jsonb_typeof(quality_thresholds) = 'object'"""


def kept(request: Request) -> Request:
    """Give what is kept of a request: what it comes down to, and of its words those that the reference data has too.

    A person's own words may name a child. No lesson needs that, so it stands in no row, no task's name and no log.

    Raises:
        UsageError: nothing fits.
    """
    choice = chosen(request, library())
    said = {"objective": choice.key, "grade": choice.grade, "environment": choice.place_key}
    return request.model_copy(update={**said, "topic": " ".join(known_words(request.topic, library()))})


def workflow(asked: Asked, by: UUID | None = None, priority: int | None = None) -> NewTask:
    """Make the task that stands for a whole workflow; its key is the workflow's too.

    Args:
        asked: what is asked for, as `kept` gives it.
        by: the user who asks; None for a program.
        priority: 0 to 10; None for the supervisor's.
    """
    key = uuid4()
    request = asked.request
    objective = library().objectives.get(request.objective or "")
    said = [objective.title if objective else request.subject or "lesson"]
    said += [f"grade {request.grade}"] if request.grade else []
    said += [request.environment] if request.environment else []
    return NewTask(
        ROOT, f"Lesson: {', '.join(said)}"[:200], asked.model_dump(mode="json"),
        id=key, workflow_id=key, created_by=by, priority=priority,
    )  # fmt: skip


def thresholds_held(connection: psycopg.Connection[Any], library: Library) -> dict[str, dict[str, float]]:
    """Give the thresholds of the templates that an installation has, as it has them.

    Args:
        connection: with the platform's schema as search path.
        library: the templates that ship.

    Raises:
        InputError: one is no ratio.
    """
    keys = {reference_uuid("roblox_templates", key): key for key in library.templates}
    found = connection.execute(_THRESHOLDS, (list(keys),)).fetchall()
    return {keys[key]: dict(_ratios(keys[key], given)) for key, given in found}


def _ratios(template: str, given: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for name in Thresholds.model_fields:
        value = given.get(name)
        if isinstance(value, bool | str | list | dict) or (value is not None and not 0 <= value <= 1):
            raise InputError(
                f"In this database, template {template} wants a {name} of {value!r}, and it has to be from 0 to 1.",
                remedy="Correct quality_thresholds of that row in roblox_templates.",
            )
        if value is not None:
            yield name, float(value)
