"""What each type of task computes: from what it is given and what was made before, without a database."""

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from toolbox_cli.agents.engine.outcomes import Compute, Done, Failed, Given, Outcome, Progress, Report, Wait
from toolbox_cli.agents.making import VERSION
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.records import Environment, LessonPlan, Quiz, Request, Script, Terrain, digest
from toolbox_cli.agents.making.review.judgement import Part, Review
from toolbox_cli.agents.making.review.whole import scrutiny
from toolbox_cli.agents.making.script.scripts import make_scripts
from toolbox_cli.agents.making.understanding import chosen
from toolbox_cli.agents.models.asking.account import Reason
from toolbox_cli.agents.models.backend import Backend, Made
from toolbox_cli.agents.workflow.planning import Round, decided, first_round, next_round
from toolbox_cli.agents.workflow.spending import figures_of, spent_before, spent_by
from toolbox_cli.agents.workflow.tasks import (
    CONTENT,
    MADE_BY,
    MOST_ROUNDS,
    PLAN,
    QUIZ,
    REVIEW,
    SCRIPTS,
    TERRAIN,
    Asked,
    Chosen,
    Needed,
    Order,
    Verdict,
)
from toolbox_cli.content.luau.analysis import Allowed
from toolbox_cli.content.luau.scanning import as_item
from toolbox_cli.core.chance import Chance
from toolbox_cli.core.errors import ToolboxError
from toolbox_cli.core.settings import load_settings

Of = TypeVar("Of", LessonPlan, Quiz, Terrain)


def _step(compute: Callable[[Given], Outcome]) -> Compute:
    """Turn what is wrong with the input into a failure that no further try mends."""

    @wraps(compute)
    def computed(given: Given, report: Report) -> Outcome:
        try:
            return compute(given)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            return Failed("bad-input", f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
        except ToolboxError as error:
            remedy = f" {error.remedy}" if error.remedy else ""
            faults = "".join(f" {one.object}: {one.found}. {one.remedy}" for one in error.findings)
            return Failed("bad-input", f"{error.message}{faults}{remedy}")

    return computed


def generate_environment(given: Given, report: Report) -> Outcome:
    """Supervise a workflow: submit its tasks, send back what was refused, end it."""
    return _step(lambda one: _supervised(one, report))(given, report)


@_step
def plan_environment(given: Given) -> Outcome:
    """Choose the objective and the place, once for all rounds."""
    return Done(_chosen(_order(given).asked.request).model_dump(mode="json"), {"backend": "offline"})


@_step
def generate_content(given: Given) -> Outcome:
    order, needed = _order(given), Needed.of(given)
    request = _request(order, needed, "lesson")
    return _made(_backend(given, order, needed).plan(request), request)


@_step
def generate_quiz(given: Given) -> Outcome:
    order, needed = _order(given), Needed.of(given)
    request = _request(order, needed, "quiz")
    return _made(_backend(given, order, needed).quiz(request, _plan(order, needed)), request)


@_step
def generate_terrain(given: Given) -> Outcome:
    order, needed = _order(given), Needed.of(given)
    request = _request(order, needed, "terrain")
    return _made(_backend(given, order, needed).terrain(request, _plan(order, needed)), request)


@_step
def generate_script(given: Given) -> Outcome:
    """Write the scripts: every line from our templates, whoever has written the words in them."""
    order, needed = _order(given), Needed.of(given)
    scripts = make_scripts(_plan(order, needed), _quiz(order, needed), library())
    seed = _request(order, needed, "scripts").seed
    return Done({"records": [one.model_dump(mode="json") for one in scripts], "seed": seed}, {"backend": "offline"})


@_step
def review_content(given: Given) -> Outcome:
    """Review what was made in a round, and decide what becomes of it."""
    order, needed = _order(given), Needed.of(given)
    environment = _environment(order, needed)
    asked = order.asked
    allowed = Allowed(frozenset(asked.allowed_assets), frozenset(asked.allowed_hosts), frozenset(asked.allowed_sha256))
    found = scrutiny(environment, library(), asked.thresholds, allowed)
    verdict = decided(found.review, order, _digests(environment))
    output = {
        "review": found.review.model_dump(mode="json"),
        "scans": {name: as_item(one) for name, one in found.scans.items()},
        "made": {part: str(needed.results[kind].id) for part, kind in MADE_BY.items() if kind in needed.results},
        **verdict.model_dump(mode="json"),
    }
    return Done(output, {"backend": "offline"})


def _supervised(given: Given, report: Report) -> Outcome:
    asked = Asked.model_validate(given.input).limited(given.settings)
    held = Round.read(given.context)
    if held is None:
        begun, tasks = first_round(asked)
        return Wait(tasks, context=begun.document())
    results = {one.id: one for one in given.needs}
    latest = {kind: results[key] for kind, key in held.tasks.items() if key in results}
    broken = [one for one in latest.values() if one.status != "completed"]
    if broken or len(latest) < len(held.tasks):
        worst = min(broken, key=lambda one: one.status == "cancelled", default=None)
        if worst is None:
            return Failed("part-failed", "A part of the workflow is gone: ask for the lesson anew.")
        told = f"The workflow has no result, because {worst.task_type} ended as {worst.status}: {worst.error}"
        return Failed("part-failed", f"{told} When that is mended: toolbox agents retry --workflow {given.id}")
    return _after_review(given, asked, held, report)


def _after_review(given: Given, asked: Asked, held: Round, report: Report) -> Outcome:
    needed = Needed({kind: one for kind, key in held.tasks.items() for one in given.needs if one.id == key})
    reviewed = needed.output(REVIEW) or {}
    review = Review.model_validate(reviewed["review"])
    verdict = Verdict(decision=reviewed["decision"], why=reviewed["why"])
    order = Order(asked=asked, round=held.number)
    environment = _environment(order, needed)
    if verdict.decision == "approved":
        if digest(environment) != review.content_sha256:
            return Failed("changed", "A part has changed since the review approved it: ask for the lesson anew.")
        return Done({
            "environment": environment.model_dump(mode="json"),
            "content_sha256": review.content_sha256,
            "quality": review.quality,
            "confidence": review.confidence,
            "rounds": held.number,
            "tasks": {kind: str(key) for kind, key in held.tasks.items()},
        })  # fmt: skip
    if verdict.decision == "given_up":
        data = {"rounds": held.number, "reasons": [one.model_dump(mode="json") for one in review.reasons[:20]]}
        return Failed("not-approved", f"The review did not approve it: {verdict.why}.", data=data)
    report(Progress(percent=min(90, 100 * held.number // (asked.most_rounds or MOST_ROUNDS))))
    digests = _digests(environment)
    again = Order(
        asked=asked,
        reasons=review.reasons[:50],
        before={part: digests[part] for part in review.refused},
    )
    begun, tasks = next_round(held, again, review.refused)
    return Wait(tasks, context=begun.document())


def _order(given: Given) -> Order:
    """Read what a task is told; one that stands alone may be given a bare request."""
    if "asked" in given.input:
        return Order.model_validate(given.input)
    request = given.input.get("request", given.input)
    return Order(asked=Asked(request=Request.model_validate(request)))


def _chosen(request: Request) -> Chosen:
    choice = chosen(request, library())
    objective = choice.objective
    return Chosen(
        objective=choice.key,
        title=objective.title,
        subject=objective.subject,
        grade=choice.grade,
        environment=choice.place_key,
        standard=objective.curriculum_standard,
    )


def _request(order: Order, needed: Needed, part: Part) -> Request:
    """Give the request of a part: with what was chosen for it, and in a later round with a seed of its own."""
    held = needed.output(PLAN)
    request = (Chosen.model_validate(held) if held else _chosen(order.asked.request)).pinned(order.asked.request)
    if order.round == 1:
        return request
    return request.model_copy(update={"seed": Chance("round", request.seed, part, order.round).below(2**53)})


def _backend(given: Given, order: Order, needed: Needed) -> Backend:
    """Give what makes a part; a model is asked once for it, so that no model can keep a workflow from its end."""
    if order.asked.backing == "offline":
        return Backend(None, library())
    if order.round > 1 or given.retry_count:
        return Backend(None, library(), why=Reason.SENT_BACK if order.round > 1 else Reason.TRIED_BEFORE)
    settings = load_settings(os.environ, Path.cwd()).agents.model
    return Backend.configured(settings, library(), spent=spent_before(needed), within_s=given.timeout_s)


def _made(made: Made[Of], request: Request) -> Outcome:
    asked = None if made.asked is None else made.asked.model_dump(mode="json")
    output = {"record": made.record.model_dump(mode="json"), "seed": request.seed, "asked": asked}
    return Done({**output, **spent_by(made.asked)}, figures_of(made.asked))


def _plan(order: Order, needed: Needed) -> LessonPlan:
    held = needed.output(CONTENT)
    if held is not None:
        return LessonPlan.model_validate(held["record"])
    return Backend(None, library()).plan(_request(order, needed, "lesson")).record


def _quiz(order: Order, needed: Needed) -> Quiz:
    held = needed.output(QUIZ)
    if held is not None:
        return Quiz.model_validate(held["record"])
    return Backend(None, library()).quiz(_request(order, needed, "quiz"), _plan(order, needed)).record


def _terrain(order: Order, needed: Needed) -> Terrain:
    held = needed.output(TERRAIN)
    if held is not None:
        return Terrain.model_validate(held["record"])
    return Backend(None, library()).terrain(_request(order, needed, "terrain"), _plan(order, needed)).record


def _scripts(order: Order, needed: Needed) -> tuple[Script, ...]:
    held = needed.output(SCRIPTS)
    if held is not None:
        return tuple(map(Script.model_validate, held["records"]))
    return make_scripts(_plan(order, needed), _quiz(order, needed), library())


def _environment(order: Order, needed: Needed) -> Environment:
    return Environment(
        version=VERSION,
        request=order.asked.request,
        plan=_plan(order, needed),
        quiz=_quiz(order, needed),
        terrain=_terrain(order, needed),
        scripts=_scripts(order, needed),
    )


def _digests(environment: Environment) -> dict[Part, str]:
    return {
        "lesson": digest(environment.plan),
        "quiz": digest(environment.quiz),
        "terrain": digest(environment.terrain),
        "scripts": " ".join(map(digest, environment.scripts)),
    }
