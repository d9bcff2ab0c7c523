"""The PostgreSQL server that comes with the install."""

from toolbox_cli.core.database.embedded.binaries import Binaries
from toolbox_cli.core.database.embedded.server import EmbeddedServer, ServerStatus

__all__ = ["Binaries", "EmbeddedServer", "ServerStatus"]
