import pytest

from tests.lms.district import settle
from tests.lms.group import Lms
from tests.support.commands import CommandLine
from tests.support.servers import Database


@pytest.fixture
def lms(cli: CommandLine, database: Database) -> Lms:
    settle(database)
    return Lms(cli, database)
