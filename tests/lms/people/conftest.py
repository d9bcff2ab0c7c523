import pytest

from tests.lms.district import settle
from tests.lms.group import Lms
from tests.support.commands import CommandLine
from tests.support.servers import Database
from toolbox_cli.app import COMMANDS
from toolbox_cli.core.commands import Entry


@pytest.fixture
def lms(cli: CommandLine, database: Database, monkeypatch: pytest.MonkeyPatch) -> Lms:
    monkeypatch.setitem(COMMANDS, "lms", Entry("tests.lms.group:lms", "Tried here."))  # type: ignore[arg-type]
    settle(database)
    return Lms(cli, database)
