"""An approved environment, stored whole with the end of its workflow."""

from collections.abc import Mapping
from typing import Any, Final

from toolbox_cli.agents.engine.outcomes import Given, Json, Result
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.records import Environment
from toolbox_cli.agents.making.review.judgement import Part
from toolbox_cli.agents.making.review.terrain import terrain_template
from toolbox_cli.agents.workflow.storing.inserting import Connection, insert
from toolbox_cli.agents.workflow.storing.reference import bring_objectives, bring_templates
from toolbox_cli.agents.workflow.storing.rows import Origin, rows
from toolbox_cli.agents.workflow.storing.states import store_context
from toolbox_cli.agents.workflow.tasks import MADE_BY, REVIEW

_AGENT: Final = "SELECT agent_id FROM agent_tasks WHERE id = %s"
_TEACHER: Final = "SELECT id FROM users WHERE id = %s AND role = 'teacher'"
_MADE: Final = {
    "roblox_content": """
INSERT INTO agent_made_content (roblox_content_id, task_id, content_sha256, object_sha256)
SELECT o.id, %(task)s, %(sha256)s, roblox_content_hash(o)
FROM roblox_content AS o WHERE o.id = ANY (%(objects)s::uuid[])""",
    "roblox_scripts": """
INSERT INTO agent_made_scripts (roblox_script_id, task_id, content_sha256, object_sha256)
SELECT o.id, %(task)s, %(sha256)s, roblox_script_hash(o)
FROM roblox_scripts AS o WHERE o.id = ANY (%(objects)s::uuid[])""",
}
"""What may be deployed only after a person's judgement of the whole."""


def store_environment(connection: Connection, given: Given, output: Json) -> None:
    """Write an approved environment.

    Args:
        connection: in the transaction that completes the task, with the platform's schema as search path.
        given: the workflow's task.
        output: what its supervisor gave.

    Effects: writes lessons, content, quizzes, terrain, scripts and Roblox content, and what of objectives and
        templates is missing; never commits. Idempotent.
    """
    environment = Environment.model_validate(output["environment"])
    origin = _origin(connection, given, output)
    bring_objectives(connection, environment.plan.objectives, library())
    templates = {one.template for one in environment.scripts} | {terrain_template(environment.terrain)}
    bring_templates(connection, templates, library())
    made = rows(environment, origin, library())
    for table, given_rows in made.items():
        insert(connection, table, given_rows)
    for table, query in _MADE.items():
        objects = [row["id"] for row in made[table]]
        connection.execute(query, {"task": given.id, "sha256": output["content_sha256"], "objects": objects})
    kept = {"content_id": origin.key("educational_content"), "lesson_id": origin.key("lessons")}
    store_context(connection, given, output, {**kept, "decision": "approved", "rounds": output["rounds"]})


def _origin(connection: Connection, given: Given, output: Json) -> Origin:
    results = {str(one.id): one for one in given.needs}
    latest = {kind: results[key] for kind, key in output["tasks"].items() if key in results}
    reviewer = connection.execute(_AGENT, (latest[REVIEW].id,)).fetchone() if REVIEW in latest else None
    teacher = connection.execute(_TEACHER, (given.created_by,)).fetchone()
    made = {part: latest[kind].output or {} for part, kind in MADE_BY.items() if kind in latest}
    return Origin(
        task=given.id,
        by=given.created_by,
        teacher=teacher[0] if teacher else None,
        reviewer=reviewer[0] if reviewer else None,
        scans=_scans(latest.get(REVIEW)),
        models=_models(made),
        seeds={part: one["seed"] for part, one in made.items() if one.get("seed") is not None},
    )


def _models(made: Mapping[Part, Json]) -> dict[str, str]:
    """Name whose words stand in each part: scripts show those of quiz and plan."""
    asked = {part: one.get("asked") or {"fallback": "nobody"} for part, one in made.items()}
    models: dict[str, str] = {part: one["model"] for part, one in asked.items() if one.get("fallback") is None}
    shown = models.get("quiz") or models.get("lesson")
    return models | ({"scripts": shown} if shown else {})


def _scans(review: Result | None) -> Any:
    return (review.output or {}).get("scans", {}) if review else {}
