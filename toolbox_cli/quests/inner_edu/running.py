"""One sync with inner_edu: lock, compare, send, and ask how far children came."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.locks import INNER_EDU, TRY_AGAIN, advisory_lock
from toolbox_cli.core.database.target import target_of
from toolbox_cli.core.database.transaction import upgraded
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.quests.database import PLATFORM, PURPOSE, Connection, not_there, rows
from toolbox_cli.quests.inner_edu.api.client import open_inner_edu
from toolbox_cli.quests.inner_edu.api.shapes import Elsewhere
from toolbox_cli.quests.inner_edu.held import Ours, read_ours
from toolbox_cli.quests.inner_edu.planning import Fate, Planned, Stranger, plan, strangers
from toolbox_cli.quests.inner_edu.progress import Pulled, Pulling
from toolbox_cli.quests.inner_edu.sending import Sending
from toolbox_cli.quests.options import OnConflict

_KNOWN: Final = """
SELECT quest_id AS name, inner_edu_quest_id AS key FROM quests
WHERE quest_id = ANY (%(names)s) OR inner_edu_quest_id = ANY (%(keys)s)"""
_ENTER: Final = "SELECT set_config('search_path', %s, false), set_config('TimeZone', 'UTC', false)"


@dataclass(frozen=True)
class Wishes:
    """What a sync is to do.

    Attributes:
        names: of quests; None means all that moderation approved, or that are there already.
        on_conflict: what to do with quests that were edited there.
        progress: whether to ask how far children came.
        withdraw_unknown: whether to take down what is there from us, and we have not.
        forget: whether to delete the progress that we have of children who share it no more.
    """

    names: Sequence[str] | None = None
    on_conflict: OnConflict = OnConflict.FAIL
    progress: bool = True
    withdraw_unknown: bool = False
    forget: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class Synced:
    """What a sync did.

    Attributes:
        quests: by name.
        strangers: quests that inner_edu has from us, and we have not; unless some were named.
    """

    quests: Sequence[Planned]
    pulled: Pulled = field(default_factory=Pulled)
    strangers: Sequence[Stranger] = ()
    dry_run: bool = False


def sync(runtime: Runtime, wishes: Wishes) -> Synced:
    """Bring inner_edu what it lacks of our quests, and take what it may tell of children's progress.

    What befalls one quest does not stop the next.

    Raises:
        UsageError: there is no such quest, or some are named and unknown ones meant as well.
        ConfigurationError: it is not configured where inner_edu is.
        HttpError: inner_edu can't be asked for what it has; nothing was done.
        LockedError: another sync goes on.

    Effects: network; commits quest by quest, in a dry run nothing.
    """
    if wishes.names is not None and wishes.withdraw_unknown:
        raise UsageError("--withdraw-unknown looks at all quests: name none.")
    with open_inner_edu(runtime.settings.inner_edu) as inner_edu, _locked(runtime) as connection:
        ours = _ours(connection, wishes.names)
        pulling = Pulling(connection, inner_edu, runtime.settings.env, wishes.dry_run)
        if wishes.forget:
            pulling.forget([one.id for one in ours])
        inner_edu.greet()
        done = _planned(connection, ours, inner_edu.quests(), wishes)
        sending = Sending(connection, inner_edu, runtime.settings.env)
        if not wishes.dry_run:
            done = _sent(sending, done)
        if wishes.progress and not sending.closed:
            pulling.pull({one.ours.id: one.there.id for one in done.quests if one.there is not None})
        if not wishes.forget:
            pulling.look_back([one.id for one in ours])
        return replace(done, pulled=pulling.pulled)


def _ours(connection: Connection, names: Sequence[str] | None) -> list[Ours]:
    ours = read_ours(connection, names)
    if missing := sorted({*(names or ())} - {one.name for one in ours}):
        raise not_there(connection, missing)
    return ours


def _planned(connection: Connection, ours: Sequence[Ours], theirs: Sequence[Elsewhere], wishes: Wishes) -> Synced:
    quests = plan(ours, theirs, wishes.on_conflict, named=wishes.names is not None)
    if wishes.names is not None:
        return Synced(quests, dry_run=wishes.dry_run)
    given = {"names": [one.quest_id for one in theirs], "keys": [str(one.id) for one in theirs]}
    known = {word for row in rows(connection, _KNOWN, given) for word in row.values()}
    others = strangers(theirs, known, withdraw=wishes.withdraw_unknown)
    return Synced(quests, strangers=others, dry_run=wishes.dry_run)


def _sent(sending: Sending, planned: Synced) -> Synced:
    """Do what was planned; what was rejected waits for nothing else."""
    urgent = sorted(planned.quests, key=lambda one: one.fate is not Fate.WITHDRAWN)
    done = {one.ours.id: sending.send(one) for one in urgent}
    others = [sending.withdraw(one) for one in planned.strangers]
    return replace(planned, quests=[done[one.ours.id] for one in planned.quests], strangers=others)


@contextmanager
def _locked(runtime: Runtime) -> Iterator[Connection]:
    """Hold the lock of syncs, on a connection of its own in autocommit."""
    target = target_of(runtime.settings, runtime.environ, PLATFORM)
    with upgraded(), connect(target, direct=True, purpose=PURPOSE) as connection:
        connection.execute(_ENTER, [f"{target.names.quoted(PLATFORM)}, pg_temp"])
        with advisory_lock(connection, INNER_EDU, wait_s=0, remedy=TRY_AGAIN):
            yield connection
