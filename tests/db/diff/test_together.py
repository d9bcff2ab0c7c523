"""Many drifts at once are mended by one script, on every version: none is in another's way."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import psycopg
import pytest

from tests.conftest import NEWEST
from tests.core.database.catalog_drifts import DRIFTS as KINDS
from tests.db.diff.college_drifts import DRIFTS as FORMS
from tests.db.diff.mending import Ground, Grounds, careless, keeps_rows
from tests.db.diff.withheld import REASONS
from tests.support.servers import Server
from tests.verify.schema.mutations.shape import MONTHS
from tests.verify.schema.test_mutations import DRIFTS as MUTATIONS
from tests.verify.schema.test_mutations import SAME_MEANING

pytestmark = pytest.mark.every_version

ALONE = ("CREATE TABLE module_analytics_events_2026_01 PARTITION OF module_analytics_events FOR VALUES FROM "
         "('2026-01-01 00:00+00') TO ('2026-01-15 00:00+00')",)  # fmt: skip
"""What can't be beside the months of the others."""


MONTH = (
    "CREATE TABLE IF NOT EXISTS event_2026_01 PARTITION OF event "
    "FOR VALUES FROM ('2026-01-01 0:00+0') TO ('2026-02-01 0:00+0')"
)
BESIDE = {
    "": f"DROP TABLE IF EXISTS pupil; {MONTH}",
    "frames": "DROP FUNCTION IF EXISTS swallow(), repair();"
    "DROP VIEW IF EXISTS open_modules; DROP TABLE IF EXISTS notes;"
    + MONTHS.replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS "),
    "pas_in_peace": "DROP TYPE IF EXISTS mood",
    "toolboxai": "",
    "toolbox": "",
}
"""What the next changes stand on, and are not in the way of."""


class Change(NamedTuple):
    """One change.

    Attributes:
        claims: the objects that it has for itself; "table." is all that is on it.
    """

    statement: str
    claims: frozenset[str]


def change(statement: str, found: Iterable[str]) -> Change:
    told = [_object(line) for line in found]
    return Change(statement, frozenset(f"{path.partition('.')[0]}." if whole else path for whole, path in told))


def _object(line: str) -> tuple[bool, str]:
    """Read "severity kind-change path field" or "kind path field": whether a whole table is concerned, and the path."""
    words = line.removeprefix("internal ").split()
    if words[0] in {"error", "warning", "note"}:
        words = [words[1].partition("-")[0], *words[2:]]
    return len(words) == 2 and words[0] in {"table", "column", "partition"}, words[1]


def apart(one: Change, other: Change) -> bool:
    return not any(_meet(a, b) or _meet(b, a) for a in one.claims for b in other.claims)


def _meet(one: str, other: str) -> bool:
    return one == other or (one.endswith(".") and f"{other}.".startswith(one))


def change_together(ground: Ground, changes: Sequence[Change]) -> tuple[list[Change], list[Change]]:
    """Make as many changes as go together; give them, and the others."""
    made: list[Change] = []
    for one in changes:
        if all(apart(one, other) for other in made):
            try:
                with ground.connection.transaction():
                    ground.change(one.statement)
            except psycopg.Error:
                continue
            made.append(one)
    assert made, changes
    return made, [one for one in changes if one not in made]


def mend(ground: Ground) -> tuple[str, list[str]]:
    """Run the script with all that it withholds; give it, and the reasons of what it withholds."""
    before = ground.rows()
    statements = ground.statements()
    assert list(careless(statements)) == []
    text = ground.run(statements, withheld=True)
    assert ground.drifts() == [], text
    keeps_rows(ground, before, text)
    return text, [one.hazard or "" for one in statements if one.withheld]


def hold(grounds: Grounds, platform: str, changes: Sequence[Change]) -> None:
    while changes:
        with grounds.of(platform) as ground:
            ground.change(BESIDE[platform])
            made, changes = change_together(ground, changes)
            text, told = mend(ground)
            known = [one for one in made if {one.statement, MONTHS + one.statement} & REASONS.keys()]
            assert bool(told) == bool(known), text
        if "ADD COLUMN" in text or any("NOT NULL" in one.statement for one in made):
            grounds.close()  # a column that stands elsewhere would not be known again under another name


def test_any_kind_of_object(server: Server, school: Grounds) -> None:
    hold(school, "", [change(one.statement, one.found) for one in KINDS if server.version >= one.since])


@pytest.mark.parametrize("platform", ["frames", "pas_in_peace", "toolboxai", "toolbox"])
def test_platforms(server: Server, platforms: Grounds, platform: str) -> None:
    listed = SAME_MEANING if server.version == NEWEST else (*MUTATIONS, *SAME_MEANING)  # there each is tried by itself
    ours = [one for one in listed if one.platform == platform and server.version >= one.since]
    hold(platforms, platform, [
        change(one.statement.removeprefix(MONTHS), one.found) for one in ours if one.statement not in ALONE
    ])  # fmt: skip


GROUPS = 13
"""So many that neighbours in the list, which are often of one object, are apart."""


@pytest.mark.parametrize("number", range(GROUPS))
def test_what_stands_on_one_another(server: Server, college: Grounds, number: int) -> None:
    left = [one for one in FORMS[number::GROUPS] if server.version >= one.since]
    while left:
        with college.of("") as ground:
            made, _ = change_together(ground, [Change(one.statement, frozenset()) for one in left])
            statements = [one.statement for one in made]
            text, told = mend(ground)
        done = [one for one in left if one.statement in statements]
        assert [said for one in done for said in one.says if said not in text] == [], text
        reasons = [one.withheld for one in done if one.withheld]
        assert all(any(reason in hazard for hazard in told) for reason in reasons), told
        assert bool(told) == bool(reasons), text
        left = [one for one in left if one not in done]
        college.close()  # columns in another order, or other indexes under foreign keys, are no drift
