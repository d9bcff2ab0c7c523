"""`toolbox quickstart`."""

from typing import TYPE_CHECKING, Any

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.database.target import targets
from toolbox_cli.core.options import FormatOption, YesOption, runtime_of
from toolbox_cli.core.output import Column, Format, Report, render
from toolbox_cli.core.progress import status

if TYPE_CHECKING:
    from toolbox_cli.quickstart import quickstart as starting
    from toolbox_cli.seed import seeding
else:
    seeding = deferred("toolbox_cli.seed.seeding")
    starting = deferred("toolbox_cli.quickstart.quickstart")

NEXT = """
Try next:
  toolbox db shell      look around with SQL
  toolbox db current    see which revision each platform is at
  toolbox db doctor     check the database's health"""


def quickstart(ctx: typer.Context, yes: YesOption = False, form: FormatOption = Format.TABLE) -> None:
    """Set up a database with a classroom to try things on.

    Starts the PostgreSQL that comes with toolbox, brings all platforms to their newest revision, loads a classroom
    and checks that the rules hold. Running it again changes nothing. Refused in production.

    Examples:
        toolbox quickstart
        toolbox quickstart --format json
    """
    runtime = runtime_of(ctx)
    seeding.refuse_production(runtime.settings)
    own = [found.label for found in targets(runtime.settings, runtime.environ) if not found.embedded]
    if own:
        runtime.confirm(f"This makes tables and sample data in {', '.join(own)}. Go on?", yes=yes)
    with status(runtime, "Starting PostgreSQL") as show:
        done = starting.quickstart(runtime.settings, runtime.environ, runtime.now().date(), show)
    render(runtime, _report(done), form)
    if form is Format.TABLE:
        runtime.say(NEXT)


def _report(done: "starting.Started") -> Report:
    items: list[dict[str, Any]] = [
        {"platform": platform, "rows": sum(tables.values()), "tables": tables}
        for platform, tables in done.platforms.items()
    ]
    summary = {
        "database": done.target.label,
        "changed": done.changed,
        "revisions_applied": done.revisions,
        "partitions_made": done.partitions,
        "seeded": done.seeded,
        "rows": sum(item["rows"] for item in items),
        "checks": [outcome.says for outcome in done.outcomes],
    }
    title = f"{'A' if done.changed else 'Nothing had to be done: a'} classroom stands in {done.target.label}."
    columns = [Column("platform"), Column("rows", justify="right")]
    kept = "\n".join(f"  ✓ {outcome.says}" for outcome in done.outcomes)
    return Report("toolbox.quickstart/1", items, summary, columns=columns, title=title, note=kept)
