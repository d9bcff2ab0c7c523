"""The files for cron, systemd, containers and Kubernetes are what those read, and their commands parse."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.support.commands import ROOT
from tests.support.examples import parse, toolbox_lines
from toolbox_cli.core.settings import VARIABLES

FOLDER: Final = ROOT / "docs" / "lms"
KNOWN: Final = {*VARIABLES, *(f"{name}_FILE" for name in VARIABLES), "TOOLBOX_CONFIG"}


def unit(name: str) -> dict[str, dict[str, list[str]]]:
    """Read a systemd unit: sections of keys, which may come more than once."""
    found: dict[str, dict[str, list[str]]] = {}
    section: dict[str, list[str]] = {}
    for line in (FOLDER / name).read_text().splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            key, separator, value = line.partition("=")
            assert separator
            assert re.fullmatch(r"[A-Za-z]+", key)
            section.setdefault(key, []).append(value)
    return found


def commands(text: str) -> list[tuple[str, ...]]:
    found = list(toolbox_lines(text))
    for line in found:
        parse(line)
    return found


def test_the_crontab() -> None:
    lines = [line for line in (FOLDER / "crontab").read_text().splitlines() if line and not line.startswith("#")]
    variables = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    assert {name for name in variables if name.startswith("TOOLBOX_")} <= KNOWN
    jobs = [line for line in lines if not re.match(r"[A-Z_]+=", line)]
    for job in jobs:
        *times, command = job.split(None, 5)
        assert len(times) == 5
        assert all(re.fullmatch(r"\*|\d+(-\d+)?(,\d+)*|\*/\d+", field) for field in times)
        assert "%" not in command  # a new line, to cron
        assert len(commands(command)) == 1


@pytest.mark.parametrize(
    ("name", "does"),
    [("toolbox-lms", [["sync"]]), ("toolbox-lms-grades", [["grades", "collect"], ["grades", "push"]])],
)
def test_the_systemd_units(name: str, does: list[list[str]]) -> None:
    service, timer = unit(f"{name}.service"), unit(f"{name}.timer")
    started = [line.split() for line in service["Service"]["ExecStart"]]
    for line in started:
        assert line[0].startswith("/")
        parse(line[1:])
    assert [line[line.index("lms") + 1 :][: len(what)] for line, what in zip(started, does, strict=True)] == does
    names = {line.split("=")[0] for line in service["Service"]["Environment"]}
    assert names <= KNOWN
    credentials = {line.split(":")[0] for line in service["Service"]["LoadCredential"]}
    used = {line.rpartition("%d/")[2] for line in service["Service"]["Environment"] if "%d/" in line}
    assert used == credentials
    assert timer["Timer"]["OnCalendar"]
    assert timer["Install"]["WantedBy"] == ["timers.target"]


@pytest.mark.needs("systemd-analyze")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for file in FOLDER.glob("toolbox-lms*"):
        text = file.read_text(encoding="utf-8").replace("/usr/local/bin/toolbox", shutil.which("true") or "/bin/true")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    units = sorted(map(str, tmp_path.iterdir()))
    assert len(units) == 4
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_all_of_it_is_planned() -> None:
    """Grades wait for ever where only syncs are planned."""
    lines = commands((FOLDER / "crontab").read_text(encoding="utf-8"))
    planned = {" ".join(word for word in line[line.index("lms") + 1 :] if word.isalpha()) for line in lines}
    assert planned == {"sync", "grades collect", "grades push", "status", "purge"}


def test_the_container_file() -> None:
    said = dict(
        line.split(" ", 1) for line in (FOLDER / "Containerfile").read_text().splitlines() if not line.startswith("RUN")
    )
    assert json.loads(said["ENTRYPOINT"]) == ["toolbox"]
    parse(json.loads(said["CMD"]))
    assert said["USER"] not in {"root", "0"}


def test_the_kubernetes_cron_job() -> None:
    job: dict[str, Any] = yaml.safe_load((FOLDER / "cronjob.yaml").read_text())
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "CronJob")
    spec = job["spec"]
    assert spec["concurrencyPolicy"] == "Forbid"
    assert len(spec["schedule"].split()) == 5
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["restartPolicy"] == "Never"
    may = pod["securityContext"]
    assert may["fsGroup"] == may["runAsUser"], "secrets of mode 0440 are root's and the group's"
    [secrets] = pod["volumes"]
    assert secrets["secret"]["defaultMode"] == 0o440
    [container] = pod["containers"]
    parse(container["args"])
    names = {one["name"]: one["value"] for one in container["env"]}
    assert set(names) <= KNOWN
    [mount] = container["volumeMounts"]
    assert all(value.startswith(mount["mountPath"]) for name, value in names.items() if name.endswith("_FILE"))
    assert {one["name"] for one in pod["volumes"]} == {mount["name"]}


def test_the_page_shows_commands_and_settings_that_exist(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "lms.md").read_text(encoding="utf-8")
    begins, ends = text.index("## Syncing"), text.index("## People")
    part = text[begins:ends]
    shown = [line for block in re.findall(r"```(?:text|bash)\n(.*?)```", part, re.DOTALL) for line in commands(block)]
    assert {line[line.index("lms") + 1] for line in shown} == {"sync", "status", "runs", "run", "undo"}
    [settings] = re.findall(r"```yaml\n(.*?)```", part, re.DOTALL)
    from toolbox_cli.core.settings import load_settings

    (tmp_path / "toolbox.yaml").write_text(settings)
    assert load_settings({}, tmp_path).lms.limits["term-rollover"].percent == 80
    for name in set(re.findall(r"toolbox_lms_\w+", part)):
        assert name in (ROOT / "toolbox_cli" / "lms" / "jobs" / "metrics.py").read_text()
