import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.lms.misbehaving.comparing import World, held, truth
from tests.lms.misbehaving.district import reference
from tests.lms.misbehaving.systems import PATIENT, System, system_of
from tests.support.clocks import NOON
from tests.support.servers import Database, Server
from tests.support.web import Web
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.http.limits import Limits
from toolbox_cli.lms.settings import limits as bounds
from toolbox_cli.lms.sync.running import sync
from toolbox_cli.lms.sync.wishes import SyncRun, Wishes

UNGUARDED = bounds.Limits(bounds.Limit(100, 1_000_000))
_CONNECT = (
    "INSERT INTO toolboxai.lms_integrations (platform_name, institution_name, base_url, auth_type, name)"
    " VALUES ('oneroster', 'A district', 'https://sis.example', 'oauth2', 'district')"
)
_TABLES = (
    "users", "lms_integrations", "lms_courses", "lms_identities", "lms_enrollments", "lms_assignments", "lms_sync_runs",
    "lms_sync_issues", "lms_sync_changes",
)  # fmt: skip
_KEEP = "CREATE SCHEMA kept; ALTER TABLE toolboxai.lms_sync_changes DISABLE TRIGGER USER; " + "".join(
    f"CREATE TABLE kept.{one} AS TABLE toolboxai.{one};" for one in _TABLES
)
_RESTORE = (
    "BEGIN; SET LOCAL session_replication_role = replica; "
    + "".join(
        f"DELETE FROM toolboxai.{one}; INSERT INTO toolboxai.{one} OVERRIDING SYSTEM VALUE TABLE kept.{one};"  # noqa: S608
        for one in _TABLES
    )
    + "COMMIT"
)
"""Puts back all that a sync writes; twenty times as fast as a copy of the database."""


@dataclass
class District:
    """One system, and the database that it is synced into."""

    system: System
    database: Database

    @cached_property
    def connection(self) -> psycopg.Connection[Any]:
        made = self.database.connect()
        made.execute("SET search_path TO toolboxai")
        return made

    def sync(self, limits: Limits = PATIENT, *, guarded: bool = True) -> SyncRun:
        """Sync it; `guarded` by the usual limits of what may be lost, or by honest reading alone."""
        source = self.system.source(limits)
        wishes = Wishes(full=True, today=NOON.date(), limits=None if guarded else UNGUARDED)
        target = Target(self.database.conninfo, Names({"toolbox": "toolbox", "toolboxai": "toolboxai"}), "a test")
        try:
            return sync(target, "district", source, wishes)
        finally:
            source.close()

    def issues(self, run: SyncRun) -> list[tuple[str, str | None, str | None, str | None, str]]:
        """Give code, kind, id, place and message of each issue."""
        query = "SELECT code, kind, external_id, place, message FROM lms_sync_issues WHERE run_id = %s ORDER BY number"
        return [tuple(row) for row in self.connection.execute(query, [run.id])]

    def told(self, run: SyncRun) -> tuple[str | None, str]:
        """Give the code and the message that the run was written down with."""
        query = "SELECT error_code, error_message FROM lms_sync_runs WHERE id = %s"
        (row,) = self.connection.execute(query, [run.id])
        return row[0], row[1] or ""

    def held(self) -> World:
        return held(self.connection, self.system)

    def truth(self) -> World:
        return truth(self.system)


@dataclass
class Prepared:
    """Systems whose first sync is done once; each test begins after it."""

    server: Server
    folder: Path
    key: rsa.RSAPrivateKey
    webs: dict[str, Web] = field(default_factory=dict)
    databases: dict[str, Database] = field(default_factory=dict)

    def system(self, name: str) -> System:
        """Give a system that serves the reference, always at the same address."""
        web = self.webs[name] = self.webs.get(name) or Web()
        web.calm()
        made = system_of(name, web, self.folder / f"{name}-{len(list(self.folder.iterdir()))}", self.key)
        made.serve(reference())
        return made

    def database(self, name: str) -> Database:
        """Give the system's database as it was after the first sync."""
        if name not in self.databases:
            self.databases[name] = self._synced(name)
            self.databases[name].execute(_KEEP)
        self.databases[name].execute(_RESTORE)
        return self.databases[name]

    def _synced(self, name: str) -> Database:
        made = self.server.create(f"t{os.getpid()}_{name}", self.server.template)
        made.execute(_CONNECT)
        district = District(self.system(name), made)
        run = district.sync()
        assert run.status == "success", (run, district.issues(run))
        assert district.held() == district.truth()
        district.connection.close()
        return made

    def close(self) -> None:
        for web in self.webs.values():
            web.close()
        for database in self.databases.values():
            self.server.drop(database.name)


@pytest.fixture(scope="session")
def prepared(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    key = rsa.generate_private_key(65537, 2048)
    made = Prepared(server, tmp_path_factory.mktemp("misbehaving"), key)
    yield made
    made.close()


@pytest.fixture
def district_of(prepared: Prepared) -> Iterator[Callable[[str], District]]:
    """Give a system by its name, and its database as the first sync left it."""
    opened: list[District] = []

    def give(name: str) -> District:
        database = prepared.database(name)
        opened.append(District(prepared.system(name), database))
        return opened[-1]

    yield give
    for one in opened:
        one.connection.close()
        assert not one.system.web.faults, "\n".join(one.system.web.faults)
