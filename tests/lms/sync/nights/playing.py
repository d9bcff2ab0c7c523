"""A school's system that is read by night, and what is compared after it."""

import datetime
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.lms.made import Made, Roster, school
from tests.lms.sync.conftest import District
from tests.lms.sync.nights.reference import changes, enrolled
from toolbox_cli.core.settings import Environment
from toolbox_cli.lms.database import Integration
from toolbox_cli.lms.people.changing import Wish, change_people
from toolbox_cli.lms.people.choices import Action
from toolbox_cli.lms.sources.source import Knows
from toolbox_cli.lms.sync.wishes import SyncRun

NUMBERS = count(1)
COURSES = "SELECT external_course_id AS k FROM lms_courses WHERE lms_integration_id = %s AND status = 'active'"
ENROLLED = """
SELECT c.external_course_id AS c, i.external_user_id AS u, e.role, e.status, e.source FROM lms_enrollments AS e
JOIN lms_courses AS c ON c.id = e.lms_course_id JOIN lms_identities AS i ON i.id = e.lms_identity_id
WHERE c.lms_integration_id = %s AND e.status <> 'removed'"""
PEOPLE = """
SELECT i.external_user_id AS k, u.first_name, u.is_active
FROM lms_identities AS i LEFT JOIN users AS u ON u.id = i.user_id
WHERE lms_integration_id = %s AND status = 'present'"""
WITHOUT_ADDRESS = """
SELECT i.external_user_id AS k, i.email, u.email AS held FROM lms_identities AS i JOIN users AS u ON u.id = i.user_id
WHERE i.lms_integration_id = %s AND i.status = 'present' AND i.account_made AND u.email <> i.email
  AND NOT EXISTS (SELECT FROM users AS o WHERE o.email = i.email)
  AND NOT EXISTS (SELECT FROM lms_identities AS o WHERE o.lms_integration_id = i.lms_integration_id
                  AND o.email = i.email AND o.id <> i.id AND o.status = 'present')"""
OF_PERSON = """
SELECT to_jsonb(i) AS i, to_jsonb(u) AS u, (
    SELECT jsonb_agg(to_jsonb(e) ORDER BY id) FROM lms_enrollments AS e WHERE e.lms_identity_id = i.id) AS e
FROM lms_identities AS i LEFT JOIN users AS u ON u.id = i.user_id
WHERE i.lms_integration_id = %s AND i.external_user_id = %s"""


class Play(RuleBasedStateMachine):
    """The system, and the district that reads it.

    Attributes:
        seen: rosters that were read since the database was last what the system has; None where it lost some of it.
        by_hand: enrollments that no sync made.
    """

    district: District
    seen: list[Roster] | None

    @initialize(by_course=st.booleans(), page=st.sampled_from([1, 3, 100]), deltas=st.booleans(), strict=st.booleans())
    def open_school(self, by_course: bool, page: int, deltas: bool, strict: bool) -> None:
        self.by_course, self.page, self.deltas = by_course, page, deltas
        self.roster, self.seen, self.by_hand = school(4, 2), [], set()
        self.fresh, self.today = count(100), datetime.date(2026, 11, 2)
        self.name = f"school-{next(NUMBERS)}"
        self.key = self.district.connect_one(self.name, limits={"percent": 0, "rows": 0} if strict else {})
        self.clean()

    def source(self, roster: Roster | None = None, **trouble: Any) -> Made:
        knows = Knows(standing=False, changes=self.deltas)
        return Made(roster or self.roster, knows=knows, page=self.page, by_course=self.by_course, **trouble)

    def saw(self, roster: Roster) -> None:
        if self.seen is not None:
            self.seen.append(roster)

    def night(self, source: Made | None = None, *, full: bool = True) -> SyncRun:
        """Sync; what is held is approved."""
        source = source or self.source()
        self.saw(source.roster)
        run = self.sync(source, full=full)
        if run.status == "held":
            run = self.sync(source, full=full, approve=run.id)
        assert run.status in {"success", "partial"}, run
        return run

    def sync(self, source: Made, **wishes: Any) -> SyncRun:
        return self.district.sync(source, name=self.name, today=self.today, **{"full": True, **wishes})

    def ask(self, query: str, *values: Any) -> list[dict[str, Any]]:
        return self.district.rows(query, [self.key, *values])

    def by_a_person(self, action: Action, *said: str) -> int | None:
        """Change people by hand; give the run that says so."""
        with self.district.database.connect(autocommit=False) as connection:
            connection.execute("SET search_path TO toolboxai")
            integration = Integration(self.key, self.name)
            return change_people(connection, integration, Wish(action, said), Environment.DEVELOPMENT).run

    def of_person(self, key: str) -> dict[str, Any]:
        (found,) = self.ask(OF_PERSON, key)
        return found

    def enrolled(self) -> dict[Any, str]:
        return {(one["c"], one["u"], one["role"]): one["status"] for one in self.ask(ENROLLED)}

    def people(self) -> set[str]:
        return {row["k"] for row in self.ask(PEOPLE)}

    def courses(self) -> set[str]:
        return {row["k"] for row in self.ask(COURSES)}

    def same(self, merged: dict[str, str] | None = None) -> None:
        """Compare the database with what the system has."""
        assert self.courses() == {one.id for one in self.roster.courses}
        rows = self.ask(ENROLLED)
        assert {(one["c"], one["u"], one["role"]) for one in rows if one["source"] == "manual"} == self.by_hand
        wanted = enrolled(self.roster, self.today, merged)
        assert_same(self.enrolled(), {**wanted, **dict.fromkeys(self.by_hand, "active")})
        held = {row["k"]: (row["first_name"], row["is_active"]) for row in self.ask(PEOPLE)}
        assert_same(held, {one.id: (one.given_name, one.enabled) for one in self.roster.users})
        assert self.ask(WITHOUT_ADDRESS) == []

    @rule()
    def clean(self) -> None:
        """Read everything well: the database is what the system has, and nothing is left to do."""
        self.night()
        self.same()
        assert self.sync(self.source()).changes == 0
        self.seen = [self.roster]

    @rule()
    def what_changed(self) -> None:
        """Read what changed alone, where the system tells."""
        if self.deltas and self.seen:
            source = self.source(deltas=changes(self.seen, self.roster))
            self.night(source, full=False)
            self.same()
            self.seen = [self.roster]

    def pick(self, data: st.DataObject, names: str, *others: str) -> str:
        keys = sorted(one.id for one in getattr(self.roster, names) if one.id not in others)
        return str(data.draw(st.sampled_from(keys or ["nobody"])))

    def teardown(self) -> None:
        if hasattr(self, "key"):
            self.clean()


def assert_same(held: dict[Any, Any], wanted: dict[Any, Any]) -> None:
    """Compare, and show what differs alone."""
    differing = {key for key in {*held, *wanted} if held.get(key) != wanted.get(key)}
    assert not differing, {key: (held.get(key), wanted.get(key)) for key in differing}


def assert_unchanged(before: dict[str, list[str]], after: dict[str, list[str]]) -> None:
    """Compare states of the database, and show the rows alone that differ."""
    for table, rows in before.items():
        assert sorted({*rows} ^ {*after[table]}) == []
