"""Nights on which only what changed is read."""

import datetime

import pytest

from tests.lms.made import Made, Roster, school
from tests.lms.sync.conftest import District, standing
from toolbox_cli.lms.sources.records import Enrollment, Role, User
from toolbox_cli.lms.sources.source import Knows

TODAY = datetime.date(2026, 11, 2)
CHANGES = Knows(changes=True, standing=False)


def day(number: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=number)


def states(district: District) -> dict[str, str]:
    rows = district.rows("SELECT external_enrollment_id AS k, status FROM lms_enrollments WHERE begins_on IS NOT NULL")
    return {row["k"]: row["status"] for row in rows}


def test_enrollments_begin_and_end_on_their_day_though_a_delta_does_not_tell(district: District) -> None:
    roster = (
        school().having("enrollments", "e-c0-s1", begins_on=day(1))
        .having("enrollments", "e-c0-s2", begins_on=day(-9), ends_on=TODAY)
        .having("enrollments", "e-c0-s3", begins_on=day(1), ends_on=day(1))
        .having("enrollments", "e-c0-s4", begins_on=day(3))
    )  # fmt: skip
    source = Made(roster, knows=CHANGES, deltas=Roster())
    district.sync(source, today=TODAY)
    before = district.snapshot()
    run = district.sync(source, today=day(2))
    assert (run.mode, run.status, run.counts) == ("delta", "success", {"enrollment": {"update": 3}})
    assert states(district) == {"e-c0-s1": "active", "e-c0-s2": "ended", "e-c0-s3": "ended", "e-c0-s4": "future"}
    assert district.one("SELECT enrollment_count FROM lms_courses WHERE external_course_id = 'c0'") == {
        "enrollment_count": 3
    }
    assert district.sync(source, today=day(2)).changes == 0
    district.sync(source, today=day(2), full=True)
    assert states(district)["e-c0-s4"] == "future"
    assert district.sync(source, today=day(2), full=True).changes == 0
    assert district.snapshot() != before


def test_a_system_that_says_how_enrollments_stand_is_believed_on_any_day(district: District) -> None:
    roster = school().having("enrollments", "e-c0-s1", begins_on=day(1))
    source = Made(roster, knows=Knows(changes=True), deltas=Roster())
    district.sync(source, today=TODAY)
    assert district.sync(source, today=day(2)).changes == 0
    assert states(district) == {"e-c0-s1": "future"}


@pytest.mark.parametrize(("hours", "mode"), [(23, "full"), (15, "delta")])
def test_every_so_many_nights_everything_is_read_however_long_that_took(
    district: District, hours: int, mode: str
) -> None:
    district.rows("UPDATE lms_integrations SET settings = '{\"full_sync_days\": 1}'")
    source = Made(school(), knows=CHANGES, deltas=Roster())
    district.sync(source)
    ago = f"now() - interval '{hours} hours 50 minutes'"
    district.rows(f"UPDATE lms_integrations SET last_full_sync_at = {ago}")
    assert district.sync(source).mode == mode


def test_who_is_told_to_be_gone_goes_and_whoever_is_not_told_of_stays(district: District) -> None:
    roster = school()
    source = Made(roster, knows=CHANGES)
    district.sync(source)
    source.deltas = Roster(
        users=(roster.users[-1]._replace(removed=True), User("new", "new", None, "N", "Ew", "SN", Role.STUDENT)),
        enrollments=(roster.enrollments[-1]._replace(removed=True), Enrollment("c0", "new", Role.STUDENT, "k")),
    )
    assert district.sync(source).mode == "delta"
    wanted = standing(roster.plus(User("new"), Enrollment("c0", "new", Role.STUDENT, "k")))
    wanted["users"] -= {"s5"}
    wanted["enrollments"] -= {("c1", "s5", "student")}
    assert district.present() == wanted
    assert district.sync(source).changes == 0


def test_who_moves_to_another_section_leaves_the_old_one_in_a_delta_too(district: District) -> None:
    roster = school().without("enrollments", "e-c1-s1")
    source = Made(roster, knows=CHANGES)
    district.sync(source)
    moved = roster.having("enrollments", "e-c0-s1", course_id="c1")
    source.deltas = Roster(enrollments=tuple(one for one in moved.enrollments if one.id == "e-c0-s1"))
    run = district.sync(source)
    assert (run.mode, run.counts) == ("delta", {"enrollment": {"insert": 1, "remove": 1}})
    assert district.present() == standing(moved)
