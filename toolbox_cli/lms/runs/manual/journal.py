"""Write what somebody changes by hand as a run of its own.

A sync journals whole rows before and after, and undoing it brings the rows before back. A change that the journal does
not know would be lost with that; one that stands there is a later run that touched the row, and can be undone itself.
"""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from toolbox_cli import __version__
from toolbox_cli.core.database.audit import os_user
from toolbox_cli.core.database.locks import lock_transaction
from toolbox_cli.lms.database import Connection, Integration
from toolbox_cli.lms.sync.running import lock_key

KINDS: Final = {"lms_identities": "user", "lms_courses": "course", "lms_assignments": "assignment"}

_WITH_RUN: Final = frozenset({"lms_identities"})
_BOOKKEEPING: Final = frozenset({"updated_at", "last_run_id", "sync_hash"})

_RUN: Final = """
INSERT INTO lms_sync_runs (lms_integration_id, mode, status, started_at, ended_at, asked_by, versions)
VALUES (%s, 'manual', 'success', now(), now(), %s, %s) RETURNING id"""
_COUNTS: Final = "UPDATE lms_sync_runs SET counts = %s WHERE id = %s"
_CHANGE: Final = """
WITH held AS (
    SELECT id, to_jsonb(t) AS before FROM {table} AS t WHERE id = %(key)s AND ({differs}) FOR UPDATE
), changed AS (
    UPDATE {table} AS t SET {sets} FROM held WHERE t.id = held.id RETURNING t.id, held.before, to_jsonb(t) AS after
)
INSERT INTO lms_sync_changes (run_id, number, row_id, applied, table_name, action, external_id, before, after)
SELECT %(run)s, %(number)s, id, true, {name}, 'update', %(external_id)s, before, after FROM changed
RETURNING before, after"""
"""Change a row and journal it in one: no program between them reads and writes its numbers anew."""


@dataclass(frozen=True, slots=True)
class Edit:
    """New values of some columns of one row.

    Attributes:
        table: lms_identities, lms_courses or lms_assignments.
        external_id: the row's key at the other side.
    """

    table: str
    key: uuid.UUID
    external_id: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed in one column of one row."""

    table: str
    external_id: str
    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Edited:
    """What was changed by hand.

    Attributes:
        run: key of the run; None where everything was so already.
        warnings: what the one who asked should know, sentences.
    """

    run: int | None
    differences: tuple[Difference, ...] = ()
    warnings: tuple[str, ...] = field(default=())

    @property
    def rows(self) -> int:
        """How many rows changed."""
        return len({(one.table, one.external_id) for one in self.differences})


def edit(
    connection: Connection, integration: Integration, edits: Sequence[Edit], warnings: Sequence[str] = ()
) -> Edited:
    """Make changes as a run of mode manual; what is so already is left alone.

    Args:
        connection: in the transaction that holds `lock`.
        integration: whose rows they are.
        edits: each of another row.
        warnings: handed on.

    Effects: writes the rows, `lms_sync_runs` and `lms_sync_changes`, unless nothing changes; never commits.
    """
    found: list[Difference] = []
    counts: Counter[str] = Counter()
    with connection.transaction():
        run = _begin(connection, integration)
        for one in edits:
            if changed := _write(connection, run, counts.total() + 1, one):
                found += changed
                counts[KINDS[one.table]] += 1
        if not found:
            raise psycopg.Rollback
        connection.execute(_COUNTS, (Jsonb({kind: {"update": rows} for kind, rows in counts.items()}), run))
    return Edited(run if found else None, tuple(found), tuple(warnings))


def lock(connection: Connection, integration: Integration) -> None:
    """Keep syncs of the integration out until the transaction ends: they write rows as they read them before.

    Raises:
        LockedError: one goes on.
    """
    lock_transaction(connection, lock_key(integration.id), wait_s=0)


def _begin(connection: Connection, integration: Integration) -> int:
    values = (integration.id, os_user(), Jsonb({"toolbox": __version__}))
    [(key,)] = connection.execute(_RUN, values).fetchall()
    return int(key)


def _write(connection: Connection, run: int, number: int, one: Edit) -> list[Difference]:
    written = {**one.values, "last_run_id": run} if one.table in _WITH_RUN else dict(one.values)
    values = {**written, "key": one.key, "run": run, "number": number, "external_id": one.external_id}
    changed = connection.execute(_statement(one, written), values).fetchone()
    if changed is None:
        return []
    before, after = changed
    return [
        Difference(one.table, one.external_id, name, before[name], after[name])
        for name in before
        if name not in _BOOKKEEPING and before[name] != after[name]
    ]


def _statement(one: Edit, written: Mapping[str, Any]) -> sql.Composed:
    return sql.SQL(_CHANGE).format(
        table=sql.Identifier(one.table),
        name=sql.Literal(one.table),
        sets=sql.SQL(", ").join(sql.SQL("{} = {}").format(*_pair(name)) for name in written),
        differs=sql.SQL(" OR ").join(sql.SQL("{} IS DISTINCT FROM {}").format(*_pair(name)) for name in one.values),
    )


def _pair(name: str) -> tuple[sql.Composable, sql.Composable]:
    return sql.Identifier(name), sql.Placeholder(name)
