"""Which server each database is on, and what it is doing."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.embedded import EmbeddedServer
from toolbox_cli.core.database.failures import translate
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import ToolboxError
from toolbox_cli.core.output import Column, Report

FACTS = "SELECT split_part(version(), ' ', 2), pg_postmaster_start_time(), pg_database_size(current_database())"


@dataclass(frozen=True, slots=True)
class Look:
    """What one database's server is doing.

    Attributes:
        server: `embedded` or `configured`.
        address: without password.
        state: `ready` when it takes connections.
        process_id: of the embedded server.
        size_bytes: of the embedded server's data, or of the configured database.
        error: why nothing is known of it.
    """

    server: str
    address: str
    platforms: tuple[str, ...]
    state: str
    version: str | None = None
    process_id: int | None = None
    account: str | None = None
    started_at: datetime | None = None
    size_bytes: int | None = None
    log: Path | None = None
    error: ToolboxError | None = None


def look(found: Sequence[Target]) -> list[Look]:
    """Look at each database's server; an embedded one is neither started nor connected to."""
    return [_embedded(target, target.home) if target.home else _configured(target) for target in found]


def report(found: Sequence[Look]) -> Report:
    """Report the servers: one item a database."""
    items = [{**asdict(one), "error": one.error and one.error.message} for one in found]
    columns = [
        *map(Column, ("server", "address", "state", "version", "started_at")),
        Column("size_bytes", None, "right"),
    ]
    ready = sum(one.state == "ready" for one in found)
    return Report("toolbox.db.status/1", items, {"ready": ready}, failure(found) is None, columns)


def failure(found: Sequence[Look]) -> ToolboxError | None:
    """Give the error that decides the exit status: a configured database was not reached."""
    errors = [one.error for one in found if one.error is not None]
    return max(errors, key=lambda error: error.exit_code, default=None)


def _embedded(target: Target, home: Path) -> Look:
    status = EmbeddedServer(home, account=target.account).status()
    return Look(
        server="embedded",
        address=str(status.home),
        platforms=target.names.platforms,
        state=status.state,
        version=status.version,
        process_id=status.pid,
        account=status.account,
        started_at=status.started_at,
        size_bytes=status.size_bytes,
        log=status.log,
    )


def _configured(target: Target) -> Look:
    known = ("configured", target.label, target.names.platforms)
    try:
        with connect(target, purpose="toolbox db status") as connection:
            row = connection.execute(FACTS).fetchone()
    except (ToolboxError, psycopg.Error) as error:
        explained = error if isinstance(error, ToolboxError) else translate(error)
        if explained is None:
            raise
        return Look(*known, state="unreachable", error=explained)
    version, started_at, size_bytes = row or (None, None, None)
    return Look(*known, state="ready", version=version, started_at=started_at, size_bytes=size_bytes)
