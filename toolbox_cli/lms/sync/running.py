"""Sync one integration: lock, read everything, compare, guard, and change all of it or nothing."""

import datetime
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

import psycopg
from psycopg import IsolationLevel, Rollback

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.locks import advisory_lock
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError, ToolboxError, UnreachableError
from toolbox_cli.core.http.errors import HttpError
from toolbox_cli.lms.sources.source import Source
from toolbox_cli.lms.sync import recording
from toolbox_cli.lms.sync.guarding import Guard, fingerprint
from toolbox_cli.lms.sync.journal import Journal
from toolbox_cli.lms.sync.planning.plan import make_plan
from toolbox_cli.lms.sync.reading.pages import read_source
from toolbox_cli.lms.sync.reading.stage import ScopeRead, Stage
from toolbox_cli.lms.sync.rules import Integration, read_integration
from toolbox_cli.lms.sync.wishes import Connection, Step, SyncRun, Tripped, Watch, Wishes

PURPOSE: Final = "toolbox lms sync"
PLATFORM: Final = "toolboxai"

_LOOK: Final = "Look at what it holds, and approve it if that is meant: toolbox lms run RUN --diff"
_TRIES: Final = 3
"""How often the transaction is tried: others may write accounts at the same time."""

_EARLY: Final = datetime.timedelta(hours=6)
"""How long before its time a full sync is due: what runs each night begins before the last one's end, a day later."""

_DAY: Final = "SELECT (now() AT TIME ZONE %s)::date, clock_timestamp()"
_HELD: Final = "SELECT status, mode, diff_hash FROM lms_sync_runs WHERE id = %s AND lms_integration_id = %s"
_LATER: Final = (psycopg.errors.SerializationFailure, psycopg.errors.UniqueViolation, psycopg.errors.DeadlockDetected)


def sync(
    target: Target,
    integration: str | uuid.UUID,
    source: Source,
    wishes: Wishes | None = None,
    watch: Watch | None = None,
) -> SyncRun:
    """Bring what an integration has into the database.

    Args:
        target: the database; the platform of learning lives in it.
        integration: its name or key.
        source: the same integration, opened; it stays open.
        wishes: how.
        watch: hears how it goes.

    Returns:
        What was done. A source that can't be read is told there, not raised: the run is written down as failed.

    Raises:
        UsageError: there is no such integration, or it is switched off.
        ConfigurationError: its settings can't be used.
        RefusedError: the run to approve does not wait for that.
        LockedError: another sync of it goes on.
        UnreachableError: the database.

    Effects: commits the run when it begins and, with all that it did, when it ends; in a dry run nothing.
    """
    wishes, watch = wishes or Wishes(), watch or Watch()
    with connect(target, direct=True, purpose=PURPOSE) as connection:
        enter(connection, target.names)
        known = read_integration(connection, integration)
        with advisory_lock(connection, lock_key(known.id), wait_s=0, remedy="Try again when it has finished."):
            watch.at(Step.LOCKED)
            return _Sync(connection, known, source, wishes, watch).run()


def enter(connection: Connection, names: Names) -> None:
    """Let the names of tables mean the platform's, and a transaction see one state of them.

    Args:
        connection: in autocommit, nobody else's.
        names: of the database.
    """
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    path = f"{names.quoted(PLATFORM)}, pg_temp"
    connection.execute(
        "SELECT set_config('search_path', %s, false), set_config('work_mem', '128MB', false),"
        " set_config('TimeZone', 'UTC', false), set_config('jit', 'off', false),"
        " set_config('random_page_cost', '1.1', false)",
        [path],
    )


def lock_key(integration: uuid.UUID) -> int:
    """Give the advisory lock of an integration; far from the ones with names."""
    return integration.int & 0x3FFFFFFF | 0x40000000


class _Sync:
    """One sync; the lock is held."""

    def __init__(
        self, connection: Connection, integration: Integration, source: Source, wishes: Wishes, watch: Watch
    ) -> None:
        self._connection, self._integration, self._source = connection, integration, source
        self._wishes, self._watch = wishes, watch
        self._approved = self._held_run(wishes.approve) if wishes.approve is not None else None
        day, self._started = _clock(connection, integration.zone)
        self._today = wishes.today or day
        self._since = None if self._full() else self._cursor()
        self._mode = "full" if self._since is None else "delta"
        self._run = 0

    def run(self) -> SyncRun:
        """Do it."""
        if not self._wishes.dry_run:
            recording.cut_short(self._connection, self._integration.id)
            self._begin()
        self._watch.at(Step.STARTED)
        stage = Stage(self._connection, self._integration.id, self._today)
        try:
            read_source(self._source, stage, self._integration, self._since, self._watch)
            read = stage.finish(trusted=self._mode == "full")
            self._watch.at(Step.READ)
            done = self._try(read)
        except UnreachableError as error:
            return self._failed(stage, error, "lms-unreachable")
        except BaseException as error:
            told = error if isinstance(error, ToolboxError) else ToolboxError(f"{type(error).__name__}: {error}")
            with suppress(psycopg.Error):
                self._failed(stage, told, "lms-fault" if isinstance(error, Exception) else "lms-interrupted")
            raise
        self._watch.at(Step.COMMITTED)
        return done

    def _begin(self) -> None:
        said = {"asked_by": self._wishes.asked_by, "approves": self._wishes.approve}
        self._run, _ = recording.begin(self._connection, self._integration.id, self._mode, said)

    def _held_run(self, run: int) -> tuple[str, str]:
        """Give mode and digest of the run that is approved."""
        row = self._connection.execute(_HELD, [run, self._integration.id]).fetchone()
        if row is None or row[0] != "held":
            state = "is none of this integration" if row is None else f"is {row[0]}"
            raise RefusedError(
                f"Run {run} can't be approved: it {state}.", remedy="See which are held with: toolbox lms runs"
            )
        return row[1], row[2]

    def _full(self) -> bool:
        """Tell whether everything is read."""
        known = self._integration
        if self._wishes.full or not self._source.knows.changes or known.cursor_at is None:
            return True
        if self._approved is not None:
            return self._approved[0] == "full"
        last, period = known.last_full_sync_at, datetime.timedelta(days=known.full_sync_days)
        return last is None or self._started - last >= period - min(_EARLY, period / 2)

    def _cursor(self) -> datetime.datetime | None:
        at = self._integration.cursor_at
        return None if at is None else at - self._integration.overlap

    def _try(self, read: Mapping[str, ScopeRead]) -> SyncRun:
        for left in reversed(range(_TRIES)):
            try:
                return self._transaction(read)
            except _LATER:
                if not left:
                    raise
        raise AssertionError  # pragma: no cover

    def _transaction(self, read: Mapping[str, ScopeRead]) -> SyncRun:
        with self._connection.transaction() as transaction:
            if self._wishes.dry_run:
                self._begin()
            done = self._decide(read)
            self._watch.at(Step.APPLIED)
            self._watch.look(self._connection, self._run)
            if self._wishes.dry_run:
                raise Rollback(transaction)
        return done

    def _decide(self, read: Mapping[str, ScopeRead]) -> SyncRun:
        """Plan, guard, and do it or hold it."""
        by_dates = not self._source.knows.standing
        unchanged = make_plan(self._connection, self._integration, self._run, self._today, read, by_dates=by_dates)
        self._watch.at(Step.PLANNED)
        limits = self._wishes.limits or self._integration.limits
        tripped = Guard(self._connection, self._integration.id, limits).trips(read)
        digest = fingerprint(self._connection) if tripped or self._approved or self._wishes.dry_run else None
        approved = self._approved is not None and self._approved[1] == digest
        hold = bool(tripped) and not approved or self._approved is not None and not approved
        journal = Journal(self._connection, self._run)
        counts = journal.counts()
        if hold:
            journal.hold()
            recording.tell_issues(self._connection, _holds(tripped, self._differs() if self._approved else None))
        else:
            journal.apply()
        issues = recording.keep_issues(self._connection, self._run)
        status = "held" if hold else self._status(read, issues)
        scopes = {kind: _told(of_kind, unchanged[kind]) for kind, of_kind in read.items()}
        done = SyncRun(
            self._run, self._integration.name, self._integration.id, self._mode, status, counts, scopes,
            issues,
            tripped if hold else (), digest, dry_run=self._wishes.dry_run,
        )  # fmt: skip
        self._record(done, self._why(done, tripped), read)
        return done

    def _status(self, read: Mapping[str, ScopeRead], issues: Mapping[str, int]) -> str:
        broken = any(of_kind.broken for of_kind in read.values())
        return "partial" if broken or issues.get("warning") or issues.get("error") else "success"

    def _why(self, done: SyncRun, tripped: tuple[Tripped, ...]) -> tuple[str | None, str | None]:
        """Say in a code and a sentence why it is no success."""
        if done.status == "held" and self._approved is not None:
            return "lms-approval-differs", self._differs()
        if done.status == "held":
            return "lms-limits", "; ".join(map(str, tripped)) + "."
        if done.status == "partial":
            count = done.issues.get("warning", 0) + done.issues.get("error", 0)
            return None, f"{count:,} records have faults, or some could not be read."
        return None, None

    def _differs(self) -> str:
        return f"What is to change is not what run {self._wishes.approve} holds."

    def _record(self, done: SyncRun, why: tuple[str | None, str | None], read: Mapping[str, ScopeRead]) -> None:
        connection, known = self._connection, self._integration
        said = {"counts": done.counts, "scopes": done.scopes, "diff_hash": done.diff_hash}
        recording.end(connection, self._run, done.status, said | {"error_code": why[0], "error_message": why[1]})
        recording.overtake(connection, known.id, self._run)
        whole = done.status != "held" and not any(of_kind.broken for of_kind in read.values())
        full = whole and self._mode == "full"
        onwards = self._source.knows.changes and (full or whole and done.status == "success")
        recording.tell_integration(
            connection, known, done.status, why[1], self._started if onwards else None, was_full=full
        )
        counts = {f"{kind} {action}": n for kind, of_kind in done.counts.items() for action, n in of_kind.items()}
        details = {"integration": known.name, "run": self._run, "status": done.status}
        record_change(connection, Change(
            "lms sync", self._wishes.environment, PLATFORM, counts, details, self._wishes.asked_by
        ))  # fmt: skip

    def _failed(self, stage: Stage, error: ToolboxError, code: str) -> SyncRun:
        """Write down that it failed; nothing else has changed."""
        failed = SyncRun(
            self._run, self._integration.name, self._integration.id, self._mode, "failed", error=error,
            dry_run=self._wishes.dry_run,
        )  # fmt: skip
        with suppress(psycopg.Error):
            stage.settle()
        with self._connection.transaction():
            recording.tell_issues(self._connection, [_failure(error, code)])
            if self._wishes.dry_run:
                return replace(failed, issues=recording.count_issues(self._connection))
            issues = recording.keep_issues(self._connection, self._run)
            said: dict[str, Any] = {"error_code": code, "error_message": error.message}
            recording.end(self._connection, self._run, "failed", said)
            recording.tell_integration(self._connection, self._integration, "failed", error.message)
        return replace(failed, issues=issues)


def _clock(connection: Connection, zone: str) -> tuple[datetime.date, datetime.datetime]:
    """Give the day in a zone, and the moment."""
    row = connection.execute(_DAY, [zone]).fetchone()
    if row is None:  # pragma: no cover
        raise AssertionError
    return row[0], row[1]


def _failure(error: ToolboxError, code: str) -> dict[str, Any]:
    """Say as an issue why a run failed, and where."""
    place = error.reply.place if isinstance(error, HttpError) and error.reply else None
    return {"code": code, "severity": "error", "message": error.message, "remedy": error.remedy, "place": place}


def _holds(tripped: tuple[Tripped, ...], differs: str | None) -> Iterator[dict[str, Any]]:
    """Say as issues why a run is held."""
    if differs:
        yield {"code": "lms-approval-differs", "severity": "warning", "message": differs, "remedy": _LOOK}
    for one in tripped:
        yield {
            "code": "lms-limits", "severity": "warning", "kind": one.kind, "message": f"{one}.", "remedy": _LOOK,
            "external_id": one.name if one.level == "course" else None,
        }  # fmt: skip


def _told(read: ScopeRead, unchanged: int) -> dict[str, Any]:
    return {
        "records": read.records, "unchanged": unchanged, "whole": read.whole, "complete": len(read.complete),
        "broken": list(read.broken),
    }  # fmt: skip
