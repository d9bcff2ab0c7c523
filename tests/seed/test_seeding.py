"""The engine, on a domain small enough to know every row of."""

import multiprocessing
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.seed import toy
from tests.seed.looking import DAY, content, counts, hashes
from tests.seed.toy import TABLES, TOY
from tests.support.commands import process_environment
from tests.support.school import target
from tests.support.servers import Database, Server
from toolbox_cli.core.database.catalog import compare, read_catalog
from toolbox_cli.core.database.locks import SEEDS, lock_transaction
from toolbox_cli.core.errors import LockedError, RefusedError, ToolboxError, UsageError
from toolbox_cli.core.settings import Settings
from toolbox_cli.seed import seeding
from toolbox_cli.seed.making import workers
from toolbox_cli.seed.only import check_names
from toolbox_cli.seed.seeding import seed
from toolbox_cli.seed.wishes import Watch, Wishes

Make = Callable[..., Wishes]
ROWS = {"universities": 8, "teams": 8, "students": 220, "modules": 8, "module_analytics_events": 220}
NOTHING = dict.fromkeys(TABLES, 0)


def load(database: Database, wishes: Wishes, **more: Any) -> Any:
    return seed(target(database), Settings(**more), wishes)


@pytest.mark.every_version
def test_every_row_comes_in_as_it_was_made(database: Database, wishes: Make) -> None:
    done = load(database, wishes())
    assert done.loaded == {"toy": ROWS}
    assert counts(database, "frames", TABLES) == ROWS
    assert database.execute("SELECT DISTINCT name, subsystem FROM frames.teams") == [("Té 'a' \"m\"\n", "thermal")]
    assert database.execute("SELECT DISTINCT event_data ->> 'note' FROM frames.module_analytics_events") == [
        ("tab\tline\n",)
    ]
    assert database.execute("SELECT DISTINCT tags FROM frames.modules") == [(["a\\b", 'c"d', "é"],)]
    assert database.execute("SELECT name FROM frames.universities ORDER BY id LIMIT 1") == [("Example\t0\\",)]


def test_the_same_wishes_give_the_same_bytes_whatever_makes_them(
    server: Server, wishes: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "ROWS_A_BATCH", 100)
    found = []
    for processes, bulk in ((0, False), (1, False), (3, True)):
        with server.temporary(server.template) as database:
            load(database, wishes(processes=processes, bulk=bulk))
            found.append(content(database, "frames", TABLES))
    assert found[0] == found[1] == found[2]


def test_other_seeds_and_days_give_other_rows_beside_the_first(database: Database, wishes: Make) -> None:
    load(database, wishes())
    load(database, wishes(seed=43))
    load(database, wishes(as_of=DAY.replace(day=2)))
    assert counts(database, "frames", TABLES) == {table: 3 * rows for table, rows in ROWS.items()}
    assert database.execute(
        "SELECT count(DISTINCT run_key), max(options #>> '{profile,students}') FROM toolbox.seed_runs"
    ) == [(3, "220")]


def test_a_second_time_nothing_happens(database: Database, wishes: Make) -> None:
    load(database, wishes())
    before = hashes(database, "frames", TABLES), counts(database, "toolbox", ["audit_log", "seed_runs"])
    done = load(database, wishes(today=DAY.replace(day=9)))
    assert (done.loaded, done.already, done.as_of) == ({}, {"toy": ROWS}, DAY)
    assert (hashes(database, "frames", TABLES), counts(database, "toolbox", ["audit_log", "seed_runs"])) == before


def test_the_record_says_what_was_made(database: Database, wishes: Make) -> None:
    load(database, wishes())
    [(tables, audited)] = database.execute(
        "SELECT s.tables, a.counts FROM toolbox.seed_runs AS s, toolbox.audit_log AS a"
    )
    assert {name: facts["rows"] for name, facts in tables.items()} == {f"frames.{n}": rows for n, rows in ROWS.items()}
    assert audited == ROWS
    [(first, last)] = database.execute("SELECT min(id), max(id) FROM frames.module_analytics_events")
    assert tables["frames.module_analytics_events"]["first"] <= first < last
    assert last <= tables["frames.module_analytics_events"]["last"]
    assert "first" not in tables["frames.students"]


def test_a_dry_run_leaves_nothing(database: Database, wishes: Make) -> None:
    assert load(database, wishes(dry_run=True)).loaded == {"toy": ROWS}
    assert counts(database, "frames", TABLES) == NOTHING
    assert counts(database, "toolbox", ["audit_log", "seed_runs"]) == {"audit_log": 0, "seed_runs": 0}


def test_production_is_refused(database: Database, wishes: Make) -> None:
    with pytest.raises(RefusedError, match="never loaded in production"):
        load(database, wishes(), env="production")


def test_a_database_without_its_schemas_is_refused(empty_database: Database, wishes: Make) -> None:
    with pytest.raises(RefusedError, match="newest revision"):
        load(empty_database, wishes())


def test_only_some_tables_come_with_what_they_stand_on(database: Database, wishes: Make) -> None:
    done = load(database, wishes(only=("students",)))
    rows = {**NOTHING, "universities": 8, "teams": 8, "students": 220}
    assert counts(database, "frames", TABLES) == rows
    assert {table: count for table, count in done.loaded["toy"].items() if count} == {
        table: count for table, count in rows.items() if count
    }
    assert load(database, wishes()).loaded == {"toy": ROWS}


def test_a_table_that_is_not_seeded_is_named() -> None:
    with pytest.raises(UsageError, match="'studens'") as refused:
        check_names(["students", "studens"], [TOY])
    assert refused.value.remedy == "Did you mean students?"


FOREIGN = [
    "INSERT INTO frames.universities (id) VALUES ('5eed-other')",
    "INSERT INTO frames.teams (id) VALUES (1)",
    "INSERT INTO frames.modules (module_id, title) VALUES ('m', 'M')",
]


@pytest.mark.parametrize("statement", FOREIGN)
def test_rows_of_others_are_not_loaded_beside_unless_that_is_wished(
    database: Database, wishes: Make, statement: str
) -> None:
    database.execute(statement)
    with pytest.raises(RefusedError, match="did not make") as refused:
        load(database, wishes())
    assert [one.object for one in refused.value.findings] == [statement.split()[2]]
    assert counts(database, "frames", ["students"]) == {"students": 0}
    assert load(database, wishes(append=True)).loaded == {"toy": ROWS}


def test_a_reset_deletes_what_seeding_made_alone(database: Database, wishes: Make) -> None:
    load(database, wishes())
    load(database, wishes(seed=43))
    for statement in FOREIGN:
        database.execute(statement)
    done = load(database, wishes(seed=44, reset=True, append=True))
    assert done.deleted == {f"frames.{table}": 2 * rows for table, rows in ROWS.items()}
    theirs = {"universities": 1, "teams": 1, "modules": 1}
    assert counts(database, "frames", TABLES) == {table: rows + theirs.get(table, 0) for table, rows in ROWS.items()}
    assert database.execute("SELECT seed FROM toolbox.seed_runs") == [(44,)]


def test_a_reset_keeps_rows_that_others_stand_on(database: Database, wishes: Make) -> None:
    load(database, wishes())
    before = hashes(database, "frames", TABLES)
    database.execute(
        "INSERT INTO frames.module_feedback (module_id, student_id, rating)"
        " SELECT (SELECT min(id) FROM frames.modules), (SELECT min(id) FROM frames.students), 4"
    )
    with pytest.raises(RefusedError, match="stand on rows that it made") as refused:
        load(database, wishes(reset=True, append=True))
    assert {(one.object, one.field) for one in refused.value.findings} == {
        ("frames.module_feedback", "module_id"),
        ("frames.module_feedback", "student_id"),
    }
    assert hashes(database, "frames", TABLES) == before


@pytest.mark.every_version
def test_loaded_bare_the_schema_is_as_it_was(database: Database, wishes: Make) -> None:
    with database.connect() as connection:
        connection.execute("COMMENT ON INDEX frames.idx_events_type IS 'Kept.'")
        connection.execute("COMMENT ON CONSTRAINT students_pkey ON frames.students IS 'Kept too.'")
        before = read_catalog(connection, "frames").without_range_partitions()
        load(database, wishes(bulk=True))
        after = read_catalog(connection, "frames").without_range_partitions()
        assert compare(before, after, ignore=frozenset()) == []
    assert counts(database, "frames", TABLES) == ROWS


def test_what_can_not_be_built_as_it_was_is_not_loaded(database: Database, wishes: Make) -> None:
    database.execute("ALTER TABLE frames.students CLUSTER ON students_team_id_idx")
    with pytest.raises(ToolboxError, match="not built as before: students"):
        load(database, wishes(bulk=True))
    assert counts(database, "frames", TABLES) == NOTHING


def test_loaded_bare_a_row_that_breaks_a_key_loads_nothing(
    database: Database, wishes: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = toy.make
    monkeypatch.setattr(toy, "make", lambda context, block: make(context, min(block, 5)))
    with pytest.raises(psycopg.errors.UniqueViolation):
        load(database, wishes(bulk=True))
    assert counts(database, "frames", TABLES) == NOTHING


@pytest.mark.parametrize("append", [False, True])
def test_tables_with_rows_are_not_loaded_bare(database: Database, wishes: Make, append: bool) -> None:
    load(database, wishes())
    with pytest.raises(RefusedError, match="--bulk loads empty tables") as caught:
        load(database, wishes(bulk=True, append=append, seed=43))
    assert [finding.object for finding in caught.value.findings] == [f"frames.{table}" for table in TABLES]
    assert counts(database, "frames", TABLES) == ROWS


def test_one_seeding_at_a_time(database: Database, wishes: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeding, "WAIT_S", 0)
    with database.connect() as other, other.transaction():
        lock_transaction(other, SEEDS, wait_s=0)
        with pytest.raises(LockedError):
            load(database, wishes())


def test_a_killed_maker_of_rows_is_told_and_nothing_is_loaded(
    database: Database, wishes: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "ROWS_A_BATCH", 100)

    def kill(_table: str, _rows: int) -> None:
        for maker in multiprocessing.active_children():
            maker.kill()

    with pytest.raises(ToolboxError, match="makes rows was killed; nothing was loaded") as caught:
        seed(target(database), Settings(), wishes(processes=1), Watch(told=kill))
    assert "memory" in str(caught.value.remedy)
    assert counts(database, "frames", TABLES) == NOTHING


def test_progress_is_told(database: Database, wishes: Make) -> None:
    begun: list[dict[str, int]] = []
    told: list[tuple[str, int]] = []
    watch = Watch(lambda _, expected: begun.append(dict(expected)), lambda table, rows: told.append((table, rows)))
    seed(target(database), Settings(), wishes(), watch)
    assert begun == [{**ROWS, "module_analytics_events": 1}]
    assert {table: sum(rows for name, rows in told if name == table) for table in TABLES} == ROWS


KILLED = """
import sys, datetime
from tests.seed.conftest import shipped_profile
from tests.seed.toy import TOY
from tests.support.school import target
from tests.support.servers import Database
from toolbox_cli.core.settings import Settings
from toolbox_cli.seed.making import workers
from toolbox_cli.seed.profiles.shape import Profile
from toolbox_cli.seed.only import check_names
from toolbox_cli.seed.seeding import seed
from toolbox_cli.seed.wishes import Watch, Wishes
def told(table, rows):
    if table == "students":
        print("loading", flush=True)
        sys.stdin.read()
if __name__ == "__main__":
    workers.ROWS_A_BATCH = 100
    profile = Profile.model_validate({**shipped_profile("classroom"), "students": 3000})
    wishes = Wishes((TOY,), profile, 1, datetime.date(2026, 10, 1), processes=2)
    seed(target(Database(sys.argv[1], 18)), Settings(), wishes, Watch(told=told))
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_ends_halfway_leaves_nothing_and_nobody(
    database: Database, home: Any, tmp_path: Any, how: signal.Signals
) -> None:
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    environment = {**process_environment(home), "PYTHONPATH": "."}
    process = subprocess.Popen(
        [sys.executable, script, database.conninfo], env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "loading\n"
        process.send_signal(how)
        process.communicate()  # comes back once no worker holds the other ends any more
    assert process.returncode != 0
    with database.connect() as connection, connection.transaction():
        lock_transaction(connection, SEEDS, wait_s=30)  # once the server has noticed
    assert counts(database, "frames", TABLES) == NOTHING
    assert counts(database, "toolbox", ["seed_runs"]) == {"seed_runs": 0}
