"""The processes that compute, as a worker has them: started ahead, lent to one try at a time, killed where need be."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from threading import Lock
from time import monotonic
from typing import Final

from toolbox_cli.agents.engine.child import Request
from toolbox_cli.agents.engine.outcomes import Done, Failed, Given, Outcome, Progress
from toolbox_cli.agents.engine.outcomes import Wait as Waiting

MODULE: Final = "toolbox_cli.agents.engine.child"
WITHHELD: Final = ("PG", "TOOLBOX_")
GIVEN: Final = ("TOOLBOX_AGENTS_", "TOOLBOX_CONFIG")
"""How the names of variables begin that lead to databases and other systems, and of those that a task needs."""

LOOK_S: Final = 2.0
"""How often it is looked whether a process is there at all."""

END_S: Final = 5.0
"""How long a process may take to end by itself."""


class Child:
    """One process."""

    def __init__(self) -> None:
        self.pipe, theirs = Pipe()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603  this Python, and a module of ours
                [sys.executable, "-P", "-m", MODULE, str(theirs.fileno())],  # -P: no modules of the working folder
                stdin=subprocess.DEVNULL,
                stdout=2,  # what a task prints is talk
                pass_fds=[theirs.fileno()],
                env=_environment(),
                process_group=0,
            )

    def ask(self, request: Request) -> None:
        """Send a request; that the process is gone shows in the pipe."""
        with suppress(OSError):
            self.pipe.send(request)

    def kill(self) -> int:
        """End it at once with all that it started, and give how it ended: minus the signal's number."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.pipe.close()
        return self.process.wait()

    def end(self) -> None:
        """Let it end by itself."""
        self.ask(None)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(END_S)
        self.kill()


class Children:
    """The processes of one worker, at most as many as it does tasks at once."""

    def __init__(self, ahead: int) -> None:
        self._lock = Lock()
        self._idle = [Child() for _ in range(ahead)]

    def borrow(self) -> Child:
        """Give a process that computes nothing."""
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.process.poll() is None:
                    return child
                child.kill()
        return Child()

    def give_back(self, child: Child) -> None:
        """Take a process back that is done."""
        with self._lock:
            self._idle.append(child)

    def end(self) -> None:
        """End all that are not lent."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.ask(None)
        for child in idle:
            child.end()


class Stopped:
    """A try that was ended from outside: `why` is timed_out, cancelled, lost or shutdown."""

    def __init__(self, why: str) -> None:
        self.why = why


class Trial:
    """One try, in one of the processes.

    Attributes:
        worker_id: the queue's number of whoever took the job.
    """

    def __init__(self, given: Given, worker_id: int | None, progress_every_s: float) -> None:
        self.given, self.worker_id = given, worker_id
        self._every_s = progress_every_s
        self._woken, self._waker = Pipe(duplex=False)
        self._why: str | None = None

    def stop(self, why: str) -> None:
        """End it from another thread."""
        if self._why is None:
            self._why = why
            with suppress(OSError):
                self._waker.send(None)

    def run(self, children: Children, path: str, tell: Callable[[Progress], bool]) -> Outcome | Stopped:
        """Compute to the end, or until it is stopped or takes too long.

        Args:
            children: to take a process from.
            path: "module:function" of what is computed.
            tell: is told of progress, the latest only; says whether the try still counts.
        """
        child = children.borrow()
        child.ask((path, self.given))
        try:
            ended = self._followed(child, tell)
        except BaseException:
            child.kill()
            raise
        finally:
            self._woken.close()
            self._waker.close()
        if isinstance(ended, Stopped):
            child.kill()
            return ended
        if ended is None:
            code = child.kill()
            how = f"signal {-code}" if code < 0 else f"exit status {code}"
            return Failed("crashed", f"The process that computed it ended by {how}.", retryable=True)
        children.give_back(child)
        return ended

    def _followed(self, child: Child, tell: Callable[[Progress], bool]) -> Outcome | Stopped | None:
        """Wait for the outcome; None where the process ended without one."""
        limit = monotonic() + self.given.timeout_s if self.given.timeout_s else None
        held: Progress | None = None
        told_at = monotonic() - self._every_s
        while True:
            due = told_at + self._every_s if held else None
            if held and due is not None and monotonic() >= due:
                if not tell(held):
                    return Stopped("lost")
                held, told_at = None, monotonic()
                continue
            heard = wait([child.pipe, self._woken], _left(limit, due, monotonic() + LOOK_S))
            if self._why is not None:
                return Stopped(self._why)
            if not heard and child.process.poll() is not None:  # what it started holds the pipe
                return None
            if child.pipe in heard:
                message = _received(child.pipe)
                if not isinstance(message, Progress):
                    if held and not isinstance(message, Done):
                        tell(held)  # the next try may build on it
                    return message
                held = _merged(held, message)
            elif limit is not None and monotonic() >= limit:
                return Stopped("timed_out")


def _environment() -> dict[str, str]:
    given = {
        name: value for name, value in os.environ.items() if name.startswith(GIVEN) or not name.startswith(WITHHELD)
    }
    return {**given, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def _left(*moments: float | None) -> float | None:
    known = [moment for moment in moments if moment is not None]
    return max(0.0, min(known) - monotonic()) if known else None


def _merged(held: Progress | None, new: Progress) -> Progress:
    if held is None:
        return new
    return Progress(
        held.percent if new.percent is None else new.percent, held.results if new.results is None else new.results
    )


def _received(pipe: Connection) -> Outcome | Progress | None:
    try:
        message = pipe.recv()
    except (EOFError, OSError):
        return None
    return message if isinstance(message, Done | Waiting | Failed | Progress) else None
