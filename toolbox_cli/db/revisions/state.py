"""Where a database stands among the revisions."""

from collections.abc import Iterator
from dataclasses import dataclass

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.settings import RECORDS
from toolbox_cli.db.revisions.lineage.history import History, Revision, read_history
from toolbox_cli.db.revisions.queries import LogEntry, current_revisions, last_applied
from toolbox_cli.db.revisions.running.drive import PURPOSE


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one platform stands.

    Attributes:
        current: its revision; None where it was never migrated.
        pending: how many revisions it lacks.
    """

    platform: str
    schema: str
    current: Revision | None
    head: Revision
    pending: int
    entry: LogEntry | None


def standings(target: Target) -> tuple[Standing, ...]:
    """Say where each platform of a database stands, the toolkit's own records first.

    Raises:
        RefusedError: the database is at a revision that we don't know.
    """
    history = read_history()
    with connect(target, purpose=PURPOSE) as connection:
        current, log = current_revisions(connection), last_applied(connection)
    history.check_known(current)
    return tuple(_standings(history, target, current, log))


def _standings(
    history: History, target: Target, current: tuple[str, ...], log: dict[str, LogEntry]
) -> Iterator[Standing]:
    for platform in (RECORDS, *target.names.platforms):
        line = history.lines[platform]
        position = history.position(platform, current)
        at = line[position - 1] if position else None
        entry = log.get(at.id) if at else None
        yield Standing(platform, target.names.schema(platform), at, line[-1], len(line) - position, entry)


def applied_log(target: Target) -> tuple[frozenset[str], dict[str, LogEntry]]:
    """Give the ids of all applied revisions of a database, and the log's last entry of each revision.

    Raises:
        RefusedError: the database is at a revision that we don't know.
    """
    history = read_history()
    with connect(target, purpose=PURPOSE) as connection:
        current, log = current_revisions(connection), last_applied(connection)
    history.check_known(current)
    reached = {
        revision.id
        for platform, line in history.lines.items()
        for revision in line[: history.position(platform, current)]
    }
    return frozenset(reached), log
