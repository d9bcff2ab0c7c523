"""Write the environment of a workflow into a folder: a lesson, a quiz, a land and scripts, each in its usual form."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final
from uuid import UUID

import psycopg
from pydantic import ValidationError

from toolbox_cli.agents.making.records import Environment, digest_of
from toolbox_cli.agents.making.writing.files import files
from toolbox_cli.agents.workflow.tasks import ROOT
from toolbox_cli.core.database.embedded.host.folders import sync_folder
from toolbox_cli.core.errors import InputError, OutputError, RefusedError

_ANOTHER: Final = "Name a folder that is not there yet."
_TASK: Final = """
SELECT coalesce(root.id, asked.id), coalesce(root.status, asked.status), coalesce(root.output_data, asked.output_data)
FROM agent_tasks AS asked
LEFT JOIN agent_tasks AS root ON root.id = asked.workflow_id AND root.task_type = %(root)s
WHERE asked.id = %(task)s"""
_CHANGED: Final = """
SELECT roblox_content_hash(c), c.script_content, jsonb_build_object('title', c.title, 'content_type', c.content_type,
    'content_data', c.content_data, 'roblox_properties', c.roblox_properties)
FROM agent_made_content AS m JOIN roblox_content AS c ON c.id = m.roblox_content_id
WHERE m.task_id = %(task)s AND roblox_content_hash(c) <> m.object_sha256
UNION ALL
SELECT roblox_script_hash(s), s.content, jsonb_build_object('name', s.name, 'script_type', s.script_type,
    'dependencies', to_jsonb(s.dependencies))
FROM agent_made_scripts AS m JOIN roblox_scripts AS s ON s.id = m.roblox_script_id
WHERE m.task_id = %(task)s AND roblox_script_hash(s) <> m.object_sha256"""


@dataclass(frozen=True, slots=True)
class Work:
    """What a workflow has made.

    Attributes:
        content_sha256: of the environment: what a person's judgement of it is bound to.
        changed: files of the objects that were changed since, as they are now; each begins with its own hash.
    """

    environment: Environment
    content_sha256: str
    changed: Mapping[str, bytes]


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
    work = work_of(connection, task)
    return write(work.environment, folder, work.changed)


def work_of(connection: psycopg.Connection[Any], task: UUID) -> Work:
    """Give what a workflow has made, and what of it was changed.

    Raises:
        InputError: there is no such task.
        RefusedError: its workflow has no approved environment, or it is no longer what was approved.
    """
    row = connection.execute(_TASK, {"task": task, "root": ROOT}).fetchone()
    if row is None:
        raise InputError(f"There is no task {task}.", remedy="See which there are: toolbox agents status")
    root, status, output = row
    if status != "completed" or "environment" not in (output or {}):
        raise RefusedError(
            f"Task {root} has no approved environment: it is {status}.", remedy="See why: toolbox agents status"
        )
    if digest_of(output["environment"]) != output.get("content_sha256"):
        raise RefusedError(
            f"The environment of task {root} is no longer what the agents approved: nobody can judge it.",
            remedy="Ask for the lesson anew: toolbox agents generate",
        )
    try:
        environment = Environment.model_validate(output["environment"])
    except ValidationError as error:
        raise RefusedError(
            f"The environment of task {root} is not one that this toolbox can read.",
            remedy="Ask for the lesson anew: toolbox agents generate",
        ) from error
    found = connection.execute(_CHANGED, {"task": root}).fetchall()
    changed = {name: content for row in found for name, content in _changed(*row)}
    return Work(environment, output["content_sha256"], changed)


def _changed(sha256: str, source: str | None, others: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    name = f"changed-{sha256[:12]}"
    yield f"{name}.json", f"{json.dumps(others, ensure_ascii=False, indent=2)}\n".encode()
    if source is not None:
        yield f"{name}.luau", source.encode()


def write(environment: Environment, folder: Path, others: Mapping[str, bytes] | None = None) -> list[Path]:
    """Write an environment's files and others beside the folder, and put them in its place at once.

    A link is followed.

    Raises:
        RefusedError: the folder is not empty, or somebody stands in it.
        OutputError: it can't be written.
    """
    made = {**files(environment), **(others or {})}
    try:
        target = Path(os.path.realpath(folder))
        if target.exists():
            _check_free(folder, target)
        target.parent.mkdir(parents=True, exist_ok=True)
        _put(made, target)
    except OSError as error:
        raise OutputError(f"{folder} can't be written: {error.strerror}.", remedy=_ANOTHER) from error
    return [target / name for name in sorted(made)]


def _check_free(folder: Path, target: Path) -> None:
    if not target.is_dir() or any(target.iterdir()):
        raise RefusedError(f"{folder} is not an empty folder.", remedy=_ANOTHER)
    if target.samefile(Path.cwd()):
        raise RefusedError(f"{folder} is the working folder, and another one would take its place.", remedy=_ANOTHER)


def _put(made: Mapping[str, bytes], target: Path) -> None:
    staged = Path(mkdtemp(dir=target.parent, prefix=".toolbox-lesson-"))
    try:
        for name, content in made.items():
            with (staged / name).open("xb") as file:
                file.write(content)
                os.fsync(file.fileno())
        staged.chmod(0o777 & ~_umask())
        sync_folder(staged)
        staged.replace(target)
        sync_folder(target.parent)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise


def _umask() -> int:
    """Tell which rights new files of this process lack."""
    held = os.umask(0)
    os.umask(held)
    return held
