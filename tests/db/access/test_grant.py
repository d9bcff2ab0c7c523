from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from tests.support.roles import role
from tests.support.school import fill, target
from tests.support.servers import Database
from tests.support.template import NAMES
from toolbox_cli.core.database.audit import Change, record_change
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.settings import PLATFORMS, RECORDS, Environment
from toolbox_cli.db.access.grant import Granted, grant
from toolbox_cli.db.access.rights import is_measure, is_open
from toolbox_cli.db.access.statements import script, statements
from toolbox_cli.db.access.use import Use
from toolbox_cli.db.revisions.queries import current_revisions
from toolbox_cli.models import metadata_of

Connection = psycopg.Connection[Any]


@contextmanager
def connected(database: Database, name: str) -> Iterator[Connection]:
    """Connect as a role: nothing of the session is anybody else's."""
    with database.connect() as connection:
        connection.execute(sql.SQL("SET SESSION AUTHORIZATION {}").format(sql.Identifier(name)))
        yield connection


def give(database: Database, use: Use, name: str, **options: Any) -> Granted:
    return grant(target(database), use, name, Environment.DEVELOPMENT, **options)


def allowed(connection: Connection, *attempts: str) -> None:
    for statement in attempts:
        with connection.transaction(force_rollback=True):
            connection.execute(statement)


def refused(connection: Connection, *attempts: str) -> None:
    for statement in attempts:
        with pytest.raises(InsufficientPrivilege) as caught, connection.transaction(force_rollback=True):
            connection.execute(statement)
        assert caught.value.sqlstate == "42501", statement


def acls(database: Database) -> list[Any]:
    """Give every right in the platforms' schemas that is not the owner's own."""
    return database.execute("""
        SELECT nspname, relname, attname, grantee::regrole::text, privilege_type FROM (
            SELECT relnamespace, relname, NULL AS attname, relowner, relacl AS acl FROM pg_class
            UNION ALL SELECT relnamespace, relname, a.attname, relowner, attacl
            FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = attrelid
            UNION ALL SELECT oid, '', NULL, nspowner, nspacl FROM pg_namespace
            UNION ALL SELECT pronamespace, proname, NULL, proowner, proacl FROM pg_proc
        ) AS held JOIN pg_namespace AS n ON n.oid = relnamespace, aclexplode(acl)
        WHERE nspname IN ('toolbox', 'toolboxai', 'pas_in_peace', 'frames') AND grantee NOT IN (0, relowner)
        ORDER BY 1, 2, 3, 5""")


@pytest.mark.every_version
def test_programs_work_with_rows_and_nothing_else(database: Database) -> None:
    fill(database)
    with role(database, "LOGIN") as name:
        give(database, Use.APP, name)
        with connected(database, name) as connection:
            allowed(
                connection,
                "SELECT password_hash FROM toolboxai.users",
                "INSERT INTO frames.students (id) VALUES ('new')",
                "INSERT INTO frames.teams (name) VALUES ('one')",
                "UPDATE frames.students SET name = 'x' WHERE id = 's1'",
                "DELETE FROM frames.module_analytics_events",
                """INSERT INTO toolboxai.usage_analytics (event_type, event_category, event_name)
                   VALUES ('x', 'error', 'x')""",
                "INSERT INTO pas_in_peace.users (telegram_id, created_at) VALUES ('p', 'now')",
            )
            refused(
                connection,
                "TRUNCATE frames.module_feedback",
                "UPDATE toolboxai.lms_sync_changes SET applied = true",
                "DELETE FROM toolboxai.lms_sync_changes",
                "DROP TABLE frames.students",
                "ALTER TABLE frames.students ADD COLUMN x integer",
                "CREATE TABLE frames.x ()",
                "CREATE INDEX ON frames.students (name)",
                "CREATE SCHEMA x",
                "ALTER TABLE toolboxai.users DISABLE TRIGGER ALL",
                "SELECT FROM toolbox.audit_log",
                "SELECT FROM toolbox.alembic_version",
                "INSERT INTO toolbox.audit_log (command, environment, tool_version) VALUES ('x', 'staging', '1')",
                "COPY frames.students TO PROGRAM 'cat'",
            )


def test_rules_hold_for_programs(database: Database) -> None:
    """Their triggers look at tables that the program may read."""
    fill(database)
    with role(database, "LOGIN") as name:
        give(database, Use.APP, name)
        with connected(database, name) as connection, pytest.raises(psycopg.Error) as caught:
            connection.execute("""
                WITH quest AS (INSERT INTO pas_in_peace.quests (user_id, quest_id, title, quest_yaml)
                               SELECT id, 'q', 't', 'nodes: []' FROM pas_in_peace.users RETURNING id, user_id)
                INSERT INTO pas_in_peace.quest_progress (user_id, quest_id) SELECT user_id, id FROM quest""")
        assert caught.value.sqlstate != "42501"


@pytest.mark.every_version
def test_readers_read_all_but_secrets(database: Database) -> None:
    fill(database)
    with role(database, "LOGIN") as name:
        give(database, Use.READONLY, name)
        with connected(database, name) as connection:
            allowed(
                connection,
                "SELECT * FROM frames.students",
                "SELECT email, bio, age_band FROM toolboxai.users",
                "SELECT count(*) FROM toolboxai.users",
                "SELECT * FROM frames.module_analytics_events",
                "SELECT * FROM toolbox.migration_log",
                "SELECT * FROM toolbox.audit_log",
            )
            assert len(current_revisions(connection)) == 4
            refused(
                connection,
                "SELECT password_hash FROM toolboxai.users",
                "SELECT * FROM toolboxai.users",
                "SELECT token FROM toolboxai.user_sessions",
                "SELECT client_secret_encrypted FROM toolboxai.lms_integrations",
                "SELECT 1 FROM toolboxai.users WHERE password_hash ~ '^x'",
                "INSERT INTO frames.students (id) VALUES ('new')",
                "UPDATE frames.students SET name = 'x'",
                "DELETE FROM toolbox.migration_log",
                "INSERT INTO toolbox.audit_log (command, environment, tool_version) VALUES ('x', 'staging', '1')",
            )


@pytest.mark.every_version
def test_sync_writes_rosters_and_grades(database: Database) -> None:
    fill(database)
    with role(database, "LOGIN") as name:
        give(database, Use.SYNC, name)
        with connected(database, name) as connection:
            allowed(
                connection,
                """INSERT INTO toolboxai.lms_integrations (platform_name, institution_name, base_url, auth_type,
                       client_secret_encrypted) VALUES ('canvas', 'i', 'https://lms.example', 'oauth2', 'x')""",
                "SELECT client_secret_encrypted FROM toolboxai.lms_integrations",
                "UPDATE toolboxai.lms_courses SET title = 'x'",
                "UPDATE toolboxai.lms_identities SET opted_out = true",
                "UPDATE toolboxai.lms_enrollments SET status = 'ended'",
                """WITH run AS (INSERT INTO toolboxai.lms_sync_runs (lms_integration_id, mode)
                                SELECT id, 'full' FROM toolboxai.lms_integrations LIMIT 1 RETURNING id)
                   INSERT INTO toolboxai.lms_sync_issues (run_id, number, code, severity, message)
                   SELECT id, 1, 'lms-x', 'note', 'x' FROM run""",
                "INSERT INTO toolboxai.lms_sync_changes SELECT * FROM toolboxai.lms_sync_changes WHERE false",
                "SELECT before FROM toolboxai.lms_sync_changes",
                """INSERT INTO toolboxai.users (id, username, email, password_hash, first_name, role, grade_level)
                   VALUES (gen_random_uuid(), 'bo', 'bo@roster.invalid', '!', 'Bo', 'student', 4)
                   RETURNING id, email, created_at""",
                "UPDATE toolboxai.users SET first_name = 'x', role = 'teacher' WHERE username = 'ada'",
                "SELECT user_id, score FROM toolboxai.quiz_attempts",
                "CREATE TEMP TABLE staged (id text)",
            )
            refused(
                connection,
                "SELECT password_hash FROM toolboxai.users",
                "SELECT bio FROM toolboxai.users",
                "UPDATE toolboxai.users SET password_hash = 'x'",
                "UPDATE toolboxai.users SET is_superuser = true",
                "INSERT INTO toolboxai.users (username, email, password_hash, is_superuser)"
                " VALUES ('x', 'x@school.example', 'x', true)",
                "DELETE FROM toolboxai.users",
                "DELETE FROM toolboxai.lms_integrations",
                "DELETE FROM toolboxai.lms_enrollments",
                "UPDATE toolboxai.lms_sync_issues SET message = 'x'",
                "UPDATE toolboxai.lms_sync_changes SET applied = true",
                "DELETE FROM toolboxai.lms_sync_changes",
                "SELECT answers FROM toolboxai.quiz_attempts",
                "SELECT FROM toolboxai.user_sessions",
                "SELECT FROM frames.students",
                "SELECT FROM pas_in_peace.users",
            )
            leaves_records_only(connection)


def leaves_records_only(connection: Connection) -> None:
    with connection.transaction(force_rollback=True):
        record_change(connection, Change("test", Environment.DEVELOPMENT))
    refused(
        connection,
        "SELECT command FROM toolbox.audit_log",
        "UPDATE toolbox.audit_log SET command = 'x'",
        "DELETE FROM toolbox.audit_log",
        "TRUNCATE toolbox.audit_log",
        "SELECT FROM toolbox.migration_log",
    )


@pytest.mark.every_version
def test_analysts_see_measures_and_no_person(database: Database) -> None:
    fill(database)
    with role(database, "LOGIN") as name:
        give(database, Use.ANALYTICS, name)
        with connected(database, name) as connection:
            allowed(
                connection,
                "SELECT id, grade_level, age_band FROM toolboxai.users",
                "SELECT user_id, score, started_at FROM toolboxai.quiz_attempts",
                "SELECT student_id, status, mastery_score FROM frames.module_progress",
                "SELECT student_id, event_type, struggle_signal FROM frames.module_analytics_events",
            )
            refused(
                connection,
                "SELECT email FROM toolboxai.users",
                "SELECT password_hash FROM toolboxai.users",
                "SELECT name FROM frames.students",
                "SELECT event_data FROM frames.module_analytics_events",
                "SELECT telegram_id FROM pas_in_peace.users",
                "SELECT review_text FROM pas_in_peace.quest_ratings",
                "INSERT INTO frames.students (id) VALUES ('new')",
                "UPDATE toolbox.pseudonym_keys SET wrapped_key = 'x'",
                "SELECT FROM toolbox.disclosures",
            )
            allowed(
                connection,
                "INSERT INTO toolbox.pseudonym_keys (recipient, period, wrapped_key) VALUES ('r', '2026', 'x')",
                """INSERT INTO toolbox.disclosures (environment, privacy, datasets, row_count, form, destination,
                       tool_version) VALUES ('staging', 'aggregate', '{}', 0, 'csv', '/tmp', '1')""",
            )
            leaves_records_only(connection)


@pytest.mark.every_version
def test_who_takes_events_in_sees_only_which_keys_there_are(database: Database) -> None:
    fill(database)
    with role(database, "LOGIN") as name:
        give(database, Use.INGEST, name)
        with connected(database, name) as connection:
            allowed(
                connection,
                """INSERT INTO frames.module_analytics_events (module_id, student_id, event_type)
                   SELECT m.id, s.id, 'click' FROM frames.modules AS m, frames.students AS s LIMIT 1""",
                """INSERT INTO toolboxai.usage_analytics (event_type, event_category, event_name)
                   VALUES ('x', 'error', 'x')""",
                "SELECT id FROM toolboxai.users",
                "SELECT event_id FROM toolbox.ingested_events",
                "UPDATE toolbox.quarantined_events SET released_at = now()",
                "CREATE TEMP TABLE staged (id text)",
            )
            refused(
                connection,
                "SELECT event_type FROM frames.module_analytics_events",
                "DELETE FROM frames.module_analytics_events",
                "SELECT name FROM frames.students",
                "SELECT email FROM toolboxai.users",
                "DELETE FROM toolbox.quarantined_events",
                "SELECT FROM toolbox.pseudonym_keys",
            )
            leaves_records_only(connection)


@pytest.mark.parametrize("use", [Use.READONLY, Use.ANALYTICS])
def test_each_column_s_class_decides(database: Database, use: Use) -> None:
    rule = is_open if use is Use.READONLY else is_measure
    with role(database, "LOGIN") as name:
        give(database, use, name)
        held = set(
            database.execute(
                """SELECT n.nspname, relname, attname FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid
                   JOIN pg_namespace AS n ON n.oid = relnamespace
                   WHERE nspname = ANY (%s) AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
                     AND has_column_privilege(%s, attrelid, attnum, 'SELECT')""",
                (list(PLATFORMS), name),
            )
        )
    expected = {
        (platform, table.name, column.name)
        for platform in PLATFORMS
        for table in metadata_of(platform).tables.values()
        for column in table.c
        if rule(column)
    }
    assert held == expected


def test_a_second_grant_says_exactly_what_the_role_may(database: Database) -> None:
    with role(database, "LOGIN") as name, role(database, "LOGIN") as fresh:
        before = acls(database)
        give(database, Use.APP, name)
        database.execute(f"GRANT SELECT (version_num) ON toolbox.alembic_version TO {name}")
        database.execute(f"GRANT TRUNCATE ON frames.students TO {name}")
        give(database, Use.ANALYTICS, name)
        give(database, Use.ANALYTICS, name)
        changed = acls(database)
        database.execute(f"DROP OWNED BY {name}")
        assert acls(database) == before
        give(database, Use.ANALYTICS, fresh)
        assert [str(row).replace(fresh, name) for row in acls(database)] == [str(row) for row in changed]


def test_what_is_granted_is_recorded(database: Database) -> None:
    with role(database) as name:
        done = give(database, Use.SYNC, name)
        ((command, platform, counts, details),) = database.execute(
            "SELECT command, platform, counts, details FROM toolbox.audit_log"
        )
    assert (command, platform) == ("db grant --role sync", None)
    assert counts == {"tables": len({right.table for right in done.rights})}
    assert details == {"role": name, "platforms": list(PLATFORMS)}


def test_one_platform_alone(database: Database) -> None:
    with role(database, "LOGIN") as name:
        grant(target(database).only("frames"), Use.APP, name, Environment.DEVELOPMENT)
        with connected(database, name) as connection:
            allowed(connection, "SELECT FROM frames.students")
            refused(connection, "SELECT FROM toolboxai.users")
        assert database.execute("SELECT platform FROM toolbox.audit_log") == [("frames",)]


def test_a_role_is_made_only_where_that_was_asked(database: Database) -> None:
    with role(database) as name:
        pass
    with pytest.raises(RefusedError, match=f"There is no role {name}") as caught:
        give(database, Use.READONLY, name)
    assert "--create" in str(caught.value.remedy)
    try:
        give(database, Use.READONLY, name, create=True)
        give(database, Use.READONLY, name, create=True)
        assert database.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", (name,)) == [(False,)]
    finally:
        database.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")


def test_rights_that_mean_nothing_are_refused(database: Database) -> None:
    with pytest.raises(RefusedError, match="toolbox is a superuser"):
        give(database, Use.READONLY, "toolbox")
    with role(database) as owner:
        database.execute(f"ALTER TABLE frames.teams OWNER TO {owner}")
        with pytest.raises(RefusedError, match=f"{owner} owns frames.teams"):
            give(database, Use.READONLY, owner)


@pytest.mark.parametrize(
    "statement",
    [
        "DROP SCHEMA frames CASCADE",
        "DROP TABLE frames.teams CASCADE",
        "ALTER TABLE frames.teams DROP COLUMN created_at",
    ],
)
def test_a_schema_that_is_not_at_its_newest_is_refused(database: Database, statement: str) -> None:
    database.execute(statement)
    before = acls(database)
    with role(database) as name:
        with pytest.raises(RefusedError, match="lacks what the rights are for") as caught:
            give(database, Use.READONLY, name)
        assert "toolbox db upgrade" in str(caught.value.remedy)
        assert acls(database) == before


@pytest.mark.parametrize("use", Use)
def test_what_is_printed_does_what_is_applied(database: Database, use: Use) -> None:
    with role(database) as name:
        database.execute(script(NAMES, use, name, create=True))
        printed = acls(database)
        give(database, use, name)
        assert acls(database) == printed


def test_any_name_is_quoted(database: Database) -> None:
    name = 'Ada\'s "role" %s'
    try:
        database.execute(script(NAMES, Use.READONLY, name, create=True))
        assert database.execute("SELECT has_schema_privilege(%s, 'frames', 'USAGE')", (name,)) == [(True,)]
    finally:
        with database.connect() as connection:
            for statement in ("DROP OWNED BY {}", "DROP ROLE {}"):
                connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def test_schemas_go_by_their_configured_names() -> None:
    names = Names({RECORDS: RECORDS, "frames": "lms"})
    text = " ".join(statements(names, Use.APP, "app"))
    assert 'ON "lms"."students" TO "app"' in text
    assert "frames" not in text
