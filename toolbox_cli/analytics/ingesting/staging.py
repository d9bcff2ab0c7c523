"""Batches of events on their way into the tables: copied, and judged by set statements.

All of it happens in one transaction that a lock keeps to one run at a time, so an id that is not among the events that
were taken in is not about to come there by another run.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg import sql
from psycopg.types.json import Jsonb

from toolbox_cli import __version__
from toolbox_cli.analytics.ingesting.faults import Fault, Reason
from toolbox_cli.analytics.ingesting.reading.lines import Line
from toolbox_cli.analytics.ingesting.shapes.shape import Event, Reference, Shape
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.transaction import Connection

_OWN: Final = "number integer, event_id text, content_sha256 text, line_sha256 text, happened_at timestamptz"
_NAME: Final = "_named"
"""Behind a column's name: what names the row where that is no number."""

_ASIDE: Final = (
    "number", "reason", "detail", "form", "event_id", "event_type", "content", "size_bytes", "content_sha256",
    "source", "line",
)  # fmt: skip
_STAGE_ASIDE: Final = """
CREATE TEMPORARY TABLE stage_aside (
    number integer, reason text, detail text, form text, event_id text, event_type text, content bytea,
    size_bytes bigint, content_sha256 text, source text, line bigint
) ON COMMIT DROP"""
_SET_ASIDE: Final = """
INSERT INTO toolbox.quarantined_events AS q
    (reason, detail, form, event_id, event_type, content, size_bytes, content_sha256, source, line, tool_version)
SELECT DISTINCT ON (content_sha256)
    reason, detail, form, event_id, event_type, content, size_bytes, content_sha256, source, line, %(version)s
FROM stage_aside ORDER BY content_sha256, number
ON CONFLICT (content_sha256) DO UPDATE SET
    reason = EXCLUDED.reason, detail = EXCLUDED.detail, form = EXCLUDED.form, event_id = EXCLUDED.event_id,
    event_type = EXCLUDED.event_type, source = EXCLUDED.source, line = EXCLUDED.line, released_at = NULL,
    content = EXCLUDED.content, seen_at = greatest(now(), q.quarantined_at), tool_version = EXCLUDED.tool_version
RETURNING xmax = 0"""

_KNOWN: Final = """
DELETE FROM {stage} AS s USING toolbox.ingested_events AS i
WHERE i.event_id = s.event_id RETURNING s.number, i.content_sha256 = s.content_sha256"""
_RESOLVE: Final = """
UPDATE {stage} AS s SET {column} = r.{key} FROM {table} AS r WHERE r.{name} = s.{named}"""
_LOST: Final = """
WITH judged AS (SELECT s.number, array_remove(ARRAY[{judged}], NULL) AS lost FROM {stage} AS s)
DELETE FROM {stage} AS s USING judged AS j
WHERE j.number = s.number AND cardinality(j.lost) > 0 RETURNING s.number, j.lost"""
_LOST_ONE: Final = """
CASE WHEN {owed} AND NOT EXISTS (SELECT FROM {table} AS r WHERE r.{key} = s.{column}) THEN {told} END"""
_TWICE: Final = """
WITH first AS (SELECT event_id, min(number) AS number FROM {stage} GROUP BY event_id HAVING count(*) > 1)
DELETE FROM {stage} AS s USING first AS f, {stage} AS o
WHERE s.event_id = f.event_id AND s.number > f.number AND o.number = f.number
RETURNING s.number, o.content_sha256 = s.content_sha256"""
_RELEASE: Final = """
UPDATE toolbox.quarantined_events AS q SET released_at = greatest(now(), q.seen_at), content = ''
FROM {stage} AS s WHERE q.content_sha256 = s.line_sha256 AND q.released_at IS NULL"""
_REMEMBER: Final = """
INSERT INTO toolbox.ingested_events (event_id, platform, content_sha256, happened_at)
SELECT event_id, {platform}, content_sha256, happened_at FROM {stage} ORDER BY event_id"""
_TAKE: Final = "INSERT INTO {table} ({columns}) SELECT {columns} FROM {stage} ORDER BY number"


@dataclass(frozen=True, slots=True)
class Aside:
    """A line that is not taken in.

    Attributes:
        number: its place in the batch.
        event_id: what it calls itself, as far as that can be kept.
        event_type: its type, as far as that can be kept.
    """

    number: int
    line: Line
    fault: Fault
    form: str
    event_id: str | None = None
    event_type: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a batch of one kind.

    Attributes:
        taken: events that are new.
        known: events that had come before, in this batch or earlier.
        faults: place in the batch, and why it is not taken in.
    """

    taken: int
    known: int
    faults: tuple[tuple[int, Fault], ...]


class Stage:
    """A temporary table for one kind of events.

    Args:
        connection: in the run's transaction.
        names: of the schemas there.
        shape: of the events.
        releases: whether lines that were set aside earlier may be among them.
    """

    def __init__(self, connection: Connection, names: Names, shape: Shape, *, releases: bool) -> None:
        self._connection, self._names, self._shape, self._releases = connection, names, shape, releases
        self._stage = sql.Identifier(f"stage_{shape.table}")
        columns = sql.SQL(", ").join([sql.SQL(_OWN), *self._definitions()])
        connection.execute(sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP").format(self._stage, columns))

    def settle(self, batch: Sequence[tuple[int, Line, Event]]) -> Settled:
        """Take a batch in: number, line and event of each, the numbers rising."""
        if not batch:
            return Settled(0, 0, ())
        self._copy(batch)
        known, others = self._came_before(_KNOWN)
        for one in self._named:
            self._run(_RESOLVE, **self._of(one), name=sql.Identifier(one.by_name or ""))
        lost = list(self._lost())
        twice, contradicting = self._came_before(_TWICE)
        if self._releases:
            self._run(_RELEASE)
        self._run(_REMEMBER, platform=sql.Literal(self._shape.platform))
        taken = self._run(_TAKE, table=self._table(self._shape.table), columns=self._loaded()).rowcount
        self._run("TRUNCATE {stage}")
        return Settled(taken, known + twice, (*others, *lost, *contradicting))

    @property
    def _named(self) -> tuple[Reference, ...]:
        return tuple(one for one in self._shape.references if one.by_name)

    def _definitions(self) -> Iterator[sql.Composable]:
        named = {one.column for one in self._named}
        for name, (_, kind) in self._shape.fields.items():
            yield sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL("integer" if name in named else kind))
        for name in sorted(named):
            yield sql.SQL("{} text").format(sql.Identifier(name + _NAME))

    def _copy(self, batch: Sequence[tuple[int, Line, Event]]) -> None:
        named = [self._shape.columns.index(name) for name in sorted(one.column for one in self._named)]
        with (
            self._connection.cursor() as cursor,
            cursor.copy(sql.SQL("COPY {} FROM STDIN").format(self._stage)) as copy,
        ):
            for number, line, event in batch:
                digest = line.sha256 if self._releases else None
                own = (number, event.event_id, event.sha256, digest, event.happened_at)
                names = [event.values[place] if isinstance(event.values[place], str) else None for place in named]
                copy.write_row((*own, *_adapted(event.values, named), *names))

    def _came_before(self, statement: str) -> tuple[int, list[tuple[int, Fault]]]:
        """Take out what has an id that came before: how many say the same, and the faults of the others."""
        gone = self._run(statement).fetchall()
        faults = [(number, _other_content()) for number, same in gone if not same]
        return len(gone) - len(faults), faults

    def _lost(self) -> Iterator[tuple[int, Fault]]:
        """Take out what refers to something that is not there."""
        judged = sql.SQL(", ").join(
            sql.SQL(_LOST_ONE).format(
                owed=sql.SQL("true")
                if one in self._named
                else sql.SQL("s.{} IS NOT NULL").format(sql.Identifier(one.column)),
                told=sql.Literal(one.column),
                **self._of(one),
            )
            for one in self._shape.references
        )
        tables = {one.column: one.table for one in self._shape.references}
        for number, lost in self._run(_LOST, judged=judged).fetchall():
            told = "; ".join(f"{name} is no row of {self._shape.platform}.{tables[name]}" for name in lost)
            yield number, Fault(Reason.UNKNOWN_REFERENCE, told, field=lost[0])

    def _of(self, one: Reference) -> dict[str, sql.Composable]:
        return {
            "table": self._table(one.table),
            "key": sql.Identifier(one.key),
            "column": sql.Identifier(one.column),
            "named": sql.Identifier(one.column + _NAME),
        }

    def _table(self, name: str) -> sql.Identifier:
        return sql.Identifier(self._names.schema(self._shape.platform), name)

    def _loaded(self) -> sql.Composable:
        return sql.SQL(", ").join(map(sql.Identifier, self._shape.columns))

    def _run(self, statement: str, **parts: sql.Composable) -> Any:
        text = sql.SQL(statement)
        used = {name: part for name, part in parts.items() if f"{{{name}}}" in statement}
        return self._connection.execute(text.format(stage=self._stage, **used))


class Quarantine:
    """Keeps lines that are not taken in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        connection.execute(_STAGE_ASIDE)

    def has_any(self) -> bool:
        """Say whether lines are here that were not taken in later."""
        found = self._connection.execute(
            "SELECT EXISTS (SELECT FROM toolbox.quarantined_events WHERE released_at IS NULL)"
        ).fetchone()
        return bool(found and found[0])

    def settle(self, batch: Sequence[Aside]) -> int:
        """Keep lines, each once however often it comes; give how many are here for the first time."""
        if not batch:
            return 0
        with self._connection.cursor() as cursor:
            with cursor.copy(f"COPY stage_aside ({', '.join(_ASIDE)}) FROM STDIN".encode()) as copy:
                for one in batch:
                    copy.write_row(_aside(one))
            fresh: int = sum(is_new for (is_new,) in cursor.execute(_SET_ASIDE, {"version": __version__}))
            cursor.execute("TRUNCATE stage_aside")
        return fresh


def _aside(one: Aside) -> tuple[Any, ...]:
    line = one.line
    return (
        one.number, one.fault.reason.value, one.fault.detail, one.form, one.event_id, one.event_type, line.content,
        line.size_bytes, line.sha256, line.source, line.number,
    )  # fmt: skip


def _adapted(values: Sequence[Any], named: Sequence[int]) -> Iterator[Any]:
    for place, value in enumerate(values):
        if isinstance(value, dict):
            yield Jsonb(value)
        elif isinstance(value, list):
            yield [Jsonb(one) for one in value]
        else:
            yield None if place in named and isinstance(value, str) else value


def _other_content() -> Fault:
    return Fault(
        Reason.OTHER_CONTENT,
        "an event of this id came before, and said something else",
        field="event_id",
        remedy="Give each event an id of its own; the one that came first stands.",
    )
