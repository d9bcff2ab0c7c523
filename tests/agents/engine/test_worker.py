"""Workers as processes: what they do, and what they do not."""

from tests.agents.engine.conftest import Engine
from toolbox_cli.agents.engine.outcomes import Need, NewTask


def test_tasks_are_done_each_once_and_leave_an_empty_queue(engine: Engine) -> None:
    engine.agent("maker")
    tasks = engine.submit(*(NewTask("noop", f"Task {n}", {"make": n}, agent="maker") for n in range(20)))
    engine.drain(concurrency=2)
    assert engine.status(*tasks) == ["completed"] * 20
    assert [engine.task(task, "output_data")["made"] for task in tasks] == list(range(20))
    assert [engine.tries(task) for task in tasks] == [["completed"]] * 20
    assert engine.jobs() == 0


def test_a_supervisor_waits_for_its_parts_without_holding_a_place(engine: Engine) -> None:
    engine.agent("all", 1)
    asked = NewTask("supervising", "Whole", {"parts": ["noop", "refusing"]}, agent="all")
    after = NewTask("noop", "After", {}, agent="all", needs=(Need(asked.id),))
    engine.submit(after, asked)
    engine.drain(concurrency=2)
    assert engine.task(asked.id, "output_data") == {"parts": ["completed", "failed"], "attempt": 2}
    assert engine.tries(asked.id) == ["waited", "completed"]
    assert engine.status(after.id) == ["completed"]
