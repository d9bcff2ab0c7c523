"""What people do by hand between the nights."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.lms.made import school
from tests.lms.sync.nights.playing import ENROLLED, Play, assert_unchanged
from toolbox_cli.lms.people.choices import Action
from toolbox_cli.lms.runs.undo import undo

BY_HAND = """
INSERT INTO lms_enrollments (lms_course_id, lms_identity_id, role)
SELECT c.id, i.id, 'assistant' FROM lms_courses AS c JOIN lms_identities AS i USING (lms_integration_id)
WHERE lms_integration_id = %s AND c.status = 'active' AND i.status = 'present'
ORDER BY external_course_id DESC, external_user_id LIMIT 1 ON CONFLICT DO NOTHING"""


class Hands(Play):
    """Each of these outlasts the nights after it, and can be taken back."""

    def renamed(self, key: str) -> None:
        self.roster = self.roster.having("users", key, given_name=f"Name {next(self.fresh)}")

    @rule()
    def somebody_is_enrolled_by_hand(self) -> None:
        self.ask(BY_HAND)
        manual = [one for one in self.ask(ENROLLED) if one["source"] == "manual"]
        self.by_hand = {(one["c"], one["u"], one["role"]) for one in manual}

    @precondition(lambda self: self.roster.users)
    @rule(data=st.data())
    def somebody_keeps_their_name(self, data: st.DataObject) -> None:
        self.night()
        key = self.pick(data, "users")
        before = self.of_person(key)["u"]["first_name"]
        self.by_a_person(Action.LOCK, key, "first_name")
        self.renamed(key)
        self.night()
        assert self.of_person(key)["u"]["first_name"] == before
        self.by_a_person(Action.UNLOCK, key, "first_name")
        self.renamed(key)

    @precondition(lambda self: self.roster.users)
    @rule(data=st.data())
    def somebody_opts_out_for_a_while(self, data: st.DataObject) -> None:
        self.night()
        key = self.pick(data, "users")
        self.by_a_person(Action.OPT_OUT, key)
        before = self.of_person(key)
        self.renamed(key)
        left = tuple(one for one in self.roster.enrollments if one.user_id != key)
        self.night(self.source(self.roster.but(enrollments=left)))
        assert self.of_person(key) == before
        self.night(self.source(self.roster.without("users", key)))
        assert self.of_person(key) == before
        self.by_a_person(Action.OPT_IN, key)

    @precondition(lambda self: len(self.roster.users) > 1)
    @rule(data=st.data())
    def two_are_one_for_a_while(self, data: st.DataObject) -> None:
        self.night()
        one = self.pick(data, "users")
        into = self.pick(data, "users", one)
        if any(user == one for _, user, _ in self.by_hand):
            return
        self.by_a_person(Action.MERGE, one, into)
        self.night()
        self.same({one: into})
        assert self.sync(self.source()).changes == 0
        self.by_a_person(Action.SPLIT, one)
        self.night()
        self.same()

    @precondition(lambda self: self.roster.users)
    @rule(data=st.data())
    def somebody_is_known_to_another_system(self, data: st.DataObject) -> None:
        """Their account is the first one's, as long as either has them."""
        self.night()
        key, other = self.pick(data, "users"), school(1, 1)
        account = self.of_person(key)["u"]
        key_of_other = self.district.connect_one(f"{self.name}-{next(self.fresh)}", accounts=[])
        mine = self.key, self.name, self.roster
        name = self.district.one("SELECT name FROM lms_integrations WHERE id = %s", [key_of_other])["name"]
        self.district.sync(other, name=name)
        self.key, self.name = key_of_other, name
        self.by_a_person(Action.LINK, "s0", str(account["id"]))
        self.district.sync(other.having("users", "s0", given_name="Not so", enabled=False), name=name)
        self.key, self.name, _ = mine
        assert self.of_person(key)["u"] == account
        self.night(self.source(self.roster.without("users", key)))
        (after,) = self.district.rows("SELECT is_active FROM users WHERE id = %s", [account["id"]])
        assert after["is_active"] == account["is_active"]

    @rule(data=st.data(), nights=st.integers(1, 3))
    def nights_are_taken_back_and_done_again(self, data: st.DataObject, nights: int) -> None:
        runs, states = [], [self.district.snapshot()]
        for _ in range(nights):
            runs.append(self.night().id)
            states.append(self.district.snapshot())
            if self.roster.users:
                run = self.by_a_person(Action.LOCK, self.pick(data, "users"), "school_name")
                if run is not None:
                    runs.append(run)
                    states.append(self.district.snapshot())
                self.renamed(self.pick(data, "users"))
        undone = []
        for run, before in zip(reversed(runs), reversed(states[:-1]), strict=True):
            undone.append(self.taken_back(run))
            assert_unchanged(before, self.district.snapshot())
        for run, after in zip(reversed(undone), states[1:], strict=True):
            self.taken_back(run)
            assert_unchanged(after, self.district.snapshot())

    def taken_back(self, run: int) -> int:
        return undo(self.district.target, run).id
