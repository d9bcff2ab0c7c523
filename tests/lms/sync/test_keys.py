"""Keys of people that change hands, and what else a key can be."""

from tests.lms.made import Roster, school
from tests.lms.sync.conftest import District, standing
from toolbox_cli.lms.sources.records import Course, Enrollment, Role, User


def rekeyed(roster: Roster, old: str, new: str) -> Roster:
    """Give somebody another key, where they are enrolled too."""
    moved = tuple(one._replace(user_id=new) if one.user_id == old else one for one in roster.enrollments)
    return roster.having("users", old, id=new).but(enrollments=moved)


def test_who_comes_under_a_key_that_somebody_gave_up_is_not_enrolled_as_them(district: District) -> None:
    district.sync(school())
    moved = rekeyed(school(), "s1", "n1")
    district.sync(moved)
    other = User("s1", "other", "other@school.example", "Some", "One", "SO", Role.STUDENT, "5")
    run = district.sync(moved.plus(other, Course("c9", "New"), Enrollment("c9", "s1", Role.STUDENT, "new")))
    assert {("lms-id-reused", "user", "s1"), ("lms-user-held", "enrollment", "new")} <= set(district.issues(run))
    assert district.present()["enrollments"] == standing(moved)["enrollments"]
    assert district.account("n1")["display_name"] == "Pu Pil1"


def test_who_gave_a_key_up_leaves_courses_whoever_has_it_now(district: District) -> None:
    district.sync(school())
    moved = rekeyed(school(), "s1", "n1")
    district.sync(moved)
    other = User("s1", "other", "other@school.example", "Some", "One", "SO", Role.STUDENT, "5")
    district.sync(moved.plus(other).without("enrollments", "e-c0-s1"))
    assert ("c0", "n1", "student") not in district.present()["enrollments"]
    assert ("c1", "n1", "student") in district.present()["enrollments"]


def test_what_is_still_listed_under_a_key_that_changed_hands_stays_with_who_has_it(district: District) -> None:
    district.sync(school())
    district.sync(school().having("users", "s1", id="n1"))
    other = User("s1", "other", "other@school.example", "Some", "One", "SO", Role.STUDENT, "5")
    listed = school().having("users", "s1", id="n1").plus(other).having("enrollments", "e-c0-s1", primary=True)
    run = district.sync(listed)
    assert ("lms-user-held", "enrollment", "e-c0-s1") in district.issues(run)
    assert {("c0", "n1", "student"), ("c1", "n1", "student")} <= district.present()["enrollments"]


def test_who_comes_back_under_the_old_key_gets_back_what_is_listed_under_it(district: District) -> None:
    both = school().plus(User("n1", "n", None, "Pu", "Pil1", None, Role.STUDENT, "5"))
    district.sync(both)
    district.sync(both.without("users", "s1").having("users", "n1", sis_id="SS1"))
    assert ("c0", "n1", "student") in district.present()["enrollments"]
    district.sync(both)
    assert district.present() == standing(both)
    assert district.sync(both).changes == 0


def test_a_new_key_keeps_what_a_person_changed_of_their_account(district: District) -> None:
    district.sync(school())
    district.rows("UPDATE users SET last_name = 'Chosen', email = 'me@home.example' WHERE username = 'pupil1'")
    district.sync(rekeyed(school(), "s1", "n1").having("users", "n1", given_name="Newer"))
    account = district.account("n1")
    assert (account["first_name"], account["last_name"], account["email"]) == ("Newer", "Chosen", "me@home.example")


def test_a_key_of_a_student_information_system_that_nothing_can_hold_keeps_its_record_out(district: District) -> None:
    endless = "".join(chr(0x4E00 + number) for number in range(9_000))
    run = district.sync(school().having("users", "s1", sis_id=endless))
    assert [issue[:2] for issue in district.issues(run) if issue[2] == "s1"] == [("lms-id-too-long", "user")]
    assert district.present()["users"] == standing(school())["users"] - {"s1"}


def test_what_was_taken_away_here_by_hand_does_not_come_back_every_night(district: District) -> None:
    district.sync(school())
    district.rows(
        "UPDATE lms_enrollments SET status = 'removed', removed_at = now(), source = 'manual'"
        " WHERE external_enrollment_id = 'e-c0-s1'"
    )
    assert district.sync(school()).changes == 0
    assert ("c0", "s1", "student") not in district.present()["enrollments"]
