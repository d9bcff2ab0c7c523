"""From a request in words to a workflow, and to what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from threading import Event, Thread
from typing import Any, Final, get_args
from uuid import UUID

from pydantic import ValidationError

from toolbox_cli.agents.database import Connection, pace_of, rows, target, transaction, user_named
from toolbox_cli.agents.engine.submitting import submit
from toolbox_cli.agents.engine.worker import Order, work
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.understanding import chosen, understood
from toolbox_cli.agents.registering.asking import register_ours
from toolbox_cli.agents.running.asking import hand_on_configuration
from toolbox_cli.agents.showing.asking import status
from toolbox_cli.agents.showing.watching import watch
from toolbox_cli.agents.workflow.asking import thresholds_held, workflow
from toolbox_cli.agents.workflow.kinds import KINDS
from toolbox_cli.agents.workflow.tasks import Asked, Backing
from toolbox_cli.content.reference.learning import Subject
from toolbox_cli.core.errors import MissingExtraError, UsageError
from toolbox_cli.core.output import Report
from toolbox_cli.core.runtime import Runtime

MOST: Final = 10_000
CONCURRENCY: Final = 2

_ALIVE: Final = """
SELECT count(*) > 0 AS alive FROM toolbox.procrastinate_workers
WHERE last_heartbeat >= now() - make_interval(secs => %(stalled)s)"""
_ENDED: Final = """
SELECT status, error_message AS error, output_data ->> 'content_sha256' AS content_sha256,
    (output_data ->> 'quality')::float AS quality, (output_data ->> 'confidence')::float AS confidence,
    (output_data ->> 'rounds')::integer AS rounds
FROM agent_tasks WHERE id = %(key)s"""


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
    """Submit a workflow; on demand wait for its end, and do it here where no worker is alive.

    Raises:
        UsageError: nothing that there is fits the request, or no language model is configured.
        InputError: there is no such user.
        MissingExtraError: nobody works, and the extra `agents` is not installed.
    """
    asked = _asked(runtime, wanted)
    with transaction(runtime) as connection:
        alone = wait and not _alive(connection, runtime)
        if alone and find_spec("procrastinate") is None:
            raise MissingExtraError("procrastinate", "agents")
        if names := register_ours(connection, runtime):
            runtime.say(f"There were no agents: registered {', '.join(names)}, which come with toolbox.")
        asked = Asked.model_validate({**asked.model_dump(), "thresholds": thresholds_held(connection, library())})
        by = None if wanted.by is None else user_named(connection, wanted.by)
        root = workflow(asked, by, wanted.priority)
        submit(connection, [root], KINDS)
    if wait:
        _done(runtime, root.id, alone=alone)
    return _told(runtime, root.id)


def _asked(runtime: Runtime, wanted: Wanted) -> Asked:
    if wanted.model and runtime.settings.agents.model.provider is None:
        raise UsageError("No language model is configured.", remedy="Set agents.model, as docs/agents-models.md says.")
    try:
        request = understood(wanted.text, library(), **_known(wanted.fields))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = "".join(f"{step}: " for step in first["loc"])
        raise UsageError(f"This can't be asked for: {place}{first['msg']}.") from None
    chosen(request, library())
    backing: Backing = "model" if wanted.model else "offline"
    return Asked(request=request, backing=backing)


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Write a subject as the reference data does."""
    subjects = {name.lower(): name for name in get_args(Subject)}
    subject = fields.get("subject")
    return {**fields, "subject": subjects.get(subject.lower(), subject) if subject else None}


def _alive(connection: Connection, runtime: Runtime) -> bool:
    (found,) = rows(connection, _ALIVE, {"stalled": pace_of(runtime).stalled_s})
    return bool(found["alive"])


def _done(runtime: Runtime, key: UUID, *, alone: bool) -> None:
    """Come back when the workflow has ended; where nobody else works, a worker does so beside."""
    if not alone:
        watch(runtime, lambda: status(runtime, [], key, MOST))
        return
    hand_on_configuration(runtime)
    stop, went_wrong = Event(), list[BaseException]()

    def working() -> None:
        try:
            work(target(runtime), KINDS, Order(CONCURRENCY, pace=pace_of(runtime)), signals=False, stop=stop)
        except BaseException as error:  # noqa: BLE001  told by the one who waits
            went_wrong.append(error)

    def look() -> Report:
        if went_wrong:
            raise went_wrong[0]
        return status(runtime, [], key, MOST)

    worker = Thread(target=working, name="worker")
    worker.start()
    try:
        watch(runtime, look, 0.2)
    finally:
        stop.set()
        worker.join()


def _told(runtime: Runtime, key: UUID) -> Report:
    found = status(runtime, [], key, MOST)
    with transaction(runtime, snapshot=True) as connection:
        (ended,) = rows(connection, _ENDED, {"key": key})
    note = {
        "completed": f"Approved in {ended['rounds']} round{'' if ended['rounds'] == 1 else 's'}."
        f" See it as files: toolbox agents export {key} --to FOLDER"
        f"\nA person judges it before it is deployed: toolbox agents review approve {key} --by USER",
        "failed": str(ended["error"]),
    }.get(ended["status"], f"See what becomes of it: toolbox agents status --workflow {key} --watch")
    well = ended["status"] not in {"failed", "cancelled", "dead_letter"}
    return replace(found, kind="toolbox.agents.generate/1", summary={"workflow": key, **ended}, ok=well, note=note)
