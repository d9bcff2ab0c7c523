"""Each object of a migrated database has its line in the models."""

import re
from functools import cache

import pytest

from tests.support.commands import ROOT
from tests.support.servers import Database
from tests.support.template import NAMES
from toolbox_cli.core.database.catalog import Key, read_catalog
from toolbox_cli.core.database.names import VERSION_TABLE
from toolbox_cli.verify.places import Place, places_of


@cache
def source(file: str) -> list[str]:
    return (ROOT / file).read_text(encoding="utf-8").splitlines()


def text_at(place: Place, lines: int = 1) -> str:
    return "\n".join(source(place.file)[place.line - 1 : place.line - 1 + lines])


@pytest.mark.parametrize("platform", NAMES.schemas)
def test_every_object_has_its_line(shared_database: Database, platform: str) -> None:
    places = places_of(platform)
    with shared_database.connect() as connection:
        keys = [key for key in read_catalog(connection, platform).objects if key.table != VERSION_TABLE]
    wrong = [key for key in keys if not fits(key, places.of(key))]
    assert len(keys) > 40
    assert wrong == []


def fits(key: Key, place: Place) -> bool:
    """Look whether a line says something of an object."""
    here = text_at(place)
    if key.kind in {"table", "partition"}:
        return here.startswith("class ")
    if key.kind == "column":
        return bool(re.match(rf" +{key.name}_?:", here)) or f'Composite(\n    "{key.table}"' in text_at(place, 2)
    if key.kind == "enum":
        return key.name.lower().replace("_", "") in here.lower().replace("_", "")
    if key.kind == "function":
        return key.name.partition("(")[0] in text_at(place, 2)
    if key.kind == "trigger":
        return here.startswith("class ") if key.name == "touch_updated_at" else "Trigger(" in here
    return not here.startswith("class ")


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (Key("constraint", "roblox_sessions", "roblox_sessions_ended_after_started_check"), "ends_after("),
        (Key("constraint", "roblox_sessions", "roblox_sessions_current_players_check"), "CheckConstraint("),
        (Key("constraint", "roblox_sessions", "roblox_sessions_lesson_id_fkey"), "    lesson_id:"),
        (Key("constraint", "roblox_sessions", "roblox_sessions_pkey"), "    id:"),
        (Key("index", "roblox_sessions", "idx_roblox_session_lesson"), 'Index("idx_roblox_session_lesson"'),
        (Key("index", "usage_analytics_2026_01", "usage_analytics_2026_01_user_id_idx"), "    user_id:"),
        (Key("column", "usage_analytics_default", "browser"), "    browser:"),
        (Key("column", "users", "unheard_of"), "class User("),
        (Key("index", "users", "users_unheard_of_idx"), "class User("),
        (Key("table", "unheard_of", ""), '"""The Roblox learning platform.'),
        (Key("function", "", "unheard_of()"), '"""The Roblox learning platform.'),
    ],
    ids=str,
)
def test_the_line_is_the_right_one(key: Key, told: str) -> None:
    assert told in text_at(places_of("toolboxai").of(key))


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("quests.quests.is_public", "    is_public:"),
        ("quests.quests.quests_child_age_check", '*within(0, 18, "child_age")'),
        ("quests.quest_progress.live_consent", "Trigger("),
        ("quests.quests", "class Quest("),
        ("quests", '"""Parents, their quests'),
        ("quests.somebody_elses.table", '"""Parents, their quests'),
    ],
)
def test_a_name_is_enough(path: str, told: str) -> None:
    assert told in text_at(places_of("pas_in_peace").named(path))
