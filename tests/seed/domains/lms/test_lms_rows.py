"""Courses, assignments and grades: of the class's own people, lessons and attempts."""

import re
from collections import Counter
from typing import Any

import pytest

from tests.seed.domains.lms.conftest import CLASSES, Schools
from tests.seed.domains.made import context_of, fingerprint, made, profile_of
from tests.seed.domains.seeded import REFERENCE
from toolbox_cli.seed.domains import LMS
from toolbox_cli.seed.domains.lms.grades import MOST_TRIES, letter_of


def keyed(rows: Any) -> dict[str, Any]:
    return {row["id"]: row for row in rows}


def test_each_school_has_one_system_without_secrets(schools: Schools) -> None:
    rows = schools.tables["lms_integrations"]
    assert [row["institution_name"] for row in rows] == list(dict.fromkeys(one.school for one in schools.classes))
    assert len(rows) == 3
    for row in rows:
        assert re.fullmatch(r"https://[a-z]+\.[a-z0-9-]+\.example/\S+", row["base_url"])
        assert (row["sync_error_message"] is None) == (row["last_sync_status"] == "success")
    assert not [name for name in LMS.content.TABLES["lms_integrations"] if name.endswith("_encrypted")]


def test_courses_are_of_the_share_of_classes_that_was_asked_for(schools: Schools) -> None:
    rows = schools.tables["lms_courses"]
    teachers = {one.teacher.email: one for one in schools.classes}
    with_course = {row["instructor_email"] for row in rows}
    wanted = schools.context.profile.lms.classes_with_course
    assert len(with_course) == pytest.approx(wanted * CLASSES, abs=1)
    integrations = keyed(schools.tables["lms_integrations"])
    for row in rows:
        one = teachers[row["instructor_email"]]
        assert row["subject"] in one.subjects
        assert integrations[row["lms_integration_id"]]["institution_name"] == one.school
        taught = [lesson.content_key for lesson in one.lessons if lesson.subject == row["subject"]]
        assert list(row["linked_content_ids"]) == taught


def test_no_two_things_of_a_system_have_the_same_key_there(schools: Schools) -> None:
    systems = {row["id"]: row["lms_integration_id"] for row in schools.tables["lms_courses"]}
    courses = [(systems[row["id"]], row["external_course_id"]) for row in schools.tables["lms_courses"]]
    assignments = [
        (systems[row["lms_course_id"]], row["external_assignment_id"]) for row in schools.tables["lms_assignments"]
    ]
    assert len(set(courses)) == len(courses)
    assert len(set(assignments)) == len(assignments)


def test_a_student_has_one_key_at_the_other_side(schools: Schools) -> None:
    known = {(row["user_id"], row["external_user_id"]) for row in schools.tables["lms_grade_passbacks"]}
    assert len({who for who, _ in known}) == len(known)
    school = {student.key: one.school for one in schools.classes for student in one.students}
    assert len({(school[who], external) for who, external in known}) == len(known)


def test_a_grade_is_what_the_attempt_gave(schools: Schools) -> None:
    assignments = keyed(schools.tables["lms_assignments"])
    rows = schools.tables["lms_grade_passbacks"]
    assert len(rows) > 1000
    assert len({row["quiz_attempt_id"] for row in rows}) == len(rows)
    for row in rows:
        attempt, assignment = schools.attempts[row["quiz_attempt_id"]], assignments[row["lms_assignment_id"]]
        assert row["user_id"] == attempt.student.key
        assert assignment["toolboxai_quiz_id"] == attempt.lesson.quiz_key
        assert row["percentage"] == attempt.percent
        assert abs(row["percentage"] - 100 * row["score"] / row["points_possible"]) <= 0.0101
        assert row["letter_grade"] == letter_of(attempt.percent)
        assert row["created_at"] == attempt.completed_at <= row["updated_at"]


def test_grades_are_sent_but_for_some_that_are_refused(schools: Schools) -> None:
    rows, wanted = schools.tables["lms_grade_passbacks"], schools.context.profile.lms
    found = Counter(row["status"] for row in rows)
    assert (found["failed"] + found["dead"]) / len(rows) == pytest.approx(wanted.failing, abs=0.02)
    assert found["dead"] > 0
    quizzes = {row["toolboxai_quiz_id"] for row in schools.tables["lms_assignments"]}
    by_class = {row["instructor_email"] for row in schools.tables["lms_courses"]}
    students = {s.key for one in schools.classes if one.teacher.email in by_class for s in one.students}
    own = {one.quiz_key for each in schools.classes for one in each.lessons if one.own} & quizzes
    able = [one for one in schools.attempts.values() if one.lesson.quiz_key in own and one.student.key in students]
    sent = [row for row in rows if schools.attempts[row["quiz_attempt_id"]].lesson.quiz_key in own]
    assert len(sent) / len(able) == pytest.approx(wanted.passed_back, abs=0.05)


def test_a_grade_says_how_sending_went(schools: Schools) -> None:
    for row in schools.tables["lms_grade_passbacks"]:
        tried = row["attempt_count"]
        assert (row["last_attempt_at"] is None) == (tried == 0) == (row["status"] == "pending")
        assert (row["error_message"] is not None) == (row["status"] in {"failed", "dead"})
        assert (row["status"] == "dead") == (tried == MOST_TRIES)
        assert row["last_attempt_at"] is None or row["created_at"] < row["last_attempt_at"] == row["updated_at"]


def test_assignments_open_when_they_are_planned_and_are_due_after_the_lesson(schools: Schools) -> None:
    lessons = {(lesson.content_key, one.teacher.email): lesson for one in schools.classes for lesson in one.lessons}
    courses = keyed(schools.tables["lms_courses"])
    for row in schools.tables["lms_assignments"]:
        lesson = lessons[row["toolboxai_content_id"], courses[row["lms_course_id"]]["instructor_email"]]
        assert lesson.planned_at <= row["unlock_date"] < row["due_date"] < row["lock_date"]
        assert lesson.ends_at < row["due_date"]
        assert row["created_at"] >= courses[row["lms_course_id"]]["created_at"]


def test_the_same_seed_gives_the_same_bytes_and_another_others() -> None:
    profile = profile_of("school", students=60)
    first, again, other = (
        [fingerprint(LMS.content, context_of(profile, seed, REFERENCE), block) for block in range(3)]
        for seed in (42, 42, 43)
    )
    assert first == again
    assert not set(first[:1]) & set(other)


@pytest.mark.parametrize(
    ("field", "table"), [("classes_with_course", "lms_courses"), ("passed_back", "lms_grade_passbacks")]
)
def test_a_share_of_nothing_leaves_nothing(field: str, table: str) -> None:
    profile = profile_of("classroom", **{f"lms__{field}": 0})
    tables = made(LMS.content, context_of(profile, reference=REFERENCE), range(1))
    assert tables[table] == tables["lms_grade_passbacks"] == []
    assert len(tables["lms_integrations"]) == 1
