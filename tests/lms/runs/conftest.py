"""Runs of rosters that a test makes up, and the commands that show them."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from tests.lms.made import Made, Roster
from tests.support.commands import CommandLine, Outcome
from tests.support.servers import Database
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target
from toolbox_cli.lms.sync.running import sync
from toolbox_cli.lms.sync.wishes import SyncRun, Wishes


@dataclass
class Runs:
    """`runs("run", "1")` runs `toolbox lms run 1`; `runs.sync(roster)` syncs first."""

    cli: CommandLine
    database: Database
    environ: dict[str, str] = field(default_factory=dict)

    def __call__(self, *argv: str, before: tuple[str, ...] = ()) -> Outcome:
        return self.cli(*before, "lms", *argv, database=self.database, environ=self.environ)

    def report(self, *argv: str, exit_code: int = 0) -> dict[str, Any]:
        done = self(*argv, "--format", "json")
        assert done.exit_code == exit_code, done.stdout + done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def add(self, name: str = "district", **columns: Any) -> uuid.UUID:
        values = {
            "platform_name": "oneroster", "institution_name": name, "base_url": "https://sis.example",
            "auth_type": "oauth2", "name": name, **columns,
        }  # fmt: skip
        places = ", ".join("%s" for _ in values)
        names = ", ".join(values)
        [[key]] = self.database.execute(
            f"INSERT INTO toolboxai.lms_integrations ({names}) VALUES ({places}) RETURNING id", list(values.values())
        )
        return key

    def sync(self, roster: Roster | Made, name: str = "district", **wishes: Any) -> SyncRun:
        target = Target(self.database.conninfo, Names({"toolbox": "toolbox", "toolboxai": "toolboxai"}), "a test")
        return sync(target, name, Made(roster) if isinstance(roster, Roster) else roster, Wishes(**wishes))

    def rows(self, query: str, parameters: Any = None) -> list[dict[str, Any]]:
        with self.database.connect(row_factory=dict_row) as connection:
            connection.execute("SET search_path TO toolboxai, toolbox")
            cursor = connection.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []

    def change(self, run: int, number: int, before: Any, after: Any, table: str = "lms_identities") -> None:
        """Put a change of a row into a run's journal."""
        self.rows(
            "INSERT INTO lms_sync_changes (run_id, number, table_name, action, external_id, before, after)"
            " VALUES (%s, %s, %s, 'update', %s, %s, %s)",
            [run, number, table, f"x-{number}", Jsonb(before), Jsonb(after)],
        )


@pytest.fixture
def runs(cli: CommandLine, database: Database) -> Runs:
    made = Runs(cli, database)
    made.add()
    return made
