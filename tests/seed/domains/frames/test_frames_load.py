"""Universities in a database."""

from collections.abc import Iterator

import pytest

from tests.seed.domains.made import profile_of
from tests.seed.looking import DAY, hashes
from tests.support.commands import CommandLine
from tests.support.school import target
from tests.support.servers import Database, Server
from toolbox_cli.core.settings import Settings
from toolbox_cli.seed.domains import FRAMES
from toolbox_cli.seed.seeding import seed
from toolbox_cli.seed.wishes import Wishes

TABLES = tuple(FRAMES.content.TABLES)
WISHES = Wishes((FRAMES,), profile_of("school"), 42, DAY, processes=0)


LOADED: dict[str, int] = {}


@pytest.fixture(scope="module")
def school(server: Server) -> Iterator[Database]:
    with server.temporary(server.template) as made:
        LOADED.update(seed(target(made), Settings(), WISHES).loaded["frames"])
        yield made


@pytest.mark.usefixtures("school")
def test_every_table_has_the_rows_that_were_expected() -> None:
    expected = FRAMES.content.expected(WISHES.profile)
    assert LOADED.keys() == expected.keys()
    for table, rows in LOADED.items():
        assert rows == pytest.approx(expected[table], rel=0.15), table


def test_what_is_loaded_is_sound(school: Database, cli: CommandLine) -> None:
    done = cli("verify", "all", "--platform", "frames", "--fail-on", "warning", database=school)
    assert done.exit_code == 0, done.stdout


def test_each_event_lies_in_its_month(school: Database) -> None:
    assert school.execute("SELECT count(*) FROM frames.module_analytics_events_default") == [(0,)]


def test_a_reset_takes_it_all_and_the_same_comes_back(school: Database) -> None:
    before = hashes(school, "frames", TABLES)
    done = seed(target(school), Settings(), Wishes((FRAMES,), WISHES.profile, 42, DAY, reset=True, processes=2))
    assert sum(done.deleted.values()) == sum(done.loaded["frames"].values())
    assert hashes(school, "frames", TABLES) == before
