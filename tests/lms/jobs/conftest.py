"""A district whose system exports CSV files, and the commands that run from cron."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from psycopg.rows import dict_row

from tests.support.commands import ROOT, CommandLine, Outcome
from tests.support.servers import Database

DISTRICT: Final = ROOT / "fixtures" / "lms" / "district"


@dataclass
class Jobs:
    """`jobs("sync", "district")` runs `toolbox lms sync district`; options before the group come first.

    Attributes:
        folder: where each integration's files are, by its name.
        environ: what the commands get beside the database.
    """

    cli: CommandLine
    database: Database
    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    def __call__(self, *argv: str, before: tuple[str, ...] = ()) -> Outcome:
        return self.cli(*before, "lms", *argv, database=self.database, environ=self.environ)

    def quiet(self, *argv: str) -> Outcome:
        return self(*argv, before=("--quiet",))

    def report(self, *argv: str, exit_code: int = 0) -> dict[str, Any]:
        done = self(*argv, "--format", "json")
        assert done.exit_code == exit_code, done.stdout + done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def add(self, name: str = "district", **columns: Any) -> Path:
        """Connect an integration that reads files; gives their folder."""
        files = self.folder / name
        shutil.copytree(DISTRICT / "v1p1", files)
        values = {
            "platform_name": "oneroster-csv", "institution_name": name, "base_url": str(files), "auth_type": "token",
            "name": name, **columns,
        }  # fmt: skip
        places = ", ".join("%s" for _ in values)
        self.database.execute(
            f"INSERT INTO toolboxai.lms_integrations ({', '.join(values)}) VALUES ({places})", list(values.values())
        )
        return files

    def rows(self, query: str, parameters: Any = None) -> list[dict[str, Any]]:
        with self.database.connect(row_factory=dict_row) as connection:
            connection.execute("SET search_path TO toolboxai, toolbox")
            cursor = connection.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []

    def statuses(self) -> list[tuple[str, str]]:
        """Name and status of each run, in order."""
        found = self.rows(
            "SELECT i.name, r.status FROM lms_sync_runs AS r JOIN lms_integrations AS i ON i.id = r.lms_integration_id"
            " ORDER BY r.id"
        )
        return [(row["name"], row["status"]) for row in found]

    def age(self, name: str, interval: str) -> None:
        """Let all runs of an integration have been so much earlier."""
        self.rows(
            "UPDATE lms_sync_runs SET started_at = started_at - %(by)s::interval,"
            " ended_at = ended_at - %(by)s::interval"
            " WHERE lms_integration_id = (SELECT id FROM lms_integrations WHERE name = %(name)s)",
            {"name": name, "by": interval},
        )
        self.rows(
            "UPDATE lms_integrations SET created_at = created_at - %(by)s::interval,"
            " last_sync_at = last_sync_at - %(by)s::interval, last_success_at = last_success_at - %(by)s::interval"
            " WHERE name = %(name)s",
            {"name": name, "by": interval},
        )


def keep(files: Path, table: str, wanted: Mapping[str, str] | int) -> None:
    """Leave out of a file all lines but the first ones, or those that have these texts changed."""
    path = files / table
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    if isinstance(wanted, int):
        path.write_text("".join(lines[: wanted + 1]), encoding="utf-8")
        return
    text = "".join(lines)
    for old, new in wanted.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def jobs(cli: CommandLine, database: Database, tmp_path: Path) -> Jobs:
    return Jobs(cli, database, tmp_path)
