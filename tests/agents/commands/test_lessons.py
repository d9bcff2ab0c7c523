"""`toolbox agents generate`, `export` and `review`: from words to files, and to a person's judgement."""

import json
import signal
from pathlib import Path

import pytest
import yaml

from tests.agents.commands.conftest import Agents
from tests.agents.commands.furnishing import LESSON, TASK, furnish, person
from tests.agents.making.luau import assert_parses
from tests.agents.making.test_quiz import check as check_question
from tests.agents.making.test_terrain import check as check_land
from tests.agents.making.test_writing import check_gift
from tests.support.commands import CommandLine, ToolboxProcess
from tests.support.servers import Database
from tests.support.terminals import terminal
from toolbox_cli.agents.making.records import Environment
from toolbox_cli.agents.making.writing.gift import gift
from toolbox_cli.content.reference.learning import Lesson
from toolbox_cli.core.exits import Exit

SIGN = """
INSERT INTO toolboxai.agent_made_scripts (roblox_script_id, task_id, content_sha256, object_sha256)
SELECT s.id, t.id, t.output_data ->> 'content_sha256', toolboxai.roblox_script_hash(s)
FROM toolboxai.roblox_scripts AS s, toolboxai.agent_tasks AS t WHERE t.id = %(lesson)s"""


@pytest.fixture
def furnished(agents: Agents, database: Database) -> Agents:
    agents.items("register")
    furnish(database)
    return agents


WORDS = "grade 5, fractions, island, for emma.berg@school.example"
QUICKLY = {"TOOLBOX_AGENTS_PACE_HEARTBEAT_S": "0.5"}


def serve_others(database: Database) -> None:
    """Have a worker that is alive, and takes nothing of ours."""
    database.execute("INSERT INTO toolbox.procrastinate_workers DEFAULT VALUES")


def test_words_become_a_lesson_that_a_person_lets_be_deployed(
    agents: Agents, database: Database, toolbox_process: ToolboxProcess, tmp_path: Path
) -> None:
    serve_others(database)
    done = toolbox_process(
        "agents", "generate", WORDS, "--wait", "--format", "json", database=database, environ=QUICKLY
    )
    assert done.exit_code == 0, done.stderr
    assert "registered content, quiz, review, script, supervisor, terrain" in done.stderr
    assert "No worker does tasks of supervisor: they are done here." in done.stderr
    summary = json.loads(done.stdout)["summary"]
    key = summary["workflow"]
    assert (summary["status"], summary["rounds"]) == ("completed", 1)
    agents.items("export", key, "--to", "lesson")
    check_files(tmp_path / "lesson", made_by(database, key))
    check_that_nobody_is_named(database)
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


def made_by(database: Database, key: str) -> Environment:
    ((made,),) = database.execute(
        "SELECT output_data -> 'environment' FROM toolboxai.agent_tasks WHERE id = %s", (key,)
    )
    return Environment.model_validate(made)


def check_files(folder: Path, made: Environment) -> None:
    """Open an export as whoever gets it does, and prove what it says by other means than those that made it."""
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    ((_, lesson),) = yaml.safe_load(texts["lesson.yaml"])["educational_content"].items()
    asked = Lesson.model_validate(lesson).quiz.questions
    assert asked.keys() == {one.key for one in made.quiz.questions}
    assert texts["quiz.gift"] == gift(made.quiz)
    check_gift(made.quiz)
    for question in made.quiz.questions:
        check_question(question)
    land = json.loads(texts["terrain.json"])
    assert [tuple(cell) for cell in land["checkpoints"]] == list(made.terrain.checkpoints)
    check_land(made.terrain)
    scripts = [text for name, text in texts.items() if name.endswith(".luau")]
    assert len(scripts) == 1 + len(made.scripts)
    for source in scripts:
        assert_parses(source)


def check_that_nobody_is_named(database: Database) -> None:
    """What a person's words say of a child is in no row, whatever the table."""
    with database.connect() as connection:
        tables = connection.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
            " WHERE schemaname IN ('toolbox', 'toolboxai') ORDER BY 1"
        ).fetchall()
        queries = [f"SELECT '{name}' FROM {name} AS t WHERE t::text ~* 'emma|berg'" for (name,) in tables]
        named = connection.execute(" UNION ALL ".join(queries).encode()).fetchall()
    assert named == []


def test_whoever_waits_no_longer_hears_how_it_goes_on(
    agents: Agents, database: Database, toolbox_process: ToolboxProcess
) -> None:
    agents.items("register")
    serve_others(database)
    with terminal(60) as screen:
        process = toolbox_process.start(
            "agents", "generate", "fractions", "--wait", database=database, **screen.streams
        )
        screen.wait_for("pending")
        process.send_signal(signal.SIGINT)
        screen.wait_for("toolbox agents cancel --workflow")
        assert process.wait(60) == Exit.INTERRUPTED
        assert "Traceback" not in screen.rest()
    (task,) = agents.items("status")
    assert (task["status"], task["attempt"]) == ("pending", 0)


def test_a_lesson_that_would_not_be_done_is_not_begun_or_says_so(agents: Agents) -> None:
    assert "No worker is alive" in agents("generate", "fractions").stdout
    assert "No worker is alive" in agents("status").stdout
    agents.items("disable", "quiz")
    for begun in (agents("generate", "fractions"), agents("submit", "generate_environment", "--input", '{"grade": 5}')):
        assert begun.exit_code == Exit.REFUSED
        assert "none is active of quiz" in begun.stderr
    assert len(agents.items("status")) == 1


def test_a_database_that_is_not_upgraded_is_told_with_the_way_on(cli: CommandLine, empty_database: Database) -> None:
    done = cli("agents", "generate", "fractions", "--wait", database=empty_database)
    assert (done.exit_code, "toolbox db upgrade" in done.stderr) == (Exit.REFUSED, True)


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


def test_an_approval_of_who_may_no_longer_judge_counts_no_more(furnished: Agents, database: Database) -> None:
    furnished.items("review", "approve", LESSON, "--by", "grace")
    assert furnished.items("review", "list") == []
    for change in ("role = 'parent'", "role = NULL", "role = 'teacher', is_active = false"):
        database.execute(f"UPDATE toolboxai.users SET {change}")
        (work,) = furnished.items("review", "list")
        assert (work["approved"], work["waits"]) == (True, True)


def test_a_rejection_names_what_players_meet_already(furnished: Agents, database: Database) -> None:
    database.execute(
        "INSERT INTO toolboxai.roblox_scripts (name, script_type, content) VALUES ('Score', 'server', 'return')"
    )
    database.execute(SIGN, {"lesson": LESSON})
    furnished.items("review", "approve", LESSON, "--by", "grace")
    assert "Players meet" not in furnished("review", "reject", LESSON, "--by", "grace", "--note", "No").stdout
    furnished.items("review", "approve", LESSON, "--by", "grace")
    database.execute("UPDATE toolboxai.roblox_scripts SET deployed_to_studio = true")
    done = furnished("review", "reject", LESSON, "--by", "grace", "--note", "No")
    assert "Players meet it already, and this does not take it back: Score." in done.stdout


def test_what_is_left_of_a_lesson_is_judged_by_its_hash(furnished: Agents, database: Database) -> None:
    database.execute(
        "INSERT INTO toolboxai.roblox_scripts (name, script_type, content) VALUES ('Score', 'server', 'return')"
    )
    database.execute(SIGN, {"lesson": LESSON})
    database.execute("UPDATE toolboxai.roblox_scripts SET content = 'return 2'")
    database.execute("UPDATE toolboxai.agent_tasks SET output_data = NULL WHERE id = %(lesson)s", {"lesson": LESSON})
    (work,) = furnished.items("review", "list")
    assert (work["what"], work["name"]) == ("changed script", "Score")
    assert furnished("review", "approve", LESSON, "--by", "grace").exit_code == Exit.REFUSED
    furnished.items("review", "approve", LESSON, "--by", "grace", "--content", work["content_sha256"])
    database.execute("UPDATE toolboxai.roblox_scripts SET deployed_to_studio = true")


def test_only_an_approved_lesson_is_exported(furnished: Agents) -> None:
    assert furnished("export", TASK, "--to", "lesson").exit_code == Exit.REFUSED
    assert furnished("export", LESSON, "--to", "lesson").exit_code == Exit.DONE
    assert furnished("export", LESSON, "--to", "lesson").exit_code == Exit.REFUSED
