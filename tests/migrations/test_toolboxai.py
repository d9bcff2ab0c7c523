"""Revisions of the learning platform: what each leaves behind, forth and back, on tables with rows."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import errors
from sqlalchemy.exc import DBAPIError

from tests.migrations.toolboxai_rows import ONE, fill, kept, rows
from tests.support.revisions import build, catalog, differences, downgrade, upgrade
from tests.support.servers import Database, Server
from toolbox_cli.core.database.guards import ROWS_IN_THE_WAY
from toolbox_cli.models.toolboxai import Base

HEAD = "toolboxai@head"
REVISIONS = (
    "toolboxai@base",
    "001",
    "002",
    "toolboxai_columns",
    "toolboxai_checks",
    "toolboxai_indexes",
    "toolboxai_triggers",
    "toolboxai_partitions",
    "toolboxai_comments",
    "toolboxai_lms",
    "toolboxai_agents",
    "toolboxai_works",
)
ROBLOX = (
    "roblox_sessions",
    "roblox_content",
    "roblox_player_progress",
    "roblox_quiz_results",
    "roblox_achievements",
    "roblox_templates",
)
EVENT_LOGS = ("usage_analytics", "educational_analytics")

every_version = pytest.mark.every_version


@pytest.fixture(scope="session")
def installed_template(server: Server) -> Iterator[str]:
    with server.temporary() as made:
        upgrade(made, "002")
        yield made.name


@pytest.fixture
def installed(server: Server, installed_template: str) -> Iterator[Database]:
    """What an installation of documents 001 and 000 has."""
    with server.temporary(installed_template) as made:
        yield made


@pytest.fixture
def inhabited(installed: Database) -> Database:
    fill(installed)
    return installed


@pytest.fixture
def role(server: Server, installed: Database) -> Iterator[str]:
    """An account without rights, gone with everything that it was given."""
    name = f"reader_of_{installed.name}"
    server.maintenance.execute(f"CREATE ROLE {name}")
    yield name
    server.drop(installed.name)
    server.maintenance.execute(f"DROP ROLE {name}")


def one(database: Database, statement: str, *parameters: Any) -> Any:
    ((value,),) = database.execute(statement, parameters)
    return value


@every_version
def test_revision_002_has_the_tables_indexes_and_constraints_that_document_000_counts(installed: Database) -> None:
    tables = one(
        installed,
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'toolboxai' AND table_name = ANY (%s)",
        list(ROBLOX),
    )
    indexes = one(
        installed,
        "SELECT count(*) FROM pg_indexes WHERE schemaname = 'toolboxai' AND tablename = ANY (%s)",
        list(ROBLOX),
    )
    constraints = one(
        installed,
        "SELECT count(*) FROM information_schema.table_constraints"
        " WHERE table_schema = 'toolboxai' AND table_name = ANY (%s)",
        list(ROBLOX),
    )

    assert (tables, indexes, constraints) == (6, 36, 71)


def test_the_document_revisions_hold_nothing_of_ours(installed: Database) -> None:
    objects = catalog(installed, "toolboxai").objects

    assert sum(key.kind == "table" for key in objects) == 31 + 2 + 6
    assert sum(fields.get("type") == "check" for fields in objects.values()) == 12
    assert {key.kind for key in objects} & {"trigger", "function", "partition"} == set()
    assert [key for key, fields in objects.items() if fields.get("comment")] == []


@every_version
def test_the_migrated_schema_equals_the_models(installed: Database, empty_database: Database) -> None:
    upgrade(installed, HEAD)
    build(empty_database, Base.metadata)

    assert differences(catalog(empty_database, "toolboxai"), catalog(installed, "toolboxai")) == []


@every_version
def test_each_revision_taken_back_leaves_the_catalog_as_it_was_and_can_be_repeated(empty_database: Database) -> None:
    before = {}
    for revision in REVISIONS:
        if revision != REVISIONS[0]:
            upgrade(empty_database, revision)
        before[revision] = catalog(empty_database, "toolboxai")

    for revision in reversed(REVISIONS[:-1]):
        downgrade(empty_database, revision)
        assert differences(before[revision], catalog(empty_database, "toolboxai")) == []

    upgrade(empty_database, HEAD)
    assert differences(before[REVISIONS[-1]], catalog(empty_database, "toolboxai")) == []


@every_version
def test_rows_go_up_and_down_unchanged(inhabited: Database) -> None:
    before = rows(inhabited)
    assert all(before.values())

    upgrade(inhabited, HEAD)
    assert kept(before, rows(inhabited)) == before
    assert one(inhabited, "SELECT count(*) FROM toolboxai.users WHERE age_band = 'unknown'") == 2

    downgrade(inhabited, "002")
    assert rows(inhabited) == before


INTEGRATION = """
    INSERT INTO toolboxai.lms_integrations (platform_name, institution_name, base_url, auth_type, created_at)
    VALUES (%s, %s, 'https://lms.example', 'oauth2', %s)"""
NAMES = {
    "École Élémentaire №7!": "moodle-ecole-elementaire-no7",
    "Ecole elementaire no7": "moodle-ecole-elementaire-no7-3",
    "École élémentaire no7 2": "moodle-ecole-elementaire-no7-2",
    "中学校": "moodle",
    "a" * 200: "moodle-" + "a" * 73,
    "a" * 199 + "b": "moodle-" + "a" * 73 + "-2",
}


@every_version
def test_connections_get_names_and_what_was_read_counts_as_active(inhabited: Database) -> None:
    upgrade(inhabited, "toolboxai_comments")
    for place, institution in enumerate(NAMES, 1):
        year = 2025 if institution.startswith("Ecole") else 2024
        inhabited.execute(INTEGRATION, ["moodle", institution, f"{year}-01-0{place}"])
    touched = "SELECT array_agg(updated_at ORDER BY id) FROM toolboxai.lms_integrations"
    before = one(inhabited, touched)

    upgrade(inhabited, "toolboxai_lms")

    found = dict(inhabited.execute("SELECT institution_name, name FROM toolboxai.lms_integrations"))
    assert found == NAMES | {"School": "canvas-school"}
    assert one(inhabited, touched) == before
    for table in ("lms_courses", "lms_assignments"):
        assert inhabited.execute(f"SELECT status, removed_at FROM toolboxai.{table}") == [("active", None)]
    inhabited.execute("UPDATE toolboxai.lms_integrations SET base_url = 'https://other.example'")
    assert one(inhabited, "SELECT bool_and(updated_at > '2026-01-01') FROM toolboxai.lms_integrations")


@every_version
def test_a_connection_of_a_program_that_knows_no_names_gets_one(inhabited: Database) -> None:
    upgrade(inhabited, HEAD)
    for _ in range(2):
        inhabited.execute(INTEGRATION, ["moodle", "School", "2024-01-01"])
    assert one(inhabited, "SELECT count(DISTINCT name) FROM toolboxai.lms_integrations") == 3


def test_bad_rows_are_listed_all_at_once_and_nothing_changes(inhabited: Database) -> None:
    upgrade(inhabited, "toolboxai_columns")
    inhabited.execute(f"UPDATE toolboxai.users SET grade_level = 13, email = 'ada' WHERE id = '{ONE}'")
    inhabited.execute("UPDATE toolboxai.quizzes SET passing_score = 101")
    inhabited.execute("UPDATE toolboxai.roblox_quiz_results SET incorrect_answers = 3")
    before, schema = rows(inhabited), catalog(inhabited, "toolboxai")

    with pytest.raises(DBAPIError) as caught:
        upgrade(inhabited, HEAD)

    assert isinstance(caught.value.orig, psycopg.Error)
    assert caught.value.orig.sqlstate == ROWS_IN_THE_WAY
    detail = caught.value.orig.diag.message_detail or ""
    assert {found["rule"]: (found["count"], found["sample"]) for found in _listed(detail)} == {
        "users_grade_level_check": (1, [ONE]),
        "users_email_check": (1, [ONE]),
        "quizzes_passing_score_check": (1, [ONE]),
        "roblox_quiz_results_answers_within_total_check": (1, [ONE]),
    }
    assert rows(inhabited) == before
    assert differences(schema, catalog(inhabited, "toolboxai")) == []


def test_events_without_a_time_are_refused_until_they_have_one(inhabited: Database) -> None:
    for table in EVENT_LOGS:
        inhabited.execute(f"UPDATE toolboxai.{table} SET recorded_at = NULL WHERE id = '{ONE}'")

    with pytest.raises(DBAPIError) as caught:
        upgrade(inhabited, HEAD)

    assert isinstance(caught.value.orig, psycopg.Error)
    listed = _listed(caught.value.orig.diag.message_detail or "")
    assert {found["table"]: found["sample"] for found in listed} == {table: [ONE] for table in EVENT_LOGS}
    assert one(inhabited, "SELECT relkind::text FROM pg_class WHERE oid = 'toolboxai.usage_analytics'::regclass") == "r"

    for table in EVENT_LOGS:
        inhabited.execute(f"UPDATE toolboxai.{table} SET recorded_at = now() WHERE recorded_at IS NULL")
    upgrade(inhabited, HEAD)


@every_version
def test_the_event_logs_become_default_partitions_without_being_written_anew(inhabited: Database) -> None:
    file = "SELECT pg_relation_filenode('toolboxai.usage_analytics{}')"
    where = "SELECT array_agg((ctid, xmin)::text ORDER BY id) FROM toolboxai.usage_analytics"
    upgrade(inhabited, "toolboxai_triggers")
    before = (one(inhabited, file.format("")), one(inhabited, where))

    upgrade(inhabited, "toolboxai_partitions")

    assert (one(inhabited, file.format("_default")), one(inhabited, where)) == before


@every_version
def test_taking_partitions_back_keeps_the_rows_of_every_month(inhabited: Database) -> None:
    upgrade(inhabited, "toolboxai_partitions")
    inhabited.execute("""
        CREATE TABLE toolboxai.usage_analytics_2030_01 PARTITION OF toolboxai.usage_analytics
        FOR VALUES FROM ('2030-01-01') TO ('2030-02-01')""")
    inhabited.execute("""
        INSERT INTO toolboxai.usage_analytics (event_type, event_category, event_name, recorded_at)
        VALUES ('page_view', 'user_action', 'home', '2030-01-15')""")
    before = rows(inhabited)

    downgrade(inhabited, "toolboxai_triggers")

    assert rows(inhabited) == before
    assert len(before["usage_analytics"]) == 3
    assert one(inhabited, "SELECT to_regclass('toolboxai.usage_analytics_2030_01')") is None


def test_partitions_stay_while_one_id_is_used_in_two_months(inhabited: Database) -> None:
    upgrade(inhabited, HEAD)
    inhabited.execute(f"""
        INSERT INTO toolboxai.usage_analytics (id, event_type, event_category, event_name)
        VALUES ('{ONE}', 'page_view', 'user_action', 'home')""")

    with pytest.raises(DBAPIError) as caught:
        downgrade(inhabited, "toolboxai_triggers")

    assert isinstance(caught.value.orig, psycopg.Error)
    (found,) = _listed(caught.value.orig.diag.message_detail or "")
    assert (found["rule"], found["count"], found["sample"]) == ("usage_analytics_id_unique", 2, [ONE, ONE])


def test_a_view_on_an_event_log_is_named_before_it_would_lose_the_coming_months(installed: Database) -> None:
    installed.execute("CREATE VIEW public.events AS SELECT * FROM toolboxai.usage_analytics")

    with pytest.raises(DBAPIError, match=r"stand on usage_analytics.* view public\.events") as caught:
        upgrade(installed, HEAD)

    assert isinstance(caught.value.orig, errors.DependentObjectsStillExist)


@every_version
def test_rights_on_an_event_log_stay_with_its_name(installed: Database, role: str) -> None:
    installed.execute(f"GRANT USAGE ON SCHEMA toolboxai TO {role}")
    installed.execute(f"GRANT SELECT, UPDATE (tags) ON toolboxai.usage_analytics TO {role}")
    before = _rights(installed, role, "usage_analytics")

    upgrade(installed, HEAD)
    assert _rights(installed, role, "usage_analytics") == before == (True, True, False)
    assert _rights(installed, role, "usage_analytics_default") == (False, False, False)

    downgrade(installed, "002")
    assert _rights(installed, role, "usage_analytics") == before


@pytest.mark.parametrize("target", ["002", HEAD])
def test_the_examples_of_document_000_run_as_written(inhabited: Database, target: str) -> None:
    if target == HEAD:
        upgrade(inhabited, HEAD)

    session = inhabited.execute(f"""
        INSERT INTO toolboxai.roblox_sessions (
            lesson_id, teacher_id, universe_id, place_id, client_id,
            websocket_session_id, status, coppa_consent_verified
        ) VALUES (
            '{ONE}', '{ONE}', '8505376973', 'place-123',
            '2214511122270781418', 'ws-session-456', 'ACTIVE', true
        ) RETURNING id""")[0][0]
    progress = inhabited.execute(f"""
        INSERT INTO toolboxai.roblox_player_progress (
            session_id, student_id, lesson_id, roblox_user_id,
            roblox_username, progress_percentage, age_verified
        ) VALUES (
            '{session}', '{ONE}', '{ONE}', 'roblox-789',
            'StudentName', 75.5, true
        ) RETURNING id""")[0][0]
    started = inhabited.execute(f"""
        INSERT INTO toolboxai.roblox_quiz_results (
            session_id, player_progress_id, quiz_name, total_questions,
            correct_answers, percentage_score, completed
        ) VALUES (
            '{session}', '{progress}', 'Algebra Quiz 1', 10,
            8, 80.0, true
        ) RETURNING started_at""")[0][0]

    assert started is not None


def test_an_enum_type_that_stands_already_is_used_and_stays_while_others_need_it(empty_database: Database) -> None:
    upgrade(empty_database, "001")
    empty_database.execute("CREATE TYPE toolboxai.robloxcontenttype AS ENUM ('SCRIPT', 'GUI')")
    empty_database.execute("CREATE TABLE public.elsewhere (kind toolboxai.robloxcontenttype)")

    upgrade(empty_database, "002")
    downgrade(empty_database, "001")

    assert one(empty_database, "SELECT to_regtype('toolboxai.robloxcontenttype') IS NOT NULL")
    assert one(empty_database, "SELECT to_regtype('toolboxai.robloxsessionstatus') IS NULL")


def _listed(detail: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(detail)
    return found


def _rights(database: Database, role: str, table: str) -> tuple[bool, bool, bool]:
    """Tell whether `role` may read the table, change the column `tags`, change any other."""
    ((read, tags, others),) = database.execute(
        "SELECT has_table_privilege(%(role)s, %(table)s, 'SELECT'),"
        " has_column_privilege(%(role)s, %(table)s, 'tags', 'UPDATE'),"
        " has_column_privilege(%(role)s, %(table)s, 'country', 'UPDATE')",
        {"role": role, "table": f"toolboxai.{table}"},
    )
    return read, tags, others
