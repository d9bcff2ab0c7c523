"""From nothing to a database with a classroom in it."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import Target, target_of, targets
from toolbox_cli.core.errors import FindingsError
from toolbox_cli.core.settings import Settings
from toolbox_cli.db.partitions.rounds import Order, run_round
from toolbox_cli.db.revisions.running.patience import Watch
from toolbox_cli.db.revisions.upgrade import upgrade
from toolbox_cli.quickstart.checks import Outcome, check
from toolbox_cli.seed.roblox import refuse_production, seed_roblox

SEED: Final = 42
MONTHS_AHEAD: Final = 3
LOCK_TIMEOUT_S: Final = 5


@dataclass(frozen=True, slots=True)
class Started:
    """What a quickstart found and made.

    Attributes:
        revisions: how many were applied now; 0 when run again.
        tables: rows of the classroom, by table.
        seeded: whether the classroom was loaded now.
        outcomes: what was checked.
    """

    target: Target
    revisions: int
    tables: Mapping[str, int]
    seeded: bool
    outcomes: tuple[Outcome, ...]


def quickstart(
    settings: Settings, environ: Mapping[str, str], today: datetime.date, show: Callable[[str], None]
) -> Started:
    """Start the server if it is ours, upgrade all platforms, load a classroom, and check that rules hold.

    Safe to run again: what is there stays.

    Raises:
        RefusedError: this is production.
        FindingsError: a check failed.
    """
    refuse_production(settings)
    applied = 0
    watch = Watch(on_start=lambda platform, revision: show(f"{platform}: {revision}"))
    for target in targets(settings, environ):
        show(f"Bringing {target.label} to its newest revision")
        applied += len(upgrade(target, watch=watch).applied)
        run_round(target, Order(MONTHS_AHEAD, today, LOCK_TIMEOUT_S, settings.env))
    home = target_of(settings, environ, "toolboxai")
    show("Loading a classroom")
    seeded = seed_roblox(home, settings, seed=SEED, today=today)
    show("Checking that the rules hold")
    with connect(home, purpose="toolbox quickstart") as connection:
        outcomes = check(connection, home.names)
    broken = [outcome.says for outcome in outcomes if not outcome.held]
    if broken:
        raise FindingsError(f"The database does not keep its rules: {'; '.join(broken)}.", remedy="toolbox db doctor")
    return Started(home, applied, seeded.tables, not seeded.already, outcomes)
