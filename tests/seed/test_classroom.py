import datetime
import json
import re
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolbox_cli.core.settings import RobloxSettings
from toolbox_cli.seed.classroom import STUDENTS, TEACHERS, classroom
from toolbox_cli.seed.roblox import ORDER

Tables = Mapping[str, Sequence[Mapping[str, Any]]]

TODAY = datetime.date(2026, 9, 1)
NOW = datetime.datetime.combine(TODAY, datetime.time(), tzinfo=datetime.UTC)
GRADES = {"under_13": range(1, 8), "13_17": range(8, 13)}


def made(seed: int = 42, today: datetime.date = TODAY, roblox: RobloxSettings | None = None) -> Tables:
    return classroom(seed, today, roblox or RobloxSettings())


def by_id(rows: Sequence[Mapping[str, Any]]) -> dict[Any, Mapping[str, Any]]:
    return {row["id"]: row for row in rows}


@pytest.fixture(scope="module")
def tables() -> Tables:
    return made()


def test_a_class_has_its_teachers_and_students(tables: Tables) -> None:
    assert Counter(row["role"] for row in tables["users"]) == {"teacher": TEACHERS, "student": STUDENTS}
    assert set(tables) == set(ORDER)
    assert all(tables[name] for name in ORDER)


def test_the_same_seed_and_day_give_the_same_rows(tables: Tables) -> None:
    assert made() == tables


def test_another_seed_gives_other_people_and_the_same_lessons(tables: Tables) -> None:
    other = made(43)
    for name in set(ORDER) - {"content_objectives", "achievements"}:
        assert not by_id(other[name]).keys() & by_id(tables[name]).keys()
    for column in ("username", "email"):
        assert not {row[column] for row in other["users"]} & {row[column] for row in tables["users"]}
    assert [row["title"] for row in other["lessons"]] == [row["title"] for row in tables["lessons"]]


def test_another_day_moves_everything_by_as_much(tables: Tables) -> None:
    later = made(today=TODAY + datetime.timedelta(days=3))
    for name in ORDER:
        for row, moved in zip(tables[name], later[name], strict=True):
            for column, value in row.items():
                shift = datetime.timedelta(days=3) if isinstance(value, datetime.datetime) else None
                assert moved[column] == (value + shift if shift else value)


def test_everything_happened_before_today(tables: Tables) -> None:
    for row in (row for rows in tables.values() for row in rows):
        times = {name: value for name, value in row.items() if isinstance(value, datetime.datetime)}
        assert all(value.tzinfo is datetime.UTC and value < NOW for value in times.values())
        if {"created_at", "updated_at"} <= times.keys():
            assert times["created_at"] <= times["updated_at"]


def test_every_row_of_a_table_has_the_same_columns(tables: Tables) -> None:
    for name in ORDER:
        assert len({tuple(row) for row in tables[name]}) == 1


def test_keys_show_that_they_were_seeded(tables: Tables) -> None:
    keys = [row["id"] for name in ORDER if name != "content_objectives" for row in tables[name]]
    assert all(str(key).startswith("5eed") for key in keys)
    assert {(key.version, key.variant) for key in keys} == {(8, "specified in RFC 4122")}
    assert len(set(keys)) == len(keys)


def test_nobody_can_sign_in_or_get_mail(tables: Tables) -> None:
    assert {row["password_hash"] for row in tables["users"]} == {"!"}
    assert all(re.fullmatch(r"[a-z'.-]+\.[0-9a-f]{6}@example\.org", row["email"]) for row in tables["users"])
    assert "@" not in json.dumps([dict(row) for name in ORDER[1:] for row in tables[name]], default=str)


def test_age_bands_follow_grades(tables: Tables) -> None:
    for row in tables["users"]:
        if row["role"] == "teacher":
            assert (row["grade_level"], row["age_band"]) == (None, "adult")
        else:
            assert row["grade_level"] in GRADES[row["age_band"]]
    bands = Counter(row["age_band"] for row in tables["users"])
    assert bands["under_13"] > 0
    assert bands["13_17"] > 0


def test_young_children_play_with_their_parents_consent(tables: Tables) -> None:
    people = by_id(tables["users"])
    for row in tables["roblox_player_progress"]:
        assert row["parental_consent_given"] is (people[row["student_id"]]["age_band"] == "under_13")
        assert row["data_collection_consent"]
        assert row["age_verified"]
    assert all(row["coppa_consent_verified"] for row in tables["roblox_sessions"])


def test_sessions_belong_to_the_configured_application() -> None:
    tables = made(roblox=RobloxSettings(universe_id="1", client_id="2"))
    assert {(row["universe_id"], row["client_id"]) for row in tables["roblox_sessions"]} == {("1", "2")}


@settings(max_examples=15)
@given(st.integers(0, 2**31 - 1), st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)))
def test_whatever_the_seed_results_become_attempts_with_the_same_score(seed: int, today: datetime.date) -> None:
    tables = made(seed, today)
    progress = by_id(tables["roblox_player_progress"])
    attempts = {(row["quiz_id"], row["user_id"], row["completed_at"]): row for row in tables["quiz_attempts"]}
    results = [row for row in tables["roblox_quiz_results"] if row["completed"] and row["quiz_id"]]
    assert len(results) == len(attempts) == len(tables["quiz_attempts"]) > 0
    for result in results:
        student = progress[result["player_progress_id"]]["student_id"]
        attempt = attempts[result["quiz_id"], student, result["completed_at"]]
        assert (attempt["score"], attempt["passed"]) == (result["percentage_score"], result["passed"])
        assert attempt["answers"] == result["question_responses"]
    numbers = Counter((row["quiz_id"], row["user_id"]) for row in tables["quiz_attempts"])
    assert {(*pair, number + 1) for pair, count in numbers.items() for number in range(count)} == {
        (row["quiz_id"], row["user_id"], row["attempt_number"]) for row in tables["quiz_attempts"]
    }


@settings(max_examples=15)
@given(st.integers(0, 2**31 - 1))
def test_whatever_the_seed_sums_and_times_are_true(seed: int) -> None:
    tables = made(seed)
    questions = Counter(row["quiz_id"] for row in tables["quiz_questions"])
    sessions, progress = by_id(tables["roblox_sessions"]), by_id(tables["roblox_player_progress"])
    for row in tables["roblox_player_progress"]:
        session = sessions[row["session_id"]]
        assert session["started_at"] <= row["joined_at"] < row["left_at"] <= session["ended_at"]
        assert (row["left_at"] - row["joined_at"]).total_seconds() == row["session_duration_seconds"]
        assert 0 < row["time_spent_seconds"] <= row["session_duration_seconds"]
        assert len(row["checkpoints_completed"]) == row["progress_percentage"] // 10
    for row in tables["roblox_quiz_results"]:
        right = sum(answer["correct"] for answer in row["question_responses"])
        assert row["correct_answers"] == row["raw_score"] == right
        assert row["correct_answers"] + row["incorrect_answers"] + row["skipped_questions"] == row["total_questions"]
        assert row["total_questions"] == questions[row["quiz_id"]]
        assert row["percentage_score"] == pytest.approx(100 * right / row["total_questions"], abs=0.05)
        assert row["passed"] is (row["percentage_score"] >= 70)
        assert (row["completed_at"] - row["started_at"]).total_seconds() == row["time_taken_seconds"]
        assert row["started_at"] >= progress[row["player_progress_id"]]["joined_at"]


def test_every_question_has_one_right_option(tables: Tables) -> None:
    options: dict[Any, list[Mapping[str, Any]]] = {}
    for row in tables["quiz_options"]:
        options.setdefault(row["question_id"], []).append(row)
    for question in tables["quiz_questions"]:
        right = [row["option_text"] for row in options[question["id"]] if row["is_correct"]]
        assert right == [question["correct_answer"]]
        assert len({row["option_text"] for row in options[question["id"]]}) == 4


def test_the_right_option_does_not_always_stand_first(tables: Tables) -> None:
    places = Counter(row["order_index"] for row in tables["quiz_options"] if row["is_correct"])
    assert set(places) == {0, 1, 2, 3}


def test_lessons_follow_each_other(tables: Tables) -> None:
    starts = [row["starts_at"] for row in tables["lessons"]]
    assert all(earlier < later for earlier, later in pairwise(starts))


def test_achievements_are_earned_by_what_they_ask_for(tables: Tables) -> None:
    slugs = {row["id"]: row["slug"] for row in tables["achievements"]}
    earned: dict[str, set[Any]] = {slug: set() for slug in slugs.values()}
    for row in tables["roblox_achievements"]:
        earned[slugs[row["base_achievement_id"]]].add((row["session_id"], row["student_id"]))
    assert all(earned.values())
    progress = {(row["session_id"], row["student_id"]): row for row in tables["roblox_player_progress"]}
    results = {row["player_progress_id"]: row for row in tables["roblox_quiz_results"]}
    complete = {key for key, row in progress.items() if row["progress_percentage"] == 100}
    assert earned["lesson-complete"] == complete
    assert earned["no-hints"] == {key for key in complete if progress[key]["hints_used"] == 0}
    assert earned["full-marks"] == {
        key for key, row in progress.items() if results[row["id"]]["percentage_score"] == 100
    }  # fmt: skip
    lessons = Counter(student for _, student in complete)
    assert {student for _, student in earned["three-lessons"]} == {
        who for who, number in lessons.items() if number >= 3
    }
    assert len(earned["three-lessons"]) == len({student for _, student in earned["three-lessons"]})


def test_achievements_are_shared_by_all_classes(tables: Tables) -> None:
    assert made(43)["achievements"] == tables["achievements"]
    held = {row["slug"]: uuid.UUID(int=number) for number, row in enumerate(tables["achievements"])}
    again = classroom(42, TODAY, RobloxSettings(), held)
    assert "achievements" not in again or not again["achievements"]
    assert {row["base_achievement_id"] for row in again["roblox_achievements"]} == set(held.values())


def test_every_achievement_of_the_reference_can_be_earned(tables: Tables) -> None:
    ids = {row["base_achievement_id"] for row in tables["roblox_achievements"]}
    assert ids == set(by_id(tables["achievements"]))
