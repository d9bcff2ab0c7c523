"""`toolbox analytics keys`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.core.commands import Entry, deferred, group
from toolbox_cli.core.options import DryRunOption, FormatOption, YesOption, runtime_of
from toolbox_cli.core.output import Format, render

if TYPE_CHECKING:
    from toolbox_cli.analytics.keyring import managing
else:
    managing = deferred("toolbox_cli.analytics.keyring.managing")

RecipientArgument = Annotated[
    str, typer.Argument(metavar="RECIPIENT", help="Who it makes pseudonyms for.", show_default=False)
]
PeriodArgument = Annotated[
    str, typer.Argument(metavar="PERIOD", help="Time that they stay the same for, such as 2026.", show_default=False)
]


def list_(ctx: typer.Context, form: FormatOption = Format.TABLE) -> None:
    """List the keys of pseudonyms, without the keys themselves, and how many exports were made under each.

    Examples:
        toolbox analytics keys list
        toolbox analytics keys list --format json
    """
    render(runtime_of(ctx), managing.list_(runtime_of(ctx)), form)


def destroy(
    ctx: typer.Context,
    recipient: RecipientArgument,
    period: PeriodArgument,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Destroy the key of a recipient and period, so that nobody can tell who its pseudonyms are.

    Files that were handed out stay as they are, and lead back to nobody any more; nothing that fits them can be
    exported again. Dumps of the database from before may still hold the key, encrypted: they go by their own retention.

    Examples:
        toolbox analytics keys destroy district 2025 --dry-run
        toolbox analytics keys destroy district 2025 --yes
    """
    runtime = runtime_of(ctx)
    render(runtime, managing.destroy(runtime, recipient, period, yes=yes, dry_run=dry_run), form)


def rekey(ctx: typer.Context, dry_run: DryRunOption = False, form: FormatOption = Format.TABLE) -> None:
    """Encrypt all keys of pseudonyms anew with the first of TOOLBOX_SECRET_KEYS; the pseudonyms stay the same.

    Do it beside `toolbox lms rekey` before an old key is taken out of TOOLBOX_SECRET_KEYS: what only that opens would
    be lost.

    Examples:
        toolbox analytics keys rekey --dry-run
        toolbox analytics keys rekey
    """
    runtime = runtime_of(ctx)
    render(runtime, managing.rekey(runtime, dry_run=dry_run), form)


keys = group(
    "keys",
    "Look after the keys of pseudonyms: one a recipient and period.",
    {
        "list": Entry(
            "toolbox_cli.analytics.keyring.cli:list_",
            "List the keys of pseudonyms, without the keys themselves, and how many exports were made under each.",
        ),
        "destroy": Entry(
            "toolbox_cli.analytics.keyring.cli:destroy",
            "Destroy the key of a recipient and period, so that nobody can tell who its pseudonyms are.",
        ),
        "rekey": Entry(
            "toolbox_cli.analytics.keyring.cli:rekey",
            "Encrypt all keys of pseudonyms anew with the first of TOOLBOX_SECRET_KEYS; the pseudonyms stay the same.",
        ),
    },
)
