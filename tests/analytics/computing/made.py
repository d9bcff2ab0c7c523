"""Small made-up cases for signals, and reading what became of them."""

import datetime
from collections.abc import Iterable
from typing import Any, Final

from hypothesis import HealthCheck
from psycopg.types.json import Jsonb

from toolbox_cli.analytics.computing.registry import SIGNALS
from toolbox_cli.analytics.computing.running import Computed, Span, compute
from toolbox_cli.core.database.transaction import Connection
from toolbox_cli.core.settings import Environment

NOON: Final = datetime.datetime(2026, 9, 14, 12, tzinfo=datetime.UTC)
NOW: Final = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)

ROLLED_BACK: Final = (HealthCheck.function_scoped_fixture,)
"""For tests that take back what each input leaves."""

Told = tuple[float, str] | tuple[float, str, int | None] | tuple[float, str, int | None, dict[str, Any] | None]
"""Minutes after noon, type, section, data."""


def computed(
    connection: Connection, name: str, since: datetime.datetime | None = None, now: datetime.datetime = NOW
) -> Computed:
    """Compute a signal in the running transaction."""
    connection.execute("SET LOCAL TimeZone TO 'UTC'")
    return compute(connection, SIGNALS[name], Span(since, now), Environment.DEVELOPMENT)


def has_module(connection: Connection, *students: str, module: int = 1, minutes: int = 10, sections: int = 4) -> None:
    """Have a module with sections, and students."""
    connection.execute(
        "INSERT INTO modules (id, module_id, title, estimated_minutes) VALUES (%s, %s, 'A module', %s)",
        (module, f"module-{module}", minutes),
    )
    for number in range(sections):
        connection.execute(
            "INSERT INTO module_sections (module_id, section_number, section_type, content)"
            " VALUES (%s, %s, 'text', '')",
            (module, number + 1),
        )
    for student in students:
        connection.execute("INSERT INTO students (id) VALUES (%s) ON CONFLICT DO NOTHING", (student,))


def happened(
    connection: Connection,
    events: Iterable[Told],
    student: str = "ann",
    module: int = 1,
    noon: datetime.datetime = NOON,
) -> None:
    """Have events of a student in a module; their keys are in the order given."""
    for minute, kind, section, data in (((*told, None, None)[:4]) for told in events):
        connection.execute(
            'INSERT INTO module_analytics_events (module_id, student_id, event_type, section_number, event_data,'
            ' "timestamp") VALUES (%s, %s, %s, %s, %s, %s)',
            (module, student, kind, section, None if data is None else Jsonb(data),
             noon + datetime.timedelta(minutes=minute)),
        )  # fmt: skip


def values(connection: Connection, column: str, table: str, order: str = "id") -> list[Any]:
    """Read a column in order, numbers as floats."""
    found = connection.execute(f"SELECT {column} FROM {table} ORDER BY {order}").fetchall()
    return [float(value) if hasattr(value, "as_tuple") else value for (value,) in found]


def user(connection: Connection, number: int, *, age_band: str = "13_17", active: bool = True) -> str:
    """Have a student of the learning platform; gives the key."""
    key = f"00000000-0000-4000-8000-{number:012d}"
    connection.execute(
        "INSERT INTO users (id, username, email, password_hash, age_band, is_active)"
        " VALUES (%s, %s, %s, '!', %s, %s) ON CONFLICT DO NOTHING",
        (key, f"u{number}", f"u{number}@example.org", age_band, active),
    )
    return key


def content(connection: Connection, number: int, author: str | None, **columns: Any) -> str:
    """Have a content; gives the key."""
    key = f"00000000-0000-4000-9000-{10**12 - 1 - number:012d}"  # another order than that of time
    said = {"subject": "Science", "grade_level": 5, "difficulty_level": "medium", "is_template": False} | columns
    connection.execute(
        "INSERT INTO educational_content (id, title, subject, grade_level, difficulty_level, is_template,"
        " environment_type, content_data, created_by, created_at)"
        " VALUES (%s, 'A content', %s, %s, %s, %s, 'island', '{}', %s, %s)",
        (key, said["subject"], said["grade_level"], said["difficulty_level"], said["is_template"], author,
         NOON + datetime.timedelta(days=number)),
    )  # fmt: skip
    return key


def measured(connection: Connection, person: str | None, value: float, **columns: Any) -> None:
    """Have a measurement of learning."""
    row = {
        "user_id": person, "metric_type": "comprehension", "metric_value": value, "metric_unit": "percentage",
        "subject": "Science", "grade_level": 5, "recorded_at": NOON,
    } | columns  # fmt: skip
    connection.execute(
        f"INSERT INTO educational_analytics ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})",
        [*row.values()],
    )


def withhold(connection: Connection, person: str, *, data: bool | None = False, parental: bool | None = True) -> None:
    """Have somebody whose latest record of play says who allows what."""
    connection.execute("INSERT INTO lessons (id, title) VALUES (%s, 'A lesson') ON CONFLICT DO NOTHING", (LESSON,))
    connection.execute(
        "INSERT INTO roblox_sessions (id, lesson_id, teacher_id, place_id) VALUES (%s, %s, %s, '1')"
        " ON CONFLICT DO NOTHING",
        (SESSION, LESSON, person),
    )
    for day, agreed in enumerate([(True, True), (data, parental)]):
        connection.execute(
            "INSERT INTO roblox_player_progress (session_id, lesson_id, student_id, roblox_user_id, roblox_username,"
            " data_collection_consent, parental_consent_given, joined_at) VALUES (%s, %s, %s, %s, 'one', %s, %s, %s)",
            (SESSION, LESSON, person, str(day), *agreed, NOON + datetime.timedelta(days=day)),
        )


LESSON: Final = "00000000-0000-4000-a000-000000000001"
SESSION: Final = "00000000-0000-4000-b000-000000000001"
