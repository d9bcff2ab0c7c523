"""From what the command line says to files."""

from pathlib import Path
from uuid import UUID

from toolbox_cli.agents.database import transaction
from toolbox_cli.agents.exporting.export import work_of, write
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
        work = work_of(connection, task)
    files = write(work.environment, runtime.working_folder / folder, work.changed)
    items = [{"file": file.name, "size_bytes": file.stat().st_size} for file in files]
    columns = [Column("file"), Column("size_bytes", "bytes", "right")]
    note = f"{len(files)} files in {folder}, of the content {work.content_sha256}."
    if work.changed:
        note += " What was changed since is judged on its own: by the hash in the name of its file, with --content."
    summary = {"task": task, "folder": folder, "content_sha256": work.content_sha256}
    return Report("toolbox.agents.export/1", items, summary, columns=columns, note=note)
