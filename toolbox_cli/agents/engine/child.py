"""The process that computes: `python -m toolbox_cli.agents.engine.child DESCRIPTOR`; it reaches no database.

It lives as long as its worker: signals to the whole group are the worker's to answer, and its end shows in the pipe.
"""

import os
import signal
import sys
import traceback
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from toolbox_cli.agents.engine.keeping import fit, unfit
from toolbox_cli.agents.engine.kinds import found
from toolbox_cli.agents.engine.outcomes import Done, Failed, Given, Outcome, Progress, Report, Wait

Request = tuple[str, Given] | None
"""Path of the function, and what it is given; None ends the process."""


def main() -> None:
    """Compute what the worker asks for, one after the other."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with suppress(OSError):  # where memory runs out this process goes first, not its worker or the database
        Path("/proc/self/oom_score_adj").write_text("500")
    pipe: Connection = Connection(int(sys.argv[1]))
    requests: SimpleQueue[Request] = SimpleQueue()
    Thread(target=_receive, args=(pipe, requests), daemon=True).start()
    while (request := requests.get()) is not None:
        pipe.send(computed(*request, pipe.send))


def _receive(pipe: Connection, requests: "SimpleQueue[Request]") -> None:
    """Take requests while others are computed, so that the worker's end is noticed at once."""
    try:
        while True:
            requests.put(pipe.recv())
    except (EOFError, OSError):
        os._exit(1)


def computed(path: str, given: Given, report: Report) -> Outcome:
    """Call a task's function: whatever it does wrong is the task's failure."""

    def checked(progress: Progress) -> None:
        report(_checked_progress(progress))

    try:
        return _checked(found(path)(given, checked))
    except _UnfitError as error:
        return Failed("not-storable", str(error))
    except Exception as error:  # noqa: BLE001  see above
        told = traceback.format_exception_only(error)[-1].strip()
        data = {"traceback": traceback.format_exc()[-4000:]}
        return _checked(Failed(type(error).__name__, told, retryable=True, data=data))


class _UnfitError(Exception):
    """What could not be kept, and would fail again with each try."""


def _checked(outcome: object) -> Outcome:
    if isinstance(outcome, Failed):
        return replace(outcome, message=fit(outcome.message), data=fit(outcome.data), figures=fit(outcome.figures))
    if isinstance(outcome, Done):
        _require(outcome.output, "result")
        _require(outcome.figures, "account of itself")
        return outcome
    if isinstance(outcome, Wait):
        if not outcome.tasks and not outcome.needs:
            raise _UnfitError("The task would wait for nothing.")
        _require(outcome.context or {}, "context")
        _require(outcome.figures, "account of itself")
        return outcome
    raise _UnfitError(f"The task's function gave {type(outcome).__name__}, which is no outcome.")


def _checked_progress(progress: Progress) -> Progress:
    if progress.percent is not None and not (isinstance(progress.percent, int) and 0 <= progress.percent <= 100):
        raise _UnfitError(f"The task says that {progress.percent} percent of it are done.")
    _require(progress.results or {}, "intermediate result")
    return progress


def _require(value: object, what: str) -> None:
    if wrong := unfit(value):
        raise _UnfitError(f"The task's {what} {wrong}.")


if __name__ == "__main__":
    main()
