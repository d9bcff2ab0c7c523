"""Results become grades, each once."""

import datetime
from typing import Any

import pytest

from tests.lms.grades.school import MORNING, ROBLOX, School
from toolbox_cli.core.errors import ConfigurationError, UsageError
from toolbox_cli.lms.grades.rules import read_graded
from toolbox_cli.lms.settings.grading import Rules
from toolbox_cli.lms.settings.reading import read_settings

HOUR = datetime.timedelta(hours=1)


def test_the_best_result_is_the_grade_in_points_of_the_assignment(school: School) -> None:
    ada, bob = school.student("ada"), school.student("bob")
    school.attempt(ada, 60)
    best = school.attempt(ada, 83.3)
    school.attempt(ada, 70)
    school.attempt(bob, 0)
    done = school.collect()
    assert (done.assignments, done.graded, done.made, done.superseded) == (1, 2, 2, 0)
    by_student = {row["user_id"]: row for row in school.grades()}
    grade = by_student[ada]
    assert {name: grade[name] for name in ("external_user_id", "status", "quiz_attempt_id", "attempt_count")} == {
        "external_user_id": "u-ada", "status": "pending", "quiz_attempt_id": best, "attempt_count": 0,
    }  # fmt: skip
    assert (float(grade["score"]), float(grade["points_possible"]), float(grade["percentage"])) == (41.65, 50, 83.3)
    assert (grade["graded_at"], grade["letter_grade"]) == (MORNING + 2 * HOUR, None)
    assert by_student[bob]["score"] == 0


@pytest.mark.parametrize(("policy", "score"), [("best", 40), ("last", 35), ("first", 30)])
def test_the_policy_chooses(school: School, policy: str, score: float) -> None:
    school.settle(policy=policy)
    ada = school.student("ada")
    for percent in (60, 80, 70):
        school.attempt(ada, percent)
    school.collect()
    assert school.scores() == [(score, "pending")]


def test_collecting_again_makes_nothing_again(school: School) -> None:
    school.attempt(school.student("ada"), 60)
    school.collect()
    before = school.grades()
    for status in ("pending", "failed", "success", "dead"):
        school.connection.execute("UPDATE lms_grade_passbacks SET status = %s", (status,))
        assert school.collect().made == 0
    assert [row["id"] for row in school.grades()] == [row["id"] for row in before]


def test_a_better_result_goes_in_place_of_one_that_was_not_sent(school: School) -> None:
    ada = school.student("ada")
    for percent, status in ((20, "failed"), (40, "dead"), (60, "success"), (80, "pending"), (100, "pending")):
        school.attempt(ada, percent)
        school.collect()
        last = school.grades()[-1]["id"]
        school.change("lms_grade_passbacks", last, status=status)
    assert school.scores() == [
        (10, "superseded"), (20, "superseded"), (30, "success"), (40, "superseded"), (50, "pending"),
    ]  # fmt: skip
    school.attempt(ada, 90)
    assert school.collect().made == 0


def test_a_correction_is_a_grade_of_its_own_also_back_to_the_old_score(school: School) -> None:
    ada = school.student("ada")
    attempt = school.attempt(ada, 80)
    for percent in (80, 60, 80):
        school.change("quiz_attempts", attempt, score=percent)
        school.collect()
        school.sent()
    assert school.scores() == [(40, "success"), (30, "success"), (40, "success")]
    assert {row["graded_at"] for row in school.grades()} == {MORNING + HOUR}


def test_other_points_or_another_account_make_a_new_grade(school: School) -> None:
    ada = school.student("ada")
    school.attempt(ada, 50)
    school.collect()
    school.change("lms_assignments", school.assignment, points_possible=10)
    school.collect()
    school.connection.execute("UPDATE lms_identities SET external_user_id = 'other' WHERE user_id = %s", (ada,))
    school.collect()
    assert school.scores() == [(25, "superseded"), (5, "superseded"), (5, "pending")]
    assert school.grades()[-1]["external_user_id"] == "other"


def test_a_grade_stays_when_its_result_is_gone(school: School) -> None:
    ada = school.student("ada")
    school.attempt(ada, 50)
    school.collect()
    school.connection.execute("UPDATE lms_grade_passbacks SET quiz_attempt_id = NULL; DELETE FROM quiz_attempts")
    assert (school.collect().made, school.scores()) == (0, [(25, "pending")])


UNGRADED: list[tuple[str, str, dict[str, Any]]] = [
    ("integration off", "lms_integrations", {"is_active": False}),
    ("integration gradeless", "lms_integrations", {"grade_passback_enabled": False}),
    ("integration paused", "lms_integrations", {"paused_until": datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)}),
    ("integration removed", "lms_integrations", {"removed_at": MORNING}),
    ("course removed", "lms_courses", {"status": "removed", "removed_at": MORNING}),
    ("assignment removed", "lms_assignments", {"status": "removed", "removed_at": MORNING}),
    ("assignment off", "lms_assignments", {"grade_passback_enabled": False}),
    ("ungraded", "lms_assignments", {"points_possible": None}),
    ("no points", "lms_assignments", {"points_possible": 0}),
    ("unlinked", "lms_assignments", {"toolboxai_quiz_id": None}),
    ("locked before", "lms_assignments", {"lock_date": MORNING}),
    ("open after", "lms_assignments", {"unlock_date": MORNING + 2 * HOUR}),
    ("ended", "lms_enrollments", {"status": "ended"}),
    ("inactive", "lms_enrollments", {"status": "inactive"}),
    ("removed from course", "lms_enrollments", {"status": "removed", "removed_at": MORNING}),
    ("teacher", "lms_enrollments", {"role": "teacher"}),
    ("opted out", "lms_identities", {"opted_out": True}),
    ("account gone", "lms_identities", {"status": "removed", "removed_at": MORNING}),
    ("nobody here", "lms_identities", {"user_id": None}),
    ("unfinished", "quiz_attempts", {"completed_at": None}),
    ("unscored", "quiz_attempts", {"score": None}),
    ("not yet", "quiz_attempts", {"completed_at": datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)}),
]


@pytest.mark.parametrize(("table", "columns"), [one[1:] for one in UNGRADED], ids=[one[0] for one in UNGRADED])
def test_nothing_is_graded_that_is_switched_off_gone_or_unfinished(
    school: School, table: str, columns: dict[str, Any]
) -> None:
    school.attempt(school.student("ada"), 50)
    (key,) = school.connection.execute(f"SELECT id FROM {table} ORDER BY id LIMIT 1").fetchone() or ()  # type: ignore[arg-type]
    if table == "lms_integrations":
        key = school.integration
    school.change(table, key, **columns)
    school.collect()
    assert school.grades() == []


def test_a_grade_for_whoever_is_not_in_the_course_is_not_made(school: School) -> None:
    school.attempt(school.person("stranger"), 90)
    assert school.collect().graded == 0


def test_results_in_the_time_of_the_assignment_count_alone(school: School) -> None:
    ada = school.student("ada")
    school.attempt(ada, 100)
    school.attempt(ada, 60)
    school.attempt(ada, 90)
    times = {"unlock_date": MORNING + 1.5 * HOUR, "lock_date": MORNING + 2.5 * HOUR}
    school.change("lms_assignments", school.assignment, **times)
    school.collect()
    assert school.scores() == [(30, "pending")]


def test_of_merged_accounts_the_person_counts_and_the_account_that_counts_gets_the_grade(school: School) -> None:
    ada = school.student("ada", "new")
    (kept,) = school.connection.execute("SELECT id FROM lms_identities").fetchone() or ()
    between = school.account(school.person("doubled"), "between", merged_into_id=kept)
    old = school.account(school.person("double"), "old", merged_into_id=between)
    school.attempt(ada, 50)
    school.enroll(old)
    school.collect()
    assert [(row["user_id"], row["external_user_id"]) for row in school.grades()] == [(ada, "new")]
    school.connection.execute("DELETE FROM lms_enrollments WHERE lms_identity_id = %s", (kept,))
    school.collect()
    assert [row["external_user_id"] for row in school.grades()] == ["new", "old"]
    school.change("lms_identities", kept, opted_out=True)
    assert school.collect().graded == 0


def test_bonus_counts_where_it_is_allowed_alone(school: School) -> None:
    ada = school.student("ada")
    school.attempt(ada, 110)
    school.collect()
    assert school.scores() == [(50, "pending")]
    school.settle(bonus=True)
    school.collect()
    assert school.scores() == [(50, "superseded"), (55, "pending")]
    assert school.grades()[-1]["percentage"] == 100


@pytest.mark.parametrize(("percent", "letter"), [(100, "A+"), (90, "A"), (89.99, "B"), (10, None)])
def test_letters_are_those_of_the_institution(school: School, percent: float, letter: str | None) -> None:
    school.settle(letters={"B": 50, "A+": 95, "A": 90})
    school.attempt(school.student("ada"), percent)
    school.change("lms_assignments", school.assignment, points_possible=1000)
    school.collect()
    assert [row["letter_grade"] for row in school.grades()] == [letter]


def test_progress_counts_when_it_is_finished_or_as_it_goes(school: School) -> None:
    content = school.content()
    school.change("lms_assignments", school.assignment, toolboxai_quiz_id=None, toolboxai_content_id=content)
    ada, bob, eve = (school.student(name) for name in ("ada", "bob", "eve"))
    done = school.progress(ada, content, completion_percentage=100, best_score=70)
    school.progress(bob, content, completion_percentage=100)
    school.progress(eve, content, completion_percentage=40, best_score=99)
    school.collect()
    found = {row["user_id"]: (float(row["score"]), row["progress_id"]) for row in school.grades()}
    assert found[ada] == (35, done)
    assert found.keys() == {ada, bob}
    school.settle(progress="completion")
    school.collect()
    latest = {row["user_id"]: float(row["score"]) for row in school.grades()}
    assert latest == {ada: 50, bob: 50, eve: 20}


def test_progress_does_not_count_beside_a_quiz(school: School) -> None:
    content = school.content()
    school.change("lms_assignments", school.assignment, toolboxai_content_id=content)
    school.progress(school.student("ada"), content, completion_percentage=100)
    assert school.collect().graded == 0


def test_a_result_in_roblox_counts_once_also_when_it_becomes_an_attempt(school: School) -> None:
    ada = school.student("ada")
    _, result = school.played(ada, 66.666)
    school.collect()
    (grade,) = school.grades()
    assert (float(grade["score"]), grade["roblox_quiz_result_id"], grade["quiz_attempt_id"]) == (33.34, result, None)
    school.attempt(ada, 66.67, completed_at=MORNING)
    assert (school.collect().graded, school.collect().made) == (1, 0)


@pytest.mark.parametrize("as_attempt", [False, True])
@pytest.mark.parametrize("missing", list(ROBLOX))
def test_a_result_in_roblox_without_consent_is_left_alone_also_as_an_attempt(
    school: School, missing: str, as_attempt: bool
) -> None:
    ada = school.student("ada")
    school.played(ada, 80, consents={**ROBLOX, missing: False})
    if as_attempt:
        school.attempt(ada, 80, completed_at=MORNING)
    assert school.collect().graded == 0
    school.change("users", ada, age_band="13_17")
    assert school.collect().graded == (missing == "parental_consent_given")


def test_an_unfinished_result_in_roblox_is_none(school: School) -> None:
    ada = school.student("ada")
    school.played(ada, 80, completed=False)
    school.played(ada, 80, completed_at=None)
    assert school.collect().graded == 0


def test_integrations_have_rules_of_their_own(school: School) -> None:
    other = School(school.connection)
    for one in (school, other):
        ada = one.student(f"ada-{one.name}")
        one.attempt(ada, 60)
        one.attempt(ada, 40)
    other.settle(policy="last")
    school.collect()
    other.collect()
    assert (school.scores(), other.scores()) == ([(30, "pending")], [(20, "pending")])


def test_settings_of_grades_are_read_or_refused() -> None:
    assert read_settings("canvas", {}).grades == Rules()
    said = read_settings("canvas", {"grades": {"attempts": 3, "backoff_minutes": 1.5}}).grades
    assert (said.attempts, said.backoff) == (3, datetime.timedelta(seconds=90))


@pytest.mark.parametrize(
    "said",
    [
        {"policy": "worst"}, {"progress": "some"}, {"letters": {"A": 101}}, {"letters": {"": 1}}, {"polcy": "best"},
        {"letters": {"Superb": 1}}, {"letters": ["A"]}, {"bonus": "yes"}, {"attempts": 0}, {"backoff_minutes": -1}, [],
        "best",
    ],
)  # fmt: skip
def test_settings_that_mean_nothing_are_refused(school: School, said: Any) -> None:
    school.change("lms_integrations", school.integration, settings={"grades": said})
    with pytest.raises(ConfigurationError, match=school.name):
        read_graded(school.connection, [school.name])


def test_integrations_that_are_named_are_refused_when_switched_off_and_taken_when_paused(school: School) -> None:
    with pytest.raises(UsageError, match="no-such"):
        read_graded(school.connection, ["no-such"])
    school.change(
        "lms_integrations", school.integration, paused_until=datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)
    )
    assert read_graded(school.connection, [str(school.integration)])[0].left_out is None
    (found,) = [one for one in read_graded(school.connection, []) if one.id == school.integration]
    assert found.left_out == "paused until 2100-01-01 00:00 UTC"
    school.change("lms_integrations", school.integration, is_active=False)
    with pytest.raises(UsageError, match="switched off"):
        read_graded(school.connection, [school.name])
    school.change("lms_integrations", school.integration, removed_at=MORNING)
    assert [one for one in read_graded(school.connection, []) if one.id == school.integration] == []
