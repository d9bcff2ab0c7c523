"""Where records stand between the source and the tables: temporary tables that end with the session."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any, Final, NamedTuple

import psycopg
from psycopg import sql
from psycopg.copy import QueuedLibpqWriter

from toolbox_cli.core.findings import Severity
from toolbox_cli.lms.sources.records import Course, Fault, Kind, Record, Scope
from toolbox_cli.lms.sync.reading.lines import PART, RAW, Dated, Lines, escaped, lines_of, raws_of

_WITH_RAW: Final = frozenset({Kind.COURSE, Kind.ASSIGNMENT})
_FAULTS_AT_ONCE: Final = 5_000
_COURSES_AT_ONCE: Final = 1_000
_BLOCKS: Final = 32
"""Pages that may wait for the server."""

_TABLES: Final = """
SET SESSION temp_buffers = '128MB';
SET SESSION default_statistics_target = 10;
CREATE TEMPORARY TABLE stage_course (place bigint GENERATED ALWAYS AS IDENTITY, line text NOT NULL, raw text, {digest});
CREATE TEMPORARY TABLE stage_user (line text NOT NULL, {digest});
CREATE TEMPORARY TABLE stage_enrollment (line text NOT NULL, {digest});
CREATE TEMPORARY TABLE stage_assignment (line text NOT NULL, raw text, {digest});
CREATE TEMPORARY TABLE stage_scopes (kind text, key text, PRIMARY KEY (kind, key));
CREATE TEMPORARY TABLE stage_issues (
    number integer GENERATED ALWAYS AS IDENTITY, code text, severity text, kind text, external_id text, field text,
    message text, remedy text, place text, scope_key text
)"""
"""Records as lines with digests; scopes that were read whole; issues, also of records that stay out.

How many rows there are is nearly all that is to be known of them and of what is made from them, so little is sampled.
"""

_DIGEST: Final = "digest bytea GENERATED ALWAYS AS (substr(sha256(replace(line, '\\', '\\\\')::bytea), 1, 16)) STORED"
"""First half of SHA-256: made where it costs least, by the server while it copies."""

_COURSES: Final = """
SELECT place, split_part(line, {part}, 1), split_part(line, {part}, 2)
FROM stage_course AS s
WHERE place > %(after)s AND right(line, 1) <> 't' AND NOT EXISTS (
    SELECT FROM lms_courses AS c WHERE c.lms_integration_id = %(integration)s
    AND c.external_course_id = split_part(line, {part}, 1) AND c.auto_sync_enabled IS FALSE)
ORDER BY place LIMIT %(limit)s"""
"""Courses that were read, in that order, without those that syncs leave out."""

_HELD_COURSES: Final = """
SELECT c.external_course_id, c.title FROM lms_courses AS c
WHERE c.lms_integration_id = %(integration)s AND c.status = 'active' AND c.auto_sync_enabled IS NOT FALSE
  AND NOT EXISTS (SELECT FROM stage_course AS s WHERE split_part(s.line, {part}, 1) = c.external_course_id)
ORDER BY 1"""
"""Courses that we hold and that were not read."""


class ScopeRead(NamedTuple):
    """What was read of a kind.

    Attributes:
        whole: what is not among the records is not there.
        complete: keys of scopes that were read whole, of a kind that is read course by course.
        empty: keys of such scopes, or "", that came without a single record.
    """

    records: int
    whole: bool
    complete: frozenset[str]
    broken: tuple[str, ...]
    empty: frozenset[str]


class _Writer(QueuedLibpqWriter):
    """Writes beside the reading; where the server is slower, reading waits, so that little is held in memory."""

    def __init__(self, cursor: psycopg.Cursor[Any]) -> None:
        super().__init__(cursor)
        self._queue = type(self._queue)(_BLOCKS)


class Stage:
    """Takes records and faults in.

    Args:
        connection: in autocommit; nobody else uses it.
        integration: whose records they are.
        today: says how enrollments stand.
    """

    def __init__(self, connection: psycopg.Connection[Any], integration: Any, today: datetime.date) -> None:
        self._connection, self._integration, self._dated = connection, integration, Dated(today)
        connection.execute(sql.SQL(_TABLES).format(digest=sql.SQL(_DIGEST)))
        self._open: tuple[Kind, ExitStack, psycopg.Copy] | None = None
        self._faults: list[tuple[Any, ...]] = []
        self._counts: Counter[Scope] = Counter()
        self._complete: dict[Scope, bool] = {}
        self._records: Counter[Kind] = Counter()

    def write(self, scope: Scope, records: Sequence[Record]) -> int:
        """Take records in; give how many of their kind there are now."""
        if records:
            lines = lines_of(scope.kind, records, self._dated)
            self._counts[scope] += len(records)
            self._records[scope.kind] += len(lines.lines)
            for one in lines.lost:
                self.fault(scope, _unusable(scope.kind, one))
            self._copy(scope.kind, self._block(scope.kind, records, lines))
        return self._records[scope.kind]

    def fault(self, scope: Scope, fault: Fault) -> None:
        """Take a fault in; who it is about counts as there."""
        self._counts[scope] += fault.id is not None
        if fault.id is None and fault.severity is Severity.ERROR:
            self._complete[scope] = False
        self._faults.append((
            fault.code, fault.severity.value, fault.kind.value, fault.id, fault.field, fault.message, fault.remedy,
            fault.place, scope.key,
        ))  # fmt: skip
        if len(self._faults) >= _FAULTS_AT_ONCE:
            self.settle()

    def complete(self, scope: Scope) -> None:
        """Note that a scope was read whole; not if something says otherwise."""
        self._counts[scope] += 0
        self._complete.setdefault(scope, True)

    def broken(self, scope: Scope, fault: Fault) -> None:
        """Note that a scope can't be read."""
        self._complete[scope] = False
        self.fault(scope, fault)

    def settle(self) -> None:
        """Finish what is being copied, so that the connection is free."""
        if self._open:
            _, stack, _ = self._open
            self._open = None
            stack.close()
        if self._faults:
            names = "code, severity, kind, external_id, field, message, remedy, place, scope_key"
            with self._connection.cursor().copy(f"COPY stage_issues ({names}) FROM STDIN") as copy:
                for row in self._faults:
                    copy.write_row([part.replace("\0", " ") if isinstance(part, str) else part for part in row])
            self._faults.clear()

    def courses(self, *, held: bool) -> Iterator[Course]:
        """Give the courses that were read.

        Args:
            held: also those that we hold and that were not read, which stand as long as nobody said otherwise.
        """
        values = {"integration": self._integration, "limit": _COURSES_AT_ONCE, "after": 0}
        seen: set[str] = set()
        while rows := self._ask(_COURSES, values):
            for place, key, title in rows:
                values["after"] = place
                if key not in seen:
                    seen.add(key)
                    yield Course(key, title)
        if held:
            yield from (Course(key, title) for key, title in self._ask(_HELD_COURSES, values))

    def finish(self, *, trusted: bool) -> dict[str, ScopeRead]:
        """Settle, and say what was read of each kind.

        Args:
            trusted: False where nothing is complete whatever was said, as in a delta.
        """
        self.settle()
        tables = ", ".join(f"stage_{kind.value} (digest)" for kind in Kind)
        self._connection.execute(f"ANALYZE {tables}".encode())
        found = {kind.value: self._of(kind, trusted) for kind in Kind}
        with self._connection.cursor() as cursor, cursor.copy("COPY stage_scopes FROM STDIN") as copy:
            for kind, read in found.items():
                for key in read.complete:
                    copy.write_row((kind, key))
        return found

    def _of(self, kind: Kind, trusted: bool) -> ScopeRead:
        states = {scope.key: state and trusted for scope, state in self._complete.items() if scope.kind is kind}
        complete = frozenset(key for key, state in states.items() if state and key)
        broken = tuple(sorted(scope.key for scope, ok in self._complete.items() if scope.kind is kind and not ok))
        empty = frozenset(key for key, state in states.items() if state and not self._counts[Scope(kind, key)])
        return ScopeRead(self._records[kind], states.get("", False), complete, broken, empty)

    def _block(self, kind: Kind, records: Sequence[Record], lines: Lines) -> str:
        if kind not in _WITH_RAW:
            return lines.for_copy()
        raws = [r"\N"] * len(lines.lines) if lines.lost else raws_of(records)
        return "".join(f"{escaped(line)}{RAW}{raw}\n" for line, raw in zip(lines.lines, raws, strict=True))

    def _copy(self, kind: Kind, block: str) -> None:
        if self._open is None or self._open[0] is not kind:
            self.settle()
            columns = "line, raw" if kind in _WITH_RAW else "line"
            stack = ExitStack()
            statement = f"COPY stage_{kind.value} ({columns}) FROM STDIN (DELIMITER E'\\x1e')"
            cursor = self._connection.cursor()
            # The server copies and digests while the next page is read.
            copy = stack.enter_context(cursor.copy(statement.encode(), writer=_Writer(cursor)))
            self._open = kind, stack, copy
        if block:
            self._open[2].write(block)

    def _ask(self, query: str, values: dict[str, Any]) -> Iterable[Any]:
        self.settle()
        return self._connection.execute(sql.SQL(query).format(part=sql.Literal(PART)), values).fetchall()


def _unusable(kind: Kind, key: str) -> Fault:
    return Fault(
        "lms-control-character", "Its keys have control characters in them; the record is left out.", kind,
        id=key or None, severity=Severity.ERROR,
    )  # fmt: skip
