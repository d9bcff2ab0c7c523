"""`toolbox db diff`."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.database.target import target_at, targets
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.options import OutputOption, PlatformOption, runtime_of
from toolbox_cli.core.progress import status
from toolbox_cli.db.diff.options import AgainstOption, Form, FormOption, NoCacheOption

if TYPE_CHECKING:
    import toolbox_cli.db.diff.diff as differing
    from toolbox_cli.db.diff import reports
    from toolbox_cli.db.expected import expected as expecting
else:
    differing = deferred("toolbox_cli.db.diff.diff")
    expecting = deferred("toolbox_cli.db.expected.expected")
    reports = deferred("toolbox_cli.db.diff.reports")


def diff(
    ctx: typer.Context,
    platform: PlatformOption = None,
    against: AgainstOption = None,
    form: FormOption = Form.SQL,
    output: OutputOption = None,
    no_cache: NoCacheOption = False,
) -> None:
    """Print the SQL that would bring the database to the models, for review; runs none of it.

    Each statement in its safe form and in order, for psql -v ON_ERROR_STOP=1. What loses data stands there as a
    comment, with the reason. Ends with status 3 where something differs; what others have put there is left alone.

    Examples:
        toolbox db diff
        toolbox db diff --platform frames --output mend.sql
        toolbox db diff --format json
    """
    runtime = runtime_of(ctx)
    found = targets(runtime.settings, runtime.environ, platform)
    reports.one_for_a_script(found, form)
    workshop = expecting.workshop_of(runtime.settings, runtime.environ, keep=not no_cache)
    other = target_at(against, "--against") if against else None
    with status(runtime, "Comparing"):
        done = [(target, differing.diff(target, workshop, other)) for target in found]
    reports.put(runtime, done, form, output)
    if reports.differs(done):
        raise typer.Exit(Exit.FINDINGS)
