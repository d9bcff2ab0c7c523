"""`toolbox agents` on a database of its own."""

import json
from typing import Any

import pytest

from tests.support.commands import CommandLine, Outcome
from tests.support.servers import Database
from toolbox_cli.core.exits import Exit


class Agents:
    """`toolbox agents`, on one database."""

    def __init__(self, cli: CommandLine, database: Database) -> None:
        self.cli, self.database = cli, database

    def __call__(self, *argv: str) -> Outcome:
        return self.cli("agents", *argv, database=self.database)

    def items(self, *argv: str, exit_code: Exit = Exit.DONE) -> list[dict[str, Any]]:
        done = self(*argv, "--format", "json")
        assert done.exit_code == exit_code, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)["items"]
        return found


@pytest.fixture
def agents(cli: CommandLine, database: Database) -> Agents:
    return Agents(cli, database)
