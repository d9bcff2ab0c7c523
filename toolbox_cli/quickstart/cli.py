"""`toolbox quickstart`."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.database.target import targets
from toolbox_cli.core.options import FormatOption, YesOption, runtime_of
from toolbox_cli.core.output import Column, Format, Report, render
from toolbox_cli.core.progress import status

if TYPE_CHECKING:
    from toolbox_cli.quickstart import quickstart as starting
else:
    starting = deferred("toolbox_cli.quickstart.quickstart")

NEXT = """\
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
    own = [found.label for found in targets(runtime.settings, runtime.environ) if not found.embedded]
    if own:
        runtime.confirm(f"This makes tables and sample data in {', '.join(own)}. Go on?", yes=yes)
    with status(runtime, "Starting PostgreSQL") as show:
        done = starting.quickstart(runtime.settings, runtime.environ, runtime.now().date(), show)
    render(runtime, _report(done), form)


def _report(done: "starting.Started") -> Report:
    items = [{"table": name, "rows": rows} for name, rows in done.tables.items()]
    summary = {
        "database": done.target.label,
        "revisions_applied": done.revisions,
        "rows": sum(done.tables.values()),
        "seeded": done.seeded,
        "checks": [outcome.says for outcome in done.outcomes],
    }
    kept = "\n".join(f"  ✓ {outcome.says}" for outcome in done.outcomes)
    columns = [Column("table"), Column("rows", justify="right")]
    title = f"A classroom stands in {done.target.label}."
    return Report("toolbox.quickstart/1", items, summary, columns=columns, title=title, note=f"{kept}\n\n{NEXT}")
