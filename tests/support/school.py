"""A few rows of each platform, and how to compare what two databases hold."""

import hashlib

from tests.support.servers import Database
from tests.support.template import NAMES
from toolbox_cli.core.database.target import Target

ROWS = """
INSERT INTO frames.students (id) SELECT 's' || n FROM generate_series(1, 200) AS n;
INSERT INTO frames.modules (id, module_id, title) VALUES (1, 'm', 'Módulo – "one"');
INSERT INTO frames.module_analytics_events (module_id, student_id, event_type, "timestamp")
SELECT 1, 's' || n, 'pause', '2026-11-05 00:00+00' FROM generate_series(1, 200) AS n;
INSERT INTO pas_in_peace.users (telegram_id, created_at) VALUES ('person-1', '2026-11-01');
INSERT INTO toolboxai.users (email, username, password_hash, role)
VALUES ('ada@school.example', 'ada', repeat('x', 60), 'teacher')"""

_TABLES = """
SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
WHERE relkind = 'r' AND nspname !~ '^pg_|^information_schema$' ORDER BY 1, 2"""

_WAITERS = """
SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'relation'
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


def fill(database: Database) -> None:
    database.execute(ROWS)


def target(database: Database) -> Target:
    """Give a database as toolbox takes it: all platforms under their own names."""
    return Target(database.url, NAMES, "the test suite")


def contents(database: Database) -> dict[str, str]:
    """Give a hash of each table's rows, by "schema.table"; the audit log apart, which tells of each restore."""
    tables = [(schema, table) for schema, table in database.execute(_TABLES) if table != "audit_log"]
    return {f"{schema}.{table}": _hash(database, schema, table) for schema, table in tables}


def wait_for_a_waiter(database: Database) -> None:
    """Come back once somebody in the database waits for a table's lock."""
    with database.connect() as connection:
        for _ in range(5_000):
            if connection.execute(_WAITERS).fetchone() != (0,):
                return
            connection.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("nobody waits for a lock")


def _hash(database: Database, schema: str, table: str) -> str:
    rows = database.execute(f'SELECT to_jsonb(t)::text FROM "{schema}"."{table}" AS t ORDER BY 1')
    return hashlib.sha256("\n".join(text for (text,) in rows).encode()).hexdigest()
