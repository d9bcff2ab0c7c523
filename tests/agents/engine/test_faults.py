"""What becomes of many tasks while workers are killed at random and the database is restarted."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agents.engine.conftest import Engine
from tests.support.servers import PARAMETERS, Database
from tests.support.template import build_template
from toolbox_cli.agents.engine.outcomes import Need, NewTask
from toolbox_cli.core.database.embedded import EmbeddedServer

LIMITS = {"one": 1, "two": 2, "many": None, "poison": 3}

ENDED = "SELECT count(*) FROM agent_tasks WHERE status IN ('completed', 'failed', 'cancelled', 'dead_letter')"

OVERLAP = """
SELECT name, max(running) FROM (
    SELECT a.name, sum(step) OVER (PARTITION BY a.id ORDER BY at, step) AS running
    FROM agent_task_attempts AS h JOIN agent_tasks AS t ON t.id = h.task_id JOIN ai_agents AS a ON a.id = t.agent_id
    CROSS JOIN LATERAL (VALUES (h.started_at, 1), (h.ended_at, -1)) AS steps (at, step)) AS counted
GROUP BY name"""
"""How many tries of each agent ran at once at most; an end and a start at the same moment don't overlap."""

WRONG = """
SELECT t.id, t.status, array_agg(h.outcome ORDER BY h.attempt) FROM agent_tasks AS t
LEFT JOIN agent_task_attempts AS h ON h.task_id = t.id GROUP BY t.id
HAVING (t.status = 'completed') <> (count(*) FILTER (WHERE h.outcome = 'completed') = 1)
    OR count(*) FILTER (WHERE h.outcome = 'completed') > 1
    OR count(*) FILTER (WHERE h.task_id IS NOT NULL AND h.outcome IS NULL) > 0
    OR count(h.attempt) <> t.attempt OR t.job_id IS NOT NULL
    OR (t.status = 'completed' AND (t.output_data ->> 'attempt')::integer <> t.attempt)"""
"""Tasks whose history does not agree with how they ended, or that ended well more than once."""


@pytest.fixture
def own_server(home: Path) -> Iterator[EmbeddedServer]:
    made = EmbeddedServer(home / "own", parameters=PARAMETERS)
    made.start()
    try:
        yield made
    finally:
        made.stop()


def submitted(engine: Engine, number: int) -> dict[str, list[NewTask]]:
    """Submit tasks of every sort: ordinary ones, chains, parts of others, and those that can only fail."""
    for name, most in LIMITS.items():
        poison = name == "poison"
        engine.agent(name, most, timeout_s=1 if poison else 120, retries=1 if poison else 60)
    plain = [NewTask("slow", f"Task {n}", {}, agent=("one", "two", "many", "many")[n % 4]) for n in range(number)]
    chained = [
        NewTask("slow", f"Next {n}", {}, agent="two", needs=(Need(one.id),)) for n, one in enumerate(plain[::10])
    ]
    whole = [
        NewTask("supervising", f"Whole {n}", {"parts": ["slow", "slow"], "rounds": 2}, agent="many")
        for n in range(number // 25)
    ]
    bad = [NewTask(kind, kind, {}, agent="poison") for kind in ("crashing", "hanging", "raising")]
    after = [NewTask("slow", "After", {}, agent="many", needs=(Need(one.id),)) for one in bad]
    engine.submit(*plain, *chained, *whole, *bad, *after)
    return {"well": [*plain, *chained, *whole], "bad": bad, "after": after}


@pytest.mark.parametrize(
    ("number", "workers", "kills", "restarts"),
    [(40, 2, 4, 1), pytest.param(500, 3, 60, 3, marks=pytest.mark.soak)],
    ids=["few", "many"],
)
def test_every_task_ends_once_whatever_becomes_of_workers_and_database(
    own_server: EmbeddedServer, number: int, workers: int, kills: int, restarts: int
) -> None:
    database = Database(own_server.conninfo("toolbox"), 18)
    build_template(database.url)
    engine, chance = Engine(database), random.Random(7)  # noqa: S311  which worker is killed
    try:
        tasks = submitted(engine, number)
        going = [engine.start(concurrency=2) for _ in range(workers)]
        for blow in range(kills):
            held = engine.rows(ENDED)[0][0]
            last = blow + 1 >= kills
            engine.wait_until(lambda held=held: engine.rows(ENDED)[0][0] > held, "another end", 120)  # type: ignore[misc]
            place = chance.randrange(workers)
            going[place].kill()
            if blow % (kills // restarts) == 1:
                own_server.stop()
                own_server.start()
            going[place] = engine.start(concurrency=2)
            assert not last or going[place].poll() is None
        engine.drain(concurrency=2)
        engine.wait_until(lambda: not engine.rows("SELECT FROM agent_tasks WHERE status = 'running'"), "the end")
        ends = Counter(engine.status(*(task.id for task in tasks["well"])))
        assert ends == {"completed": len(tasks["well"])}
        assert engine.status(*(task.id for task in tasks["bad"])) == ["dead_letter"] * 3
        assert engine.status(*(task.id for task in tasks["after"])) == ["cancelled"] * 3
        assert engine.rows(WRONG) == []
        assert engine.rows("SELECT count(*) > 0 FROM agent_task_attempts WHERE outcome = 'lost'") == [(True,)]
        overlaps = dict(engine.rows(OVERLAP))
        assert {name for name, most in LIMITS.items() if most and overlaps[name] > most} == set()
        engine.wait_until(lambda: engine.jobs() == 0, "an empty queue")
    finally:
        engine.end()
