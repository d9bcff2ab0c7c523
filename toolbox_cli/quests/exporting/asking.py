"""From what the command line says to files and drawings."""

import re
from collections.abc import Sequence
from pathlib import Path

from toolbox_cli.content.quests.drawing import dot, mermaid
from toolbox_cli.content.quests.graph import Graph
from toolbox_cli.content.quests.quest import QUEST_ID
from toolbox_cli.content.quests.reading.files import read_files
from toolbox_cli.content.quests.whole import as_json, as_yaml
from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.errors import FindingsError, OutputError, RefusedError, UsageError
from toolbox_cli.core.output import write_whole
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.quests.database import PLATFORM, Held, held_quests, named, transaction
from toolbox_cli.quests.options import As, Drawn


def export(runtime: Runtime, quests: Sequence[str] | None, folder: Path | None, form: As) -> None:
    """Write quests to a folder, or one to stdout.

    Raises:
        UsageError: there is no such quest, or no folder for several.
        RefusedError: the one quest has no graph.
        OutputError: a file can't be written.

    Effects: writes `toolbox.audit_log`, for quests tell of families, and commits.
    """
    with transaction(runtime, snapshot=True) as connection:
        found = named(connection, quests) if quests else held_quests(connection)
        record_change(
            connection,
            Change("toolbox quests export", runtime.settings.env, PLATFORM, details={"seen": len(found)}),
        )
    why = {held.id: _why(held, folder) for held in found}
    whole = [held for held in found if why[held.id] is None]
    for held in found:
        if told := why[held.id]:
            runtime.say(f"{held.quest.quest_id}: left out, for {told}.")
    if folder is None and len(found) != 1:
        raise UsageError(f"There are {len(found)} quests.", remedy="Name one, or a folder for all: --output FOLDER")
    if folder is None and not whole:
        raise RefusedError(f"{found[0].quest.quest_id} can't be written.")
    if folder is None:
        runtime.out.write(written(whole[0], form))
        return
    _write(whole, folder, form)
    runtime.say(f"{folder}: {len(whole):,} quest{'' if len(whole) == 1 else 's'}.")


def written(held: Held, form: As) -> str:
    """Write a quest as a file holds it."""
    return (as_json if form is As.JSON else as_yaml)(held.quest, held.content_hash)


def _write(quests: Sequence[Held], folder: Path, form: As) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} can't be made: {error.strerror}.") from error
    for held in quests:
        write_whole(folder / f"{held.quest.quest_id}.{form.value}", written(held, form))


def _why(held: Held, folder: Path | None = None) -> str | None:
    """Say why a quest can't be written; None where it can."""
    if held.read is None:
        return "it has no graph; make it with: toolbox quests backfill"
    if held.read.wrong:
        first = held.read.wrong[0]
        return f"its graph can't be read: {'.'.join(map(str, first.steps))} {first.found}"
    if folder is not None and not re.fullmatch(QUEST_ID, held.quest.quest_id):
        return "its name can't be that of a file"
    return None


def drawn(runtime: Runtime, quest: str, language: Drawn) -> str:
    """Draw a quest of a file or of the database.

    Raises:
        UsageError: there is no such file or quest.
        FindingsError: the file can't be read; what the checks would find is drawn as it is.
        RefusedError: the quest has no graph.
    """
    return (dot if language is Drawn.DOT else mermaid)(_graph(runtime, quest))


def _graph(runtime: Runtime, quest: str) -> Graph:
    file = runtime.working_folder / quest
    if file.is_file():
        read = read_files([file], checked=False)
        if not read.usable:
            raise FindingsError(f"{quest} can't be drawn as it is.", findings=read.findings)
        if len(read.quests) != 1:
            raise UsageError(f"{quest} has {len(read.quests)} quests.", remedy="Give a file with one.")
        return read.quests[0].quest.graph
    with transaction(runtime, snapshot=True) as connection:
        (held,) = named(connection, [quest])
    if why := _why(held):
        raise RefusedError(f"{quest} can't be drawn, for {why}.")
    return held.quest.graph
