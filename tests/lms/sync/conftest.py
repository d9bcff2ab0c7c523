import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from tests.lms.made import Made, Roster
from tests.support.servers import Database
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.target import Target
from toolbox_cli.lms.sync.running import sync
from toolbox_cli.lms.sync.wishes import SyncRun, Watch, Wishes

TABLES = ("lms_courses", "lms_identities", "lms_enrollments", "lms_assignments", "users")
OF = "JOIN lms_integrations AS n ON n.id = t.lms_integration_id WHERE n.name = %s"
PRESENT = {
    "courses": f"SELECT external_course_id AS k FROM lms_courses AS t {OF} AND status = 'active'",
    "users": f"SELECT external_user_id AS k FROM lms_identities AS t {OF} AND status = 'present'",
}
ENROLLED = f"""
SELECT t.external_course_id AS c, i.external_user_id AS u, e.role FROM lms_enrollments AS e
JOIN lms_identities AS i ON i.id = e.lms_identity_id JOIN lms_courses AS t ON t.id = e.lms_course_id {OF}
  AND e.status <> 'removed'"""


@dataclass
class District:
    """A database with one integration, and what to ask of it."""

    database: Database
    name: str = "district"

    @property
    def target(self) -> Target:
        return Target(self.database.conninfo, Names({"toolbox": "toolbox", "toolboxai": "toolboxai"}), "a test")

    def connect_one(self, name: str = "district", **settings: Any) -> uuid.UUID:
        return self.database.execute(
            "INSERT INTO toolboxai.lms_integrations"
            " (platform_name, institution_name, base_url, auth_type, name, settings)"
            " VALUES ('oneroster', 'A district', 'https://sis.example', 'oauth2', %s, %s) RETURNING id",
            [name, Jsonb(settings)],
        )[0][0]

    def sync(
        self, source: Made | Roster, *, watch: Watch | None = None, name: str | None = None, **wishes: Any
    ) -> SyncRun:
        given = Made(source) if isinstance(source, Roster) else source
        return sync(self.target, name or self.name, given, Wishes(**wishes), watch)

    def rows(self, query: str, parameters: Any = None) -> list[dict[str, Any]]:
        with self.database.connect(row_factory=dict_row) as connection:
            connection.execute("SET search_path TO toolboxai")
            cursor = connection.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []

    def one(self, query: str, parameters: Any = None) -> dict[str, Any]:
        (row,) = self.rows(query, parameters)
        return row

    def issues(self, run: SyncRun) -> list[tuple[str, str | None, str | None]]:
        rows = self.rows(
            "SELECT code, kind, external_id FROM lms_sync_issues WHERE run_id = %s ORDER BY number", [run.id]
        )
        return [(row["code"], row["kind"], row["external_id"]) for row in rows]

    def codes(self, run: SyncRun) -> set[str]:
        return {code for code, _, _ in self.issues(run)}

    def identity(self, key: str) -> dict[str, Any]:
        return self.one("SELECT * FROM lms_identities WHERE external_user_id = %s", [key])

    def account(self, key: str) -> dict[str, Any]:
        return self.one(
            "SELECT u.* FROM users AS u JOIN lms_identities AS i ON i.user_id = u.id WHERE i.external_user_id = %s",
            [key],
        )

    def present(self) -> dict[str, set[Any]]:
        """Give what stands: courses, people, and who is in which course as what."""
        return {name: {row["k"] for row in self.rows(query, [self.name])} for name, query in PRESENT.items()} | {
            "enrollments": {(row["c"], row["u"], row["role"]) for row in self.rows(ENROLLED, [self.name])}
        }

    def snapshot(self) -> dict[str, list[str]]:
        """Give every row of the tables that a sync writes, as text."""
        return {
            table: [row["t"] for row in self.rows(f"SELECT to_jsonb(t)::text AS t FROM {table} AS t ORDER BY id")]
            for table in TABLES
        }

    def runs(self) -> list[dict[str, Any]]:
        return self.rows("SELECT * FROM lms_sync_runs ORDER BY id")


def standing(roster: Roster) -> dict[str, set[Any]]:
    """Give what is to stand of a roster."""
    return {
        "courses": {one.id for one in roster.courses},
        "users": {one.id for one in roster.users},
        "enrollments": {(one.course_id, one.user_id, one.role.value) for one in roster.enrollments},
    }


@pytest.fixture
def district(database: Database) -> District:
    made = District(database)
    made.connect_one()
    return made
