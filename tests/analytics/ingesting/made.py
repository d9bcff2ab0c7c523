"""Made-up events, and what a database holds of them."""

from typing import Any

from tests.support.servers import Database

MODULE = 7
USER = "0eed0000-0000-4000-8000-000000000001"
NOBODY = "0eed0000-0000-4000-8000-00000000dead"

SCHOOL = f"""
INSERT INTO frames.students (id) SELECT 's' || n FROM generate_series(1, 9) AS n;
INSERT INTO frames.modules (id, module_id, title) VALUES ({MODULE}, 'lab-safety-101', 'Lab safety'), (8, '7', 'Seven');
INSERT INTO toolboxai.users (id, email, username, password_hash, role)
VALUES ('{USER}', 'ada@school.example', 'ada', repeat('x', 60), 'student')"""

EVENTS = """
SELECT module_id, student_id, event_type, event_data, section_number, session_id, device_type,
       to_char("timestamp", 'YYYY-MM-DD HH24:MI:SS.US OF'), time_elapsed_seconds
FROM frames.module_analytics_events ORDER BY "timestamp", student_id, event_type"""
STATE = """
SELECT (SELECT coalesce(array_agg(to_jsonb(e) - 'id' ORDER BY e.timestamp, e.student_id, e.event_type)::text, '')
        FROM frames.module_analytics_events AS e),
       (SELECT coalesce(array_agg(to_jsonb(u) - 'id' ORDER BY u.recorded_at, u.event_name)::text, '')
        FROM toolboxai.usage_analytics AS u),
       (SELECT coalesce(array_agg((event_id, content_sha256)::text ORDER BY event_id)::text, '')
        FROM toolbox.ingested_events),
       (SELECT coalesce(array_agg((content_sha256, reason)::text ORDER BY content_sha256)::text, '')
        FROM toolbox.quarantined_events WHERE released_at IS NULL)"""
QUARANTINED = """
SELECT line, reason, event_id, event_type, content, released_at IS NOT NULL
FROM toolbox.quarantined_events ORDER BY line"""


def event(number: int = 1, **fields: Any) -> dict[str, Any]:
    """Make an event of a module; a field that is None is left out."""
    made = {
        "event_id": f"e-{number}",
        "event_type": "section_view",
        "module_id": "lab-safety-101",
        "student_id": "s1",
        "timestamp": f"2026-10-05T08:{number % 60:02}:00Z",
        "section_number": 3,
        **fields,
    }
    return {name: value for name, value in made.items() if value is not None}


def usage(number: int = 1, **fields: Any) -> dict[str, Any]:
    """Make an event of use."""
    made = {
        "event_id": f"u-{number}",
        "event_type": "page_view",
        "event_category": "user_action",
        "event_name": f"page {number}",
        "recorded_at": "2026-10-05T08:30:00+02:00",
        **fields,
    }
    return {name: value for name, value in made.items() if value is not None}


def state(database: Database) -> Any:
    """Give all that is in the tables of events, whatever order it came in."""
    return database.execute(STATE)
