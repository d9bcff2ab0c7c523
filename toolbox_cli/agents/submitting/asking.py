"""From what the command line says to a task."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from pydantic import ValidationError

from toolbox_cli.agents.database import Connection, rows, transaction, user_named
from toolbox_cli.agents.engine.asking import states
from toolbox_cli.agents.engine.keeping import unfit
from toolbox_cli.agents.engine.outcomes import Need, NewTask
from toolbox_cli.agents.engine.submitting import submit
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.records import Request
from toolbox_cli.agents.registering.asking import check_active
from toolbox_cli.agents.workflow.asking import kept, thresholds_held
from toolbox_cli.agents.workflow.kinds import KINDS
from toolbox_cli.agents.workflow.tasks import ROOT, Asked, Order
from toolbox_cli.core.documents import Document, parse_document, read_document
from toolbox_cli.core.errors import InputError, UsageError
from toolbox_cli.core.findings import Finding, said
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime

CODE: Final = "bad-request"
_TYPE: Final = "SELECT agent_type FROM ai_agents WHERE name = %(name)s"
_COLUMNS: Final = (Column("id", "task"), Column("task_type", "type"), Column("name"), Column("agent"), Column("status"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A task as the command line has it.

    Attributes:
        given: a JSON object, or the name of a file that holds one.
        after_s: seconds from now on, before which it is not begun.
        by: user who asks.
    """

    task_type: str
    given: str
    agent: str | None = None
    name: str | None = None
    priority: int | None = None
    needs: Sequence[UUID] = ()
    after_s: float = 0
    by: str | None = None


def submit_one(runtime: Runtime, wanted: Wanted) -> Report:
    """Submit a task.

    Raises:
        UsageError: there is no such type.
        InputError: the input is none of that type; or there is no such user, or task to wait for.
        RefusedError: there is no such agent, or a workflow's agents are missing or disabled.
    """
    if wanted.task_type not in KINDS:
        near = get_close_matches(wanted.task_type, KINDS, n=1)
        meant = f"Did you mean {near[0]}?" if near else f"There are {', '.join(KINDS)}."
        raise UsageError(f"There are no tasks of type {wanted.task_type!r}.", remedy=meant)
    if wrong := unfit({"name": wanted.name}):
        raise UsageError(f"The task's name {wrong}.")
    read = _checked(wanted, _document(runtime.working_folder, wanted.given))
    key = uuid4()
    with transaction(runtime) as connection:
        if wanted.task_type == ROOT:
            check_active(connection)
        _check_agent(connection, wanted)
        task = NewTask(
            wanted.task_type,
            wanted.name or wanted.task_type.replace("_", " ").capitalize(),
            _input(connection, read, wanted.task_type),
            id=key,
            agent=wanted.agent,
            priority=wanted.priority,
            needs=tuple(map(Need, wanted.needs)),
            workflow_id=key if wanted.task_type == ROOT else None,
            created_by=None if wanted.by is None else user_named(connection, wanted.by),
            run_after=runtime.now() + datetime.timedelta(seconds=wanted.after_s) if wanted.after_s else None,
        )
        submit(connection, [task], KINDS)
        found = [{column.key: getattr(one, column.key) for column in _COLUMNS} for one in states(connection, [key])]
    note = f"See what becomes of it: toolbox agents status {key}"
    return Report("toolbox.agents.submit/1", found, {"task": key}, columns=_COLUMNS, note=note)


def _document(folder: Path, given: str) -> Document:
    """Read an object from the command line or from a file of JSON or YAML."""
    document = (
        parse_document(Path("--input.json"), given)
        if given.lstrip().startswith(("{", "["))
        else read_document(folder / given)
    )
    if not isinstance(document.content, dict):
        raise InputError(
            "The input is no object.", remedy='Give one in JSON or YAML, such as \'{"topic": "fractions"}\'.'
        )
    return document


def _checked(wanted: Wanted, document: Document) -> Asked | Order:
    """Hold the input to what its type takes: a request, alone or with what else an order says."""
    given = document.content
    shape: type[Asked | Order] = Order if "asked" in given and wanted.task_type != ROOT else Asked
    above = 0 if shape is Order or "request" in given else 1
    faults = document.twice_findings(CODE)
    try:
        read = shape.model_validate({"request": given} if above else given)
    except ValidationError as error:
        faults += _faults(document, error, above)
    if faults:
        raise InputError(
            f"This is no input of {wanted.task_type}.",
            remedy=f"A request has {', '.join(Request.model_fields)}.",
            findings=faults,
        )
    asked = read.asked if isinstance(read, Order) else read
    if wanted.needs and asked.request == Request():
        return read  # a plan before it chooses
    asked = asked.model_copy(update={"request": kept(asked.request)})
    return read.model_copy(update={"asked": asked}) if isinstance(read, Order) else asked


def _input(connection: Connection, read: Asked | Order, task_type: str) -> dict[str, Any]:
    """Write the input as JSON, with the thresholds that the installation has, where it says none."""
    order = read if isinstance(read, Order) else Order(asked=read)
    thresholds = order.asked.thresholds or thresholds_held(connection, library())
    asked = order.asked.model_copy(update={"thresholds": thresholds})
    return (asked if task_type == ROOT else order.model_copy(update={"asked": asked})).model_dump(mode="json")


def _check_agent(connection: Connection, wanted: Wanted) -> None:
    """Refuse an agent that does other things."""
    kind = KINDS[wanted.task_type].agent_type
    for found in rows(connection, _TYPE, {"name": wanted.agent}):
        if found["agent_type"] != kind:
            raise UsageError(
                f"Agent {wanted.agent!r} is of type {found['agent_type']}, and {wanted.task_type} is done by agents of"
                f" type {kind}.",
                remedy="See which there are: toolbox agents list",
            )


def _faults(document: Document, error: ValidationError, above: int) -> list[Finding]:
    """Give all faults at their places; the shape begins so many steps above the document."""
    return [
        document.finding(CODE, one["loc"][above:], (found := said(one))[:1].lower() + found[1:])
        for one in error.errors(include_url=False)
    ]
