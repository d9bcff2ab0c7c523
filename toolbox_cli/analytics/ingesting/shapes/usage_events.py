"""Events of the learning platform's use, which become rows of `usage_analytics`."""

import datetime
from collections.abc import Mapping
from typing import Any, Final

from toolbox_cli.analytics.ingesting.shapes import fields
from toolbox_cli.analytics.ingesting.shapes.shape import Event, Reference, Shape

PLATFORM: Final = "toolboxai"

_KEY: Final = (fields.key, "uuid")
_COUNT: Final = (fields.whole(), "integer")
_DEFAULTS: Final[dict[str, Any]] = {"properties": {}, "tags": []}
"""What the table has where nothing is said."""


class UsageEvents:
    """Reads events of use; their type and name are open lists.

    Args:
        now: events may be at most a day ahead of it.
    """

    def __init__(self, now: datetime.datetime) -> None:
        self.shape = Shape(
            PLATFORM,
            "usage_analytics",
            {
                "event_type": (fields.text(50), "text"),
                "event_category": (fields.one_of("user_action", "system_event", "error"), "text"),
                "event_name": (fields.text(100), "text"),
                "user_id": _KEY,
                "session_id": _KEY,
                "content_id": _KEY,
                "agent_id": _KEY,
                "endpoint": (fields.text(200), "text"),
                "method": (fields.text(10), "text"),
                "status_code": (fields.whole(100, 599), "integer"),
                "response_time_ms": _COUNT,
                "request_size_bytes": _COUNT,
                "response_size_bytes": _COUNT,
                "ip_address": (fields.address, "inet"),
                "country": (fields.country, "text"),
                "user_agent": (fields.text(2000), "text"),
                "device_type": (fields.one_of("desktop", "mobile", "tablet"), "text"),
                "browser": (fields.text(50), "text"),
                "os": (fields.text(50), "text"),
                "properties": (fields.document, "jsonb"),
                "tags": (fields.documents, "jsonb[]"),
                "memory_usage_mb": _COUNT,
                "cpu_usage_percent": (fields.rounded(0, 100), "numeric"),
                "database_query_time_ms": _COUNT,
                "ai_processing_time_ms": _COUNT,
                "recorded_at": (fields.moment(now), "timestamptz"),
            },
            ("event_type", "event_category", "event_name", "recorded_at"),
            "recorded_at",
            (
                Reference("user_id", "users", "id"),
                Reference("session_id", "user_sessions", "id"),
                Reference("content_id", "educational_content", "id"),
                Reference("agent_id", "ai_agents", "id"),
            ),
            fields.identifier,
        )

    def read(self, given: Mapping[str, Any]) -> Event:
        """Make an event of what a line says.

        Raises:
            Fault: it can't be taken in.
        """
        return self.shape.read(_DEFAULTS | {name: value for name, value in given.items() if value is not None})


def is_one(given: Mapping[str, Any]) -> bool:
    """Tell whether this means to be an event of use."""
    return "event_category" in given or "event_name" in given
