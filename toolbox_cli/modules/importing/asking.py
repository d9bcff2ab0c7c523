"""From what the command line says to what is imported or checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toolbox_cli.content.modules.reading.reading import Library, read_library
from toolbox_cli.core.findings import Finding
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.modules.database import transaction
from toolbox_cli.modules.foreign.opening import Package, parted
from toolbox_cli.modules.importing.known import Known
from toolbox_cli.modules.importing.planning import beside
from toolbox_cli.modules.importing.run import Imported, Wish, bring_library


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
    """
    native, packages = parted(wish.paths, form)
    with transaction(runtime, dry_run=dry_run) as connection:
        library = _with(packages, read_library(native, Known(connection), wish.processes))
        done = bring_library(connection, library, wish, runtime.settings.env)
        if done.refused:
            connection.rollback()
    return done, tuple(packages)


def check(runtime: Runtime, paths: Sequence[Path], form: str, *, with_database: bool, processes: int | None) -> Checked:
    """Read what some paths hold, and say what is wrong with it."""
    native, packages = parted(paths, form)
    library = _with(packages, read_library(native, None, processes))
    held = None
    if with_database:
        with transaction(runtime, snapshot=True) as connection:
            held = beside(connection, library.reads)
    return Checked(len(library.reads), tuple(library.findings(held)), tuple(packages))


def _with(packages: Sequence[Package], library: Library) -> Library:
    reads = [read for package in packages for read in package.reads]
    return library.with_reads(reads, [fault for package in packages for fault in package.faults])
