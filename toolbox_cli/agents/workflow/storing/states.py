"""SPARC states and measurements: what each step leaves besides its result."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from toolbox_cli.agents.engine.outcomes import Given, Json
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.review.judgement import Judgement, Part, Review
from toolbox_cli.agents.workflow.storing.inserting import Connection, insert_missing, key_of
from toolbox_cli.agents.workflow.storing.reference import bring_templates, template_key
from toolbox_cli.agents.workflow.tasks import PLAN, REVIEW, told

_TIME: Final = """
INSERT INTO agent_metrics (id, agent_id, task_id, metric_type, metric_value, context)
SELECT %(id)s, agent_id, id, 'execution_time',
    round(extract(epoch FROM clock_timestamp() - started_at)::numeric, 4), %(context)s
FROM agent_tasks WHERE id = %(task)s ON CONFLICT DO NOTHING"""
_JUDGE: Final = """
UPDATE agent_states SET quality_score = %(quality)s, confidence_score = %(confidence)s, reviewed_by = %(reviewer)s,
    approved = %(approved)s
WHERE workflow_id = %(workflow)s AND (state_data ->> 'task' = %(task)s)"""
_AGENT: Final = "SELECT agent_id::text FROM agent_tasks WHERE id = %s"
_USE: Final = """
UPDATE roblox_templates SET
    success_rate = (coalesce(success_rate, %(good)s) * coalesce(usage_count, 0) + %(good)s)
        / (coalesce(usage_count, 0) + 1),
    usage_count = coalesce(usage_count, 0) + 1
WHERE id = %(id)s"""

Scores = Mapping[str, Any]
"""Columns of a state that a review fills."""


def store_plan(connection: Connection, given: Given, output: Json) -> None:
    """Keep what was asked for, and what it comes down to.

    Effects: writes agent_states and agent_metrics; never commits.
    """
    request = given.input.get("asked", {}).get("request") or given.input.get("request") or given.input
    _state(connection, given, ("situation", 0), {"asked": request})
    _state(connection, given, ("problem", 0), dict(output))
    _time(connection, given, output)


def store_action(connection: Connection, given: Given, output: Json) -> None:
    """Keep that a part was made, and with what.

    Effects: writes agent_states and agent_metrics; never commits.
    """
    document = {
        "step": given.task_type,
        "round": given.input.get("round", 1),
        "seed": output.get("seed"),
        "sent_back": [one["code"] for one in given.input.get("reasons", [])],
    }
    _state(connection, given, ("action", given.input.get("sequence", 0)), document)
    _time(connection, given, output)


def store_review(connection: Connection, given: Given, output: Json) -> None:
    """Keep the result of a round: scores of the whole and of each part, who reviewed, and what is approved.

    Effects: writes agent_states, agent_metrics and roblox_templates; never commits.
    """
    review = Review.model_validate(output["review"])
    number = given.input.get("sequence", 0)
    document = {
        "round": given.input.get("round", 1),
        "decision": output["decision"],
        "why": output["why"],
        "content_sha256": review.content_sha256,
        "reasons": [one.model_dump(mode="json") for one in review.reasons[:50]],
    }
    _state(connection, given, ("result", number), document, _scores(review, given))
    made = output.get("made", {})
    for part, judgement in review.parts.items():
        _judged(connection, given, made.get(part), judgement)
    if plan := next((one for one in given.needs if one.task_type == PLAN), None):
        _judged(connection, given, str(plan.id), review.parts["lesson"])
    if output["decision"] == "given_up":
        document = {"decision": "given_up", "why": output["why"], "learned": told(review.reasons, 10)}
        _state(connection, given, ("context", 0), document, _scores(review, given))
    _use_templates(connection, given, review)
    _time(connection, given, output)


def store_context(connection: Connection, given: Given, output: Json, document: Mapping[str, Any]) -> None:
    """Keep what a workflow leaves when it is approved.

    Effects: writes agent_states and agent_metrics; never commits.
    """
    reviewer = output["tasks"].get(REVIEW)
    found = connection.execute(_AGENT, (reviewer,)).fetchone()
    scores = {
        "quality_score": output["quality"],
        "confidence_score": output["confidence"],
        "reviewed_by": found[0] if found else None,
        "approved": True,
    }
    _state(connection, given, ("context", 0), document, scores)
    _time(connection, given, output)


def _state(
    connection: Connection,
    given: Given,
    place: tuple[str, int],
    document: Mapping[str, Any],
    scores: Scores | None = None,
) -> None:
    """Write a state; its time is the clock's, for several may come with one transaction."""
    kind, number = place
    workflow = given.workflow_id or given.id
    row = {
        "id": key_of(workflow, f"agent_states/{kind}/{number}"),
        "agent_id": _text(given.agent_id),
        "workflow_id": str(workflow),
        "state_type": kind,
        "state_data": {"task": str(given.id), **document},
        "sequence_number": number,
        "created_at": _clock(connection),
        **(scores or {"approved": False}),
    }
    insert_missing(connection, "agent_states", [row])


def _scores(review: Review, given: Given) -> Scores:
    return {
        "quality_score": review.quality,
        "confidence_score": review.confidence,
        "reviewed_by": _text(given.agent_id),
        "approved": review.approved,
    }


def _judged(connection: Connection, given: Given, task: str | None, judgement: Judgement) -> None:
    """Write what a review says of a step beside it, and measure it."""
    if task is None:
        return
    values = {
        "quality": judgement.quality, "confidence": judgement.confidence, "approved": judgement.approved,
        "reviewer": given.agent_id, "workflow": given.workflow_id or given.id, "task": task,
    }  # fmt: skip
    connection.execute(_JUDGE, values)
    found = connection.execute(_AGENT, (task,)).fetchone()
    metrics = [
        {
            "id": key_of(given.id, f"agent_metrics/{kind}/{judgement.name}/{task}"),
            "agent_id": found[0] if found else None,
            "task_id": task if found else None,
            "metric_type": kind,
            "metric_value": value,
            "benchmark_value": least,
            "context": {"part": judgement.name, "round": given.input.get("round", 1)},
        }
        for kind, value, least in (
            ("quality_score", judgement.quality, judgement.thresholds.quality),
            ("confidence_score", judgement.confidence, judgement.thresholds.confidence),
        )
    ]
    insert_missing(connection, "agent_metrics", metrics)


def _use_templates(connection: Connection, given: Given, review: Review) -> None:
    """Count a use of each template, and whether its result was approved; only of what this round has made."""
    made = {part for part in review.parts if _is_new(given, part)}
    used = [one for one in review.scripts if one.template is not None and _part_of(one, review) in made]
    known = [one for one in used if one.template in library().templates]
    bring_templates(connection, {str(one.template) for one in known}, library())
    for one in sorted(known, key=lambda held: template_key(str(held.template))):
        connection.execute(_USE, {"id": template_key(str(one.template)), "good": 100.0 * one.approved})


def _part_of(script: Judgement, review: Review) -> Part:
    return "terrain" if script.template == review.parts["terrain"].template else "scripts"


def _is_new(given: Given, part: Part) -> bool:
    """Say whether a part is of this round: those of earlier ones were counted then."""
    sent_back = {one["part"] for one in given.input.get("reasons", [])}
    if given.input.get("round", 1) == 1 or "lesson" in sent_back:
        return True
    return part in sent_back or (part == "scripts" and "quiz" in sent_back)


def _time(connection: Connection, given: Given, output: Json) -> None:
    asked = output.get("asked") or {}
    context = {"task_type": given.task_type, "attempt": given.attempt}
    context |= {
        name: asked[name] for name in ("model", "tokens_in", "tokens_out", "cost") if asked.get(name) is not None
    }
    key = key_of(given.id, "agent_metrics/execution_time")
    connection.execute(_TIME, {"id": key, "context": Jsonb(context), "task": given.id})


def _clock(connection: Connection) -> str:
    row = connection.execute("SELECT to_json(clock_timestamp()) #>> '{}'").fetchone()
    return str(row[0]) if row else "now"


def _text(key: UUID | None) -> str | None:
    return None if key is None else str(key)
