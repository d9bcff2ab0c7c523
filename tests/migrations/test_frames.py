"""Revisions of FRAMES LMS: what each leaves behind, forth and back, on tables with rows."""

import datetime
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg import errors
from sqlalchemy.exc import DBAPIError

from tests.migrations.frames_rows import ROWS
from tests.support.revisions import build, catalog, differences, downgrade, upgrade
from tests.support.servers import Database, Server
from toolbox_cli.core.database.guards import ROWS_IN_THE_WAY
from toolbox_cli.models.frames.base import Base

HEAD = "frames@head"
DOCUMENT = "frames_phase_3"
REVISIONS = (
    "frames@base",
    "frames_phase_1",
    "frames_phase_2",
    DOCUMENT,
    "frames_types",
    "frames_checks",
    "frames_indexes",
    "frames_triggers",
    "frames_partitions",
    "frames_comments",
    "frames_content",
)
EVENTS = "frames.module_analytics_events"
OURS = {"module_revisions", "module_assignment_rules"}
OUR_COLUMNS = {"content_hash", "source_hash", "section_key"}
COLUMNS = """
SELECT attname FROM pg_attribute WHERE attrelid = ('frames.' || %s)::regclass AND attnum > 0 AND NOT attisdropped
AND attname <> ALL (%s) ORDER BY attname"""

every_version = pytest.mark.every_version


@pytest.fixture(scope="session")
def installed_template(server: Server) -> Iterator[str]:
    with server.temporary() as made:
        upgrade(made, DOCUMENT)
        yield made.name


@pytest.fixture
def installed(server: Server, installed_template: str) -> Iterator[Database]:
    """What an installation of document 004 has, with rows; its sessions are far from UTC."""
    with server.temporary(installed_template) as made:
        made.execute(f"ALTER DATABASE \"{made.name}\" SET timezone = 'Asia/Kathmandu'")
        made.execute("SET search_path TO frames; " + ROWS)
        yield made


@pytest.fixture
def role(server: Server, installed: Database) -> Iterator[str]:
    """An account without rights, gone with everything that it was given."""
    name = f"role_of_{installed.name}"
    server.maintenance.execute(f"CREATE ROLE {name}")
    yield name
    server.drop(installed.name)
    server.maintenance.execute(f"DROP ROLE {name}")


def one(database: Database, statement: str) -> Any:
    ((value,),) = database.execute(statement)
    return value


def rows(database: Database) -> dict[str, list[Any]]:
    """Give every row of every table of the document, without columns of ours; times as UTC without a zone."""
    with database.connect() as connection:
        connection.execute("SET timezone = 'UTC'")
        found = {}
        for table in Base.metadata.sorted_tables:
            if table.name not in OURS:
                names = ", ".join(
                    f'"{name}"' for (name,) in connection.execute(COLUMNS, (table.name, list(OUR_COLUMNS)))
                )
                asked = connection.execute(f"SELECT {names} FROM frames.{table.name} ORDER BY id")
                found[table.name] = [[_plain(value) for value in row] for row in asked]
        return found


def _plain(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, datetime.datetime) else value


def refused(database: Database, move: Any, target: str) -> dict[str, tuple[int, list[str]]]:
    """Try a move that rows are in the way of; give each rule's count and sample, when nothing has changed."""
    before, schema = rows(database), catalog(database, "frames")
    with pytest.raises(DBAPIError) as caught:
        move(database, target)
    assert isinstance(caught.value.orig, psycopg.Error)
    assert caught.value.orig.sqlstate == ROWS_IN_THE_WAY
    assert rows(database) == before
    assert differences(schema, catalog(database, "frames")) == []
    listed = json.loads(caught.value.orig.diag.message_detail or "")
    return {f"{found['table']}.{found['rule']}": (found["count"], found["sample"]) for found in listed}


def test_the_document_revisions_hold_nothing_of_ours(installed: Database) -> None:
    objects = catalog(installed, "frames").objects

    assert sum(key.kind == "table" for key in objects) == 10
    assert sum(key.kind == "index" for key in objects) == 14
    assert sum(fields.get("type") == "check" for fields in objects.values()) == 2
    assert {key.kind for key in objects} & {"trigger", "function", "partition"} == set()
    assert {fields["type"] for key, fields in objects.items() if key.kind == "column"} >= {
        "json",
        "timestamp without time zone",
    }
    assert [key for key, fields in objects.items() if fields.get("comment")] == []


@pytest.mark.parametrize(
    ("revision", "added"),
    [
        (
            "frames_phase_2",
            "modules.module_type modules.interaction_level modules.required_components modules.difficulty_level"
            " module_sections.section_config module_sections.completion_criteria module_progress.hint_count"
            " module_progress.retry_count module_progress.error_count",
        ),
        (
            "frames_phase_3",
            "modules.adaptive_config module_assignments.auto_assigned module_assignments.assignment_rule"
            " module_progress.difficulty_adjustments module_progress.mastery_score"
            " module_analytics_events.struggle_signal module_analytics_events.pattern_detected"
            " module_feedback.engagement_rating module_feedback.clarity_rating module_feedback.tags",
        ),
    ],
)
def test_a_phase_adds_the_columns_that_the_document_gives_it(
    empty_database: Database, revision: str, added: str
) -> None:
    upgrade(empty_database, REVISIONS[REVISIONS.index(revision) - 1])
    before = catalog(empty_database, "frames").objects.keys()
    upgrade(empty_database, revision)

    after = catalog(empty_database, "frames").objects.keys()
    assert {key.path for key in after - before} == set(added.split())
    assert before - after == set()


@every_version
def test_the_migrated_schema_equals_the_models(installed: Database, empty_database: Database) -> None:
    upgrade(installed, HEAD)
    build(empty_database, Base.metadata)

    assert differences(catalog(empty_database, "frames"), catalog(installed, "frames")) == []


@every_version
def test_each_revision_taken_back_leaves_the_catalog_as_it_was_and_can_be_repeated(empty_database: Database) -> None:
    before = {}
    for revision in REVISIONS:
        if revision != REVISIONS[0]:
            upgrade(empty_database, revision)
        before[revision] = catalog(empty_database, "frames")

    for revision in reversed(REVISIONS[:-1]):
        downgrade(empty_database, revision)
        assert differences(before[revision], catalog(empty_database, "frames")) == []

    upgrade(empty_database, HEAD)
    assert differences(before[REVISIONS[-1]], catalog(empty_database, "frames")) == []


@every_version
def test_rows_go_up_and_down_unchanged(installed: Database) -> None:
    before = rows(installed)
    assert all(before.values())

    upgrade(installed, HEAD)
    assert rows(installed) == before

    downgrade(installed, DOCUMENT)
    assert rows(installed) == before


@every_version
def test_times_without_a_zone_are_read_as_utc(installed: Database) -> None:
    upgrade(installed, "frames_types")

    zone = datetime.UTC
    found = installed.execute("SELECT started_at, completed_at, mastery_score FROM frames.module_progress")
    times = (
        datetime.datetime(2026, 10, 25, 1, 30, tzinfo=zone),
        datetime.datetime(2026, 10, 25, 2, 30, 0, 1, tzinfo=zone),
    )
    assert found == [(*times, Decimal("0.87"))]
    assert one(installed, "INSERT INTO frames.faculty (id) VALUES ('new') RETURNING created_at = now()")


@every_version
def test_json_that_jsonb_cannot_hold_is_listed_and_nothing_changes(installed: Database) -> None:
    installed.execute(r"""
        SET search_path TO frames;
        INSERT INTO modules (module_id, title, tags) VALUES ('nul', '', '["\u0000"]');
        UPDATE module_analytics_events SET event_data = '{"n": 1e999999}' WHERE id = 2;
        UPDATE module_feedback SET tags = '["\ud800"]'""")

    with pytest.raises(DBAPIError) as caught:
        upgrade(installed, HEAD)

    assert isinstance(caught.value.orig, psycopg.Error)
    assert caught.value.orig.sqlstate == ROWS_IN_THE_WAY
    listed = json.loads(caught.value.orig.diag.message_detail or "")
    assert [(found["table"], found["rule"], found["count"], found["sample"]) for found in listed] == [
        ("modules", "tags", 1, ["2"]),
        ("module_analytics_events", "event_data", 1, ["2"]),
        ("module_feedback", "tags", 1, ["1"]),
    ]
    assert one(installed, "SELECT pg_typeof(tags)::text FROM frames.module_feedback") == "json"


def test_bad_rows_are_listed_all_at_once_and_nothing_changes(installed: Database) -> None:
    upgrade(installed, "frames_types")
    installed.execute("""
        SET search_path TO frames;
        INSERT INTO modules (module_id, title, status) SELECT 'Bad ' || n, '', 'published' FROM generate_series(1, 7) n;
        UPDATE modules SET status = 'live' WHERE id = 8;
        UPDATE module_progress SET progress_percent = 101, started_at = completed_at + interval '1 second';
        UPDATE students SET email = 'nobody';
        INSERT INTO module_assignments (module_id) VALUES (1)""")

    assert refused(installed, upgrade, HEAD) == {
        "modules.modules_module_id_check": (7, ["2", "3", "4", "5", "6"]),
        "modules.modules_status_check": (1, ["8"]),
        "module_progress.module_progress_progress_percent_check": (1, ["1"]),
        "module_progress.module_progress_completed_at_check": (1, ["1"]),
        "students.students_email_check": (1, ["s"]),
        "module_assignments.module_assignments_assignee_check": (1, ["2"]),
    }


def test_events_without_a_time_are_refused_until_they_have_one(installed: Database) -> None:
    upgrade(installed, "frames_triggers")
    installed.execute(f'UPDATE {EVENTS} SET "timestamp" = NULL WHERE id = 2')

    listed = refused(installed, upgrade, HEAD)
    assert listed == {"module_analytics_events.module_analytics_events_timestamp_not_null": (1, ["2"])}

    installed.execute(f'UPDATE {EVENTS} SET "timestamp" = now() WHERE id = 2')
    upgrade(installed, HEAD)


@every_version
def test_the_events_become_the_default_partition_without_being_written_anew(installed: Database) -> None:
    file = "SELECT pg_relation_filenode('frames.module_analytics_events{}')"
    where = f"SELECT array_agg((ctid, xmin)::text ORDER BY id) FROM {EVENTS}"
    upgrade(installed, "frames_triggers")
    before = one(installed, file.format("")), one(installed, where)

    upgrade(installed, "frames_partitions")

    assert (one(installed, file.format("_default")), one(installed, where)) == before


@every_version
def test_keys_of_events_go_on_after_partitioning_and_after_taking_it_back(installed: Database) -> None:
    new = f"INSERT INTO {EVENTS} (module_id, student_id, event_type) VALUES (1, 's', 'pause') RETURNING id"
    owned = "SELECT pg_get_serial_sequence('frames.module_analytics_events', 'id')"
    sequence = "frames.module_analytics_events_id_seq"

    upgrade(installed, HEAD)
    assert (one(installed, new), one(installed, owned)) == (3, sequence)

    downgrade(installed, DOCUMENT)
    assert (one(installed, new), one(installed, owned)) == (4, sequence)


@every_version
def test_taking_partitions_back_keeps_the_rows_of_every_month(installed: Database) -> None:
    upgrade(installed, HEAD)
    installed.execute(f"""
        CREATE TABLE frames.of_2030_01 PARTITION OF {EVENTS}
            FOR VALUES FROM ('2030-01-01 00:00+00') TO ('2030-02-01 00:00+00');
        CREATE TABLE frames.of_2030_02 PARTITION OF {EVENTS}
            FOR VALUES FROM ('2030-02-01 00:00+00') TO ('2030-03-01 00:00+00');
        INSERT INTO {EVENTS} (module_id, student_id, event_type, "timestamp", event_data, struggle_signal)
        VALUES (1, 's', 'pause', '2030-01-31 23:59:59+00', '[1]', 0.5),
               (1, 's', 'resume', '2030-02-01 00:00+00', NULL, 1)""")
    before = rows(installed)

    downgrade(installed, "frames_triggers")

    assert rows(installed) == before
    assert len(before["module_analytics_events"]) == 4
    assert installed.execute("SELECT relname FROM pg_class WHERE relname ~ '^(of_2030|module.*_default)'") == []


def test_partitions_stay_while_one_id_is_used_in_two_months(installed: Database) -> None:
    upgrade(installed, "frames_partitions")
    installed.execute(f"INSERT INTO {EVENTS} (id, module_id, student_id, event_type) VALUES (1, 1, 's', 'pause')")

    listed = refused(installed, downgrade, "frames_triggers")

    assert listed == {"module_analytics_events.module_analytics_events_id_unique": (2, ["1", "1"])}


@pytest.mark.parametrize(
    ("made", "named"),
    [
        ("CREATE VIEW public.events AS SELECT * FROM {0}", r"view public\.events"),
        ("CREATE POLICY own ON {0} USING (true)", r"policy own"),
        (
            "CREATE TRIGGER quiet BEFORE UPDATE ON {0} FOR EACH ROW"
            " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            r"trigger quiet",
        ),
        ("CREATE TABLE public.notes (event integer REFERENCES {0} (id))", r"constraint notes_event_fkey"),
    ],
)
def test_what_stands_on_the_events_is_named_before_it_would_lose_the_coming_months(
    installed: Database, made: str, named: str
) -> None:
    upgrade(installed, "frames_triggers")
    installed.execute(made.format(EVENTS))

    with pytest.raises(DBAPIError, match=rf"stand on module_analytics_events, .* {named}") as caught:
        upgrade(installed, HEAD)

    assert isinstance(caught.value.orig, errors.DependentObjectsStillExist)


@every_version
def test_owner_and_rights_of_the_events_stay_with_their_name(installed: Database, role: str) -> None:
    installed.execute(f"""
        GRANT USAGE, CREATE ON SCHEMA frames TO {role};
        GRANT REFERENCES ON ALL TABLES IN SCHEMA frames TO {role};
        ALTER TABLE {EVENTS} OWNER TO {role};
        GRANT SELECT ON {EVENTS} TO PUBLIC;
        GRANT INSERT, UPDATE (event_data) ON {EVENTS} TO pg_monitor WITH GRANT OPTION""")
    before = _rights(installed, "module_analytics_events")

    upgrade(installed, HEAD)
    assert _rights(installed, "module_analytics_events") == before
    assert {held for held in _rights(installed, "module_analytics_events_default") if held[0] != role} == set()
    assert (
        one(installed, "SELECT relowner::regrole::text FROM pg_class WHERE relname = 'module_analytics_events_id_seq'")
        == role
    )

    downgrade(installed, DOCUMENT)
    assert _rights(installed, "module_analytics_events") == before


@every_version
def test_a_restored_database_can_be_partitioned(installed: Database) -> None:
    """A dump writes a list of values in other words; both partition and parent then have them."""
    upgrade(installed, "frames_triggers")
    name = "module_analytics_events_device_type_check"
    check = f"SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = '{name}'"
    dumped = one(installed, check)
    installed.execute(f"""
        ALTER TABLE {EVENTS} DROP CONSTRAINT {name};
        ALTER TABLE {EVENTS} ADD CONSTRAINT {name} {dumped}""")
    assert one(installed, check) != dumped, "the server writes it as it was read: nothing to try"

    upgrade(installed, HEAD)
    assert len(installed.execute(check)) == 2


def _rights(database: Database, table: str) -> set[tuple[str, str, bool]]:
    """List who may do what with a table or one of its columns, its owner included."""
    return set(
        database.execute(
            f"""
            WITH held AS (SELECT oid, relowner, relacl FROM pg_class WHERE oid = 'frames.{table}'::regclass)
            SELECT relowner::regrole::text, 'owner', true FROM held
            UNION ALL
            SELECT CASE grantee WHEN 0 THEN 'public' ELSE grantee::regrole::text END, privilege_type, is_grantable
            FROM held, aclexplode(relacl)
            UNION ALL
            SELECT grantee::regrole::text, privilege_type || ' of ' || attname, is_grantable
            FROM held JOIN pg_attribute ON attrelid = oid, aclexplode(attacl)"""
        )
    )


@every_version
def test_sections_that_stand_are_named_by_their_numbers(installed: Database) -> None:
    upgrade(installed, HEAD)

    keys = installed.execute("SELECT section_key = 'section-' || section_number FROM frames.module_sections")
    assert {*keys} == {(True,)}
    made = """
        INSERT INTO frames.module_sections (module_id, section_number, section_type, content)
        VALUES (1, 98, 'text', ''), (1, 99, 'text', '') RETURNING section_key"""
    assert len({*installed.execute(made)}) == 2


def test_assignments_that_stand_twice_are_in_the_way(installed: Database) -> None:
    upgrade(installed, "frames_comments")
    installed.execute("""
        SET search_path TO frames;
        DELETE FROM module_assignments;
        INSERT INTO module_assignments (id, module_id, student_id, team_id, university_id) VALUES
            (11, 1, NULL, 1, NULL), (12, 1, NULL, 1, NULL), (13, 1, NULL, NULL, 'u'), (14, 1, NULL, NULL, 'u'),
            (15, 1, 's', 1, 'u')""")

    assert refused(installed, upgrade, HEAD) == {
        "module_assignments.module_assignments_module_id_team_id_key": (2, ["11", "12"]),
        "module_assignments.module_assignments_module_id_university_id_key": (2, ["13", "14"]),
    }
    installed.execute("DELETE FROM frames.module_assignments WHERE id IN (12, 14)")
    upgrade(installed, HEAD)


def test_a_revision_of_a_module_stays_as_it_is_and_goes_with_it(installed: Database) -> None:
    upgrade(installed, HEAD)
    installed.execute(f"INSERT INTO frames.module_revisions VALUES (1, 1, '{{}}', '{'a' * 64}')")

    for change in ("UPDATE frames.module_revisions SET made_by = NULL", "DELETE FROM frames.module_revisions"):
        with pytest.raises(errors.InsufficientPrivilege, match="append-only"):
            installed.execute(change)
    installed.execute("DELETE FROM frames.modules WHERE id = 1")
    assert installed.execute("SELECT * FROM frames.module_revisions") == []
