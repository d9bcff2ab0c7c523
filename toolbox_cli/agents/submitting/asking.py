"""From what the command line says to a task."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from pydantic import ValidationError

from toolbox_cli.agents.database import transaction, user_named
from toolbox_cli.agents.engine.asking import states
from toolbox_cli.agents.engine.outcomes import Need, NewTask
from toolbox_cli.agents.engine.submitting import submit
from toolbox_cli.agents.making.records import Request
from toolbox_cli.agents.workflow.kinds import KINDS
from toolbox_cli.agents.workflow.tasks import ROOT, Asked, Order
from toolbox_cli.core.documents import parse_document, read_document
from toolbox_cli.core.errors import InputError, UsageError
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime

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
        RefusedError: there is no such agent.
    """
    if wanted.task_type not in KINDS:
        near = get_close_matches(wanted.task_type, KINDS, n=1)
        meant = f"Did you mean {near[0]}?" if near else f"There are {', '.join(KINDS)}."
        raise UsageError(f"There are no tasks of type {wanted.task_type!r}.", remedy=meant)
    document = _checked(wanted.task_type, _document(runtime.working_folder, wanted.given))
    key = uuid4()
    with transaction(runtime) as connection:
        task = NewTask(
            wanted.task_type,
            wanted.name or wanted.task_type.replace("_", " ").capitalize(),
            document,
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


def _document(folder: Path, given: str) -> dict[str, Any]:
    """Read an object from the command line or from a file of JSON or YAML."""
    if given.lstrip().startswith("{"):
        content = parse_document(Path("--input.json"), given).content
    else:
        content = read_document(folder / given).content
    if not isinstance(content, dict):
        raise InputError("The input is no JSON object.", remedy='Give one, such as \'{"topic": "fractions"}\'.')
    return content


def _checked(task_type: str, content: dict[str, Any]) -> dict[str, Any]:
    """Hold the input to what its type takes, and write it as JSON."""
    try:
        if "asked" in content:
            return Order.model_validate(content).model_dump(mode="json")
        asked = Asked.model_validate(content if "request" in content else {"request": content})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the input"
        raise InputError(
            f"This is no input of {task_type}: {place}: {first['msg']}.",
            remedy=f"A request has {', '.join(Request.model_fields)}.",
        ) from None
    known: dict[str, Any] = json.loads((asked if task_type == ROOT else Order(asked=asked)).model_dump_json())
    return known
