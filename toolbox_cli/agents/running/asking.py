"""From what the command line says to a worker, and to what is told of it."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from toolbox_cli.agents.database import pace_of, target, transaction
from toolbox_cli.agents.engine.alone import rescue as rescue_tasks
from toolbox_cli.agents.engine.alone import run_one
from toolbox_cli.agents.engine.asking import states
from toolbox_cli.agents.engine.worker import Order, name_of_worker, work
from toolbox_cli.agents.models.backend import checked
from toolbox_cli.agents.workflow.kinds import KINDS
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime

WELL = frozenset({"completed", "waiting"})
"""What may become of a task that was run, with nothing wrong."""


def run(runtime: Runtime, task: UUID) -> Report:
    """Do one task in this process.

    Raises:
        InputError: there is no such task.
        RefusedError: it is not pending, is just being done, or its agent has no place free.
    """
    hand_on_configuration(runtime)
    with transaction(runtime) as connection:
        states(connection, [task])
    became = run_one(target(runtime), KINDS, task, pace_of(runtime))
    with transaction(runtime) as connection:
        (state,) = states(connection, [task])
    names = ("id", "task_type", "name", "status", "attempt", "percent", "error")
    item = {name: asdict(state)[name] for name in names}
    columns = [Column("id", "task"), Column("task_type", "type"), Column("status"), Column("attempt", justify="right"),
               Column("error")]  # fmt: skip
    return Report("toolbox.agents.run/1", [item], {"task": task, "became": became}, became in WELL, columns)


def worker(runtime: Runtime, concurrency: int, agents: Sequence[str], *, drain: bool) -> Report:
    """Work until told to stop, or until nothing is left to do.

    Raises:
        ConfigurationError: a language model is configured, and can't be asked so.
        MissingExtraError: the extra `agents` is not installed, or `llm` with a model.
        RefusedError: the database has no queue, or there is no such agent.
    """
    checked(runtime.settings.agents.model)
    ends: Counter[str] = Counter()

    def ended(given: Any, became: str) -> None:
        ends[became] += 1
        runtime.say(f"{runtime.now():%H:%M:%S} {given.task_type} {given.id}, try {given.attempt}: {became}")

    hand_on_configuration(runtime)
    runtime.say(f"Worker {name_of_worker()} takes {concurrency} {'task' if concurrency == 1 else 'tasks'} at once.")
    order = Order(concurrency, list(agents) or None, drain, pace_of(runtime), ended)
    work(target(runtime), KINDS, order)
    items = [{"became": became, "tries": number} for became, number in sorted(ends.items())]
    columns = [Column("became"), Column("tries", justify="right")]
    summary = {"worker": name_of_worker(), "tries": ends.total()}
    return Report(
        "toolbox.agents.worker/1", items, summary, columns=columns, note=_many(ends.total(), "try", "tries") + " ended."
    )


def rescue(runtime: Runtime) -> Report:
    """Give lost tasks to others."""
    found = rescue_tasks(target(runtime), KINDS, pace_of(runtime))
    items = [{"task": task, "became": became} for task, became in found.items()]
    note = _many(len(items), "lost task", "lost tasks") + "."
    return Report("toolbox.agents.rescue/1", items, {"lost": len(items)}, note=note)


def _many(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"


def hand_on_configuration(runtime: Runtime) -> None:
    """Let the processes that compute read the file that --config names."""
    if runtime.config_file is not None:
        os.environ["TOOLBOX_CONFIG"] = str((runtime.working_folder / runtime.config_file).resolve())
