"""From what the command line says to files."""

import json
from collections.abc import Sequence
from pathlib import Path

from toolbox_cli.content.modules.schema import module_schema
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.modules.database import transaction
from toolbox_cli.modules.exporting.export import chosen, write_files, written
from toolbox_cli.modules.holding.checking import unfit
from toolbox_cli.modules.options import As, Status


def export(runtime: Runtime, slugs: Sequence[str] | None, folder: Path | None, form: As, status: Status | None) -> None:
    """Write modules to a folder, or one to stdout.

    Raises:
        UsageError: there is no such module, or no folder for several.
        RefusedError: a file of the folder says what the database never had.
        OutputError: a file can't be written.
    """
    with transaction(runtime, snapshot=True) as connection:
        modules = chosen(connection, slugs, status)
        if folder is not None:
            write_files(connection, modules, folder, form)
    if folder is None and len(modules) != 1:
        raise UsageError(f"There are {len(modules)} modules.", remedy="Name one, or a folder for all: --output FOLDER")
    if folder is None:
        runtime.out.write(written(modules[0], form))
    else:
        runtime.say(f"{folder}: {len(modules):,} module{'' if len(modules) == 1 else 's'}.")
    for held in modules:
        for fault in unfit(held):
            runtime.say(f"{held.slug}: {fault.code} {fault.object}: {fault.found}; an import would refuse it.")


def schema() -> str:
    """Write the JSON Schema of a module's file."""
    return json.dumps(module_schema(), ensure_ascii=False, indent=2) + "\n"
