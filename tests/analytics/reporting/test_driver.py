"""What is said where Spark does not start, and that it is silent where it does."""

import json
import shutil
import socket
from pathlib import Path

import pytest

from tests.support.commands import CommandLine, ToolboxProcess
from toolbox_cli.analytics.reporting.engines import driver
from toolbox_cli.analytics.reporting.engines.driver import session_at
from toolbox_cli.core.errors import UnreachableError

REPORT = ("analytics", "report", "adoption", "--of", "2026-10")


@pytest.fixture
def _hasty_java(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


def test_a_cluster_that_is_not_there_is_told_before_the_database_is_asked(cli: CommandLine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        address = f"spark://127.0.0.1:{taken.getsockname()[1]}"
        done = cli(*REPORT, "--engine", address, environ={"TOOLBOX_DATABASE_URL": "postgresql://nowhere.invalid/x"})
    assert (done.exit_code, done.stdout) == (5, "")
    assert f"No Spark answers at {address}: nothing listens at port" in done.stderr
    assert "→ Check --engine" in done.stderr


@pytest.mark.parametrize("master", ["spark://master", "spark://:7077", "spark://one:7077,two", "spark://one:7077/x"])
def test_what_is_no_address_is_wrong_use(cli: CommandLine, master: str) -> None:
    done = cli(*REPORT, "--engine", master)
    assert done.exit_code == 2
    assert "Write it as spark://HOST:PORT" in done.stderr


def test_one_master_of_several_is_enough() -> None:
    with socket.socket() as silent, socket.create_server(("127.0.0.1", 0)) as there:
        silent.bind(("127.0.0.1", 0))
        ports = [one.getsockname()[1] for one in (silent, there)]
        driver.check_cluster("spark://" + ",".join(f"127.0.0.1:{port}" for port in ports))


@pytest.mark.needs("java")
@pytest.mark.usefixtures("_hasty_java")
def test_what_listens_and_is_no_cluster_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "START_TIMEOUT_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as other:
        master = f"spark://127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(UnreachableError, match=r"did nothing within 0\.5 s"), session_at(master):
            pass


@pytest.mark.needs("java")
@pytest.mark.usefixtures("_hasty_java")
def test_spark_is_silent_and_finds_months_in_any_folder(
    toolbox_process: ToolboxProcess, exported: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(exported, tmp_path / "its [1] {a,b} %3D*")
    argv = (*REPORT, "--from", str(folder), "--format", "json")
    done = toolbox_process(*argv, "--engine", "local[1]")
    assert (done.exit_code, done.stderr) == (0, "")
    assert json.loads(done.stdout)["items"] == json.loads(toolbox_process(*argv).stdout)["items"]


def test_java_that_is_missing_is_named(toolbox_process: ToolboxProcess, exported: Path, tmp_path: Path) -> None:
    done = toolbox_process(
        *REPORT, "--from", str(exported), "--engine", "spark", environ={"JAVA_HOME": str(tmp_path / "none")}
    )
    assert done.exit_code == 5
    first, remedy = done.stderr.splitlines()
    assert first == f"Error: Spark did not start: {tmp_path}/none/bin/java: No such file or directory."
    assert "needs Java 17 or newer" in remedy
