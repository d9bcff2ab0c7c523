"""How a quiz that was finished in Roblox counts as an attempt at the platform's quiz."""

from collections.abc import Mapping
from typing import Any


def attempt_of(result: Mapping[str, Any], student_id: object, attempt_number: int) -> dict[str, Any] | None:
    """Give the `quiz_attempts` row that a `roblox_quiz_results` row stands for.

    Args:
        result: the result, by column.
        student_id: whose result it is.
        attempt_number: 1 for the student's first attempt at that quiz.

    Returns:
        The row without its key; None where the result is unfinished or belongs to no quiz of the platform.
    """
    if not result["completed"] or result["quiz_id"] is None:
        return None
    return {
        "quiz_id": result["quiz_id"],
        "user_id": student_id,
        "attempt_number": attempt_number,
        "started_at": result["started_at"],
        "completed_at": result["completed_at"],
        "score": result["percentage_score"],
        "passed": result["passed"],
        "time_taken": result["time_taken_seconds"],
        "answers": result["question_responses"],
    }
