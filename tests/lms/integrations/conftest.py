import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from cryptography.fernet import Fernet
from psycopg.rows import dict_row

from tests.support.commands import CommandLine, Outcome, process_environment
from tests.support.servers import Database, Server
from toolbox_cli.core.secrets import Place, Secrets

SECRET: Final = "s3cr3t-Zebra/42+x="  # noqa: S105  opens nothing
KEY: Final = Fernet.generate_key().decode()

Row = dict[str, Any]


@dataclass
class Lms:
    """`lms("add", "oak", …)` runs a command of the group in this process, `lms.start(…)` one of its own."""

    cli: CommandLine
    database: Database
    environ: dict[str, str]
    folder: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def __call__(
        self, *argv: str, globally: tuple[str, ...] = (), environ: Mapping[str, str] | None = None, stdin: str = ""
    ) -> Outcome:
        keys = {"TOOLBOX_SECRET_KEYS": KEY}
        return self.cli(
            *globally, "lms", *argv, database=self.database, environ={**keys, **(environ or {})}, stdin=stdin
        )

    def done(self, *argv: str, **more: Any) -> Outcome:
        outcome = self(*argv, **more)
        assert outcome.exit_code == 0, outcome.stderr
        return outcome

    def json(self, *argv: str, **more: Any) -> Any:
        return json.loads(self.done(*argv, "--format", "json", **more).stdout)

    def start(
        self, *argv: str, globally: tuple[str, ...] = (), environ: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.Popen[str]:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        process = subprocess.Popen(
            [sys.executable, "-m", "toolbox_cli", *globally, "lms", *argv],
            env={
                **self.environ, "TOOLBOX_DATABASE_URL": self.database.url, "TOOLBOX_SECRET_KEYS": KEY,
                **(environ or {}),
            },
            **{"cwd": self.folder, **pipes, **options},
        )  # fmt: skip
        self.started.append(process)
        return process

    def ask(self, query: str, *values: object) -> list[Row]:
        with self.connect() as connection:
            return connection.cursor(row_factory=dict_row).execute(query.encode(), values).fetchall()

    def connect(self) -> psycopg.Connection[Any]:
        connection = self.database.connect()
        connection.execute("SET search_path TO toolboxai, toolbox")
        return connection

    def row(self, name: str) -> Row:
        [row] = self.ask("SELECT * FROM lms_integrations WHERE name = %s", name)
        return row

    def secret(self, name: str, column: str, key: str = KEY) -> str:
        row = self.row(name)
        return Secrets([key]).decrypt(row[column], Place(row["id"], column))

    def everything(self) -> str:
        """Give all that the database holds of integrations and changes, as text."""
        kept = self.ask("SELECT i::text FROM lms_integrations AS i UNION ALL SELECT a::text FROM audit_log AS a")
        return "\n".join(row["i"] for row in kept)

    def audits(self) -> list[Row]:
        return self.ask("SELECT command, counts, details FROM audit_log WHERE command LIKE 'toolbox lms%%' ORDER BY id")


@pytest.fixture(scope="module")
def kept_database(server: Server) -> Iterator[Database]:
    """One database for the tests of a module; each begins without integrations."""
    with server.temporary(server.template) as made:
        yield made


@pytest.fixture
def lms(cli: CommandLine, kept_database: Database, home: Path, tmp_path: Path) -> Iterator[Lms]:
    made = Lms(cli, kept_database, process_environment(home), tmp_path)
    with made.connect() as connection:
        connection.execute("""
            SET session_replication_role = replica;
            ALTER TABLE audit_log DISABLE TRIGGER append_only;
            DELETE FROM audit_log; DELETE FROM lms_grade_passbacks; DELETE FROM lms_assignments;
            DELETE FROM lms_identities; DELETE FROM lms_courses; DELETE FROM lms_integrations;
            ALTER TABLE audit_log ENABLE ALWAYS TRIGGER append_only""")
    yield made
    for process in made.started:
        process.kill()
        process.communicate()


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")
    file.chmod(0o600)
    return file


def add_canvas(lms: Lms, name: str, file: Path, *more: str, **options: Any) -> Outcome:
    return lms(
        "add", name, "--kind", "canvas", "--base-url", "https://canvas.example", "--secret-file", str(file), *more,
        **options,
    )  # fmt: skip
