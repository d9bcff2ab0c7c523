"""Load rows of the domains that are asked for: in one transaction a database, so that all of it is there or nothing."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import groupby
from typing import Any, Final

import psycopg
from psycopg import sql

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.locks import SEEDS, lock_transaction
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.settings import Settings
from toolbox_cli.seed.domains import CLASSES, with_dependants
from toolbox_cli.seed.loading.bulk import bare
from toolbox_cli.seed.loading.months import make_months
from toolbox_cli.seed.loading.streaming import load
from toolbox_cli.seed.making.domain import Context, Domain, Reference
from toolbox_cli.seed.making.workers import Batch, Work, fitting, makers
from toolbox_cli.seed.only import wanted_tables
from toolbox_cli.seed.ownership import owned_tables, refuse_foreign_rows, refuse_rows
from toolbox_cli.seed.reference.loading import load_reference
from toolbox_cli.seed.reset import delete_seeded
from toolbox_cli.seed.runs import Held, held_runs, record_run
from toolbox_cli.seed.wishes import Seeded, Watch, Wishes

PURPOSE: Final = "toolbox seed"
WAIT_S: Final = 30
"""How long to wait for another seeding of the same database."""


def seed(target: Target, settings: Settings, wishes: Wishes, watch: Watch | None = None) -> Seeded:
    """Load what is asked for into one database.

    What an earlier run has loaded stays, and is not loaded again.

    Args:
        target: the database; holds the platforms of all wished domains.
        settings: environment and Roblox application.
        wishes: what to load.
        watch: hears how it goes.

    Raises:
        RefusedError: this is production, the database is not upgraded, it holds rows that seeding did not make or, with
            `bulk`, any, or what an earlier run loaded takes another day as today.
        LockedError: another seeding goes on.

    Effects: writes the domains' tables, `toolbox.seed_runs` and `toolbox.audit_log`; commits once, in the end.
    """
    refuse_production(settings)
    with connect(target, direct=True, autocommit=False, purpose=PURPOSE) as connection, upgraded():
        lock_transaction(connection, SEEDS, wait_s=WAIT_S)
        done = _Seeding(connection, target, settings, wishes, watch or Watch()).run()
        if wishes.dry_run:
            connection.rollback()
    return done


def refuse_production(settings: Settings) -> None:
    """Refuse to load sample data where real people are.

    Raises:
        RefusedError: this is production.
    """
    if settings.production:
        raise RefusedError(
            "Sample data is never loaded in production: made-up children would stand beside real ones.",
            remedy="Seed a development database: TOOLBOX_ENV=development.",
        )


@contextmanager
def upgraded() -> Iterator[None]:
    """Explain what is missing in a database that is not upgraded."""
    try:
        yield
    except (
        psycopg.errors.InvalidSchemaName,
        psycopg.errors.UndefinedTable,
        psycopg.errors.UndefinedColumn,
        psycopg.errors.UndefinedObject,
    ) as error:
        raise RefusedError(
            "The database is not at its newest revision.", remedy="Bring it there with: toolbox db upgrade"
        ) from error


class _Seeding:
    """One seeding of one database."""

    def __init__(
        self, connection: psycopg.Connection[Any], target: Target, settings: Settings, wishes: Wishes, watch: Watch
    ) -> None:
        self.connection, self.target, self.settings = connection, target, settings
        self.wishes, self.watch = wishes, watch
        self.schemas = target.names.schemas

    def run(self) -> Seeded:
        """Do it, but for the commit."""
        held = held_runs(self.connection)
        deleted: dict[str, int] = {}
        if self.wishes.reset:
            deleted = delete_seeded(self.connection, self.schemas, with_dependants(self.wishes.domains), held)
            held = held_runs(self.connection)
        already = self._already(held)
        as_of = self.wishes.as_of or max((run.as_of for run in already), default=self.wishes.today)
        there = {run.domain: _rows(run, self.wishes.domains) for run in already}
        wanted = [domain for domain in self.wishes.domains if domain.name not in there]
        loaded = self._load_all(wanted, as_of, held) if wanted else {}
        if loaded or deleted:
            self._audit(as_of, loaded, deleted)
        return Seeded(self.target.label, as_of, loaded, there, deleted)

    def _already(self, held: Sequence[Held]) -> list[Held]:
        """Give the runs that have loaded what is asked for."""
        wishes, options = self.wishes, self.wishes.options
        names = {domain.name for domain in wishes.domains}
        return [
            run
            for run in held
            if run.domain in names
            and (run.seed, run.options) == (wishes.seed, options)
            and wishes.as_of in {None, run.as_of}
        ]

    def _load_all(
        self, domains: Sequence[Domain], as_of: datetime.date, held: Sequence[Held]
    ) -> dict[str, Mapping[str, int]]:
        with makers(domains, self.wishes.profile, self._processes(domains)) as ready:
            context = self._context(as_of, self._reference(domains), held)
            self._refuse_rows(domains, held, context.reference)
            tables = wanted_tables(self.connection, self.schemas, domains, self.wishes.only)
            works = [Work(domain, context, tables[domain.name]) for domain in domains if tables[domain.name]]
            made, loaded = ready.make(works), dict[str, Mapping[str, int]]()
            for platform, some in groupby(works, key=lambda work: work.domain.platform):
                loaded |= self._load_platform(platform, [*some], made)
            return loaded

    def _load_platform(
        self, platform: str, works: Sequence[Work], made: Iterator[Iterator[Batch]]
    ) -> dict[str, Mapping[str, int]]:
        self._make_months(platform, works)
        with self._bare(platform, works):
            loaded = {work.domain.name: self._load(work, next(made)) for work in works}
        for work in works:
            rows = loaded[work.domain.name]
            record = self._record(work.domain, work.context, rows)
            record_run(self.connection, work.domain, work.context, self.wishes.options, record)
        return loaded

    def _refuse_rows(self, domains: Sequence[Domain], held: Sequence[Held], reference: Reference) -> None:
        """Refuse to load beside rows that would be in the way."""
        if not self.wishes.append:
            refuse_foreign_rows(self.connection, self.schemas, domains, [run.run for run in held], reference)
        if self.wishes.bulk:
            refuse_rows(self.connection, self.schemas, domains, reference)

    def _make_months(self, platform: str, works: Sequence[Work]) -> None:
        tables = frozenset[str]().union(*(work.tables for work in works))
        context = works[0].context
        first = context.profile.first_day(context.as_of)
        make_months(self.connection, self.schemas[platform], tables, first, context.as_of)

    def _bare(self, platform: str, works: Sequence[Work]) -> AbstractContextManager[None]:
        """Take indexes and keys from a platform's tables for as long as they are loaded, where that is wished."""
        if not self.wishes.bulk:
            return nullcontext()
        free = {table for work in works for table in work.tables - work.domain.looked_up}
        return bare(self.connection, self.schemas[platform], sorted(free))

    def _processes(self, domains: Sequence[Domain]) -> int:
        wishes = self.wishes
        if wishes.processes is not None:
            return wishes.processes
        return fitting(domains, wishes.profile, bulk=wishes.bulk)

    def _reference(self, domains: Sequence[Domain]) -> Reference:
        platforms = dict.fromkeys(domain.platform for domain in domains if domain.takes_reference)
        return load_reference(self.connection, self.target.names, platforms) if platforms else {}

    def _context(self, as_of: datetime.date, reference: Reference, held: Sequence[Held]) -> Context:
        roblox, run = self.settings.roblox, self.wishes.run(as_of)
        first = next((one.run_key for one in held if one.domain == CLASSES.name), run.key)
        return Context(
            self.wishes.profile, self.wishes.seed, as_of, run, roblox.universe_id, roblox.client_id, reference,
            demo=first == run.key,
        )  # fmt: skip

    def _load(self, work: Work, made: Iterator[Batch]) -> Mapping[str, int]:
        domain, context, tables = work.domain, work.context, work.tables
        content, schema = domain.content, self.schemas[domain.platform]
        expected = content.expected(context.profile)
        self.watch.begins(domain, {table: rows for table, rows in expected.items() if table in tables})
        rows = load(self.connection, schema, domain, made, self.watch.told)
        self._close_circles(schema, content.AFTERWARDS, context)
        return rows

    def _record(self, domain: Domain, context: Context, rows: Mapping[str, int]) -> dict[str, dict[str, int]]:
        """Say of each table how many rows it got and, where keys are integers, which are the run's."""
        owned = owned_tables(self.connection, self.schemas[domain.platform], rows)
        keys = {"first": context.run.integers.start, "last": context.run.integers.stop - 1}
        return {
            f"{domain.platform}.{table}": {"rows": count, **(keys if owned[table].counted else {})}
            for table, count in rows.items()
        }

    def _close_circles(self, schema: str, statements: Sequence[str], context: Context) -> None:
        if not statements:
            return
        path = sql.SQL("SET LOCAL search_path TO {}, pg_temp").format(sql.Identifier(schema))
        self.connection.execute(path)
        keys = {"first": context.run.integers.start, "last": context.run.integers.stop - 1}
        for statement in statements:
            self.connection.execute(statement.encode(), keys)
        self.connection.execute("SET LOCAL search_path TO DEFAULT")

    def _audit(self, as_of: datetime.date, loaded: Mapping[str, Mapping[str, int]], deleted: Mapping[str, int]) -> None:
        wishes = self.wishes
        command = f"toolbox seed --profile {wishes.profile.name} --seed {wishes.seed} --as-of {as_of}"
        counts = {table: count for tables in loaded.values() for table, count in tables.items()}
        details = {"domains": list(loaded), "deleted": dict(deleted)}
        record_change(self.connection, Change(command, self.settings.env, None, counts, details))


def _rows(run: Held, domains: Sequence[Domain]) -> dict[str, int]:
    """Give what a run loaded, in the order of its domain's tables."""
    domain = next(domain for domain in domains if domain.name == run.domain)
    held = {name.partition(".")[2]: facts["rows"] for name, facts in run.tables.items()}
    return {table: held[table] for table in domain.content.TABLES if table in held}
