"""Profiles at their limits, and databases without some of the reference data."""

from typing import Any

import pytest

from tests.seed.domains.made import context_of, made, profile_of
from tests.seed.domains.seeded import REFERENCE
from toolbox_cli.seed.domains import ACTIVITY

NOTHING: dict[str, Any] = {
    "sign_ins": 0, "events_a_sign_in": 0, "measures_a_lesson": 0, "agent_tasks_a_lesson": 0,
    "errors_a_thousand_events": 0, "health_checks_a_day": 0, "collaborations_a_class": 0,
}  # fmt: skip


def every(profile: Any, reference: Any = REFERENCE) -> dict[str, int]:
    context = context_of(profile, reference=reference)
    tables = made(ACTIVITY.content, context, range(ACTIVITY.content.blocks(profile)))
    return {table: len(rows) for table, rows in tables.items()}


def test_who_does_nothing_leaves_nothing() -> None:
    profile = profile_of("classroom", activity=NOTHING, classes__own_content=0, learners__never_back=0)
    found = every(profile)
    assert {table for table, rows in found.items() if rows} == {
        "roblox_game_sessions", "roblox_player_sessions", "roblox_plugins", "error_logs",
    }  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"students": 1, "classes__students_a_teacher": 2},
        {"calendar__days": 14},
        {"classes__lessons": 40, "classes__own_content": 1},
        {"classes__sessions_a_lesson": 0},
        {"classes__present": 0},
        {"learners__never_back": 1},
        {"learners__leaving": 1},
        {"consent": {band: {"parental": 0, "data_collection": 0} for band in ("under_13", "13_17", "adult")}},
        {"activity": {**NOTHING, "agent_tasks_a_lesson": 30, "collaborations_a_class": 20, "measures_a_lesson": 9}},
        {"activity": {**NOTHING, "sign_ins": 40, "events_a_sign_in": 5, "errors_a_thousand_events": 1000}},
        {"locales": {"de_DE": 1, "ja_JP": 1}, "calendar__time_zones": {"Asia/Tokyo": 1, "Pacific/Auckland": 1}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_any_profile_can_be_made(changes: dict[str, Any]) -> None:
    assert every(profile_of("classroom", **{"students": 8, "classes__students_a_teacher": 4, **changes}))


def test_without_agents_everything_else_is_made() -> None:
    found = every(profile_of("classroom"), {**REFERENCE, "ai_agents": {}})
    assert {table for table, rows in found.items() if not rows} == {"agent_tasks", "agent_states", "agent_metrics"}


@pytest.mark.parametrize("profile", ["classroom", "school", "district"])
def test_about_as_much_is_made_as_was_expected(profile: str) -> None:
    wanted = profile_of(profile, **({} if profile == "classroom" else {"students": 400}))
    expected = ACTIVITY.content.expected(wanted)
    for table, rows in every(wanted).items():
        assert rows == pytest.approx(expected[table], rel=0.15, abs=12), table
