"""Restore a backup: look first, say what would be lost, then replace it all in one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from toolbox_cli.core.database.audit import Change, record_as_sql
from toolbox_cli.core.database.connect import connect, conninfo_of
from toolbox_cli.core.database.contents import (
    Holding,
    holdings,
    loose_objects,
    removal,
    user_schemas,
)
from toolbox_cli.core.database.locks import BACKUPS, MIGRATIONS, advisory_lock
from toolbox_cli.core.database.pooler import refuse_transaction_pooler
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError, ToolboxError, UsageError
from toolbox_cli.core.settings import RECORDS, Environment
from toolbox_cli.db.backup import queries
from toolbox_cli.db.backup.client.archive import Archive
from toolbox_cli.db.backup.client.programs import access_of, choose
from toolbox_cli.db.backup.manifest import Manifest, check_whole, read_manifest
from toolbox_cli.db.revisions.lineage.history import read_history

COMMAND: Final = "db restore"
PURPOSE: Final = f"toolbox {COMMAND}"
LOCK_WAIT: Final = "30s"
"""How long the removal of the old contents waits for those who use them."""


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """A restore that was found possible.

    Attributes:
        dump: the file.
        lost: what the target holds now and will not hold afterwards.
        rights: with owners and grants.
    """

    target: Target
    dump: Path
    manifest: Manifest
    lost: tuple[Holding, ...]
    rights: bool


def plan_restore(found: Sequence[Target], dump: Path, *, replace: bool = False, rights: bool = True) -> RestorePlan:
    """Find out whether a backup can be restored, and what that would destroy; changes nothing.

    Args:
        found: the databases that there are; the backup's schemas decide.
        dump: the file; its manifest stands beside it.
        replace: accept that the target holds something.
        rights: restore owners and grants too.

    Raises:
        InputError: dump or manifest is missing or damaged.
        UsageError: more than one database can be meant.
        RefusedError: a newer toolbox or a newer server wrote it, the target is not empty, or lacks what it needs.
        UnreachableError: no connection.
    """
    manifest = read_manifest(dump)
    check_whole(dump, manifest)
    read_history().check_known(manifest.revisions)
    target = _target_for(found, manifest)
    with connect(target, direct=True, purpose=PURPOSE) as connection:
        refuse_transaction_pooler(target, connection)
        _check_server(connection, manifest, rights=rights)
        lost = _in_the_way(connection)
        if lost and not replace:
            raise RefusedError(
                f"{target.label} is not empty: {_listed(lost)}.",
                remedy="Restore into a new database, or lose that with --replace.",
            )
    return RestorePlan(target, dump, manifest, lost, rights)


def restore(plan: RestorePlan, environment: Environment) -> tuple[str, ...]:
    """Restore as planned: all of it, or nothing.

    Args:
        plan: of `plan_restore`.
        environment: what kind of installation this is, for the record.

    Returns:
        The revisions that the database is at afterwards, which are the manifest's.

    Raises:
        LockedError: a migration or another backup runs, or others use the tables for too long.
        RefusedError: the server refused a statement; says which.
        InputError: the dump can't be read to its end.

    Effects: replaces schemas, writes `toolbox.audit_log`, commits; then gathers statistics.
    """
    with connect(plan.target, direct=True, purpose=PURPOSE) as connection:
        server = connection.info.server_version // 10_000
        tls = bool(connection.pgconn.ssl_in_use)
        programs = choose(server, tls=tls, at_least=plan.manifest.program_version)
        access = access_of(connection, conninfo_of(plan.target, direct=True), PURPOSE)
        archive = Archive(plan.dump, programs, plan.rights)
        with advisory_lock(connection, MIGRATIONS, wait_s=0), advisory_lock(connection, BACKUPS, wait_s=0):
            before, after = list(_before(connection, plan)), list(_after(connection, plan, environment))
            archive.play(access, server, before, after)
            connection.execute("ANALYZE")
            return _checked(queries.revisions(connection), plan.manifest)


def _target_for(found: Sequence[Target], manifest: Manifest) -> Target:
    fitting = [target for target in found if manifest.schemas.items() <= target.names.schemas.items()]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UsageError("The platforms live in several databases.", remedy="Say which one with --platform.")
    held = ", ".join(f"{platform} in schema {schema}" for platform, schema in manifest.schemas.items())
    raise RefusedError(
        f"No configured database takes what this backup holds: {held}.",
        remedy="Check --platform, platforms.<name>.url and platforms.<name>.schema.",
    )


def _check_server(connection: psycopg.Connection, manifest: Manifest, *, rights: bool) -> None:
    version = connection.info.server_version // 10_000
    if version < manifest.server_version:
        raise RefusedError(
            f"The backup comes from PostgreSQL {manifest.server_version}, and this server is {version}.",
            remedy=f"Restore it into PostgreSQL {manifest.server_version} or newer.",
        )
    if absent := queries.missing_extensions(connection, manifest.extensions):
        raise RefusedError(
            f"The backup needs extensions that this server does not have: {', '.join(absent)}.",
            remedy="Install them on the server, then repeat.",
        )
    if rights and (absent := queries.missing_roles(connection, manifest.roles)):
        raise RefusedError(
            f"The backup names roles that this server does not have: {', '.join(absent)}.",
            remedy="Create them, or leave owners and grants out with --no-rights.",
        )


def _in_the_way(connection: psycopg.Connection) -> tuple[Holding, ...]:
    """Say what a restore replaces: everything that users made."""
    untouched = set() if loose_objects(connection) else {"public"}
    return holdings(connection, set(user_schemas(connection)) - untouched)


def _listed(lost: Sequence[Holding]) -> str:
    return "; ".join(f"schema {one.schema} with {one.tables} tables, about {one.rows:,} rows" for one in lost)


def _before(connection: psycopg.Connection, plan: RestorePlan) -> Iterator[str]:
    """Remove what will be replaced; others who use it hold this up, but not for ever."""
    yield f"SET LOCAL lock_timeout = '{LOCK_WAIT}'"
    yield from removal(connection, [lost.schema for lost in plan.lost])


def _after(connection: psycopg.Connection, plan: RestorePlan, environment: Environment) -> Iterator[str]:
    manifest = plan.manifest
    if RECORDS not in manifest.heads:
        return
    if not plan.rights:
        yield "REVOKE UPDATE, DELETE, TRUNCATE ON toolbox.audit_log FROM PUBLIC, CURRENT_USER"
    details = {"dump": manifest.dump, "sha256": manifest.sha256, "created_at": manifest.created_at.isoformat()}
    counts = {"schemas_replaced": len(plan.lost), "rows_lost": sum(one.rows for one in plan.lost)}
    yield record_as_sql(connection, Change(COMMAND, environment, None, counts, details))


def _checked(now: tuple[str, ...], manifest: Manifest) -> tuple[str, ...]:
    """Read the outcome back."""
    if sorted(now) != list(manifest.revisions):
        raise ToolboxError(f"After the restore the database is at {', '.join(now) or 'no revision'}.")
    return now
