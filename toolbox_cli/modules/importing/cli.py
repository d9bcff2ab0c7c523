"""`toolbox modules import` and `validate`."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.content.faults.forms import Form
from toolbox_cli.core.commands import deferred
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.findings import Severity
from toolbox_cli.core.options import DryRunOption, FailOn, FailOnOption, runtime_of
from toolbox_cli.modules.options import (
    ConflictOption,
    FaultsFormOption,
    FromOption,
    LossesOption,
    OnConflict,
    PathsArgument,
    ProcessesOption,
    PublishOption,
    WithDatabaseOption,
)

if TYPE_CHECKING:
    from toolbox_cli.modules.importing import asking, reports, run
else:
    asking = deferred("toolbox_cli.modules.importing.asking")
    reports = deferred("toolbox_cli.modules.importing.reports")
    run = deferred("toolbox_cli.modules.importing.run")


def import_(
    ctx: typer.Context,
    paths: PathsArgument,
    source: FromOption = "auto",
    dry_run: DryRunOption = False,
    on_conflict: ConflictOption = OnConflict.FAIL,
    publish: PublishOption = False,
    losses: LossesOption = False,
    processes: ProcessesOption = None,
    form: FaultsFormOption = Form.TABLE,
) -> None:
    """Bring modules from authors' files into the database, all of them or none.

    A module is found by its slug. What has not changed is not written; what has gets a new revision, and the old one
    stays readable. Students stay at the section where they are, wherever it moved. A module that was edited elsewhere
    since its file was written is not overwritten, and neither is one that the file has no section in common with: the
    differences are shown and nothing is written (status 3), unless --on-conflict says which wins. So it is with any
    fault in any file; all of them are told at once.

    Examples:
        toolbox modules import modules --dry-run
        toolbox modules import modules --publish
        toolbox modules import lab-safety.md --on-conflict take
        toolbox modules import modules --format sarif
    """
    runtime = runtime_of(ctx)
    wish = run.Wish(tuple(paths), on_conflict, publish, processes)
    done, packages = asking.bring_in(runtime, wish, source, dry_run=dry_run)
    runtime.out.write(reports.import_text(done, packages, form, runtime.out, dry_run=dry_run, losses=losses))
    if done.refused:
        raise typer.Exit(Exit.FINDINGS)


def validate(
    ctx: typer.Context,
    paths: PathsArgument,
    source: FromOption = "auto",
    with_database: WithDatabaseOption = False,
    fail_on: FailOnOption = FailOn.ERROR,
    losses: LossesOption = False,
    processes: ProcessesOption = None,
    form: FaultsFormOption = Form.TABLE,
) -> None:
    """Say everything that is wrong with modules' files, with its place; asks no database unless it is told to.

    Errors end with status 3, with --fail-on warning warnings too. What each code means is in docs/content-faults.md.

    Examples:
        toolbox modules validate modules
        toolbox modules validate modules --with-database --fail-on warning
        toolbox modules validate modules --format sarif
    """
    runtime = runtime_of(ctx)
    found = asking.check(runtime, paths, source, with_database=with_database, processes=processes)
    runtime.out.write(reports.check_text(found, form, runtime.out, losses=losses))
    failing = {Severity.ERROR} if fail_on is FailOn.ERROR else {Severity.ERROR, Severity.WARNING}
    if any(one.severity in failing for one in found.findings):
        raise typer.Exit(Exit.FINDINGS)
