"""Load reference data from the command line: in one transaction a database."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.locks import SEEDS, lock_transaction
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.settings import Settings
from toolbox_cli.seed.reference.deciding import Fate, Loading
from toolbox_cli.seed.reference.loading import bring
from toolbox_cli.seed.reference.reading import read_rows
from toolbox_cli.seed.seeding import PURPOSE, WAIT_S, upgraded

COMMAND: Final = "toolbox seed reference"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was done to one database."""

    label: str
    loading: Loading


def seed_each(found: Iterable[Target], settings: Settings, *, dry_run: bool = False) -> list[Loaded]:
    """Bring the reference data into databases, one after the other; all files are checked before the first.

    Production is allowed, without what only shows how something looks.

    Raises:
        InputError: with every fault of the files and its place.
        RefusedError: a database is not upgraded.
        LockedError: a seeding goes on.

    Effects: writes the platforms' tables, `toolbox.reference_rows` and `toolbox.audit_log`; commits each database.
    """
    databases = list(found)
    read_rows(platform for target in databases for platform in target.names.platforms)
    return [Loaded(target.label, _seed(target, settings, dry_run)) for target in databases]


def _seed(target: Target, settings: Settings, dry_run: bool) -> Loading:
    with connect(target, direct=True, autocommit=False, purpose=PURPOSE) as connection, upgraded():
        lock_transaction(connection, SEEDS, wait_s=WAIT_S)
        names = target.names
        done = bring(connection, names, names.platforms, examples=not settings.production)
        if done.written:
            kept = sum(row.fate is Fate.KEPT for row in done.rows)
            change = Change(COMMAND, settings.env, None, done.written, {"kept": kept})
            record_change(connection, change)
        if dry_run:
            connection.rollback()
    return done
