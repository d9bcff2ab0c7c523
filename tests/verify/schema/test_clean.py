"""A database that is as the models say gives no finding, however it came about and whoever looks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.support.restoring import restored
from tests.support.roles import role
from tests.support.school import fill
from tests.support.servers import Database, Server
from tests.support.template import NAMES
from tests.verify.schema.looking import findings, lines
from toolbox_cli.core.database.catalog import compare, read_catalog
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.database.partitions.ahead import make_ahead
from toolbox_cli.core.database.partitions.queries import partitioned_tables
from toolbox_cli.core.database.target import Target
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.settings import RECORDS
from toolbox_cli.db.expected.expected import Workshop
from toolbox_cli.db.revisions.upgrade import upgrade
from toolbox_cli.verify.cases import Outcome
from toolbox_cli.verify.schema.verifying import verify_schema

pytestmark = pytest.mark.every_version

ALL = tuple(NAMES.schemas)

LEFT = "SELECT count(*) FROM pg_namespace WHERE nspname ~ '^toolbox_models'"


@contextmanager
def seen_by(database: Database, name: str, *more: str) -> Iterator[psycopg.Connection[Any]]:
    """Connect as a role that may look at tables, and nothing else."""
    for schema in NAMES.schemas.values():
        database.execute(f"GRANT USAGE ON SCHEMA {schema} TO {name}")
        database.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {name}")
    options = " ".join(f"-c{option}" for option in (f"role={name}", *more))
    with psycopg.connect(make_conninfo(database.conninfo, options=options), autocommit=True) as connection:
        yield connection


def test_a_migrated_database(shared_database: Database, workshop: Workshop) -> None:
    assert findings(shared_database, workshop, *ALL) == []


def test_every_object_is_a_case(shared_database: Database, workshop: Workshop) -> None:
    with shared_database.connect() as connection:
        cases = verify_schema(connection, NAMES, workshop).cases
    assert len(cases) > 1500
    assert {case.outcome for case in cases} == {Outcome.PASSED}
    objects = {(case.platform, case.object, case.claim) for case in cases}
    assert ("frames", "frames.modules.title", "column as the models have it") in objects
    assert ("pas_in_peace", "pas_in_peace.quest_progress.live_consent", "trigger as the models have it") in objects
    assert len(objects) == len(cases)


def test_months_and_rows_make_no_difference(database: Database, workshop: Workshop) -> None:
    fill(database)
    with database.connect(autocommit=False) as connection:
        for schema in ("frames", "toolboxai"):
            for table in partitioned_tables(connection, schema):
                [(today,)] = connection.execute("SELECT current_date").fetchall()
                assert len(make_ahead(connection, table, 3, today).made) >= 4
        connection.commit()
    assert findings(database, workshop, *ALL) == []


def test_a_restored_database(database: Database, server: Server, workshop: Workshop) -> None:
    """Its CHECKs on varchar columns read otherwise, and mean the same; a restored drift is a drift."""
    with server.temporary() as copy:
        restored(database, copy)
        with database.connect() as one, copy.connect() as other:
            catalogs = [read_catalog(connection, "frames") for connection in (one, other)]
        assert any(one.field == "definition" for one in compare(*catalogs))
        assert findings(copy, workshop, *ALL) == []
        copy.execute("ALTER TABLE frames.modules DROP CONSTRAINT modules_status_check")
        copy.execute("ALTER TABLE frames.modules ADD CONSTRAINT modules_status_check CHECK (status IN ('draft', 'x'))")
        found = findings(copy, workshop, *ALL)
        assert lines(found, "frames") == ["error constraint-changed modules.modules_status_check definition"]


def test_another_name_of_the_schema(empty_database: Database, workshop: Workshop) -> None:
    schemas = {"frames": "Onboarding LMS", "pas_in_peace": "quests"}
    upgrade(Target(empty_database.url, Names({RECORDS: RECORDS, **schemas}), "the test suite"))
    assert findings(empty_database, workshop, RECORDS, **schemas) == []


def test_a_schema_renamed_by_hand_leaves_its_functions_behind(database: Database, workshop: Workshop) -> None:
    database.execute("ALTER SCHEMA frames RENAME TO lms")
    found = findings(database, workshop, frames="lms")
    assert "lms.touch_updated_at()" in {one.object for one in found}
    assert {(one.code, one.field) for one in found} == {("function-changed", "config")}
    assert all(str(one.expected).replace("=lms", "=frames") == one.found for one in found)


def test_a_role_that_may_only_look(shared_database: Database, workshop: Workshop) -> None:
    memoryless = Workshop(workshop.spare, None)
    with role(shared_database) as name, seen_by(shared_database, name) as connection:
        checked = verify_schema(connection, NAMES, memoryless)
        assert [finding for case in checked.cases for finding in case.findings] == []
        assert all(facts["built_on"].startswith(workshop.spare.label) for facts in checked.facts.values())
    assert shared_database.execute(LEFT) == workshop_left(workshop) == [(0,)]


def workshop_left(workshop: Workshop) -> list[Any]:
    with psycopg.connect(workshop.spare.conninfo) as connection:
        return connection.execute(LEFT).fetchall()


def test_a_role_that_may_not_even_make_temporary_tables(database: Database, server: Server, workshop: Workshop) -> None:
    with server.temporary() as copy, role(copy) as name:
        restored(database, copy)
        copy.execute(f'REVOKE TEMPORARY ON DATABASE "{copy.name}" FROM PUBLIC')
        with seen_by(copy, name) as connection:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("CREATE TEMPORARY TABLE mine ()")
            cases = verify_schema(connection, NAMES, workshop).cases
            assert [finding for case in cases for finding in case.findings] == []
        copy.execute("ALTER TABLE frames.modules DROP CONSTRAINT modules_status_check")
        copy.execute("ALTER TABLE frames.modules ADD CONSTRAINT modules_status_check CHECK (status IN ('draft', 'x'))")
        with seen_by(copy, name) as connection:
            cases = verify_schema(connection, NAMES, workshop).cases
            found = [finding for case in cases for finding in case.findings]
            assert lines(found, "frames") == ["error constraint-changed modules.modules_status_check definition"]


def test_a_role_that_may_not_look_is_told(shared_database: Database, workshop: Workshop) -> None:
    with role(shared_database) as name, shared_database.connect() as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(name)))
        with pytest.raises(RefusedError, match="may not look into schema frames"):
            verify_schema(connection, Names({"frames": "frames"}), workshop)
        connection.execute("RESET ROLE")


def test_settings_of_the_session_make_no_difference(shared_database: Database, workshop: Workshop) -> None:
    settings = (
        "search_path=nowhere",
        "standard_conforming_strings=off",
        "quote_all_identifiers=on",
        "TimeZone=Asia/Tokyo",
    )
    with role(shared_database) as name, seen_by(shared_database, name, *settings) as connection:
        cases = verify_schema(connection, NAMES, workshop).cases
        assert [finding for case in cases for finding in case.findings] == []


def test_looking_leaves_the_connection_and_the_database_as_they_were(
    database: Database, server: Server, workshop: Workshop
) -> None:
    settings = "SELECT name, setting FROM pg_settings WHERE name !~ '^plpgsql' ORDER BY 1"
    relations = "SELECT count(*), sum(oid::bigint) FROM pg_class"
    with server.temporary() as copy:
        restored(database, copy)
        with copy.connect() as connection:
            before = [connection.execute(query).fetchall() for query in (settings, relations, LEFT)]
            verify_schema(connection, NAMES, Workshop(workshop.spare, None))
            assert [connection.execute(query).fetchall() for query in (settings, relations, LEFT)] == before
            assert connection.info.transaction_status is psycopg.pq.TransactionStatus.IDLE


def test_an_empty_database_lacks_its_schemas(empty_database: Database, workshop: Workshop) -> None:
    found = findings(empty_database, workshop, "frames", "pas_in_peace")
    assert [(one.code, one.object, one.expected) for one in found] == [
        ("schema-missing", "frames", "13 tables"),
        ("schema-missing", "pas_in_peace", "10 tables"),
    ]


def test_others_may_live_in_our_schema(database: Database, workshop: Workshop) -> None:
    database.execute("""
        SET search_path TO frames;
        CREATE TABLE alembic_version (version_num text PRIMARY KEY);
        CREATE TABLE parts (id integer, at date) PARTITION BY RANGE (at);
        CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
        CREATE TYPE pair AS (a integer, b text);
        CREATE SEQUENCE free;
        CREATE FUNCTION helper() RETURNS integer LANGUAGE sql AS 'SELECT 1';
        CREATE DOMAIN grade AS integer CHECK (VALUE > 0);
        CREATE VIEW listed AS SELECT id FROM modules""")
    assert lines(findings(database, workshop, "frames"), "frames") == [
        "note composite-unmanaged pair",
        "note domain-unmanaged grade",
        "note function-unmanaged helper()",
        "note sequence-unmanaged free",
        "note table-unmanaged alembic_version",
        "note table-unmanaged parts",
        "note view-unmanaged listed",
    ]
