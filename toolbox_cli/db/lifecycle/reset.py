"""Empty our schemas, so that they can be built anew."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import psycopg

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.contents import Holding, dependents, holdings, removal
from toolbox_cli.core.database.locks import MIGRATIONS, advisory_lock
from toolbox_cli.core.database.pooler import refuse_transaction_pooler
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.settings import RECORDS, Environment
from toolbox_cli.db.revisions.lineage.history import read_history
from toolbox_cli.db.revisions.queries import current_revisions
from toolbox_cli.db.revisions.running.patience import Watch
from toolbox_cli.db.revisions.upgrade import Migrated, upgrade

COMMAND: Final = "db reset"
PURPOSE: Final = f"toolbox {COMMAND}"
LOCK_TIMEOUT: Final = "SET LOCAL lock_timeout = '5s'"


@dataclass(frozen=True, slots=True)
class Emptying:
    """What emptying a database would destroy.

    Attributes:
        platform: the only one that is emptied; None for all of them and the toolkit's records.
        lost: our schemas that are there, by name.
    """

    target: Target
    platform: str | None
    lost: tuple[Holding, ...]


def refuse_outside_development(environment: Environment) -> None:
    """Refuse where somebody may need the data.

    Raises:
        RefusedError: this is staging or production.
    """
    if environment is not Environment.DEVELOPMENT:
        raise RefusedError(
            f"A reset destroys all data, and this is {environment}.",
            remedy="It is for development. Restore a backup, or drop the database yourself.",
        )


def look(target: Target, platform: str | None = None) -> Emptying:
    """Find out what emptying would destroy; changes nothing.

    Args:
        target: which database, with the platforms that are meant.
        platform: empty this one alone and keep the toolkit's records.

    Raises:
        RefusedError: views or foreign keys of others stand on our tables; names them.
    """
    with connect(target, direct=True, purpose=PURPOSE) as connection:
        lost = holdings(connection, [target.names.schema(name) for name in _meant(target, platform)])
        if standing := dependents(connection, [one.schema for one in lost]):
            raise RefusedError(
                f"Others stand on our tables, and would go with them: {', '.join(standing)}.",
                remedy="Drop them first, if nobody needs them.",
            )
    return Emptying(target, platform, lost)


def rebuild(plan: Emptying, watch: Watch | None = None) -> Migrated:
    """Drop what was looked at, in one transaction, and bring the schemas to their newest revision.

    Killed in between, it leaves an empty database, which the next upgrade fills.

    Raises:
        LockedError: a migration runs, or others use the tables.

    Effects: drops schemas with all that they hold, applies revisions, writes `toolbox.audit_log`; commits each.
    """
    _empty(plan)
    done = upgrade(plan.target, watch=watch)
    counts = {"schemas": len(plan.lost), "rows_lost": sum(one.rows for one in plan.lost)}
    with connect(plan.target, direct=True, purpose=PURPOSE) as connection:
        record_change(connection, Change(COMMAND, Environment.DEVELOPMENT, plan.platform, counts))
    return done


def _empty(plan: Emptying) -> None:
    with connect(plan.target, direct=True, purpose=PURPOSE) as connection:
        refuse_transaction_pooler(plan.target, connection)
        with advisory_lock(connection, MIGRATIONS, wait_s=0):
            statements = list(removal(connection, [one.schema for one in plan.lost]))
            known = current_revisions(connection)
            with connection.transaction():
                connection.execute(LOCK_TIMEOUT)
                for statement in statements:
                    connection.execute(statement)
                if plan.platform is not None and known:
                    _forget(connection, plan.platform)


def _meant(target: Target, platform: str | None) -> Iterable[str]:
    return (platform,) if platform else (RECORDS, *target.names.platforms)


def _forget(connection: psycopg.Connection, platform: str) -> None:
    line = [revision.id for revision in read_history().lines[platform]]
    connection.execute("DELETE FROM toolbox.alembic_version WHERE version_num = ANY (%s)", (line,))
