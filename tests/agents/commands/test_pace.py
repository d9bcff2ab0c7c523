"""How often workers do what is configured."""

from dataclasses import fields

import pytest

from tests.agents.commands.conftest import Agents
from toolbox_cli.agents.database import pace_of
from toolbox_cli.agents.engine.pace import Pace
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.runtime import Runtime
from toolbox_cli.core.sections import PaceSettings


def test_settings_are_as_the_engine_has_it_where_nothing_is_said() -> None:
    assert PaceSettings.model_fields.keys() <= {field.name for field in fields(Pace)}
    assert pace_of(Runtime(environ={})) == Pace()
    assert pace_of(Runtime(environ={"TOOLBOX_AGENTS_PACE_GRACE_S": "3"})) == Pace(grace_s=3)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [("HEARTBEAT_S", "16", "stalled_s is less"), ("STALLED_S", "19", "stalled_s is less"), ("GRACE_S", "0", "GRACE_S")],
)
def test_workers_that_are_alive_can_not_lose_their_tasks(agents: Agents, name: str, value: str, told: str) -> None:
    done = agents.cli("agents", "list", database=agents.database, environ={f"TOOLBOX_AGENTS_PACE_{name}": value})
    assert done.exit_code == Exit.USAGE
    assert told in done.stderr
