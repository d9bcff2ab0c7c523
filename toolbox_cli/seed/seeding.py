"""Load rows of the domains that are asked for: in one transaction a database, so that all of it is there or nothing."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import sql

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.locks import SEEDS, lock_transaction
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.settings import Settings
from toolbox_cli.seed.loading.streaming import load
from toolbox_cli.seed.making.domain import Context, Domain, Reference
from toolbox_cli.seed.making.workers import Work, batches
from toolbox_cli.seed.runs import Held, held_runs, options_of, record_run
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
        RefusedError: this is production, the database is not upgraded, it holds rows that seeding did not make, or
            what an earlier run loaded takes another day as today.
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

    def run(self) -> Seeded:
        held = self._held()
        as_of = self._day(held.values())
        wanted = [domain for domain in self.wishes.domains if domain.name not in held]
        context = self._context(as_of, self._reference(wanted)) if wanted else None
        loaded = {domain.name: self._load(domain, context) for domain in wanted} if context else {}
        if loaded:
            self._audit(as_of, loaded)
        return Seeded(self.target.label, as_of, loaded, tuple(held))

    def _held(self) -> dict[str, Held]:
        """Give the runs that have already loaded what is asked for, by domain."""
        wishes, options = self.wishes, options_of(self.wishes.profile)
        names = {domain.name for domain in wishes.domains}
        same = [
            run
            for run in held_runs(self.connection)
            if run.domain in names
            and (run.seed, run.options) == (wishes.seed, options)
            and wishes.as_of in {None, run.as_of}
        ]
        return {run.domain: run for run in same}

    def _day(self, held: "Sequence[Held] | Any") -> datetime.date:
        return self.wishes.as_of or max((run.as_of for run in held), default=self.wishes.today)

    def _reference(self, domains: Sequence[Domain]) -> Reference:
        return {}

    def _context(self, as_of: datetime.date, reference: Reference) -> Context:
        roblox = self.settings.roblox
        return Context(
            self.wishes.profile, self.wishes.seed, as_of, self.wishes.run(as_of), roblox.universe_id, roblox.client_id,
            reference,
        )  # fmt: skip

    def _load(self, domain: Domain, context: Context) -> Mapping[str, int]:
        content, schema = domain.content, self.target.names.schema(domain.platform)
        self.watch.begins(domain, content.expected(context.profile))
        made = batches(Work(domain, context), self.wishes.processes)
        rows = load(self.connection, schema, domain, made, self.watch.told)
        self._close_circles(schema, content.AFTERWARDS, context)
        tables = {f"{domain.platform}.{table}": {"rows": count} for table, count in rows.items()}
        record_run(self.connection, domain, context, tables)
        return rows

    def _close_circles(self, schema: str, statements: Sequence[str], context: Context) -> None:
        if not statements:
            return
        path = sql.SQL("SET LOCAL search_path TO {}, pg_temp").format(sql.Identifier(schema))
        self.connection.execute(path)
        keys = {"first": context.run.integers.start, "last": context.run.integers.stop - 1}
        for statement in statements:
            self.connection.execute(statement.encode(), keys)
        self.connection.execute("SET LOCAL search_path TO DEFAULT")

    def _audit(self, as_of: datetime.date, loaded: Mapping[str, Mapping[str, int]]) -> None:
        wishes = self.wishes
        command = f"toolbox seed --profile {wishes.profile.name} --seed {wishes.seed} --as-of {as_of}"
        counts = {table: count for tables in loaded.values() for table, count in tables.items()}
        details = {"domains": list(loaded)}
        record_change(self.connection, Change(command, self.settings.env, None, counts, details))
