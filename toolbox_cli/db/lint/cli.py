"""`toolbox db lint`."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.database.target import targets
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.options import FailOn, FailOnOption, OutputOption, PlatformOption, runtime_of
from toolbox_cli.core.output import put_text
from toolbox_cli.core.progress import status
from toolbox_cli.db.lint.options import Form, FormOption, NoSquawkOption, OfflineOption, RevisionsArgument

if TYPE_CHECKING:
    from toolbox_cli.db.lint import lint as linting
    from toolbox_cli.db.lint import reports
    from toolbox_cli.db.lint.squawk import program
else:
    linting = deferred("toolbox_cli.db.lint.lint")
    reports = deferred("toolbox_cli.db.lint.reports")
    program = deferred("toolbox_cli.db.lint.squawk.program")


def lint(
    ctx: typer.Context,
    revisions: RevisionsArgument = None,
    platform: PlatformOption = None,
    form: FormOption = Form.TABLE,
    fail_on: FailOnOption = FailOn.ERROR,
    offline: OfflineOption = False,
    no_squawk: NoSquawkOption = False,
    output: OutputOption = None,
) -> None:
    """Find in pending revisions what would hold programs up, lose data or open a door.

    How grave work on a table is depends on how many rows the database has in it. Changes nothing and runs no
    revision. Errors end with status 3, with --fail-on warnings too.

    Examples:
        toolbox db lint
        toolbox db lint --fail-on warning --format sarif --output lint.sarif
        toolbox db lint frames_types frames_checks
        toolbox db lint toolboxai_indexes --offline
    """
    runtime = runtime_of(ctx)
    squawk = None if no_squawk else program.find_squawk(runtime.environ.get("PATH"))
    found = targets(runtime.settings, runtime.environ, platform)
    with status(runtime, "Reading the revisions"):
        done = linting.lint(found, revisions or (), squawk=squawk, offline=offline)
    ok = not done.reaches(fail_on)
    put_text(lambda out: reports.text_of(done, form, ok=ok, out=out), runtime.out, output)
    if output:
        runtime.say(f"{output}: {reports.in_short(done)}")
    if not ok:
        raise typer.Exit(Exit.FINDINGS)
