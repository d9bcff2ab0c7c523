"""What roles of the database may do with agents: those who look, and those who work."""

import psycopg
import pytest

from tests.agents.commands.conftest import Agents
from tests.agents.commands.furnishing import LESSON, TASK, furnish
from tests.support.roles import role
from tests.support.school import target
from tests.support.servers import Database
from toolbox_cli.agents.making.library import library
from toolbox_cli.agents.workflow.storing.reference import bring_objectives, bring_templates
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.settings import Environment
from toolbox_cli.db.access.grant import grant
from toolbox_cli.db.access.use import Use


def granted(agents: Agents, use: Use, name: str) -> Agents:
    grant(target(agents.database), use, name, Environment.DEVELOPMENT)
    return Agents(agents.cli, agents.database.with_options(f"-c role={name}"))


def is_refused(agents: Agents, *argv: str) -> bool:
    done = agents(*argv)
    return (done.exit_code, "lacks a privilege" in done.stderr) == (Exit.REFUSED, True)


def test_who_looks_changes_nothing_and_who_works_judges_nothing(agents: Agents, database: Database) -> None:
    agents.items("register")
    furnish(database)
    with role(database) as reader:
        looking = granted(agents, Use.READONLY, reader)
        assert [one["id"] for one in looking.items("status")] == [TASK]
        assert [one["task"] for one in looking.items("review", "list")] == [LESSON]
        for argv in (
            ["list"], ["show", "quiz"], ["logs", TASK], ["dead-letter", "list"], ["metrics"],
            ["metrics", "--format", "prometheus"], ["export", LESSON, "--to", "lesson"],
        ):  # fmt: skip
            assert looking(*argv).exit_code == Exit.DONE, argv
        assert is_refused(looking, "cancel", TASK)
        assert is_refused(looking, "generate", "fractions")
    with role(database) as worker:
        working = granted(agents, Use.AGENTS, worker)
        with psycopg.connect(database.conninfo, options="-csearch_path=toolboxai") as owner:
            bring_objectives(owner, ["math-5-add-unlike-fractions"], library())
            bring_templates(owner, library().templates, library())
        assert working("cancel", TASK).exit_code == Exit.DONE
        key = made(working)
        assert database.execute("SELECT count(*) FROM toolboxai.lessons") == [(1,)]
        for argv in (["rescue"], ["health"], ["metrics"], ["review", "list"]):
            assert working(*argv).exit_code == Exit.DONE, argv
        assert is_refused(working, "review", "approve", key, "--by", "grace")
        assert is_refused(working, "disable", "quiz")
        with working.database.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE toolboxai.users SET role = 'admin'")


def made(working: Agents) -> str:
    """Have a whole lesson made, task by task."""
    given = '{"objective": "math-5-add-unlike-fractions", "duration_minutes": 20}'
    (whole,) = working.items("submit", "generate_environment", "--input", given)
    while ready := [one for one in working.items("status") if one["status"] == "pending"]:
        assert working("run", ready[0]["id"]).exit_code == Exit.DONE
    (ended,) = working.items("status", whole["id"])
    assert ended["status"] == "completed", ended["error"]
    return str(whole["id"])
