"""Nights on which a system is not read well."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.lms.made import Made
from tests.lms.sync.nights.playing import Play
from toolbox_cli.lms.sources.records import Fault, Kind, Scope

KINDS = st.sampled_from([Kind.COURSE, Kind.USER, Kind.ENROLLMENT])


class Troubles(Play):
    """Nothing is lost by any of these, and the next clean night brings what they left out."""

    def bad(self, source: Made) -> tuple[set[Any], set[Any], set[Any]]:
        """Sync; give who is gone after it of each kind, without the enrollments of gone courses and people."""
        before = self.courses(), self.people(), set(self.enrolled())
        self.night(source)
        courses, people = self.courses(), self.people()
        lasting = {one for one in before[2] if one[0] in courses and one[1] in people}
        return before[0] - courses, before[1] - people, lasting - set(self.enrolled())

    @rule(kind=KINDS, after=st.integers(0, 3))
    def the_connection_is_cut(self, kind: Kind, after: int) -> None:
        before = self.district.snapshot()
        assert self.sync(self.source(fails=(kind, after))).status == "failed"
        assert self.district.snapshot() == before

    @rule(kind=KINDS, shown=st.integers(0, 3))
    def a_list_ends_early(self, kind: Kind, shown: int) -> None:
        lost = self.bad(self.source(incomplete=frozenset([kind]), clamped={kind: shown}))
        assert not lost[[Kind.COURSE, Kind.USER, Kind.ENROLLMENT].index(kind)]

    @rule(data=st.data(), kind=KINDS)
    def a_scope_is_forbidden(self, data: st.DataObject, kind: Kind) -> None:
        key = self.pick(data, "courses") if self.by_course and kind is Kind.ENROLLMENT else ""
        lost = self.bad(self.source(broken=frozenset([Scope(kind, key)])))
        gone = lost[[Kind.COURSE, Kind.USER, Kind.ENROLLMENT].index(kind)]
        assert not {one for one in gone if key in {"", one[0]}}

    @rule(data=st.data())
    def a_record_is_unreadable(self, data: st.DataObject) -> None:
        key = self.pick(data, "users")
        fault = Fault("lms-x", "Unreadable.", Kind.USER, id=key)
        lost = self.bad(self.source(self.roster.without("users", key), faults={Kind.USER: [fault]}))
        assert key not in lost[1]

    @rule(kind=KINDS, shown=st.integers(0, 4))
    def rows_vanish_without_a_word(self, kind: Kind, shown: int) -> None:
        """A right is lost: a list is short and says that it is whole, which only a whole one mends."""
        self.seen = None
        assert self.sync(self.source(clamped={kind: shown})).status in {"success", "partial", "held"}

    @rule(data=st.data())
    def a_key_is_anothers(self, data: st.DataObject) -> None:
        self.night()
        key = self.pick(data, "users")
        before = self.of_person(key) if key != "nobody" else None
        other = {"given_name": "Some", "family_name": "Body", "sis_id": f"SX{next(self.fresh)}", "email": None}
        run = self.night(self.source(self.roster.having("users", key, **other)))
        assert before is None or (run.status, self.of_person(key)) == ("partial", before)

    @rule(data=st.data())
    def what_is_approved_is_not_what_is_held(self, data: st.DataObject) -> None:
        self.saw(self.roster)
        held = self.sync(self.source())
        if held.status == "held":
            before = self.district.snapshot()
            other = self.roster.having("users", self.pick(data, "users"), given_name=f"Name {next(self.fresh)}")
            again = self.sync(self.source(other), approve=held.id)
            assert (again.status, self.district.snapshot() == before) == ("held", True) or other == self.roster
