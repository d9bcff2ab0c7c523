"""Taking runs back."""

import datetime
from typing import Any

import pytest

from tests.lms.made import Roster, school
from tests.lms.sync.conftest import District, standing
from toolbox_cli.core.errors import RefusedError, UsageError
from toolbox_cli.lms.runs import undo as undoing
from toolbox_cli.lms.runs.undo import undo
from toolbox_cli.lms.sources.records import Course, Enrollment, Role, Standing, User


def changed() -> tuple[Roster, Roster]:
    """Give a roster and another one in which everything that can happen has happened."""
    first = school(8, 3).having("users", "s7", enabled=False)
    second = (
        first.having("users", "s1", given_name="New", grade="9", email="new@school.example")
        .having("users", "s2", id="n2").having("users", "s3", enabled=False).having("users", "s7", enabled=True)
        .without("users", "s4").without("courses", "c2")
        .having("courses", "c1", title="Other", ends_on=datetime.date(2027, 6, 1))
        .having("enrollments", "e-c0-s5", standing=Standing.INACTIVE).without("enrollments", "e-c1-t1")
        .plus(User("t9", "nine", "nine@school.example", "Ni", "Ne", "ST9", Role.TEACHER, None), Course("c8", "Eight"),
              Enrollment("c8", "t9", Role.TEACHER, "k"), Enrollment("c8", "s1", Role.STUDENT))
    )  # fmt: skip
    return first, second


def test_undoing_restores_every_row_byte_for_byte(district: District) -> None:
    first, second = changed()
    empty = district.snapshot()
    one = district.sync(first)
    before = district.snapshot()
    two = district.sync(second)
    after = district.snapshot()
    assert {name for name, rows in after.items() if rows != before[name]} >= {"users", "lms_courses", "lms_enrollments"}
    taken = undo(district.target, two.id, asked_by="ada")
    assert district.snapshot() == before
    rows = district.runs()
    assert (rows[-1]["mode"], rows[-1]["undoes_run_id"], rows[-1]["asked_by"]) == ("undo", two.id, "ada")
    assert rows[-2]["status"] == "undone"
    assert district.one("SELECT cursor_at, last_full_sync_at FROM lms_integrations")["last_full_sync_at"] is None
    with pytest.raises(RefusedError, match="undone"):
        undo(district.target, two.id)
    undo(district.target, taken.id)
    assert district.snapshot() == after
    undo(district.target, district.runs()[-1]["id"])
    undo(district.target, one.id)
    assert district.snapshot() == empty
    district.sync(second)
    assert district.present() == standing(second) | {
        "enrollments": {
            (course, {"s2": "n2"}.get(user, user), role)
            for course, user, role in standing(second)["enrollments"]
            if course != "c2" and user not in {"s2", "s4"}
        }
    }


def test_undoing_is_refused_where_a_later_run_touched_the_same_row(district: District) -> None:
    roster = school()
    district.sync(roster)
    second = district.sync(roster.having("users", "s1", given_name="New"))
    third = district.sync(roster.having("users", "s1", given_name="Newer").having("users", "s2", given_name="X"))
    before = district.snapshot()
    with pytest.raises(RefusedError, match=f"run {third.id} has touched") as caught:
        undo(district.target, second.id)
    assert caught.value.remedy == f"Take that one back first: toolbox lms undo {third.id}"
    assert district.snapshot() == before
    undo(district.target, third.id)
    undo(district.target, second.id)
    assert district.identity("s1")["given_name"] == "Pu"


def test_undoing_keeps_what_a_person_changed_beside_it_and_refuses_the_rest(district: District) -> None:
    roster = school()
    district.sync(roster)
    run = district.sync(roster.having("courses", "c0", title="New"))
    content = "UPDATE lms_courses SET linked_content_ids = '{00000000-0000-0000-0000-000000000001}'"
    district.rows(f"{content} WHERE external_course_id = 'c0'")
    undo(district.target, run.id)
    course = district.one("SELECT * FROM lms_courses WHERE external_course_id = 'c0'")
    assert course["title"] == "Course 0"
    assert len(course["linked_content_ids"]) == 1
    run = district.sync(roster.having("courses", "c0", title="Newer"))
    district.rows("UPDATE lms_courses SET title = 'Mine' WHERE external_course_id = 'c0'")
    with pytest.raises(RefusedError, match="c0 .somebody changed it"):
        undo(district.target, run.id)


def test_undoing_does_not_take_away_what_people_did_since(district: District) -> None:
    run = district.sync(school())
    district.rows(
        "INSERT INTO user_sessions (user_id, token, expires_at) SELECT id, 'x', 'infinity' FROM users LIMIT 1"
    )
    with pytest.raises(RefusedError, match="user_sessions"):
        undo(district.target, run.id)
    district.rows("DELETE FROM user_sessions")
    district.rows("UPDATE users SET bio = 'me' WHERE username = 'pupil1'")
    with pytest.raises(RefusedError, match="s1 .somebody changed it"):
        undo(district.target, run.id)


def test_who_signs_in_meanwhile_is_not_in_the_way(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    roster = school()
    district.sync(roster)
    run = district.sync(roster.having("users", "s1", given_name="New"))
    entered: list[str] = []
    park = undoing.park

    def meanwhile(*given: Any) -> None:
        if not entered:
            entered.append("x")
            district.rows("UPDATE users SET login_count = 3 WHERE username = 'pupil1'")
        park(*given)

    monkeypatch.setattr(undoing, "park", meanwhile)
    assert undo(district.target, run.id).counts == {"account": {"update": 1}, "user": {"update": 1}}
    assert (district.account("s1")["first_name"], district.account("s1")["login_count"]) == ("Pu", 3)


def test_what_changed_nothing_is_not_undone(district: District) -> None:
    roster = school(60, 1)
    district.sync(roster)
    held = district.sync(roster.without("users", *(f"s{n}" for n in range(30))))
    with pytest.raises(RefusedError, match="is held"):
        undo(district.target, held.id)
    with pytest.raises(UsageError, match="no run 4711"):
        undo(district.target, 4711)
    before = district.snapshot()
    undo(district.target, 1, dry_run=True)
    assert district.snapshot() == before
