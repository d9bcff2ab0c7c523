"""What CI is told to run: the action's own step, the hooks, and the snippets of docs/ci.md."""

import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.support.commands import ROOT, process_environment
from tests.support.examples import blocks, parse, toolbox_lines
from tests.support.servers import Database

ACTION: Final[dict[str, Any]] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS: Final[list[dict[str, Any]]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
PAGE: Final = ROOT / "docs" / "ci.md"
SNIPPETS: Final = [yaml.safe_load(block.text) for block in blocks(PAGE) if block.marks == ("yaml",)]


def steps() -> list[dict[str, Any]]:
    """Give the steps of the page's workflows."""
    jobs = [job for snippet in SNIPPETS for job in snippet.get("jobs", {}).values()]
    return [step for job in jobs for step in job["steps"]]


def run_step(database: Database, home: Path, folder: Path, **inputs: str) -> tuple[int, str, dict[str, str]]:
    """Run the action's last step as GitHub does; give its status, its output and the outputs it sets."""
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    (programs / "toolbox").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m toolbox_cli "$@"\n')
    (programs / "toolbox").chmod(0o755)
    step = ACTION["runs"]["steps"][-1]
    given = {name: str(info.get("default", "")) for name, info in ACTION["inputs"].items()} | inputs
    environ = process_environment(home) | {
        **{name: given[value.split("inputs.")[1].rstrip(" }")] for name, value in step["env"].items()},
        "TOOLBOX_DATABASE_URL": database.url,
        "RUNNER_TEMP": str(folder),
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_OUTPUT": str(folder / "output"),
        "PYTHONPATH": str(ROOT),
    }
    environ["PATH"] = f"{programs}:{environ['PATH']}"
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        env=environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    set_ = dict(line.split("=", 1) for line in (folder / "output").read_text().splitlines())
    (folder / "output").unlink()
    return done.returncode, done.stdout + done.stderr, set_


def test_the_action_passes_where_all_is_well(database: Database, home: Path, tmp_path: Path) -> None:
    status, said, outputs = run_step(database, home, tmp_path)
    assert (status, outputs["status"]) == (0, "0"), said
    assert Path(outputs["report"]).exists()
    assert "::error" not in said


def test_the_action_annotates_and_fails(database: Database, home: Path, tmp_path: Path) -> None:
    database.execute("ALTER TABLE frames.modules DROP CONSTRAINT modules_revision_check")
    status, said, outputs = run_step(database, home, tmp_path, what="schema", platform="frames")
    assert (status, outputs["status"]) == (3, "3"), said
    assert "::error title=constraint-missing,file=toolbox_cli/models/frames/module.py,line=" in said


def test_the_action_says_that_it_could_not(empty_database: Database, home: Path, tmp_path: Path) -> None:
    (tmp_path / "toolbox-verify.sarif").write_text("of an earlier run")
    status, _, outputs = run_step(empty_database, home, tmp_path, baseline="nowhere.yml")
    assert (status, outputs["status"]) == (2, "2")
    assert not (tmp_path / "toolbox-verify.sarif").exists()


def test_the_action_upgrades_first_on_demand(empty_database: Database, home: Path, tmp_path: Path) -> None:
    status, said, _ = run_step(empty_database, home, tmp_path, upgrade="true")
    assert status == 0, said


def test_the_action_is_whole() -> None:
    assert ACTION["runs"]["using"] == "composite"
    assert all(step.get("shell") == "bash" for step in ACTION["runs"]["steps"] if "run" in step)
    assert all(info["description"] for info in [*ACTION["inputs"].values(), *ACTION["outputs"].values()])


def test_workflows_give_the_action_what_it_takes() -> None:
    ours = [step for step in steps() if step.get("uses", "").partition("@")[0] in {"OWNER/toolbox", "./"}]
    assert len(ours) == 2
    for step in ours:
        assert set(step.get("with", {})) <= set(ACTION["inputs"])


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_hooks_run_what_there_is(hook: dict[str, Any]) -> None:
    assert hook["language"] == "python"
    assert not hook["pass_filenames"]
    (call,) = toolbox_lines(hook["entry"])
    parse(call)


def test_the_page_names_hooks_that_there_are() -> None:
    named = {hook["id"] for snippet in SNIPPETS for repo in snippet.get("repos", ()) for hook in repo["hooks"]}
    assert named
    assert named <= {hook["id"] for hook in HOOKS}


def test_scripts_of_jobs_parse() -> None:
    jobs = [job for snippet in SNIPPETS for job in snippet.values() if isinstance(job, dict) and "script" in job]
    calls = [call for job in jobs for line in job["script"] for call in toolbox_lines(line)]
    assert len(calls) >= 3
    for call in calls:
        parse(call)
