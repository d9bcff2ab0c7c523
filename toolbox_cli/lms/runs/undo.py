"""Take a run back: every row that it touched is what it was before, byte for byte, from the journal."""

from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from psycopg import sql

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.locks import advisory_lock
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.core.settings import Environment
from toolbox_cli.lms.sync import recording
from toolbox_cli.lms.sync.parking import held_row, park, row_of
from toolbox_cli.lms.sync.planning.accounts import UNUSABLE
from toolbox_cli.lms.sync.planning.tables import SHAPES, USERS, Shape
from toolbox_cli.lms.sync.running import PLATFORM, enter, lock_key

PURPOSE: Final = "toolbox lms undo"
_SHOWN: Final = 5
_TRIES: Final = 3
_CONCURRENT: Final = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
"""People sign in while a run is taken back, which writes their accounts: it is then tried again."""

_RUN: Final = "SELECT lms_integration_id, status, ended_at FROM lms_sync_runs WHERE id = %s"
_PURGED: Final = """
SELECT purged_at, EXISTS (
    SELECT FROM lms_sync_changes AS c WHERE c.run_id = r.id AND c.applied
    AND (c.before - 'is_active' = '{}' OR c.after - 'is_active' = '{}'))
FROM lms_sync_runs AS r WHERE id = %s"""
"""Whether it is forgotten what rows were, of all of them or of somebody."""

_MARK: Final = """
UPDATE lms_sync_runs SET status = %(status)s WHERE id = %(run)s
RETURNING undoes_run_id, coalesce(scopes ->> 'undid', 'success')"""

_TOUCHED: Final = """
CREATE TEMPORARY TABLE touched ON COMMIT DROP AS
SELECT table_name, row_id, min(external_id) AS key,
       (array_agg(before ORDER BY number))[1] AS before, (array_agg(after ORDER BY number DESC))[1] AS after,
       CASE WHEN (array_agg(action ORDER BY number))[1] = 'insert' THEN 'delete'
            WHEN (array_agg(action ORDER BY number DESC))[1] = 'delete' THEN 'insert' ELSE 'update' END AS doing
FROM lms_sync_changes WHERE run_id = %s AND applied GROUP BY table_name, row_id"""
"""Rows that the run touched, with what they were before and after all of it."""

_LATER: Final = """
SELECT j.run_id, count(DISTINCT t.row_id), min(t.key)
FROM touched AS t JOIN lms_sync_changes AS j ON j.row_id = t.row_id AND j.table_name = t.table_name
JOIN lms_sync_runs AS r ON r.id = j.run_id
WHERE j.run_id > %(run)s AND j.applied AND r.status <> 'undone'
  AND NOT (r.mode = 'undo' AND r.undoes_run_id >= %(run)s)
GROUP BY j.run_id ORDER BY j.run_id DESC LIMIT 1"""
"""The latest run that touched such a row since, but for those that were taken back."""

_CHANGED_SINCE: Final = """
SELECT t.key, CASE WHEN o.id IS NULL THEN 'it is not there any more' ELSE 'somebody changed it' END
FROM touched AS t LEFT JOIN {table} AS o ON o.id = t.row_id
WHERE t.table_name = {name} AND (
    t.doing <> 'insert' AND o.id IS NULL
    OR t.doing = 'update' AND EXISTS (
        SELECT FROM jsonb_each(t.before) AS b
        WHERE b.key NOT IN ('updated_at', 'version', 'last_synced_at') AND b.value IS DISTINCT FROM t.after -> b.key
          AND {row} -> b.key IS DISTINCT FROM t.after -> b.key)
    OR t.doing = 'delete' AND t.after IS NOT NULL AND {row} <> t.after
    OR t.doing = 'delete' AND t.after IS NULL AND ({row} ->> 'updated_at')::timestamptz > %(ended)s)
ORDER BY t.key LIMIT {shown}"""
"""Rows that are not as the run left them, where it matters."""

_ACCOUNTS: Final = """
SELECT row_id AS id, CASE WHEN new_email AND doing <> 'delete' THEN before ->> 'email' END AS email,
       CASE WHEN new_username AND doing <> 'delete' THEN before ->> 'username' END AS username, new_email, new_username
FROM touched CROSS JOIN LATERAL (
    SELECT doing <> 'update' OR before -> 'email' <> after -> 'email' AS new_email,
           doing <> 'update' OR before -> 'username' <> after -> 'username' AS new_username) AS changes
WHERE table_name = 'users'"""
"""Which addresses and names accounts get back."""

_CARRIED_ALONG: Final = """
SELECT k.conrelid::regclass::text, quote_ident(a.attname)
FROM pg_constraint AS k JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE k.contype = 'f' AND k.confrelid = %s::regclass AND k.confdeltype IN ('c', 'n', 'd')"""
"""Where rows would vanish or lose something with the rows of a table."""

_INSERT: Final = """
WITH made AS (
    INSERT INTO {table} AS t ({columns}{more}) SELECT {values}{more_values}
    FROM touched AS x CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, x.before) AS r
    WHERE x.table_name = {name} AND x.doing = 'insert' RETURNING t.id, {after} AS after
)
INSERT INTO lms_sync_changes (run_id, number, row_id, applied, table_name, action, external_id, before, after)
SELECT %(run)s, %(last)s + row_number() OVER (ORDER BY x.key, m.id), m.id, true, {name}, 'insert', x.key, NULL, m.after
FROM made AS m JOIN touched AS x ON x.row_id = m.id AND x.table_name = {name}"""
"""Bring rows back that the run took away, which only an undoing does."""

_RESTORE: Final = """
WITH wanted AS (
    SELECT x.row_id, x.key, {held} AS held, (
        SELECT jsonb_object_agg(b.key, b.value) FROM jsonb_each(x.before) AS b
        WHERE b.value IS DISTINCT FROM x.after -> b.key
          AND ({held} = x.after OR b.key NOT IN ('updated_at', 'version'))) AS patch
    FROM touched AS x JOIN {table} AS o ON o.id = x.row_id WHERE x.table_name = {name} AND x.doing = 'update'
), changed AS (
    UPDATE {table} AS t SET {changes}
    FROM wanted AS w JOIN {table} AS o ON o.id = w.row_id CROSS JOIN LATERAL jsonb_populate_record(o, w.patch) AS r
    WHERE t.id = w.row_id AND w.patch IS NOT NULL RETURNING t.id, w.key, w.held AS before, {after} AS after
)
INSERT INTO lms_sync_changes (run_id, number, row_id, applied, table_name, action, external_id, before, after)
SELECT %(run)s, %(last)s + row_number() OVER (ORDER BY key, id), id, true, {name}, 'update', key, before, after
FROM changed"""
"""Give columns back that the run changed; what others changed beside it stays."""

_DELETE: Final = """
WITH gone AS (
    DELETE FROM {table} AS o USING touched AS x WHERE x.table_name = {name} AND x.doing = 'delete' AND o.id = x.row_id
    RETURNING o.id, x.key, {held} AS before
)
INSERT INTO lms_sync_changes (run_id, number, row_id, applied, table_name, action, external_id, before, after)
SELECT %(run)s, %(last)s + row_number() OVER (ORDER BY key, id), id, true, {name}, 'delete', key, before, NULL
FROM gone"""
"""Take rows away that the run made."""

_COLUMNS: Final = """
SELECT attname FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"""

_AGAIN: Final = "UPDATE lms_integrations SET cursor_at = NULL, last_full_sync_at = NULL WHERE id = %s"
"""The next sync reads everything: what a delta would bring is no longer known."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing did.

    Attributes:
        id: its own run.
        run: the run that was taken back.
        counts: kind to action to number of rows.
    """

    id: int
    run: int
    counts: dict[str, dict[str, int]] = field(default_factory=dict)


def undo(
    target: Target,
    run: int,
    *,
    asked_by: str | None = None,
    environment: Environment = Environment.DEVELOPMENT,
    dry_run: bool = False,
) -> Undone:
    """Take a run back.

    Args:
        target: the database.
        run: its key.
        asked_by: person that asked.
        environment: for the audit log.
        dry_run: take that back again in the end.

    Raises:
        UsageError: there is no such run.
        RefusedError: it changed nothing, was taken back, or what it touched was touched since; names the later run.
        LockedError: a sync of the integration goes on.

    Effects: commits rows, journal and its own run, all at once.
    """
    with connect(target, direct=True, purpose=PURPOSE) as connection:
        enter(connection, target.names)
        row = connection.execute(_RUN, [run]).fetchone()
        if row is None:
            raise UsageError(f"There is no run {run}.", remedy="See which there are with: toolbox lms runs")
        with advisory_lock(connection, lock_key(row[0]), wait_s=0, remedy="Try again when it has finished."):
            recording.cut_short(connection, row[0])
            undoing = _Undoing(connection, run, dry_run=dry_run)
            return undoing.run(asked_by, environment)


class _Undoing:
    """One undoing; the lock is held."""

    def __init__(self, connection: psycopg.Connection[Any], run: int, *, dry_run: bool) -> None:
        self._connection, self._undone, self._dry_run = connection, run, dry_run
        self._own, self._last = 0, 0
        self._counts: dict[str, dict[str, int]] = {}

    def run(self, asked_by: str | None, environment: Environment) -> Undone:
        """Check, do it, write it down."""
        try:
            for left in reversed(range(_TRIES)):
                try:
                    self._transaction(asked_by, environment)
                    break
                except _CONCURRENT:
                    if not left:
                        raise
        except psycopg.errors.IntegrityError as error:
            raise RefusedError(
                f"Run {self._undone} can't be taken back: something else refers to what it made, or took its place"
                f" ({error.diag.table_name}, {error.diag.constraint_name})."
            ) from error
        return Undone(self._own, self._undone, self._counts)

    def _transaction(self, asked_by: str | None, environment: Environment) -> None:
        self._last, self._counts = 0, {}
        with self._connection.transaction() as transaction:
            self._all(asked_by, environment)
            if self._dry_run:
                raise psycopg.Rollback(transaction)

    def _all(self, asked_by: str | None, environment: Environment) -> None:
        connection = self._connection
        integration, status, ended = self._row()
        if status not in {"success", "partial"}:
            raise RefusedError(f"Run {self._undone} is {status}: there is nothing to take back.")
        self._refuse_purged()
        connection.execute(_TOUCHED, [self._undone])
        connection.execute("ANALYZE touched")
        self._refuse_later()
        self._refuse_changed(ended)
        said = {"asked_by": asked_by, "undoes": self._undone}
        self._own, _ = recording.begin(connection, integration, "undo", said)
        self._write()
        recording.end(connection, self._own, "success", {"counts": self._counts, "scopes": {"undid": status}})
        self._mark()
        connection.execute(_AGAIN, [integration])
        counts = {f"{kind} {action}": n for kind, of_kind in self._counts.items() for action, n in of_kind.items()}
        details = {"run": self._own, "undoes": self._undone}
        record_change(connection, Change("lms undo", environment, PLATFORM, counts, details, asked_by))

    def _mark(self) -> None:
        """Mark the run as undone; if that was an undoing, what it undid is done again, and so on."""
        run: int | None = self._undone
        status, again = "undone", "success"
        while run is not None:
            row = self._connection.execute(_MARK, {"run": run, "status": status}).fetchone()
            run, again = (row[0], row[1]) if row else (None, again)
            status = again if status == "undone" else "undone"

    def _row(self) -> Any:
        return self._connection.execute(_RUN, [self._undone]).fetchone()

    def _refuse_purged(self) -> None:
        row = self._connection.execute(_PURGED, [self._undone]).fetchone()
        purged_at, erased = row or (None, False)
        if purged_at is not None or erased:
            why = f"it was purged on {purged_at:%Y-%m-%d}" if purged_at else "somebody whom it touched is forgotten"
            raise RefusedError(f"Run {self._undone} can't be taken back: {why}, so nobody knows what rows were before.")

    def _refuse_later(self) -> None:
        later = self._connection.execute(_LATER, {"run": self._undone}).fetchone()
        if later:
            raise RefusedError(
                f"Run {self._undone} can't be taken back: run {later[0]} has touched {later[1]:,} of the same rows"
                f" since, such as {later[2]}.",
                remedy=f"Take that one back first: toolbox lms undo {later[0]}",
            )

    def _refuse_changed(self, ended: Any) -> None:
        for shape in SHAPES:
            query = sql.SQL(_CHANGED_SINCE).format(**self._names(shape), shown=sql.Literal(_SHOWN))
            found = self._connection.execute(query, {"ended": ended}).fetchall()
            if found:
                told = ", ".join(f"{key} ({why})" for key, why in found)
                raise RefusedError(f"Run {self._undone} can't be taken back; in {shape.table}: {told}.")
            self._refuse_carried(shape)

    def _refuse_carried(self, shape: Shape) -> None:
        """Refuse to delete what others hang on, where the database itself would not."""
        for table, column in self._connection.execute(_CARRIED_ALONG, [shape.table]).fetchall():
            query = sql.SQL(
                "SELECT t.key FROM touched AS t WHERE t.table_name = {name} AND t.doing = 'delete'"
                " AND EXISTS (SELECT FROM {table} AS o WHERE o.{column} = t.row_id) LIMIT 1"
            ).format(name=sql.Literal(shape.table), table=sql.SQL(table), column=sql.SQL(column))
            found = self._connection.execute(query).fetchone()
            if found:
                raise RefusedError(
                    f"Run {self._undone} can't be taken back: {found[0]}, which it made, has rows in {table} by now."
                )

    def _write(self) -> None:
        park(self._connection, _ACCOUNTS)
        for shape in SHAPES:
            self._do(_INSERT, shape, "insert")
        for shape in SHAPES:
            self._do(_RESTORE, shape, "update")
        for shape in reversed(SHAPES):
            self._do(_DELETE, shape, "delete")

    def _do(self, query: str, shape: Shape, action: str) -> None:
        columns = shape.kept or [row[0] for row in self._connection.execute(_COLUMNS, [shape.table]).fetchall()]
        comma = sql.SQL(", ")
        hidden = [sql.Identifier("password_hash")] if shape is USERS else []
        composed = sql.SQL(query).format(
            **self._names(shape),
            columns=comma.join(map(sql.Identifier, columns)),
            values=comma.join(sql.Identifier("r", name) for name in columns),
            more=sql.SQL("").join(sql.SQL(", {}").format(name) for name in hidden),
            more_values=sql.SQL("").join(sql.SQL(", {}").format(sql.Literal(UNUSABLE)) for _ in hidden),
            changes=comma.join(sql.SQL("{0} = r.{0}").format(sql.Identifier(name)) for name in columns if name != "id"),
            after=row_of(shape, "t"),
            held=held_row(shape, "o"),
        )
        done = self._connection.execute(composed, {"run": self._own, "last": self._last}).rowcount
        self._last += done
        if done:
            self._counts.setdefault(shape.kind, {})[action] = done

    def _names(self, shape: Shape) -> dict[str, sql.Composable]:
        return {"table": sql.Identifier(shape.table), "name": sql.Literal(shape.table), "row": row_of(shape, "o")}
