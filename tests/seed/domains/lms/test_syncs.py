"""Accounts, enrollments and the syncs that found them: what they say of each other is the same."""

import datetime
import uuid
from collections import Counter
from typing import Any

import pytest

from tests.seed.domains.lms.conftest import Schools
from tests.seed.domains.made import Tables, context_of, made, profile_of
from tests.seed.domains.seeded import REFERENCE, subjects_share
from toolbox_cli.seed.domains import LMS
from toolbox_cli.seed.domains.lms import nights, people
from toolbox_cli.seed.domains.lms.nights import Nights
from toolbox_cli.seed.domains.lms.systems import System, system_of

Row = dict[str, Any]


def keyed(rows: Any) -> dict[Any, Row]:
    return {row["id"]: row for row in rows}


def role(schools: Schools, wanted: str) -> list[Row]:
    return [row for row in schools.tables["lms_enrollments"] if row["role"] == wanted]


def made_with(status: str) -> Tables:
    """Make a school whose latest sync came to that end."""
    context = context_of(profile_of("school", students=200), reference=REFERENCE)
    with pytest.MonkeyPatch.context() as patch:
        given = {**System.__dataclass_fields__}.keys()
        patch.setattr(
            "toolbox_cli.seed.domains.lms.blocks.systems.system_of",
            lambda *which: System(**{name: getattr(system_of(*which), name) for name in given} | {"status": status}),
        )
        return made(LMS.content, context, range(8))


def test_everybody_of_a_class_with_courses_has_an_account_there(schools: Schools) -> None:
    taught = {row["instructor_email"] for row in schools.tables["lms_courses"]}
    there = {row["user_id"]: row for row in schools.tables["lms_identities"] if row["merged_into_id"] is None}
    expected = {one.admin.key for one in schools.classes if one.admin}
    for one in schools.classes:
        if one.teacher.email in taught:
            expected |= {one.teacher.key, *(student.key for student in one.students)}
    assert set(there) == expected
    for one in schools.classes:
        for person in (one.teacher, *one.students):
            if row := there.get(person.key):
                assert (row["given_name"], row["family_name"], row["role"]) == (person.first, person.last, person.role)
                assert row["email"] in {person.email, None}


def test_no_two_accounts_have_one_key_and_each_is_of_its_own_school(schools: Schools) -> None:
    rows = schools.tables["lms_identities"]
    keys = [(row["lms_integration_id"], row["external_user_id"]) for row in rows]
    assert len(set(keys)) == len(keys) == len(keyed(rows))
    identities, courses = keyed(rows), keyed(schools.tables["lms_courses"])
    for row in schools.tables["lms_enrollments"]:
        course, identity = courses[row["lms_course_id"]], identities[row["lms_identity_id"]]
        assert course["lms_integration_id"] == identity["lms_integration_id"]
        assert identity["merged_into_id"] is None


def test_an_enrollment_is_there_once_and_has_a_key_of_its_own(schools: Schools) -> None:
    rows = schools.tables["lms_enrollments"]
    assert len({(row["lms_course_id"], row["lms_identity_id"], row["role"]) for row in rows}) == len(rows)
    known = [row["external_enrollment_id"] for row in rows if row["external_enrollment_id"]]
    assert len(set(known)) == len(known) > len(rows) / 2
    assert len(keyed(rows)) == len(rows)


def test_a_grade_goes_to_the_account_of_its_student(schools: Schools) -> None:
    external = {(row["user_id"], row["external_user_id"]) for row in schools.tables["lms_identities"]}
    grades = {(row["user_id"], row["external_user_id"]) for row in schools.tables["lms_grade_passbacks"]}
    assert grades
    assert grades <= external


def test_a_course_counts_the_students_who_are_in_it(schools: Schools) -> None:
    active = Counter(row["lms_course_id"] for row in role(schools, "student") if row["status"] == "active")
    assert {row["id"]: row["enrollment_count"] for row in schools.tables["lms_courses"]} == {
        row["id"]: active[row["id"]] for row in schools.tables["lms_courses"]
    }


def test_each_course_has_one_first_teacher_and_some_have_others(schools: Schools) -> None:
    first = Counter(row["lms_course_id"] for row in schools.tables["lms_enrollments"] if row["is_primary"])
    assert first == {row["id"]: 1 for row in schools.tables["lms_courses"]}
    others = Counter(row["lms_course_id"] for row in role(schools, "teacher") if not row["is_primary"])
    assert others
    assert {row["role"] for row in schools.tables["lms_enrollments"] if row["is_primary"]} == {"teacher"}
    by_hand = [row for row in schools.tables["lms_enrollments"] if row["source"] == "manual"]
    assert by_hand
    assert all((row["sync_hash"], row["last_run_id"], row["status"]) == (None, None, "future") for row in by_hand)


def test_how_an_enrollment_stands_follows_from_its_dates(schools: Schools) -> None:
    found = Counter(row["status"] for row in schools.tables["lms_enrollments"])
    assert found.keys() == {"active", "future", "ended", "removed"}
    runs = schools.tables["lms_sync_runs"]
    applied = max(row["ended_at"] for row in runs if row["status"] in {"success", "partial"})
    yesterday = applied.date() - datetime.timedelta(days=1)
    identities = keyed(schools.tables["lms_identities"])
    for row in schools.tables["lms_enrollments"]:
        status, begins, ends = row["status"], row["begins_on"], row["ends_on"]
        gone = identities[row["lms_identity_id"]]["status"] == "removed"
        assert (status == "removed") == gone == (row["removed_at"] is not None)
        if not gone:
            assert (status == "future") == (begins > schools.context.as_of)
            assert (status == "ended") == (ends is not None and ends < yesterday) or ends >= yesterday


def test_who_left_is_removed_and_who_had_two_accounts_has_one(schools: Schools) -> None:
    left = {s.key: s.leaves_at for one in schools.classes for s in one.students if s.leaves_at}
    identities = keyed(schools.tables["lms_identities"])
    removed = [row for row in identities.values() if row["status"] == "removed"]
    for row in removed:
        into = identities.get(row["merged_into_id"])
        if into:
            assert (into["user_id"], into["sis_id"], into["status"]) == (row["user_id"], row["sis_id"], "present")
        else:
            assert left[row["user_id"]] < row["removed_at"]
    assert {row["merged_into_id"] is None for row in removed} == {True, False}
    assert all(row["removed_at"] is None for row in identities.values() if row["status"] == "present")


def test_a_system_is_read_every_night_and_says_how_the_last_one_went(schools: Schools) -> None:
    for system in schools.tables["lms_integrations"]:
        runs = [row for row in schools.tables["lms_sync_runs"] if row["lms_integration_id"] == system["id"]]
        ends = [row["ended_at"] for row in runs]
        assert len(runs) >= schools.context.profile.calendar.days - 1
        assert {later - sooner for sooner, later in zip(ends, ends[1:], strict=False)} == {datetime.timedelta(days=1)}
        assert all(system["created_at"] < row["started_at"] < row["ended_at"] for row in runs)
        assert (ends[-1], runs[-1]["status"]) == (system["last_sync_at"], system["last_sync_status"])
        assert system["last_success_at"] == max(row["ended_at"] for row in runs if row["status"] == "success")
        applied = [row for row in runs if row["status"] in {"success", "partial"}]
        assert system["last_full_sync_at"] == max(row["ended_at"] for row in applied if row["mode"] == "full")
        deltas = {row["mode"] for row in runs} == {"full", "delta"}
        assert system["cursor_at"] == (applied[-1]["started_at"] if deltas else None)
    names = [row["name"] for row in schools.tables["lms_integrations"]]
    assert len(set(names)) == len(names)


def test_only_partial_syncs_have_issues_and_as_many_as_they_say(schools: Schools) -> None:
    partial = [row["id"] for row in schools.tables["lms_sync_runs"] if row["status"] == "partial"]
    assert partial
    found = Counter(row["run_id"] for row in schools.tables["lms_sync_issues"])
    assert found == dict.fromkeys(partial, nights.REFUSED)
    assert str(nights.REFUSED) in nights.PROBLEMS["partial"]


def history(tables: Tables) -> dict[str, list[Row]]:
    told: dict[str, list[Row]] = {}
    for row in sorted(tables["lms_sync_changes"], key=lambda row: (row["run_id"], row["number"])):
        told.setdefault(row["row_id"], []).append(row)
    return told


def as_document(row: Row) -> Row:
    """Write a row as the journal does, keys apart."""
    told = {name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in row.items()}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}


def test_the_journal_leads_from_nothing_to_each_row_as_it_stands(schools: Schools) -> None:
    changes, runs = history(schools.tables), keyed(schools.tables["lms_sync_runs"])
    numbers = [(row["run_id"], row["number"]) for row in schools.tables["lms_sync_changes"]]
    assert len(set(numbers)) == len(numbers)
    for table in ("lms_courses", "lms_assignments", "lms_identities", "lms_enrollments"):
        rows = {row["id"]: row for row in schools.tables[table] if row.get("source") != "manual"}
        for key, row in rows.items():
            told = [one for one in changes.pop(key) if one["applied"]]
            assert [one["table_name"] for one in told] == [table] * len(told)
            assert (told[0]["action"], told[0]["before"], told[0]["after"]) == ("insert", None, None)
            assert all(runs[one["run_id"]]["status"] in {"success", "partial"} for one in told)
            if "last_run_id" in row:
                assert row["last_run_id"] == told[-1]["run_id"]
            if len(told) > 1:
                before, after = told[-1]["before"], told[-1]["after"]
                assert {k: v for k, v in after.items() if k in before} == after
                assert uuid.UUID(after["id"]) == uuid.UUID(key)
                plain = as_document(row)
                assert {k: v for k, v in after.items() if "-" not in str(v)} == {
                    k: v for k, v in plain.items() if "-" not in str(after[k])
                }
                assert {after[k] for k in ("removed_at", "status")} == {plain[k] for k in ("removed_at", "status")}
    assert changes == {}


@pytest.mark.parametrize("status", ["success", "partial", "held", "failed"])
def test_a_last_sync_that_was_not_applied_changed_nothing(status: str) -> None:
    tables = made_with(status)
    ((last,),) = [[row["id"] for row in tables["lms_sync_runs"][-1:]]]
    (system,) = tables["lms_integrations"]
    assert system["last_sync_status"] == tables["lms_sync_runs"][-1]["status"] == status
    unapplied = [row for row in tables["lms_sync_changes"] if not row["applied"]]
    if status == "held":
        enrollments = [row for row in tables["lms_enrollments"] if row["source"] == "sync"]
        assert len(unapplied) / len(enrollments) == pytest.approx(0.14, abs=0.015)
        assert all((row["run_id"], row["action"]) == (last, "remove") for row in unapplied)
        standing = keyed(enrollments)
        assert all(standing[row["row_id"]]["last_run_id"] != last for row in unapplied)
        assert all(row["after"]["removed_at"] and row["before"]["status"] != "removed" for row in unapplied)
    else:
        assert unapplied == []
    if status in {"held", "failed"}:
        assert not [row for row in tables["lms_sync_changes"] if row["applied"] and row["run_id"] == last]
        assert tables["lms_sync_runs"][-1]["error_code"]


def test_about_as_much_is_made_as_was_expected() -> None:
    for name in ("classroom", "school", "district"):
        profile = profile_of(name, **({} if name == "classroom" else {"students": 400}))
        expected = {**LMS.content.expected(profile)}
        for table in ("lms_courses", "lms_enrollments", "lms_sync_changes"):
            expected[table] = round(expected[table] * subjects_share())
        context = context_of(profile, reference=REFERENCE)
        for table, rows in made(LMS.content, context, range(LMS.content.blocks(profile))).items():
            if table != "lms_grade_passbacks":  # few, and by chance more or less
                assert len(rows) == pytest.approx(expected[table], rel=0.15, abs=12), (name, table)


def test_a_first_night_is_always_there_and_always_worked() -> None:
    context = context_of(profile_of("classroom", calendar__days=14), reference=REFERENCE)
    system = system_of(context, 0)
    found = Nights(context, system)
    assert found.all[0].status == "success"
    assert found.before(system.since) == found.all[0]
    assert found.after(system.synced_at) is None
    assert people.HELPERS < 1
