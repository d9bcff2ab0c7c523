"""One writer at a time, and who it is."""

import psycopg
import pytest

from tests.support.servers import Database, Server
from toolbox_cli.core.database.locks import (
    BACKUPS,
    MIGRATIONS,
    NAMESPACE,
    Holder,
    advisory_lock,
    holder,
    lock_transaction,
)
from toolbox_cli.core.errors import LockedError

every_version = pytest.mark.every_version


@every_version
def test_a_lock_keeps_others_out_until_it_is_given_back(empty_database: Database) -> None:
    with empty_database.connect(application_name="first") as first, empty_database.connect() as second:
        with advisory_lock(first, MIGRATIONS, wait_s=0):
            told = pytest.raises(LockedError, match="Another run holds the lock: first ")
            with told as caught, advisory_lock(second, MIGRATIONS, wait_s=0):
                pytest.fail("both have it")
            assert caught.value.exit_code == 6
            with advisory_lock(second, BACKUPS, wait_s=0):
                pass
        with advisory_lock(second, MIGRATIONS, wait_s=0):
            pass


def test_a_failure_inside_gives_the_lock_back(empty_database: Database) -> None:
    with empty_database.connect() as first:
        with pytest.raises(ZeroDivisionError), advisory_lock(first, MIGRATIONS, wait_s=0):
            raise ZeroDivisionError
        assert holder(first, MIGRATIONS) is None


@every_version
def test_the_holder_is_told_to_whoever_waits_and_only_once(empty_database: Database) -> None:
    told: list[Holder | None] = []
    with empty_database.connect(application_name="a night job") as first, empty_database.connect() as second:
        first.execute("SELECT pg_advisory_lock(%s, %s)", (NAMESPACE, MIGRATIONS))

        def tell(found: Holder | None) -> None:
            told.append(found)

        with pytest.raises(LockedError), advisory_lock(second, MIGRATIONS, wait_s=0.6, on_wait=tell):
            pytest.fail("it is held")
        (found,) = told
        assert found is not None
        assert (found.pid, found.role, found.program) == (first.info.backend_pid, first.info.user, "a night job")
        assert "pg_advisory_lock" in str(found.doing)
        assert str(found) == f"a night job (process {found.pid}, role {found.role})"


def test_waiting_ends_as_soon_as_the_lock_is_free(empty_database: Database) -> None:
    with empty_database.connect() as first, empty_database.connect() as second:
        first.execute("SELECT pg_advisory_lock(%s, %s)", (NAMESPACE, MIGRATIONS))
        with advisory_lock(second, MIGRATIONS, wait_s=60, on_wait=lambda _: first.close()):
            assert holder(second, MIGRATIONS) is not None


def test_a_lock_of_another_database_or_another_kind_is_none_of_ours(server: Server, empty_database: Database) -> None:
    with server.temporary() as other, other.connect() as first, empty_database.connect() as second:
        first.execute("SELECT pg_advisory_lock(%s, %s)", (NAMESPACE, MIGRATIONS))
        second.execute("SELECT pg_advisory_lock(%s)", ((NAMESPACE << 32) + MIGRATIONS,))
        assert holder(second, MIGRATIONS) is None
        with advisory_lock(second, MIGRATIONS, wait_s=0):
            pass


def test_a_holder_that_may_not_be_looked_at_is_still_named(server: Server, empty_database: Database) -> None:
    role = f"stranger_{empty_database.name}"
    server.maintenance.execute(f"CREATE ROLE {role}")
    try:
        with empty_database.connect() as first, empty_database.with_options(f"-c role={role}").connect() as second:
            first.execute("SELECT pg_advisory_lock(%s, %s)", (NAMESPACE, MIGRATIONS))
            found = holder(second, MIGRATIONS)
            assert found is not None
            assert (found.pid, found.doing) == (first.info.backend_pid, "<insufficient privilege>")
    finally:
        server.maintenance.execute(f"DROP ROLE {role}")


def test_a_holder_is_described_by_what_is_known_of_it() -> None:
    assert str(Holder(7, None, None, None, None, None)) == "a program (process 7, role unknown)"
    assert str(Holder(7, "ada", "psql", "10.0.0.1", None, None)) == "psql (process 7, role ada from 10.0.0.1)"


@every_version
def test_a_transactions_lock_ends_with_it(empty_database: Database) -> None:
    with empty_database.connect() as first, empty_database.connect() as second:
        with first.transaction():
            lock_transaction(first, MIGRATIONS, wait_s=0)
            with pytest.raises(LockedError, match="Another run holds the lock"), second.transaction():
                lock_transaction(second, MIGRATIONS, wait_s=0)
        with second.transaction():
            lock_transaction(second, MIGRATIONS, wait_s=0)


def test_a_lost_connection_is_told_as_it_was_not_as_a_lock_that_could_not_be_given_back(
    empty_database: Database,
) -> None:
    with empty_database.connect() as first:
        ended = "SELECT pg_terminate_backend(pg_backend_pid())"
        with pytest.raises(psycopg.errors.AdminShutdown), advisory_lock(first, MIGRATIONS, wait_s=0):
            first.execute(ended)
    with empty_database.connect() as second, advisory_lock(second, MIGRATIONS, wait_s=0):
        pass
