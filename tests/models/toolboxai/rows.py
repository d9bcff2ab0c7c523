"""The smallest rows of the learning platform's tables, and a way to write them."""

import datetime
import uuid
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import Column, Enum, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from toolbox_cli.models.toolboxai.base import Base

Connection = psycopg.Connection[Any]
Row = dict[str, Any]
TABLES = {table.name: table for table in Base.metadata.sorted_tables}

SAMPLES: dict[type, Any] = {
    str: "x",
    int: 1,
    bool: True,
    uuid.UUID: uuid.UUID(int=1),
    datetime.datetime: datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC),
}

VALID: dict[str, Row] = {
    "users": {"email": "someone@school.example"},
    "user_sessions": {"expires_at": "2100-01-01 00:00:00+00"},
    "user_progress": {"progress_type": "quiz"},
    "ai_agents": {"agent_type": "quiz"},
    "agent_reviews": {"content_sha256": "0" * 64},
    "agent_made_content": {"content_sha256": "0" * 64, "object_sha256": "1" * 64},
    "agent_made_scripts": {"content_sha256": "0" * 64, "object_sha256": "1" * 64},
    "agent_states": {"state_type": "problem"},
    "roblox_scripts": {"script_type": "module"},
    "lms_integrations": {"platform_name": "moodle", "auth_type": "basic"},
    "lms_enrollments": {"role": "teacher"},
    "lms_sync_runs": {"mode": "delta"},
    "lms_sync_issues": {"severity": "note"},
    "lms_sync_changes": {"table_name": "users", "action": "update", "before": Jsonb({}), "after": Jsonb({})},
    "websocket_connections": {"connection_type": "plugin"},
    "collaboration_sessions": {"session_type": "review"},
    "collaboration_changes": {"change_type": "script_update"},
    "usage_analytics": {"event_category": "error"},
    "error_logs": {"error_type": "network"},
    "system_health_checks": {"status": "degraded"},
}
"""What the smallest row of a table needs beyond any value of the right type."""


def sample(column: Column[Any]) -> Any:
    if isinstance(column.type, Enum):
        return column.type.enums[0]
    return Jsonb({}) if isinstance(column.type, JSONB) else SAMPLES.get(column.type.python_type, 1)


def smallest(table: Table) -> Row:
    key = {column.name: uuid.uuid4() for column in table.primary_key if isinstance(column.type, Uuid)}
    given = [column for column in table.columns if column.server_default is None and not column.identity]
    needed = [column for column in given if not column.nullable]
    return key | {column.name: sample(column) for column in needed} | VALID.get(table.name, {})


def insert(connection: Connection, table: str, **row: Any) -> Row:
    """Write the smallest row with `row` on top; give what stands then, and keep the transaction usable on a refusal."""
    whole = smallest(TABLES[table]) | row
    statement = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({}) RETURNING to_jsonb({}.*)").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, whole)),
        sql.SQL(", ").join([sql.Placeholder()] * len(whole)),
        sql.Identifier(table),
    )
    with connection.transaction():
        written = connection.execute(statement, list(whole.values())).fetchone()
    assert written
    stands: Row = written[0]
    return stands
