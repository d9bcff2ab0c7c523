"""How the revision commands report, and what they ask before they destroy."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from toolbox_cli.core.database.locks import Holder
from toolbox_cli.core.database.names import check_platform
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import FindingsError, RefusedError
from toolbox_cli.core.output import Column, Format, Report, findings_report, render
from toolbox_cli.core.progress import status
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.settings import PLATFORMS, RECORDS
from toolbox_cli.db.revisions.downgrade import Way
from toolbox_cli.db.revisions.lineage.history import read_history
from toolbox_cli.db.revisions.running.patience import Watch
from toolbox_cli.db.revisions.state import applied_log, standings
from toolbox_cli.db.revisions.upgrade import Migrated

_REVISION = (Column("platform"), Column("revision"))
_TITLE = Column("title", "what it does")


@contextmanager
def watching(runtime: Runtime) -> Iterator[Watch]:
    """Show the revision that runs, on a terminal; tell of every wait."""

    def waiting(holder: Holder | None) -> None:
        runtime.say(f"Waiting for the migration lock: {holder or 'its holder has just ended'}.")

    with status(runtime, "Looking at the database") as show:
        yield Watch(
            on_wait=waiting,
            on_retry=lambda delay_s: runtime.say(f"A table is locked by others; trying again in {delay_s:.1f} s."),
            on_start=lambda platform, revision: show(f"{platform}: {revision}"),
        )


@contextmanager
def findings_as_data(runtime: Runtime, form: Format) -> Iterator[None]:
    """Write the rows that are in the way as a report too, where a program reads; the error is for people."""
    try:
        yield
    except FindingsError as error:
        if form is Format.JSON:
            render(runtime, findings_report("toolbox.db.rows-in-the-way/1", error.findings), form)
        raise


def migrated(command: str, done: Sequence[Migrated]) -> Report:
    """Report what migrations did: one item a revision, in the order they ran."""
    history = read_history()
    items = [
        {
            "database": one.target.label,
            "platform": applied.platform,
            "revision": applied.revision,
            "title": history.find(applied.revision).title,
            "duration_ms": round(applied.duration_s * 1000),
            "sql_sha256": applied.sql_sha256,
        }
        for one in done
        for applied in one.applied
    ]
    dry_run = any(one.dry_run for one in done)
    now = sorted({at for one in done for at in one.current})
    summary = {"revisions": len(items), "dry_run": dry_run, "current": now}
    did = {"upgrade": "applied", "downgrade": "taken back"}[command]
    note = f"{len(items)} revisions {'would be' if dry_run else 'were'} {did}." if items else "Nothing to do."
    columns = [*_REVISION, Column("duration_ms", "ms", "right"), _TITLE]
    return Report(f"toolbox.db.{command}/1", items, summary, columns=columns, note=note)


def agree(runtime: Runtime, way: Way, *, yes: bool, data_loss: bool) -> None:
    """Say what a downgrade destroys, and get the person's agreement.

    Raises:
        RefusedError: this is production and there was no `--data-loss`, or the answer was no.
    """
    if not way.revisions:
        return
    lost = [f"  {loss.object}: {loss.rows:,} {'values' if loss.column else 'rows'}" for loss in way.losses if loss.rows]
    listed = "\n".join(lost) or "  no rows: what goes is empty"
    runtime.say(f"Taking back {len(way.revisions)} revisions in {way.target.label} destroys:\n{listed}")
    if runtime.settings.production and not data_loss:
        raise RefusedError(
            "A downgrade in production destroys data.",
            remedy="Make a backup (toolbox db backup), then repeat it with --data-loss.",
        )
    runtime.confirm("Go on?", yes=yes)


def gone_down(way: Way, done: Migrated) -> Report:
    """Report a downgrade, or what it would be: one item an object that is lost."""
    items = [
        {
            "platform": loss.platform,
            "object": loss.object,
            "what": "values" if loss.column else "rows",
            "rows": loss.rows,
        }
        for loss in way.losses
    ]
    verb = "would be" if done.dry_run else "were"
    revisions = [revision.id for revision in way.revisions]
    note = f"{len(revisions)} revisions {verb} taken back." if revisions else "Nothing to do."
    summary = {"revisions": revisions, "dry_run": done.dry_run, "current": sorted(done.current)}
    columns = [Column("object", "lost"), Column("rows", "rows or values", "right")]
    return Report("toolbox.db.downgrade/1", items, summary, columns=columns, note=note)


def stamped(done: Migrated) -> Report:
    """Report where a stamped database now stands."""
    note = f"Recorded as reached: {', '.join(done.current)}."
    return Report("toolbox.db.stamp/1", summary={"current": sorted(done.current)}, note=note)


def current(found: Sequence[Target]) -> Report:
    """Report where each platform stands: one item a platform."""
    items: list[dict[str, Any]] = [
        {
            "platform": standing.platform,
            "schema": standing.schema,
            "revision": standing.current.id if standing.current else None,
            "head": standing.head.id,
            "pending": standing.pending,
            "applied_at": standing.entry.applied_at if standing.entry else None,
            "database": target.label,
        }
        for target in found
        for standing in standings(target)
    ]
    pending = sum(item["pending"] for item in items)
    note = "Upgrade with: toolbox db upgrade" if pending else "Every platform is at its head."
    columns = [*_REVISION, Column("head"), Column("pending", justify="right"), Column("applied_at", "applied")]
    return Report("toolbox.db.current/1", items, {"pending": pending}, columns=columns, note=note)


def history(found: Sequence[Target]) -> Report:
    """Report every revision of the databases' platforms: one item a revision, first to head."""
    items = []
    for target in found:
        reached, log = applied_log(target)
        for platform in (RECORDS, *target.names.platforms):
            for revision in read_history().lines[platform]:
                entry = log.get(revision.id) if revision.id in reached else None
                items.append(
                    {
                        "platform": platform,
                        "revision": revision.id,
                        "document": revision.document,
                        "applied": revision.id in reached,
                        "applied_at": entry.applied_at if entry else None,
                        "by": entry.database_user if entry else None,
                        "tool_version": entry.tool_version if entry else None,
                        "title": revision.title,
                        "database": target.label,
                    }
                )
    columns = [*_REVISION, Column("applied"), Column("applied_at", "at"), _TITLE]
    return Report("toolbox.db.history/1", items, {"revisions": len(items)}, columns=columns)


def heads(platform: str | None) -> Report:
    """Report the newest revision of each platform that ships.

    Raises:
        UsageError: there is no such platform.
    """
    if platform is not None:
        check_platform(platform)
    lines = read_history().lines
    items = [
        {
            "platform": name,
            "revision": lines[name][-1].id,
            "revisions": len(lines[name]),
            "title": lines[name][-1].title,
        }
        for name in (RECORDS, *PLATFORMS)
        if platform in {None, name}
    ]
    return Report("toolbox.db.heads/1", items, {"heads": len(items)}, columns=[*_REVISION, _TITLE])
