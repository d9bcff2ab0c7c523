"""`toolbox lms enrollments`."""

import pytest

from tests.lms.district import audited, key
from tests.lms.group import Lms
from toolbox_cli.lms.people import reports


def seen(report: dict[str, list[dict[str, str]]]) -> list[tuple[str, str, str, str]]:
    return [(item["course"], item["user"], item["role"], item["status"]) for item in report["items"]]


ALL = [
    ("c-math", "s-1", "student", "active"),
    ("c-math", "s-2", "student", "removed"),
    ("c-math", "s-3", "student", "active"),
    ("c-math", "t-1", "teacher", "active"),
    ("c-science", "t-1", "assistant", "active"),
    ("c-science", "s-1", "student", "future"),
]


def test_who_is_where_by_the_keys_of_the_other_side(lms: Lms) -> None:
    report = lms.report("enrollments", "district")
    assert report["kind"] == "toolbox.lms.enrollments/1"
    assert seen(report) == ALL
    assert report["summary"] == {
        "enrollments": 6, "courses": 2, "people": 4, "status": {"active": 4, "future": 1, "removed": 1},
        "role": {"assistant": 1, "student": 4, "teacher": 1},
    }  # fmt: skip
    assert report["items"][0] == {
        "course": "c-math", "user": "s-1", "role": "student", "status": "active", "begins_on": None, "ends_on": None,
        "is_primary": False, "source": "sync", "enrollment": "e-1",
    }  # fmt: skip


def test_filters_go_together_and_the_figures_are_of_what_is_left(lms: Lms) -> None:
    report = lms.report("enrollments", "district", "--course", "c-math", "--role", "student", "--status", "active")
    assert seen(report) == [ALL[0], ALL[2]]
    assert report["summary"]["enrollments"] == 2
    assert seen(lms.report("enrollments", "district", "--course", str(key("science")))) == ALL[4:]
    assert seen(lms.report("enrollments", "moodle")) == [("c-math", "17", "student", "active")]


def test_a_person_is_all_keys_that_are_merged(lms: Lms) -> None:
    assert lms("identities", "district", "--merge", "s-3", "s-1").exit_code == 0
    for said in ("s-1", "s-3", str(key("s1"))):
        found = seen(lms.report("enrollments", "district", "--person", said))
        assert found == [ALL[0], ALL[2], ALL[5]]


def test_what_is_not_there_is_said(lms: Lms) -> None:
    for argv, told in (
        (("nowhere",), "There is no integration nowhere."),
        (("district", "--course", "17"), "district has no course with the key 17."),
        (("moodle", "--person", "s-1"), "moodle has nobody with the key s-1."),
    ):
        done = lms("enrollments", *argv)
        assert (done.exit_code, done.stdout) == (2, "")
        assert told in done.stderr


def test_names_are_shown_only_when_asked_for_and_then_it_is_recorded(lms: Lms) -> None:
    assert "Lovelace" not in lms("enrollments", "district").stdout
    assert "Hopper" not in lms("enrollments", "district", "--format", "json").stdout
    assert audited(lms.database) == []
    done = lms("enrollments", "district", "--person", "s-1", "--personal")
    assert "Mathematics 5 (Hopper)" in done.stdout
    assert "ada@home.example" in done.stdout
    [(command, counts, details)] = audited(lms.database)
    assert (command, counts) == ("toolbox lms enrollments district --personal", {})
    assert details == {
        "integration": "district", "looked_at": "enrollments", "seen": 2, "filters": {"people": [str(key("s1"))]},
    }  # fmt: skip


def test_a_table_is_short_and_says_how_much_it_left_out(lms: Lms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "LISTED", 2)
    lines = lms("enrollments", "district").stdout.splitlines()
    assert [line.split()[:2] for line in lines[:3]] == [["course", "user"], ["c-math", "s-1"], ["c-math", "s-2"]]
    assert lines[3:] == [
        "... and 4 more; --format json lists them all",
        "Enrollments: 6; courses 2; people 4; active 4, future 1, removed 1; assistant 1, student 4, teacher 1.",
    ]


def test_an_integration_without_enrollments_is_an_empty_list(lms: Lms) -> None:
    report = lms.report("enrollments", "moodle", "--role", "teacher")
    assert (report["items"], report["summary"]["enrollments"]) == ([], 0)
    assert lms("enrollments", "moodle", "--role", "teacher").stdout == "Enrollments: 0.\n"
