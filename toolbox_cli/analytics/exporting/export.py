"""Exports datasets as they are asked for: one snapshot a database, one record of what left, and then all at once."""

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

from toolbox_cli import __version__
from toolbox_cli.analytics.datasets.dataset import Dataset
from toolbox_cli.analytics.exporting.asking import Ask, by_database, check, located, mode_of
from toolbox_cli.analytics.exporting.cells import told_before
from toolbox_cli.analytics.exporting.copies import check_copy
from toolbox_cli.analytics.exporting.disclosing import Disclosure, File, Released, record
from toolbox_cli.analytics.exporting.increments import Horizon, horizon
from toolbox_cli.analytics.exporting.manifest import Manifest, read_manifest
from toolbox_cli.analytics.exporting.planning import Reading
from toolbox_cli.analytics.exporting.running import Done, Job, find_way, rows_expected, run
from toolbox_cli.analytics.exporting.stores.opening import store_at
from toolbox_cli.analytics.exporting.stores.store import Build, Store
from toolbox_cli.analytics.exporting.terms import job_of, key_of, period_of
from toolbox_cli.analytics.extracting.extract import Snapshot, at_replica, snapshot
from toolbox_cli.analytics.masking.keys import PseudonymKey
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.progress import Bars, bars
from toolbox_cli.core.runtime import Runtime


@dataclass(frozen=True)
class Exported:
    """What became of one dataset."""

    dataset: Dataset
    manifest: Manifest
    done: Done
    where: str
    seconds: float


@dataclass
class _Built:
    """Datasets of one database that are written, and not yet seen."""

    target: Target
    key: PseudonymKey | None
    exported: list[Exported] = field(default_factory=list)
    builds: list[Build] = field(default_factory=list)


def export(runtime: Runtime, ask: Ask) -> list[Exported]:
    """Export datasets; all of them are there whole afterwards, or each as it was before.

    Raises:
        UsageError: what was asked for does not go together.
        RefusedError: identified data of production without a recipient; a standby that lags behind the last export;
            a copy at other revisions.
        UnreachableError: a database or store can't be reached.
        LockedError: another run exports one of them to the same place.

    Effects: at most one key of pseudonyms and one record of the export in each database, committed before readers see
    the files; files at the place.
    """
    check(runtime, ask)
    ask = located(runtime, ask)
    with ExitStack() as stack, bars(runtime) as shown:
        going = _Run(runtime, ask, stack, shown)
        built = [going.build(target, datasets) for target, datasets in by_database(runtime, ask)]
        for one in built:
            _disclose(runtime, ask, one)
        for build in (build for one in built for build in one.builds):
            build.commit()
    return [exported for one in built for exported in one.exported]


@contextmanager
def reading(ask: Ask, target: Target) -> Iterator[tuple[Snapshot, Horizon]]:
    """Open the snapshot that an export reads, of the replica where there is one."""
    place = at_replica(target, ask.replica_url) if ask.replica_url else target
    with snapshot(place) as opened:
        yield opened, horizon(opened)


@dataclass(frozen=True)
class _Run:
    """One run, whose files are seen all at once or not at all.

    Attributes:
        stack: holds the generations that are being built.
    """

    runtime: Runtime
    ask: Ask
    stack: ExitStack
    shown: Bars
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def build(self, target: Target, datasets: Sequence[Dataset]) -> _Built:
        """Write the datasets of one database."""
        check_copy(self.runtime, target, self.ask.replica_url)
        readings = [Reading(dataset, mode_of(self.ask.privacy), self.ask.span) for dataset in datasets]
        stores = [store_at(self.runtime, self.ask.to, dataset.name) for dataset in datasets]
        builds = [self.stack.enter_context(store.build()) for store in stores]
        built = _Built(target, key_of(self.runtime, self.ask, target, readings), builds=builds)
        with reading(self.ask, target) as (opened, now):
            for one, store, build in zip(readings, stores, builds, strict=True):
                job = job_of(self.ask, one, built.key, period_of(self.runtime.now()))
                started = time.perf_counter()
                done = self._write(opened, job, now, store, build)
                manifest = self._manifest(job, done, now, build.generation)
                build.prepare(manifest.as_json())
                took_s = time.perf_counter() - started
                built.exported.append(Exported(one.dataset, manifest, done, store.label, took_s))
        return built

    def _write(self, opened: Snapshot, job: Job, now: Horizon, store: Store, build: Build) -> Done:
        name = job.reading.dataset.name
        whole = job.earlier is None and not job.incremental
        last = None if whole else read_manifest(store.manifest(), store.label)
        if job.earlier is not None:
            job = replace(job, earlier=tuple(told_before(store, last)))
        way = find_way(opened, job, last, now)
        self.shown.add(name, name, rows_expected(opened, job, way))
        return run(opened, job, way, now, build, lambda rows: self.shown.advance(name, rows))

    def _manifest(self, job: Job, done: Done, now: Horizon, generation: int) -> Manifest:
        dataset = job.reading.dataset
        return Manifest(
            dataset=dataset.name,
            title=dataset.title,
            generation=generation,
            run=self.id,
            made_at=self.runtime.now().isoformat(timespec="seconds"),
            code_version=__version__,
            terms=job.terms,
            source=now.source,
            layout=done.way.layout,
            watermark=done.way.watermark,
            files=done.files,
        )


def _disclose(runtime: Runtime, ask: Ask, built: _Built) -> None:
    """Write down in the database what is about to leave it, for good."""
    released = tuple(map(_released, built.exported))
    disclosure = Disclosure(
        privacy=ask.privacy.value,
        form=ask.form.value,
        destination=ask.to,
        released=released,
        environment=runtime.settings.env,
        selection={
            "since": ask.span.since.isoformat() if ask.span.since else None,
            "until": ask.span.until.isoformat() if ask.span.until else None,
            "incremental": ask.incremental,
        },
        recipient=ask.recipient,
        basis=ask.basis,
        period=period_of(runtime.now()) if built.key else None,
        key_id=built.key.id if built.key else None,
    )
    with connect(built.target, autocommit=False, purpose="toolbox analytics export") as connection:
        record(connection, disclosure)


def _released(exported: Exported) -> Released:
    name, terms = exported.dataset.name, exported.manifest.terms
    files = {f"{name}/{part.path}": File(part.rows, part.sha256) for part in exported.done.fresh}
    return Released(name, terms.version, tuple(column["name"] for column in terms.columns), files)
