"""`toolbox lms link` and `unlink`."""

from typing import Any

from tests.lms.district import audited, journal, key, row
from tests.lms.group import Lms
from tests.support.servers import Database
from toolbox_cli.core.database.locks import NAMESPACE
from toolbox_cli.lms.sync.running import lock_key

MATH = "district:c-math"
FRACTIONS = "district:c-math:a-1"


def ties(database: Database, name: str) -> tuple[str | None, str | None]:
    found = row(database, "lms_assignments", name)
    return found["toolboxai_content_id"], found["toolboxai_quiz_id"]


def contents(database: Database) -> list[str] | None:
    found: list[str] | None = row(database, "lms_courses", "math")["linked_content_ids"]
    return found


def everything(database: Database) -> list[Any]:
    return database.execute(
        "SELECT (SELECT jsonb_agg(c ORDER BY id) FROM toolboxai.lms_courses AS c),"
        " (SELECT jsonb_agg(a ORDER BY id) FROM toolboxai.lms_assignments AS a)"
    )


def test_a_course_gets_content_one_after_the_other(lms: Lms) -> None:
    report = lms.report("link", MATH, "--content", "fraction island")
    assert report["items"] == [{
        "table": "lms_courses", "external_id": "c-math", "field": "linked_content_ids", "before": None,
        "after": [str(key("island"))],
    }]  # fmt: skip
    lms("link", str(key("math")), "--content", str(key("bridge")), "--content", str(key("island")))
    assert contents(lms.database) == [str(key("island")), str(key("bridge"))]
    assert contents_elsewhere(lms.database) == [None, None]


def contents_elsewhere(database: Database) -> list[Any]:
    found = database.execute(f"SELECT linked_content_ids FROM toolboxai.lms_courses WHERE id <> '{key('math')}'")
    return [one for (one,) in found]


def test_an_assignment_stands_for_a_quiz_for_content_or_for_both(lms: Lms) -> None:
    assert lms("link", FRACTIONS, "--quiz", "Adding Fractions").exit_code == 0
    assert ties(lms.database, "fractions") == (None, str(key("island_quiz")))
    assert lms("link", FRACTIONS, "--content", "Fraction Island").exit_code == 0
    assert ties(lms.database, "fractions") == (str(key("island")), str(key("island_quiz")))
    assert lms("link", "district:a-2", "--content", str(key("bridge")), "--quiz", "ratios and rates").exit_code == 0
    assert ties(lms.database, "ratios") == (str(key("bridge")), str(key("bridge_quiz")))
    assert ties(lms.database, "plants") == (None, None)


def test_a_change_is_journaled_to_the_last_digit_and_recorded(lms: Lms) -> None:
    run = lms.report("link", FRACTIONS, "--quiz", "Adding Fractions")["summary"]["run"]
    [(found, table, external, _, _)] = journal(lms.database)
    assert (found, table, external) == (run, "lms_assignments", "a-1")
    [(now, after, weight, was)] = lms.database.execute(
        "SELECT to_jsonb(a)::text, c.after::text, c.before -> 'raw_data' ->> 'weight', c.before ->> 'toolboxai_quiz_id'"
        " FROM toolboxai.lms_assignments AS a JOIN toolboxai.lms_sync_changes AS c ON c.row_id = a.id"
        f" WHERE c.run_id = {run}"
    )
    assert (now == after, weight, was) == (True, "1.10", None)
    [(command, counts, details)] = audited(lms.database)
    assert (command, counts) == ("toolbox lms link", {"lms_assignments": 1})
    assert details == {"integration": "district", "run": run, "assignment": str(key("fractions"))}


def test_what_may_be_several_is_told_with_all_of_them(lms: Lms) -> None:
    done = lms("link", "district:a-1", "--quiz", "Adding Fractions")
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{key('fractions')}: assignment a-1 of course c-math" in done.stderr
    assert f"{key('plants')}: assignment a-1 of course c-science" in done.stderr
    done = lms("link", MATH, "--content", "Ratio Bridge")
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{key('bridge')}: Ratio Bridge, Mathematics 6" in done.stderr
    assert f"{key('twin')}: Ratio Bridge, Science 6" in done.stderr
    assert journal(lms.database) == []


REFUSED = [
    (("link", "district:a-9", "--quiz", "Photosynthesis"), 2, "There is no course or assignment district:a-9."),
    (("link", "a-2", "--quiz", "Photosynthesis"), 2, "or as INTEGRATION:ID"),
    (("link", "moodle:a-2", "--quiz", "Photosynthesis"), 2, "There is no course or assignment moodle:a-2."),
    (("link", "district:a-2", "--quiz", "Phot"), 2, "There is no quiz Phot."),
    (("link", MATH, "--quiz", "Photosynthesis"), 2, "a quiz is linked with an assignment"),
    (("link", MATH), 2, "A course is linked with content"),
    (("link", "district:a-2"), 2, "Use --content, --quiz or both."),
    (("link", "district:a-2", "--content", "Fraction Island", "--content", "Any Island"), 2, "one content"),
    (("link", "district:a-2", "--content", "Fraction Island", "--quiz", "Ratios and Rates"), 4, "is about the content"),
    (("unlink", MATH, "--quiz", "Photosynthesis"), 2, "not with a course"),
]


def test_what_makes_no_sense_is_refused_and_changes_nothing(lms: Lms) -> None:
    before = everything(lms.database)
    for argv, exit_code, told in REFUSED:
        done = lms(*argv)
        assert (done.exit_code, done.stdout) == (exit_code, ""), argv
        assert told in done.stderr, argv
    assert (everything(lms.database), journal(lms.database), audited(lms.database)) == (before, [], [])


def test_a_quiz_of_other_content_than_the_linked_one_is_refused_whichever_comes_second(lms: Lms) -> None:
    lms("link", FRACTIONS, "--content", "Fraction Island")
    done = lms("link", FRACTIONS, "--quiz", "Ratios and Rates")
    assert (done.exit_code, f"--content {key('bridge')} --replace" in done.stderr) == (4, True)
    assert lms("link", FRACTIONS, "--quiz", "Photosynthesis").exit_code == 0, "that one is about no content"
    lms("link", "district:a-2", "--quiz", "Ratios and Rates")
    assert lms("link", "district:a-2", "--content", "Fraction Island").exit_code == 4


def test_another_tie_is_replaced_only_when_said(lms: Lms) -> None:
    lms("link", FRACTIONS, "--quiz", "Adding Fractions")
    done = lms("link", FRACTIONS, "--quiz", "Photosynthesis")
    assert (done.exit_code, str(key("island_quiz")) in done.stderr) == (4, True)
    assert lms("link", FRACTIONS, "--quiz", "Photosynthesis", "--replace").exit_code == 0
    assert ties(lms.database, "fractions") == (None, str(key("lone_quiz")))
    again = lms("link", FRACTIONS, "--quiz", "Photosynthesis")
    assert (again.exit_code, "Nothing changed" in again.stdout) == (0, True)


def test_what_is_no_longer_there_is_not_linked_and_can_be_unlinked(lms: Lms) -> None:
    lms("link", FRACTIONS, "--quiz", "Adding Fractions")
    lms.database.execute("UPDATE toolboxai.lms_assignments SET status = 'removed', removed_at = now()")
    assert lms("link", "district:a-3", "--quiz", "Photosynthesis").exit_code == 4
    assert lms("unlink", FRACTIONS).exit_code == 0
    assert ties(lms.database, "fractions") == (None, None)


def warnings(lms: Lms, *argv: str) -> list[str]:
    found: list[str] = lms.report(*argv, "--dry-run")["summary"]["warnings"]
    return found


def test_what_may_surprise_when_grades_are_sent_is_said(lms: Lms) -> None:
    assert warnings(lms, "link", FRACTIONS, "--quiz", "Adding Fractions") == []
    assert warnings(lms, "link", FRACTIONS, "--quiz", "Ratios and Rates") == [
        "A full result is 20 points of the quiz and 10 there: percents are sent, as points of there."
    ]
    no_points = "The assignment a-1 has no points there, so no result of it is sent back."
    no_questions = "The quiz Photosynthesis has no questions yet."
    assert warnings(lms, "link", "district:c-science:a-1", "--quiz", "Photosynthesis") == [no_points, no_questions]
    assert warnings(lms, "link", MATH, "--content", "Any Island") == [
        "Any Island is a template, which nobody plays itself."
    ]
    lms.database.execute("UPDATE toolboxai.lms_integrations SET grade_passback_enabled = false")
    assert "switched off" in warnings(lms, "link", FRACTIONS, "--quiz", "Adding Fractions")[0]


def test_ties_are_taken_away_one_by_one_or_all_at_once(lms: Lms) -> None:
    lms("link", FRACTIONS, "--quiz", "Adding Fractions", "--content", "Fraction Island")
    lms("unlink", FRACTIONS, "--content", "Fraction Island")
    assert ties(lms.database, "fractions") == (None, str(key("island_quiz")))
    other = lms("unlink", FRACTIONS, "--quiz", "Photosynthesis")
    assert (other.exit_code, "is not linked with the assignment a-1" in other.stdout) == (0, True)
    lms("unlink", FRACTIONS, "--quiz", "Adding Fractions")
    assert ties(lms.database, "fractions") == (None, None)
    lms("link", MATH, "--content", "Fraction Island", "--content", str(key("bridge")))
    lms("unlink", MATH, "--content", "Fraction Island")
    assert contents(lms.database) == [str(key("bridge"))]
    lms("unlink", MATH)
    assert contents(lms.database) == []


def test_a_grade_that_waits_is_mentioned_and_stays(lms: Lms) -> None:
    lms("link", FRACTIONS, "--quiz", "Adding Fractions")
    lms.database.execute(
        "INSERT INTO toolboxai.lms_grade_passbacks (lms_assignment_id, external_user_id, score, status)"
        f" SELECT '{key('fractions')}', 's-1', 7, s FROM unnest(ARRAY['pending', 'failed', 'success']) AS s"
    )
    assert "Grades of it that wait to be sent stay: 2." in lms("unlink", FRACTIONS).stdout


def test_a_dry_run_says_the_same_and_changes_nothing(lms: Lms) -> None:
    before = everything(lms.database)
    tried = lms.report("link", FRACTIONS, "--quiz", "Adding Fractions", "--dry-run")
    assert (everything(lms.database), journal(lms.database), audited(lms.database)) == (before, [], [])
    assert lms.report("link", FRACTIONS, "--quiz", "Adding Fractions")["items"] == tried["items"] != []


def test_nothing_is_linked_while_a_sync_goes_on(lms: Lms) -> None:
    with lms.database.connect() as syncing:
        syncing.execute("SELECT pg_advisory_lock(%s, %s)", (NAMESPACE, lock_key(key("district"))))
        assert lms("link", FRACTIONS, "--quiz", "Adding Fractions").exit_code == 6
    assert ties(lms.database, "fractions") == (None, None)
