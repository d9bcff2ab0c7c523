import os
import pwd

import pytest

from tests.support.servers import Database
from toolbox_cli import __version__
from toolbox_cli.core.database.audit import Change, os_user, record_change
from toolbox_cli.core.errors import RefusedError
from toolbox_cli.core.settings import Environment

CHANGE = Change(
    "seed roblox --seed 1",
    Environment.STAGING,
    "toolboxai",
    counts={"users": 30},
    details={"profile": "classroom"},
    actor="nightly",
)


def test_a_change_is_written_with_who_made_it(database: Database) -> None:
    with database.connect(autocommit=False) as connection:
        record_change(connection, CHANGE)
        connection.commit()

    columns = "command, environment, platform, counts, details, actor, os_user, tool_version, database_user, database"
    account = pwd.getpwuid(os.geteuid()).pw_name
    assert database.execute(f"SELECT {columns} FROM toolbox.audit_log") == [
        ("seed roblox --seed 1", "staging", "toolboxai", {"users": 30}, {"profile": "classroom"}, "nightly")
        + (account, __version__, "toolbox", database.name)
    ]


def test_the_record_goes_when_the_change_is_taken_back(database: Database) -> None:
    with database.connect(autocommit=False) as connection:
        record_change(connection, CHANGE)
        connection.rollback()
    assert database.execute("SELECT id FROM toolbox.audit_log") == []


def test_an_sqlalchemy_connection_takes_part_with_its_driver_connection(database: Database) -> None:
    with database.engine().connect() as connection, connection.begin() as transaction:
        driver = connection.connection.driver_connection
        assert driver is not None
        record_change(driver, Change("db reset", Environment.DEVELOPMENT))
        transaction.rollback()
    assert database.execute("SELECT id FROM toolbox.audit_log") == []


def test_no_change_without_an_audit_log(empty_database: Database) -> None:
    with empty_database.connect() as connection, pytest.raises(RefusedError, match="no audit log"):
        record_change(connection, CHANGE)


def test_an_account_without_a_name_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4_000_000_000)
    assert os_user() is None
