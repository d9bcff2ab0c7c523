"""`toolbox db` commands that move a schema along its revisions, or say where it stands."""

from typing import Annotated

import typer

from toolbox_cli.core.database.target import targets
from toolbox_cli.core.durations import seconds
from toolbox_cli.core.options import DryRunOption, FormatOption, PlatformOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.db.revisions import reports
from toolbox_cli.db.revisions.goal import DOCUMENTS, HEADS
from toolbox_cli.db.revisions.upgrade import Patience, upgrade as apply_upgrade, write_sql

TargetArgument = Annotated[
    str, typer.Argument(metavar="[TARGET]", help="heads, frames@head, frames@+1, or a revision.", show_default=True)
]


def upgrade(
    ctx: typer.Context,
    target: TargetArgument = HEADS,
    to: Annotated[str | None, typer.Option(metavar="documents", help="Stop before toolbox's own revisions.")] = None,
    platform: PlatformOption = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL instead of running it.")] = False,
    dry_run: DryRunOption = False,
    lock_timeout: Annotated[str, typer.Option(help="How long a statement waits for a table.")] = "5s",
    wait: Annotated[str, typer.Option(help="How long to wait for others, in all.")] = "60s",
    form: FormatOption = Format.TABLE,
) -> None:
    """Bring the schema to its newest revision."""
    runtime = runtime_of(ctx)
    found = targets(runtime.settings, runtime.environ, platform)
    goal = reports.goal_of(target, to, DOCUMENTS)
    if sql:
        for database in found:
            write_sql(database, goal, runtime.out)
        return
    patience = Patience(seconds(lock_timeout), seconds(wait))
    with reports.watching(runtime) as watch:
        done = [apply_upgrade(one, goal, patience=patience, watch=watch, dry_run=dry_run) for one in found]
    render(runtime, reports.upgraded(done), form)
