"""Send an integration's grades."""

import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import ClassVar, Final
from uuid import UUID

from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.database.locks import TRY_AGAIN, advisory_lock
from toolbox_cli.core.errors import FindingsError, ToolboxError, UnreachableError
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.http.errors import HttpError
from toolbox_cli.core.settings import Environment
from toolbox_cli.lms.database import PLATFORM, Connection
from toolbox_cli.lms.grades.pushing.checking import Waiting
from toolbox_cli.lms.grades.pushing.queue import Dead, Queue
from toolbox_cli.lms.grades.rules import Graded
from toolbox_cli.lms.grades.superseding import supersede
from toolbox_cli.lms.sources.errors import RefusedGradeError
from toolbox_cli.lms.sources.reading.scopes import concerns_all
from toolbox_cli.lms.sources.records import Pushed
from toolbox_cli.lms.sources.source import Source

COMMAND: Final = "lms grades push"
IN_A_ROW: Final = 3
"""So many failures one after the other are the system's, not the grades'."""
UNKNOWN: Final = "It is not known whether it was written: the answer was lost or proved nothing."

Open = Callable[[Graded], Source]


@dataclass(frozen=True, slots=True)
class Order:
    """How grades are to be sent.

    Attributes:
        limit: most that are sent now; None sends all.
        dry_run: check them, and send nothing.
    """

    limit: int | None = None
    dry_run: bool = False
    environment: Environment = Environment.DEVELOPMENT


@dataclass(slots=True)
class Sent:
    """What became of an integration's grades.

    Attributes:
        due: how many were to be sent.
        written: how many were; in a dry run, how many would be tried.
        dead: how many never will be: they don't hold, or were refused.
        failed: how many will be tried again.
        unknown: how many of those may have been written.
        given_up: how many were tried too often.
        superseded: how many a later one goes in place of.
        error: why it ended early.
    """

    integration: Graded
    due: int = 0
    written: int = 0
    dead: int = 0
    failed: int = 0
    unknown: int = 0
    given_up: int = 0
    superseded: int = 0
    error: ToolboxError | None = None

    @property
    def exit_code(self) -> Exit:
        """What a command ends with that did this alone."""
        if self.error is not None:
            return self.error.exit_code
        return Exit.FINDINGS if self.dead or self.failed or self.given_up else Exit.DONE

    COUNTED: ClassVar[tuple[str, ...]] = ("written", "dead", "failed", "unknown", "given_up", "superseded")

    @property
    def counts(self) -> dict[str, int]:
        """How many became what."""
        return {name: getattr(self, name) for name in self.COUNTED}


def lock_key(integration: UUID) -> int:
    """Give the key of the lock that lets one push at a time."""
    return zlib.crc32(b"grades" + integration.bytes) & 0x3FFF_FFFF | 0x4000_0000


def push(connection: Connection, integration: Graded, open_source: Open, order: Order) -> Sent:
    """Send the grades of an integration that wait, oldest first.

    Each is checked, counted as tried, sent, and its outcome committed before the next one. Its key is the same
    whenever it is sent, so that one sent twice is there once.

    Args:
        connection: in autocommit, past a transaction pooler; whose search_path begins with the platform's schema.
        integration: one that is left out sends nothing.
        open_source: connects to it, once there is something to send.
        order: how.

    Returns:
        What became of them; what ended it early, such as a system that is not there or another push, is in `error`:
        other integrations go on.

    Effects: network; writes `lms_grade_passbacks` and `toolbox.audit_log`; commits each step.
    """
    sent = Sent(integration)
    if integration.left_out is not None:
        return sent
    try:
        with advisory_lock(connection, lock_key(integration.id), wait_s=0, remedy=TRY_AGAIN):
            _Pushing(connection, order, sent).run(open_source)
    except ToolboxError as error:
        sent.error = error
    return sent


@dataclass(slots=True)
class _Pushing:
    """One push of one integration."""

    connection: Connection
    order: Order
    sent: Sent
    queue: Queue = field(init=False)
    failing: list[Waiting] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.queue = Queue(self.connection, self.sent.integration)

    def run(self, open_source: Open) -> None:
        if self.order.dry_run:
            with self.connection.transaction(force_rollback=True):
                for key in self._begin():
                    self._count(self.queue.take(key))
            return
        due = self._begin()
        if not due:
            return
        with closing(open_source(self.sent.integration)) as source:
            if not source.knows.grades:
                raise self._gradeless()
            try:
                for key in due:
                    one = self.queue.take(key)
                    self._count(one)
                    if isinstance(one, Waiting):
                        self._send(source, one)
            finally:
                self._audit("ended")

    def _begin(self) -> list[UUID]:
        """Put the queue in order, and give those that are to be sent."""
        with self.connection.transaction():
            key = self.sent.integration.id
            self.sent.superseded = supersede(self.connection, [key]).get(key, 0)
            self.sent.given_up = self.queue.give_up()
            due = self.queue.due(self.order.limit)
            self.sent.due = len(due)
            if due or self.sent.superseded or self.sent.given_up:
                self._audit("began")
        return due

    def _count(self, one: Waiting | Dead | None) -> None:
        self.sent.dead += isinstance(one, Dead)
        self.sent.written += isinstance(one, Waiting)

    def _send(self, source: Source, one: Waiting) -> None:
        try:
            pushed = source.push_grade(one.as_grade(bonus=self.queue.integration.rules.bonus))
        except RefusedGradeError as error:
            self._refused(one, error, takes_grades=source.knows.grades)
        except UnreachableError as error:
            self._failed(one, error)
        else:
            self._answered(one, pushed)

    def _answered(self, one: Waiting, pushed: Pushed) -> None:
        self.failing.clear()
        if pushed is Pushed.WRITTEN:
            self.queue.record(one, "success")
            return
        self.sent.unknown += 1
        self._try_again(one, UNKNOWN)

    def _refused(self, one: Waiting, error: RefusedGradeError, *, takes_grades: bool) -> None:
        """Let go of one that is refused.

        Raises:
            FindingsError: the system turns out to take no grades at all, so this one stays.
        """
        self.failing.clear()
        self.sent.written -= 1
        if not takes_grades:
            self.sent.failed += 1
            self.queue.take_back([one], _said(error))
            raise self._gradeless()
        self.sent.dead += 1
        self.queue.record(one, "dead", _said(error))

    def _failed(self, one: Waiting, error: UnreachableError) -> None:
        """Keep that one failed.

        Raises:
            UnreachableError: it is the system that fails; what this alone made fail does not count as tried.
        """
        self.failing.append(one)
        self.sent.unknown += isinstance(error, HttpError) and error.doubtful
        everywhere = isinstance(error, HttpError) and concerns_all(error)
        if everywhere or len(self.failing) == IN_A_ROW:
            self.sent.written -= 1
            self.sent.failed += 1
            self.queue.take_back(self.failing, _said(error))
            raise error
        self._try_again(one, _said(error))

    def _try_again(self, one: Waiting, reason: str) -> None:
        self.sent.written -= 1
        last = one.attempts + 1 >= self.sent.integration.rules.attempts
        self.sent.given_up += last
        self.sent.failed += not last
        self.queue.record(one, "dead" if last else "failed", reason)

    def _gradeless(self) -> FindingsError:
        name = self.sent.integration.name
        return FindingsError(
            f"The system of {name} takes no grades from us, so they wait.",
            remedy=f"See what it can do with: toolbox lms test {name}",
        )

    def _audit(self, step: str) -> None:
        where = {"integration": self.sent.integration.name, "step": step, "due": self.sent.due}
        change = Change(COMMAND, self.order.environment, PLATFORM, self.sent.counts, where)
        record_change(self.connection, change)


def _said(error: ToolboxError) -> str:
    return " ".join(part for part in (error.message, error.remedy) if part)
