"""Types of tasks that do nothing, or wrong: computed in processes of their own, as the real ones are."""

import os
import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from toolbox_cli.agents.engine.kinds import Kind
from toolbox_cli.agents.engine.outcomes import Done, Failed, Given, Need, NewTask, Outcome, Progress, Report, Wait

FOREVER: Final = threading.Event()


def noop(given: Given, report: Report) -> Outcome:
    return Done({"made": given.input.get("make"), "by": os.getpid(), "attempt": given.attempt})


def noting(given: Given, report: Report) -> Outcome:
    """Leave a line in a file: what was really computed, however often."""
    with Path(given.input["file"]).open("a") as file:
        file.write(f"{given.id} {given.attempt}\n")
    return Done({})


def slow(given: Given, report: Report) -> Outcome:
    """Take as long as the input says; a real computation, so that it can be killed in the middle of it."""
    FOREVER.wait(given.input.get("s", 0.02))
    return Done({"attempt": given.attempt})


def gated(given: Given, report: Report) -> Outcome:
    """Say that it has begun, and go on when a file appears."""
    report(Progress(10, {"pid": os.getpid()}))
    while not Path(given.input["gate"]).exists():
        FOREVER.wait(0.01)
    return Done({"attempt": given.attempt})


def hanging(given: Given, report: Report) -> Outcome:
    report(Progress(10, {"pid": os.getpid()}))
    FOREVER.wait()
    return Done({})


def crashing(given: Given, report: Report) -> Outcome:
    os.kill(os.getpid(), signal.SIGKILL)
    return Done({})


def forking(given: Given, report: Report) -> Outcome:
    """Start a process that holds the pipe, and die."""
    if child := os.fork():
        Path(given.input["file"]).write_text(str(child))
        os.kill(os.getpid(), signal.SIGKILL)
    FOREVER.wait()
    return Done({})


def looking(given: Given, report: Report) -> Outcome:
    return Done({"names": sorted(os.environ), "prints": print("not for the pipe")})  # noqa: T201


def raising(given: Given, report: Report) -> Outcome:
    raise LookupError("nothing \0 found", given.input.get("what"))


def refusing(given: Given, report: Report) -> Outcome:
    return Failed("no-such-subject", "There is no such subject.")


def poisonous(given: Given, report: Report) -> Outcome:
    """Give what no database takes, as the input says."""
    wrong: dict[str, Any] = {
        "character 0": Done({"text": "\0"}),
        "no number": Done({"ratio": float("nan")}),
        "no object": Done([1]),  # type: ignore[arg-type]
        "half a pair": Done({"text": "\ud800"}),
        "no outcome": "done",
        "no JSON": Done({"what": object()}),
        "no figures": Done({}, {"tokens_in": -1}),
        "too much": Done({"text": "x" * (33 << 20)}),
        "nothing to wait for": Wait(),
    }
    return wrong[given.input["what"]]


def misreporting(given: Given, report: Report) -> Outcome:
    """Report what no database takes, as the input says."""
    wrong = {
        "character 0": Progress(1, {"text": "\0"}),
        "half a pair": Progress(1, {"text": "\ud800"}),
        "too far": Progress(101),
        "in between": Progress(0.5),  # type: ignore[arg-type]
    }
    report(wrong[given.input["what"]])
    return Done({})


def flaky(given: Given, report: Report) -> Outcome:
    """Do well in the try that the input says."""
    if given.attempt < given.input["well_at"]:
        report(Progress(50, {"so_far": given.attempt}))
        return Failed("not-yet", "Not yet.", retryable=True)
    return Done({"kept": dict(given.intermediate or {})})


def supervising(given: Given, report: Report) -> Outcome:
    """Make parts, wait for them, and gather what they made; again where the input asks for another round."""
    rounds = given.context.get("round", 0)
    if rounds < given.input.get("rounds", 1):
        parts = [
            NewTask(kind, f"Part {number}", given.input.get("part", {}))
            for number, kind in enumerate(given.input["parts"])
        ]
        return Wait(parts, context={"round": rounds + 1})
    return Done({"parts": sorted(one.status for one in given.needs), "attempt": given.attempt})


def circling(given: Given, report: Report) -> Outcome:
    """Wait for a part that waits for this one."""
    return Wait([NewTask("noop", "Part", {}, needs=(Need(given.id),))])


def storing(connection: Any, given: Given, output: Mapping[str, Any]) -> None:
    connection.execute(
        "INSERT INTO agent_states (workflow_id, state_type, state_data, sequence_number)"
        " VALUES (%s, 'result', '{}', %s)",
        (given.workflow_id, given.input.get("number", 0)),
    )
    if given.input.get("fail"):
        raise LookupError("no")


def kind(function: Any, **options: Any) -> Kind:
    return Kind("content", f"{__name__}:{function.__name__}", **options)


KINDS: Final = {
    **{
        function.__name__: kind(function)
        for function in (
            noop, noting, slow, gated, hanging, crashing, forking, looking, raising, refusing, poisonous, misreporting,
            flaky, supervising, circling,
        )
    },
    "storing": kind(noop, store=f"{__name__}:storing"),
}  # fmt: skip
