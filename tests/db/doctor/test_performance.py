import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import RUN_FOLDER
from tests.support.school import target
from tests.support.servers import Database, Server, system_binaries
from toolbox_cli.core.database.embedded import Binaries, EmbeddedServer
from toolbox_cli.core.findings import Finding, Severity
from toolbox_cli.db.doctor import performance
from toolbox_cli.db.doctor.check import Limits, Subject
from toolbox_cli.db.doctor.examine import examine

NEEDS_CONTRIB = "the system's own PostgreSQL, which has pg_stat_statements, is not installed here"


@pytest.fixture(scope="module")
def counting(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Give an empty database of a server that counts statements."""
    binaries = system_binaries()
    if binaries is None:
        pytest.skip(NEEDS_CONTRIB)
    home = Path(tempfile.mkdtemp(dir=request.config.stash[RUN_FOLDER] / "homes", prefix=""))
    home.chmod(0o711)
    parameters = {"shared_preload_libraries": "pg_stat_statements", "fsync": "off"}
    server = EmbeddedServer(home / "counting", binaries=Binaries.of_folder(binaries), parameters=parameters)
    server.start()
    yield Database(server.conninfo(), 15)
    server.stop()


@pytest.fixture
def measured(counting: Database) -> Iterator[Database]:
    """Give it with the extension in a schema of its own, and nothing counted yet."""
    counting.execute("CREATE SCHEMA stats; CREATE EXTENSION pg_stat_statements SCHEMA stats")
    counting.execute("SELECT stats.pg_stat_statements_reset()")
    yield counting
    counting.execute("DROP SCHEMA stats CASCADE")


def of(database: Database, code: str, limits: Limits | None = None) -> list[Finding]:
    found = examine(target(database), performance=True, limits=limits)
    return [one for one in found.findings if one.code == code]


def test_the_slowest_statements_are_told_without_their_values(measured: Database) -> None:
    measured.execute("SELECT pg_sleep(0.11) WHERE 'ada@school.example' <> ''")
    for _ in range(3):
        measured.execute("SELECT   1")
    measured.execute("CREATE ROLE ada PASSWORD 'hush-hush'")
    measured.execute("DROP ROLE ada")

    slow = of(measured, "slow-statement")

    assert len(slow) <= 10
    assert slow[0].field == "SELECT pg_sleep($1) WHERE $2 <> $3"
    assert str(slow[0].found).endswith("ms on average, 1 calls, 0.1 s in all")
    assert "SELECT $1" in [one.field for one in slow]
    assert not any("hush" in str(one) or "ada" in str(one) or "ROLE" in str(one) for one in slow)


def test_the_share_of_fast_calls(measured: Database) -> None:
    measured.execute("SELECT pg_sleep(0.11)")
    measured.execute("SELECT 1")
    (finding,) = of(measured, "fast-calls", Limits(fast_ratio=0.999))
    assert finding.severity is Severity.WARNING
    assert finding.expected == "100% of statements that take under 100 ms"
    figures = examine(target(measured), performance=True).figures
    assert figures["calls"] > 2
    assert 0.5 <= figures["fast_calls_ratio"] < 1
    assert of(measured, "fast-calls", Limits(fast_ratio=0.01)) == []
    assert of(measured, "fast-calls", Limits(fast_ratio=1, slow_ms=60_000)) == []


def test_where_nothing_was_counted_nothing_is_said(measured: Database) -> None:
    with measured.connect() as connection:
        subject = Subject(target(measured), connection)
        connection.execute("SELECT stats.pg_stat_statements_reset()")
        connection.execute("SET pg_stat_statements.track = none")
        connection.execute("SELECT stats.pg_stat_statements_reset()")
        assert [*performance.statements(subject)] == []
        assert performance.figures(subject)["fast_calls_ratio"] is None


def test_an_extension_that_is_offered_is_named_with_its_library(counting: Database) -> None:
    (finding,) = of(counting, "statements")
    assert finding.severity is Severity.NOTE
    assert "CREATE EXTENSION pg_stat_statements" in str(finding.remedy)
    assert "shared_preload_libraries" in str(finding.remedy)


@pytest.mark.every_version
def test_without_it_the_way_to_it_is_told(server: Server, empty_database: Database) -> None:
    (finding,) = of(empty_database, "statements")
    offered = server.version not in {18, 16}
    assert ("CREATE EXTENSION" if offered else "contrib") in str(finding.remedy)
    assert examine(target(empty_database), performance=True).figures["calls"] is None
    if not offered:
        return
    empty_database.execute("CREATE EXTENSION pg_stat_statements")
    (finding,) = of(empty_database, "statements")
    assert (finding.found, str(finding.remedy)[:28]) == ("not loaded", "Set shared_preload_libraries")


def test_indexes_that_nobody_uses(database: Database) -> None:
    database.execute("""
        CREATE TABLE frames.big (id integer PRIMARY KEY, a integer, b integer, team_id integer REFERENCES frames.teams);
        CREATE INDEX big_a ON frames.big (a); CREATE INDEX big_b ON frames.big (b);
        CREATE INDEX big_team ON frames.big (team_id); CREATE INDEX small ON frames.big (b) WHERE id < 5;
        INSERT INTO frames.big SELECT n, n, n FROM generate_series(1, 2000) AS n""")
    with database.connect() as connection:
        connection.execute("SET enable_seqscan = off; SELECT count(*) FROM frames.big WHERE b = 7")
        connection.execute("SELECT pg_stat_force_next_flush()")
    (finding,) = of(database, "unused-index", Limits(index_bytes=40_000))
    assert (finding.object, finding.severity) == ("frames.big_a", Severity.NOTE)
    assert of(database, "unused-index") == []


def test_a_server_that_reads_from_the_disk(database: Database) -> None:
    assert of(database, "cache-hits", Limits(pages=0, hit_ratio=0)) == []
    (finding,) = of(database, "cache-hits", Limits(pages=0, hit_ratio=1.01))
    assert finding.severity is Severity.WARNING
    assert of(database, "cache-hits", Limits(pages=10**12, hit_ratio=1.01)) == []
