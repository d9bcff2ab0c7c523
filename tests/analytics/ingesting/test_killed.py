"""A run that is killed has written nothing, and the next one writes all of it."""

import json
import random
from collections.abc import Callable

import pytest

from tests.analytics.ingesting.made import event, state
from tests.support.commands import ToolboxProcess
from tests.support.servers import Database

COUNT = 12_000
"""More than a batch, so that rows were written when the run waits for more."""
TEXT = "".join(json.dumps(event(n)) + "\n" for n in range(COUNT))

_WRITING = """
SELECT count(*) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
WHERE a.application_name = 'toolbox analytics ingest' AND l.mode = 'RowExclusiveLock'
  AND l.relation = 'frames.module_analytics_events'::regclass"""
_RUNNING = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'toolbox analytics ingest'"


def wait(database: Database, query: str, until: Callable[[int], bool]) -> None:
    with database.connect() as connection:
        for _ in range(3_000):
            row = connection.execute(query).fetchone()
            if row and until(row[0]):
                return
            connection.execute("SELECT pg_sleep(0.01)")
    raise AssertionError(f"it never came: {query}")


def killed(process: ToolboxProcess, database: Database, text: str) -> None:
    started = process.start("analytics", "ingest", "-", database=database)
    assert started.stdin is not None
    started.stdin.write(text)
    started.stdin.flush()
    if text.count("\n") >= 10_000:
        wait(database, _WRITING, bool)
    started.kill()
    started.wait()
    wait(database, _RUNNING, lambda count: count == 0)


def test_kill_9_leaves_nothing_half(toolbox_process: ToolboxProcess, school: Database) -> None:
    before = state(school)
    killed(toolbox_process, school, TEXT)
    assert state(school) == before

    done = toolbox_process("analytics", "ingest", "-", database=school, stdin=TEXT)
    assert (done.exit_code, done.stdout) == (0, "12,000 events taken in, of 12,000 lines.\n"), done.stderr
    assert school.execute("SELECT count(*), count(DISTINCT id) FROM frames.module_analytics_events") == [(COUNT, COUNT)]


@pytest.mark.soak
def test_killed_at_random(toolbox_process: ToolboxProcess, school: Database) -> None:
    before, chance = state(school), random.Random(8)  # noqa: S311  dice
    for _ in range(30):
        killed(toolbox_process, school, TEXT[: chance.randrange(len(TEXT))])
        assert state(school) == before
