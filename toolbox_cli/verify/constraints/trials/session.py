"""A transaction in which rows are tried and nothing stays: no row, no statistics, no sequence value.

But for the sequence of the queue's events, which its triggers draw from.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg

from toolbox_cli.core.database.names import quote
from toolbox_cli.verify.constraints.server.role import Role
from toolbox_cli.verify.constraints.server.wire import Command, Reply, exchange, refuse_errors, run
from toolbox_cli.verify.constraints.trials.trial import Places, Told, Trial, judge

SETTINGS: Final[Mapping[str, str]] = {
    "statement_timeout": "20s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "0",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "extra_float_digits": "1",
    "jit": "off",
}

GUARDED: Final[Mapping[str, str]] = {"track_counts": "off", "session_replication_role": "origin"}
"""What only some roles may set: not to be counted in the statistics, and to be held to keys and triggers."""

_SET: Final = "SELECT set_config($1, $2, true)"
_SET_IF_ALLOWED: Final = "SELECT set_config($1, $2, true) WHERE has_parameter_privilege($1, 'SET')"
_STATE: Final = "SELECT pg_is_in_recovery(), current_setting('session_replication_role')"

_PARTITIONS: Final = """
SELECT 'table', c.relname, '', root.relname FROM pg_class AS c
JOIN pg_class AS root ON root.oid = pg_partition_root(c.oid)
WHERE c.relispartition AND c.relkind IN ('r', 'p') AND c.relnamespace = $1::regnamespace
UNION ALL
SELECT 'rule', t.relname, k.conname, root.conname FROM pg_constraint AS k
JOIN pg_class AS t ON t.oid = k.conrelid AND t.relispartition
CROSS JOIN LATERAL (
    WITH RECURSIVE up AS (
        SELECT k.oid, k.conparentid, k.conname
        UNION ALL SELECT p.oid, p.conparentid, p.conname FROM up JOIN pg_constraint AS p ON p.oid = up.conparentid
    ) SELECT conname FROM up WHERE conparentid = 0) AS root
WHERE k.contype <> 'n' AND t.relnamespace = $1::regnamespace
UNION ALL
SELECT 'rule', t.relname, c.relname, root.relname FROM pg_index AS i
JOIN pg_class AS t ON t.oid = i.indrelid AND t.relispartition
JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_class AS root ON root.oid = pg_partition_root(c.oid)
WHERE i.indisunique AND t.relnamespace = $1::regnamespace"""


@dataclass
class Session:
    """One connection, in its transaction.

    Attributes:
        schema: that is proved; unquoted.
        live: in the target itself.
        role: whose rights the trials are made with; None for our own.
        replica: keys and triggers are not asked, for this session runs as a replica.
        places: what the server calls the parts of partitioned tables.
    """

    connection: psycopg.Connection[Any]
    schema: str
    live: bool = False
    role: Role | None = None
    replica: bool = False
    places: Places = field(default_factory=Places)

    def attempt(self, trials: Sequence[Trial], standing: Sequence[Command] = ()) -> list[Told]:
        """Make trials, each from the same state and with nothing of it left.

        Args:
            trials: of any claims.
            standing: what is done first, and stays.

        Raises:
            RefusedError: what should have stayed was refused.
        """
        if not trials and not standing:
            return []
        back = Command("ROLLBACK TO trial")
        stretches = [
            [*standing, Command("SAVEPOINT trial")],
            *([back, *self._played(trial)] for trial in trials),
            [back, Command("RELEASE trial")],  # it holds nothing any more, so that no subtransaction stays behind
        ]
        first, *others, _ = exchange(self.connection, stretches)
        refuse_errors(first)
        return [
            judge(trial, self._told(trial, replies[1:]), self.places, limited=self._role_of(trial) is not None)
            for trial, replies in zip(trials, others, strict=True)
        ]

    def _played(self, trial: Trial) -> Iterator[Command]:
        yield from trial.before
        role = self._role_of(trial)
        if role is not None:
            yield from role.assumed()
        yield trial.act
        if role is not None:
            yield Command("SET LOCAL ROLE NONE")
        if trial.look is not None:
            yield trial.look.command

    def _role_of(self, trial: Trial) -> Role | None:
        return self.role if trial.as_role else None

    def _told(self, trial: Trial, replies: Sequence[Reply]) -> list[Reply]:
        """Leave out what was said to the change of roles."""
        role = self._role_of(trial)
        if role is None:
            return list(replies)
        act = len(trial.before) + len([*role.assumed()])
        return [*replies[: len(trial.before)], replies[act], *replies[act + 2 :]]


@contextmanager
def session(
    connection: psycopg.Connection[Any], schema: str, *, live: bool = False, role: str | None = None
) -> Iterator[Session]:
    """Open the transaction, and roll it back in the end.

    Args:
        connection: idle and in autocommit.
        schema: that is proved.
        live: whether others use the database.
        role: whose rights the trials are made with.

    Raises:
        RefusedError: the server is a standby or takes no writes, or the role can't be taken on.
    """
    settings = {**SETTINGS, "search_path": f"{quote(schema)}, pg_temp"}
    begun = run(
        connection,
        Command("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"),
        *(Command(_SET, each) for each in settings.items()),
        *(Command(_SET_IF_ALLOWED, each) for each in GUARDED.items()),
        Command("SET CONSTRAINTS ALL IMMEDIATE"),
        Command(_STATE),
        Command(_PARTITIONS, (quote(schema),)),
    )
    try:
        refuse_errors(begun)
        state, parts = begun[-2].rows[0], begun[-1].rows
        assumed = Role.read(connection, role) if role else None
        replica = state[1] == "replica" or bool(assumed and assumed.is_replica)
        yield Session(connection, schema, live, assumed, replica, _places(parts))
    finally:
        if not connection.closed:
            run(connection, Command("ROLLBACK"))


def _places(rows: Sequence[tuple[str | None, ...]]) -> Places:
    texts = [tuple(str(value) for value in row) for row in rows]
    return Places(
        {table: whole for kind, table, _, whole in texts if kind == "table"},
        {(table, rule): whole for kind, table, rule, whole in texts if kind == "rule"},
    )
