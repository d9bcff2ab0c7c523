"""Exports that are killed at any moment, while others write: readers see whole generations, and nothing is lost."""

import contextlib
import random
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pytest
from pyarrow import dataset as datasets

from tests.analytics.exporting.events import ask, happen, manifest_of, rows_of, runtime_for, set_scene
from tests.support.commands import ToolboxProcess
from tests.support.servers import Database
from toolbox_cli.analytics.exporting.export import export
from toolbox_cli.analytics.exporting.stores.store import generation_of

TABLE = "frames.module_analytics_events"
SEED = 20261121


class Writers:
    """Others that insert, update, delete and move events, in transactions of all lengths."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(number,), daemon=True) for number in range(2)]
        self.failures: list[BaseException] = []

    def _write(self, number: int) -> None:
        chance = random.Random(SEED + number)  # noqa: S311
        try:
            with self._database.connect(autocommit=False) as connection:
                while not self._over.is_set():
                    for _ in range(chance.randint(1, 4)):
                        self._change(connection, chance)
                    (connection.commit if chance.random() < 0.8 else connection.rollback)()
        except BaseException as error:  # noqa: BLE001  told by the test
            self.failures.append(error)

    def _change(self, connection: psycopg.Connection[Any], chance: random.Random) -> None:
        some = f"id % 5000 = {chance.randrange(5000)}"
        what = chance.randrange(6)
        if what < 3:
            day = chance.randint(1, 27)
            happen(connection, chance.randint(1, 5), f"2026-0{chance.randint(1, 4)}-{day:02d}", "2026-04-28")
        elif what == 3:
            connection.execute(f"UPDATE {TABLE} SET section_number = section_number + 1 WHERE {some}")
        elif what == 4:
            connection.execute(f"DELETE FROM {TABLE} WHERE {some}")
        else:
            connection.execute(f"UPDATE {TABLE} SET timestamp = timestamp - interval '1 month' WHERE {some}")

    @contextmanager
    def writing(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in self._threads:
                thread.join(30)
        assert not self.failures


class Reader:
    """Somebody who looks at the export all the time, and adds up what is there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._over = threading.Event()
        self.looks = 0
        self.failures: list[BaseException] = []

    def _read(self) -> None:
        try:
            while not self._over.is_set():
                if self._folder.exists():
                    self._compare()
        except BaseException as error:  # noqa: BLE001  told by the test
            self.failures.append(error)

    def _compare(self) -> None:
        """Read through the link, as most do, while generations are exchanged; and the generations themselves."""
        before = self._folder.resolve()
        seen = {added_up(self._folder, by) for by in (by_arrow, by_duckdb)} - {None}
        after = self._folder.resolve()
        whole = {added_up(folder, by_arrow) for folder in (before, after)}
        assert None not in whole or generation_of(after.name) > generation_of(before.name) + 1
        assert seen <= whole or None in whole, (seen, whole)
        self.looks += len(seen)

    @contextmanager
    def reading(self) -> Iterator[None]:
        thread = threading.Thread(target=self._read, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join(60)
        assert not self.failures


def by_arrow(folder: Path) -> tuple[int, int]:
    table = datasets.dataset(str(folder), format="parquet", partitioning="hive").to_table(["event_id"])
    return table.num_rows, sum(table.column("event_id").to_pylist())


def by_duckdb(folder: Path) -> tuple[int, int]:
    query = f"SELECT count(*), sum(event_id) FROM read_parquet('{folder}/*/*.parquet', hive_partitioning=true)"
    with duckdb.connect() as connection:
        [(rows, total)] = connection.execute(query).fetchall()
    return rows, int(total)


def added_up(folder: Path, by: Callable[[Path], tuple[int, int]]) -> tuple[int, int] | None:
    """Count and add up through a path; None where a file went while it was read."""
    try:
        return by(folder)
    except (OSError, duckdb.IOException, duckdb.InvalidInputException, pa.ArrowInvalid):
        return None


def kill_within(process: subprocess.Popen[str], seconds: float) -> bool:
    """Kill a run after some time; says whether it was still running."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=seconds)
        assert process.returncode == 0
        return False
    process.kill()
    process.communicate()
    return True


def kill_some(start: Callable[[list[str]], subprocess.Popen[str]], kills: int) -> None:
    """Export whole and on from the last one, and kill as many runs, at any moment of the time that one takes."""
    chance = random.Random(SEED)  # noqa: S311
    began = time.monotonic()
    assert not kill_within(start([]), 120)
    usual_s = time.monotonic() - began
    for turn in range(10 * kills):
        more = [] if turn % 5 == 4 else ["--incremental"]
        kills -= kill_within(start(more), chance.uniform(0.2, 1.1) * usual_s)
        if kills == 0:
            return
    raise AssertionError("most runs came to their end")


def hold(database: Database, process: ToolboxProcess, tmp_path: Path, kills: int) -> None:
    set_scene(database)
    with database.connect() as connection:
        happen(connection, 20_000)
    to = tmp_path / "series"
    options = ["analytics", "export", "module-events", "--to", str(to), "--privacy", "identified", "--basis", "a test"]
    reader = Reader(to / "module-events")
    with Writers(database).writing(), reader.reading():
        kill_some(lambda more: process.start(*options, *more, database=database), kills)
    assert reader.looks
    runtime = runtime_for(database, tmp_path)
    export(runtime, ask(to, incremental=True))
    export(runtime, ask(tmp_path / "whole"))
    assert rows_of(to) == rows_of(tmp_path / "whole")
    _nothing_is_left_over(to)
    _all_is_on_record(database, to)


def _nothing_is_left_over(to: Path) -> None:
    generation = manifest_of(to)["generation"]
    held = {found.name for found in (to / ".module-events").iterdir()}
    assert held == {"lock", *(f"g{generation - before:05d}" for before in range(3) if before < generation)}


def _all_is_on_record(database: Database, to: Path) -> None:
    recorded = {
        (file["rows"], file["sha256"])
        for (told,) in database.execute("SELECT datasets FROM toolbox.disclosures")
        for file in told["module-events"]["files"].values()
    }
    assert {(part["rows"], part["sha256"]) for part in manifest_of(to)["files"]} <= recorded


def test_killed_runs_lose_nothing(database: Database, toolbox_process: ToolboxProcess, tmp_path: Path) -> None:
    hold(database, toolbox_process, tmp_path, kills=3)


@pytest.mark.soak
def test_a_hundred_killed_runs_lose_nothing(
    database: Database, toolbox_process: ToolboxProcess, tmp_path: Path
) -> None:
    hold(database, toolbox_process, tmp_path, kills=100)
