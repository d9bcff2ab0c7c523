"""From a request in words to a workflow, and to what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any, Final, get_args
from uuid import UUID

from pydantic import ValidationError

from toolbox_cli.agents.database import pace_of, rows, transaction, user_named
from toolbox_cli.agents.engine.submitting import submit
from toolbox_cli.agents.generating.helping import Helper
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.understanding import understood
from toolbox_cli.agents.models.asking.wire import require
from toolbox_cli.agents.models.endpoint import endpoint
from toolbox_cli.agents.registering.asking import check_active, register_ours
from toolbox_cli.agents.serving import NOBODY, workers_alive
from toolbox_cli.agents.showing.asking import status
from toolbox_cli.agents.showing.watching import watch
from toolbox_cli.agents.workflow.asking import kept, thresholds_held, workflow
from toolbox_cli.agents.workflow.kinds import KINDS
from toolbox_cli.agents.workflow.tasks import Asked, Backing
from toolbox_cli.content.reference.learning import Subject
from toolbox_cli.core.errors import MissingExtraError, UsageError
from toolbox_cli.core.findings import Finding, Severity, said
from toolbox_cli.core.output import Report
from toolbox_cli.core.runtime import Runtime

MOST: Final = 10_000

_ENDED: Final = """
SELECT status, error_message AS error, error_details ->> 'kind' AS failure,
    output_data ->> 'content_sha256' AS content_sha256, (output_data ->> 'quality')::float AS quality,
    (output_data ->> 'confidence')::float AS confidence, (output_data ->> 'rounds')::integer AS rounds
FROM agent_tasks WHERE id = %(key)s"""
_UNASKED: Final = """
SELECT t.task_type, r.fallback, t.output_data #>> '{asked,detail}' AS detail
FROM agent_tasks AS t JOIN agent_task_attempts AS r ON r.task_id = t.id AND r.attempt = t.attempt
WHERE t.workflow_id = %(key)s AND r.fallback IS NOT NULL ORDER BY t.created_at, t.id"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A lesson as the command line has it.

    Attributes:
        text: in words.
        fields: of the request, which go before the text; None where not said.
        model: ask the language model that is configured.
        by: user who asks.
    """

    text: str
    fields: Mapping[str, Any]
    model: bool = False
    by: str | None = None
    priority: int | None = None


def generate(runtime: Runtime, wanted: Wanted, *, wait: bool) -> Report:
    """Submit a workflow; on demand wait for its end, and do it here where no worker does.

    Raises:
        UsageError: nothing that there is fits the request, or no language model is configured so that it can be asked.
        InputError: there is no such user.
        RefusedError: agents are missing, or disabled.
        MissingExtraError: nobody works, and the extra `agents` is not installed, or `llm` with a model.
    """
    asked = _asked(runtime, wanted)
    with transaction(runtime) as connection:
        if wait and not workers_alive(connection, pace_of(runtime)):
            _check_installed(model=wanted.model)
        if names := register_ours(connection, runtime):
            runtime.say(f"There were no agents: registered {', '.join(names)}, which come with toolbox.")
        check_active(connection)
        asked = Asked.model_validate({**asked.model_dump(), "thresholds": thresholds_held(connection, library())})
        by = None if wanted.by is None else user_named(connection, wanted.by)
        root = workflow(asked, by, wanted.priority)
        submit(connection, [root], KINDS)
    if wait:
        _done(runtime, root.id)
    return _told(runtime, root.id)


def _asked(runtime: Runtime, wanted: Wanted) -> Asked:
    if wanted.model and endpoint(runtime.settings.agents.model) is None:
        raise UsageError("No language model is configured.", remedy="Set agents.model, as docs/agents-models.md says.")
    try:
        request = understood(wanted.text, library(), **_known(wanted.fields))
    except ValidationError as error:
        wrong = [
            Finding("bad-request", Severity.ERROR, ".".join(map(str, one["loc"])), found=said(one))
            for one in error.errors(include_url=False)
        ]
        raise UsageError("This can't be asked for.", findings=wrong) from None
    backing: Backing = "model" if wanted.model else "offline"
    return Asked(request=kept(request), backing=backing)


def _check_installed(*, model: bool) -> None:
    if find_spec("procrastinate") is None:
        raise MissingExtraError("procrastinate", "agents")
    if model:
        require()


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Write a subject as the reference data does."""
    subjects = {name.lower(): name for name in get_args(Subject)}
    subject = fields.get("subject")
    return {**fields, "subject": subjects.get(subject.lower(), subject) if subject else None}


def _done(runtime: Runtime, key: UUID) -> None:
    """Come back when the workflow has ended; what no worker takes is done here."""
    helper = Helper(runtime)

    def look() -> Report:
        helper.look(key)
        return status(runtime, [], key, MOST)

    try:
        watch(runtime, look, 0.2)
    except BaseException:
        helper.end(at_once=True)
        runtime.say(
            "It goes on where a worker is alive: toolbox agents worker\n"
            f"See how it is: toolbox agents status --workflow {key} --watch\n"
            f"End it: toolbox agents cancel --workflow {key}"
        )
        raise
    helper.end()


def _told(runtime: Runtime, key: UUID) -> Report:
    found = status(runtime, [], key, MOST)
    with transaction(runtime, snapshot=True) as connection:
        (ended,) = rows(connection, _ENDED, {"key": key})
        fallbacks = rows(connection, _UNASKED, {"key": key})
        alive = workers_alive(connection, pace_of(runtime))
    note = _next(key, ended, alive=alive > 0)
    for one in fallbacks:
        note += f"\n{one['task_type']} did without the language model ({one['fallback']}): {one['detail']}"
    well = ended["status"] not in {"failed", "cancelled", "dead_letter"}
    summary = {"workflow": key, **ended, "fallbacks": fallbacks}
    return replace(found, kind="toolbox.agents.generate/1", summary=summary, ok=well, note=note)


def _next(key: UUID, ended: Mapping[str, Any], *, alive: bool) -> str:
    """Tell how it ended, and what a person does now."""
    if ended["status"] == "completed":
        rounds = "1 round" if ended["rounds"] == 1 else f"{ended['rounds']} rounds"
        return (
            f"Approved in {rounds}. See it as files: toolbox agents export {key} --to FOLDER\n"
            f"A person judges it before it is deployed: toolbox agents review approve {key} --by USER"
        )
    if ended["status"] == "failed":
        other = "\nOther words, or another --seed, give another lesson." if ended["failure"] == "not-approved" else ""
        return f"{ended['error']}{other}"
    idle = "" if alive else f"\n{NOBODY}"
    return f"See what becomes of it: toolbox agents status --workflow {key} --watch{idle}"
