"""`toolbox quests tracks list` and `show`."""

from typing import TYPE_CHECKING

import typer

from toolbox_cli.core.commands import Entry, deferred, group
from toolbox_cli.core.options import DryRunOption, FormatOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.quests.options import PersonalOption
from toolbox_cli.quests.tracks.options import AdvanceOption, PhaseOption, SetPhaseOption, TrackOption, UserArgument

if TYPE_CHECKING:
    from toolbox_cli.quests.tracks import asking
else:
    asking = deferred("toolbox_cli.quests.tracks.asking")

tracks = group(
    "tracks",
    "Say how far parents came on their recovery tracks, and move phases.",
    {
        "list": Entry("toolbox_cli.quests.tracks.cli:list_", "List tracks by parent."),
        "show": Entry("toolbox_cli.quests.tracks.cli:show", "Show a parent's tracks, or move a phase of one."),
    },
)


def list_(
    ctx: typer.Context,
    track: TrackOption = None,
    phase: PhaseOption = None,
    personal: PersonalOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """List tracks by parent.

    Examples:
        toolbox quests tracks list --track self_work --phase action
        toolbox quests tracks list --personal --format json
    """
    render(runtime_of(ctx), asking.list_(runtime_of(ctx), track, phase, personal=personal), form)


def show(
    ctx: typer.Context,
    user: UserArgument,
    track: TrackOption = None,
    advance: AdvanceOption = False,
    set_phase: SetPhaseOption = None,
    personal: PersonalOption = False,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show a parent's tracks, or move a phase of one.

    Phases are awareness, expression, action, mastery. A track goes forward, one phase at a time, with --advance; only
    --set-phase puts it elsewhere, and back.

    Examples:
        toolbox quests tracks show 17
        toolbox quests tracks show 17 --track self_work --advance
        toolbox quests tracks show 17 --track self_work --set-phase awareness --dry-run
    """
    runtime = runtime_of(ctx)
    if advance or set_phase:
        report = asking.change(runtime, user, track, set_phase, advance=advance, dry_run=dry_run)
    else:
        report = asking.show(runtime, user, track, personal=personal)
    render(runtime, report, form)
