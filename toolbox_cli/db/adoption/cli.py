"""`toolbox db adopt`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.database.target import targets
from toolbox_cli.core.options import DryRunOption, FormatOption, PlatformOption, runtime_of
from toolbox_cli.core.output import Format, render

if TYPE_CHECKING:
    from toolbox_cli.db.adoption import adopt as adopting
    from toolbox_cli.db.adoption import reports
    from toolbox_cli.db.drift import accepted
    from toolbox_cli.db.expected import expected as expecting
    from toolbox_cli.db.revisions import reports as revision_reports
else:
    accepted = deferred("toolbox_cli.db.drift.accepted")
    adopting = deferred("toolbox_cli.db.adoption.adopt")
    expecting = deferred("toolbox_cli.db.expected.expected")
    reports = deferred("toolbox_cli.db.adoption.reports")
    revision_reports = deferred("toolbox_cli.db.revisions.reports")

WORD = "acceptance"

AcceptOption = Annotated[
    Path | None,
    typer.Option(
        "--accept-differences", metavar="FILE", help="Differences that may stay, in YAML, each with a reason."
    ),
]


def adopt(
    ctx: typer.Context,
    platform: PlatformOption = None,
    dry_run: DryRunOption = False,
    accept_differences: AcceptOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Take over a database that somebody else built: find the revision it is equal to, and record it.

    Compares it with each revision, replayed in a transaction that is rolled back. Names of constraints and indexes
    don't matter, nor does what stands on none of our tables. Changes no table: what differs is shown, with the SQL
    that would mend it, and ends with status 3. Afterwards toolbox db upgrade goes on from there, with all rows.

    Examples:
        toolbox db adopt --dry-run
        toolbox db adopt --platform pas_in_peace
        toolbox db adopt --dry-run --format json
    """
    runtime = runtime_of(ctx)
    known = accepted.read_accepted(accept_differences, WORD) if accept_differences else None
    found = targets(runtime.settings, runtime.environ, platform)
    workshop = expecting.workshop_of(runtime.settings, runtime.environ)
    order = adopting.Order(workshop, runtime.settings.env, runtime.now().date(), known, dry_run)
    with revision_reports.watching(runtime) as watch:
        outcome = reports.adopt_all(found, order, watch)
    render(runtime, reports.report_of(outcome), form)
    if outcome.exit:
        raise typer.Exit(outcome.exit)
