"""The commands about runs: how integrations stand, what syncs did, and taking one back."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.options import DryRunOption, FormatOption, OutputOption, YesOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.lms.runs.options import (
    AsOption,
    CheckOption,
    DiffOption,
    IssuesOption,
    LastOption,
    NameArgument,
    NamesArgument,
    PersonalOption,
    RunArgument,
)

if TYPE_CHECKING:
    from toolbox_cli.lms.runs import asking
else:
    asking = deferred("toolbox_cli.lms.runs.asking")


def status(
    ctx: typer.Context, names: NamesArgument = None, check: CheckOption = False, form: FormatOption = Format.TABLE
) -> None:
    """Say how each integration stands: latest success, how long a sync takes, when it is due, what waits for a person.

    An integration is overdue when no sync brought its data in for one and a half times its period; a pause stops that
    clock. With --check the command ends with status 3 where one is overdue or held.

    Examples:
        toolbox lms status
        toolbox --quiet lms status --check
        toolbox lms status district --format json
    """
    runtime = runtime_of(ctx)
    report = asking.status(runtime, tuple(names or ()))
    if not (check and runtime.quiet and report.ok):
        render(runtime, report, form)
    if check and not report.ok:
        raise typer.Exit(Exit.FINDINGS)


def runs(
    ctx: typer.Context, name: NameArgument = None, last: LastOption = 20, form: FormatOption = Format.TABLE
) -> None:
    """List what ran, the latest first: syncs, undoings, and changes by hand.

    Examples:
        toolbox lms runs
        toolbox lms runs district --last 100 --format json
    """
    runtime = runtime_of(ctx)
    render(runtime, asking.runs(runtime, name, last), form)


def run(
    ctx: typer.Context,
    number: RunArgument,
    issues: IssuesOption = False,
    diff: DiffOption = False,
    file: AsOption = None,
    output: OutputOption = None,
    personal: PersonalOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show what a run did, record by record; of a held one, what it was to do.

    People are named by their keys at the other side; names, addresses and messages that may quote them are shown with
    --personal. A table ends after 200 lines, JSON and files have all. CSV opens in a spreadsheet without running
    anything; HTML is one page to read and print.

    Examples:
        toolbox lms run 12
        toolbox lms run 12 --issues
        toolbox lms run 12 --diff --format json
        toolbox lms run 12 --diff --as csv --output run-12.csv
        toolbox lms run 12 --as html --personal --output run-12.html
    """
    wish = asking.Wish(issues, diff, file, output, personal, form)
    asking.show_run(runtime_of(ctx), number, wish)


def undo(
    ctx: typer.Context,
    number: RunArgument,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Take a run back: every row that it touched is what it was before.

    Refused where a later run, or somebody, touched one of these rows since: the later run is named, to be taken back
    first. An undoing is a run itself, and can be undone. The command tries it first, says what would change, and asks.

    Examples:
        toolbox lms undo 12 --dry-run
        toolbox lms undo 12
        toolbox lms undo 12 --yes --format json
    """
    runtime = runtime_of(ctx)
    render(runtime, asking.take_back(runtime, number, dry_run=dry_run, yes=yes), form)
