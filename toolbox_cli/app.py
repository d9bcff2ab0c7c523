"""The root command: global options, the table of command groups, and the one error boundary."""

import atexit
import gc
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, ClassVar

import typer
from typer.main import get_command

from toolbox_cli import __version__
from toolbox_cli.core.commands import Entry, LazyGroup
from toolbox_cli.core.diagnostics import exit_for
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.streams import prepare_streams, release_streams

COMMANDS: Mapping[str, Entry] = {
    "quickstart": Entry(
        "toolbox_cli.quickstart.cli:quickstart", "Set up a database with a classroom to try things on."
    ),
    "db": Entry("toolbox_cli.db.cli:db", "Create, migrate, back up, watch and guard the databases."),
    "verify": Entry("toolbox_cli.verify.cli:verify", "Prove that a live database is what the models say."),
    "seed": Entry("toolbox_cli.seed.cli:seed", "Fill a development database with realistic data."),
    "lms": Entry("toolbox_cli.lms.cli:lms", "Read rosters from schools' systems, and send grades back."),
    "modules": Entry(
        "toolbox_cli.modules.cli:modules", "Bring training modules from authors' files into the database, and back."
    ),
    "quests": Entry(
        "toolbox_cli.quests.cli:quests", "Bring quests for children from authors' files into the database, and back."
    ),
    "agents": Entry("toolbox_cli.agents.cli:agents", "Let agents make lessons, and look after them and their tasks."),
    "roblox": Entry(
        "toolbox_cli.roblox.cli:roblox", "Look at what belongs to Roblox: scripts, before they run where children play."
    ),
    "analytics": Entry(
        "toolbox_cli.analytics.cli:analytics",
        "Let data leave as safe files and readable reports, with nobody to be found in them.",
    ),
}


class Root(LazyGroup):
    """The root group; every error of every command ends here."""

    table: ClassVar[Mapping[str, Entry]] = COMMANDS

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the global options."""
        with self._boundary():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with self._boundary(ctx):
            return super().invoke(ctx)

    @contextmanager
    def _boundary(self, ctx: Any = None) -> Iterator[None]:
        """Turn whatever is raised into a message and an exit status."""
        try:
            yield
        except Exception as error:  # noqa: BLE001  the one boundary
            self._place_global_option(error)
            raise typer.Exit(exit_for(error, ctx and ctx.obj)) from error

    def _place_global_option(self, error: Any) -> None:
        """Say where an option of ours belongs that was written behind the command."""
        name = getattr(error, "option_name", None)
        if any(name in option.opts for option in self.params):
            error.message = f"{name} stands before the command's name: toolbox {name} ..."
            error.possibilities = None


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
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but data and errors: for cron.")] = False,
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
    gc.set_threshold(200_000)  # a short run makes no garbage worth collecting while it imports: a tenth of its start
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's algebra, which nothing here uses, starts threads else
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # else it looks through every installed package
    prepare_streams()
    status: int = Exit.USAGE  # Typer's own message could not be written
    try:
        status = run(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        status = Exit.INTERRUPTED
    except OSError as error:
        status = status or exit_for(error, None)
    release_streams()
    atexit._run_exitfuncs()
    os._exit(status)  # taking the interpreter down takes as long as some commands, and lets libraries complain
