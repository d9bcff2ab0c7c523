"""What a sync makes of what it reads."""

import datetime
from decimal import Decimal

from psycopg.types.json import Jsonb

from tests.lms.made import Made, Roster, school
from tests.lms.sync.conftest import District, standing
from toolbox_cli.lms.sources.records import Assignment, Course, Enrollment, Kind, Role, Standing, User

TODAY = datetime.date(2026, 11, 2)


def day(number: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=number)


def enrolled(district: District, key: str) -> dict[str, object]:
    return district.one("SELECT * FROM lms_enrollments WHERE external_enrollment_id = %s", [key])


def test_a_first_sync_brings_everything_and_a_second_one_changes_nothing(district: District) -> None:
    roster = school()
    first = district.sync(roster)
    assert first.status == "success", district.issues(first)
    assert first.counts == {
        "account": {"insert": 8}, "course": {"insert": 2}, "user": {"insert": 8}, "enrollment": {"insert": 14},
    }  # fmt: skip
    assert district.present() == standing(roster)
    before = district.snapshot()
    second = district.sync(roster)
    assert second.status == "success"
    assert second.changes == 0
    assert district.snapshot() == before
    assert second.scopes["enrollment"]["unchanged"] == len(roster.enrollments)
    integration = district.one("SELECT * FROM lms_integrations")
    assert integration["last_sync_status"] == "success"
    assert integration["last_success_at"] >= integration["last_full_sync_at"] > district.runs()[1]["started_at"]


def test_what_is_gone_of_a_whole_list_is_removed_softly_and_comes_back_as_the_same_row(district: District) -> None:
    roster = school()
    district.sync(roster)
    was = district.identity("s1"), enrolled(district, "e-c0-s1"), district.account("s1")
    smaller = roster.without("users", "s1").but(
        enrollments=tuple(one for one in roster.enrollments if one.user_id != "s1")
    )
    run = district.sync(smaller)
    assert (run.status, run.counts["user"], run.counts["enrollment"]) == ("success", {"remove": 1}, {"remove": 2})
    gone = district.identity("s1")
    assert (gone["status"], gone["removed_at"] is None, gone["id"]) == ("removed", False, was[0]["id"])
    assert not district.account("s1")["is_active"]
    back = district.sync(roster)
    assert back.counts["user"] == {"restore": 1}
    assert district.present() == standing(roster)
    assert enrolled(district, "e-c0-s1")["id"] == was[1]["id"]
    assert district.account("s1")["id"] == was[2]["id"]
    assert district.account("s1")["is_active"]


def test_an_account_that_a_person_closed_is_not_opened_by_a_roster(district: District) -> None:
    roster = school()
    district.sync(roster)
    district.rows("UPDATE users SET is_active = false WHERE username = 'pupil1'")
    district.sync(roster.having("users", "s1", enabled=False))
    run = district.sync(roster)
    assert not district.account("s1")["is_active"]
    assert ("lms-account-off", "user", "s1") in district.issues(run)


def test_an_account_that_came_switched_off_opens_with_its_person(district: District) -> None:
    roster = school().having("users", "s1", enabled=False)
    district.sync(roster)
    assert not district.account("s1")["is_active"]
    district.sync(school())
    assert district.account("s1")["is_active"]


def test_an_account_that_is_off_there_is_closed_and_not_removed(district: District) -> None:
    roster = school()
    district.sync(roster)
    run = district.sync(roster.having("users", "s1", enabled=False))
    assert run.counts["user"] == {"update": 1}
    assert (district.identity("s1")["status"], district.identity("s1")["is_enabled"]) == ("present", False)
    assert not district.account("s1")["is_active"]
    assert district.present() == standing(roster)


def test_accounts_are_made_by_the_integrations_rule(district: District) -> None:
    roster = school(2).plus(
        User("a1", "boss", "boss@school.example", "A", "Dmin", role=Role.ADMIN),
        User("h1", "helper", "h@school.example", "Hel", "Per", role=Role.ASSISTANT),
    )
    district.sync(roster)
    assert district.identity("a1")["user_id"] is None
    assert district.identity("h1")["user_id"] is None
    pupil = district.account("s1")
    assert district.identity("s1")["account_made"]
    assert (pupil["role"], pupil["grade_level"], pupil["age_band"]) == ("student", 5, "under_13")
    assert (pupil["display_name"], pupil["email"]) == ("Pu Pil1", "s1@school.example")
    assert not pupil["password_hash"].startswith("$")
    assert district.account("t0")["age_band"] == "adult"
    everybody = Jsonb({"accounts": ["student", "teacher", "assistant", "admin"]})
    district.rows("UPDATE lms_integrations SET settings = %s", [everybody])
    district.sync(roster)
    assert {district.account(key)["role"] for key in ("a1", "h1")} == {"teacher"}


def test_where_roles_are_known_in_courses_alone_they_make_the_account(district: District) -> None:
    roster = school(2)
    district.sync(roster.but(users=tuple(one._replace(role=None) for one in roster.users)))
    assert (district.account("t0")["role"], district.account("s0")["role"]) == ("teacher", "student")


def test_ages_go_by_school_grade(district: District) -> None:
    roster = school(5)
    for number, grade in enumerate(["KG", "7", "08", "12", "13"]):
        roster = roster.having("users", f"s{number}", grade=grade)
    run = district.sync(roster)
    found = [(district.account(f"s{n}")["grade_level"], district.account(f"s{n}")["age_band"]) for n in range(5)]
    assert found == [(None, "under_13"), (7, "under_13"), (8, "13_17"), (12, "13_17"), (None, "unknown")]
    assert district.issues(run) == [("lms-grade", "user", "s0"), ("lms-grade", "user", "s4")]
    assert run.status == "success"
    assert district.identity("s0")["grade_label"] == "KG"


def test_an_address_is_nobodys_key(district: District) -> None:
    district.rows(
        "INSERT INTO users (email, username, password_hash) VALUES ('s0@school.example', 'pupil0', repeat('x', 60))"
    )
    roster = school(5).having("users", "s1", email=None)
    for key in ("s2", "s3"):
        roster = roster.having("users", key, email="family@home.example")
    run = district.sync(roster.having("users", "s4", email="no address"))
    for number in range(5):
        account = district.account(f"s{number}")
        assert account["email"] == f"{account['id']}@roster.invalid"
        assert account["password_hash"] != "x" * 60
    assert district.account("s0")["username"] != "pupil0"
    assert ("lms-email", "user", "s4") in district.issues(run)
    assert sum(code == "lms-email-taken" for code, _, _ in district.issues(run)) == 3


def test_only_what_changed_there_changes_here_and_nothing_is_overwritten_by_nothing(district: District) -> None:
    roster = school()
    district.sync(roster)
    district.rows("UPDATE users SET last_name = 'Chosen' WHERE username = 'pupil1'")
    version = district.account("s1")["version"]
    district.sync(roster.having("users", "s1", given_name="New", email=None, grade="8"))
    account = district.account("s1")
    assert (account["first_name"], account["last_name"], account["email"]) == ("New", "Chosen", "s1@school.example")
    assert (account["grade_level"], account["age_band"], account["version"]) == (8, "13_17", version + 1)
    assert district.identity("s1")["email"] is None


def test_locked_columns_stay(district: District) -> None:
    roster = school()
    district.sync(roster)
    locked = "'{first_name,email,is_active,role}'"
    district.rows(f"UPDATE lms_identities SET locked_fields = {locked} WHERE external_user_id = 's1'")
    changed = {"given_name": "New", "family_name": "Name", "email": "n@school.example", "enabled": False}
    district.sync(roster.having("users", "s1", **changed, role=Role.TEACHER))
    account = district.account("s1")
    assert (account["first_name"], account["last_name"], account["email"]) == ("Pu", "Name", "s1@school.example")
    assert account["is_active"]
    assert account["role"] == "student"
    assert district.identity("s1")["given_name"] == "New"


def test_who_opted_out_stays_out(district: District) -> None:
    roster = school()
    district.sync(roster)
    district.rows("UPDATE lms_identities SET opted_out = true WHERE external_user_id = 's1'")
    district.rows(
        "UPDATE lms_enrollments SET status = 'removed', removed_at = now() WHERE external_enrollment_id = 'e-c0-s1'"
    )
    before = district.snapshot()
    run = district.sync(roster.having("users", "s1", given_name="New"))
    assert (run.status, run.changes) == ("success", 0)
    assert district.snapshot() == before
    gone = roster.without("users", "s1").without("enrollments", "e-c1-s1")
    assert district.sync(gone.without("enrollments", "e-c0-s1")).changes == 0


def test_administrators_here_are_never_touched(district: District) -> None:
    roster = school()
    district.sync(roster)
    district.rows("UPDATE users SET role = 'admin' WHERE username = 't0' OR username = 'teacher0'")
    district.rows("UPDATE users SET is_superuser = true WHERE username = 'teacher1'")
    before = district.snapshot()["users"]
    run = district.sync(roster.without("users", "t0", "t1").having("users", "s1", grade="5"))
    assert district.identity("t0")["status"] == district.identity("t1")["status"] == "present"
    district.sync(roster.having("users", "t0", given_name="Other", enabled=False))
    assert district.snapshot()["users"] == before
    assert ("lms-admin-kept", "user", "t0") in district.issues(run)


def test_a_person_whose_key_changed_goes_on_under_the_new_one(district: District) -> None:
    roster = school()
    district.sync(roster)
    district.rows("UPDATE lms_identities SET locked_fields = '{email}' WHERE external_user_id = 's1'")
    was, account = district.identity("s1"), district.account("s1")
    moved = roster.having("users", "s1", id="n1", given_name="Married")
    run = district.sync(moved)
    old, new = district.identity("s1"), district.identity("n1")
    assert (old["status"], old["merged_into_id"], old["user_id"]) == ("removed", new["id"], was["user_id"])
    assert (new["user_id"], new["account_made"], new["locked_fields"]) == (was["user_id"], True, ["email"])
    assert district.account("n1")["first_name"] == "Married"
    assert district.account("n1")["is_active"]
    assert ("lms-merged", "user", "s1") in district.issues(run)
    assert len(district.snapshot()["users"]) == len(roster.users), account
    # enrollments still name the old key: it is an alias
    assert ("c0", "n1", "student") in district.present()["enrollments"]
    assert ("c0", "s1", "student") not in district.present()["enrollments"]
    assert run.status == "success"
    assert district.sync(moved).changes == 0


def test_an_opted_out_person_stays_out_under_a_new_key(district: District) -> None:
    roster = school()
    district.sync(roster)
    district.rows("UPDATE lms_identities SET opted_out = true WHERE external_user_id = 's1'")
    district.sync(roster.having("users", "s1", id="n1"))
    assert district.identity("n1")["opted_out"]
    assert not [key for key in district.present()["enrollments"] if key[1] == "n1"]


def test_two_accounts_that_become_one_close_the_other(district: District) -> None:
    roster = school().plus(User("d1", "double", "d@school.example", "Pu", "Pil1", None, Role.STUDENT, "5"))
    district.sync(roster)
    merged = roster.without("users", "s1").having("users", "d1", sis_id="SS1")
    district.sync(merged)
    old = district.identity("s1")
    assert old["merged_into_id"] == district.identity("d1")["id"]
    assert not district.one("SELECT is_active FROM users WHERE id = %s", [old["user_id"]])["is_active"]
    assert district.account("d1")["is_active"]


def test_a_key_that_another_person_has_now_is_held_back(district: District) -> None:
    roster = school()
    district.sync(roster)
    before = district.identity("s1"), district.account("s1"), district.present()
    reused = roster.having("users", "s1", sis_id="OTHER", given_name="Some", family_name="One", email="x@y.example")
    reused = reused.without("enrollments", "e-c0-s1").plus(Course("c9", "New"), Enrollment("c9", "s1", Role.STUDENT))
    run = district.sync(reused)
    assert run.status == "partial"
    assert (district.identity("s1"), district.account("s1")) == before[:2]
    assert {("lms-id-reused", "user", "s1"), ("lms-user-held", "enrollment", "c9/s1")} <= set(district.issues(run))
    assert district.present()["enrollments"] == before[2]["enrollments"]


def test_who_may_be_the_other_person_under_a_key_that_is_held_back_stays(district: District) -> None:
    roster = school()
    district.sync(roster)
    swapped = roster.without("users", "s2").having("users", "s1", sis_id="SS2", given_name="Other", family_name="One")
    run = district.sync(swapped)
    assert ("lms-id-reused", "user", "s1") in district.issues(run)
    assert district.identity("s2")["status"] == "present"


def test_somebody_can_be_student_and_teacher_and_share_teaching(district: District) -> None:
    roster = school().plus(
        Enrollment("c0", "s1", Role.TEACHER, "x1"), Enrollment("c0", "t1", Role.TEACHER, "x2"),
        Enrollment("c0", "t1", Role.ADMIN, "x3"),
    )  # fmt: skip
    run = district.sync(roster)
    assert {("c0", "s1", "student"), ("c0", "s1", "teacher"), ("c0", "t1", "teacher")} <= district.present()[
        "enrollments"
    ]
    course = district.one("SELECT * FROM lms_courses WHERE external_course_id = 'c0'")
    assert (course["enrollment_count"], course["instructor_name"]) == (6, "Tea Cher0")
    assert run.status == "success"
    assert "lms-admin-enrollment" in district.codes(run)


def test_who_is_in_a_new_course_is_no_change_of_its_own(district: District) -> None:
    roster = school()

    def written(run: int) -> list[tuple[object, ...]]:
        rows = district.rows(
            "SELECT action, before -> 'enrollment_count' AS before, after -> 'enrollment_count' AS after"
            " FROM lms_sync_changes WHERE run_id = %s AND table_name = 'lms_courses' ORDER BY number", [run],
        )  # fmt: skip
        return [tuple(row.values()) for row in rows]

    first = district.sync(roster)
    assert written(first.id) == [("insert", None, None)] * 2
    assert district.rows("SELECT DISTINCT enrollment_count FROM lms_courses") == [{"enrollment_count": 6}]
    second = district.sync(roster.but(enrollments=roster.enrollments[:-1]))
    assert written(second.id) == [("update", 6, 5)]


def test_what_is_left_out_is_not_counted_as_changed(district: District) -> None:
    roster = school()
    district.sync(roster)
    run = district.sync(roster.without("users", "s1"))
    assert ("lms-unknown-user", "enrollment", "e-c0-s1") in district.issues(run)
    assert run.counts == {"account": {"remove": 1}, "user": {"remove": 1}}
    assert enrolled(district, "e-c0-s1")["status"] == "active"


def test_moving_to_another_section_keeps_what_is_elsewhere(district: District) -> None:
    roster = school()
    roster = roster.without("enrollments", "e-c1-s1")
    district.sync(roster)
    run = district.sync(roster.having("enrollments", "e-c0-s1", course_id="c1"))
    assert run.counts["enrollment"] == {"insert": 1, "remove": 1}
    assert ("c1", "s1", "student") in district.present()["enrollments"]
    assert ("c0", "s1", "student") not in district.present()["enrollments"]
    counts = district.rows("SELECT enrollment_count FROM lms_courses ORDER BY external_course_id")
    assert [row["enrollment_count"] for row in counts] == [5, 6]


def test_dates_say_how_an_enrollment_stands_where_the_system_does_not(district: District) -> None:
    roster = school()
    for key, fields in {
        "e-c0-s0": {"begins_on": day(1)},
        "e-c0-s1": {"begins_on": day(-9), "ends_on": day(-1)},
        "e-c0-s2": {"begins_on": TODAY, "ends_on": TODAY},
        "e-c0-s3": {"ends_on": day(-1), "standing": Standing.ACTIVE},
        "e-c0-s4": {"standing": Standing.INACTIVE},
    }.items():
        roster = roster.having("enrollments", key, **fields)
    district.sync(roster, today=TODAY)
    found = [enrolled(district, f"e-c0-s{number}")["status"] for number in range(5)]
    assert found == ["future", "ended", "active", "active", "inactive"]
    run = district.sync(roster, today=day(1))
    assert run.counts["enrollment"] == {"update": 2}
    assert [enrolled(district, f"e-c0-s{n}")["status"] for n in (0, 2)] == ["active", "ended"]


def test_of_two_enrollments_in_one_role_the_better_counts_night_after_night(district: District) -> None:
    old = Enrollment("c0", "s1", Role.STUDENT, "a-old", ends_on=day(-5))
    roster = school().plus(old)
    district.sync(roster, today=TODAY)
    assert enrolled(district, "e-c0-s1")["status"] == "active"
    assert district.sync(roster, today=TODAY).changes == 0
    district.sync(roster.without("enrollments", "e-c0-s1"), today=TODAY)
    assert enrolled(district, "a-old")["status"] == "ended"


def test_enrollments_made_by_hand_stay(district: District) -> None:
    roster = school()
    district.sync(roster.without("enrollments", "e-c0-s1"))
    district.rows(
        "INSERT INTO lms_enrollments (lms_course_id, lms_identity_id, role) SELECT c.id, i.id, r.role"
        " FROM lms_courses c, lms_identities i, (VALUES ('student'), ('assistant')) AS r (role)"
        " WHERE external_course_id = 'c0' AND external_user_id = 's1'"
    )
    run = district.sync(roster)
    assert run.changes == 0
    district.sync(roster.without("enrollments", "e-c0-s1"))
    assert {("c0", "s1", "student"), ("c0", "s1", "assistant")} <= district.present()["enrollments"]


def test_courses_that_syncs_leave_out_stay_as_they_are(district: District) -> None:
    roster = school()
    district.sync(roster)
    district.rows("UPDATE lms_courses SET auto_sync_enabled = false WHERE external_course_id = 'c0'")
    before = district.snapshot()
    source = Made(roster.having("courses", "c0", title="Other").without("enrollments", "e-c0-s1"), by_course=True)
    assert district.sync(source).changes == 0
    assert source.asked_courses == ["c1", "c1"]
    assert district.sync(source.roster).changes == 0
    assert district.sync(source.roster.without("courses", "c0")).changes == 0
    assert district.snapshot() == before


def test_a_course_that_is_gone_takes_its_enrollments_along(district: District) -> None:
    roster = school(3, 3)
    district.sync(Made(roster, by_course=True))
    without = roster.without("courses", "c2").but(
        enrollments=tuple(e for e in roster.enrollments if e.course_id != "c2")
    )
    district.sync(Made(without, by_course=True))
    assert district.present() == standing(without)
    district.sync(Made(roster, by_course=True))
    assert district.present() == standing(roster)


def test_what_the_system_itself_says_is_gone_is_gone(district: District) -> None:
    roster = school()
    district.sync(roster)
    told = roster.having("users", "s1", removed=True).having("enrollments", "e-c0-s1", removed=True)
    told = told.having("enrollments", "e-c1-s1", removed=True).plus(User("never", removed=True))
    district.sync(Made(told, incomplete=frozenset(Kind)))
    assert district.identity("s1")["status"] == "removed"
    assert not [key for key in district.present()["enrollments"] if key[1] == "s1"]
    assert district.sync(Made(told, incomplete=frozenset(Kind))).changes == 0


def test_assignments_come_change_and_go(district: District) -> None:
    due = datetime.datetime(2026, 11, 30, 12, tzinfo=datetime.UTC)
    roster = school().plus(
        Assignment("a1", "c0", "Essay", points=Decimal(100), due_at=due, raw={"nul": "a\0b", "half": "\ud800"}),
        Assignment("a2", "c0", "Back to front", opens_at=due, locks_at=due - datetime.timedelta(days=1)),
        Assignment("a3", "c9", "Lost"),
    )
    run = district.sync(roster)
    assert district.codes(run) == {"lms-dates", "lms-unknown-course"}
    essay = district.one("SELECT * FROM lms_assignments WHERE external_assignment_id = 'a1'")
    assert (essay["points_possible"], essay["due_date"], essay["raw_data"]) == (100, due, {"nul": "a b", "half": " "})
    run = district.sync(roster.having("assignments", "a1", title="Poem").without("assignments", "a2"))
    assert run.counts["assignment"] == {"update": 1, "remove": 1}
    district.rows("UPDATE lms_integrations SET content_sync_enabled = false")
    assert district.sync(roster.without("assignments", "a1", "a2")).changes == 0


def test_text_survives_whatever_it_holds(district: District) -> None:
    names = ["tab\there", "line\nbreak\r", "back\\slash \\N", "Zoë 😀", "part\x1fpart", "nul\0nul", "half\ud800"]
    roster = school(len(names))
    for number, name in enumerate(names):
        roster = roster.having("users", f"s{number}", family_name=name)
    district.sync(roster.plus(User("bad\x1fid"), User("null\0id")))
    found = [district.identity(f"s{number}")["family_name"] for number in range(len(names))]
    assert found == [*names[:4], "part part", "nul nul", "half "]
    assert {"bad id", "null id"} & district.present()["users"] == set()


def test_many_pages_arrive_as_few(district: District) -> None:
    roster = school(30, 3)
    district.sync(Made(roster, page=1))
    assert district.present() == standing(roster)
    assert district.sync(Made(roster, page=7, by_course=True)).changes == 0


def test_an_empty_system_is_no_fault(district: District) -> None:
    assert district.sync(Roster()).status == "success"
