"""The installation that the examples of `toolbox lms` speak of: a district with files, a school with Canvas."""

import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet

from tests.quests.inner_edu.played import TOKEN
from tests.support.commands import ROOT, CommandLine, Outcome
from tests.support.servers import Database

FILES: Final = ROOT / "fixtures" / "lms" / "district"
EXPORT: Final = "/srv/sis/export"
METRICS: Final = "/var/lib/node_exporter"
SETTINGS: Final = "lms: {limits: {term-rollover: {percent: 80, rows: 500}}}\n"
CONTENT: Final = """
INSERT INTO users (email, username, password_hash, first_name, last_name, role)
VALUES ('lovelace@school.example', 'ms.lovelace', '!', 'A', 'L', 'teacher');
INSERT INTO educational_content (title, subject, grade_level, environment_type, content_data)
VALUES ('Fraction Island', 'Mathematics', 5, 'island', '{}'), ('Ratio Bridge', 'Mathematics', 7, 'island', '{}');
INSERT INTO quizzes (title, subject, grade_level, content_id)
SELECT title || ' Quiz', subject, grade_level, id FROM educational_content"""
GRADE: Final = """
INSERT INTO lms_grade_passbacks
    (id, lms_assignment_id, user_id, external_user_id, score, points_possible, status, attempt_count)
SELECT '7d1f2c3e-5a4b-4c6d-8e9f-0a1b2c3d4e5f', a.id, i.user_id, i.external_user_id, 10, 20, 'dead', 5
FROM lms_assignments AS a, lms_identities AS i
WHERE a.external_assignment_id = 'itm-1' AND i.external_user_id = 'stu-017'"""


@dataclass(frozen=True)
class Surroundings:
    """A folder that an example is run in, and what is there besides the database.

    Attributes:
        inner_edu: address of the server that plays it.
    """

    cli: CommandLine
    folder: Path
    inner_edu: str = ""

    @property
    def environ(self) -> Mapping[str, str]:
        there = {"TOOLBOX_INNER_EDU_URL": self.inner_edu, "TOOLBOX_INNER_EDU_TOKEN": TOKEN}
        return {"TOOLBOX_SECRET_KEYS": KEY, "FIR_TOKEN": "opens-nothing", **there}

    def furnish(self) -> None:
        """Lay out what examples name: exported files, a secret, a place for figures, settings."""
        shutil.copytree(FILES / "v1p1-next-day", self.folder / "export")
        (self.folder / "canvas.token").write_text("opens-nothing\n")
        (self.folder / "canvas.token").chmod(0o600)
        (self.folder / "toolbox.yaml").write_text(SETTINGS)
        (self.folder / "district.yaml").write_text("zone: America/New_York\nlimits: {percent: 5}\n")

    def __call__(self, line: str, database: Database) -> Outcome:
        """Run a command line of an example, without `toolbox`, with the places that it names here."""
        here = line.replace(EXPORT, str(self.folder / "export")).replace(METRICS, str(self.folder))
        return self.cli(*shlex.split(here), database=database, environ=self.environ)

    def lms(self, database: Database, *argv: str, exit_code: int = 0) -> None:
        done = self.cli("lms", *argv, database=database, environ=self.environ)
        assert done.exit_code == exit_code, done.stderr

    def settle(self, database: Database) -> None:
        """Bring the district in: run 12 is its second night."""
        self.furnish()
        database.execute(f"SET search_path = toolboxai; {CONTENT}")
        database.execute("ALTER TABLE toolboxai.lms_sync_runs ALTER id RESTART WITH 8")
        first = str(FILES / "v1p1")
        self.lms(database, "add", "district", "--kind", "oneroster-csv", "--base-url", first)
        canvas = ("--kind", "canvas", "--base-url", "https://canvas.oak.example", "--secret-file")
        self.lms(database, "add", "oak", *canvas, str(self.folder / "canvas.token"))
        self.lms(database, "pause", "oak")
        self.lms(database, "sync", "district")
        self.lms(database, "identities", "district", "--merge", "stu-018", "stu-017")
        self.lms(database, "link", "district:cls-mat5-a", "--content", "Fraction Island")
        self.lms(database, "link", "district:cls-mat5-a:itm-1", "--quiz", "Fraction Island Quiz")
        self.move(database)
        self.lms(database, "sync", "district")
        database.execute(f"SET search_path = toolboxai; {GRADE}")

    def move(self, database: Database) -> None:
        """Let the district export into this folder."""
        database.execute(
            "UPDATE toolboxai.lms_integrations SET base_url = %s WHERE name = 'district'", [str(self.folder / "export")]
        )

    def break_export(self) -> None:
        """Leave next to nobody in any class."""
        rows = self.folder / "export" / "enrollments.csv"
        rows.write_text("".join(rows.read_text().splitlines(keepends=True)[:10]))


KEY: Final = Fernet.generate_key().decode()
