"""How the revision commands report."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from toolbox_cli.core.database.locks import Holder
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.output import Column, Report
from toolbox_cli.core.progress import status
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.db.revisions.goal import HEADS
from toolbox_cli.db.revisions.history import read_history
from toolbox_cli.db.revisions.upgrade import Upgraded, Watch


def goal_of(target: str, to: str | None, documents: str) -> str:
    """Give the one goal that TARGET and `--to` ask for."""
    if to is None:
        return target
    if to != documents or target != HEADS:
        raise UsageError("--to takes the word documents, and no TARGET beside it.")
    return to


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


def upgraded(done: Sequence[Upgraded]) -> Report:
    """Report what upgrades did: one item a revision, in the order they ran."""
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
    verb = "would be" if dry_run else "were"
    return Report(
        "toolbox.db.upgrade/1",
        items,
        {"applied": len(items), "dry_run": dry_run, "current": sorted({at for one in done for at in one.current})},
        columns=[
            Column("platform"), Column("revision"), Column("duration_ms", "ms", "right"), Column("title", "what it does"),
        ],
        note=f"{len(items)} revisions {verb} applied." if items else "Nothing to do.",
    )  # fmt: skip
