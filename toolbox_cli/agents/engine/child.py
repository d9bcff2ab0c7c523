"""The process that computes: `python -m toolbox_cli.agents.engine.child DESCRIPTOR`; it reaches no database.

It lives as long as its worker: signals to the whole group are the worker's to answer, and its end shows in the pipe.
"""

import json
import os
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread

from toolbox_cli.agents.engine.kinds import found
from toolbox_cli.agents.engine.outcomes import Done, Failed, Given, Outcome, Progress, Wait

Request = tuple[str, Given] | None
"""Path of the function, and what it is given; None ends the process."""


def main() -> None:
    """Compute what the worker asks for, one after the other."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    pipe: Connection = Connection(int(sys.argv[1]))
    requests: SimpleQueue[Request] = SimpleQueue()
    Thread(target=_receive, args=(pipe, requests), daemon=True).start()
    while (request := requests.get()) is not None:
        pipe.send(_computed(*request, pipe))


def _receive(pipe: Connection, requests: "SimpleQueue[Request]") -> None:
    """Take requests while others are computed, so that the worker's end is noticed at once."""
    try:
        while True:
            requests.put(pipe.recv())
    except (EOFError, OSError):
        os._exit(1)


def _computed(path: str, given: Given, pipe: Connection) -> Outcome:
    def report(progress: Progress) -> None:
        pipe.send(progress)

    try:
        outcome = found(path)(given, report)
        return _checked(outcome)
    except Exception as error:  # noqa: BLE001  whatever a task does wrong is the task's failure
        told = traceback.format_exception_only(error)[-1].strip()
        data = {"traceback": traceback.format_exc()[-4000:]}
        return Failed(type(error).__name__, told, retryable=True, data=data)


def _checked(outcome: object) -> Outcome:
    """Refuse what could not be kept: it would fail again with each try."""
    if not isinstance(outcome, Done | Wait | Failed):
        return Failed("no-outcome", f"The task's function gave {type(outcome).__name__}, which is no outcome.")
    if isinstance(outcome, Done):
        try:
            text = json.dumps(outcome.output, allow_nan=False)
        except (TypeError, ValueError) as error:
            return Failed("no-json", f"The task's result can't be written as JSON: {error}.")
        if not text.startswith("{") or "\\u0000" in text:
            return Failed("no-json", "The task's result is not a JSON object, or has a character 0.")
    return outcome


if __name__ == "__main__":
    main()
