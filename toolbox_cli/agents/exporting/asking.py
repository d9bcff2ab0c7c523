"""From what the command line says to files."""

from pathlib import Path
from uuid import UUID

from toolbox_cli.agents.database import transaction
from toolbox_cli.agents.exporting.export import environment_of, write
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.runtime import Runtime


def export(runtime: Runtime, task: UUID, folder: Path) -> Report:
    """Write the environment of a workflow as files, and list them.

    Raises:
        InputError: there is no such task.
        RefusedError: it has no approved environment, or the folder is not empty.
        OutputError: the folder can't be written.
    """
    with transaction(runtime, snapshot=True) as connection:
        environment = environment_of(connection, task)
    files = write(environment, runtime.working_folder / folder)
    items = [{"file": file.name, "size_bytes": file.stat().st_size} for file in files]
    columns = [Column("file"), Column("size_bytes", "bytes", "right")]
    note = f"{len(files)} files in {folder}."
    return Report("toolbox.agents.export/1", items, {"task": task, "folder": folder}, columns=columns, note=note)
