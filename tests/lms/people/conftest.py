import pytest

from tests.lms.district import settle
from tests.lms.group import HERE, Lms
from tests.support.commands import CommandLine
from tests.support.servers import Database
from toolbox_cli.app import COMMANDS


@pytest.fixture
def lms(cli: CommandLine, database: Database, monkeypatch: pytest.MonkeyPatch) -> Lms:
    monkeypatch.setitem(COMMANDS, "lms", HERE)  # type: ignore[arg-type]
    settle(database)
    return Lms(cli, database)
