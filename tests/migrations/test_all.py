"""All branches together: through toolbox, through Alembic's own command, up and down."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.support import revisions
from tests.support.commands import ROOT
from tests.support.servers import Database, Server
from tests.support.whole import SCHEMAS, Catalogs, at, catalogs, drift, log, target_of
from toolbox_cli.core.database.catalog import Catalog
from toolbox_cli.db.revisions.lineage.history import read_history
from toolbox_cli.db.revisions.upgrade import upgrade
from toolbox_cli.models import metadata_of

every_version = pytest.mark.every_version

LINES = read_history().lines
REVISIONS = [revision.id for line in LINES.values() for revision in line]
HEADS = {line[-1].id for line in LINES.values()}


def without_version_table(found: Catalogs) -> Catalogs:
    """Leave out what is Alembic's own."""
    records = found["toolbox"]
    kept = {
        key: fields
        for key, fields in records.objects.items()
        if not {key.table, key.name} & {"alembic_version", "alembic_version_pkc"}
    }
    return found | {"toolbox": Catalog(records.schema, records.server_version, kept)}


@every_version
def test_the_migrated_database_equals_the_models_column_order_and_all(server: Server, database: Database) -> None:
    with server.temporary() as modelled:
        for metadata in map(metadata_of, SCHEMAS):
            revisions.build(modelled, metadata)
        built = catalogs(modelled)
        assert drift(built, without_version_table(catalogs(database))) == []
    assert all(built[schema].objects for schema in SCHEMAS)


@every_version
def test_all_branches_go_up_by_turns_and_down_again_leaving_each_state_as_it_was(empty_database: Database) -> None:
    """One revision of each platform after the other, so that what one leaves behind would show in another's way.

    The toolkit's own records go before all: whatever goes up takes them along.
    """
    lines = [line for platform, line in LINES.items() if platform != "toolbox"]
    turns = [*LINES["toolbox"], *(line[n] for n in range(max(map(len, lines))) for line in lines if n < len(line))]
    before = {}
    for revision in turns:
        before[revision] = revisions.catalog(empty_database, revision.platform)
        upgrade(target_of(empty_database), revision.id)
    whole = catalogs(empty_database)

    for revision in reversed(turns):
        revisions.downgrade(empty_database, f"{revision.platform}@-1")
        if revision.platform != "toolbox":
            found = revisions.catalog(empty_database, revision.platform)
            assert revisions.differences(before[revision], found) == []
    assert at(empty_database) == set()

    upgrade(target_of(empty_database))
    assert drift(whole, catalogs(empty_database)) == []


Alembic = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def alembic(empty_database: Database, home: Any) -> Alembic:
    """Alembic's own command, run in a checkout as somebody who never heard of `toolbox db` would."""

    def run(*argv: str, **environ: str) -> subprocess.CompletedProcess[str]:
        given = {name: value for name, value in os.environ.items() if name.startswith(("COVERAGE_", "PATH"))}
        return subprocess.run(
            [sys.executable, "-m", "alembic", *argv],
            cwd=ROOT,
            env={**given, "HOME": str(home), "TOOLBOX_DATABASE_URL": empty_database.url, **environ},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@every_version
def test_alembics_own_upgrade_does_and_logs_the_same(
    alembic: Alembic, empty_database: Database, database: Database
) -> None:
    done = alembic("upgrade", "heads")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert drift(catalogs(database), catalogs(empty_database)) == []
    assert sorted(log(empty_database)) == sorted(log(database))

    done = alembic("downgrade", "frames@-1")
    assert done.returncode == 0, done.stderr
    assert at(empty_database) == HEADS - {"frames_content"} | {"frames_comments"}
    assert log(empty_database)[-1][:3] == ("frames", "frames_content", "downgrade")

    done = alembic("current")
    assert set(done.stdout.split("\n")) == {
        *(f"{head} (head)" for head in HEADS if head != "frames_content"),
        "frames_comments",
        "",
    }


def test_alembics_own_command_makes_the_records_before_a_platform(alembic: Alembic, empty_database: Database) -> None:
    done = alembic("upgrade", "frames@head")
    assert done.returncode == 0, done.stderr
    assert at(empty_database) == {"toolbox_disclosures", "frames_content"}
    assert [revision for _, revision, *_ in log(empty_database)][:5] == [
        "toolbox_records",
        "toolbox_queue",
        "toolbox_analytics",
        "toolbox_disclosures",
        "frames_phase_1",
    ]


def test_alembics_current_leaves_an_empty_database_empty(alembic: Alembic, empty_database: Database) -> None:
    done = alembic("current")
    assert (done.returncode, done.stdout) == (0, "")
    assert empty_database.execute("SELECT to_regnamespace('toolbox')") == [(None,)]


def test_alembic_takes_everything_back(alembic: Alembic, empty_database: Database) -> None:
    upgrade(target_of(empty_database))
    done = alembic("downgrade", "base")
    assert done.returncode == 0, done.stderr
    assert at(empty_database) == set()
    left = catalogs(empty_database)
    assert [schema for schema in SCHEMAS if without_version_table(left)[schema].objects] == []


def test_alembic_stamps(alembic: Alembic, empty_database: Database) -> None:
    done = alembic("stamp", "frames_phase_3")
    assert done.returncode == 0, done.stderr
    assert at(empty_database) == {"frames_phase_3"}


def test_alembic_writes_sql_too(alembic: Alembic, empty_database: Database) -> None:
    done = alembic("upgrade", "frames_phase_1", "--sql")
    assert done.returncode == 0, done.stderr
    assert done.stdout.index('SET LOCAL search_path TO "toolbox"') < done.stdout.index("CREATE TABLE migration_log")
    assert "CREATE TABLE modules" in done.stdout
    assert "RETURNING id" not in done.stdout.partition("-- Functions")[0] + done.stdout.partition("-- Triggers")[2]
    assert empty_database.execute("SELECT to_regnamespace('toolbox')") == [(None,)]


def test_alembic_follows_toolboxs_configuration(alembic: Alembic, server: Server, empty_database: Database) -> None:
    with server.temporary() as own:
        environ = {"TOOLBOX_PLATFORMS_FRAMES_URL": own.url, "TOOLBOX_PLATFORMS_FRAMES_SCHEMA": "lms"}
        refused = alembic("upgrade", "heads", **environ)
        assert refused.returncode != 0
        assert "The platforms live in several databases." in refused.stderr

        done = alembic("-x", "platform=frames", "upgrade", "heads", **environ)
        assert done.returncode == 0, done.stderr
        assert at(own) == {"toolbox_disclosures", "frames_content"}
        assert own.execute("SELECT to_regclass('lms.modules')::text") == [("lms.modules",)]
    assert empty_database.execute("SELECT to_regnamespace('toolbox')") == [(None,)]
