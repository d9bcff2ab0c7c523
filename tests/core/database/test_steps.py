"""How one revision runs. What whole migrations show of it stands in tests/db/revisions and tests/migrations."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from alembic import command
from alembic.config import Config

from tests.support.servers import Database, Server
from tests.support.template import NAMES
from tests.support.whole import HEADS, at, catalogs, target_of
from toolbox_cli.core.database.catalog import OWNERSHIP, compare
from toolbox_cli.core.database.steps import Applied, Run
from toolbox_cli.core.errors import UsageError
from toolbox_cli.core.shipped import shipped
from toolbox_cli.db.revisions.lineage.history import read_history
from toolbox_cli.db.revisions.running.execution import render_sql
from toolbox_cli.db.revisions.upgrade import upgrade

REVISIONS = [revision for line in read_history().lines.values() for revision in line]


def test_the_hash_is_that_of_the_sql() -> None:
    assert Applied("r", "p", True, "SELECT 1;", 0).sql_sha256 == hashlib.sha256(b"SELECT 1;").hexdigest()


@pytest.mark.every_version
def test_what_a_revision_runs_is_what_it_writes(empty_database: Database) -> None:
    """Every revision, both ways: not only the hash but the text."""
    ran: list[Applied] = []
    config = Config(str(shipped("alembic.ini")))
    with empty_database.engine().connect() as connection:
        config.attributes["run"] = Run(NAMES, connection, on_applied=ran.append)
        command.upgrade(config, "heads")
        command.downgrade(config, "base")
    wrote: list[Applied] = []
    config.attributes["run"] = Run(NAMES, output=io.StringIO(), on_applied=wrote.append)
    command.upgrade(config, "heads", sql=True)
    for platform in ("frames", "pas_in_peace", "toolboxai", "toolbox"):
        command.downgrade(config, f"{platform}@head:{platform}@base", sql=True)

    assert len(ran) == len(wrote) == 2 * len(REVISIONS)
    written = {(one.revision, one.upgrade): one for one in wrote}
    for one in ran:
        assert one.sql == written[one.revision, one.upgrade].sql


def test_a_run_wants_a_connection_or_a_way_to_one() -> None:
    with pytest.raises(UsageError, match="no database connection"):
        Run(NAMES).connected()


def test_written_sql_is_begun_and_committed_revision_by_revision() -> None:
    output = io.StringIO()
    render_sql(NAMES, REVISIONS, output, lock_timeout_s=0.0004)
    text = output.getvalue()
    lines = text.splitlines()
    assert lines.count("BEGIN;") == lines.count("COMMIT;") == len(REVISIONS)
    assert lines.count("SET LOCAL lock_timeout = '1ms';") == len(REVISIONS), "0 would wait for ever"
    assert [line for line in lines if line.startswith("-- Running upgrade")][0].endswith("-> toolbox_records")


@contextmanager
def owner(server: Server, database: Database) -> Iterator[Database]:
    """Give the database as a role without special rights has it."""
    role = f"owner_of_{database.name}"
    server.maintenance.execute(f"CREATE ROLE {role}")
    try:
        yield database.with_options(f"-c role={role}")
    finally:
        server.drop(database.name)
        server.maintenance.execute(f"DROP ROLE {role}")


@pytest.mark.every_version
def test_a_role_that_owns_the_database_needs_no_other_right(
    server: Server, empty_database: Database, database: Database
) -> None:
    with owner(server, empty_database) as owned:
        server.maintenance.execute(f"ALTER DATABASE {owned.name} OWNER TO owner_of_{owned.name}")
        upgrade(target_of(owned))
        expected, found = catalogs(database), catalogs(owned)
        for schema, catalog in expected.items():
            assert compare(catalog, found[schema], ignore=OWNERSHIP) == []


@pytest.mark.every_version
def test_a_role_that_may_create_no_schema_gets_on_with_those_that_were_created_for_it(
    server: Server, empty_database: Database, database: Database
) -> None:
    with owner(server, empty_database) as owned:
        role = f"owner_of_{owned.name}"
        for schema in ("toolbox", "frames"):
            empty_database.execute(f"CREATE SCHEMA {schema} AUTHORIZATION {role}")
        upgrade(target_of(owned), "frames@head")
        assert at(owned) == {HEADS["toolbox"], HEADS["frames"]}
        found = catalogs(owned)["frames"]
        assert compare(catalogs(database)["frames"], found, ignore=OWNERSHIP) == []
