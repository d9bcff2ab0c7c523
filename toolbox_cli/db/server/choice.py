"""Which of the configured databases a command is about."""

from collections.abc import Sequence

from toolbox_cli.core.database.embedded import EmbeddedServer
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError, UsageError


def own_server(found: Sequence[Target]) -> EmbeddedServer:
    """Give the server that comes with the install.

    Raises:
        RefusedError: every database is on a server of the operator's.
    """
    for target in found:
        if target.home is not None:
            return EmbeddedServer(target.home, account=target.account)
    raise RefusedError(
        f"The database is on a server of yours ({found[0].source}), which toolbox neither starts nor stops.",
        remedy=f"Use that server's own tools; without {found[0].source} toolbox runs the server that comes with it.",
    )


def one_of(found: Sequence[Target]) -> Target:
    """Give the one database that there is.

    Raises:
        UsageError: there are several.
    """
    if len(found) > 1:
        raise UsageError("The platforms live in several databases.", remedy="Pick one with --platform.")
    return found[0]
