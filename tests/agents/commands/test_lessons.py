"""`toolbox agents generate`, `export` and `review`: from words to files, and to a person's judgement."""

import json
from pathlib import Path

import pytest
import yaml

from tests.agents.commands.conftest import Agents
from tests.agents.commands.furnishing import LESSON, TASK, furnish, person
from tests.support.commands import ToolboxProcess
from tests.support.servers import Database
from toolbox_cli.core.exits import Exit


@pytest.fixture
def furnished(agents: Agents, database: Database) -> Agents:
    agents.items("register")
    furnish(database)
    return agents


def test_words_become_a_lesson_that_a_person_lets_be_deployed(
    agents: Agents, database: Database, toolbox_process: ToolboxProcess, tmp_path: Path
) -> None:
    done = toolbox_process(
        "agents", "generate", "grade 5, fractions, island", "--wait", "--format", "json", database=database
    )
    assert done.exit_code == 0, done.stderr
    assert "registered content, quiz, review, script, supervisor, terrain" in done.stderr
    summary = json.loads(done.stdout)["summary"]
    key = summary["workflow"]
    assert (summary["status"], summary["rounds"]) == ("completed", 1)
    files = agents.items("export", key, "--to", "lesson")
    assert {"lesson.yaml", "quiz.gift", "terrain.json"} < {one["file"] for one in files}
    assert yaml.safe_load((tmp_path / "lesson" / "lesson.yaml").read_text(encoding="utf-8"))
    person(database)
    (work,) = agents.items("review", "list")
    assert (work["task"], work["content_sha256"]) == (key, summary["content_sha256"])
    deploy = "UPDATE toolboxai.roblox_content SET is_deployed = true"
    with pytest.raises(Exception, match="no person has judged it"):
        database.execute(deploy)
    (judged,) = agents.items("review", "approve", key, "--by", "grace")
    assert (judged["approved"], judged["reviewed_by"]) == (True, "grace")
    database.execute(deploy)
    assert agents.items("review", "list") == []


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["grade 5, quantum chromodynamics"], "quantum chromodynamics"),
        (["fractions", "--model"], "No language model is configured"),
        (["fractions", "--by", "nobody"], "no such user"),
        (["fractions", "--subject", "Alchemy"], "subject: Input should be 'Mathematics', 'Science'"),
    ],
)
def test_what_can_not_be_made_is_told_at_once(agents: Agents, argv: list[str], told: str) -> None:
    done = agents("generate", *argv)
    assert done.exit_code == Exit.USAGE, done.stderr
    assert told in done.stderr
    assert agents.items("status") == []


def test_a_judgement_is_of_one_content_and_by_somebody_who_may(furnished: Agents, database: Database) -> None:
    person(database, "sam", "student")
    person(database, "old", "admin", active=False)
    for by in ("sam", "old"):
        assert furnished("review", "approve", LESSON, "--by", by).exit_code == Exit.REFUSED
    assert furnished("review", "approve", LESSON, "--by", "nobody").exit_code == Exit.USAGE
    assert furnished("review", "approve", TASK, "--by", "grace").exit_code == Exit.REFUSED
    assert furnished("review", "approve", LESSON, "--by", "grace", "--content", "0" * 12).exit_code == Exit.USAGE
    assert furnished("review", "reject", LESSON, "--by", "grace", "--note", " ").exit_code == Exit.USAGE
    assert database.execute("SELECT FROM toolboxai.agent_reviews") == []
    (work,) = furnished.items("review", "list")
    begins = work["content_sha256"][:12].upper()
    furnished.items("review", "approve", LESSON, "--by", "grace", "--content", begins)
    (last,) = furnished.items("review", "reject", LESSON, "--by", "grace", "--note", "Too long")
    assert (last["approved"], last["note"]) == (False, "Too long")
    assert [one["approved"] for one in furnished.items("review", "list", "--all")] == [False]
    assert "Too long" not in str(database.execute("SELECT * FROM toolbox.audit_log"))


def test_only_an_approved_lesson_is_exported(furnished: Agents) -> None:
    assert furnished("export", TASK, "--to", "lesson").exit_code == Exit.REFUSED
    assert furnished("export", LESSON, "--to", "lesson").exit_code == Exit.DONE
    assert furnished("export", LESSON, "--to", "lesson").exit_code == Exit.REFUSED
