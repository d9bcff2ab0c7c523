"""The grade that a policy chooses is the one that plain Python chooses, whatever the attempts were."""

import datetime
from typing import Any, NamedTuple

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lms.grades.school import MORNING, School


class Attempt(NamedTuple):
    hour: int
    percent: float


ATTEMPTS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 12).map(lambda step: step * 10.0)).map(lambda one: Attempt(*one)),
    min_size=1, max_size=6,
)  # fmt: skip


def chosen(policy: str, attempts: list[Attempt]) -> float:
    """Give the score out of 50; of attempts at one moment the later number is the later."""
    numbered = [(one.hour, number, one.percent) for number, one in enumerate(attempts)]
    percent = {
        "best": max(one.percent for one in attempts),
        "last": max(numbered)[2],
        "first": min(numbered)[2],
    }[policy]
    return min(percent, 100) / 2


@pytest.fixture(scope="module")
def connection(shared_database: Any) -> Any:
    with shared_database.connect(autocommit=False) as opened:
        opened.execute("SET search_path TO toolboxai")
        yield opened
        opened.rollback()


@given(policy=st.sampled_from(["best", "last", "first"]), attempts=ATTEMPTS, at_once=st.integers(1, 6))
@settings(max_examples=60)
def test_the_grade_is_what_python_chooses_however_the_attempts_come(
    connection: psycopg.Connection[Any], policy: str, attempts: list[Attempt], at_once: int
) -> None:
    with connection.transaction(force_rollback=True):
        school = School(connection)
        school.settle(policy=policy)
        ada = school.student("ada")
        expected: list[float] = []
        for start in range(0, len(attempts), at_once):
            for one in attempts[start : start + at_once]:
                school.attempt(ada, one.percent, completed_at=MORNING + datetime.timedelta(hours=one.hour))
            school.collect()
            score = chosen(policy, attempts[: start + at_once])
            expected += [score] if [score] != expected[-1:] else []
            assert school.collect().made == 0
        assert [score for score, _ in school.scores()] == expected
        assert [status for _, status in school.scores()] == ["superseded"] * (len(expected) - 1) + ["pending"]
