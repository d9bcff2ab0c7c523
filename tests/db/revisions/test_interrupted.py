"""Upgrades that are killed, interrupted or cut off in the middle of a revision, and the ones after them."""

import random
import signal
from typing import Final

import pytest

from tests.support.commands import ToolboxProcess
from tests.support.faults import AT_ITS_RECORD, Faults, faults
from tests.support.servers import Database
from tests.support.whole import at, catalogs, drift, fill, log, target_of
from toolbox_cli.db.revisions.lineage.history import read_history
from toolbox_cli.db.revisions.upgrade import upgrade

every_version = pytest.mark.every_version

REVISIONS: Final = [revision.id for line in read_history().lines.values() for revision in line]
UPGRADE: Final = ("db", "upgrade", "--lock-timeout", "1h")


def logged(database: Database) -> list[str]:
    if database.execute("SELECT to_regclass('toolbox.migration_log')") == [(None,)]:
        return []
    return [revision for _, revision, *_ in log(database)]


def assert_finished(toolbox_process: ToolboxProcess, database: Database, whole: Database) -> None:
    """Upgrade once more: now it is as if nothing had ever happened."""
    outcome = toolbox_process("db", "upgrade", database=database)
    assert outcome.exit_code == 0, outcome.stderr
    assert drift(catalogs(whole), catalogs(database)) == []
    assert log(database) == log(whole)


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.soak)])
def test_killed_in_the_middle_of_one_revision_after_the_other_it_goes_on_each_time(
    toolbox_process: ToolboxProcess, empty_database: Database, database: Database, every: int
) -> None:
    """By turns after the first statement, and after the last one before the commit."""
    with faults(empty_database) as fault:
        for time, done in enumerate(range(0, len(REVISIONS), every)):
            fault.stop(after=done, statement=AT_ITS_RECORD if time > 1 and time % 2 else 1)
            run = toolbox_process.start(*UPGRADE, database=empty_database)
            assert fault.stopped(run), run.communicate()
            run.kill()
            run.wait()
            fault.let_go()
            assert logged(empty_database) == REVISIONS[:done]
    assert_finished(toolbox_process, empty_database, database)


@every_version
@pytest.mark.parametrize(("after", "statement"), [(0, 1), (0, 4), (5, 3), (16, AT_ITS_RECORD)])
def test_killed_once_the_next_upgrade_finishes_to_the_same_catalog(
    toolbox_process: ToolboxProcess, empty_database: Database, database: Database, after: int, statement: int
) -> None:
    if statement == AT_ITS_RECORD:
        upgrade(target_of(empty_database), "toolbox@head")
    with faults(empty_database) as fault:
        fault.stop(after=after, statement=statement)
        run = toolbox_process.start(*UPGRADE, database=empty_database)
        assert fault.stopped(run), run.communicate()
        run.kill()
        run.wait()
        fault.let_go()
        assert logged(empty_database) == REVISIONS[:after]
    assert_finished(toolbox_process, empty_database, database)


def test_rows_survive_a_kill(toolbox_process: ToolboxProcess, empty_database: Database) -> None:
    target = target_of(empty_database)
    upgrade(target, "documents")
    fill(empty_database)
    progress = "SELECT started_at::text, mastery_score::text FROM frames.module_progress"
    before = empty_database.execute(progress)
    with faults(empty_database) as fault:
        fault.stop(after=len(logged(empty_database)), statement=4)
        run = toolbox_process.start(*UPGRADE, "frames_types", database=empty_database)
        assert fault.stopped(run)
        run.kill()
        run.wait()
        fault.let_go()
    assert empty_database.execute(progress) == before

    upgrade(target, "frames_types")
    started_at, score = before[0]
    assert empty_database.with_options("-c timezone=UTC").execute(progress) == [(f"{started_at}+00", score)]


def test_a_statement_that_outlives_its_killed_run_keeps_others_out_until_the_server_ends_it(
    toolbox_process: ToolboxProcess, empty_database: Database, database: Database
) -> None:
    """The door stays shut: it is the server that notices, within a second or two, that nobody waits any more."""
    with faults(empty_database) as fault:
        fault.stop(after=1, statement=1)
        run = toolbox_process.start(*UPGRADE, database=empty_database)
        orphan = fault.stopped(run)
        following = toolbox_process.start("db", "upgrade", database=empty_database)
        assert following.stderr is not None
        told = following.stderr.readline()
        assert told == f"Waiting for the migration lock: toolbox migration (process {orphan}, role toolbox).\n"
        run.kill()
        run.wait()
        _, stderr = following.communicate(timeout=120)
        assert (following.returncode, stderr) == (0, "")
    assert drift(catalogs(database), catalogs(empty_database)) == []


def test_interrupted_from_the_keyboard_it_ends_at_once_and_cleanly(
    toolbox_process: ToolboxProcess, empty_database: Database, database: Database
) -> None:
    with faults(empty_database) as fault:
        fault.stop(after=2, statement=2)
        run = toolbox_process.start(*UPGRADE, database=empty_database)
        assert fault.stopped(run)
        run.send_signal(signal.SIGINT)
        stdout, stderr = run.communicate(timeout=30)
        assert (run.returncode, stdout) == (130, "")
        assert "Traceback" not in stderr
        assert logged(empty_database) == REVISIONS[:2]
    assert_finished(toolbox_process, empty_database, database)


@every_version
def test_cut_off_by_the_server_it_says_so(
    toolbox_process: ToolboxProcess, empty_database: Database, database: Database
) -> None:
    with faults(empty_database) as fault:
        fault.stop(after=2, statement=2)
        run = toolbox_process.start(*UPGRADE, database=empty_database)
        empty_database.execute("SELECT pg_terminate_backend(%s)", (fault.stopped(run),))
        stdout, stderr = run.communicate(timeout=30)
        assert (run.returncode, stdout) == (5, "")
        assert stderr.startswith("Error: The connection to the database was lost: terminating connection")
        assert "Traceback" not in stderr
        assert logged(empty_database) == REVISIONS[:2]
    assert_finished(toolbox_process, empty_database, database)


def end_somehow(
    choice: random.Random, fault: Faults, toolbox_process: ToolboxProcess, database: Database, others: int = 0
) -> None:
    """Start upgrades, stop one at any statement, and end it one way or another."""
    done = len(logged(database))
    fault.stop(after=min(done + choice.randrange(3), len(REVISIONS) - 1), statement=choice.randrange(1, 40))
    runs = [toolbox_process.start(*UPGRADE, database=database) for _ in range(1 + others)]
    backend = fault.stopped(runs[0])
    if backend and choice.random() < 0.3:
        database.execute("SELECT pg_terminate_backend(%s)", (backend,))
    for run in runs:
        run.send_signal(choice.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
    if choice.random() < 0.7:
        fault.let_go()
    for run in runs:
        run.communicate(timeout=120)


@pytest.mark.soak
@every_version
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("others", [0, 2])
def test_however_often_it_is_ended_anywhere_the_last_upgrade_finishes(
    toolbox_process: ToolboxProcess, empty_database: Database, database: Database, seed: int, others: int
) -> None:
    choice = random.Random(seed)  # noqa: S311  to be repeated
    with faults(empty_database) as fault:
        while len(logged(empty_database)) < len(REVISIONS):
            end_somehow(choice, fault, toolbox_process, empty_database, others)
            applied = logged(empty_database)
            assert applied == REVISIONS[: len(applied)]
            assert len(at(empty_database) if applied else ()) == len(
                {found.platform for line in read_history().lines.values() for found in line if found.id in applied}
            )
        fault.let_go()
    assert_finished(toolbox_process, empty_database, database)
