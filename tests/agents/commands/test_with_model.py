"""`toolbox agents` with a language model: what can't work is told before anything is made."""

from tests.agents.commands.conftest import Agents
from tests.support.servers import Database
from toolbox_cli.core.exits import Exit

KEY = "sk-of-the-school-7f3a9c"
FAULTS = {"URL": ("http://llm.example", "the key would be sent in the clear"), "CA_FILE": ("none.pem", "No such file")}


def test_a_model_that_can_not_be_asked_is_told_at_once(agents: Agents, database: Database) -> None:
    for command in (("generate", "fractions", "--model"), ("worker", "--drain")):
        for name, (value, told) in FAULTS.items():
            settings = {"PROVIDER": "anthropic", "NAME": "m", "KEY": KEY, name: value}
            environ = {f"TOOLBOX_AGENTS_MODEL_{setting}": held for setting, held in settings.items()}
            done = agents.cli("agents", *command, database=database, environ=environ)
            assert done.exit_code == Exit.USAGE, done.stderr
            assert f"agents.model.{name.lower()}" in done.stderr
            assert told in done.stderr
            assert KEY not in done.stderr
    assert database.execute("SELECT count(*) FROM toolboxai.agent_tasks") == [(0,)]
