"""`mastery_score`, by hand."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analytics.computing.made import NOON, ROLLED_BACK, computed, happened, has_module, values
from toolbox_cli.core.database.transaction import Connection


@pytest.fixture
def frames(frames_connection: Connection) -> Connection:
    has_module(frames_connection, "ann", "ben", minutes=10, sections=4)
    return frames_connection


def worked(connection: Connection, student: str = "ann", **columns: Any) -> None:
    row = {
        "module_id": 1, "student_id": student, "status": "completed", "progress_percent": 100, "error_count": 2,
        "retry_count": 1, "hint_count": 2, "total_time_seconds": 1200,
    } | columns  # fmt: skip
    connection.execute(
        f"INSERT INTO module_progress ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})", [*row.values()]
    )


def scores(connection: Connection) -> list[Any]:
    computed(connection, "mastery_score")
    return values(connection, "mastery_score", "module_progress")


def with_struggle(connection: Connection, *signals: float | None) -> None:
    happened(connection, [(minute, "click") for minute, _ in enumerate(signals)])
    for minute, signal in enumerate(signals):
        connection.execute(
            "UPDATE module_analytics_events SET struggle_signal = %s WHERE timestamp = %s::timestamptz"
            " + make_interval(mins => %s)",
            (signal, NOON, minute),
        )


def test_accuracy_speed_and_calm_weigh_five_two_and_three(frames: Connection) -> None:
    worked(frames)
    with_struggle(frames, 0.1, 0.3, None)
    assert scores(frames) == [0.59]  # 0.5 × 4/8 + 0.2 × 600/1200 + 0.3 × 0.8


@pytest.mark.parametrize(
    ("columns", "score"),
    [
        ({}, 0.5),  # (0.25 + 0.1) / 0.7
        ({"total_time_seconds": 0}, 0.5),  # 0.25 / 0.5
        ({"total_time_seconds": None}, 0.5),
        ({"total_time_seconds": 300}, 0.64),  # (0.25 + 0.2) / 0.7: no faster than 1
        ({"error_count": None, "retry_count": None, "hint_count": None}, 0.86),  # (0.5 + 0.1) / 0.7
        ({"status": "in_progress", "progress_percent": 50}, 0.31),  # (0.5 × 2/6 + 0.2 × 300/1200) / 0.7
        ({"status": None, "progress_percent": 50}, 0.31),
        ({"status": "in_progress", "progress_percent": 49}, None),
        ({"status": "in_progress", "progress_percent": None}, None),
        ({"status": "skipped", "progress_percent": 60}, None),
        ({"status": "completed", "progress_percent": 0}, 0.5),
    ],
)
def test_unknown_parts_count_nothing_and_the_beginning_is_not_judged(
    frames: Connection, columns: dict[str, Any], score: float | None
) -> None:
    worked(frames, mastery_score=0.01, **columns)
    assert scores(frames) == [score]


def test_modules_without_an_estimate_or_sections_are_judged_by_the_rest(frames_connection: Connection) -> None:
    has_module(frames_connection, "ann", minutes=0, sections=0)
    worked(frames_connection, error_count=1, retry_count=0, hint_count=0)
    assert scores(frames_connection) == [0.5]  # 1 / (1 + 1), and no speed


def test_half_of_one_section_counts_as_one(frames_connection: Connection) -> None:
    has_module(frames_connection, "ann", minutes=0, sections=1)
    half = {"status": "in_progress", "progress_percent": 50}
    worked(frames_connection, **half, error_count=1, retry_count=0, hint_count=0)
    assert scores(frames_connection) == [0.5]


def test_struggle_of_others_is_not_counted(frames: Connection) -> None:
    worked(frames, "ben")
    with_struggle(frames, 1.0)
    assert scores(frames) == [0.5]


def test_only_records_touched_since_are_looked_at(frames: Connection) -> None:
    worked(frames, last_accessed_at=NOON)
    worked(frames, "ben", last_accessed_at=None)
    assert computed(frames, "mastery_score", NOON).changed == 1
    assert values(frames, "mastery_score", "module_progress") == [0.5, None]


COUNT = st.integers(0, 40)


@settings(max_examples=40, suppress_health_check=ROLLED_BACK)
@given(
    counts=st.tuples(COUNT, COUNT, COUNT), percent=st.integers(0, 100), seconds=st.integers(0, 5000),
    signal=st.none() | st.integers(0, 100),
)  # fmt: skip
def test_any_record_gets_a_ratio_or_nothing_and_more_errors_never_a_better_one(
    frames: Connection, counts: tuple[int, int, int], percent: int, seconds: int, signal: int | None
) -> None:
    with frames.transaction(force_rollback=True):
        errors, retries, hints = counts
        given = {"status": "in_progress", "progress_percent": percent, "total_time_seconds": seconds}
        worked(frames, **given, error_count=errors, retry_count=retries, hint_count=hints)
        with_struggle(frames, None if signal is None else signal / 100)
        (score,) = scores(frames)
        assert (score is None) == (percent < 50)
        assert score is None or 0 <= score <= 1
        assert computed(frames, "mastery_score").changed == 0
        frames.execute("UPDATE module_progress SET error_count = error_count + 5")
        (worse,) = scores(frames)
        assert score is None or worse <= score
