"""`toolbox lms` as these tests call it."""

import json
from dataclasses import dataclass
from typing import Any

from tests.support.commands import CommandLine, Outcome
from tests.support.servers import Database


@dataclass(frozen=True)
class Lms:
    """`lms("identities", "district")` runs on one database."""

    cli: CommandLine
    database: Database

    def __call__(self, *argv: str) -> Outcome:
        return self.cli("lms", *argv, database=self.database)

    def report(self, *argv: str, exit_code: int = 0) -> dict[str, Any]:
        done = self(*argv, "--format", "json")
        assert done.exit_code == exit_code, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found
