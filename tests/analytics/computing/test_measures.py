"""What stands beside a measurement: peers, the student's own past, and the target."""

import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analytics.computing.made import NOON, NOW, ROLLED_BACK, computed, content, measured, user, values, withhold
from toolbox_cli.analytics.computing.signal import PERSONS
from toolbox_cli.core.database.transaction import Connection

TABLE = "educational_analytics"
DAY = datetime.timedelta(days=1)
ORDER = "metric_value"


@pytest.fixture
def platform(toolboxai_connection: Connection) -> Connection:
    return toolboxai_connection


def peers(connection: Connection, now: datetime.datetime = NOW) -> list[Any]:
    computed(connection, "peer_average", now=now)
    return values(connection, "peer_average", TABLE, ORDER)


def history(connection: Connection) -> list[Any]:
    computed(connection, "historical_average")
    return values(connection, "historical_average", TABLE, ORDER)


def test_ten_persons_have_an_average_and_nine_have_none(platform: Connection) -> None:
    assert PERSONS == 10
    for number in range(9):
        measured(platform, user(platform, number), number)
    measured(platform, user(platform, 8), 9)
    assert peers(platform) == [None] * 10  # ten measurements, nine persons
    measured(platform, user(platform, 9), 10)
    # 0 to 7, the mean of 8 and 9 once, and 10
    assert peers(platform) == [4.65] * 11


@pytest.mark.parametrize(
    "other",
    [
        {"metric_type": "engagement"}, {"metric_unit": "score"}, {"metric_unit": None}, {"subject": "Mathematics"},
        {"grade_level": 6}, {"grade_level": None}, {"recorded_at": NOON + 30 * DAY},
    ],
)  # fmt: skip
def test_peers_are_measured_in_the_same(platform: Connection, other: dict[str, Any]) -> None:
    for number in range(10):
        measured(platform, user(platform, number), number, **(other if number == 9 else {}))
    assert peers(platform) == [None] * 10


def test_peers_work_on_the_same_content(platform: Connection) -> None:
    one, two = content(platform, 1, None), content(platform, 2, None)
    for number in range(20):
        measured(platform, user(platform, number), number, content_id=one if number < 10 else two)
    assert peers(platform) == [4.5] * 10 + [14.5] * 10


def test_an_average_that_would_tell_of_each_is_not_told(platform: Connection) -> None:
    for number in range(10):
        measured(platform, user(platform, number), 100, content_id=None)
    assert peers(platform) == [None] * 10
    platform.execute("UPDATE educational_analytics SET metric_value = 90 WHERE user_id = %s", (user(platform, 3),))
    assert peers(platform) == [99] * 10


def test_an_average_that_is_no_longer_of_ten_goes(platform: Connection) -> None:
    for number in range(10):
        measured(platform, user(platform, number), number)
    assert peers(platform) == [4.5] * 10
    platform.execute("UPDATE educational_analytics SET user_id = NULL WHERE metric_value = 3")
    assert peers(platform) == [None] * 10


@pytest.mark.parametrize(
    ("age_band", "agreed", "stays"),
    [
        ("13_17", {"data": False}, False),
        ("13_17", {"data": None}, False),
        ("13_17", {"data": True, "parental": False}, True),
        ("under_13", {"data": True, "parental": False}, False),
        ("unknown", {"data": True, "parental": None}, False),
        ("under_13", {"data": True}, True),
    ],
)
def test_who_withholds_consent_neither_counts_nor_is_told_of(
    platform: Connection, age_band: str, agreed: dict[str, Any], stays: bool
) -> None:
    for number in range(11):
        measured(platform, user(platform, number, age_band=age_band), number)
        measured(platform, user(platform, number), number, recorded_at=NOON + DAY, metric_type="retention")
        measured(platform, user(platform, number), number, recorded_at=NOON + 2 * DAY, metric_type="retention")
    withhold(platform, user(platform, 0), **agreed)
    measured_average = [5.0] * 11 if stays else [None] + [5.5] * 10
    computed(platform, "peer_average")
    computed(platform, "historical_average")
    told = "educational_analytics WHERE metric_type = 'comprehension'"
    assert values(platform, "peer_average", told, ORDER) == measured_average
    later = "educational_analytics WHERE metric_type = 'retention' AND recorded_at > '2026-09-16'"
    assert values(platform, "historical_average", later, ORDER) == [0.0 if stays else None, *range(1, 11)]


def test_the_running_month_is_left_alone(platform: Connection) -> None:
    for number in range(10):
        measured(platform, user(platform, number), number, peer_average=77)
    assert peers(platform, NOON + 16 * DAY) == [77] * 10
    assert peers(platform, NOON + 17 * DAY) == [4.5] * 10


def test_a_month_is_whole_wherever_in_it_since_lies(platform: Connection) -> None:
    for number in range(10):
        measured(platform, user(platform, number), number, recorded_at=NOON + number * DAY)
    assert computed(platform, "peer_average", NOON + 5 * DAY).changed == 10


def test_the_past_is_what_was_measured_before(platform: Connection) -> None:
    ann, ben = user(platform, 1), user(platform, 2)
    for day, value in ((0, 10), (1, 20), (1, 21), (40, 30), (80, 40)):
        measured(platform, ann, value, recorded_at=NOON + day * DAY)
    measured(platform, ben, 50, recorded_at=NOON + 2 * DAY)
    measured(platform, ann, 60, recorded_at=NOON + 2 * DAY, metric_unit="score")
    measured(platform, ann, 70, recorded_at=NOON + 2 * DAY, metric_unit=None)
    measured(platform, ann, 75, recorded_at=NOON + 2 * DAY, metric_type="retention")
    measured(platform, ann, 76, recorded_at=NOON + 90 * DAY, metric_type="retention")
    measured(platform, None, 80, recorded_at=NOON + 2 * DAY)
    measured(platform, None, 90, recorded_at=NOON + 3 * DAY)
    # 51 / 3, then 81 / 4
    assert history(platform) == [None, 10, 10, 17, 20.25, None, None, None, None, 75, None, None]
    assert computed(platform, "historical_average", NOON + 40 * DAY).changed == 0


def test_since_changes_later_months_alone_and_knows_the_earlier_ones(platform: Connection) -> None:
    ann = user(platform, 1)
    for day, value in ((0, 10), (1, 20), (40, 30)):
        measured(platform, ann, value, recorded_at=NOON + day * DAY)
    assert computed(platform, "historical_average", NOON + 41 * DAY).changed == 1
    assert values(platform, "historical_average", TABLE, ORDER) == [None, None, 15]


def test_what_is_no_number_counts_nothing(platform: Connection) -> None:
    for number in range(11):
        measured(platform, user(platform, number), number, recorded_at=NOON + DAY)
    measured(platform, user(platform, 1), float("nan"))
    assert peers(platform)[:11] == [5.0] * 11
    assert history(platform)[:11] == [None] * 11


def test_targets_are_the_quizs_and_the_documents(platform: Connection) -> None:
    one = content(platform, 1, None)
    for number, passing in ((1, 60), (2, None)):
        platform.execute(
            "INSERT INTO quizzes (id, title, subject, grade_level, content_id, passing_score) VALUES"
            " (%s, 'A quiz', 'Science', 5, %s, %s)",
            (f"00000000-0000-4000-8000-00000000000{number}", one, passing),
        )
    ann, quiz = user(platform, 1), "00000000-0000-4000-8000-00000000000"
    for value, columns in enumerate([
        {"quiz_id": f"{quiz}1"}, {"quiz_id": f"{quiz}2"}, {}, {"metric_type": "engagement"},
        {"metric_type": "progress", "metric_unit": None}, {"metric_type": "progress", "metric_unit": "count"},
        {"metric_type": "retention", "benchmark_value": 5}, {"quiz_id": f"{quiz}1", "metric_unit": "score"},
    ]):  # fmt: skip
        measured(platform, ann, value, **columns)
    assert computed(platform, "benchmark_value").changed == 4
    assert values(platform, "benchmark_value", TABLE, ORDER) == [60, 70, None, 80, 80, None, 5, None]


MEASURES = st.lists(
    st.tuples(st.integers(1, 14), st.integers(0, 75), st.integers(0, 4000)), min_size=1, max_size=40
)  # person, day, value in hundredths


@settings(max_examples=25, suppress_health_check=ROLLED_BACK)
@given(rows=MEASURES)
def test_any_measurements_get_what_the_formulas_say(platform: Connection, rows: list[tuple[int, int, int]]) -> None:
    with platform.transaction(force_rollback=True):
        for person, day, value in rows:
            measured(platform, user(platform, person), value / 100, recorded_at=NOON + day * DAY)
        assert computed(platform, "peer_average").changed >= 0
        computed(platform, "historical_average")
        found = platform.execute("""
            SELECT right(user_id::text, 2)::integer, recorded_at, peer_average::float8, historical_average::float8
            FROM educational_analytics""").fetchall()
        assert len(found) == len(rows)
        for person, at, average, past in found:
            day = (at - NOON).days
            assert past == pytest.approx(_mean([v for p, d, v in rows if p == person and d < day]), abs=1e-4)
            month = [(p, v) for p, d, v in rows if (NOON + d * DAY).month == at.month < NOW.month]
            persons = {p: _mean([v for q, v in month if q == p]) for p, _ in month}
            told = len(persons) >= 10 and len(set(persons.values())) > 1
            known = _mean([100 * mean for mean in persons.values()]) if told else None
            assert average == pytest.approx(known, abs=1e-4)
        assert computed(platform, "peer_average").changed == computed(platform, "historical_average").changed == 0


def _mean(hundredths: list[float]) -> float | None:
    return sum(hundredths) / len(hundredths) / 100 if hundredths else None
