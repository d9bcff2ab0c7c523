"""`users.recovery_tracks` as installations of document 002 fill it, read into `user_tracks`."""

import json
import random
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.support.revisions import downgrade, upgrade
from tests.support.servers import Database, Server
from toolbox_cli.db.revisions.lineage.history import read_history
from toolbox_cli.db.revisions.running.execution import module_of

TYPES: Final = "pas_in_peace_types"
TRACK: Final = {
    "track": "self_work",
    "phase": "expression",
    "completion_percentage": 37,
    "milestones": [{"name": "Первый шаг \U0001f600", "achieved_at": "2025-11-01T08:00:00"}],
    "next_action": {"suggestion": "Write", "technique": "cbt", "estimated_time": "10-15 minutes"},
    "last_activity": "2025-11-09T10:11:12.123456",
    "total_actions": 5,
}
"""One track as the program of document 002 keeps it."""

READ: Final = """
SELECT user_id, track_type, current_phase, completion_percentage, weeks_active, days_active, total_activities,
    completed_activities, (last_activity_at AT TIME ZONE 'UTC')::text, (started_at AT TIME ZONE 'UTC')::text
FROM user_tracks ORDER BY user_id, track_type"""
BEGAN: Final = "2025-01-01 00:00:00"


@pytest.fixture(scope="session")
def tracked_template(server: Server) -> Iterator[str]:
    with server.temporary() as made:
        upgrade(made, "phase_4_3_integration")
        yield made.name


@pytest.fixture
def installed(server: Server, tracked_template: str) -> Iterator[Database]:
    with server.temporary(tracked_template) as made:
        made.execute(f"ALTER DATABASE \"{made.name}\" SET timezone = 'Asia/Kathmandu'")
        made.execute(f'ALTER DATABASE "{made.name}" SET search_path = pas_in_peace')
        yield made


def fill(database: Database, documents: list[Any]) -> None:
    with database.connect() as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO users (id, telegram_id, created_at, recovery_tracks) VALUES (%s, %s, '2025-01-01', %s)",
            [(n, n, document if isinstance(document, str) else json.dumps(document)) for n, document in documents],
        )


def left_out(database: Database) -> list[tuple[Any, ...]]:
    return database.execute(module_of(read_history().find(TYPES)).LEFT_OUT)


@pytest.mark.every_version
def test_what_the_document_tells_of_a_track_is_read(installed: Database) -> None:
    documents = [
        {"self_work": TRACK},
        {"NEGOTIATION": {"current_phase": "MASTERY", "total_activities": 4, "completed_activities": 3}},
        {"community": {}, "child_connection": {"phase": None, "last_activity": None, "completion_percentage": 1e2}},
        {"community": {"last_activity": "2025-02-28T23:30:00+02:30", "started_at": "2025-02-01", "weeks_active": 2}},
        {}, "null", {"negotiation": None}, {"community": {"phase": "action"}},
    ]  # fmt: skip
    fill(installed, list(enumerate(documents, 1)))
    installed.execute("INSERT INTO user_tracks (user_id, track_type, weeks_active) VALUES (8, 'community', 7)")
    before = installed.execute("SELECT id, recovery_tracks::jsonb FROM users ORDER BY id")
    assert left_out(installed) == []

    upgrade(installed, TYPES)

    [*made, stood] = installed.execute(READ)
    assert made == [
        (1, "self_work", "expression", 37, 0, 0, 5, 5, "2025-11-09 10:11:12.123456", BEGAN),
        (2, "negotiation", "mastery", 0, 0, 0, 4, 3, None, BEGAN),
        (3, "child_connection", "awareness", 100, 0, 0, 0, 0, None, BEGAN),
        (3, "community", "awareness", 0, 0, 0, 0, 0, None, BEGAN),
        (4, "community", "awareness", 0, 2, 0, 0, 0, "2025-02-28 21:00:00", "2025-02-01 00:00:00"),
    ]
    assert stood[:5] == (8, "community", "awareness", 0, 7)
    assert installed.execute("SELECT id, recovery_tracks FROM users ORDER BY id") == before

    once = installed.execute(READ)
    downgrade(installed, "phase_4_3_integration")
    upgrade(installed, "pas_in_peace@head")
    assert installed.execute(READ) == once


UNREADABLE: Final[list[tuple[Any, list[tuple[str, str]]]]] = [
    ([1], [("", "an object")]),
    ('"self_work"', [("", "an object")]),
    ({"self_work": 40}, [(".self_work", "an object")]),
    ({"Anna": {}, "community": {}}, [(".*", "a track")]),
    ({"Community": {}, "COMMUNITY": {}}, [(".Community", "each track once")]),
    ({"community": {"track": "self_work"}}, [(".community.track", "the same track")]),
    ({"community": {"phase": "grief"}}, [(".community.phase", "a phase")]),
    (
        {"community": {"completion_percentage": 37.5, "days_active": "3", "total_actions": -1}},
        [
            (".community.completion_percentage", "a whole number from 0 to 100"),
            (".community.days_active", "a whole number, not negative"),
            (".community.total_actions", "a whole number, not negative"),
        ],
    ),
    ({"community": {"last_activity": "2025-02-30T10:00:00"}}, [(".community.last_activity", "a time")]),
    ({"community": {"started_at": "yesterday"}}, [(".community.started_at", "a time")]),
    (
        {"community": {"total_activities": 1, "total_actions": 2}},
        [(".community.total_activities", "a whole number, not negative, and no less than what was done")],
    ),
]


def test_what_cannot_be_read_is_listed_and_stays(installed: Database) -> None:
    fill(installed, [(n, document) for n, (document, _) in enumerate(UNREADABLE, 10)])
    assert left_out(installed) == [
        ("users", str(n), f"recovery_tracks{path}", expected)
        for n, (_, listed) in enumerate(UNREADABLE, 10)
        for path, expected in listed
    ]
    before = installed.execute("SELECT id, recovery_tracks::jsonb FROM users ORDER BY id")
    upgrade(installed, "pas_in_peace@head")
    assert {row[:2] for row in installed.execute(READ)} == {(13, "community"), (14, "community")}
    assert installed.execute("SELECT id, recovery_tracks FROM users ORDER BY id") == before


def test_json_that_jsonb_refuses_is_listed_and_nobody_else_is_held_up(installed: Database) -> None:
    fill(
        installed,
        [(1, r'{"a": "\u0000"}'), (2, r'{"a": "\ud83d"}'), (3, r'{"self_work": {"milestones": ["\ud83d\ude00"]}}')],
    )
    assert left_out(installed) == [("users", n, "recovery_tracks", "JSON that JSONB holds") for n in ("1", "2")]


def test_whatever_a_document_holds_each_track_is_read_or_listed(installed: Database) -> None:
    chance = random.Random(7)  # noqa: S311  the same each time
    keys = ["self_work", "COMMUNITY", "community", "negotiation", "other"]
    fields = [*module_of(read_history().find(TYPES)).FIELDS, "milestones", "extra"]
    values = [
        None, True, 0, 1, 100, 101, -1, 2.5, 2**31, 10**40, "", "a", "action", "Self_Work", "community", [], {}, [1],
        "2025-11-09", "2025-11-09T10:11:12Z", "2025-11-09 10:11", "0000-01-01", "2025-13-01", "2024-02-29",
        "2023-02-29", "2025-11-09T24:00:00", "2025-11-09T10:11:12+15:59", "2025-11-09T10:11:12.1234567", "now",
    ]  # fmt: skip
    documents = [
        {
            key: {field: chance.choice(values) for field in chance.sample(fields, chance.randint(0, 4))}
            if chance.random() < 0.9
            else chance.choice(values)
            for key in chance.sample(keys, chance.randint(0, 4))
        }
        for _ in range(600)
    ]
    fill(installed, list(enumerate(documents, 1)))
    listed = {(int(row), path.split(".")[1].lower()) for _, row, path, _ in left_out(installed)}
    upgrade(installed, "pas_in_peace@head")
    read = {(row[0], row[1]) for row in installed.execute(READ)}
    told = {
        (n, key.lower() if key != "other" else "*")
        for n, document in enumerate(documents, 1)
        for key, value in document.items()
        if value is not None
    }
    assert read | listed == told
    twice = {n for n, document in enumerate(documents, 1) if {"COMMUNITY", "community"} <= document.keys()}
    assert {n for n, _ in read & listed} <= twice
    assert len(read) > 200
    assert len(listed) > 200
