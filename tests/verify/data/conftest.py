"""A database whose rows break no rule, and copies of it to break."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.seeding import seed_database
from tests.support.servers import Database, Server
from tests.support.template import NAMES
from toolbox_cli.core.settings import Settings
from toolbox_cli.verify.cases import Case
from toolbox_cli.verify.data.verify import verify_data

SOUND = Path(__file__).with_name("sound.sql").read_text(encoding="utf-8")

Look = Callable[..., list[Case]]


@pytest.fixture(scope="session")
def sound(server: Server) -> Iterator[Database]:
    """The seeded classroom and `sound.sql`; to read only."""
    with server.temporary(server.template) as made:
        seed_database(made, seed=7)
        made.execute(SOUND)
        yield made


@pytest.fixture
def breakable(server: Server, sound: Database) -> Iterator[Database]:
    """A copy of `sound`."""
    with server.temporary(sound.name) as made:
        yield made


def look(database: Database, settings: Settings | None = None, **options: Any) -> list[Case]:
    with database.connect() as connection:
        return verify_data(connection, NAMES, settings or Settings(), **options)


def findings(cases: list[Case]) -> dict[str, str]:
    """Give what was found: code to object."""
    return {found.code: found.object for case in cases for found in case.findings}
