"""Write the environment of a workflow into a folder: a lesson, a quiz, a land and scripts, each in its usual form."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final
from uuid import UUID

import psycopg
from pydantic import ValidationError

from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.making.records import Environment
from toolbox_cli.agents.making.writing.files import files
from toolbox_cli.agents.workflow.tasks import ROOT
from toolbox_cli.core.errors import InputError, OutputError, RefusedError

_TASK: Final = """
SELECT coalesce(root.id, asked.id), coalesce(root.status, asked.status), coalesce(root.output_data, asked.output_data)
FROM agent_tasks AS asked
LEFT JOIN agent_tasks AS root ON root.id = asked.workflow_id AND root.task_type = %(root)s
WHERE asked.id = %(task)s"""


def export(connection: psycopg.Connection[Any], task: UUID, folder: Path) -> list[Path]:
    """Write the files of an approved environment; all of them are there afterwards, or none.

    Args:
        connection: with the platform's schema as search path.
        task: that stands for the workflow, or any of its parts.
        folder: is made; one that exists has to be empty.

    Returns:
        The files, by name.

    Raises:
        InputError: there is no such task.
        RefusedError: it has no environment (yet), or the folder is not empty.
        OutputError: the folder can't be written.
    """
    return write(environment_of(connection, task), folder)


def environment_of(connection: psycopg.Connection[Any], task: UUID) -> Environment:
    """Give the approved environment of a workflow.

    Raises:
        InputError: there is no such task.
        RefusedError: its workflow has none.
    """
    row = connection.execute(_TASK, {"task": task, "root": ROOT}).fetchone()
    if row is None:
        raise InputError(f"There is no task {task}.", remedy="See which there are: toolbox agents status")
    root, status, output = row
    if status != "completed" or "environment" not in (output or {}):
        raise RefusedError(
            f"Task {root} has no approved environment: it is {status}.", remedy="See why: toolbox agents status"
        )
    try:
        return Environment.model_validate(output["environment"])
    except ValidationError as error:
        raise RefusedError(f"The environment of task {root} is not one that this toolbox can read.") from error


def write(environment: Environment, folder: Path) -> list[Path]:
    """Write an environment's files beside the folder, and put them in its place at once.

    Raises:
        RefusedError: the folder is not empty.
        OutputError: it can't be written.
    """
    target = folder.absolute()
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise RefusedError(f"{folder} is not an empty folder.", remedy="Name a folder that is not there yet.")
        target.parent.mkdir(parents=True, exist_ok=True)
        made = files(environment, library())
        _put(made, target)
    except OSError as error:
        raise OutputError(f"{folder} can't be written: {error.strerror}.") from error
    return [target / name for name in sorted(made)]


def _put(made: Mapping[str, bytes], target: Path) -> None:
    staged = Path(mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        for name, content in made.items():
            with (staged / name).open("xb") as file:
                file.write(content)
                os.fsync(file.fileno())
        staged.chmod(0o777 & ~_umask())
        staged.replace(target)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise


def _umask() -> int:
    """Tell which rights new files of this process lack."""
    held = os.umask(0)
    os.umask(held)
    return held
