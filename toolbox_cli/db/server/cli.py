"""`toolbox db start`, `stop`, `status`, `url` and `shell`."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolbox_cli.core.commands import deferred
from toolbox_cli.core.database.target import targets
from toolbox_cli.core.options import FormatOption, PlatformOption, runtime_of
from toolbox_cli.core.output import Format, render
from toolbox_cli.core.progress import status as shown
from toolbox_cli.db.server.choice import one_of, own_server

if TYPE_CHECKING:
    from toolbox_cli.db.server import address, psql, state
else:
    address = deferred("toolbox_cli.db.server.address")
    psql = deferred("toolbox_cli.db.server.psql")
    state = deferred("toolbox_cli.db.server.state")

DirectOption = Annotated[bool, typer.Option("--direct", help="Past a transaction pooler, if one is configured.")]
PasswordOption = Annotated[bool, typer.Option("--show-password", help="With the password, if the address holds one.")]
PsqlArguments = Annotated[list[str] | None, typer.Argument(metavar="[-- PSQL...]", help="Arguments for psql.")]


def start(ctx: typer.Context) -> None:
    """Start the server that comes with the install.

    Other commands start it by themselves. It stays up between commands, until toolbox db stop or the machine's end.

    Examples:
        toolbox db start
    """
    runtime = runtime_of(ctx)
    server = own_server(targets(runtime.settings, runtime.environ))
    with shown(runtime, "Starting PostgreSQL") as tell:
        found = server.start(tell)
    runtime.say(f"PostgreSQL {found.version} is running in {found.home}, process {found.pid}.")


def stop(ctx: typer.Context) -> None:
    """Stop the server that comes with the install.

    Its clients are disconnected, and what they had not committed is rolled back. Comes back when it is gone.

    Examples:
        toolbox db stop
    """
    runtime = runtime_of(ctx)
    server = own_server(targets(runtime.settings, runtime.environ))
    with shown(runtime, "Stopping PostgreSQL"):
        was_running = server.stop()
    runtime.say(f"PostgreSQL in {server.home} {'is stopped' if was_running else 'was not running'}.")


def status(ctx: typer.Context, platform: PlatformOption = None, form: FormatOption = Format.TABLE) -> None:
    """Say which server each database is on, and whether it runs; starts nothing.

    Examples:
        toolbox db status
        toolbox db status --format json
    """
    runtime = runtime_of(ctx)
    found = state.look(targets(runtime.settings, runtime.environ, platform))
    render(runtime, state.report(found), form)
    if failed := state.failure(found):
        raise failed


def url(
    ctx: typer.Context, platform: PlatformOption = None, direct: DirectOption = False, password: PasswordOption = False
) -> None:
    """Print the address of the database, for other programs.

    The server that comes with the install is started first. A password stays out unless it is asked for.

    Examples:
        toolbox db url
        toolbox db url --platform frames --direct
    """
    runtime = runtime_of(ctx)
    target = one_of(targets(runtime.settings, runtime.environ, platform))
    runtime.out.write(address.url_of(target, direct=direct, password=password) + "\n")


def shell(ctx: typer.Context, arguments: PsqlArguments = None, platform: PlatformOption = None) -> None:
    """Open psql on the database.

    The schemas of the platforms are on its search path, unless a transaction pooler is in between.

    Examples:
        toolbox db shell
        toolbox db shell --platform frames
        toolbox db shell -- --command "SELECT count(*) FROM frames.modules"
    """
    runtime = runtime_of(ctx)
    psql.become(one_of(targets(runtime.settings, runtime.environ, platform)), arguments or ())
