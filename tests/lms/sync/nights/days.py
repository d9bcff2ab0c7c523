"""What changes in a school by day."""

import datetime

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.lms.sync.nights.playing import Play
from tests.lms.sync.nights.reference import kept
from toolbox_cli.lms.sources.records import Course, Enrollment, Role, User

NAMES = st.sampled_from(["Ada", "Zoë", "Bo", "Li", "Ōe"])
ROLES = st.sampled_from([Role.STUDENT, Role.TEACHER, Role.ASSISTANT])
ADDRESSES = st.sampled_from(["a@{}.example", "b@{}.example", "c@{}.example", "shared@everywhere.example", None])
DAYS = st.sampled_from([None, -3, 1, 4])


class Days(Play):
    """People come, go and change; so do courses, and who is in them."""

    @rule(name=NAMES, role=st.sampled_from([Role.STUDENT, Role.TEACHER]), address=ADDRESSES)
    def somebody_comes(self, name: str, role: Role, address: str | None) -> None:
        number = next(self.fresh)
        email = address and address.format(self.name)
        self.roster = self.roster.plus(User(f"u{number}", f"u{number}", email, name, f"N{number}", f"SU{number}", role))

    @rule(data=st.data())
    def somebody_goes(self, data: st.DataObject) -> None:
        self.roster = kept(self.roster.without("users", self.pick(data, "users")))

    @rule(data=st.data(), name=NAMES, enabled=st.booleans())
    def somebody_changes(self, data: st.DataObject, name: str, enabled: bool) -> None:
        self.roster = self.roster.having("users", self.pick(data, "users"), given_name=name, enabled=enabled)

    @rule(data=st.data(), address=ADDRESSES)
    def somebody_gets_another_address(self, data: st.DataObject, address: str | None) -> None:
        email = address and address.format(self.name)
        self.roster = self.roster.having("users", self.pick(data, "users"), email=email)

    @rule(data=st.data())
    def two_swap_their_addresses(self, data: st.DataObject) -> None:
        one, other = self.pick(data, "users"), self.pick(data, "users")
        held = {user.id: {"email": user.email, "username": user.username} for user in self.roster.users}
        if held:
            self.roster = self.roster.having("users", one, **held[other]).having("users", other, **held[one])

    @rule(data=st.data())
    def somebody_gets_another_key(self, data: st.DataObject) -> None:
        old, new = self.pick(data, "users"), f"u{next(self.fresh)}"
        moved = tuple(one._replace(user_id=new) if one.user_id == old else one for one in self.roster.enrollments)
        self.roster = self.roster.having("users", old, id=new).but(enrollments=moved)

    @rule()
    def a_course_begins(self) -> None:
        self.roster = self.roster.plus(Course(f"c{next(self.fresh)}", "New"))

    @rule(data=st.data())
    def a_course_ends(self, data: st.DataObject) -> None:
        self.roster = kept(self.roster.without("courses", self.pick(data, "courses")))

    @precondition(lambda self: self.roster.courses and self.roster.users)
    @rule(data=st.data(), role=ROLES, begins=DAYS, lasts=DAYS)
    def somebody_enrolls(self, data: st.DataObject, role: Role, begins: int | None, lasts: int | None) -> None:
        course, user = self.pick(data, "courses"), self.pick(data, "users")
        if any((one.course_id, one.user_id, one.role) == (course, user, role) for one in self.roster.enrollments):
            return
        first = None if begins is None else self.today + datetime.timedelta(days=begins)
        last = None if lasts is None else (first or self.today) + datetime.timedelta(days=abs(lasts))
        made = Enrollment(course, user, role, f"e{next(self.fresh)}", begins_on=first, ends_on=last)
        self.roster = self.roster.plus(made)

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

    @rule(days=st.integers(1, 3))
    def days_pass(self, days: int) -> None:
        self.today += datetime.timedelta(days=days)
