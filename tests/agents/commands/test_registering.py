"""`toolbox agents list`, `show`, `register`, `update` and `disable`."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.agents.commands.conftest import Agents
from tests.support.servers import Database
from toolbox_cli.agents.registering.run import Fate, Registered, read, register
from toolbox_cli.content.reference.agents import agents_folder
from toolbox_cli.content.reference.keys import reference_uuid
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.settings import Environment

OURS = ["content", "quiz", "review", "script", "supervisor", "terrain"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An agent of somebody's own."""
    text = (agents_folder() / "quiz.yaml").read_text(encoding="utf-8")
    made = tmp_path / "quiz-hard.yaml"
    made.write_text(text.replace("name: quiz", "name: quiz-hard"), encoding="utf-8")
    return made


def fates(items: list[dict[str, Any]]) -> dict[str, str]:
    return {one["name"]: one["fate"] for one in items}


def test_agents_that_come_with_toolbox_are_registered_once(agents: Agents, database: Database) -> None:
    assert fates(agents.items("register", "--dry-run")) == dict.fromkeys(OURS, "registered")
    assert agents.items("list") == []
    assert fates(agents.items("register")) == dict.fromkeys(OURS, "registered")
    assert fates(agents.items("register")) == dict.fromkeys(OURS, "unchanged")
    keys = dict(database.execute("SELECT name, id FROM toolboxai.ai_agents"))
    assert keys == {name: reference_uuid("ai_agents", name) for name in OURS}
    recorded = database.execute("SELECT command, counts FROM toolbox.audit_log ORDER BY id DESC LIMIT 1")
    assert recorded == [("toolbox agents register", {"ai_agents": 6})]
    assert agents.cli("seed", "reference", "--platform", "toolboxai", database=database).exit_code == Exit.DONE
    assert dict(database.execute("SELECT name, id FROM toolboxai.ai_agents")) == keys


def test_two_that_register_at_once_agree(agents: Agents, database: Database) -> None:
    def connected() -> psycopg.Connection[Any]:
        return psycopg.connect(database.conninfo, options="-csearch_path=toolboxai")

    def other() -> list[Registered]:
        with connected() as second:
            return register(second, read(), Environment.DEVELOPMENT)

    def wait_for_a_waiter() -> None:
        while not database.execute("SELECT FROM pg_locks WHERE NOT granted") and not found.done():
            database.execute("SELECT pg_sleep(0.01)")

    with ThreadPoolExecutor(1) as beside:
        with connected() as first:
            assert {one.fate for one in register(first, read(), Environment.DEVELOPMENT)} == {Fate.REGISTERED}
            found = beside.submit(other)
            wait_for_a_waiter()
        assert {one.fate for one in found.result()} == {Fate.UNCHANGED}
    assert len(agents.items("list")) == len(OURS)


def test_an_own_agent_is_changed_by_update_alone(agents: Agents, file: Path) -> None:
    refused = agents("register", str(file))
    assert refused.exit_code == Exit.USAGE
    assert "ai_agents has no content" in refused.stderr
    agents.items("register")
    assert fates(agents.items("update", str(file), exit_code=Exit.REFUSED)) == {"quiz-hard": "refused"}
    assert fates(agents.items("register", str(file))) == {"quiz-hard": "registered"}
    file.write_text(file.read_text().replace("max_concurrent_tasks: 3", "max_concurrent_tasks: 9"))
    (told,) = agents.items("register", str(file), exit_code=Exit.REFUSED)
    assert (told["fate"], told["fields"]) == ("refused", ["max_concurrent_tasks"])
    (told,) = agents.items("update", str(file))
    assert (told["fate"], told["fields"]) == ("changed", ["max_concurrent_tasks"])
    shown = {one["field"]: one["value"] for one in agents.items("show", "quiz-hard")}
    assert shown["max_concurrent_tasks"] == 9


def test_faults_of_a_file_are_told_at_their_lines(agents: Agents, file: Path) -> None:
    file.write_text(file.read_text().replace("priority: 6", "priority: 60").replace("version: 1.0.0", "version: '1'"))
    told = agents("register", str(file)).stderr
    assert "quiz-hard.yaml:4" in told
    assert "is not written like 1.0.0" in told
    assert "less than or equal to 10" in told
    assert agents("register", str(file.with_name("none.yaml"))).exit_code == Exit.USAGE
    file.unlink()
    assert "There are no agents in" in agents("register", str(file.parent)).stderr


def test_a_disabled_agent_gets_no_new_tasks(agents: Agents) -> None:
    agents.items("register")
    assert fates(agents.items("disable", "quiz")) == {"quiz": "disabled"}
    assert fates(agents.items("disable", "quiz")) == {"quiz": "unchanged"}
    assert "quiz" not in {one["name"] for one in agents.items("list")}
    assert "quiz" in {one["name"] for one in agents.items("list", "--all")}
    assert agents("submit", "generate_quiz", "--input", '{"grade": 5}').exit_code == Exit.REFUSED
    assert fates(agents.items("disable", "quiz", "--undo")) == {"quiz": "enabled"}
    assert agents("disable", "nobody").exit_code == Exit.USAGE
    assert agents("show", "nobody").exit_code == Exit.USAGE
