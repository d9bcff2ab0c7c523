"""`toolbox quests tracks`: phases go forward, or where somebody puts them."""

import pytest

from tests.quests.conftest import Quests
from tests.quests.judging import one, report
from tests.support.servers import Database
from toolbox_cli.models.pas_in_peace.tracks import TrackPhase
from toolbox_cli.models.pas_in_peace.users import RecoveryTrack
from toolbox_cli.quests.tracks.options import Phase, Track


@pytest.fixture
def tracked(quests: Quests, database: Database) -> Quests:
    database.execute("""
        SET search_path TO pas_in_peace;
        INSERT INTO user_tracks (user_id, track_type, current_phase, completion_percentage)
        VALUES (18, 'self_work', 'expression', 40), (18, 'community', 'mastery', 90), (19, 'self_work', NULL, 0);
        UPDATE users SET parent_name = 'Alex Example',
            recovery_tracks = '{"self_work": {"current_phase": "expression"}, "community": {"phase": "mastery"}}'
        WHERE id = 18""")
    return quests


def phases(database: Database) -> list[tuple[object, ...]]:
    return database.execute("""
        SELECT user_id, track_type::text, current_phase::text FROM pas_in_peace.user_tracks
        ORDER BY user_id, track_type""")


def test_the_options_have_the_labels_of_the_database() -> None:
    assert [*map(str, Phase)] == [*map(str, TrackPhase)]
    assert [*map(str, Track)] == [*map(str, RecoveryTrack)]


def test_tracks_are_listed(tracked: Quests) -> None:
    def found(*options: str) -> list[tuple[int, str]]:
        listed = report(tracked("tracks", "list", *options, "--format", "json"))["items"]
        return [(item["user"], item["track"]) for item in listed]

    assert found() == [(18, "self_work"), (18, "community"), (19, "self_work")]
    assert found("--track", "self_work") == [(18, "self_work"), (19, "self_work")]
    assert found("--phase", "awareness") == [(19, "self_work")]


def test_a_track_goes_forward_a_phase_at_a_time_and_not_beyond_the_last(tracked: Quests, database: Database) -> None:
    dry = tracked("tracks", "show", "unique", "--track", "self_work", "--advance", "--dry-run")
    assert "From awareness to expression; nothing was written" in dry.stdout
    seen = []
    for _ in range(3):
        done = report(tracked("tracks", "show", "id:18", "--track", "self_work", "--advance", "--format", "json"))
        seen.append((done["summary"]["before"], done["summary"]["after"], done["items"][0]["phase"]))
    assert seen == [
        ("expression", "action", "action"), ("action", "mastery", "mastery"), ("mastery", "mastery", "mastery"),
    ]  # fmt: skip
    assert (18, "self_work", "mastery") in phases(database)
    assert one(database, "SELECT count(*) FROM toolbox.audit_log") == 2
    assert one(database, "SELECT recovery_tracks FROM users WHERE id = 18") == {
        "self_work": {"current_phase": "mastery"},
        "community": {"phase": "mastery"},
    }


def test_only_an_explicit_phase_puts_a_track_back(tracked: Quests, database: Database) -> None:
    done = tracked("tracks", "show", "id:18", "--track", "community", "--set-phase", "awareness")
    assert done.exit_code == 0
    assert "From mastery back to awareness." in done.stdout
    assert (18, "community", "awareness") in phases(database)


def test_what_can_not_be_moved_is_told(tracked: Quests, database: Database) -> None:
    before = phases(database)
    for options in (
        ("id:18", "--advance"),
        ("id:18", "--track", "self_work", "--advance", "--set-phase", "action"),
        ("id:18", "--track", "negotiation", "--advance"),
        ("nobody",),
    ):
        assert tracked("tracks", "show", *options).exit_code == 2
    assert phases(database) == before


@pytest.mark.parametrize("command", [("list",), ("show", "id:18")])
def test_names_are_shown_where_that_is_asked_and_recorded(
    tracked: Quests, database: Database, command: tuple[str, ...]
) -> None:
    assert "Alex" not in tracked("tracks", *command, "--format", "json").stdout
    assert one(database, "SELECT count(*) FROM toolbox.audit_log") == 0
    assert "Alex Example" in tracked("tracks", *command, "--personal").stdout
    assert one(database, "SELECT command FROM toolbox.audit_log") == f"toolbox quests tracks {command[0]} --personal"
