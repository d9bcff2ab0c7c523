"""A small district in two systems, as syncs have read it."""

import uuid
from typing import Any, Final

from tests.support.servers import Database

NAMESPACE: Final = uuid.UUID("00000000-0000-0000-0000-00000000d157")

ROWS: Final = """
SET search_path = toolboxai;
INSERT INTO lms_integrations (id, platform_name, institution_name, base_url, auth_type, name) VALUES
    ({district}, 'oneroster', 'District', 'https://sis.example', 'oauth2', 'district'),
    ({moodle}, 'moodle', 'School', 'https://moodle.example', 'token', 'moodle');
INSERT INTO lms_sync_runs (lms_integration_id, mode, status, ended_at) VALUES ({district}, 'full', 'success', now());
INSERT INTO users (id, username, email, password_hash, role, is_superuser) VALUES
    ({ada}, 'ada', 'ada@school.example', repeat('x', 60), 'student', false),
    ({bob}, 'bob', 'bob@school.example', repeat('x', 60), 'student', false),
    ({grace}, 'grace', 'grace@school.example', repeat('x', 60), 'teacher', false),
    ({root}, 'root', 'root@school.example', repeat('x', 60), 'admin', true);
INSERT INTO lms_courses (id, lms_integration_id, external_course_id, title, subject, grade_level) VALUES
    ({math}, {district}, 'c-math', 'Mathematics 5 (Hopper)', 'Mathematics', 5),
    ({science}, {district}, 'c-science', 'Science 5', 'Science', 5),
    ({elsewhere}, {moodle}, 'c-math', 'Mathe', 'Mathematics', 5);
INSERT INTO lms_identities (id, lms_integration_id, external_user_id, user_id, username, email, given_name,
    family_name, role, status, removed_at, account_made, first_run_id, last_run_id) VALUES
    ({s1}, {district}, 's-1', {ada}, 'ada.l', 'ada@home.example', 'Ada', 'Lovelace',
     'student', 'present', NULL, true, 1, 1),
    ({s2}, {district}, 's-2', {bob}, 'bob.k', NULL, 'Bob', 'Kahn', 'student', 'present', NULL, true, 1, 1),
    ({s3}, {district}, 's-3', NULL, NULL, NULL, 'Ada', 'Lovelace', 'student', 'present', NULL, false, 1, 1),
    ({s4}, {district}, 's-4', NULL, NULL, NULL, 'Gone', 'Long', 'student', 'removed', now(), false, 1, 1),
    ({t1}, {district}, 't-1', {grace}, 'grace.h', 'grace@work.example', 'Grace', 'Hopper',
     'teacher', 'present', NULL, false, 1, 1),
    ({m1}, {moodle}, '17', {ada}, 'ada', NULL, 'Ada', 'Lovelace', NULL, 'present', NULL, false, NULL, NULL);
INSERT INTO lms_enrollments
    (lms_course_id, lms_identity_id, role, status, removed_at, source, external_enrollment_id) VALUES
    ({math}, {s1}, 'student', 'active', NULL, 'sync', 'e-1'),
    ({math}, {s2}, 'student', 'removed', now(), 'sync', 'e-2'),
    ({math}, {s3}, 'student', 'active', NULL, 'sync', 'e-3'),
    ({math}, {t1}, 'teacher', 'active', NULL, 'sync', 'e-4'),
    ({science}, {s1}, 'student', 'future', NULL, 'sync', 'e-5'),
    ({science}, {t1}, 'assistant', 'active', NULL, 'manual', NULL),
    ({elsewhere}, {m1}, 'student', 'active', NULL, 'sync', NULL)"""


def key(name: str) -> uuid.UUID:
    """Give the key of a row that is called so above."""
    return uuid.uuid5(NAMESPACE, name)


class _Keys(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"'{key(name)}'"


def settle(database: Database, more: str = "") -> None:
    """Load it, and more rows that name keys in the same way."""
    database.execute((ROWS + ";" + more).format_map(_Keys()))


def row(database: Database, table: str, name: str) -> dict[str, Any]:
    """Give a row as the server writes it."""
    query = f"SELECT to_jsonb(t) FROM toolboxai.{table} AS t WHERE id = '{key(name)}'"
    found: dict[str, Any] = database.execute(query)[0][0]
    return found


def audited(database: Database) -> list[tuple[Any, ...]]:
    """Give what the audit log has, in order: command, counts, details."""
    return database.execute("SELECT command, counts, details FROM toolbox.audit_log ORDER BY id")


def journal(database: Database) -> list[tuple[Any, ...]]:
    """Give the runs by hand with their changes, in order: run, table, key there, before, after."""
    return database.execute(
        "SELECT r.id, c.table_name, c.external_id, c.before, c.after FROM toolboxai.lms_sync_runs AS r"
        " JOIN toolboxai.lms_sync_changes AS c ON c.run_id = r.id WHERE r.mode = 'manual' ORDER BY r.id, c.number"
    )
