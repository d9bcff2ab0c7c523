"""Looking for rows that should not be: over sound data, without rights, without tables, in one snapshot."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg import sql

from tests.support.school import wait_for_a_waiter
from tests.support.seeding import seed_database
from tests.support.servers import Database
from tests.support.template import NAMES
from tests.verify.data.conftest import findings, look
from toolbox_cli.core.database.names import Names
from toolbox_cli.core.findings import Severity
from toolbox_cli.core.settings import Environment, RobloxSettings, Settings
from toolbox_cli.models import metadata_of
from toolbox_cli.models.privacy import Privacy
from toolbox_cli.verify.cases import Outcome
from toolbox_cli.verify.data.checks import CHECKS
from toolbox_cli.verify.data.verify import verify_data

COUNT = sum(map(len, CHECKS.values())) + len(CHECKS)
"""A case a check, and one a platform for its constraints."""


@pytest.mark.every_version
def test_an_empty_database_breaks_nothing(shared_database: Database) -> None:
    cases = look(shared_database)
    assert [case.detail for case in cases if case.outcome is not Outcome.PASSED] == []
    assert len(cases) == COUNT


@pytest.mark.every_version
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_seeded_classroom_breaks_nothing(database: Database, seed: int) -> None:
    seed_database(database, "all", seed=seed)
    assert findings(look(database)) == {}


@pytest.mark.every_version
def test_sound_rows_break_nothing(sound: Database) -> None:
    cases = look(sound)
    assert findings(cases) == {}
    assert {case.outcome for case in cases} == {Outcome.PASSED}


def test_nothing_is_changed_and_the_connection_is_as_before(sound: Database) -> None:
    with sound.connect() as connection:
        settings = connection.execute("SELECT name, setting FROM pg_settings ORDER BY 1").fetchall()
        verify_data(connection, NAMES, Settings())
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        assert connection.execute("SELECT name, setting FROM pg_settings ORDER BY 1").fetchall() == settings


def test_what_is_configured_decides(sound: Database) -> None:
    other = Settings(roblox=RobloxSettings(universe_id="1", client_id="2"))
    assert findings(look(sound, other)) == {
        "roblox-session-universe": "toolboxai.roblox_sessions",
        "roblox-session-client": "toolboxai.roblox_sessions",
        "planned-session-universe": "toolboxai.roblox_game_sessions",
    }
    production = Settings(env=Environment.PRODUCTION)
    assert findings(look(sound, production)) == {"sample-data-in-production": "toolbox.seed_runs"}


def test_only_the_platforms_that_are_wanted(sound: Database) -> None:
    cases = look(sound, platforms=["frames"])
    assert {case.platform for case in cases} == {"frames"}
    assert len(cases) == len(CHECKS["frames"]) + 1
    with sound.connect() as connection:
        names = Names({"toolbox": "toolbox", "frames": "frames"})
        assert {case.platform for case in verify_data(connection, names, Settings())} == {"toolbox", "frames"}


def test_another_schema_name(breakable: Database) -> None:
    breakable.execute("""
        ALTER SCHEMA frames RENAME TO "Frames of 2026";
        UPDATE "Frames of 2026".modules SET published_at = NULL WHERE id = 1;
        ALTER TABLE "Frames of 2026".modules ADD CONSTRAINT late CHECK (id < 9) NOT VALID""")
    names = Names({"toolbox": "toolbox", "frames": "Frames of 2026"})
    with breakable.connect() as connection:
        cases = verify_data(connection, names, Settings())
    assert {case.outcome for case in cases} == {Outcome.PASSED, Outcome.FAILED}
    assert findings(cases) == {
        "published-without-time": "Frames of 2026.modules",
        "constraint-unproved": "Frames of 2026.modules.late",
    }


def test_rows_are_counted_and_some_are_named(breakable: Database) -> None:
    breakable.execute("UPDATE frames.module_progress SET current_section = 9 WHERE id IN (2, 1)")
    breakable.execute('UPDATE frames.modules SET published_at = NULL, related_modules = \'["x", "y", "x"]\'')
    breakable.execute("""
        INSERT INTO frames.modules (id, module_id, title, status)
        SELECT n, 'm' || n, 'M', 'published' FROM generate_series(10, 99) AS n""")
    found = {item.code: item.found for case in look(breakable) for item in case.findings}
    assert str(found["module-section-missing"]).startswith("2 rows: 1, 2. ")
    assert str(found["published-without-time"]).startswith("92 rows: 1, 2, 10, 11, 12, …. ")
    assert str(found["related-module-missing"]).startswith("3 rows: 1, 2, 3. ")


def test_no_person_is_named(breakable: Database) -> None:
    breakable.execute("UPDATE toolboxai.users SET password_hash = 'letmein' WHERE username = 'argon'")
    ((person,),) = breakable.execute("SELECT id::text FROM toolboxai.users WHERE username = 'argon'")
    (found,) = (item for case in look(breakable) for item in case.findings)
    assert str(found.found).startswith(f"1 row: #{hashlib.sha256(person.encode()).hexdigest()[:12]}. ")
    assert not {person, "letmein", "argon"} & set(str(found).split())


def test_keys_are_masked_by_their_class() -> None:
    for platform, checks in CHECKS.items():
        for check in checks:
            columns = metadata_of(platform).tables[f"{platform}.{check.table}"].columns
            assert all(columns[name].info["privacy"] in {Privacy.NONE, Privacy.IDENTIFIER} for name in check.key)


@pytest.fixture
def reader(breakable: Database) -> Iterator[str]:
    """A role that may read all tables but two columns."""
    role = f"{breakable.name}_reader"
    schemas = ", ".join(NAMES.schemas.values())
    breakable.execute(
        f"CREATE ROLE {role}; GRANT USAGE ON SCHEMA {schemas} TO {role};"
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schemas} TO {role}"
    )
    yield role
    breakable.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


@pytest.mark.every_version
def test_reading_is_right_enough(breakable: Database, reader: str) -> None:
    breakable.execute("UPDATE frames.modules SET published_at = NULL WHERE id = 1")
    breakable.execute(f"REVOKE SELECT ON toolboxai.user_sessions FROM {reader}")
    with breakable.connect() as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(reader)))
        cases = verify_data(connection, NAMES, Settings())
    assert findings(cases) == {"published-without-time": "frames.modules"}
    skipped = [case for case in cases if case.outcome is Outcome.SKIPPED]
    assert {case.object for case in skipped} == {"toolboxai.user_sessions"}
    assert {case.detail for case in skipped} == {
        "The role may not read that: permission denied for table user_sessions."
    }


@pytest.mark.every_version
def test_an_older_schema_is_looked_at_as_far_as_it_goes(breakable: Database) -> None:
    breakable.execute("""
        ALTER TABLE toolboxai.users DROP COLUMN age_band;
        DROP TABLE frames.module_sections;
        DROP FUNCTION pas_in_peace.quest_content_hash CASCADE;
        UPDATE frames.modules SET published_at = NULL WHERE id = 1""")
    cases = look(breakable)
    assert findings(cases) == {"published-without-time": "frames.modules"}
    reasons = {str(case.detail).partition(":")[0] for case in cases if case.outcome is Outcome.SKIPPED}
    assert reasons == {
        "A column is not there",
        "A table is not there",
        "A function is not there, or a column is of another type",
    }


SLOW = """
CREATE FUNCTION toolbox.slow() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(20); RETURN true; END';
ALTER TABLE toolbox.seed_runs RENAME TO kept;
CREATE VIEW toolbox.seed_runs AS SELECT * FROM toolbox.kept WHERE toolbox.slow()"""


def test_a_slow_check_is_given_up(breakable: Database) -> None:
    breakable.execute(SLOW)
    (slow, rest) = look(breakable, Settings(env=Environment.PRODUCTION), platforms=["toolbox"], timeout_s=1)
    assert slow.detail == "It took longer than allowed: canceling statement due to statement timeout."
    assert rest.outcome is Outcome.PASSED


def test_a_locked_table_is_not_waited_for_long(sound: Database) -> None:
    with sound.connect(autocommit=False) as other:
        other.execute("LOCK TABLE toolbox.seed_runs")
        cases = look(sound)
    assert [case.detail for case in cases if case.outcome is not Outcome.PASSED] == [
        "Somebody has locked a table: canceling statement due to lock timeout."
    ]


def test_all_checks_see_the_same_moment(breakable: Database) -> None:
    """The first query waits for a lock, and what is committed meanwhile is seen by none of those after it."""
    with breakable.connect(autocommit=False) as other, ThreadPoolExecutor() as threads:
        other.execute("LOCK TABLE toolbox.seed_runs")
        cases = threads.submit(look, breakable)
        wait_for_a_waiter(breakable)
        breakable.execute("UPDATE frames.modules SET published_at = NULL")
        other.rollback()
        assert findings(cases.result()) == {}
    assert findings(look(breakable)) == {"published-without-time": "frames.modules"}


UNPROVED = {
    "not valid, and kept": (
        "ALTER TABLE frames.modules ADD CONSTRAINT mild CHECK (id > 0) NOT VALID",
        "constraint-unproved",
        "no row breaks it, and any may: it is NOT VALID",
    ),
    "not valid, and broken": (
        "ALTER TABLE frames.modules ADD CONSTRAINT hard CHECK (id > 1 AND title NOT LIKE '%ird') NOT VALID",
        "constraint-broken",
        "2 rows: 1, 3; it is NOT VALID",
    ),
    "a foreign key, not valid": (
        """
        ALTER TABLE frames.students DROP CONSTRAINT students_team_id_fkey;
        UPDATE frames.students SET team_id = 99 WHERE id = 's1';
        ALTER TABLE frames.students ADD FOREIGN KEY (team_id) REFERENCES frames.teams NOT VALID""",
        "constraint-broken",
        "1 row: #e8bc163c82ee; it is NOT VALID",
    ),
    "a foreign key, switched off": (
        """
        ALTER TABLE frames.students DISABLE TRIGGER ALL;
        UPDATE frames.students SET university_id = 'west', team_id = NULL WHERE id = 's1'""",
        "constraint-broken",
        "1 row: #e8bc163c82ee; its triggers are disabled",
    ),
}
"""Change, code and words; SHA-256 of "s1" begins with e8bc163c82ee."""


@pytest.mark.every_version
@pytest.mark.parametrize("how", UNPROVED)
def test_constraints_that_rows_may_break(breakable: Database, how: str) -> None:
    change, code, words = UNPROVED[how]
    breakable.execute(change)
    found = [item for case in look(breakable) for item in case.findings if item.code == code]
    assert words in {item.found for item in found}
    assert {item.severity for item in found} == {Severity.ERROR if code == "constraint-broken" else Severity.WARNING}


NEWER = {
    "a column that may not be null": (
        "ALTER TABLE frames.modules ADD CONSTRAINT told NOT NULL description NOT VALID",
        "3 rows: 1, 2, 3; it is NOT VALID",
        "UPDATE frames.modules SET description = 'x'",
    ),
    "a foreign key that is not enforced": (
        """
        ALTER TABLE frames.modules ALTER CONSTRAINT modules_university_id_fkey NOT ENFORCED;
        UPDATE frames.modules SET university_id = 'west' WHERE id = 2""",
        "1 row: 2; it is NOT ENFORCED",
        "UPDATE frames.modules SET university_id = NULL",
    ),
    "a check that is not enforced": (
        "ALTER TABLE frames.modules ADD CONSTRAINT low CHECK (id < 2) NOT ENFORCED",
        "2 rows: 2, 3; it is NOT ENFORCED",
        None,
    ),
}


@pytest.mark.parametrize("how", NEWER)
def test_what_only_the_newest_server_has(breakable: Database, how: str) -> None:
    change, words, mend = NEWER[how]
    breakable.execute(change)
    (found,) = (item for case in look(breakable) for item in case.findings)
    assert (found.code, found.found) == ("constraint-broken", words)
    if mend is not None:
        breakable.execute(mend)
        breakable.execute(str(found.remedy).partition("Then: ")[2])
        assert findings(look(breakable)) == {}


def test_constraints_of_others_are_theirs(breakable: Database) -> None:
    breakable.execute("""
        CREATE TABLE frames.others (id integer);
        ALTER TABLE frames.others ADD CONSTRAINT theirs CHECK (id > 0) NOT VALID""")
    assert findings(look(breakable)) == {}
