"""Games and measurements say what the classes themselves say of the same lesson and student."""

from collections import Counter, defaultdict
from typing import Any

import pytest

from tests.seed.domains.activity.conftest import School
from tests.seed.domains.made import correlation
from toolbox_cli.seed.domains.classes.people import Student
from toolbox_cli.seed.domains.classes.rows.live import place_id


def test_every_visit_to_a_live_session_was_one_to_a_planned_class(school: School) -> None:
    visits = [visit for played in school.played for visit in played.visits]
    rows = school.tables["roblox_player_sessions"]
    assert [(row["user_id"], row["joined_at"], row["left_at"]) for row in rows] == [
        (visit.student.key, visit.joined_at, visit.left_at) for visit in visits
    ]
    games = {row["id"]: row for row in school.tables["roblox_game_sessions"]}
    for row, visit in zip(rows, visits, strict=True):
        game = games[row["game_session_id"]]
        assert (game["started_at"], game["ended_at"]) == (visit.session.starts_at, visit.session.ends_at)
        assert game["started_at"] <= row["joined_at"] <= row["left_at"] <= game["ended_at"]
        assert row["duration_seconds"] == (row["left_at"] - row["joined_at"]).seconds
        assert row["roblox_user_id"].isdigit()


def test_planned_classes_are_those_that_were_held_and_some_to_come(school: School) -> None:
    for one in school.classes:
        games = [row for row in school.tables["roblox_game_sessions"] if row["teacher_id"] == one.teacher.key]
        held = [row for row in games if row["status"] == "completed"]
        sessions = [(lesson, session) for lesson in one.lessons for session in lesson.sessions]
        assert [(row["content_id"], row["started_at"]) for row in held] == [
            (lesson.content_key, session.starts_at) for lesson, session in sessions
        ]
        assert {(row["roblox_place_id"], row["roblox_universe_id"]) for row in held} == {
            (int(place_id(one.number)), int(school.context.universe_id))
        }
        assert [row["analytics_data"]["players"] for row in held] == [len(session.present) for _, session in sessions]
        coming = [row for row in games if row["status"] == "planning"]
        assert len(held) + len(coming) == len(games)
        assert all(row["started_at"] is None and row["roblox_universe_id"] is None for row in coming)
    assert 0 < sum(row["status"] == "planning" for row in school.tables["roblox_game_sessions"]) < len(school.classes)


def _measures(school: School, kind: str) -> list[Any]:
    return [row for row in school.tables["educational_analytics"] if row["metric_type"] == kind]


def test_comprehension_is_the_best_result_of_the_lessons_quiz(school: School) -> None:
    best: dict[tuple[str, str], float] = defaultdict(float)
    for attempt in (one for played in school.played for one in played.attempts if one.completed_at):
        key = (attempt.student.key, attempt.lesson.quiz_key)
        best[key] = max(best[key], attempt.percent)
    rows = _measures(school, "comprehension")
    assert len(rows) > 300
    for row in rows:
        assert row["metric_value"] == best[row["user_id"], str(row["quiz_id"])]


def test_peers_and_the_past_are_averages_of_the_same_figures(school: School) -> None:
    one, played = school.classes[0], school.played[0]
    best: dict[int, dict[str, float]] = defaultdict(dict)
    for attempt in played.attempts:
        if attempt.completed_at:
            found = best[attempt.lesson.number]
            found[attempt.student.key] = max(found.get(attempt.student.key, 0.0), attempt.percent)
    keys = {student.key for student in one.students}
    lessons = {lesson.content_key: lesson.number for lesson in one.lessons}
    rows = [row for row in _measures(school, "comprehension") if row["user_id"] in keys]
    assert len(rows) > 30
    for row in rows:
        number = lessons[str(row["content_id"])]
        scores = list(best[number].values())
        assert row["peer_average"] == pytest.approx(sum(scores) / len(scores), abs=0.006)
        past = [best[place][row["user_id"]] for place in range(number) if row["user_id"] in best[place]]
        assert row["historical_average"] == (pytest.approx(sum(past) / len(past), abs=0.006) if past else None)


def test_who_is_able_or_has_learned_understands_more(school: School) -> None:
    people = school.people
    rows = _measures(school, "comprehension")
    pairs = [(people[row["user_id"]].ability, row["metric_value"]) for row in rows]  # type: ignore[attr-defined]
    assert correlation(pairs) > 0.4
    lessons = {lesson.content_key: lesson.number for one in school.classes for lesson in one.lessons if lesson.own}
    early, late = (
        [row["peer_average"] for row in rows if row["content_id"] in lessons and lessons[row["content_id"]] in numbers]
        for numbers in (range(4), range(8, 12))
    )
    assert sum(late) / len(late) > sum(early) / len(early)


def test_only_who_agreed_and_came_is_measured(school: School) -> None:
    came = {visit.student.key for played in school.played for visit in played.visits}
    rows = school.tables["educational_analytics"]
    assert {row["user_id"] for row in rows} <= came
    assert all(isinstance(person := school.people[row["user_id"]], Student) and person.data_consent for row in rows)
    kinds = Counter(str(row["metric_type"]) for row in rows)
    assert set(kinds) == {"comprehension", "engagement", "progress", "retention"}
    assert min(kinds.values()) > 0.15 * len(rows)
    assert all(0 <= row["metric_value"] <= 100 for row in rows)
    assert all(row["recorded_at"] <= row["calculated_at"] for row in rows)
