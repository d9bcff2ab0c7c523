"""Several upgrades at once, and tables that others hold."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from tests.support import revisions
from tests.support.commands import CommandLine, ToolboxProcess
from tests.support.servers import Database
from tests.support.whole import at, catalogs, drift, log, target_of
from toolbox_cli.core.database.locks import MIGRATIONS, NAMESPACE
from toolbox_cli.core.errors import LockedError, RefusedError
from toolbox_cli.db.revisions.lineage.history import read_history
from toolbox_cli.db.revisions.running.patience import Patience, Watch
from toolbox_cli.db.revisions.upgrade import upgrade

every_version = pytest.mark.every_version

REVISIONS = [revision.id for line in read_history().lines.values() for revision in line]
HEADS = {line[-1].id for line in read_history().lines.values()}


@dataclass
class Other:
    """Another run, and how it is named."""

    connection: psycopg.Connection[Any]
    name: str

    def finish(self) -> None:
        self.connection.execute("SELECT pg_advisory_unlock_all()")


@contextmanager
def migrating(database: Database) -> Iterator[Other]:
    """Hold the migration lock, as another run would."""
    with database.connect(application_name="the night shift") as connection:
        connection.execute("SELECT pg_advisory_lock(%s, %s)", (NAMESPACE, MIGRATIONS))
        info = connection.info
        yield Other(connection, f"the night shift (process {info.backend_pid}, role {info.user})")


@every_version
def test_three_upgrades_at_once_all_succeed_and_each_revision_runs_once(
    toolbox_process: ToolboxProcess, empty_database: Database, database: Database
) -> None:
    argv = ("db", "upgrade", "--format", "json")
    runs = [toolbox_process.start(*argv, database=empty_database) for _ in range(3)]
    said = [run.communicate(timeout=300) for run in runs]

    assert [(run.returncode, stderr) for run, (_, stderr) in zip(runs, said, strict=True) if run.returncode] == []
    done = [item["revision"] for stdout, _ in said for item in json.loads(stdout)["items"]]
    assert done == REVISIONS
    assert log(empty_database) == log(database)
    assert drift(catalogs(database), catalogs(empty_database)) == []


@every_version
def test_without_patience_one_of_three_upgrades_succeeds_and_the_others_name_it(
    toolbox_process: ToolboxProcess, empty_database: Database, database: Database
) -> None:
    runs = [toolbox_process.start("db", "upgrade", "--wait", "0", database=empty_database) for _ in range(3)]
    said = [(run, *run.communicate(timeout=300)) for run in runs]

    assert {run.returncode for run in runs} <= {0, 6}
    assert 0 in {run.returncode for run in runs}
    for run, stdout, stderr in said:
        if run.returncode == 6:
            assert stdout == ""
            assert stderr.startswith("Error: Another run holds the lock: toolbox migration (process ")
    assert drift(catalogs(database), catalogs(empty_database)) == []


def test_a_waiting_upgrade_names_the_holder_and_goes_on_after_it(
    toolbox_process: ToolboxProcess, empty_database: Database
) -> None:
    with migrating(empty_database) as other:
        run = toolbox_process.start("db", "upgrade", "frames_phase_1", database=empty_database)
        assert run.stderr is not None
        told = run.stderr.readline()
        assert at_all(empty_database) == []
    stdout, stderr = run.communicate(timeout=60)

    assert told == f"Waiting for the migration lock: {other.name}.\n"
    assert (run.returncode, stderr) == (0, "")
    assert at(empty_database) == {"toolbox_disclosures", "frames_phase_1"}


def at_all(database: Database) -> list[Any]:
    return database.execute("SELECT nspname FROM pg_namespace WHERE nspname IN ('toolbox', 'frames')")


def test_an_upgrade_that_waited_for_another_finds_nothing_left_to_do(empty_database: Database) -> None:
    """What to do is decided again under the lock; a step counts from where the database was when it was asked for."""
    target = target_of(empty_database)
    upgrade(target, "frames_phase_1")
    with migrating(empty_database) as other:

        def finish(*_: object) -> None:
            revisions.upgrade(empty_database, "frames_phase_2")  # by Alembic alone, which takes no lock
            other.finish()

        done = upgrade(target, "frames@+1", watch=Watch(on_wait=finish))
    assert done.applied == ()
    assert done.current == ("frames_phase_2", "toolbox_disclosures")


def test_an_upgrade_gives_up_when_a_newer_toolbox_migrated_while_it_waited(empty_database: Database) -> None:
    target = target_of(empty_database)
    upgrade(target, "frames_phase_1")
    with migrating(empty_database) as other:

        def overtake(*_: object) -> None:
            newer = "UPDATE toolbox.alembic_version SET version_num = 'frames_2031' WHERE version_num ~ '^frames'"
            other.connection.execute(newer)
            other.finish()

        with pytest.raises(RefusedError, match="frames_2031, which this toolbox does not know"):
            upgrade(target, "frames@head", watch=Watch(on_wait=overtake))
    assert at(empty_database) == {"toolbox_disclosures", "frames_2031"}


def test_without_patience_the_holder_is_named_at_once(cli: CommandLine, empty_database: Database) -> None:
    with migrating(empty_database) as other:
        outcome = cli("db", "upgrade", "--wait", "0", database=empty_database)
    assert (outcome.exit_code, outcome.stdout) == (6, "")
    assert outcome.stderr == (
        f"Error: Another run holds the lock: {other.name}.\n"
        "  → Try again when it has finished, or wait longer with --wait.\n"
    )
    assert at_all(empty_database) == []


@contextmanager
def reading(database: Database, table: str) -> Iterator[psycopg.Connection[Any]]:
    """Keep a transaction open that has read a table."""
    with database.connect(autocommit=False) as other:
        other.execute(f"SELECT FROM {table}")
        yield other


@every_version
def test_a_held_table_is_tried_again_until_it_is_free(
    toolbox_process: ToolboxProcess, empty_database: Database
) -> None:
    upgrade(target_of(empty_database), "frames_phase_1")
    with reading(empty_database, "frames.universities"):
        argv = ("db", "upgrade", "frames_types", "--lock-timeout", "30ms", "--format", "json")
        run = toolbox_process.start(*argv, database=empty_database)
        assert run.stderr is not None
        told = [run.stderr.readline(), run.stderr.readline()]
        assert at(empty_database) == {"toolbox_disclosures", "frames_phase_3"}
    stdout, _ = run.communicate(timeout=120)

    assert all(line.startswith("A table is locked by others; trying again in 0.") for line in told)
    assert run.returncode == 0
    assert [item["revision"] for item in json.loads(stdout)["items"]] == [
        "frames_phase_2",
        "frames_phase_3",
        "frames_types",
    ]


def test_a_table_that_stays_held_ends_the_upgrade_and_what_was_applied_stays(
    cli: CommandLine, empty_database: Database
) -> None:
    upgrade(target_of(empty_database), "frames_phase_1")
    with reading(empty_database, "frames.universities"):
        argv = ("db", "upgrade", "frames_types", "--lock-timeout", "30ms", "--wait", "0")
        outcome = cli(*argv, database=empty_database)
    assert (outcome.exit_code, outcome.stdout) == (6, "")
    assert outcome.stderr == (
        "Error: frames_types found a table locked by others for longer than 0.03 s; tried once.\n"
        "  → Repeat it when there is less traffic, or wait longer with --wait; what was applied stays.\n"
    )
    assert at(empty_database) == {"toolbox_disclosures", "frames_phase_3"}


def test_pauses_grow_until_the_patience_ends(empty_database: Database) -> None:
    upgrade(target_of(empty_database), "frames_phase_3")
    pauses: list[float] = []
    with reading(empty_database, "frames.universities"), pytest.raises(LockedError, match=r"tried [3-9] times"):
        upgrade(
            target_of(empty_database),
            "frames_types",
            patience=Patience(lock_timeout_s=0.01, wait_s=2.5),
            watch=Watch(on_retry=pauses.append),
        )
    assert 2 <= len(pauses) <= 8
    assert all(0.1 * 2**n <= pause <= 0.3 * 2**n for n, pause in enumerate(pauses))
    assert sum(pauses) <= 2.5
    assert len({pause / 2**n for n, pause in enumerate(pauses)}) > 1, "without jitter all come back at once"


def test_a_dry_run_is_patient_too(empty_database: Database) -> None:
    target = target_of(empty_database)
    upgrade(target, "frames_phase_2")
    with reading(empty_database, "frames.universities") as other:
        done = upgrade(
            target,
            "frames_types",
            patience=Patience(lock_timeout_s=0.05),
            watch=Watch(on_retry=lambda _: other.rollback()),
            dry_run=True,
        )
    assert [one.revision for one in done.applied] == ["frames_phase_3", "frames_types"]
    assert at(empty_database) == {"toolbox_disclosures", "frames_phase_2"}


def test_an_upgrade_that_loses_a_deadlock_is_tried_again(empty_database: Database) -> None:
    upgrade(target_of(empty_database), "frames_phase_3")
    retries: list[float] = []
    with reading(empty_database, "frames.module_feedback") as other, ThreadPoolExecutor() as threads:
        other.execute("SET deadlock_timeout = '1min'")  # whoever looks first gives up

        def cross() -> None:
            """Want a table that the upgrade has, as soon as it wants ours."""
            while not empty_database.execute("SELECT 1 FROM pg_locks WHERE NOT granted"):
                pass
            other.execute("SELECT FROM frames.universities")
            other.rollback()

        crossing = threads.submit(cross)
        patience, watch = Patience(lock_timeout_s=30), Watch(on_retry=retries.append)
        done = upgrade(target_of(empty_database), "frames_types", patience=patience, watch=watch)
        crossing.result()
    assert [one.revision for one in done.applied] == ["frames_types"]
    assert len(retries) == 1


def test_a_revision_that_failed_after_its_work_is_reported_once(empty_database: Database) -> None:
    """The version table is written after the revision has told that it is done; that can fail as well."""
    target = target_of(empty_database)
    upgrade(target, "frames_phase_1")
    with empty_database.connect(autocommit=False) as other:
        other.execute("LOCK TABLE toolbox.alembic_version IN SHARE MODE")
        done = upgrade(
            target,
            "frames_phase_2",
            patience=Patience(lock_timeout_s=0.05),
            watch=Watch(on_retry=lambda _: other.rollback()),
        )
    assert [one.revision for one in done.applied] == ["frames_phase_2"]
    assert [revision for _, revision, *_ in log(empty_database)][-2:] == ["frames_phase_1", "frames_phase_2"]
