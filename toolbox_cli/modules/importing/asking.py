"""From what the command line says to what is imported or checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from toolbox_cli.content.modules.reading.reading import read_library
from toolbox_cli.core.database.locks import MODULES, lock_transaction
from toolbox_cli.core.findings import Finding
from toolbox_cli.core.progress import bars
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.modules.database import transaction
from toolbox_cli.modules.foreign.opening import Package, parted, with_packages
from toolbox_cli.modules.importing.known import known
from toolbox_cli.modules.importing.planning import beside
from toolbox_cli.modules.importing.run import Imported, Wish, bring_library

PATIENCE_S: Final = 30
"""How long an import waits for another one: circles and slugs of two at once are seen by neither."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in files that nothing was done with.

    Attributes:
        modules: how many there are.
    """

    modules: int
    findings: tuple[Finding, ...]
    packages: tuple[Package, ...]


def bring_in(runtime: Runtime, wish: Wish, form: str, *, dry_run: bool) -> tuple[Imported, tuple[Package, ...]]:
    """Import what some paths hold; commits unless `dry_run` or refused.

    Raises:
        UsageError: there is no such form.
        InputError: a path can't be read.
        LockedError: another import takes too long.
    """
    native, packages = parted(wish.paths, form)
    with bars(runtime) as shown:
        library = with_packages(read_library(native, partial(known, runtime), wish.processes, shown), packages)
    with transaction(runtime, dry_run=dry_run) as connection:
        lock_transaction(connection, MODULES, wait_s=PATIENCE_S)
        done = bring_library(connection, library, wish, runtime.settings.env)
        if done.refused:
            connection.rollback()
    return done, tuple(packages)


def check(runtime: Runtime, paths: Sequence[Path], form: str, *, with_database: bool, processes: int | None) -> Checked:
    """Read what some paths hold, and say what is wrong with it."""
    native, packages = parted(paths, form)
    with bars(runtime) as shown:
        library = with_packages(read_library(native, None, processes, shown), packages)
    held = None
    if with_database:
        with transaction(runtime, snapshot=True) as connection:
            held = beside(connection, library.reads)
    return Checked(len(library.reads), tuple(library.findings(held)), tuple(packages))
