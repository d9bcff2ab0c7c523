"""One sync with inner_edu: lock, compare, send, and ask how far children came."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from psycopg import IsolationLevel

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.locks import INNER_EDU, TRY_AGAIN, advisory_lock
from toolbox_cli.core.database.target import target_of
from toolbox_cli.core.database.transaction import upgraded
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.quests.database import PLATFORM, PURPOSE, Connection
from toolbox_cli.quests.inner_edu.api.client import InnerEdu, open_inner_edu
from toolbox_cli.quests.inner_edu.api.shapes import Elsewhere
from toolbox_cli.quests.inner_edu.held import Ours, read_ours
from toolbox_cli.quests.inner_edu.planning import Planned, plan
from toolbox_cli.quests.inner_edu.progress import Pulled, Pulling
from toolbox_cli.quests.inner_edu.sending import Sending
from toolbox_cli.quests.options import OnConflict

_ENTER: Final = "SELECT set_config('search_path', %s, false), set_config('TimeZone', 'UTC', false)"


@dataclass(frozen=True)
class Wishes:
    """What a sync is to do.

    Attributes:
        names: of quests; None means all that moderation approved, or that are there already.
        on_conflict: what to do with quests that were edited there.
        progress: whether to ask how far children came.
    """

    names: Sequence[str] | None = None
    on_conflict: OnConflict = OnConflict.FAIL
    progress: bool = True
    dry_run: bool = False


@dataclass(frozen=True)
class Synced:
    """What a sync did.

    Attributes:
        quests: by name.
        strangers: names of quests that inner_edu has from us, and we have not.
    """

    quests: Sequence[Planned]
    pulled: Pulled = field(default_factory=Pulled)
    strangers: Sequence[str] = ()
    dry_run: bool = False


def sync(runtime: Runtime, wishes: Wishes) -> Synced:
    """Bring inner_edu what it lacks of our quests, and take what it may tell of children's progress.

    What befalls one quest does not stop the next.

    Raises:
        UsageError: there is no such quest.
        ConfigurationError: it is not configured where inner_edu is.
        HttpError: inner_edu can't be asked for what it has; nothing was done.
        LockedError: another sync goes on.

    Effects: network; commits quest by quest, in a dry run nothing.
    """
    with open_inner_edu(runtime.settings.inner_edu) as inner_edu, _locked(runtime) as connection:
        ours = _ours(connection, wishes.names)
        inner_edu.greet()
        theirs = inner_edu.quests()
        planned = plan(ours, theirs, wishes.on_conflict, named=wishes.names is not None)
        strangers = () if wishes.names is not None else _strangers(connection, theirs)
        return _done(runtime, connection, inner_edu, planned, wishes, strangers)


def _done(
    runtime: Runtime,
    connection: Connection,
    inner_edu: InnerEdu,
    planned: Sequence[Planned],
    wishes: Wishes,
    strangers: Sequence[str],
) -> Synced:
    sending = Sending(connection, inner_edu, runtime.settings.env)
    done = list(planned) if wishes.dry_run else [sending.send(one) for one in planned]
    pulling = Pulling(connection, inner_edu, runtime.settings.env, wishes.dry_run)
    if wishes.progress and not sending.closed:
        pulling.pull({one.ours.held.id: one.there.id for one in done if one.there is not None})
    return Synced(done, pulling.pulled, strangers, wishes.dry_run)


def _ours(connection: Connection, names: Sequence[str] | None) -> list[Ours]:
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    with connection.transaction():
        ours = read_ours(connection, names)
    connection.isolation_level = None  # what is written must see what others commit meanwhile, revocations above all
    if missing := sorted({*(names or ())} - {one.name for one in ours}):
        raise UsageError(f"There is no quest {', '.join(missing)}.")
    return ours


def _strangers(connection: Connection, theirs: Sequence[Elsewhere]) -> list[str]:
    names = sorted({one.quest_id for one in theirs})
    found = connection.execute("SELECT quest_id FROM quests WHERE quest_id = ANY (%s)", [names]).fetchall()
    return sorted({*names} - {name for (name,) in found})


@contextmanager
def _locked(runtime: Runtime) -> Iterator[Connection]:
    """Hold the lock of syncs, on a connection of its own in autocommit."""
    target = target_of(runtime.settings, runtime.environ, PLATFORM)
    with upgraded(), connect(target, direct=True, purpose=PURPOSE) as connection:
        connection.execute(_ENTER, [f"{target.names.quoted(PLATFORM)}, pg_temp"])
        with advisory_lock(connection, INNER_EDU, wait_s=0, remedy=TRY_AGAIN):
            yield connection
