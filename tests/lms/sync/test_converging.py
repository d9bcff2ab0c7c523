"""Random changes, failures and syncs against a reference: after a clean run the database is what the roster is."""

from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.lms.made import Made, Roster, school
from tests.lms.sync.conftest import District, standing
from tests.support.servers import Database
from toolbox_cli.lms.runs.undo import undo
from toolbox_cli.lms.sources.records import Course, Enrollment, Fault, Kind, Role, Scope, User

NAMES = st.sampled_from(["Ada", "Zoë", "Bo", "Li", "Ōe"])
NUMBERS = count(1)
ACCOUNTS = """
SELECT i.external_user_id AS key, u.first_name, u.is_active FROM lms_identities AS i
JOIN lms_integrations AS n ON n.id = i.lms_integration_id JOIN users AS u ON u.id = i.user_id
WHERE n.name = %s AND i.status = 'present'"""


class Nights(RuleBasedStateMachine):
    """A school's system that changes by day, and is read by night, well or badly."""

    district: District

    @initialize(by_course=st.booleans(), page=st.sampled_from([1, 3, 100]))
    def open_school(self, by_course: bool, page: int) -> None:
        self.by_course, self.page = by_course, page
        self.roster = school(4, 2)
        self.by_hand: set[tuple[str, str, str]] = set()
        self.fresh = count(100)
        self.district.name = f"school-{next(NUMBERS)}"
        self.district.connect_one(self.district.name)
        self.clean()

    def source(self, roster: Roster | None = None, **trouble: Any) -> Made:
        return Made(roster or self.roster, page=self.page, by_course=self.by_course, **trouble)

    def kept(self, roster: Roster) -> Roster:
        """Leave enrollments out that refer to nobody or nothing."""
        courses, users = {one.id for one in roster.courses}, {one.id for one in roster.users}
        kept = tuple(one for one in roster.enrollments if one.course_id in courses and one.user_id in users)
        return roster.but(enrollments=kept)

    @rule(name=NAMES, student=st.booleans())
    def somebody_comes(self, name: str, student: bool) -> None:
        number = next(self.fresh)
        role = Role.STUDENT if student else Role.TEACHER
        self.roster = self.roster.plus(User(f"u{number}", f"u{number}", None, name, f"N{number}", f"SU{number}", role))

    @rule(data=st.data())
    def somebody_goes(self, data: st.DataObject) -> None:
        self.roster = self.kept(self.roster.without("users", self.pick(data, "users")))

    @rule(data=st.data(), name=NAMES, enabled=st.booleans())
    def somebody_changes(self, data: st.DataObject, name: str, enabled: bool) -> None:
        self.roster = self.roster.having("users", self.pick(data, "users"), given_name=name, enabled=enabled)

    @rule(data=st.data())
    def somebody_gets_another_key(self, data: st.DataObject) -> None:
        old, new = self.pick(data, "users"), f"u{next(self.fresh)}"
        moved = tuple(one._replace(user_id=new) if one.user_id == old else one for one in self.roster.enrollments)
        self.roster = self.roster.having("users", old, id=new).but(enrollments=moved)

    @rule()
    def a_course_begins(self) -> None:
        number = next(self.fresh)
        self.roster = self.roster.plus(Course(f"c{number}", "New"))

    @rule(data=st.data())
    def a_course_ends(self, data: st.DataObject) -> None:
        self.roster = self.kept(self.roster.without("courses", self.pick(data, "courses")))

    @precondition(lambda self: self.roster.courses and self.roster.users)
    @rule(data=st.data(), role=st.sampled_from([Role.STUDENT, Role.TEACHER, Role.ASSISTANT]))
    def somebody_enrolls(self, data: st.DataObject, role: Role) -> None:
        course, user = self.pick(data, "courses"), self.pick(data, "users")
        if not [
            one for one in self.roster.enrollments if (one.course_id, one.user_id, one.role) == (course, user, role)
        ]:
            self.roster = self.roster.plus(Enrollment(course, user, role, f"e{next(self.fresh)}"))

    @precondition(lambda self: self.roster.enrollments)
    @rule(data=st.data())
    def somebody_leaves(self, data: st.DataObject) -> None:
        self.roster = self.roster.without("enrollments", self.pick(data, "enrollments"))

    @precondition(lambda self: self.roster.enrollments and self.roster.courses)
    @rule(data=st.data())
    def somebody_moves(self, data: st.DataObject) -> None:
        key, course = self.pick(data, "enrollments"), self.pick(data, "courses")
        (one,) = (one for one in self.roster.enrollments if one.id == key)
        if not [x for x in self.roster.enrollments if (x.course_id, x.user_id, x.role) == (course, *one[1:3])]:
            self.roster = self.roster.having("enrollments", key, course_id=course)

    @rule()
    def somebody_is_enrolled_by_hand(self) -> None:
        query = (
            "INSERT INTO lms_enrollments (lms_course_id, lms_identity_id, role)"
            " SELECT c.id, i.id, 'assistant' FROM lms_courses AS c JOIN lms_identities AS i USING (lms_integration_id)"
            " JOIN lms_integrations AS n ON n.id = lms_integration_id WHERE n.name = %s AND c.status = 'active'"
            " AND i.status = 'present' ORDER BY external_course_id DESC, external_user_id LIMIT 1"
            " ON CONFLICT DO NOTHING"
        )
        before = self.district.present()["enrollments"]
        self.district.rows(query, [self.district.name])
        self.by_hand |= self.district.present()["enrollments"] - before

    @rule(kind=st.sampled_from([Kind.COURSE, Kind.USER, Kind.ENROLLMENT]), after=st.integers(0, 3))
    def the_connection_is_cut(self, kind: Kind, after: int) -> None:
        before = self.district.snapshot()
        assert self.district.sync(self.source(fails=(kind, after))).status == "failed"
        assert self.district.snapshot() == before

    @rule(kind=st.sampled_from([Kind.COURSE, Kind.USER, Kind.ENROLLMENT]), shown=st.integers(0, 3))
    def a_list_ends_early(self, kind: Kind, shown: int) -> None:
        before = self.district.present()
        run = self.district.sync(self.source(incomplete=frozenset([kind]), clamped={kind: shown}))
        self.settle(run, self.source(incomplete=frozenset([kind]), clamped={kind: shown}))
        after = self.district.present()
        if kind is Kind.ENROLLMENT:
            lasting = {one for one in before["enrollments"] if one[0] in after["courses"] and one[1] in after["users"]}
            assert lasting <= after["enrollments"]
        else:
            assert before[f"{kind}s"] <= after[f"{kind}s"]

    @rule(data=st.data())
    def a_scope_is_forbidden(self, data: st.DataObject) -> None:
        key = self.pick(data, "courses") if self.by_course else ""
        before = self.district.present()
        source = self.source(broken=frozenset([Scope(Kind.ENROLLMENT, key)]))
        self.settle(self.district.sync(source), source)
        after = self.district.present()
        lasting = {one for one in before["enrollments"] if one[0] in after["courses"] and one[1] in after["users"]}
        assert {one for one in lasting if key in {"", one[0]}} <= after["enrollments"]

    @rule(data=st.data())
    def a_record_is_unreadable(self, data: st.DataObject) -> None:
        key = self.pick(data, "users")
        before = self.district.present()["users"]
        fault = Fault("lms-x", "Unreadable.", Kind.USER, id=key)
        source = self.source(self.roster.without("users", key), faults={Kind.USER: [fault]})
        self.settle(self.district.sync(source), source)
        assert before & {key} <= self.district.present()["users"]

    @rule()
    def a_night_is_taken_back(self) -> None:
        before = self.district.snapshot()
        run = self.district.sync(self.source())
        if run.status != "held":
            undo(self.district.target, run.id)
            assert self.district.snapshot() == before

    @rule()
    def clean(self) -> None:
        self.settle(self.district.sync(self.source()), self.source())
        wanted = standing(self.roster)
        assert self.district.present() == {**wanted, "enrollments": wanted["enrollments"] | self.by_hand}
        held = {
            row["key"]: (row["first_name"], row["is_active"])
            for row in self.district.rows(ACCOUNTS, [self.district.name])
        }
        assert held == {one.id: (one.given_name, one.enabled) for one in self.roster.users}
        assert self.district.sync(self.source()).changes == 0

    def settle(self, run: Any, source: Made) -> None:
        """Approve what an empty list held."""
        if run.status == "held":
            run = self.district.sync(source, approve=run.id)
        assert run.status in {"success", "partial"}

    def pick(self, data: st.DataObject, names: str) -> str:
        keys = sorted(one.id for one in getattr(self.roster, names))
        return str(data.draw(st.sampled_from(keys or ["nobody"])))

    def teardown(self) -> None:
        if hasattr(self, "roster"):
            self.clean()


@pytest.fixture
def machine(database: Database) -> type[Nights]:
    return type("Tonight", (Nights,), {"district": District(database)})


def test_after_a_clean_run_the_database_is_what_the_roster_is(machine: type[Nights]) -> None:
    few = settings(max_examples=12, stateful_step_count=12, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=few)
