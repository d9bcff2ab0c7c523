"""`toolbox quests import`, `validate` and `diff`."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.content.faults.forms import Form
from toolbox_cli.core.commands import deferred
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.findings import Severity
from toolbox_cli.core.options import DryRunOption, FailOn, FailOnOption, FormatOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.quests.options import (
    AuthorOption,
    ConflictOption,
    FaultsFormOption,
    OnConflict,
    PathsArgument,
    PersonalOption,
)

if TYPE_CHECKING:
    from toolbox_cli.content.quests.reading import files
    from toolbox_cli.quests.importing import planning, reports, run
else:
    files = deferred("toolbox_cli.content.quests.reading.files")
    planning = deferred("toolbox_cli.quests.importing.planning")
    reports = deferred("toolbox_cli.quests.importing.reports")
    run = deferred("toolbox_cli.quests.importing.run")


def import_(
    ctx: typer.Context,
    paths: PathsArgument,
    author: AuthorOption = None,
    on_conflict: ConflictOption = OnConflict.FAIL,
    dry_run: DryRunOption = False,
    form: FaultsFormOption = Form.TABLE,
) -> None:
    """Bring quests from authors' files into the database, all of them or none.

    A quest is found by its name. What has not changed is not written; what has loses its approvals, for they were of
    other content. A quest that was edited in the database since the file was exported is not overwritten (status 3),
    unless --on-conflict says which wins; neither is a public quest, nor that of another author (status 4). With any
    fault in any file nothing is written; all of them are told at once.

    Examples:
        toolbox quests import quests --author 17 --dry-run
        toolbox quests import quests --author 17
        toolbox quests import lanterns.yaml --on-conflict take
        toolbox quests import quests --author 17 --format sarif
    """
    runtime = runtime_of(ctx)
    done = run.bring_in(runtime, run.Wish(tuple(paths), author, on_conflict), dry_run=dry_run)
    runtime.out.write(reports.import_text(done, form, runtime.out, dry_run=dry_run))
    if done.refused:
        held_back = any(one.fate is planning.Fate.REFUSED for one in done.planned)
        raise typer.Exit(Exit.REFUSED if held_back else Exit.FINDINGS)


def validate(
    ctx: typer.Context,
    paths: PathsArgument,
    fail_on: FailOnOption = FailOn.ERROR,
    form: FaultsFormOption = Form.TABLE,
) -> None:
    """Say everything that is wrong with quests' files, with its node or edge; asks no database.

    Errors end with status 3, with --fail-on warning warnings too. What each code means is in docs/content-faults.md.

    Examples:
        toolbox quests validate quests
        toolbox quests validate quests/tide-pools.json --fail-on warning
        toolbox quests validate quests --format sarif
    """
    runtime = runtime_of(ctx)
    found = files.read_files(paths)
    runtime.out.write(reports.check_text(found, form, runtime.out))
    failing = {Severity.ERROR} if fail_on is FailOn.ERROR else {Severity.ERROR, Severity.WARNING}
    if any(one.severity in failing for one in found.findings):
        raise typer.Exit(Exit.FINDINGS)


def diff(
    ctx: typer.Context, paths: PathsArgument, personal: PersonalOption = False, form: FormatOption = Format.TABLE
) -> None:
    """Say node by node and field by field what an import of files would change.

    Where nodes are drawn is no content, and no difference. What stands in a field may tell of a child: it is shown with
    --personal. Faults in files end with status 3; differences do not.

    Examples:
        toolbox quests diff quests
        toolbox quests diff lanterns.yaml --personal
    """
    runtime = runtime_of(ctx)
    done = run.compare(runtime, paths, personal=personal)
    if done.faulty:
        runtime.out.write(reports.import_text(done, Form(form.value), runtime.out, dry_run=True))
        raise typer.Exit(Exit.FINDINGS)
    render(runtime, reports.diff_report(done, personal=personal), form)
