"""`toolbox roblox scan`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.content.faults.forms import Form
from toolbox_cli.core.commands import deferred
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.options import runtime_of

if TYPE_CHECKING:
    from toolbox_cli.roblox.scanning import allowing, reading, reports
else:
    allowing = deferred("toolbox_cli.roblox.scanning.allowing")
    reading = deferred("toolbox_cli.roblox.scanning.reading")
    reports = deferred("toolbox_cli.roblox.scanning.reports")


class Where(StrEnum):
    """Where scripts run."""

    AUTO = "auto"
    SERVER = "server"
    CLIENT = "client"
    MODULE = "module"
    PLUGIN = "plugin"


class Least(StrEnum):
    """The least that fails a run."""

    DENY = "deny"
    REVIEW = "review"
    ADVICE = "advice"


def scan(
    ctx: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Scripts, folders of them, - for stdin.", show_default=False)
    ],
    context: Annotated[
        Where, typer.Option("--context", help="Where they run; auto tells by name and use.")
    ] = Where.AUTO,
    fail_on: Annotated[Least, typer.Option("--fail-on", help="The least that ends with status 3.")] = Least.REVIEW,
    asset: Annotated[
        list[int] | None,
        typer.Option("--allow-asset", metavar="ID", help="Let this asset or place be used; repeatable."),
    ] = None,
    host: Annotated[
        list[str] | None, typer.Option("--allow-host", metavar="HOST", help="Let data go to this host; repeatable.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--allow", metavar="FILE", help="YAML with assets, hosts and sha256 that may be.")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="How to print the report.")] = Form.TABLE,
) -> None:
    """Say what Luau scripts do that they should not, and whether they may run.

    Each script gets a verdict: deny (it must not run), unverifiable (it can't be parsed, so nothing is promised),
    review (a person looks at it first), advice, or clean. Folders are searched for .lua and .luau. Nothing is executed,
    and no comment inside a script switches a rule off. What each code means is in docs/luau-rules.md.

    Examples:
        toolbox roblox scan game --allow-host api.school.example
        toolbox roblox scan Door.server.luau --format json
        toolbox roblox scan game --allow reviewed.yaml --fail-on deny --format sarif
    """
    runtime = runtime_of(ctx)
    allowed = allowing.allowed(assets=asset or (), hosts=host or (), file=file and runtime.working_folder / file)
    scanned = reading.scan_all(runtime.working_folder, paths, None if context is Where.AUTO else context.value, allowed)
    runtime.out.write(reports.scan_text(scanned, form, fail_on.value, runtime.out))
    if reports.fails(scanned, fail_on.value):
        raise typer.Exit(Exit.FINDINGS)
