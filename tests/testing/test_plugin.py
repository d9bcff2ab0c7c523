"""The plugin as another project uses it: pytest of its own, a folder of its own, a process of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import process_environment
from tests.support.servers import Server

CLEAN = """
import pytest

def count(database, table):
    with database.connect() as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

@pytest.mark.parametrize("time", [1, 2])
def test_each_test_has_a_database_of_its_own(toolbox_database, time):
    assert count(toolbox_database, "frames.universities") == 0
    with toolbox_database.connect() as connection:
        connection.execute("INSERT INTO frames.universities (id) VALUES ('a')")
    assert set(toolbox_database.schemas) == {"toolbox", "toolboxai", "pas_in_peace", "frames"}

def test_sqlalchemy_takes_the_address(toolbox_database):
    from sqlalchemy import create_engine, text
    engine = create_engine(toolbox_database.url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    engine.dispose()
"""

SEEDED = """
def test_rows_are_there(toolbox_seeded):
    with toolbox_seeded.connect() as connection:
        (rows,) = connection.execute("SELECT count(*) FROM frames.students").fetchone()
        (held,) = connection.execute("SELECT count(*) FROM toolbox.seed_runs").fetchone()
        connection.execute("DELETE FROM frames.module_feedback")
    assert rows == 8 and held == 1

def test_what_another_test_deleted_is_there(toolbox_seeded):
    with toolbox_seeded.connect() as connection:
        (rows,) = connection.execute("SELECT count(*) FROM frames.students").fetchone()
    assert rows == 8
"""

HANGS = """
import sys
def test_is_killed(toolbox_database):
    print("\\nserving", toolbox_database.url, flush=True)
    sys.stdin.read()
"""


def run(folder: Path, home: Path, test: str, ini: str = "", *, environ: dict[str, str] | None = None) -> Any:
    (folder / "test_it.py").write_text(test)
    (folder / "pytest.ini").write_text(f"[pytest]\n{ini}\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"]
    environment = {**process_environment(home), **(environ or {})}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_every_test_gets_a_migrated_database(tmp_path: Path, home: Path) -> None:
    done = run(tmp_path, home, CLEAN)
    assert "3 passed" in done.stdout, done.stdout + done.stderr
    assert not list(Path(home).glob("tb-*"))


def test_every_test_gets_the_same_rows(tmp_path: Path, home: Path) -> None:
    done = run(tmp_path, home, SEEDED, "toolbox_seed = frames\ntoolbox_students = 10")
    assert "2 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("ini", "told"),
    [
        ("toolbox_seed = nothing", "It may be roblox, lms, quests, frames, all."),
        ("toolbox_profile = scool", "There is no profile 'scool'."),
        ("toolbox_as_of = today", "a day such as 2026-10-01"),
    ],
)
def test_what_the_ini_file_says_wrong_is_told(tmp_path: Path, home: Path, server: Server, ini: str, told: str) -> None:
    server_url = f"toolbox_server = {server.maintenance.url}"
    done = run(tmp_path, home, SEEDED, f"{ini}\n{server_url}")
    assert "2 errors" in done.stdout
    assert told in done.stdout


def test_a_server_that_is_there_is_left_as_it_was(tmp_path: Path, home: Path, server: Server) -> None:
    made = "SELECT datname FROM pg_database WHERE datname LIKE 'toolbox_test_%'"
    done = run(tmp_path, home, CLEAN, f"toolbox_server = {server.maintenance.url}")
    assert "3 passed" in done.stdout, done.stdout + done.stderr
    assert server.maintenance.execute(made) == []


def test_the_server_ends_with_tests_that_are_killed(tmp_path: Path, home: Path) -> None:
    (tmp_path / "test_it.py").write_text(HANGS)
    temporary = home / "tmp"
    temporary.mkdir(mode=0o755)
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "test_it.py"],
        cwd=tmp_path, env={**process_environment(home), "TMPDIR": str(temporary)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        while "serving" not in (line := process.stdout.readline()):
            assert line, "it ended"
        os.kill(process.pid, signal.SIGKILL)
        process.stdout.read()  # ends when the warden, which has it too, is gone
    assert not list(temporary.glob("tb-*"))


def test_asking_for_nothing_imports_nothing(tmp_path: Path, home: Path) -> None:
    test = (
        "import sys\ndef test_it():\n"
        "    assert 'toolbox_cli.testing.plugin' in sys.modules and 'psycopg' not in sys.modules\n"
    )
    done = run(tmp_path, home, test)
    assert "1 passed" in done.stdout, done.stdout
