"""How classes do: what reports over them would find."""

from collections import defaultdict
from statistics import mean

import pytest

from tests.seed.domains.made import context_of, correlation, profile_of
from tests.seed.domains.small_reference import small_reference
from toolbox_cli.seed.domains.classes.playing import Attempt, Played, Visit, play
from toolbox_cli.seed.domains.classes.roster import SchoolClass, roster
from toolbox_cli.seed.making.domain import Context

Tries = dict[tuple[str, str], list[Attempt]]


@pytest.fixture
def visits(played: list[Played]) -> list[Visit]:
    return [visit for one in played for visit in one.visits]


@pytest.fixture
def attempts(played: list[Played]) -> list[Attempt]:
    return [attempt for one in played for attempt in one.attempts]


@pytest.fixture
def finished(attempts: list[Attempt]) -> list[Attempt]:
    return [attempt for attempt in attempts if attempt.number]


@pytest.fixture
def tries(finished: list[Attempt]) -> Tries:
    """Student and quiz to the attempts, as they were made."""
    found: Tries = defaultdict(list)
    for attempt in finished:
        found[attempt.student.key, attempt.lesson.quiz_key].append(attempt)
    return found


def test_a_class_plays_the_same_whenever_it_does(context: Context, classes: list[SchoolClass]) -> None:
    assert play(context, classes[5]) == play(context, classes[5])


def test_ability_shows_in_scores_and_difficulty_too(tries: Tries) -> None:
    first = [made[0] for made in tries.values()]
    assert correlation((one.student.ability, one.percent) for one in first) > 0.5
    assert correlation((one.lesson.hardness, one.percent) for one in first) < -0.2
    assert 55 < mean(one.percent for one in first) < 80


def test_who_can_more_needs_less_time_and_fewer_tries(tries: Tries) -> None:
    made = list(tries.values())
    assert correlation((one[0].student.ability, len(one)) for one in made) < -0.25
    assert correlation((one[0].student.ability, one[0].seconds) for one in made) < -0.4
    assert mean(len(one) for one in made) == pytest.approx(1.4, abs=0.08)
    struggling = [len(one) for one in made if one[0].student.struggling]
    assert mean(struggling) > mean(len(one) for one in made) + 0.2


def test_students_learn_from_lesson_to_lesson(tries: Tries) -> None:
    curve = defaultdict(list)
    for made in tries.values():
        curve[made[0].lesson.number].append(made[0])
    without = [mean(one.percent + 12 * one.lesson.hardness for one in curve[number]) for number in range(12)]
    thirds = [mean(without[first : first + 4]) for first in (0, 4, 8)]
    assert thirds[0] + 3 < thirds[1] < thirds[2] - 1


def test_students_learn_from_an_attempt_to_the_next(finished: list[Attempt]) -> None:
    better = [one.improvement for one in finished if one.improvement is not None]
    assert len(better) > 1000
    assert mean(better) > 2


def test_attempts_are_counted_from_one_as_time_goes_on(tries: Tries) -> None:
    for made in tries.values():
        assert [one.number for one in made] == list(range(1, len(made) + 1))
        assert len(made) <= 3
        for before, after in zip(made, made[1:], strict=False):
            assert before.completed_at is not None
            assert before.completed_at <= after.started_at
            assert after.improvement == round(after.percent - before.percent, 2)


def test_scores_follow_from_the_answers(finished: list[Attempt]) -> None:
    for one in finished:
        assert len(one.answers) == 6
        assert one.points == one.answers.count(0)
        assert one.percent == round(100 * one.points / 6, 2)
        assert one.passed is (one.percent >= 70)
        assert set(one.answers) <= {0, 1, 2, 3}
    assert 0.35 < mean(bool(one.passed) for one in finished) < 0.75


def test_visits_are_in_their_session(visits: list[Visit]) -> None:
    for one in visits:
        assert one.session.starts_at <= one.joined_at < one.left_at <= one.session.ends_at
        assert one.student in one.session.present
        assert (one.left_at - one.joined_at).total_seconds() > 0.75 * 45 * 60


def test_attempts_are_in_their_visit_or_at_home(attempts: list[Attempt]) -> None:
    on_web = [one for one in attempts if one.visit is None]
    assert 0.05 < len(on_web) / len(attempts) < 0.2
    for one in attempts:
        if one.visit is not None:
            assert one.visit.student == one.student
            assert one.visit.joined_at <= one.started_at
            assert one.started_at.timestamp() + one.seconds <= one.visit.left_at.timestamp()
    for one in on_web:
        day = next(session.day for session in one.lesson.sessions[::-1] if one.student in session.present)
        assert one.completed_at is not None
        assert day.home.start <= one.started_at < one.completed_at <= day.home.end


def test_some_give_up_most_of_them_where_the_session_broke(attempts: list[Attempt]) -> None:
    given_up = [one for one in attempts if one.completed_at is None]
    assert 0.01 < len(given_up) / len(attempts) < 0.08
    for one in given_up:
        assert (one.key, one.number, one.passed, len(one.answers)) == ("", 0, None, 3)
    by_status = defaultdict(list)
    for one in attempts:
        if one.visit is not None and not one.earlier:
            by_status[one.visit.session.status].append(one.completed_at is None)
    assert mean(by_status["DISCONNECTED"]) > 5 * mean(by_status["COMPLETED"])


def test_nothing_is_kept_without_consent_or_after_leaving(visits: list[Visit], attempts: list[Attempt]) -> None:
    assert all(one.student.data_consent and not one.student.never_back for one in [*visits, *attempts])
    for one in attempts:
        assert one.student.leaves_at is None or one.started_at < one.student.leaves_at


@pytest.mark.parametrize(
    ("changes", "low", "high"),
    [
        ({"classes__attempts_a_quiz": 0.0}, 0.0, 0.0),
        ({"classes__attempts_a_quiz": 0.5}, 0.4, 0.6),
        ({"classes__attempts_a_quiz": 1.0}, 0.9, 1.0),
        ({"classes__attempts_a_quiz": 20.0}, 2.8, 3.0),
    ],
)
def test_attempts_are_as_many_as_wanted_and_allowed(changes: dict[str, float], low: float, high: float) -> None:
    context = context_of(profile_of("classroom", classes__lessons=20, **changes), reference=small_reference())
    done = play(context, roster(context, 0))
    learners = len({(one.student.key, one.lesson.key) for one in done.visits})
    assert low <= len([one for one in done.attempts if one.number]) / learners <= high


def test_the_shortest_lessons_can_be_played(context: Context) -> None:
    hours = {
        "calendar__hours": {"from": "10:00", "to": "10:01"},
        "calendar__homework": {"from": "11:00", "to": "11:01"},
    }
    short = context_of(profile_of("classroom", **hours), reference=context.reference)
    for one in play(short, roster(short, 0)).attempts:
        assert one.seconds >= 0
        assert one.completed_at is None or one.completed_at >= one.started_at
