"""The root command: global options, the table of command groups, and the one error boundary."""

import gc
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar

import typer
from typer.main import get_command

from toolbox_cli import __version__
from toolbox_cli.core.commands import Entry, LazyGroup
from toolbox_cli.core.diagnostics import exit_for
from toolbox_cli.core.runtime import Runtime

COMMANDS: Mapping[str, Entry] = {
    "quickstart": Entry(
        "toolbox_cli.quickstart.cli:quickstart", "Set up a database with a classroom to try things on."
    ),
    "db": Entry("toolbox_cli.db.cli:db", "Create, migrate, back up, watch and guard the databases."),
    "seed": Entry("toolbox_cli.seed.cli:seed", "Fill a development database with realistic data."),
}


class Root(LazyGroup):
    """The root group; every error of every command ends here."""

    table: ClassVar[Mapping[str, Entry]] = COMMANDS

    def invoke(self, ctx: Any) -> Any:
        """Run the command, and turn whatever it raises into a message and an exit status."""
        try:
            return super().invoke(ctx)
        except Exception as error:  # noqa: BLE001  the one boundary
            raise typer.Exit(exit_for(error, ctx.obj)) from error


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"toolbox {__version__}\n")
        raise typer.Exit


app = typer.Typer(
    name="toolbox",
    cls=Root,
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help: half the start-up time, and examples keep their lines
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


@app.callback()
def root(
    ctx: typer.Context,
    config: Annotated[
        Path | None, typer.Option(help="Read this toolbox.yaml.", show_default="working folder, then user's")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors: for cron.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more; show tracebacks.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Administer the PostgreSQL databases of an education platform.

    Without any configuration it runs a PostgreSQL of its own; start with `toolbox quickstart`.
    """
    ctx.obj = (ctx.obj or Runtime()).with_options(config_file=config, quiet=quiet, verbose=verbose)


def run(arguments: Sequence[str], runtime: Runtime | None = None) -> int:
    """Run one command line in this process.

    Args:
        arguments: as after the program's name.
        runtime: the world to run in; the real one when None.

    Returns:
        The exit status.
    """
    try:
        get_command(app).main(args=list(arguments), prog_name="toolbox", obj=runtime)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    return 0


def main() -> None:
    """Run the command line of this process."""
    gc.set_threshold(100_000)  # a short run makes no garbage worth collecting while it imports: a tenth of its start
    sys.exit(run(sys.argv[1:]))
