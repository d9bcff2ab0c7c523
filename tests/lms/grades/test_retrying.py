"""Grades that were given up wait again, where no later one is there."""

import pytest

from tests.lms.grades.school import School
from toolbox_cli.core.errors import UsageError
from toolbox_cli.lms.grades.retrying import Meant, retry
from toolbox_cli.lms.grades.rules import read_graded
from toolbox_cli.lms.grades.standing import dead_letters, standing


def graded(school: School, *statuses: str) -> list[str]:
    """Let students have a grade each that stands so."""
    for number, status in enumerate(statuses):
        school.attempt(school.student(f"s{number}"), 50)
        school.collect()
        key = school.grades()[-1]["id"]
        school.change("lms_grade_passbacks", key, status=status, attempt_count=5, error_message="said")
    return [str(row["id"]) for row in school.grades()]


def again(school: School, **meant: object) -> int:
    return sum(row["grades"] for row in retry(school.connection, Meant(**meant)))  # type: ignore[arg-type]


def test_dead_and_failed_ones_wait_as_if_they_had_not_been_tried(school: School) -> None:
    graded(school, "dead", "failed", "success", "superseded")
    assert again(school, integration=school.name) == 2
    assert [(row["status"], row["attempt_count"], row["error_message"]) for row in school.grades()] == [
        ("pending", 0, "said"), ("pending", 0, "said"), ("success", 5, "said"), ("superseded", 5, "said"),
    ]  # fmt: skip
    assert again(school, integration=school.name) == 0


def test_they_are_meant_by_id_assignment_or_integration(school: School) -> None:
    keys = graded(school, "dead", "dead", "dead")
    assert again(school, ids=keys[:1]) == 1
    assert again(school, assignment=str(school.assignment), ids=keys[1:2]) == 1
    assert again(school, assignment="11", integration=str(school.integration)) == 1
    other = School(school.connection)
    graded(other, "dead")
    with pytest.raises(UsageError, match="2 assignments"):
        again(school, assignment="11")
    assert again(school, assignment="11", integration=other.name) == 1


def test_one_that_a_later_grade_went_in_place_of_stays(school: School) -> None:
    (key,) = graded(school, "dead")
    (student,) = (row["user_id"] for row in school.grades())
    later = school.add(
        "lms_grade_passbacks", lms_assignment_id=school.assignment, user_id=student, external_user_id="x", score=1,
        points_possible=50, status="success", created_at="2100-01-01",
    )  # fmt: skip
    assert again(school, ids=[key]) == 0
    school.change("lms_grade_passbacks", later, status="dead")
    assert again(school, ids=[key]) == 1


def test_grades_are_counted_by_assignment(school: School) -> None:
    graded(school, "dead", "failed", "success", "superseded", "pending")
    integrations = read_graded(school.connection, [school.name])
    [row] = standing(school.connection, integrations)
    assert {name: row[name] for name in ("pending", "failed", "dead", "success", "superseded")} == dict.fromkeys(
        ("pending", "failed", "dead", "success", "superseded"), 1
    )
    assert (row["assignment"], row["held"], row["oldest"]) == ("11", False, school.grades()[1]["created_at"])
    school.change("lms_assignments", school.assignment, grade_passback_enabled=False)
    assert standing(school.connection, integrations)[0]["held"]
    [letter] = dead_letters(school.connection, integrations)
    assert (letter["account"], letter["attempts"], letter["reason"]) == ("u-s0", 5, "said")
