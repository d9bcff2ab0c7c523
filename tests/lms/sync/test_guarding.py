"""What is never lost: by limits, by lists that were not read whole, by records that could not be used."""

import datetime
from typing import Any

import pytest

from tests.lms.made import Made, Roster, school
from tests.lms.sync.conftest import District, standing
from toolbox_cli.core.errors import ConfigurationError, RefusedError, UsageError
from toolbox_cli.core.exits import Exit
from toolbox_cli.core.findings import Severity
from toolbox_cli.lms.settings.limits import Limit, Limits
from toolbox_cli.lms.settings.reading import read_limits
from toolbox_cli.lms.sources.records import Course, Enrollment, Fault, Kind, Role, Scope, Standing, User
from toolbox_cli.lms.sources.source import Knows

GENEROUS = Limits(Limit(100, 1_000))


def less(roster: Roster, count: int) -> Roster:
    """Leave out so many students, with where they are enrolled."""
    gone = {f"s{number}" for number in range(count)}
    return roster.without("users", *gone).but(enrollments=tuple(e for e in roster.enrollments if e.user_id not in gone))


@pytest.mark.parametrize(
    ("kind", "names"), [(Kind.USER, "users"), (Kind.ENROLLMENT, "enrollments"), (Kind.COURSE, "courses")]
)
def test_nothing_is_removed_of_a_list_that_was_not_read_to_its_end(district: District, kind: Kind, names: str) -> None:
    roster = school()
    district.sync(roster)
    district.sync(Made(roster, incomplete=frozenset([kind]), clamped={kind: 1}))
    assert district.present() == standing(roster)
    district.sync(roster)
    assert district.present() == standing(roster)


def test_nothing_is_removed_of_a_course_that_was_not_read(district: District) -> None:
    roster = school()
    district.sync(Made(roster, by_course=True))
    fewer = roster.without("enrollments", "e-c0-s1", "e-c1-s1")
    run = district.sync(Made(fewer, by_course=True, broken=frozenset([Scope(Kind.ENROLLMENT, "c0")])))
    assert run.status == "partial"
    assert run.exit_code is Exit.FINDINGS
    assert run.scopes["enrollment"]["broken"] == ["c0"]
    assert ("c0", "s1", "student") in district.present()["enrollments"]
    assert ("c1", "s1", "student") not in district.present()["enrollments"]
    assert ("lms-forbidden", "enrollment", None) in district.issues(run)
    assert district.one("SELECT last_full_sync_at < last_sync_at AS older FROM lms_integrations")["older"]


def test_a_source_that_fails_leaves_everything_as_it_was(district: District) -> None:
    roster = school(30)
    district.sync(roster)
    before = district.snapshot()
    run = district.sync(Made(less(roster, 2), page=10, fails=(Kind.ENROLLMENT, 20)))
    assert (run.status, run.exit_code) == ("failed", Exit.UNREACHABLE)
    assert district.snapshot() == before
    row = district.runs()[-1]
    assert (row["status"], row["error_message"]) == ("failed", "The connection was cut.")
    integration = district.one(
        "SELECT last_sync_status, sync_error_message, last_success_at < last_sync_at AS older FROM lms_integrations"
    )
    assert list(integration.values()) == ["failed", "The connection was cut.", True]
    assert district.sync(less(roster, 2)).status == "success"
    assert district.present() == standing(less(roster, 2))


def test_a_fault_of_ours_is_written_down_as_one(district: District) -> None:
    class Wrong(Made):
        def users(self, courses: Any = (), since: Any = None) -> Any:
            raise ZeroDivisionError("no such thing")

    with pytest.raises(ZeroDivisionError):
        district.sync(Wrong(school()))
    row = district.runs()[-1]
    assert (row["status"], row["error_code"]) == ("failed", "lms-fault")


def test_a_faulty_record_stands_in_for_what_we_hold(district: District) -> None:
    roster = school()
    district.sync(roster)
    faults = {
        Kind.COURSE: [Fault("lms-x", "Unreadable.", Kind.COURSE, id="c1")],
        Kind.USER: [Fault("lms-x", "Unreadable.", Kind.USER, id="s1")],
        Kind.ENROLLMENT: [Fault("lms-x", "Unreadable.", Kind.ENROLLMENT, id="e-c0-s2")],
    }
    shown = roster.without("courses", "c1").without("users", "s1").without("enrollments", "e-c0-s2", "e-c0-s3")
    run = district.sync(Made(shown, faults=faults))
    assert run.status == "partial"
    left = roster.without("enrollments", "e-c0-s3")
    assert district.present() == standing(left)


def test_a_record_that_nobody_can_name_makes_its_list_incomplete(district: District) -> None:
    roster = school()
    district.sync(roster)
    fault = Fault("lms-no-id", "There is no key.", Kind.USER, severity=Severity.ERROR)
    district.sync(Made(roster.without("users", "s1"), faults={Kind.USER: [fault]}))
    assert district.present() == standing(roster)


def test_records_that_can_not_be_used_are_issues_and_keep_what_we_hold(district: District) -> None:
    roster = school().plus(Course("c2", "Third"), Enrollment("c2", "s0", Role.STUDENT, "k1"))
    district.sync(roster)
    before = district.present()
    day = datetime.date(2026, 11, 2)
    bad = (
        roster.having("users", "s1", given_name="First").plus(User("s1", given_name="Second", role=Role.STUDENT))
        .having("enrollments", "e-c0-s2", begins_on=day, ends_on=day - datetime.timedelta(days=1))
        .having("enrollments", "e-c0-s3", role="janitor")
        .having("courses", "c0", starts_on=day, ends_on=day - datetime.timedelta(days=1))
        .having("courses", "c1", title="One").plus(Course("c1", "Another"))
        .plus(User("x" * 256), Course("y" * 101, "Long"), Enrollment("c9", "s1", Role.STUDENT, "k2"),
              Enrollment("c0", "s9", Role.STUDENT, "k3"), Enrollment("c0", "t1", Role.STUDENT, "e-c1-s4"),
              Course("c3", "T" * 300))
    )  # fmt: skip
    run = district.sync(bad)
    assert run.status == "partial"
    issues = set(district.issues(run))
    assert {
        ("lms-duplicate-id", "user", "s1"), ("lms-ends-before-start", "enrollment", "e-c0-s2"),
        ("lms-unknown-role", "enrollment", "e-c0-s3"), ("lms-dates", "course", "c0"),
        ("lms-duplicate-id", "course", "c1"), ("lms-id-too-long", "user", "x" * 256),
        ("lms-id-too-long", "course", "y" * 101), ("lms-unknown-course", "enrollment", "k2"),
        ("lms-unknown-user", "enrollment", "k3"), ("lms-duplicate-id", "enrollment", "e-c1-s4"),
        ("lms-too-long", "course", "c3"),
    } == issues  # fmt: skip
    assert district.present() == {**before, "courses": before["courses"] | {"c3"}}
    assert district.identity("s1")["given_name"] == "Pu"
    told = district.one("SELECT * FROM lms_sync_issues WHERE run_id = %s AND external_id = 'k2'", [run.id])
    assert (told["field"], told["severity"]) == ("course_id", "warning")
    assert "c9" in told["message"]


def test_pages_that_repeat_change_nothing_and_are_told(district: District) -> None:
    roster = school()
    run = district.sync(Made(roster, repeated=True))
    assert district.present() == standing(roster)
    assert ("lms-repeated", "enrollment", None) in district.issues(run)
    again = district.sync(Made(roster, repeated=True))
    assert (again.changes, again.status) == (0, "success")
    assert ("lms-repeated", "enrollment", None) in district.issues(again)


def test_enrollments_of_who_is_gone_are_told_every_time(district: District) -> None:
    roster = school()
    district.sync(roster)
    dangling = roster.without("users", "s1").without("courses", "c1")
    expected = {("lms-unknown-course", "enrollment", "e-c1-s2"), ("lms-unknown-user", "enrollment", "e-c0-s1")}
    for _ in range(2):
        run = district.sync(dangling)
        assert expected <= set(district.issues(run))
        assert run.status == "partial"
    district.sync(roster)
    assert district.present() == standing(roster)
    assert district.sync(roster).status == "success"


@pytest.mark.parametrize("kind", [Kind.USER, Kind.ENROLLMENT, Kind.COURSE])
def test_an_empty_list_holds_the_run_whatever_its_size(district: District, kind: Kind) -> None:
    roster = school(1, 1)
    district.sync(roster)
    before = district.snapshot()
    run = district.sync(Made(roster, clamped={kind: 0}))
    assert (run.status, run.exit_code) == ("held", Exit.REFUSED)
    assert "empty" in {one.level for one in run.tripped}
    assert district.snapshot() == before


def test_an_empty_course_holds_the_run(district: District) -> None:
    roster = school(2)
    district.sync(Made(roster, by_course=True))
    empty = roster.but(enrollments=tuple(one for one in roster.enrollments if one.course_id != "c1"))
    run = district.sync(Made(empty, by_course=True))
    assert [(one.level, one.name) for one in run.tripped] == [("empty", "enrollments of c1")]


def test_limits_hold_a_run_with_its_diff_and_nothing_else(district: District) -> None:
    roster = school(60, 1)
    district.sync(roster)
    before = district.snapshot()
    run = district.sync(less(roster, 21).having("users", "s30", given_name="New"))
    assert run.status == "held"
    assert {(one.level, one.name) for one in run.tripped} == {
        ("integration", "everything"), ("kind", "user"), ("kind", "enrollment"), ("course", "c0"),
    }  # fmt: skip
    assert district.snapshot() == before
    changes = district.rows("SELECT * FROM lms_sync_changes WHERE run_id = %s ORDER BY number", [run.id])
    assert len(changes) == 21 * 3 + 2
    assert not any(change["applied"] for change in changes)
    gone = next(one for one in changes if one["table_name"] == "lms_identities" and one["external_id"] == "s1")
    assert (gone["action"], gone["before"]["status"], gone["after"]["status"]) == ("remove", "present", "removed")
    row = district.runs()[-1]
    assert (row["status"], row["error_code"], row["diff_hash"]) == ("held", "lms-limits", run.diff_hash)
    assert district.one("SELECT last_sync_status FROM lms_integrations")["last_sync_status"] == "held"


def test_limits_are_over_both_percent_and_rows(district: District) -> None:
    roster = school(60, 1)
    district.sync(roster)
    assert district.sync(less(roster, 10)).status == "success"
    assert [Limit(10, 20).trips(*case) for case in ((210, 21), (209, 21), (40, 20), (0, 21))] == [
        False,
        True,
        False,
        True,
    ]


def test_a_course_has_a_limit_of_its_own(district: District) -> None:
    roster = school(30, 10)
    district.sync(roster)
    fewer = roster.without("enrollments", *(f"e-c3-s{number}" for number in range(22)))
    run = district.sync(fewer)
    assert [(one.level, one.name, one.held, one.lost) for one in run.tripped] == [("course", "c3", 31, 22)]


@pytest.mark.parametrize("change", [
    {"enabled": False}, {"role": Role.STUDENT},
])  # fmt: skip
def test_people_who_are_switched_off_or_made_less_count_as_lost(district: District, change: dict[str, Any]) -> None:
    roster = school(1, 30)
    district.sync(roster)
    less_of_them = roster.but(users=tuple(one._replace(**change) if one.id[0] == "t" else one for one in roster.users))
    run = district.sync(less_of_them)
    assert [(one.level, one.name) for one in run.tripped] == [("integration", "everything"), ("kind", "user")]


def test_enrollments_that_end_on_their_day_are_no_loss_and_others_are(district: District) -> None:
    today = datetime.date(2026, 11, 2)
    roster = school(40, 1)
    ending = roster.but(enrollments=tuple(one._replace(ends_on=today) for one in roster.enrollments))
    district.sync(ending, today=today)
    assert district.sync(ending, today=today + datetime.timedelta(days=1)).status == "success"
    district.sync(roster, today=today)
    ended = roster.but(enrollments=tuple(one._replace(standing=Standing.ENDED) for one in roster.enrollments))
    assert district.sync(ended, today=today).status == "held"


def test_an_approved_run_does_exactly_what_was_held(district: District) -> None:
    roster = school(60, 1)
    district.sync(roster)
    fewer = less(roster, 30).plus(User("new", "n", "n@school.example", "N", "Ew", "SN", Role.STUDENT, "6"))
    held = district.sync(fewer)
    run = district.sync(fewer, approve=held.id)
    assert run.status == "success"
    assert run.diff_hash == held.diff_hash
    assert district.present() == standing(fewer)
    rows = district.runs()
    assert (rows[-1]["approves_run_id"], rows[-2]["status"]) == (held.id, "discarded")
    with pytest.raises(RefusedError, match="is discarded"):
        district.sync(fewer, approve=held.id)
    with pytest.raises(RefusedError, match="none of this"):
        district.sync(fewer, approve=4711)


def test_an_approval_of_something_else_holds_again(district: District) -> None:
    roster = school(60, 1)
    district.sync(roster)
    before = district.snapshot()
    held = district.sync(less(roster, 30))
    again = district.sync(less(roster, 31), approve=held.id)
    assert (again.status, district.runs()[-1]["error_code"]) == ("held", "lms-approval-differs")
    assert district.snapshot() == before
    assert district.sync(less(roster, 31), approve=again.id).status == "success"


def test_limits_can_be_lifted_for_a_run(district: District) -> None:
    roster = school(60, 1)
    district.sync(roster)
    assert district.sync(less(roster, 40), limits=GENEROUS).status == "success"


def test_limits_come_from_the_settings(district: District) -> None:
    limits = read_limits({"percent": 5, "rows": 3, "user": {"percent": 50}})
    assert (limits.of("course"), limits.of("user")) == (Limit(5, 3), Limit(50, 3))
    for wrong in ({"percent": 101}, {"rows": -1}, {"users": {}}):
        with pytest.raises(ValueError, match="limits"):
            read_limits(wrong)
    district.connect_one("strict", limits={"percent": 0, "rows": 0})
    roster = school()
    district.sync(roster, name="strict")
    assert district.sync(roster.without("enrollments", "e-c0-s1"), name="strict").status == "held"
    district.connect_one("wrong", limits={"percent": "much"})
    with pytest.raises(ConfigurationError, match="wrong"):
        district.sync(roster, name="wrong")
    with pytest.raises(UsageError, match="no integration"):
        district.sync(roster, name="nowhere")


def test_only_rows_of_this_integration_are_its_own(district: District) -> None:
    district.connect_one("other")
    roster = school()
    district.sync(roster)
    other = roster.but(users=tuple(one._replace(email=None, username=None) for one in roster.users))
    district.sync(other, name="other")
    before = {name: len(rows) for name, rows in district.snapshot().items()}
    assert before["users"] == 2 * len(roster.users)
    assert district.sync(less(roster, 2)).status == "success"
    rows = district.rows(
        "SELECT i.name, count(*) FROM lms_identities p JOIN lms_integrations i ON i.id = lms_integration_id"
        " WHERE p.status = 'present' GROUP BY 1 ORDER BY 1"
    )
    assert [row["count"] for row in rows] == [len(roster.users) - 2, len(roster.users)]


def test_a_dry_run_does_the_same_and_leaves_nothing(district: District) -> None:
    roster = school(60, 1)
    district.sync(roster)
    tables = (*district.snapshot(), "lms_sync_runs", "lms_sync_issues", "lms_sync_changes", "lms_integrations")

    def everything() -> list[Any]:
        return [district.rows(f"SELECT * FROM {name} ORDER BY 1, 2") for name in tables]

    before = everything()
    for wanted in (less(roster, 2), less(roster, 30), Made(roster, fails=(Kind.USER, 1))):
        dry = district.sync(wanted, dry_run=True)
        assert everything() == before
        wet = district.sync(wanted)
        assert (dry.status, dry.counts, dry.issues, dry.tripped) == (wet.status, wet.counts, wet.issues, wet.tripped)
        before = everything()
    assert district.rows("SELECT count(*) FROM toolbox.audit_log WHERE command = 'lms sync'")[0]["count"] == 3


def test_a_delta_reads_what_changed_since_before_the_last_run(district: District) -> None:
    roster = school()
    source = Made(roster, knows=Knows(changes=True))
    first = district.sync(source)
    assert (first.mode, source.since_asked[Kind.USER]) == ("full", None)
    source.deltas = Roster(users=(roster.users[2]._replace(given_name="New"), roster.users[3]._replace(removed=True)))
    second = district.sync(source)
    assert second.mode == "delta"
    started = district.runs()[0]["started_at"]
    cursor = source.since_asked[Kind.ENROLLMENT]
    assert cursor is not None
    assert datetime.timedelta(minutes=59) < started - cursor < datetime.timedelta(minutes=61)
    assert district.identity("s0")["given_name"] == "New"
    assert second.counts["user"] == {"update": 1, "remove": 1}
    assert len(district.present()["enrollments"]) == len(roster.enrollments)
    assert source.since_asked[Kind.COURSE] is not None
    district.rows("UPDATE lms_integrations SET last_full_sync_at = now() - interval '8 days'")
    assert district.sync(source).mode == "full"
    assert district.present() == standing(roster)
    assert district.sync(source, full=True).mode == "full"


def test_a_cursor_stays_where_something_could_not_be_read(district: District) -> None:
    roster = school()
    source = Made(roster, knows=Knows(changes=True), broken=frozenset([Scope(Kind.ENROLLMENT)]))
    district.sync(source)
    assert district.one("SELECT cursor_at FROM lms_integrations")["cursor_at"] is None
    source.broken = frozenset()
    district.sync(source)
    kept = district.one("SELECT cursor_at FROM lms_integrations")["cursor_at"]
    source.deltas = Roster(enrollments=(Enrollment("c0", "unheard-of", Role.STUDENT),))
    assert district.sync(source).status == "partial"
    assert district.one("SELECT cursor_at FROM lms_integrations")["cursor_at"] == kept
