"""One import: files are read, checked, planned and loaded, all in one transaction."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolbox_cli.content.quests.reading.files import Files, Loaded, read_files
from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.settings import Environment
from toolbox_cli.quests.database import PLATFORM, Connection, Held, held_quests, transaction, user_named
from toolbox_cli.quests.importing.loading import load
from toolbox_cli.quests.importing.planning import Fate, Planned, decide, plan
from toolbox_cli.quests.options import OnConflict
from toolbox_cli.quests.personal import record_look


@dataclass(frozen=True, slots=True)
class Wish:
    """What an import is asked for.

    Attributes:
        author: of new quests, as the command line has it.
        command: what the audit log calls it, where it is no import of files.
    """

    paths: tuple[Path, ...]
    author: str | None = None
    on_conflict: OnConflict = OnConflict.FAIL
    command: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do.

    Attributes:
        planned: each quest, in the order of the files; empty where a fault kept all of it out.
        findings: faults and doubts.
        written: rows.
    """

    planned: tuple[Planned, ...] = ()
    findings: tuple[Finding, ...] = ()
    written: int = 0

    @property
    def faulty(self) -> bool:
        """Whether a file has an error."""
        return any(one.severity is Severity.ERROR for one in self.findings)

    @property
    def refused(self) -> bool:
        """Whether nothing was written."""
        return self.faulty or any(one.fate in {Fate.CONFLICT, Fate.REFUSED} for one in self.planned)


def bring_in(runtime: Runtime, wish: Wish, *, dry_run: bool) -> Imported:
    """Import what some paths hold; commits unless `dry_run` or refused.

    Raises:
        InputError: a path is not there.
        UsageError: new quests have no author, or there is no such user.
    """
    files = read_files(wish.paths)
    if not files.usable:
        return Imported(findings=files.findings)
    with transaction(runtime, dry_run=dry_run) as connection:
        return bring(connection, files, wish, runtime.settings.env)


def bring(connection: Connection, files: Files, wish: Wish, environment: Environment) -> Imported:
    """Import quests that were read.

    Effects: writes `quests` and `toolbox.audit_log`; never commits. Nothing where it is refused.
    """
    author = None if wish.author is None else user_named(connection, wish.author, "--author")
    planned = tuple(plan(connection, files.quests, wish.on_conflict, author))
    done = Imported(planned, files.findings)
    new = [one.loaded.quest.quest_id for one in planned if one.fate is Fate.NEW]
    if new and author is None:
        raise UsageError(
            f"{len(new)} quests are new, such as {new[0]}: whose are they?", remedy="Say it with --author USER."
        )
    if done.refused:
        return done
    written = load(connection, planned, author)
    if written:
        fates = Counter(one.fate.value for one in planned)
        command = f"toolbox quests {wish.command or f'import --on-conflict {wish.on_conflict}'}"
        record_change(connection, Change(command, environment, PLATFORM, {"quests": written}, {"quests": fates}))
    return Imported(planned, files.findings, written)


def compare(runtime: Runtime, paths: Sequence[Path], *, personal: bool) -> Imported:
    """Say what an import in which the files win would change.

    Effects: with `personal`, that is where what the database has will be shown, writes `toolbox.audit_log` and commits.
    """
    files = read_files(paths)
    if not files.usable:
        return Imported(findings=files.findings)
    with transaction(runtime, snapshot=True) as connection:
        names = [one.quest.quest_id for one in files.quests]
        held = {one.quest.quest_id: one for one in held_quests(connection, names)}
        if personal:
            record_look(connection, runtime, "quests diff", len(held))
    return Imported(tuple(_compared(one, held) for one in files.quests), files.findings)


def _compared(loaded: Loaded, held: Mapping[str, Held]) -> Planned:
    return decide(loaded, held.get(loaded.quest.quest_id), OnConflict.FAIL, None)
