"""How backup and restore report, and what a restore asks before it replaces."""

from collections.abc import Callable, Sequence

from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.output import Column, Format, Report, render
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.db.backup.dump import Backup, backup
from toolbox_cli.db.backup.restore import RestorePlan
from toolbox_cli.db.backup.store import default_folder


def write_backups(runtime: Runtime, made: Sequence[Backup], form: Format) -> None:
    """Write the paths of the dumps, a line each, for scripts; what else is worth telling goes to stderr."""
    if form is Format.JSON:
        render(runtime, backed_up(made), form)
        return
    for one in made:
        gone = f"; {len(one.removed)} older removed" if one.removed else ""
        rows = sum(one.manifest.rows.values())
        runtime.say(f"{one.manifest.database}: {one.manifest.size_bytes:,} bytes, about {rows:,} rows{gone}.")
        runtime.out.write(f"{one.path}\n")
    runtime.out.flush()


def before_change(runtime: Runtime) -> Callable[[Target], None]:
    """Give what dumps a database into the folder of the backups, and says where, before it is changed."""

    def dump(target: Target) -> None:
        made = backup(target, default_folder(runtime.settings.home), now=runtime.now())
        runtime.say(f"Backed up to {made.path}")

    return dump


def backed_up(made: Sequence[Backup]) -> Report:
    """Report backups: one item a database."""
    items = [
        {
            "path": one.path,
            "database": one.manifest.database,
            "created_at": one.manifest.created_at,
            "size_bytes": one.manifest.size_bytes,
            "sha256": one.manifest.sha256,
            "heads": one.manifest.heads,
            "removed": list(one.removed),
        }
        for one in made
    ]
    return Report("toolbox.db.backup/1", items, {"backups": len(items)})


def agree(runtime: Runtime, plan: RestorePlan, *, yes: bool, data_loss: bool) -> None:
    """Say what a restore replaces, and get the person's agreement.

    Raises:
        RefusedError: this is production and there was no `--data-loss`, or the answer was no.
    """
    lost = [f"  schema {one.schema}: {one.tables} tables, about {one.rows:,} rows" for one in plan.lost]
    listed = ", and destroys what it holds now:\n" + "\n".join(lost) if lost else ", which is empty."
    at = f"{plan.manifest.created_at:%Y-%m-%d %H:%M:%S} UTC"
    runtime.say(f"Restoring the backup of {at} into {plan.target.label}{listed}")
    if runtime.settings.production and not data_loss:
        raise RefusedError(
            "A restore in production replaces data.",
            remedy="Make a backup of what is there (toolbox db backup), then repeat it with --data-loss.",
        )
    if lost:
        runtime.confirm("Go on?", yes=yes)


def restored(plan: RestorePlan, revisions: Sequence[str]) -> Report:
    """Report a restore: one item a table, with the rows that the manifest says."""
    items = [{"table": table, "rows": rows} for table, rows in plan.manifest.rows.items()]
    filled = [item for item in items if item["rows"]]
    summary = {
        "database": plan.target.label,
        "dump": plan.manifest.dump,
        "created_at": plan.manifest.created_at,
        "revisions": sorted(revisions),
        "replaced": [one.schema for one in plan.lost],
        "tables": len(items),
        "rows": sum(plan.manifest.rows.values()),
    }
    note = f"{len(items)} tables were restored, {len(filled)} of them with rows."
    return Report(
        "toolbox.db.restore/1", filled, summary, columns=[Column("table"), Column("rows", None, "right")], note=note
    )
