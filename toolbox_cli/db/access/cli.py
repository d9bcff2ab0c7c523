"""`toolbox db grant`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.database.target import targets
from toolbox_cli.core.options import FormatOption, PlatformOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.db.access.use import Use

if TYPE_CHECKING:
    import toolbox_cli.db.access.grant as granting
    from toolbox_cli.db.access import reports
else:
    granting = deferred("toolbox_cli.db.access.grant")
    reports = deferred("toolbox_cli.db.access.reports")

UseOption = Annotated[Use, typer.Option("--role", help="What the role is for.")]
NameOption = Annotated[str, typer.Option("--to", metavar="NAME", help="The role of the database that gets the rights.")]
ApplyOption = Annotated[bool, typer.Option("--apply/--print", help="Run the statements instead of printing them.")]
CreateOption = Annotated[bool, typer.Option("--create", help="Make the role, unable to log in, where it is missing.")]


def grant(
    ctx: typer.Context,
    role: UseOption,
    to: NameOption,
    apply: ApplyOption = False,
    create: CreateOption = False,
    platform: PlatformOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Give a role of the database what one use needs, and take everything else away.

    Prints the statements, or runs them in one transaction with --apply. Repeat it after each upgrade.

    Examples:
        toolbox db grant --role app --to school_app --create > rights.sql
        toolbox db grant --role readonly --to reports --create --apply
        toolbox db grant --role analytics --to analyst --platform frames
    """
    runtime = runtime_of(ctx)
    found = targets(runtime.settings, runtime.environ, platform)
    if not apply:
        runtime.out.write(reports.scripts(found, role, to, create=create))
        return
    done = [granting.grant(target, role, to, runtime.settings.env, create=create) for target in found]
    render(runtime, reports.granted(done), form)
