"""A transaction pooler is noticed and refused; everything else is let through."""

from contextlib import closing

import pytest

from tests.support.commands import CommandLine
from tests.support.pgbouncer import pgbouncer
from tests.support.servers import Database
from tests.support.whole import at, target_of
from toolbox_cli.core.database.connect import connect
from toolbox_cli.core.database.pooler import refuse_transaction_pooler, shares_backends

needs_pgbouncer = pytest.mark.needs("pgbouncer")


def shared(database: Database) -> bool:
    target = target_of(database)
    with connect(target) as first:
        return shares_backends(target, first)


def test_without_a_pooler_one_question_answers_it(database: Database) -> None:
    target = target_of(database)
    with connect(target) as first:
        refuse_transaction_pooler(target, first)
        assert database.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ) == [(1,)]


@needs_pgbouncer
def test_an_upgrade_through_a_transaction_pooler_is_refused(cli: CommandLine, empty_database: Database) -> None:
    with pgbouncer(empty_database, pool_mode="transaction") as pooled:
        outcome = cli("db", "upgrade", database=pooled)
        assert (outcome.exit_code, outcome.stdout) == (4, "")
        assert outcome.stderr == (
            f"Error: {target_of(pooled).label} leads to a transaction pooler, behind which session locks don't hold.\n"
            "  → Set TOOLBOX_DIRECT_URL to the server's own address.\n"
        )
        assert empty_database.execute("SELECT to_regnamespace('toolbox')") == [(None,)]


@needs_pgbouncer
@pytest.mark.every_version
def test_with_a_direct_address_the_upgrade_goes_past_the_pooler_and_the_rest_through_it(
    cli: CommandLine, empty_database: Database
) -> None:
    with pgbouncer(empty_database, pool_mode="transaction") as pooled:
        environ = {"TOOLBOX_DIRECT_URL": empty_database.url}
        outcome = cli("db", "upgrade", "frames_phase_2", database=pooled, environ=environ)
        assert outcome.exit_code == 0, outcome.stderr
        assert at(empty_database) == {"toolbox_disclosures", "frames_phase_2"}
        for command in ("current", "history"):
            assert cli("db", command, database=pooled).exit_code == 0
        assert cli("db", "downgrade", "frames@-1", "--yes", database=pooled).exit_code == 4
        assert cli("db", "downgrade", "frames@-1", "--yes", database=pooled, environ=environ).exit_code == 0


@needs_pgbouncer
def test_a_direct_address_that_leads_to_the_pooler_is_refused_too(cli: CommandLine, empty_database: Database) -> None:
    with pgbouncer(empty_database, pool_mode="transaction") as pooled:
        outcome = cli("db", "upgrade", database=empty_database, environ={"TOOLBOX_DIRECT_URL": pooled.url})
    assert outcome.exit_code == 4
    assert "transaction pooler" in outcome.stderr


@needs_pgbouncer
def test_with_nothing_to_do_a_pooler_is_no_hindrance(cli: CommandLine, database: Database) -> None:
    with pgbouncer(database, pool_mode="transaction") as pooled:
        assert cli("db", "upgrade", database=pooled).stdout == "Nothing to do.\n"


@needs_pgbouncer
@pytest.mark.every_version
def test_a_session_pooler_is_let_through(cli: CommandLine, empty_database: Database) -> None:
    with pgbouncer(empty_database, pool_mode="session") as pooled:
        assert not shared(pooled)
        outcome = cli("db", "upgrade", "frames@head", database=pooled)
    assert outcome.exit_code == 0, outcome.stderr
    assert at(empty_database) == {"toolbox_disclosures", "frames_content"}


@needs_pgbouncer
@pytest.mark.parametrize(
    "settings",
    [
        {"pool_mode": "transaction"},
        {"pool_mode": "transaction", "default_pool_size": 1},
        {"pool_mode": "transaction", "server_round_robin": 1, "min_pool_size": 3},
        {"pool_mode": "statement"},
    ],
)
def test_a_shared_backend_is_noticed_however_it_is_lent(empty_database: Database, settings: dict[str, object]) -> None:
    with pgbouncer(empty_database, **settings) as pooled:
        assert shared(pooled)


@needs_pgbouncer
def test_a_transaction_pooler_is_noticed_beside_other_traffic(empty_database: Database) -> None:
    """Others keep backends busy, so that two questions of one connection may reach two of them."""
    with (
        pgbouncer(empty_database, pool_mode="transaction", default_pool_size=4) as pooled,
        closing(pooled.connect(autocommit=False)) as other,
        closing(pooled.connect(autocommit=False)) as another,
    ):
        other.execute("SELECT 1")
        another.execute("SELECT 1")
        another.rollback()
        assert shared(pooled)


@needs_pgbouncer
def test_a_session_pooler_without_a_free_backend_is_no_transaction_pooler(empty_database: Database) -> None:
    with pgbouncer(empty_database, pool_mode="session", default_pool_size=1) as pooled:
        assert not shared(pooled)


@needs_pgbouncer
def test_a_connection_asks_a_pooler_for_nothing_that_it_refuses(empty_database: Database) -> None:
    with (
        pgbouncer(empty_database, pool_mode="transaction", ignore_startup_parameters="") as pooled,
        connect(target_of(pooled), autocommit=False) as connection,
    ):
        assert connection.execute("SHOW application_name").fetchone() == ("toolbox",)
