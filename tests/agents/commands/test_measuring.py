"""`toolbox agents metrics` and `health`."""

import json
import re
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
    for wrong in (["--since", "0"], ["--since", "999999999d"], ["--output", "x"]):
        assert agents("metrics", *wrong).exit_code == Exit.USAGE


def test_percentiles_are_times_that_tries_took_and_prometheus_reads_them(agents: Agents, database: Database) -> None:
    agents.items("register")
    database.execute("""
        WITH task AS (
            INSERT INTO toolboxai.agent_tasks (agent_id, task_type, task_name, input_data)
            SELECT id, 'generate_quiz', 'Quiz', '{}' FROM toolboxai.ai_agents WHERE name = 'quiz' RETURNING id)
        INSERT INTO toolboxai.agent_task_attempts (task_id, attempt, worker, started_at, ended_at, outcome)
        SELECT id, number, 'w', now() - make_interval(secs => seconds), now(), 'completed'
        FROM task, (VALUES (1, 1), (2, 2), (3, 60)) AS tries (number, seconds)""")
    (quiz,) = (one for one in agents.items("metrics") if one["agent"] == "quiz")
    assert (quiz["p50_s"], quiz["p95_s"], quiz["p99_s"]) == (2, 60, 60)
    database.execute("UPDATE toolboxai.ai_agents SET name = E'a \\\\ \"b\"\nc' WHERE name = 'quiz'")
    read = parsed(agents("metrics", "--format", "prometheus").stdout)
    assert {kind for kind, _, _ in read.values()} == {"counter", "gauge"}
    _, told, samples = read["toolbox_agents_open_tasks"]
    assert told == "Tasks that have not ended, by status."
    assert samples[(("agent", 'a \\ "b"\nc'), ("status", "pending"))] == 1
    assert len(samples) == 18


def parsed(text: str) -> dict[str, tuple[str, str, dict[tuple[tuple[str, str], ...], float]]]:
    """Read Prometheus's text format 0.0.4 strictly: each metric told and typed once, its samples together."""
    found: dict[str, tuple[str, str, dict[tuple[tuple[str, str], ...], float]]] = {}
    name = told = ""
    assert text.endswith("\n")
    for line in text.removesuffix("\n").split("\n"):
        if line.startswith("# HELP "):
            name, told = re.fullmatch(r"# HELP ([a-z_]+) (.+)", line).groups()  # type: ignore[union-attr]
            assert name not in found
        elif line.startswith("# TYPE "):
            kind = re.fullmatch(rf"# TYPE {name} (counter|gauge)", line)
            assert kind, line
            assert (kind[1] == "counter") == name.endswith("_total")
            found[name] = (kind[1], told, {})
        else:
            sample = re.fullmatch(rf'{name}{{((?:[a-z]+="(?:[^"\\\n]|\\[\\"n])*",?)+)}} (\S+)', line)
            assert sample, line
            pairs = re.findall(r'([a-z]+)="((?:[^"\\]|\\.)*)"', sample[1])
            labels = tuple(
                (key, re.sub(r"\\(.)", lambda sign: {"n": "\n"}.get(sign[1], sign[1]), value)) for key, value in pairs
            )
            assert labels not in found[name][2]
            found[name][2][labels] = float(sample[2])
    assert all(samples for _, _, samples in found.values())
    return found


def test_health_says_whether_anything_goes_on_and_is_kept(agents: Agents, database: Database) -> None:
    assert "no agent is active" in agents("health").stdout
    agents.items("register")
    assert agents("health").exit_code == Exit.DONE
    agents.items("submit", "generate_quiz", "--input", '{"grade": 5}')
    done = agents("health", "--format", "json")
    assert done.exit_code == Exit.FINDINGS
    assert json.loads(done.stdout)["summary"]["status"] == "unhealthy"
    database.execute("INSERT INTO toolbox.procrastinate_workers DEFAULT VALUES")
    assert agents("health").exit_code == Exit.DONE
    database.execute("UPDATE toolbox.procrastinate_events SET at = at - interval '2 minutes'")
    assert "no worker does those of quiz" in agents("health").stdout
    kept = database.execute(
        "SELECT service_name, status, overall_score FROM toolboxai.system_health_checks ORDER BY checked_at"
    )
    assert [(status, int(score)) for _, status, score in kept] == [
        ("degraded", 85), ("healthy", 100), ("unhealthy", 40), ("healthy", 100), ("degraded", 85),
    ]  # fmt: skip
