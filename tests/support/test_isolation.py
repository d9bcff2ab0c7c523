import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import ROOT, CommandLine, ToolboxProcess
from tests.support.isolation import OutsideError
from tests.support.tools import REQUIRE_ALL

NEEDY = """
import os
import pytest
from tests.support.tools import TOOLS

TOOLS["pgbouncer"] = ("a-program-that-is-nowhere",)

@pytest.mark.needs("pgbouncer")
def test_pooled():
    pass

def test_clean():
    assert [name for name in os.environ if name.startswith(("PG", "TOOLBOX_")) and name != "TOOLBOX_HOME"] == []
"""


def run_suite(folder: Path, *options: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a small suite under this suite's own rules, where a tool can't be found."""
    (folder / "test_needy.py").write_text(NEEDY)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", ROOT / "pyproject.toml", *options, folder],
        cwd=ROOT,
        env={**os.environ, "PATH": str(folder), "PGHOST": "db.example", "TOOLBOX_ENV": "production", **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_tool_is_named_at_the_end(tmp_path: Path) -> None:
    done = run_suite(tmp_path, "-n", "2")
    assert "pgbouncer is not installed here, so 1 test was skipped:" in done.stdout
    assert "test_needy.py::test_pooled" in done.stdout
    assert "1 passed, 1 skipped" in done.stdout


def test_nothing_may_be_left_out_where_all_is_required(tmp_path: Path) -> None:
    done = run_suite(tmp_path, **{REQUIRE_ALL: "1"})
    assert "needs pgbouncer, which is not installed here, and" in done.stdout
    assert done.returncode == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80), ("db.example", 5432)])
def test_other_machines_are_out_of_reach(address: tuple[str, int]) -> None:
    with pytest.raises(OutsideError):
        socket.create_connection(address)


def test_this_machine_is_in_reach() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.create_connection(listening.getsockname()) as made:
        assert made.getpeername() == listening.getsockname()


def test_the_command_line_runs_in_both_ways(cli: CommandLine, toolbox_process: ToolboxProcess) -> None:
    here, apart = cli("--version"), toolbox_process("--version")
    assert here == apart
    assert (here.exit_code, here.stderr) == (0, "")


def test_a_wrong_use_is_seen_as_the_process_would_show_it(cli: CommandLine, toolbox_process: ToolboxProcess) -> None:
    here, apart = cli("--no-such-option"), toolbox_process("--no-such-option")
    assert (here.exit_code, here.stdout) == (apart.exit_code, apart.stdout) == (2, "")
    assert "--no-such-option" in here.stderr
