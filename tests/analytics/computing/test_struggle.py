"""`struggle_signal` and `pattern_detected`, by hand and against a slow and obvious way to compute them."""

import datetime
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analytics.computing.made import NOON, ROLLED_BACK, computed, happened, has_module, values
from toolbox_cli.core.database.transaction import Connection

TABLE = "module_analytics_events"
ACCEPTED, REFUSED, LOST = {"accepted": True}, {"accepted": False}, {"passed": False}


@pytest.fixture
def frames(frames_connection: Connection) -> Connection:
    has_module(frames_connection, "ann", "ben")
    return frames_connection


def signals(connection: Connection) -> list[Any]:
    computed(connection, "struggle_signal")
    return values(connection, "struggle_signal", TABLE)


def patterns(connection: Connection) -> list[Any]:
    computed(connection, "pattern_detected")
    return values(connection, "pattern_detected", TABLE)


def test_struggle_rises_with_trouble_falls_with_what_is_done_and_is_forgotten(frames: Connection) -> None:
    happened(frames, [
        (0, "module_start"), (1, "hint_used"), (2, "error_encountered"), (3, "retry"), (4, "section_complete"),
        (5, "pause"), (16, "click"), (16.5, "click"), (17.5, "click"), (60, "scroll"),
    ])  # fmt: skip
    # trouble 0 2 4 6 6 7 7 5 3 0 over 15 minutes, done 0 0 0 0 2 2 2 2 2 0
    assert signals(frames) == [0, 0.25, 0.4, 0.5, 0.43, 0.47, 0.47, 0.38, 0.27, 0]


def test_solutions_count_by_what_became_of_them(frames: Connection) -> None:
    solution = "solution_attempted"
    happened(frames, [(0, solution, 1, REFUSED), (20, solution, 1, ACCEPTED), (40, solution, 1, {}), (60, solution)])
    happened(frames, [(80, "hint_used"), (81, solution, 1, ACCEPTED)])
    assert signals(frames) == [0.25, 0, 0, 0, 0.25, 0.2]


def test_games_count_by_how_they_ended_and_tasks_when_they_are_done(frames: Connection) -> None:
    game = "game_complete"
    happened(frames, [(0, game, 1, LOST), (20, "hint_used"), (21, game, 1, {"passed": True}), (40, "hint_used")])
    happened(frames, [(41, game), (60, "hint_used"), (61, "task_complete"), (80, "hint_used"), (81, "module_complete")])
    assert signals(frames) == [0.25, 0.25, 0.2, 0.25, 0.2, 0.25, 0.2, 0.25, 0.2]


def test_events_of_one_moment_see_each_other_and_those_of_others_are_not_seen(frames: Connection) -> None:
    has_module(frames, module=2)
    happened(frames, [(0, "click"), (0, "hint_used")])
    happened(frames, [(1, "click")], student="ben")
    happened(frames, [(1, "click")], module=2)
    assert signals(frames) == [0.25, 0.25, 0, 0]


def test_a_month_sees_the_end_of_the_one_before(frames: Connection) -> None:
    midnight = datetime.datetime(2026, 10, 1, tzinfo=datetime.UTC)
    happened(frames, [(-5, "hint_used"), (5, "click")], noon=midnight)
    since = midnight + datetime.timedelta(days=9)
    assert computed(frames, "struggle_signal", since).changed == 1
    assert values(frames, "struggle_signal", TABLE) == [None, 0.25]
    assert computed(frames, "struggle_signal").parts == 2
    assert values(frames, "struggle_signal", TABLE) == [0.25, 0.25]


def test_moments_without_a_month_are_left_alone(frames: Connection) -> None:
    happened(frames, [(0, "hint_used"), (1, "hint_used")])
    frames.execute("UPDATE module_analytics_events SET timestamp = 'infinity' WHERE timestamp > %s", (NOON,))
    assert signals(frames) == [0.25, None]


def test_who_is_stuck_gets_nothing_done(frames: Connection) -> None:
    happened(frames, [(0, "hint_used", 1), (1, "error_encountered", 2), (2, "retry", 3), (3, "hint_used", 4)])
    happened(frames, [(4, "click", 4), (5, "pause", 1), (19, "pause", 2)])
    # half points of trouble at the end: 2 4 6 8, and 9; at 19 those of 4 and later are left
    assert patterns(frames) == [None, None, None, "stuck", None, "stuck", None]


def test_a_little_less_is_no_pattern(frames: Connection) -> None:
    happened(frames, [(0, "hint_used", 1), (1, "retry", 2), (2, "hint_used", 3), (3, "pause", 4)])
    happened(frames, [(20, "hint_used", 1), (21, "retry", 1), (22, "pause", 1)])
    happened(frames, [(40, "section_complete", 1), (41, "section_complete", 2)])
    assert patterns(frames) == [None] * 9


def test_patterns_stand_at_events_that_add_to_them(frames: Connection) -> None:
    undecided = (10, "solution_attempted", 1, {})
    happened(frames, [*[(minute, "hint_used", 1) for minute in range(4)], undecided])
    assert patterns(frames) == [None, None, "confusion_loop", "stuck", None]
    happened(frames, [*[(minute, "section_complete", 1) for minute in range(3)], undecided], student="ben")
    assert patterns(frames)[5:] == [None, None, "rapid_progress", None]


def test_who_is_confused_comes_back_to_one_section(frames: Connection) -> None:
    trouble = [(0, "section_complete", 1), (1, "hint_used", 2), (2, "retry", 2), (3, "error_encountered", 3)]
    happened(frames, [*trouble, (4, "error_encountered", 2), (5, "section_complete", 2), (6, "hint_used", 3)])
    assert patterns(frames) == [None, None, None, None, "confusion_loop", None, None]


def test_who_is_quick_gets_three_things_done_without_trouble(frames: Connection) -> None:
    done = [(0, "section_complete", 1), (5, "task_complete", 2), (10, "section_complete", 2), (11, "click", 3)]
    happened(frames, [*done, (14, "game_complete", 3), (16, "pause", 3), (17, "section_complete", 3)])
    assert patterns(frames) == [None, None, "rapid_progress", None, "rapid_progress", None, None]


def test_patterns_that_no_longer_hold_go_and_those_of_others_stay(frames: Connection) -> None:
    happened(frames, [(0, "click"), (1, "click"), (2, "hint_used")])
    frames.execute("UPDATE module_analytics_events SET pattern_detected = 'stuck' WHERE timestamp = %s", (NOON,))
    frames.execute("UPDATE module_analytics_events SET pattern_detected = 'daydream' WHERE timestamp > %s", (NOON,))
    assert computed(frames, "pattern_detected").changed == 1
    assert values(frames, "pattern_detected", TABLE) == [None, "daydream", "daydream"]


KINDS: Final = (
    ("click", None), ("pause", None), ("hint_used", None), ("retry", None), ("error_encountered", None),
    ("section_complete", None), ("task_complete", None), ("solution_attempted", ACCEPTED),
    ("solution_attempted", REFUSED), ("code_run", {"ok": False}), ("game_complete", {"passed": True}),
    ("game_complete", LOST), ("game_complete", None),
)  # fmt: skip
EVENTS: Final = st.lists(
    st.tuples(st.integers(0, 45), st.sampled_from(KINDS), st.sampled_from((1, 2, None))), min_size=1, max_size=25
)
POINTS: Final = {"hint_used": 2, "retry": 2, "error_encountered": 2, "pause": 1}


def trouble_of(kind: str, data: Any) -> int:
    return 2 if data in (REFUSED, LOST) else POINTS.get(kind, 0)


def done_of(kind: str, data: Any) -> int:
    return 2 if data == ACCEPTED or kind.endswith("_complete") and data != LOST else 0


def expected(events: list[Any]) -> tuple[list[float], list[str | None]]:
    """Compute both, event by event."""
    signal: list[float] = []
    pattern: list[str | None] = []
    for minute, (kind, data), section in events:
        back = [one for one in events if minute - 15 <= one[0] <= minute]
        trouble = sum(trouble_of(*one[1]) for one in back)
        here = sum(trouble_of(*one[1]) for one in back if one[2] == section)
        done = sum(done_of(*one[1]) for one in back)
        signal.append(round(trouble / (trouble + done + 6) + 1e-9, 2))
        troubled = trouble_of(kind, data) > 0
        pattern.append(
            "stuck" if troubled and trouble >= 8 and not done
            else "confusion_loop" if troubled and here >= 6
            else "rapid_progress" if done_of(kind, data) and done >= 6 and not trouble
            else None
        )  # fmt: skip
    return signal, pattern


@settings(max_examples=60, suppress_health_check=ROLLED_BACK)
@given(events=EVENTS, before=st.booleans())
def test_any_events_get_what_the_formulas_say_whatever_order_they_came_in(
    frames: Connection, events: list[Any], before: bool
) -> None:
    with frames.transaction(force_rollback=True):
        happened(frames, [(minute, kind, section, data) for minute, (kind, data), section in events])
        if before:  # values of before, whatever they are, make no difference
            frames.execute("UPDATE module_analytics_events SET struggle_signal = 0.77, pattern_detected = 'stuck'")
        signal, pattern = expected(events)
        assert signals(frames) == signal
        assert patterns(frames) == pattern
        assert all(0 <= one < 1 for one in signal)
        assert computed(frames, "struggle_signal").changed == computed(frames, "pattern_detected").changed == 0
