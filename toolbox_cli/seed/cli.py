"""The table of `toolbox seed`'s commands, and the commands."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.core.commands import Entry, deferred, group
from toolbox_cli.core.database.target import target_of
from toolbox_cli.core.options import DryRunOption, FormatOption, runtime_of
from toolbox_cli.core.output import Column, Format, Report, render
from toolbox_cli.core.progress import status

if TYPE_CHECKING:
    from toolbox_cli.seed import roblox as loading
else:
    loading = deferred("toolbox_cli.seed.roblox")

seed = group(
    "seed",
    "Fill a development database with realistic data.",
    {"roblox": Entry("toolbox_cli.seed.cli:roblox", "Load a classroom of the Roblox learning platform.")},
)


def roblox(
    ctx: typer.Context,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="The same seed gives the same rows.")] = 42,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day that the data takes as today.", show_default="today"),
    ] = None,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Load a classroom of the Roblox learning platform.

    Two teachers, thirty students, six lessons with quizzes, templates and content, and what everybody did in them.
    The same seed and day give the same rows; loading them twice changes nothing. Nobody can sign in to the accounts,
    and their addresses are in example.org. Refused in production.

    Examples:
        toolbox seed roblox
        toolbox seed roblox --seed 7 --as-of 2026-09-01
        toolbox seed roblox --dry-run --format json
    """
    runtime = runtime_of(ctx)
    target = target_of(runtime.settings, runtime.environ, "toolboxai")
    today, day = runtime.now().date(), as_of.date() if as_of else None
    with status(runtime, "Loading a classroom"):
        done = loading.seed_roblox(target, runtime.settings, seed=seed, today=today, as_of=day, dry_run=dry_run)
    render(runtime, _report(done, seed, dry_run=dry_run), form)


def _report(done: "loading.Seeded", seed: int, *, dry_run: bool) -> Report:
    rows = sum(done.tables.values())
    items = [{"table": name, "rows": count} for name, count in done.tables.items()]
    summary = {"seed": seed, "as_of": done.as_of, "rows": rows, "already": done.already, "dry_run": dry_run}
    verb = "were there already" if done.already else "would be loaded" if dry_run else "were loaded"
    columns = [Column("table"), Column("rows", justify="right")]
    return Report("toolbox.seed/1", items, summary, columns=columns, note=f"{rows:,} rows {verb}.")
