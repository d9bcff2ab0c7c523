"""From nothing to a database with a classroom in it."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

import psycopg

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.locks import QUICKSTARTS, TRY_AGAIN, Holder, advisory_lock
from toolbox_cli.core.database.target import Target, target_of, targets
from toolbox_cli.core.errors import FindingsError
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.core.settings import Settings
from toolbox_cli.db.partitions.rounds import Order, failure, run_round
from toolbox_cli.db.revisions.running.patience import Watch
from toolbox_cli.db.revisions.upgrade import upgrade
from toolbox_cli.quickstart.checks import Outcome, check, check_rows
from toolbox_cli.seed.domains import COMMANDS
from toolbox_cli.seed.making.domain import Domain
from toolbox_cli.seed.profiles.names import CLASSROOM
from toolbox_cli.seed.profiles.reading import profile_files, read_profile
from toolbox_cli.seed.seeding import refuse_production, seed
from toolbox_cli.seed.wishes import Seeded, Wishes

PLATFORM: Final = "toolboxai"
"""The platform whose database quickstart speaks of."""

SEED: Final = 42
MONTHS_AHEAD: Final = 3
LOCK_TIMEOUT_S: Final = 5
WAIT_S: Final = 120
"""How long to wait for another quickstart of the same database."""

PURPOSE: Final = "toolbox quickstart"


@dataclass(frozen=True, slots=True)
class Started:
    """What a quickstart found and made.

    Attributes:
        target: the database that holds the classes.
        revisions: how many were applied now.
        partitions: how many were made now.
        seeded: whether the classroom was loaded now.
        platforms: rows of the tables that were filled, by platform and table.
        outcomes: what was checked; all of it held.
    """

    target: Target
    revisions: int
    partitions: int
    seeded: bool
    platforms: Mapping[str, Mapping[str, int]]
    outcomes: tuple[Outcome, ...]

    @property
    def changed(self) -> bool:
        """Whether anything had to be done."""
        return self.seeded or self.revisions + self.partitions > 0


def quickstart(
    settings: Settings, environ: Mapping[str, str], today: datetime.date, show: Callable[[str], None]
) -> Started:
    """Start the server if it is ours, upgrade all platforms, load a classroom, and check that rules hold.

    Safe to run again: what is there stays.

    Raises:
        RefusedError: this is production.
        LockedError: another quickstart of the same database goes on.
        FindingsError: rules or rows are missing; names each.
    """
    refuse_production(settings)
    home = target_of(settings, environ, PLATFORM)
    with connect(home, direct=True, purpose=PURPOSE) as guard, _alone(guard, show):
        return _start(home, targets(settings, environ), settings, today, show)


def _alone(guard: psycopg.Connection, show: Callable[[str], None]) -> AbstractContextManager[None]:
    def wait(holder: Holder | None) -> None:
        show(f"Waiting for {holder or 'another quickstart'}")

    return advisory_lock(guard, QUICKSTARTS, wait_s=WAIT_S, on_wait=wait, remedy=TRY_AGAIN)


def _start(
    home: Target, everywhere: Sequence[Target], settings: Settings, today: datetime.date, show: Callable[[str], None]
) -> Started:
    revisions = partitions = 0
    watch = Watch(on_start=lambda platform, revision: show(f"{platform}: {revision}"))
    for target in everywhere:
        show(f"Bringing {target.label} to its newest revision")
        revisions += len(upgrade(target, watch=watch).applied)
        partitions += _make_partitions(target, Order(MONTHS_AHEAD, today, LOCK_TIMEOUT_S, settings.env))
    show("Loading a classroom")
    seeded = [(target, _seeded(target, settings, today)) for target in everywhere]
    show("Checking that the rules hold")
    outcomes = [outcome for target in everywhere for outcome in _checked(target)]
    platforms: dict[str, Mapping[str, int]] = {}
    for target, done in seeded:
        whole, counted = _counted(target, done)
        outcomes.append(whole)
        platforms |= counted
    _refuse_broken(outcomes)
    each_once = tuple(dict.fromkeys(outcomes))  # two databases are told of like one
    loaded = any(done.loaded for _, done in seeded)
    return Started(home, revisions, partitions, loaded, platforms, each_once)


def _seeded(target: Target, settings: Settings, today: datetime.date) -> Seeded:
    profile = read_profile(profile_files()[CLASSROOM])
    return seed(target, settings, Wishes(_living(target), profile, SEED, today))


def _living(target: Target) -> tuple[Domain, ...]:
    return tuple(domain for domain in COMMANDS["all"] if domain.platform in target.names.platforms)


def _counted(target: Target, done: Seeded) -> tuple[Outcome, dict[str, dict[str, int]]]:
    expected: dict[str, dict[str, int]] = {}
    for domain in _living(target):
        expected.setdefault(domain.platform, {}).update(done.tables[domain.name])
    with connect(target, purpose=PURPOSE) as connection:
        return check_rows(connection, target.names, expected)


def _make_partitions(target: Target, order: Order) -> int:
    outcomes = run_round(target, order)
    if error := failure(outcomes):
        raise error
    return sum(len(outcome.ahead.made) for outcome in outcomes if outcome.ahead)


def _checked(target: Target) -> tuple[Outcome, ...]:
    with connect(target, purpose=PURPOSE) as connection:
        return check(connection, target.names)


def _refuse_broken(outcomes: Sequence[Outcome]) -> None:
    findings = [
        Finding("rule-not-kept", Severity.ERROR, name, found=f"failed the check: {outcome.says}")
        for outcome in outcomes
        for name in outcome.broken
    ]
    if findings:
        raise FindingsError(
            "The database is not as it was made.",
            findings=findings,
            remedy="Put back what is missing, or begin anew with: toolbox db reset",
        )
