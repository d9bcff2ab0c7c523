"""A database with a module, its students and a user, and events that speak of them."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.analytics.ingesting.made import SCHOOL
from tests.support.commands import CommandLine
from tests.support.servers import Database

Ingest = Callable[..., dict[str, Any]]


@pytest.fixture
def school(database: Database) -> Database:
    database.execute(SCHOOL)
    return database


@pytest.fixture
def ingest(cli: CommandLine, school: Database, tmp_path: Path) -> Ingest:
    """Write lines into a file and take them in; give the report."""

    def run(lines: Iterable[Any], *options: str, status: int = 0, file: str = "events.jsonl") -> dict[str, Any]:
        text = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
        (tmp_path / file).write_bytes(text)
        done = cli("analytics", "ingest", file, "--format", "json", *options, database=school)
        assert done.exit_code == status, done.stdout + done.stderr
        report: dict[str, Any] = json.loads(done.stdout)
        return report

    return run
