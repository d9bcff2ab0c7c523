"""A quest comes back from the database as it went in, and nothing slips between look and act."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.content.quests.graphs import FULL, JSON, TEXTS, graphs
from tests.content.quests.test_comparing import known
from tests.quests.conftest import Quests
from tests.support.quests import Connection, add_parent
from tests.support.servers import Database
from toolbox_cli.content.quests.quest import About, Quest
from toolbox_cli.content.quests.reading.files import Loaded, read_files
from toolbox_cli.content.quests.whole import as_json, as_yaml, same
from toolbox_cli.core.documents import Document
from toolbox_cli.core.errors import FindingsError
from toolbox_cli.quests.database import held_quests
from toolbox_cli.quests.importing.loading import load
from toolbox_cli.quests.importing.planning import Fate, Planned, plan
from toolbox_cli.quests.options import OnConflict

ABOUTS = st.builds(
    About,
    title=FULL,
    description=st.none() | TEXTS,
    age_range=st.none() | st.sampled_from(["7-9", "13+", ""]),
    child_age=st.none() | st.integers(0, 18),
    child_interests=st.none() | st.lists(JSON, max_size=2),
    family_jokes=st.none() | st.lists(TEXTS, max_size=2),
    reveal_enabled=st.none() | st.booleans(),
    reveal_threshold_percentage=st.none() | st.floats(0, 1),
    reveal_message=st.none() | TEXTS,
)


def loaded(quest: Quest) -> Loaded:
    file = Path("quest.yaml")
    return Loaded(quest, None, Document(file, {}, (), lambda: pytest.fail("nothing is wrong")), ())


@given(st.builds(Quest, quest_id=st.just("any"), about=ABOUTS, graph=graphs().map(known)))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_quest_comes_back_as_it_went_in(pas_in_peace_connection: Connection, quest: Quest) -> None:
    connection = pas_in_peace_connection
    connection.execute("DELETE FROM quests")
    author = add_parent(connection)
    assert load(connection, [Planned(loaded(quest), None, Fate.NEW)], author) == 1
    (held,) = held_quests(connection, ["any"])
    assert held.read is not None
    assert held.read.wrong == []
    assert same(held.quest, quest)
    (again,) = plan(connection, [loaded(quest)], OnConflict.FAIL, None)
    assert again.fate is Fate.UNCHANGED
    load(connection, [Planned(loaded(held.quest), held, Fate.CHANGED)], None)
    (after,) = held_quests(connection, ["any"])
    assert after.content_hash == held.content_hash
    for write in (as_yaml, as_json):
        assert write(after.quest) == write(held.quest)


@pytest.fixture
def another(database: Database) -> Iterator[Connection]:
    with database.connect() as made:
        made.execute("SET search_path TO pas_in_peace; SET lock_timeout = '50ms'")
        yield made


@pytest.fixture
def mine(database: Database) -> Iterator[Connection]:
    with psycopg.connect(database.conninfo) as made:
        made.execute("SET search_path TO pas_in_peace")
        yield made
        made.rollback()


def test_a_quest_that_somebody_makes_meanwhile_is_not_overwritten(
    quests: Quests, folder: Path, mine: Connection, another: Connection
) -> None:
    planned = [*plan(mine, read_files([folder]).quests, OnConflict.FAIL, 17)]
    assert [one.fate for one in planned] == [Fate.NEW]
    another.execute("INSERT INTO quests (user_id, quest_id, title, quest_yaml) VALUES (18, 'two-doors', 'Theirs', '')")
    with pytest.raises(FindingsError, match="meanwhile"):
        load(mine, planned, 17)


def test_a_quest_that_is_imported_waits_for_nobody_and_lets_nobody_in(
    quests: Quests, imported: Path, mine: Connection, another: Connection
) -> None:
    (planned,) = plan(mine, read_files([imported]).quests, OnConflict.FAIL, None)
    assert planned.fate is Fate.UNCHANGED
    with pytest.raises(psycopg.errors.LockNotAvailable):
        another.execute("UPDATE quests SET title = 'Theirs'")
    assert another.execute("SELECT title FROM quests").fetchall() == [("Two doors",)]
