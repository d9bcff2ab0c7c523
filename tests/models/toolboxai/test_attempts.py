from typing import Any

import pytest

from toolbox_cli.models.toolboxai.learning.attempts import attempt_of

RESULT: dict[str, Any] = {
    "quiz_id": "a quiz",
    "completed": True,
    "started_at": "then",
    "completed_at": "now",
    "percentage_score": 80,
    "passed": True,
    "time_taken_seconds": 90,
    "question_responses": {"1": "b"},
    "raw_score": 8,
}


def test_a_finished_result_of_a_quiz_is_an_attempt() -> None:
    assert attempt_of(RESULT, "a student", 2) == {
        "quiz_id": "a quiz",
        "user_id": "a student",
        "attempt_number": 2,
        "started_at": "then",
        "completed_at": "now",
        "score": 80,
        "passed": True,
        "time_taken": 90,
        "answers": {"1": "b"},
    }


@pytest.mark.parametrize("lacking", [{"completed": False}, {"completed": None}, {"quiz_id": None}])
def test_an_unfinished_result_and_one_without_a_quiz_are_none(lacking: dict[str, Any]) -> None:
    assert attempt_of({**RESULT, **lacking}, "a student", 1) is None
