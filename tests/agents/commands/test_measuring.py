"""`toolbox agents metrics` and `health`."""

import json
from pathlib import Path

from tests.agents.commands.conftest import Agents
from tests.agents.commands.furnishing import furnish
from tests.support.servers import Database
from toolbox_cli.core.exits import Exit


def test_figures_are_by_agent(agents: Agents, database: Database, tmp_path: Path) -> None:
    agents.items("register")
    (item,) = agents.items("submit", "generate_quiz", "--input", '{"objective": "math-5-add-unlike-fractions"}')
    agents.items("run", item["id"])
    furnish(database)
    figures = {one["agent"]: one for one in agents.items("metrics", "--since", "1h")}
    quiz = figures["quiz"]
    assert (quiz["completed"], quiz["dead_letters"], quiz["pending"], quiz["tries"]) == (1, 1, 1, 1)
    assert (quiz["per_hour"], quiz["failure_ratio"]) == (1, 0.5)
    assert 0 < quiz["p50_s"] == quiz["p99_s"]
    assert (figures["terrain"]["p50_s"], figures["terrain"]["failure_ratio"]) == (None, None)
    assert agents("metrics", "--format", "prometheus", "--output", "agents.prom").exit_code == Exit.DONE
    text = (tmp_path / "agents.prom").read_text(encoding="utf-8")
    assert 'toolbox_agents_tries_total{agent="quiz",outcome="completed"} 1\n' in text
    assert 'toolbox_agents_failure_ratio{agent="quiz"} 0.5\n' in text
    for wrong in (["--since", "0"], ["--output", "x"]):
        assert agents("metrics", *wrong).exit_code == Exit.USAGE


def test_health_says_whether_anything_goes_on_and_is_kept(agents: Agents, database: Database) -> None:
    assert "no agent is active" in agents("health").stdout
    agents.items("register")
    assert agents("health").exit_code == Exit.DONE
    agents.items("submit", "generate_quiz")
    done = agents("health", "--format", "json")
    assert done.exit_code == Exit.FINDINGS
    assert json.loads(done.stdout)["summary"]["status"] == "unhealthy"
    database.execute("INSERT INTO toolbox.procrastinate_workers DEFAULT VALUES")
    assert agents("health").exit_code == Exit.DONE
    kept = database.execute(
        "SELECT service_name, status, overall_score FROM toolboxai.system_health_checks ORDER BY checked_at"
    )
    assert [(status, int(score)) for _, status, score in kept] == [
        ("degraded", 85), ("healthy", 100), ("unhealthy", 40), ("healthy", 100),
    ]  # fmt: skip
