"""`toolbox quests sync`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.options import FormatOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.quests.options import OnConflict, QuestsArgument

if TYPE_CHECKING:
    from toolbox_cli.quests.inner_edu import reports, running
else:
    reports = deferred("toolbox_cli.quests.inner_edu.reports")
    running = deferred("toolbox_cli.quests.inner_edu.running")

ConflictOption = Annotated[
    OnConflict,
    typer.Option(
        "--on-conflict", help="Of quests edited at inner_edu: leave and report them, let ours win, or keep theirs."
    ),
]
ProgressOption = Annotated[bool, typer.Option("--progress/--no-progress", help="Ask how far children came.")]
UnknownOption = Annotated[
    bool, typer.Option("--withdraw-unknown", help="Take down what inner_edu has from us, and we have no more.")
]
ForgetOption = Annotated[
    bool, typer.Option("--forget", help="Delete the progress that we have of children who share it no more.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only ask, and show what would be sent and written.")]


def sync(
    ctx: typer.Context,
    quests: QuestsArgument = None,
    on_conflict: ConflictOption = OnConflict.FAIL,
    progress: ProgressOption = True,
    withdraw_unknown: UnknownOption = False,
    forget: ForgetOption = False,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Bring quests to inner_edu, where children play them, and learn how far these came.

    Only what moderation approved and has no errors is sent, and of that only what changed; what it rejected is taken
    down. Progress is asked for only where the child lets its parent know, at that moment. What is here from before
    stays, in no export, and is told of; --forget deletes it. Quests edited at inner_edu or deleted here, and records
    that it may not send, end with status 3; quests with errors, and named ones that may not go there, with 4; what it
    could not be reached for with 5; another sync under way with 6. The next run goes on where this one stopped. With
    --quiet there is no output where all is well.

    Examples:
        toolbox quests sync --dry-run
        toolbox --quiet quests sync --forget
        toolbox quests sync --withdraw-unknown --dry-run
        toolbox quests sync paper-lanterns --on-conflict take --no-progress
    """
    runtime = runtime_of(ctx)
    names = sorted({*quests}) if quests else None
    wishes = running.Wishes(names, on_conflict, progress, withdraw_unknown, forget, dry_run)
    done = running.sync(runtime, wishes)
    status = reports.status(done)
    if not (runtime.quiet and status is Exit.DONE):
        found = reports.report(done)
        render(runtime, found if form is Format.JSON else reports.for_people(found), form)
    if status is not Exit.DONE:
        raise typer.Exit(status)
