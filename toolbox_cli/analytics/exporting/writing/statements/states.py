"""Attempts at quizzes and progress in modules, as statements of how they stand."""

import math
from collections.abc import Mapping
from typing import Any, Final

from toolbox_cli.analytics.events import xapi
from toolbox_cli.analytics.exporting.writing.statements import words

ASSESSMENT: Final = "http://adlnet.gov/expapi/activities/assessment"
PROGRESS: Final = "https://w3id.org/xapi/cmi5/result/extensions/progress"
"""Percent that is done; the address that cmi5 gives it."""

_BY_STATUS: Final = {"completed": "completed", "in_progress": "progressed", "skipped": "terminated"}


def tell_attempt(row: Mapping[str, Any]) -> dict[str, Any]:
    """Tell an attempt at a quiz."""
    session, at = row["session"], row["completed_at"] or row["started_at"]
    about = words.activity(f"urn:toolbox:toolboxai:quiz:{row['quiz_id'] or 'unknown'}", ASSESSMENT)
    return words.identified(
        words.there(
            {
                "actor": words.actor(row["student"], "toolboxai"),
                "verb": words.verb(xapi.VERBS + _verb_of_attempt(row)),
                "object": about,
                "result": _result_of_attempt(row),
                "context": words.there(
                    {
                        "registration": None if session is None else words.registration(session)[0],
                        "platform": "toolboxai",
                        "extensions": {
                            f"{xapi.EXTENSIONS}attempt": row["attempt"],
                            f"{xapi.EXTENSIONS}attempt-number": row["attempt_number"],
                        },
                    }
                ),
                "timestamp": None if at is None else words.moment(at),
            }
        )
    )


def tell_progress(row: Mapping[str, Any]) -> dict[str, Any]:
    """Tell how far a student is in a module."""
    completed = row["status"] == "completed"
    at = (row["completed_at"] if completed else None) or row["last_accessed_at"]
    percent, seconds = row["progress_percent"], row["total_time_seconds"]
    return words.identified(
        words.there(
            {
                "actor": words.actor(row["student"], "frames"),
                "verb": words.verb(xapi.VERBS + _BY_STATUS.get(row["status"], "registered")),
                "object": words.activity(xapi.activity_id(row["module_id"]), xapi.MODULE_ACTIVITY),
                "result": words.there(
                    {
                        "completion": completed,
                        "duration": None if seconds is None else words.duration(seconds),
                        "extensions": words.there({PROGRESS: percent}),
                    }
                ),
                "context": {"platform": "frames"},
                "timestamp": None if at is None else words.moment(at),
            }
        )
    )


def _verb_of_attempt(row: Mapping[str, Any]) -> str:
    if not row["is_completed"]:
        return "attempted"
    return {True: "passed", False: "failed", None: "completed"}[row["passed"]]


def _result_of_attempt(row: Mapping[str, Any]) -> dict[str, Any]:
    seconds = row["time_taken_seconds"]
    return words.there(
        {
            "score": _score(row["score"]),
            "success": row["passed"] if row["is_completed"] else None,
            "completion": row["is_completed"],
            "duration": None if seconds is None else words.duration(seconds),
        }
    )


def _score(percent: float | None) -> dict[str, Any]:
    """Give a score; bonus points lift it over what was asked, which its range must then not deny."""
    if percent is None or not math.isfinite(percent):
        return {}
    limits = {"min": 0, "max": 100} if 0 <= percent <= 100 else {}
    return {"scaled": max(-1.0, min(1.0, percent / 100)), "raw": percent, **limits}
