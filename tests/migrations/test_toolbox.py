"""Revisions of the toolkit's own records: forth and back, and that they stand before any platform's."""

import pytest
from sqlalchemy.exc import DBAPIError

from tests.support.revisions import build, catalog, differences, downgrade, upgrade
from tests.support.servers import Database, Server
from toolbox_cli.core.database.catalog import Catalog
from toolbox_cli.core.database.guards import refused_rows
from toolbox_cli.models.toolbox.base import Base

pytestmark = pytest.mark.every_version


def records(database: Database) -> Catalog:
    """Give the records' schema without the version table, which is Alembic's."""
    found = catalog(database, "toolbox")
    own = {
        key: fields
        for key, fields in found.objects.items()
        if not {key.table, key.name} & {"alembic_version", "alembic_version_pkc"}
    }
    return Catalog(found.schema, found.server_version, own)


def test_the_migrated_schema_equals_the_models(server: Server, empty_database: Database) -> None:
    upgrade(empty_database, "toolbox@head")
    with server.temporary() as modelled:
        build(modelled, Base.metadata)
        assert differences(records(modelled), records(empty_database)) == []


def test_taken_back_it_leaves_nothing_and_can_be_repeated(empty_database: Database) -> None:
    upgrade(empty_database, "toolbox@head")
    before = records(empty_database)
    empty_database.execute(
        "INSERT INTO toolbox.audit_log (command, environment, tool_version) VALUES ('', 'staging', '')"
    )

    downgrade(empty_database, "toolbox@base")
    assert records(empty_database).objects == {}

    upgrade(empty_database, "toolbox@head")
    assert differences(before, records(empty_database)) == []


def test_a_step_of_a_platform_is_logged_with_the_hash_of_its_sql(empty_database: Database) -> None:
    upgrade(empty_database, "frames_phase_2")
    downgrade(empty_database, "frames_phase_1")

    logged = empty_database.execute(
        "SELECT platform, revision, direction, length(sql_sha256), duration_ms > 0, database_user = current_user"
        " FROM toolbox.migration_log WHERE platform = 'frames' ORDER BY id"
    )
    assert logged == [
        ("frames", "frames_phase_1", "upgrade", 64, True, True),
        ("frames", "frames_phase_2", "upgrade", 64, True, True),
        ("frames", "frames_phase_2", "downgrade", 64, True, True),
    ]


def test_records_of_exports_to_nobody_for_nothing_are_listed_and_stay(empty_database: Database) -> None:
    upgrade(empty_database, "toolbox_analytics")
    empty_database.execute(
        "INSERT INTO toolbox.disclosures (environment, privacy, recipient, basis, datasets, row_count, form,"
        " destination, tool_version) VALUES ('staging', 'aggregate', 'x', ' ', '{}', 0, 'csv', '/tmp', '1'),"
        " ('staging', 'aggregate', NULL, NULL, '{}', 0, 'csv', '/tmp', '1')"
    )
    with pytest.raises(DBAPIError) as caught:
        upgrade(empty_database, "toolbox@head")
    refusal = refused_rows(caught.value.orig, "toolbox")
    assert refusal is not None
    assert [(one.object, one.field, one.found) for one in refusal.findings] == [
        ("toolbox.disclosures", "disclosures_basis_not_blank_check", "1 rows, such as 1")
    ]
    assert empty_database.execute("SELECT count(*) FROM toolbox.disclosures") == [(2,)]
