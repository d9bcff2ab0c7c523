"""Back a database up: pg_dump's own format, and a manifest that says what is in it."""

import datetime
import hashlib
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from toolbox_cli import __version__
from toolbox_cli.core.database.connect import connect, conninfo_of
from toolbox_cli.core.database.contents import table_rows, user_schemas
from toolbox_cli.core.database.failures import translate
from toolbox_cli.core.database.locks import BACKUPS, advisory_lock
from toolbox_cli.core.database.pooler import refuse_transaction_pooler
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import ToolboxError
from toolbox_cli.db.backup import queries
from toolbox_cli.db.backup.client.failures import explain
from toolbox_cli.db.backup.client.programs import Access, Programs, access_of, choose
from toolbox_cli.db.backup.manifest import DUMP_SUFFIX, Manifest, sha256_of
from toolbox_cli.db.backup.store import file_stem, made_folder, partial_file, prune, publish
from toolbox_cli.db.revisions.lineage.history import read_history

PURPOSE: Final = "toolbox db backup"
LOCK_WAIT: Final = "60s"
"""How long to wait for a table that a migration holds."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made.

    Attributes:
        path: the dump; its manifest stands beside it.
        removed: older dumps that went for it.
    """

    path: Path
    manifest: Manifest
    removed: tuple[Path, ...] = ()


def backup(
    target: Target,
    folder: Path,
    *,
    keep: int | None = None,
    now: datetime.datetime | None = None,
) -> Backup:
    """Dump a database.

    The whole of it, and not our schemas alone: what others put beside them (views, functions, extensions) is what a
    restored platform would miss first.

    Args:
        target: which database.
        folder: where to; made where it is missing.
        keep: how many backups of this database stay, with this one; all when None.
        now: when it is; an aware UTC datetime.

    Raises:
        LockedError: another backup of this database runs, or a migration held a table for too long.
        ConfigurationError: no fitting pg_dump, or the folder can't be used.
        RefusedError: the role may not read everything, or only a transaction pooler leads to the database.
        UnreachableError: no connection, or a full disk.

    Effects: writes `folder`; the database is read, in one snapshot.
    """
    folder, now = made_folder(folder), now or datetime.datetime.now(datetime.UTC)
    with connect(target, direct=True, purpose=PURPOSE) as connection:
        refuse_transaction_pooler(target, connection)
        programs = choose(major_of(connection), tls=bool(connection.pgconn.ssl_in_use))
        with advisory_lock(connection, BACKUPS, wait_s=0), partial_file(folder) as (partial, descriptor):
            with _snapshot(connection) as snapshot:
                facts = _facts(connection, target)
                order = _Order(programs, access_of(connection, conninfo_of(target, direct=True), PURPOSE), snapshot)
                order.dump(partial, descriptor)
            manifest = _manifest(partial, {**facts, "program_version": programs.major, "created_at": now})
            path = publish(partial, folder, manifest)
            removed = prune(folder, manifest, keep) if keep else ()
    return Backup(path, manifest, removed)


def backup_each(
    found: Sequence[Target], folder: Path, keep: int | None, now: datetime.datetime
) -> tuple[list[Backup], list[ToolboxError]]:
    """Back several databases up; one that fails does not keep the others from it.

    Returns:
        The backups that were made, and the errors of the others, both in the databases' order.
    """
    made: list[Backup] = []
    failed: list[ToolboxError] = []
    for target in found:
        try:
            made.append(backup(target, folder, keep=keep, now=now))
        except (ToolboxError, psycopg.Error) as error:
            known = error if isinstance(error, ToolboxError) else translate(error)
            if known is None:
                raise
            failed.append(known)
    return made, failed


def worst(failed: Sequence[ToolboxError]) -> ToolboxError:
    """Give the error that decides the exit status; it tells of the others too."""
    decisive = max(failed, key=lambda error: error.exit_code)
    others = [error.message for error in failed if error is not decisive]
    return type(decisive)(" ".join([decisive.message, *others]), remedy=decisive.remedy)


@dataclass(frozen=True, slots=True)
class _Order:
    """One run of pg_dump."""

    programs: Programs
    access: Access
    snapshot: str

    def dump(self, partial: Path, descriptor: int) -> None:
        """Run it; the child keeps `descriptor`'s lock if we are killed."""
        argv = self.programs.command(
            "pg_dump",
            *("--format=custom", "--no-password", f"--lock-wait-timeout={LOCK_WAIT}", f"--snapshot={self.snapshot}"),
            *(f"--file={partial}", f"--dbname={self.access.conninfo}"),
        )
        environment = self.programs.environment(self.access.variables)
        child = subprocess.Popen(  # noqa: S603  a program that we chose
            argv, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, pass_fds=(descriptor,), text=True
        )
        with child:
            try:
                _, said = child.communicate()
            except BaseException:
                child.kill()
                raise
        if child.returncode != 0:
            raise explain("The backup was not made", said)


@contextmanager
def _snapshot(connection: psycopg.Connection) -> Iterator[str]:
    """Hold a snapshot that pg_dump can read in as well: what the manifest says is what the dump holds."""
    for timeout in ("idle_in_transaction_session_timeout", "idle_session_timeout", "statement_timeout"):
        connection.execute(f"SET {timeout} = 0")
    connection.execute(f"SET lock_timeout = '{LOCK_WAIT}'")
    if connection.info.server_version >= 170_000:
        connection.execute("SET transaction_timeout = 0")
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield str(row[0]) if row else ""
    finally:
        if not connection.broken:
            connection.execute("ROLLBACK")


def _facts(connection: psycopg.Connection, target: Target) -> dict[str, Any]:
    """Read what the manifest says of the database."""
    known = {found.id: place for place, line in read_history().lines.items() for found in line}
    at = queries.revisions(connection)
    heads = {known[found]: found for found in at if found in known}
    rows = table_rows(connection, user_schemas(connection))
    info = connection.info
    return {
        "database": target.label,
        "place": f"{info.host}:{info.port}/{info.dbname}",
        "schemas": {name: schema for name, schema in target.names.schemas.items() if name in heads},
        "heads": heads,
        "unknown_revisions": tuple(found for found in at if found not in known),
        "rows": {f"{schema}.{table}": count for (schema, table), count in rows.items()},
        "roles": queries.roles(connection),
        "extensions": queries.extensions(connection),
        "server_version": major_of(connection),
    }


def _manifest(partial: Path, facts: Mapping[str, Any]) -> Manifest:
    digest = sha256_of(partial)
    database = str(facts["place"]).rpartition("/")[2]
    # A digest alone is no name: equal databases of one name on two hosts, or one twice in a second, dump equal bytes.
    apart = hashlib.sha256(f"{facts['place']} {facts['created_at'].isoformat()} {digest}".encode()).hexdigest()[:8]
    name = f"{file_stem(database)}-{facts['created_at']:%Y%m%dT%H%M%SZ}-{apart}{DUMP_SUFFIX}"
    size = partial.stat().st_size
    return Manifest(dump=name, sha256=digest, size_bytes=size, tool_version=__version__, **facts)


def major_of(connection: psycopg.Connection) -> int:
    """Give the server's major version."""
    return connection.info.server_version // 10_000
