"""Families in a database."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.seed.domains.made import profile_of
from tests.seed.looking import DAY, hashes
from tests.support.commands import CommandLine
from tests.support.school import target
from tests.support.servers import Database, Server
from toolbox_cli.core.settings import Settings
from toolbox_cli.models.base import programs
from toolbox_cli.models.pas_in_peace import Base
from toolbox_cli.seed.domains import QUESTS
from toolbox_cli.seed.seeding import seed
from toolbox_cli.seed.wishes import Wishes

TABLES = tuple(QUESTS.content.TABLES)
WISHES = Wishes((QUESTS,), profile_of("school"), 42, DAY, processes=0)
OURS = "1000000000 AND 2139999999"


LOADED: dict[str, int] = {}


@pytest.fixture(scope="module")
def school(server: Server) -> Iterator[Database]:
    with server.temporary(server.template) as made:
        LOADED.update(seed(target(made), Settings(), WISHES).loaded["quests"])
        yield made


@pytest.mark.usefixtures("school")
def test_every_table_has_the_rows_that_were_expected() -> None:
    expected = QUESTS.content.expected(WISHES.profile)
    assert LOADED.keys() == expected.keys()
    for table, rows in LOADED.items():
        assert rows == pytest.approx(expected[table], rel=0.15), table


def test_what_is_loaded_is_sound(school: Database, cli: CommandLine) -> None:
    done = cli("verify", "all", "--platform", "pas_in_peace", "--fail-on", "warning", database=school)
    assert done.exit_code == 0, done.stdout


def test_a_review_is_of_what_the_database_says_that_was_reviewed(school: Database) -> None:
    """The hash of seeding is that of `quest_content_hash`, but for quests that their authors changed afterwards."""
    found = school.execute(f"""
        SELECT r.content_hash = pas_in_peace.quest_content_hash(q), q.last_edited <= r.reviewed_at, count(*)
        FROM pas_in_peace.quests AS q JOIN pas_in_peace.psychologist_reviews AS r ON r.quest_id = q.id
        WHERE q.id BETWEEN {OURS} GROUP BY 1, 2 ORDER BY 1""")
    assert [(same, before) for same, before, _ in found] == [(False, False), (True, True)]
    assert all(rows > 2 for _, _, rows in found)


def test_public_quests_are_those_that_went_all_the_way(school: Database) -> None:
    found = school.execute(f"""
        SELECT status, is_public, psychologist_review_id IS NOT NULL, deployed_to_inner_edu
        FROM pas_in_peace.quests WHERE id BETWEEN {OURS} GROUP BY 1, 2, 3, 4 ORDER BY 1, 3""")
    assert found == [
        ("deployed", False, False, True),
        ("deployed", False, True, True),
        ("draft", False, False, False),
        ("published", True, True, True),
        ("ready", False, False, False),
        ("ready", False, True, False),
    ]


def test_the_document_of_the_tracks_says_what_their_rows_say(school: Database) -> None:
    [(different, tracks)] = school.execute(f"""
        SELECT count(*) FILTER (WHERE told.value IS DISTINCT FROM to_jsonb(t) - ARRAY[
            'id', 'user_id', 'track_type', 'last_activity_at', 'started_at', 'updated_at']), count(*)
        FROM (SELECT * FROM pas_in_peace.users WHERE id BETWEEN {OURS}) AS u
        CROSS JOIN LATERAL jsonb_each(u.recovery_tracks) AS told
        FULL JOIN pas_in_peace.user_tracks AS t ON t.user_id = u.id AND t.track_type::text = told.key""")
    assert (different, tracks > 200) == (0, True)


def test_what_triggers_look_up_keeps_its_keys_when_tables_are_loaded_bare() -> None:
    """Or each row of progress would read every consent."""
    bodies = "".join(function.sql for function in programs(Base.metadata).functions)
    assert set(re.findall(r"FROM (\w+)", bodies)) & set(TABLES) == QUESTS.looked_up


def test_loaded_bare_it_is_the_same(school: Database, server: Server) -> None:
    with server.temporary(server.template) as other:
        seed(target(other), Settings(), replace(WISHES, bulk=True))
        assert hashes(other, "pas_in_peace", TABLES) == hashes(school, "pas_in_peace", TABLES)


def test_a_reset_takes_it_all_and_the_same_comes_back(school: Database) -> None:
    before = hashes(school, "pas_in_peace", TABLES)
    done = seed(target(school), Settings(), Wishes((QUESTS,), WISHES.profile, 42, DAY, reset=True, processes=2))
    assert sum(done.deleted.values()) == sum(done.loaded["quests"].values())
    assert hashes(school, "pas_in_peace", TABLES) == before
