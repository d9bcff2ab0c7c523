"""One import: what was read is checked, planned and loaded, all in one transaction."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolbox_cli.content.modules.reading.reading import Library, failed
from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.findings import Finding
from toolbox_cli.core.settings import Environment
from toolbox_cli.modules.database import PLATFORM, Connection
from toolbox_cli.modules.importing.loading import load
from toolbox_cli.modules.importing.planning import Fate, Planned, beside, plan
from toolbox_cli.modules.options import OnConflict, Status
from toolbox_cli.modules.publishing.needs import archived, publish_all


@dataclass(frozen=True, slots=True)
class Wish:
    """What an import is asked for.

    Attributes:
        paths: files and folders.
        publish: publish whatever the files hold.
    """

    paths: tuple[Path, ...]
    on_conflict: OnConflict = OnConflict.FAIL
    publish: bool = False
    processes: int | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do.

    Attributes:
        planned: each file's module, in the order of the files; empty where a fault kept all of it out.
        findings: faults and doubts.
        counts: rows written, by table.
        published: how many modules were published.
        resting: how many were not, as somebody archived them.
    """

    planned: tuple[Planned, ...] = ()
    findings: tuple[Finding, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    published: int = 0
    resting: int = 0

    @property
    def refused(self) -> bool:
        """Whether nothing was written: a fault, or a module that the database is ahead with."""
        return failed(self.findings) or any(one.fate is Fate.CONFLICT for one in self.planned)


def bring_library(connection: Connection, library: Library, wish: Wish, environment: Environment) -> Imported:
    """Import modules that were read.

    Args:
        connection: in a transaction; whose search_path begins with the platform's schema.
        library: what the files say.
        wish: what is asked for.
        environment: for the audit log.

    Raises:
        FindingsError: a module was changed by somebody else in this very moment.
        RefusedError: modules are to be published before their prerequisites.

    Effects: writes the tables of modules and `toolbox.audit_log`; never commits. Nothing where it is refused.
    """
    held = beside(connection, library.reads)
    findings = tuple(library.findings(held))
    if failed(findings):
        return Imported(findings=findings)
    done = Imported(tuple(plan(connection, library.reads, wish.on_conflict)), findings)
    if done.refused:
        return done
    if kept := {one.read.slug for one in done.planned if one.fate is Fate.KEPT}:
        beside_kept = library.without(kept).findings(held)  # what the database keeps is not what its file says
        if failed(beside_kept):
            return Imported(findings=tuple(beside_kept))
    counts = load(connection, done.planned)
    wanted = _wanted(done, wish)
    resting = archived(connection, wanted)
    published = publish_all(connection, [slug for slug in wanted if slug not in resting], _leaning(done))
    if counts or published:
        record_change(connection, _change(wish, done, {**counts, "published": published}, environment))
    return Imported(done.planned, findings, counts, published, len(resting))


def _wanted(done: Imported, wish: Wish) -> list[str]:
    """Name the modules that are to be published."""
    taken = [one for one in done.planned if one.fate is not Fate.KEPT]
    said = [one for one in taken if one.fate is Fate.NEW and one.read.status == Status.PUBLISHED]
    return [str(one.read.slug) for one in (taken if wish.publish else said)]


def _leaning(done: Imported) -> list[str]:
    """Name the modules that have other prerequisites than before."""
    return [
        str(one.read.slug)
        for one in done.planned
        if one.fate is Fate.CHANGED and any(change.path == "prerequisites" for change in one.changes)
    ]


def _change(wish: Wish, done: Imported, counts: dict[str, int], environment: Environment) -> Change:
    fates: dict[str, int] = {}
    for one in done.planned:
        fates[one.fate.value] = fates.get(one.fate.value, 0) + 1
    command = f"toolbox modules import --on-conflict {wish.on_conflict}{' --publish' * wish.publish}"
    details: dict[str, Any] = {"modules": fates}
    if taken := [one.read.slug for one in done.planned if one.fate is Fate.CHANGED and one.reason]:
        details["taken"] = taken
    return Change(command, environment, PLATFORM, {name: n for name, n in counts.items() if n}, details)
